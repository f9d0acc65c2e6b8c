"""How attached tables are shown to a model: columns and a few rows, never the whole."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.problem import Cell, Table

SAMPLE_ROWS = 4
MOST_COLUMNS = 40
MOST_LETTERS = 40


def describe_tables(tables: Sequence[Table]) -> str:
    """Return the tables as Markdown: name, file, number of rows, columns and the first rows."""
    return "\n\n".join(map(_describe, tables)) if tables else "No tables are attached."


def _describe(table: Table) -> str:
    shown = table.columns[:MOST_COLUMNS]
    more = f" (the first {MOST_COLUMNS} of {len(table.columns)} columns)" if len(table.columns) > MOST_COLUMNS else ""
    head = f"Table `{table.name}`, file `{table.source or table.name}`, {len(table.rows)} rows{more}:"
    lines = [_line(shown), "|".join([""] + ["---"] * len(shown) + [""])]
    lines += [_line(row[: len(shown)]) for row in table.rows[:SAMPLE_ROWS]]
    if len(table.rows) > SAMPLE_ROWS:
        lines.append(f"({len(table.rows) - SAMPLE_ROWS} more rows)")
    return "\n".join([head, *lines])


def _line(cells: Sequence[Cell]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(cell: Cell) -> str:
    text = "" if cell is None else str(cell).replace("\n", " ").replace("|", "/")
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 3] + "..."
