"""What is made of each column of an attached table: its kind, its values, and what the model uses it for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optwright.errors import FormulationError
from optwright.formulation.binding import find_table, key_columns
from optwright.formulation.data import Data, resolve
from optwright.formulation.elements import Formulation
from optwright.problem import Cell, Table

PREVIEW = 20
"""Rows of a table that are shown."""
MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the system read it."""

    table: str
    name: str
    kind: str
    """`whole numbers`, `numbers`, `text`, `numbers and text` or `empty`."""
    filled: int
    distinct: int
    values: str
    """The range of numbers, or the first entries of a text."""
    use: str
    """What the model uses it for; empty where it does not."""

    HEADERS = ("table", "column", "read as", "filled", "distinct", "values", "used as")

    def row(self) -> list[str | int]:
        """Return the column as a row under `HEADERS`."""
        return [self.table, self.name, self.kind, self.filled, self.distinct, self.values, self.use]


def columns(tables: Sequence[Table], formulation: Formulation | None = None) -> list[Column]:
    """Return every column of the tables, with its use in the formulation if there is one."""
    uses = _uses(formulation, tables) if formulation else {}
    return [
        _column(table, position, "; ".join(uses.get((table.name, name), ())))
        for table in tables
        for position, name in enumerate(table.columns)
    ]


def preview(table: Table) -> list[list[str | int | float]]:
    """Return the first rows, empty cells as empty text and long ones cut."""
    return [[_short(cell) for cell in row] for row in table.rows[:PREVIEW]]


def _column(table: Table, position: int, use: str) -> Column:
    cells = [row[position] for row in table.rows if row[position] is not None]
    numbers = [cell for cell in cells if not isinstance(cell, str)]
    distinct = len(set(cells))
    shown = _range(numbers) if cells and len(numbers) == len(cells) else _sample(cells)
    return Column(table.name, table.columns[position], _kind(cells, numbers), len(cells), distinct, shown, use)


def _kind(cells: Sequence[Cell], numbers: Sequence[Cell]) -> str:
    if not cells:
        return "empty"
    if not numbers:
        return "text"
    if len(numbers) < len(cells):
        return "numbers and text"
    return "whole numbers" if all(isinstance(cell, int) for cell in numbers) else "numbers"


def _range(numbers: Sequence[int | float | str | None]) -> str:
    values = [float(cell) for cell in numbers if isinstance(cell, int | float)]
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _sample(cells: Sequence[Cell], most: int = 4) -> str:
    first = list(dict.fromkeys(str(cell) for cell in cells[:1000]))
    text = ", ".join(str(_short(entry)) for entry in first[:most])
    return f"{text}, ..." if len(first) > most else text


def _short(cell: Cell) -> str | int | float:
    if isinstance(cell, str):
        return cell if len(cell) <= MOST_LETTERS else f"{cell[: MOST_LETTERS - 3]}..."
    return "" if cell is None else cell


_Uses = dict[tuple[str, str], list[str]]
"""By table and column."""


def _uses(formulation: Formulation, tables: Sequence[Table]) -> _Uses:
    """Return what each column is used for; nothing where the data cannot be made concrete."""
    try:
        data = resolve(formulation, tables)
        entries = [*_of_sets(formulation, tables), *_of_parameters(formulation, data)]
    except FormulationError:
        return {}
    found: _Uses = {}
    for place, use in dict.fromkeys(entries):
        found.setdefault(place, []).append(use)
    return found


def _of_sets(formulation: Formulation, tables: Sequence[Table]) -> Iterator[tuple[tuple[str, str], str]]:
    for part in formulation.sets:
        if part.table is not None and part.column is not None:
            source = find_table(formulation, part.table, tables)
            for column in (part.column,) if isinstance(part.column, str) else part.column:
                yield (source.name, column), f"set {part.name}"


def _of_parameters(formulation: Formulation, data: Data) -> Iterator[tuple[tuple[str, str], str]]:
    for part in formulation.parameters:
        if part.table is None:
            continue
        source = find_table(formulation, part.table, data.tables)
        keys = key_columns(part, source, [data.sets[name] for name in part.index], part.index)
        for column in keys:
            yield (source.name, column), f"key of {part.name}"
        given = [column for column in source.columns if column not in keys] if part.wide else [part.column or part.name]
        for column in given:
            yield (source.name, column), f"parameter {part.name}"
