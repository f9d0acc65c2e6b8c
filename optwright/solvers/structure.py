"""Whether two models are one model under other names, orders, signs and scales of rows.

Both become one coloured graph: columns, rows, the objective and quadratic terms are its vertices, coefficients its
edges, numbers that agree within the tolerance one colour. Colour refinement (1-dimensional Weisfeiler-Leman) splits the
colours until neighbours agree; where vertices stay alike, one is picked and its partner sought. A pairing found so
is checked coefficient by coefficient before the verdict is "same". What cannot be paired as written is tried once more
after `normalise`, with auxiliary variables put in place.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from optwright.outcome import Key, label
from optwright.solvers.normalise import Plain, Row, normalise, plain
from optwright.solvers.standard import StandardForm

CHOICES = 2000
"""Most partners tried for vertices that refinement leaves alike."""


class Verdict(StrEnum):
    """What a comparison came to. DIFFERENT is about the structure: the optima may still agree."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two models with its evidence."""

    verdict: Verdict
    reason: str
    columns: tuple[tuple[tuple[str, Key], tuple[str, Key]], ...] = ()
    """Pairs of variables, of the first and of the second model, when they are the same."""
    normalised: bool = False
    """Whether it took the normalised models to see it: auxiliary variables and parallel rows are then gone."""


def same_structure(first: StandardForm, second: StandardForm, *, tolerance: float = 1e-6) -> Comparison:
    """Compare two forms with one objective or none; `tolerance` is relative, for every coefficient and bound."""
    try:
        written = _compare(*(normalise(plain(form), substitute=False) for form in (first, second)), tolerance=tolerance)
        if written.verdict is not Verdict.DIFFERENT:
            return written
        reduced = _compare(*(normalise(plain(form), substitute=True) for form in (first, second)), tolerance=tolerance)
    except ValueError as error:
        return Comparison(Verdict.UNDECIDED, str(error))
    if reduced.verdict is Verdict.SAME:
        return Comparison(reduced.verdict, reduced.reason, reduced.columns, normalised=True)
    return written if reduced.verdict is Verdict.DIFFERENT else reduced


@dataclass(slots=True)
class _Graph:
    """The disjoint union of both models: `side` 0 or 1, a first colour, a name and coloured edges for each vertex."""

    numbers: _Classes
    side: list[int] = field(default_factory=list)
    colour: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    edges: list[list[tuple[int, int]]] = field(default_factory=list)
    kinds: dict[tuple[object, ...], int] = field(default_factory=dict)
    column: dict[int, int] = field(default_factory=dict)
    """Column of its model, for the vertices that are columns."""

    def vertex(self, side: int, name: str, *kind: object) -> int:
        """Add a vertex; those of one kind have one colour."""
        self.side.append(side)
        self.name.append(name)
        self.colour.append(self.kinds.setdefault(kind, len(self.kinds)))
        self.edges.append([])
        return len(self.side) - 1

    def join(self, one: int, other: int, value: float) -> None:
        """Add an edge of the colour of a number."""
        self.edges[one].append((self.numbers[value], other))
        self.edges[other].append((self.numbers[value], one))


def _compare(first: Plain, second: Plain, *, tolerance: float) -> Comparison:
    if (first.goal is None) != (second.goal is None):
        return Comparison(Verdict.DIFFERENT, "only one of the models has an objective")
    graph = _graph(first, second, tolerance)
    colours = _refine(graph, graph.colour)
    if surplus := _surplus(graph, colours):
        return Comparison(Verdict.DIFFERENT, surplus)
    budget = [CHOICES]
    pairs = _match(graph, colours, budget)
    if pairs is None:
        if budget[0] <= 0:
            return Comparison(Verdict.UNDECIDED, "the models are too symmetric to be paired within the budget")
        return Comparison(Verdict.DIFFERENT, "locally alike, but no pairing of variables keeps every row")
    columns = tuple(
        (first.columns[graph.column[a]].plain, second.columns[graph.column[b]].plain)
        for a, b in sorted(pairs.items())
        if a in graph.column
    )
    count = len(columns)
    return Comparison(Verdict.SAME, f"{count} variables and {len(first.rows)} rows correspond one to one", columns)


def _graph(first: Plain, second: Plain, tolerance: float) -> _Graph:
    numbers = _Classes(_numbers(first) + _numbers(second), tolerance)
    graph = _Graph(numbers)
    for side, model in enumerate((first, second)):
        place = {}
        for column, name in model.columns.items():
            bounds = numbers[model.lower[column]], numbers[model.upper[column]]
            place[column] = graph.vertex(side, f"variable {label(*name)}", "column", *bounds, model.integer[column])
            graph.column[place[column]] = column
        for row in model.rows:
            _add_row(graph, side, row, "constraint", place)
        if model.goal is not None:
            _add_row(graph, side, model.goal, "objective", place)
    return graph


