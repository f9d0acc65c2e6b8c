"""Data bound by reference: which attached table an element means, and the values of its columns by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any

from optwright.formulation.elements import Formulation, Parameter, SetSpec, TableSpec
from optwright.formulation.findings import Code
from optwright.formulation.members import Broken, Fault, Members
from optwright.formulation.shape import Given, datum, few, matched, name_of, part_of, shorten, uniform
from optwright.outcome import Key
from optwright.problem import Cell, Table


def find_table(formulation: Formulation, name: str, attached: Sequence[Table]) -> Table:
    """Return the table that `name` means. Raises Fault (NO_TABLE) or Broken (SHAPE, NO_COLUMN)."""
    spec = next((spec for spec in formulation.tables if spec.name == name), None)
    if spec is None:
        table = next((table for table in attached if table.name == name), None)
        if table is None:
            raise _no_table(name, [spec.name for spec in formulation.tables] + [table.name for table in attached])
        return table
    if spec.rows is not None:
        return _inline(spec)
    table = _attached(spec, attached)
    missing = [column for column in spec.columns if column not in table.columns]
    if missing:
        raise Broken([no_column(table, column) for column in missing])
    return table


def _inline(spec: TableSpec) -> Table:
    wide = len(spec.columns)
    bad = [f"row {number}: {len(row)} cells" for number, row in enumerate(spec.rows or (), 1) if len(row) != wide]
    if bad:
        raise Broken(few([Fault(Code.SHAPE, f"{text} for {wide} columns") for text in bad]))
    if len(set(spec.columns)) < wide:
        raise Fault(Code.SHAPE, "two columns have the same name")
    return Table(spec.name, spec.columns, tuple(spec.rows or ()))


def _attached(spec: TableSpec, attached: Sequence[Table]) -> Table:
    file = spec.file or ""
    for table in attached:
        source = table.source or table.name
        if file and PurePath(file).name in (PurePath(source).name, table.name):
            return table
    for table in attached:
        if table.name in (spec.name, PurePath(file).stem):
            return table
    known = [PurePath(table.source or table.name).name for table in attached]
    raise _no_table(file, known)


def _no_table(name: str, known: list[str]) -> Fault:
    close = get_close_matches(name, known, n=1)
    tail = f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(known[:8])}" if known else ""
    return Fault(Code.NO_TABLE, f"no table {shorten(name)!r} is attached{tail}", close[0] if close else None)


def no_column(table: Table, column: str) -> Fault:
    """Return the finding for a column that a table does not have."""
    close = get_close_matches(column, table.columns, n=1)
    tail = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(table.columns[:12])}"
    return Fault(
        Code.NO_COLUMN, f"{place(table)} has no column {shorten(column)!r}; {tail}", close[0] if close else None
    )


def place(table: Table, row: int | None = None, column: str | None = None) -> str:
    """Name a table, a row as a person counts it (the header is row 1, `row` counts data from 0), a column."""
    source = f" ({PurePath(table.source).name})" if table.source else ""
    text = f"table {table.name!r}{source}"
    if row is not None:
        text += f", row {row + 2}"
    return text + (f", column {column!r}" if column is not None else "")


def column_members(spec: SetSpec, table: Table) -> Members:
    """Return the distinct entries of a column, or the distinct tuples of several. Raises Broken."""
    columns = (spec.column,) if isinstance(spec.column, str) else tuple(spec.column or ())
    if missing := [no_column(table, column) for column in columns if column not in table.columns]:
        raise Broken(missing)
    places = [table.columns.index(column) for column in columns]
    items: dict[Key, None] = {}
    faults: list[Fault] = []
    for number, row in enumerate(table.rows):
        parts = [_key_part(row[at]) for at in places]
        if all(cell is None for cell in row):
            continue
        if None in parts:
            at = parts.index(None)
            shown = "is empty" if row[places[at]] in (None, "") else f"{row[places[at]]!r} cannot be a member"
            faults.append(Fault(Code.BAD_CELL, f"{place(table, number, columns[at])}: {shown}"))
        else:
            items[tuple(parts)] = None  # type: ignore[arg-type]
    if faults:
        raise Broken(few(faults))
    keys = _one_kind(list(items))
    return Members(keys, len(columns), columns=columns)


def _one_kind(keys: list[Key]) -> list[Key]:
    """Turn a position with text and numbers mixed into text, as a spreadsheet column means it."""
    if not uniform(keys):
        return keys
    mixed = [at for at in range(len(keys[0])) if len({isinstance(key[at], str) for key in keys}) > 1]
    return [tuple(str(part) if at in mixed else part for at, part in enumerate(key)) for key in keys]


def _key_part(cell: Cell) -> int | str | None:
    if isinstance(cell, str):
        return cell.strip() or None
    return part_of(cell)


def bound_values(parameter: Parameter, table: Table, sets: Sequence[Members], names: Sequence[str]) -> Given:
    """Return the values that a parameter takes from a table, by member. Raises Broken."""
    given, places = raw_values(parameter, table, key_columns(parameter, table, sets, names), sets)
    return matched(given, sets, places)


def key_columns(parameter: Parameter, table: Table, sets: Sequence[Members], names: Sequence[str]) -> list[str]:
    """Return the key columns: as given, else those that the index sets were read from. Raises Broken."""
    if parameter.key is not None:
        keys = [parameter.key] if isinstance(parameter.key, str) else list(parameter.key)
    else:
        keys = []
        for members, name in list(zip(sets, names, strict=True))[: len(sets) - parameter.wide]:
            for column in members.columns or (None,) * members.width:
                keys.append(column if column is not None else _column_called(table, name))
    if missing := [no_column(table, column) for column in keys if column not in table.columns]:
        hint = f'"key": {list(table.columns[: len(keys)])}'.replace("'", '"')
        raise Broken([Fault(fault.code, fault.message, hint) for fault in missing])
    return keys


def _column_called(table: Table, name: str) -> str:
    return next((column for column in table.columns if column.lower() == name.lower()), name)


def raw_values(
    parameter: Parameter, table: Table, keys: Sequence[str], sets: Sequence[Members]
) -> tuple[Given, Mapping[Key, str]]:
    """Return the values by key as they stand in the table, and where each key stands. Raises Broken."""
    width = sum(members.width for members in sets)
    if len(keys) + parameter.wide != width and sets:
        raise Fault(Code.ARITY, f"{len(keys)} key columns for {width} indices", '"key": [one column for each index]')
    if parameter.wide:
        wanted = {str(item[-1]): item[-1] for item in sets[-1].items} if sets else None
        columns = [column for column in table.columns if column not in keys and (not wanted or column in wanted)]
    else:
        columns = [parameter.column or parameter.name]
        if columns[0] not in table.columns:
            raise Broken([no_column(table, columns[0])])
    reader = _Cells(table, keys, columns, parameter.wide)
    reader.read()
    if reader.faults:
        raise Broken(few(reader.faults))
    return reader.given, reader.places


class Places(Mapping[Key, str]):
    """Where each key stands in a table, put into words only when they are asked for: tables are long."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.cells: dict[Key, tuple[int, str]] = {}
        """Row, from 0, and column of each key."""

    def __getitem__(self, key: Key) -> str:
        """Return the place of a key in words."""
        return place(self.table, *self.cells[key])

    def __iter__(self) -> Iterator[Key]:
        """Iterate over the keys."""
        return iter(self.cells)

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self.cells)


