"""Attached tables: CSV and XLSX files to `Table` records, within limits that a hostile file cannot pass.

Cells are data only. Formulas are never evaluated: an .xlsx gives the values stored beside them.
"""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from optwright.errors import InputError
from optwright.problem import Cell, Table

CSV_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
SUFFIXES = frozenset({".csv", ".tsv", ".xlsx"})
"""File name endings that are read as tables wherever a front door has to tell tables from other files."""

_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d*)?([eE][+-]?\d{1,3})?|[+-]?\.\d+([eE][+-]?\d{1,3})?")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class TableLimits:
    """How large an attached file may be. Sizes in bytes; `unpacked` is what an .xlsx may unfold to."""

    file: int = 64 * 2**20
    unpacked: int = 512 * 2**20
    ratio: int = 200
    rows: int = 1_000_000
    columns: int = 2_000
    cells: int = 5_000_000
    cell: int = 32_768


def load_tables(path: Path, *, limits: TableLimits | None = None) -> list[Table]:
    """Read every table of a file: one of a CSV or TSV, one for each sheet that is not empty of an XLSX.

    A table is called after its file, or after its sheet where a workbook has several; names are made identifiers.

    Raises:
        InputError: missing, unreadable, too large, not UTF-8, ragged, or without usable column names; one line that
            says where.
    """
    limits = limits or TableLimits()
    _check_file(path, limits)
    suffix = path.suffix.lower()
    if suffix in CSV_SUFFIXES:
        return [_load_csv(path, limits)]
    if suffix == ".xlsx":
        return _load_xlsx(path, limits)
    raise InputError(f"{path.name}: tables are read from .csv, .tsv and .xlsx files; save it as one of these")


def load_all(paths: Iterable[Path], *, limits: TableLimits | None = None) -> tuple[Table, ...]:
    """Read the tables of several files. Raises InputError like `load_tables`, and when two have the same name."""
    tables: dict[str, Table] = {}
    for path in paths:
        for table in load_tables(path, limits=limits):
            if other := tables.get(table.name):
                raise InputError(f"{path.name}: {other.source} gives a table {table.name!r} too; rename one")
            tables[table.name] = table
    return tuple(tables.values())


def _check_file(path: Path, limits: TableLimits) -> None:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file" if not path.exists() else f"{path}: is not a file")
    size = path.stat().st_size
    if size > limits.file:
        raise InputError(f"{path.name}: {size / 2**20:.0f} MiB, more than the {limits.file / 2**20:.0f} allowed")
    if size == 0:
        raise InputError(f"{path.name}: the file is empty; the first row must hold the column names")


def _load_csv(path: Path, limits: TableLimits) -> Table:
    text = _decode(path)
    rows = _csv_rows(path, text, _delimiter(text, path), limits)
    return _table(_identifier(path.stem), path.name, rows, limits)


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path.name}, line {line}: byte 0x{raw[error.start]:02x} is not {encoding.upper()}; "
            "save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
        ) from None
    if "\0" in text:
        raise InputError(f"{path.name}: contains null characters, so it is no text file; save it as CSV UTF-8")
    return text


def _delimiter(text: str, path: Path) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t|", key=header.count)


def _csv_rows(path: Path, text: str, delimiter: str, limits: TableLimits) -> Iterator[tuple[int, list[Cell]]]:
    csv.field_size_limit(limits.cell)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield reader.line_num, [_cell(cell) for cell in row]
    except csv.Error as error:
        raise InputError(f"{path.name}, line {reader.line_num}: {error}") from None


def _cell(text: str) -> Cell:
    """Read a number where the text is one; leading zeros (`007`) and separators (`1,200`) stay text."""
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        return text
    if text.lstrip("+-").isdigit():
        return int(text) if len(text) < 300 else text
    number = float(text)
    return number if math.isfinite(number) else text


def _load_xlsx(path: Path, limits: TableLimits) -> list[Table]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_archive(path, limits)
    try:
        workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise InputError(f"{path.name}: is not a readable .xlsx workbook ({_first_line(error)})") from None
    try:
        sheets = workbook.worksheets
        tables = [
            _table(_identifier(path.stem if len(sheets) == 1 else sheet.title), path.name, _sheet_rows(sheet), limits)
            for sheet in sheets
            if _has_cells(sheet)
        ]
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise InputError(f"{path.name}: a sheet cannot be read ({_first_line(error)})") from None
    finally:
        workbook.close()
    if not tables:
        raise InputError(f"{path.name}: no sheet has any cell")
    return tables


def _check_archive(path: Path, limits: TableLimits) -> None:
    """Refuse a zip bomb by what its directory declares; zipfile never unpacks more than it declares."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{path.name}: is not an .xlsx workbook ({_first_line(error)})") from None
    packed = max(path.stat().st_size, 1)
    if unpacked > limits.unpacked or (unpacked > 16 * 2**20 and unpacked > limits.ratio * packed):
        raise InputError(
            f"{path.name}: unfolds from {packed:,} to {unpacked:,} bytes, which is refused as a zip bomb; "
            "save the table as CSV"
        )


def _has_cells(sheet: object) -> bool:
    return any(any(cell is not None for cell in row) for row in sheet.iter_rows(max_row=50, values_only=True))  # type: ignore[attr-defined]


def _sheet_rows(sheet: object) -> Iterator[tuple[int, list[Cell]]]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # a file may declare any size; the rows are what counts
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):  # type: ignore[attr-defined]
        yield number, [_office_cell(cell) for cell in row]


def _office_cell(value: object) -> Cell:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return int(value) if float(value).is_integer() and abs(value) < 2**53 else value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).strip()


def _table(name: str, source: str, rows: Iterable[tuple[int, list[Cell]]], limits: TableLimits) -> Table:
    filled = ((line, _trim(row)) for line, row in rows)
    found = ((line, row) for line, row in filled if row)
    line, header = next(found, (1, []))
    columns = _columns(source, line, header, limits)
    width = len(columns)
    body: list[tuple[Cell, ...]] = []
    for line, row in found:
        if len(row) > width:
            raise InputError(f"{source}, row {line}: {len(row)} cells, but there are {width} column names")
        if len(body) >= limits.rows or len(body) * width >= limits.cells:
            raise InputError(
                f"{source}: more than {min(limits.rows, limits.cells // width):,} rows; "
                "aggregate the data or keep only the rows that the problem needs"
            )
        body.append(tuple(row) + (None,) * (width - len(row)))
    if not body:
        raise InputError(f"{source}: has column names but no rows")
    return Table(name, columns, tuple(body), source)


def _trim(row: list[Cell]) -> list[Cell]:
    while row and row[-1] is None:
        row.pop()
    return row


def _columns(source: str, line: int, header: list[Cell], limits: TableLimits) -> tuple[str, ...]:
    if not header:
        raise InputError(f"{source}: no cell is filled; the first row must hold the column names")
    if len(header) > limits.columns:
        raise InputError(f"{source}: {len(header):,} columns, more than the {limits.columns:,} allowed")
    names = ["" if cell is None else str(cell) for cell in header]
    for position, name in enumerate(names, start=1):
        if not name:
            raise InputError(f"{source}, row {line}: column {position} has no name; the first row holds the names")
        if names.index(name) != position - 1:
            raise InputError(f"{source}, row {line}: two columns are called {name!r}; rename one")
    return tuple(names)


def _identifier(text: str) -> str:
    name = re.sub(r"\W+", "_", text.strip()).strip("_")
    if not name:
        return "table"
    return f"t_{name}" if name[0].isdigit() else name


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
