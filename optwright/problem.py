"""What the user asks: the words and the attached tables. A problem has no answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Cell = str | int | float | None
"""One cell of a table; `None` is an empty cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """An attached table: `rows[i][j]` is the cell of row i (from 0, header not counted) in `columns[j]`."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str | None = None
    """The file that it was read from, for messages."""

    def column(self, name: str) -> Iterator[Cell]:
        """Yield the cells of one column, top to bottom. Raises ValueError when there is no such column."""
        position = self.columns.index(name)
        return (row[position] for row in self.rows)

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as one dictionary each, the form in which programs receive them."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Problem:
    """A decision problem in words, with the tables that belong to it."""

    text: str
    tables: tuple[Table, ...] = ()
    name: str = "problem"
