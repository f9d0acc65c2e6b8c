"""Transport and assignment: a grid of costs between two kinds of places, with what each supplies or needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from optwright.formulation.elements import Formulation
from optwright.offline import lexicon
from optwright.offline.candidate import Candidate
from optwright.offline.clauses import clauses
from optwright.offline.emit import filled, plain
from optwright.offline.items import Item, Items
from optwright.offline.quantities import pairs
from optwright.offline.table import Grid, is_margin, number
from optwright.offline.tokens import Sentence, sentences, stem


def network(lines: list[Sentence], grid: Grid) -> Candidate | None:
    """Read a transport or assignment problem; None where the text speaks of neither."""
    text = " ".join(line.text for line in lines)
    kind = next((row for row in lexicon.PATTERNS["network"] if re.search(row["words"], text, re.I)), None)
    goal = next((line.text for line in lines if lexicon.SENSE.search(line.text)), "")
    sense = lexicon.SENSE.search(goal)
    heads = [at for at, head in enumerate(grid.header) if at and not is_margin(head)]
    rows = [row for row in grid.rows if not is_margin(row[0])]
    rates = [[number(row[at]) for at in heads] for row in rows]
    if kind is None or sense is None or min(len(rows), len(heads)) < 2 or any(None in row for row in rates):
        return None
    sources, targets = [_clean(row[0]) for row in rows], [_clean(grid.header[at]) for at in heads]
    candidate = Candidate(())
    known = _known([*lines, *_margins(grid)], sources + targets, candidate)
    missing = [name for name in sources + targets if kind["margins"] and name not in known]
    if missing or (known and not kind["margins"]):
        candidate.trouble.append(f"no supply or demand is given for {missing[0]!r}" if missing else "not an assignment")
    data = {
        "@sources": sources,
        "@targets": targets,
        "@rates": [[plain(one or 0) for one in row] for row in rates],
        "@supply": [plain(known.get(place, 0)) for place in sources],
        "@demand": [plain(known.get(place, 0)) for place in targets],
        "@few": "==" if len(sources) <= len(targets) else "<=",
        "@many": "==" if len(targets) <= len(sources) else "<=",
        "@sense": "minimize" if sense["min"] or sense["low"] else "maximize",
        "@quote": goal,
    }
    candidate.ready = Formulation.model_validate(filled(kind["formulation"], data))
    return candidate


def _clean(label: str) -> str:
    return re.sub(r"\([^)]*\)|[^\w\s-]", " ", label).strip()


def _items(names: list[str]) -> Items:
    words = [{word if len(word) == 1 else stem(word) for word in name.split()} for name in names]
    shared = frozenset(word for one in words for word in one if sum(word in other for other in words) > 1)
    return tuple(Item(name, frozenset(one - shared or one), shared) for name, one in zip(names, words, strict=True))


def _margins(grid: Grid) -> Iterator[Sentence]:
    """Say what the rows and columns headed supply, capacity or demand hold of each place."""
    for row in grid.rows:
        for head, cell in zip(grid.header[1:], row[1:], strict=True):
            if number(cell) is not None and is_margin(head) != is_margin(row[0]):
                yield from sentences(f"{_clean(row[0] if is_margin(head) else head)} has {cell}.")


def _known(lines: list[Sentence], names: list[str], candidate: Candidate) -> dict[str, float]:
    """Return the number said of each place; numbers that are said of none are trouble."""
    items = _items(names)
    known: dict[str, float] = {}
    for clause in (clause for index, line in enumerate(lines) for clause in clauses(line, items, index=index)):
        for item, symbol in pairs(clause, len(items)):
            symbol.used = known.setdefault(names[item], symbol.value) == symbol.value
        unused = [one.text for one in clause.numbers() if not one.used and not one.text.isalpha()]
        candidate.trouble += [f"'{text}' is not accounted for" for text in unused]
    return known
