"""Tables in a text and attached ones: found, taken out of the text, and said in sentences that the grammar reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from optwright.offline.tokens import Sentence, sentences
from optwright.problem import Table

MAX_CELLS = 400
_RULE = re.compile(r"[\s|:=-]*")
_NUMBER = re.compile(r"[$€£]?\s?-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?\s?%?")
_SUPPLY = re.compile(r"\b(?:availab\w*|capacit\w*|suppl\w*|stock|limit|budget)\b", re.I)
_NEED = re.compile(r"\b(?:demand\w*|require\w*|need\w*|minimum|min|at least)\b", re.I)
_MOST = re.compile(r"\b(?:maximum|max|at most|upper)\b", re.I)
_WORTH = re.compile(r"\b(?:cost|price|profit|revenue|return|value|wage|income|npv)\b|\$", re.I)
_UNIT = re.compile(r"\(([^)]{0,40})\)")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: header cells, rows of cells (the first is the label), and the lines as they stand in the text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]

    def numeric(self) -> bool:
        """Whether every cell but the labels is a number, a dash or empty."""
        return all(
            number(cell) is not None or not any(char.isalnum() for char in cell)
            for row in self.rows
            for cell in row[1:]
        )

    def labels(self) -> tuple[list[str], list[str]]:
        """Return the row labels and the column labels that could be items: what names no supply or need."""
        rows = [row[0] for row in self.rows if not _SUPPLY.search(row[0]) and not _NEED.search(row[0])]
        return rows, [head for head in self.header[1:] if not _SUPPLY.search(head) and not _NEED.search(head)]


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
            grids.extend(_grid(block))
            block = []
            while kept and (not kept[-1].strip() or re.match(r"\s*table\b[^.]*:?\s*$", kept[-1], re.I)):
                kept.pop()
        kept.append(line)
    for table in attached:
        rows = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in table.rows[:MAX_CELLS])
        grids.append(Grid(table.columns, rows, tuple(", ".join(row) for row in rows)))
    return "\n".join(kept), [grid for grid in grids if grid.rows and len(grid.rows) * len(grid.header) <= MAX_CELLS]


def _grid(block: list[str]) -> Iterator[Grid]:
    lines = [line for line in block if not _RULE.fullmatch(line)]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    if len(cells) > 1 and len({len(row) for row in cells}) == 1 and len(cells[0]) > 1:
        yield Grid(cells[0], tuple(cells[1:]), tuple(lines[1:]))


def number(cell: str) -> float | None:
    """Return the number that a cell holds, currency and percent signs read, else None."""
    if not any(char.isdigit() for char in cell) or not _NUMBER.fullmatch(cell.strip()):
        return None
    plain = cell.strip().strip("$€£ ").replace(",", "")
    return float(plain.removesuffix("%")) / (100.0 if plain.endswith("%") else 1.0)


def say(grid: Grid) -> list[Sentence]:
    """Say a table in sentences; the text of each is its row. Empty where a cell is neither a number nor a dash."""
    worth = any(_WORTH.search(head) for head in grid.header[1:]) or any(
        "$" in cell for row in grid.rows for cell in row
    )
    resources = any(_SUPPLY.search(head) for head in grid.header[1:]) and not worth
    said: list[Sentence] = []
    for row, line in zip(grid.rows, grid.lines, strict=True):
        for head, cell in zip(grid.header[1:], row[1:], strict=True):
            if number(cell) is None:
                continue
            words = _words(row[0], head, cell, resources=resources)
            for sentence in sentences(words):
                sentence.text = line
                said.append(sentence)
    return said


def _words(label: str, head: str, cell: str, *, resources: bool) -> str:
    unit = _UNIT.search(head)
    money = "$" if "$" not in cell and unit and ("$" in unit[1] or "usd" in unit[1].lower()) else ""
    name = re.sub(r"\s*/.*|\bper\b.*|\([^)]*\)|[$]", " ", head).strip()
    measure = "" if money or not unit else unit[1].split("/")[0]
    amount = f"{money}{cell.strip()} {measure} of".rstrip() if measure else f"{money}{cell.strip()}"
    row_name = _UNIT.sub(" ", label).strip()
    whole_row = _SUPPLY.search(label) or (_NEED.search(label) and "of" not in label)
    if whole_row:
        return (
            f"There are {amount} {name} available."
            if _SUPPLY.search(label)
            else f"At least {amount} {name} are needed."
        )
    if resources:
        return (
            f"There are {amount} {row_name} available."
            if _SUPPLY.search(head)
            else f"Each {name} takes {cell.strip()} {row_name}."
        )
    if _MOST.search(head) or _SUPPLY.search(head):
        return f"At most {cell.strip()} {row_name}."
    if _NEED.search(head) and not _UNIT.sub("", head).lower().strip().endswith("required"):
        return f"At least {cell.strip()} {row_name}."
    return f"Each {row_name} takes {amount} {name}."
