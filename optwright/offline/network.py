"""Transport and assignment: a grid of costs between two kinds of places, with supplies and demands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from optwright.formulation.elements import (
    Constraint,
    Domain,
    Formulation,
    Objective,
    Parameter,
    Sense,
    SetSpec,
    Variable,
)
from optwright.offline import lexicon
from optwright.offline.attributes import attributes, counting
from optwright.offline.clauses import COMPARE, clauses
from optwright.offline.items import Item, Items
from optwright.offline.relations import relations
from optwright.offline.table import Grid, number
from optwright.offline.tokens import Sentence, stem

_MOVE = re.compile(r"\b(?:ship|transport|send|deliver|distribut|suppl|haul|freight)\w*", re.I)
_ASSIGN = re.compile(r"\bassign\w*", re.I)
_MARGIN = re.compile(r"\b(?:supply|capacity|available|availability|demand|requirement|required|need)\w*\b", re.I)


@dataclass(slots=True)
class Network:
    """A reading of a text with one grid; `trouble` as in a candidate."""

    formulation: Formulation | None
    trouble: list[str]


def network(lines: list[Sentence], grid: Grid) -> Network | None:
    """Read a transport or assignment problem; None where the text speaks of neither."""
    text = " ".join(line.text for line in lines)
    assign = bool(_ASSIGN.search(text)) and not _MOVE.search(text)
    if not assign and not _MOVE.search(text):
        return None
    columns = [at for at, head in enumerate(grid.header) if at and not _MARGIN.search(head)]
    rows = [row for row in grid.rows if not _MARGIN.search(row[0])]
    cost = [[number(row[at]) for at in columns] for row in rows]
    sense = lexicon.SENSE.search(text)
    if len(rows) < 2 or len(columns) < 2 or sense is None or any(value is None for row in cost for value in row):
        return None
    sources, targets = [_clean(row[0]) for row in rows], [_clean(grid.header[at]) for at in columns]
    known, trouble = _said(lines, sources + targets)
    _margins(grid, known)
    direction = Sense.MINIMIZE if sense["min"] or sense["low"] else Sense.MAXIMIZE
    if assign and not known:
        return Network(_assignment(sources, targets, cost, direction, text), trouble)
    missing = [name for name in sources + targets if name not in known]
    if missing:
        trouble.append(f"no supply or demand is given for {missing[0]!r}")
        return Network(None, trouble)
    return Network(_transport(sources, targets, cost, known, direction), trouble)


def _clean(label: str) -> str:
    return re.sub(r"\([^)]*\)|[^\w\s-]", " ", label).strip()


def _items(names: list[str]) -> Items:
    words = [[word if len(word) == 1 else stem(word) for word in name.split()] for name in names]
    shared = {
        word
        for at, one in enumerate(words)
        for word in one
        if any(word in other for k, other in enumerate(words) if k != at)
    }
    return tuple(
        Item(name, frozenset(set(one) - shared) or frozenset(one), frozenset(shared))
        for name, one in zip(names, words, strict=True)
    )


def _said(lines: list[Sentence], names: list[str]) -> tuple[dict[str, float], list[str]]:
    """Return the number said of each place, and the numbers that are said of none."""
    items = _items(names)
    known: dict[str, float] = {}
    trouble: list[str] = []
    for index, line in enumerate(lines):
        for clause in clauses(line, items, index=index):
            pairs = [(attribute.item, attribute.number) for attribute in attributes(clause, len(items))]
            if any(kind in COMPARE for kind in clause.kinds()):
                found = relations(clause) or []
                pairs = [
                    (next(iter(one.terms)), one.number)
                    for one in found
                    if one.number is not None and list(one.terms.values()) == [1.0]
                ]
                if not pairs and len(clause.subject) == 1:
                    pairs = [
                        (clause.subject[0], one.number) for one in found if one.number is not None and not one.terms
                    ]
            for item, symbol in pairs:
                if known.setdefault(names[item], symbol.value) == symbol.value:
                    symbol.used = True
            trouble += [
                f"'{one.text}' is not accounted for"
                for one in clause.numbers()
                if not one.used and not counting(clause, one, -1) and not one.text.isalpha()
            ]
    return known, trouble


def _margins(grid: Grid, known: dict[str, float]) -> None:
    for at, head in enumerate(grid.header):
        if at and _MARGIN.search(head):
            known.update(
                {
                    _clean(row[0]): value
                    for row in grid.rows
                    if (value := number(row[at])) is not None and not _MARGIN.search(row[0])
                }
            )
    for row in grid.rows:
        if _MARGIN.search(row[0]):
            known.update(
                {
                    _clean(head): value
                    for head, cell in zip(grid.header[1:], row[1:], strict=True)
                    if (value := number(cell)) is not None and not _MARGIN.search(head)
                }
            )


def _parts(
    sources: list[str], targets: list[str], cost: list[list[float | None]]
) -> tuple[tuple[SetSpec, SetSpec], Parameter]:
    sets = (SetSpec(name="SOURCES", members=list(sources)), SetSpec(name="TARGETS", members=list(targets)))
    return sets, Parameter(
        name="rate", index=("SOURCES", "TARGETS"), value=[[_plain(value or 0.0) for value in row] for row in cost]
    )


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _transport(
    sources: list[str], targets: list[str], cost: list[list[float | None]], known: dict[str, float], sense: Sense
) -> Formulation:
    sets, rate = _parts(sources, targets, cost)
    return Formulation(
        sets=sets,
        parameters=(
            rate,
            Parameter(name="supply", index=("SOURCES",), value=[_plain(known[name]) for name in sources]),
            Parameter(name="demand", index=("TARGETS",), value=[_plain(known[name]) for name in targets]),
        ),
        variables=(
            Variable(name="ship", index=("SOURCES", "TARGETS"), description="how much goes from where to where"),
        ),
        objective=Objective(sense=sense, expression="sum(rate[s,t]*ship[s,t] for s in SOURCES for t in TARGETS)"),
        constraints=(
            Constraint(name="out", for_each="s in SOURCES", expression="sum(ship[s,t] for t in TARGETS) <= supply[s]"),
            Constraint(name="meet", for_each="t in TARGETS", expression="sum(ship[s,t] for s in SOURCES) >= demand[t]"),
        ),
    )


def _assignment(
    sources: list[str], targets: list[str], cost: list[list[float | None]], sense: Sense, text: str
) -> Formulation:
    sets, rate = _parts(sources, targets, cost)
    rows, columns = ("==" if len(sources) <= len(targets) else "<="), ("==" if len(targets) <= len(sources) else "<=")
    return Formulation(
        sets=sets,
        parameters=(rate,),
        variables=(Variable(name="assign", index=("SOURCES", "TARGETS"), domain=Domain.BINARY),),
        objective=Objective(
            sense=sense, expression="sum(rate[s,t]*assign[s,t] for s in SOURCES for t in TARGETS)", quote=text[:300]
        ),
        constraints=(
            Constraint(
                name="each_source", for_each="s in SOURCES", expression=f"sum(assign[s,t] for t in TARGETS) {rows} 1"
            ),
            Constraint(
                name="each_target", for_each="t in TARGETS", expression=f"sum(assign[s,t] for s in SOURCES) {columns} 1"
            ),
        ),
    )
