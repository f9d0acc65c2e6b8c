"""Tables in a text and attached ones: found, taken out of the text, and said in sentences that the grammar reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from optwright.offline.lexicon import CELLS, SAYINGS
from optwright.offline.tokens import Sentence, sentences, tokenise
from optwright.problem import Table

MAX_CELLS = 400
_BLOCK = re.compile(r"(?:^[ \t]*table\b[^.\n]*\n\s?)?(?:^[ \t]*\|.*\|.*(?:\n|\Z))+", re.I | re.M)
_RULE = re.compile(r"[\s|:=-]*")
_UNIT = re.compile(r"\(([^)]{0,40})\)")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: header cells, rows of cells (the first is the label), and the lines as they stand in the text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]

    def numeric(self) -> bool:
        """Whether every cell but the labels is a number, a dash or empty."""
        cells = [cell for row in self.rows for cell in row[1:]]
        return all(number(cell) is not None or not any(char.isalnum() for char in cell) for cell in cells)

    def labels(self) -> tuple[list[str], list[str]]:
        """Return the row labels and the column labels that could be items: what names no supply or need."""
        ends = ([row[0] for row in self.rows], self.header[1:])
        rows, heads = ([one for one in labels if not is_margin(one)] for labels in ends)
        return rows, heads


def is_margin(label: str) -> bool:
    """Whether a row or column of that label holds what there is or must be of the others."""
    return bool(CELLS["margin"].search(label))


def extract(text: str, attached: Iterable[Table] = ()) -> tuple[str, list[Grid]]:
    """Take the tables with bars out of a text; return what is left and the grids, attached tables included."""
    blocks = [[line.strip() for line in block[0].splitlines() if "|" in line] for block in _BLOCK.finditer(text)]
    grids = [_grid([line for line in block if not _RULE.fullmatch(line)]) for block in blocks]
    for table in attached:
        rows = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in table.rows[:MAX_CELLS])
        grids.append(Grid(table.columns, rows, tuple(", ".join(row) for row in rows)))
    return _BLOCK.sub("\n", text), [one for one in grids if one.rows and len(one.rows) * len(one.header) <= MAX_CELLS]


def _grid(lines: list[str]) -> Grid:
    """Return a block of lines with bars as a grid, without rows where they are of different lengths."""
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines] or [()]
    even = len({len(row) for row in cells}) == 1 and len(cells[0]) > 1
    return Grid(cells[0], tuple(cells[1:]) if even else (), tuple(lines[1:]))


def number(cell: str) -> float | None:
    """Return the number that is all that a cell holds, currency and percent signs read, else None."""
    tokens = [token for token in tokenise(cell) if token.text not in "$€£"]
    return tokens[0].number if len(tokens) == 1 else None


def say(grid: Grid) -> list[Sentence]:
    """Say a table in sentences, cell by cell; the text of each is its row."""
    heads = " ".join(grid.header[1:])
    worth = CELLS["worth"].search(heads) or any("$" in cell for row in grid.rows for cell in row)
    kind = "resource" if CELLS["supply"].search(heads) and not worth else "item"
    cells = [
        (line, _said(kind, row[0], head, cell))
        for row, line in zip(grid.rows, grid.lines, strict=True)
        for head, cell in zip(grid.header[1:], row[1:], strict=True)
        if number(cell) is not None
    ]
    return [Sentence(line, one.tokens) for line, said in cells for one in sentences(said)]


def _said(kind: str, label: str, head: str, cell: str) -> str:
    """Return what a cell says; `kind` is what the rows are: items, or the resources that the columns use up."""
    unit = _UNIT.search(head)
    dollars = unit is not None and CELLS["dollar"].search(unit[1])
    name = re.sub(r"\s*/.*|\bper\b.*|\([^)]*\)|[$]", " ", head).strip()
    measured = f"{cell} {unit[1].split('/')[0]} of {name}" if unit and not dollars else f"{cell} {name}"
    saying: str = next(row["says"] for form, row in SAYINGS if form.search(f"{kind} {label}|{head}"))
    return saying.format(
        cell=cell, row=_UNIT.sub(" ", label).strip(), name=name, measured=f"${measured}" if dollars else measured
    )
