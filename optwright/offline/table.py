"""Tables in a text and attached ones: found, taken out of the text, and said in sentences that the grammar reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from optwright.offline.lexicon import CELLS
from optwright.offline.tokens import Sentence, sentences
from optwright.problem import Table

MAX_CELLS = 400
_RULE = re.compile(r"[\s|:=-]*")
_TITLE = re.compile(r"\s*table\b[^.]*:?\s*$", re.I)
_NUMBER = re.compile(r"[$€£]?\s?-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?\s?%?")
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
        ends = ([row[0] for row in self.rows], list(self.header[1:]))
        rows, heads = ([one for one in names if not _is(one, "supply", "need")] for names in ends)
        return rows, heads


def _is(label: str, *names: str) -> bool:
    return any(CELLS[name].search(label) for name in names)


def extract(text: str, attached: Iterable[Table] = ()) -> tuple[str, list[Grid]]:
    """Take the tables with bars out of a text; return what is left and the grids, attached tables included."""
    kept: list[str] = []
    block: list[str] = []
    grids: list[Grid] = []
    for line in [*text.splitlines(), ""]:
        if line.strip().startswith("|") and line.count("|") >= 2:
            block.append(line.strip())
            continue
        if block:
            grids.append(_grid([one for one in block if not _RULE.fullmatch(one)]))
            block = []
            while kept and (not kept[-1].strip() or _TITLE.match(kept[-1])):
                kept.pop()
        kept.append(line)
    for table in attached:
        rows = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in table.rows[:MAX_CELLS])
        grids.append(Grid(table.columns, rows, tuple(", ".join(row) for row in rows)))
    return "\n".join(kept), [grid for grid in grids if grid.rows and len(grid.rows) * len(grid.header) <= MAX_CELLS]


def _grid(lines: list[str]) -> Grid:
    """Return a block of lines with bars as a grid, without rows where they are of different lengths."""
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    even = len({len(row) for row in cells}) == 1 and len(cells[0]) > 1
    return Grid(cells[0], tuple(cells[1:]), tuple(lines[1:])) if even else Grid((), (), ())


def number(cell: str) -> float | None:
    """Return the number that a cell holds, currency and percent signs read, else None."""
    if not any(char.isdigit() for char in cell) or not _NUMBER.fullmatch(cell.strip()):
        return None
    plain = cell.strip().strip("$€£ ").replace(",", "")
    return float(plain.removesuffix("%")) / (100.0 if plain.endswith("%") else 1.0)


def say(grid: Grid) -> list[Sentence]:
    """Say a table in sentences, cell by cell; the text of each is its row."""
    worth = any(_is(head, "worth") for head in grid.header[1:]) or any("$" in cell for row in grid.rows for cell in row)
    resources = any(_is(head, "supply") for head in grid.header[1:]) and not worth
    said: list[Sentence] = []
    for row, line in zip(grid.rows, grid.lines, strict=True):
        for head, cell in zip(grid.header[1:], row[1:], strict=True):
            if number(cell) is not None:
                said += [
                    Sentence(line, one.start, one.tokens)
                    for one in sentences(_words(row[0], head, cell.strip(), resources))
                ]
    return said


def _words(label: str, head: str, cell: str, resources: bool) -> str:
    """Return what a cell says; `resources`: the rows are what is used up, the columns what is decided upon."""
    unit = _UNIT.search(head)
    dollars = bool(unit) and _is(unit[1] if unit else "", "dollar")
    amount = f"${cell}" if dollars and "$" not in cell else cell
    name = re.sub(r"\s*/.*|\bper\b.*|\([^)]*\)|[$]", " ", head).strip()
    measured = f"{amount} {unit[1].split('/')[0]} of {name}" if unit and not dollars else f"{amount} {name}"
    row = _UNIT.sub(" ", label).strip()
    if _is(label, "supply"):
        return f"There are {measured} available."
    if _is(label, "need") and "of" not in label:
        return f"At least {measured} are needed."
    if resources:
        return f"There are {cell} {row} available." if _is(head, "supply") else f"Each {name} takes {cell} {row}."
    if _is(head, "most", "supply"):
        return f"At most {cell} {row}."
    if _is(head, "need") and not name.lower().endswith("required"):
        return f"At least {cell} {row}."
    return f"Each {row} takes {measured}."
