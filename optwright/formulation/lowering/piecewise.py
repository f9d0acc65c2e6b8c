"""`piecewise(x, [...], [...])`: weights of the breakpoints, and a binary per segment where the line is not pressed flat."""

from __future__ import annotations

from itertools import pairwise

from optwright.formulation.elements import Domain
from optwright.formulation.expression import (
    Add,
    Aggregate,
    Binary,
    Choose,
    Compare,
    Generator,
    Item,
    Name,
    Negate,
    Node,
    Number,
    Piecewise,
)
from optwright.formulation.lowering.draft import Place, quoted
from optwright.formulation.lowering.names import base_of
from optwright.formulation.lowering.scope import Scope, entry
from optwright.formulation.lowering.work import Stand, Way, Work
from optwright.outcome import Key

Points = list[dict[Key, float]]
"""For each breakpoint its coordinate in every combination."""


def piecewise(work: Work, node: Piecewise, way: Way, place: Place) -> Node:
    """Return what takes the place of a piecewise line."""
    stand, reference = work.stand_in("piecewise", node, place, lambda inner: _weigh(work, node, inner))
    line = _Line(work, node, stand)

    def define(one: Way) -> None:
        if not line.bends(one):
            work.later(f"{stand.name} segments", place.element, Way.DOWN, lambda _: line.segments())

    work.later(stand.name, place.element, way, define)
    return reference


def _weigh(work: Work, node: Piecewise, place: Place) -> str:
    """Add the breakpoints, a weight for each, and the expression that is the line's value; return its name."""
    stem = base_of(node.argument) or place.element.name
    count = len(node.xs)
    points = work.draft.positions(f"{stem}_points", count, f"The breakpoints of {quoted(node)}")
    index = work.vocabulary.index("k")
    generator = Generator((index,), True, Name(points))
    inner = place.within(place.scope.extend((generator,)))
    weights = f"How much of each breakpoint makes up {quoted(node.argument)}; they add up to 1"
    name = work.draft.variable(f"{stem}_weight", inner, weights, domain=Domain.PERCENT_FRACTION)
    weight = entry(name, inner.scope)
    across = [
        _coordinates(work, side, inner, f"{stem}_{axis}", f"{axis} of the breakpoints of {quoted(node)}")
        for axis, side in (("x", node.xs), ("y", node.ys))
    ]
    at, value = (Aggregate("sum", Binary("*", side, weight), (generator,)) for side in across)
    line = work.draft.expression(f"{stem}_line", place.scope, value, f"Stands for {quoted(node)}")
    name = base_of(line)
    rows = Place(place.scope, place.element, f"{name}_def", f"Rows that define {name}")
    work.draft.row(rows, Compare(("==",), (Aggregate("sum", weight, (generator,)), Number(1))))
    argument = work.number(node.argument, Way.BOTH, place)
    work.draft.row(rows, Compare(("==",), (argument, at)))
    work.lines[name] = (points, weight, generator)
    return name


def _coordinates(work: Work, side: tuple[Node, ...], inner: Place, wanted: str, why: str) -> Node:
    """Add the parameter of the breakpoints' coordinates and return the reference to it."""
    generator = inner.scope.generators[-1]
    outer = Scope(inner.scope.generators[:-1])
    columns = coordinates(work, side, outer)
    if all(len(set(column.values())) <= 1 for column in columns):
        first = {(place,): next(iter(column.values()), 0.0) for place, column in enumerate(columns, 1)}
        return work.draft.parameter(wanted, Scope((generator,)), first, why)
    keys = list(columns[0])
    values = {(*key, place): column[key] for key in keys for place, column in enumerate(columns, 1)}
    return work.draft.parameter(wanted, inner.scope, values, why)


def coordinates(work: Work, side: tuple[Node, ...], scope: Scope) -> Points:
    """Return the coordinates of the breakpoints in every combination."""
    keys = work.forms.keys(scope)
    return [
        dict(zip(keys, (float(value) for _, value in work.forms.over(part, scope)), strict=True))  # type: ignore[arg-type]
        for part in side
    ]


class _Line:
    """One piecewise line and the component that stands for it."""

    def __init__(self, work: Work, node: Piecewise, stand: Stand) -> None:
        self.work, self.node, self.stand = work, node, stand

    def bends(self, way: Way) -> bool:
        """Whether the weights alone are right when pressed that way: a convex line pressed down, a concave one up."""
        sides = [coordinates(self.work, side, self.stand.place.scope) for side in (self.node.xs, self.node.ys)]
        return all(_turns(way, *([column[key] for column in side] for side in sides)) for key in sides[0][0])

    def segments(self) -> None:
        """Let only the two breakpoints of one segment have weight."""
        draft, place = self.work.draft, self.stand.place
        points, weight, generator = self.work.lines[self.stand.name]
        count = len(self.node.xs)
        if count < 3:
            return
        stem = self.stand.name
        inside = draft.positions(f"{stem}_segments", count - 1, f"The segments of {quoted(self.node)}")
        index = self.work.vocabulary.index("s")
        segment = Generator((index,), True, Name(inside))
        inner = place.within(place.scope.extend((segment,)))
        why = f"As 0 or 1, whether {quoted(self.node.argument)} lies in the segment"
        name = draft.variable(f"{stem}_in_segment", inner, why)
        chosen = entry(name, inner.scope)
        draft.row(place, Compare(("==",), (Aggregate("sum", chosen, (segment,)), Number(1))))
        position = Name(generator.target[0])
        sides = Add((self._beside(name, position, count, before=True), self._beside(name, position, count, before=False)))
        draft.row(place.within(place.scope.extend((generator,))), Compare(("<=",), (weight, sides)))

    def _beside(self, name: str, position: Name, count: int, *, before: bool) -> Node:
        """Return the binary of the segment before or after a breakpoint, 0 at the ends."""
        index = tuple(map(Name, self.stand.place.scope.indices))
        if before:
            inside, segment = Compare((">",), (position, Number(1))), Add((position, Negate(Number(1))))
            return Choose(inside, Item(name, (*index, segment)), Number(0))
        return Choose(Compare(("<",), (position, Number(count))), Item(name, (*index, position)), Number(0))


def _turns(way: Way, xs: list[float], ys: list[float]) -> bool:
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(zip(xs, ys, strict=True))]
    rising = way is Way.DOWN
    return all((right >= left) if rising else (right <= left) for left, right in pairwise(slopes))
