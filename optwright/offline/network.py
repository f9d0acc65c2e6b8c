"""Transport and assignment: a grid of costs between two kinds of places, with what each supplies or needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from optwright.formulation.elements import Formulation
from optwright.offline import lexicon
from optwright.offline.clauses import Clause, Symbol, clauses
from optwright.offline.emit import plain
from optwright.offline.items import Item, Items
from optwright.offline.patterns import relations
from optwright.offline.quantities import columns
from optwright.offline.table import Grid, number
from optwright.offline.tokens import Sentence, stem


@dataclass(slots=True)
class Network:
    """A reading of a text with one grid; `trouble` as in a candidate, `known` the supply or demand of each place."""

    formulation: Formulation | None = None
    known: dict[str, float] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)


def network(lines: list[Sentence], grid: Grid) -> Network | None:
    """Read a transport or assignment problem; None where the text speaks of neither."""
    text = " ".join(line.text for line in lines)
    kind = next((row for row in lexicon.PATTERNS["network"] if re.search(row["words"], text, re.I)), None)
    sense = lexicon.SENSE.search(text)
    heads = [at for at, head in enumerate(grid.header) if at and not lexicon.CELLS["margin"].search(head)]
    rows = [row for row in grid.rows if not lexicon.CELLS["margin"].search(row[0])]
    rates = [[number(row[at]) for at in heads] for row in rows]
    if kind is None or sense is None or len(rows) < 2 or len(heads) < 2 or any(None in row for row in rates):
        return None
    sources, targets = [_clean(row[0]) for row in rows], [_clean(grid.header[at]) for at in heads]
    found = Network(known=_margins(grid))
    _said(lines, sources + targets, found)
    missing = [name for name in sources + targets if kind["margins"] and name not in found.known]
    if missing or (found.known and not kind["margins"]):
        found.trouble.append(f"no supply or demand is given for {missing[0]!r}" if missing else "not an assignment")
        return found
    data = {
        "@sources": sources,
        "@targets": targets,
        "@rates": [[plain(one or 0) for one in row] for row in rates],
        "@supply": [plain(found.known.get(place, 0)) for place in sources],
        "@demand": [plain(found.known.get(place, 0)) for place in targets],
        "@few": "==" if len(sources) <= len(targets) else "<=",
        "@many": "==" if len(targets) <= len(sources) else "<=",
        "@sense": "minimize" if sense["min"] or sense["low"] else "maximize",
        "@quote": next(line.text for line in lines if lexicon.SENSE.search(line.text)),
    }
    found.formulation = Formulation.model_validate(_filled(kind["formulation"], data))
    return found


def _filled(part: Any, data: dict[str, Any]) -> Any:
    """Return a template with data in the place of its names: `@sources`."""
    if isinstance(part, dict):
        return {name: _filled(value, data) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(one, data) for one in part]
    if isinstance(part, str) and "@" in part:
        return data[part] if part in data else part.replace("@few", data["@few"]).replace("@many", data["@many"])
    return part


def _clean(label: str) -> str:
    return re.sub(r"\([^)]*\)|[^\w\s-]", " ", label).strip()


def _items(names: list[str]) -> Items:
    words = [{word if len(word) == 1 else stem(word) for word in name.split()} for name in names]
    shared = {word for one in words for word in one if sum(word in other for other in words) > 1}
    heads = frozenset(shared)
    return tuple(Item(name, frozenset(one - shared or one), heads) for name, one in zip(names, words, strict=True))


def _said(lines: list[Sentence], names: list[str], found: Network) -> None:
    """Note the number said of each place, and as trouble the numbers that are said of none."""
    items = _items(names)
    for index, line in enumerate(lines):
        for clause in clauses(line, items, index=index):
            for item, symbol in _amounts(clause, len(items)):
                symbol.used = found.known.setdefault(names[item], symbol.value) == symbol.value
            unused = [one.text for one in clause.numbers() if not one.used and not one.text.isalpha()]
            found.trouble += [f"'{text}' is not accounted for" for text in unused]


def _amounts(clause: Clause, count: int) -> list[tuple[int, Symbol]]:
    """Return the numbers that a clause says of one place each, compared or plainly."""
    compared = relations(clause) or []
    if not compared:
        stated = columns([clause], count)
        return [pair for column in stated for pair in zip(column.values, column.numbers, strict=True)]
    places = [list(one.terms) or list(clause.subject) for one in compared]
    return [
        (place[0], one.number)
        for one, place in zip(compared, places, strict=True)
        if one.number is not None and len(place) == 1 and set(one.terms.values()) <= {1.0}
    ]


def _margins(grid: Grid) -> dict[str, float]:
    """Return what the rows and columns headed supply, capacity or demand say of each place."""
    ends = [at for at, head in enumerate(grid.header) if at and lexicon.CELLS["margin"].search(head)]
    cells = [(row[0], row[at]) for row in grid.rows for at in ends]
    cells += [
        cell
        for row in grid.rows
        if lexicon.CELLS["margin"].search(row[0])
        for cell in zip(grid.header[1:], row[1:], strict=True)
    ]
    found = {_clean(place): number(cell) for place, cell in cells if not lexicon.CELLS["margin"].search(place)}
    return {place: value for place, value in found.items() if value is not None}