def _add_row(graph: _Graph, side: int, row: Row, kind: str, place: dict[int, int]) -> None:
    row, limits, either = _oriented(row, kind, graph.numbers)
    name = f"{kind} {label(*row.label)}"
    centre = graph.vertex(side, name, kind, *limits)
    halves = (centre, centre)
    if either:
        # Turned round it is the same row: its positive and negative terms hang on two halves that are alike.
        halves = (graph.vertex(side, name, "half"), graph.vertex(side, name, "half"))
        graph.join(centre, halves[0], 1.0)
        graph.join(centre, halves[1], 1.0)
    for column, value in row.terms.items():
        graph.join(halves[value < 0.0], place[column], abs(value) if either else value)
    for (one, other), value in row.squares.items():
        product = graph.vertex(side, name, "product", one == other)
        graph.join(halves[value < 0.0], product, abs(value) if either else value)
        for column in {one, other}:
            graph.join(product, place[column], 1.0)


def _oriented(row: Row, kind: str, numbers: _Classes) -> tuple[Row, tuple[int, int], bool]:
    """Turn a row by a rule that knows no names or order; the last value says that the rule sees no difference."""
    limits = numbers[row.lower], numbers[row.upper]
    if kind == "objective":
        return row, limits, False
    turned = Row(
        row.label,
        -row.upper,
        -row.lower,
        {column: -value for column, value in row.terms.items()},
        {pair: -value for pair, value in row.squares.items()},
    )
    other = numbers[turned.lower], numbers[turned.upper]
    here = (limits, sorted(numbers[value] for value in (*row.terms.values(), *row.squares.values())))
    there = (other, sorted(numbers[value] for value in (*turned.terms.values(), *turned.squares.values())))
    return (row, limits, here == there) if here <= there else (turned, other, False)


class _Classes:
    """Numbers that agree within a relative tolerance share a class; classes are ordered as the numbers are."""

    def __init__(self, values: Iterable[float], tolerance: float) -> None:
        self._of: dict[float, int] = {}
        last, current = -math.inf, 0
        for value in sorted({*values}):
            apart = math.isinf(value) or math.isinf(last) or value - last > tolerance * max(1e-3, abs(value))
            current += value != last and apart
            self._of[value] = current
            last = value

    def __getitem__(self, value: float) -> int:
        return self._of[value]


def _numbers(model: Plain) -> list[float]:
    found = [1.0, *model.lower.values(), *model.upper.values()]
    for row in model.rows if model.goal is None else [*model.rows, model.goal]:
        found += [row.lower, row.upper, *row.terms.values(), *row.squares.values()]
    return found + [-value for value in found]


def _refine(graph: _Graph, colours: list[int]) -> list[int]:
    count = len(set(colours))
    while True:
        known: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
        fresh = []
        for vertex, colour in enumerate(colours):
            around = tuple(sorted((edge, colours[other]) for edge, other in graph.edges[vertex]))
            fresh.append(known.setdefault((colour, around), len(known)))
        if len(known) == count:
            return fresh
        colours, count = fresh, len(known)


def _surplus(graph: _Graph, colours: list[int]) -> str:
    """Name a vertex of each model that has no counterpart in the other, or nothing when the colours balance."""
    balance: Counter[int] = Counter()
    for vertex, colour in enumerate(colours):
        balance[colour] += 1 if graph.side[vertex] == 0 else -1
    sides = []
    for side, sign in ((0, 1), (1, -1)):
        over = [
            graph.name[v] for v, colour in enumerate(colours) if graph.side[v] == side and sign * balance[colour] > 0
        ]
        if over:
            which = "first" if side == 0 else "second"
            shown = ", ".join(dict.fromkeys(over[:4]))
            sides.append(f"of the {which} model, {shown} {'has' if len(over) == 1 else 'have'} no counterpart")
    return "; ".join(sides)


def _match(graph: _Graph, colours: list[int], budget: list[int]) -> dict[int, int] | None:
    """Return a pairing of the first model's vertices with the second's, or None."""
    cells: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for vertex, colour in enumerate(colours):
        cells[colour][graph.side[vertex]].append(vertex)
    if any(len(mine) != len(yours) for mine, yours in cells.values()):
        return None
    open_cells = [cell for cell in cells.values() if len(cell[0]) > 1]
    if not open_cells:
        pairs = {mine[0]: yours[0] for mine, yours in cells.values()}
        return pairs if _preserves(graph, pairs) else None
    mine, yours = min(open_cells, key=lambda cell: len(cell[0]))
    for partner in yours:
        budget[0] -= 1
        if budget[0] < 0:
            return None
        picked = list(colours)
        picked[mine[0]] = picked[partner] = max(colours) + 1
        found = _match(graph, _refine(graph, picked), budget)
        if found is not None:
            return found
    return None


def _preserves(graph: _Graph, pairs: dict[int, int]) -> bool:
    """Check a pairing edge by edge."""
    return all(
        graph.colour[one] == graph.colour[other]
        and sorted((edge, pairs[far]) for edge, far in graph.edges[one]) == sorted(graph.edges[other])
        for one, other in pairs.items()
    )