class _Cells:
    """Reads the cells of some columns under the keys of their rows."""

    def __init__(self, table: Table, keys: Sequence[str], columns: Sequence[str], wide: bool) -> None:
        self.table, self.wide = table, wide
        self.keys = [(column, table.columns.index(column)) for column in keys]
        self.columns = [(column, table.columns.index(column)) for column in columns]
        self.given: Given = {}
        self.places = Places(table)
        self.faults: list[Fault] = []

    def read(self) -> None:
        for number, row in enumerate(self.table.rows):
            if any(cell is not None for cell in row):
                self.row(number, row)

    def row(self, number: int, row: Sequence[Cell]) -> None:
        key: list[Any] = []
        for column, at in self.keys:
            part = _key_part(row[at])
            if part is None:
                self.faults.append(Fault(Code.BAD_CELL, f"{place(self.table, number, column)}: the key is empty"))
                return
            key.append(part)
        for column, at in self.columns:
            self.cell(number, column, row[at], (*key, column) if self.wide else tuple(key))

    def cell(self, number: int, column: str, cell: Cell, key: Key) -> None:
        if key in self.places.cells:
            fault = Fault(Code.DUPLICATE_KEY, f"{name_of(key)} stands in {self.places[key]} already")
            self.faults.append(self.located(fault, number, column))
            return
        self.places.cells[key] = number, column
        try:
            value = number_of(cell)
        except Fault as fault:
            self.faults.append(self.located(fault, number, column))
            return
        if value is not None:
            self.given[key] = value

    def located(self, fault: Fault, number: int, column: str) -> Fault:
        return Fault(fault.code, f"{place(self.table, number, column)}: {fault.message}")


def number_of(cell: Cell) -> int | float | None:
    """Return the number in a cell, None for an empty one. Raises Fault (BAD_CELL) for anything else.

    Clean text such as ` 12.5 ` is a number; `1,200` and `12 kg` are not, since they can be read in two ways.
    """
    if isinstance(cell, str):
        text = cell.strip()
        if not text:
            return None
        try:
            cell = int(text) if text.lstrip("+-").isdigit() and len(text) < 300 else float(text)
        except ValueError:
            raise Fault(Code.BAD_CELL, f"{shorten(text)!r} is not a number") from None
        if "_" in text:
            raise Fault(Code.BAD_CELL, f"{shorten(text)!r} is not a number")
    if cell is None:
        return None
    try:
        value = datum(cell)
    except Fault as fault:
        raise Fault(Code.BAD_CELL, fault.message) from None
    return value if not isinstance(value, str) else None
