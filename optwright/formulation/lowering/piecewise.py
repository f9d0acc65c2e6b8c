"""`piecewise(x, [...], [...])`: weights of the breakpoints, and where need be a binary for each segment."""

from __future__ import annotations

from itertools import pairwise

from optwright.formulation.elements import Domain
from optwright.formulation.lowering.draft import Place, quoted
from optwright.formulation.lowering.names import base_of
from optwright.formulation.lowering.scope import Scope, entry
from optwright.formulation.lowering.work import Stand, Way, Work
from optwright.formulation.nodes import (
    Add,
    Aggregate,
    Binary,
    Choose,
    Compare,
    Generator,
    Item,
    Name,
    Node,
    Number,
    Piecewise,
)
from optwright.outcome import Key

Column = dict[Key, float]
"""One coordinate of one breakpoint in every combination."""


def piecewise(work: Work, node: Piecewise, way: Way, place: Place) -> Node:
    """Return what takes the place of a piecewise line: an expression, the weighted sum of its values."""
    stand, reference = work.stand_in("piecewise", node, place, lambda inner: _weigh(work, node, inner))

    def define(one: Way) -> None:
        source = stand.source
        assert isinstance(source, Piecewise)
        if not _bends(work, source, stand.place.scope, one):
            work.later(f"{stand.name} segments", place.element, Way.DOWN, lambda _: _segments(work, source, stand))

    work.later(stand.name, place.element, way, define)
    return reference


def _weigh(work: Work, node: Piecewise, place: Place) -> str:
    """Add the breakpoints, a weight for each, and the expression that is the line's value; return its name."""
    stem = base_of(node.argument) or place.element.name
    why = f"The breakpoints of {quoted(node)}"
    points = work.draft.positions(f"{stem}_points", len(node.xs), why)
    generator = Generator((work.vocabulary.fresh("k"),), True, Name(points))
    inner = place.within(place.scope.extend((generator,)))
    why = f"How much of each breakpoint makes up {quoted(node.argument)}; they add up to 1"
    name = work.draft.variable(f"{stem}_weight", inner, why, domain=Domain.PERCENT_FRACTION)
    weight = entry(name, inner.scope)
    at, value = (
        Aggregate("sum", Binary("*", _coordinates(work, node, axis, f"{stem}_{axis}", inner), weight), (generator,))
        for axis in ("x", "y")
    )
    line = base_of(work.draft.expression(f"{stem}_line", place.scope, value, f"Stands for {quoted(node)}"))
    rows = Place(place.scope, place.element, work.draft.label(line), work.draft.added[line])
    work.draft.row(rows, Compare(("==",), (Aggregate("sum", weight, (generator,)), Number(1))))
    work.draft.row(rows, Compare(("==",), (work.number(node.argument, Way.BOTH, place), at)))
    work.weights[line] = weight, generator
    return line


def _coordinates(work: Work, node: Piecewise, axis: str, wanted: str, inner: Place) -> Node:
    """Add the parameter of the breakpoints' coordinates and return the reference to it."""
    outer, point = Scope(inner.scope.generators[:-1]), Scope(inner.scope.generators[-1:])
    columns = _columns(work, node.xs if axis == "x" else node.ys, outer)
    why = f"{axis} of the breakpoints of {quoted(node)}"
    if all(len(set(column.values())) == 1 for column in columns):
        once: Column = {(place,): next(iter(column.values())) for place, column in enumerate(columns, 1)}
        return work.draft.parameter(wanted, point, once, why)
    values = {(*key, place): column[key] for key in columns[0] for place, column in enumerate(columns, 1)}
    return work.draft.parameter(wanted, inner.scope, values, why)


def _columns(work: Work, side: tuple[Node, ...], scope: Scope) -> list[Column]:
    """Return the coordinates of the breakpoints in every combination."""
    keys = work.forms.keys(scope)
    values = ([float(value) for _, value in work.forms.over(part, scope)] for part in side)  # type: ignore[arg-type]
    return [dict(zip(keys, column, strict=True)) for column in values]


def _bends(work: Work, node: Piecewise, scope: Scope, way: Way) -> bool:
    """Whether the weights alone are right when pressed that way: a convex line pressed down, a concave one up."""
    xs, ys = _columns(work, node.xs, scope), _columns(work, node.ys, scope)
    for key in xs[0]:
        points = [(x[key], y[key]) for x, y in zip(xs, ys, strict=True)]
        slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
        if any((right < left) if way is Way.DOWN else (right > left) for left, right in pairwise(slopes)):
            return False
    return True


def _segments(work: Work, node: Piecewise, stand: Stand) -> None:
    """Let only the two breakpoints of one segment have weight."""
    draft, place = work.draft, stand.place
    weight, generator = work.weights[stand.name]
    count = len(node.xs)
    inside = draft.positions(f"{stand.name}_segments", count - 1, f"The segments of {quoted(node)}")
    segment = Generator((work.vocabulary.fresh("s"),), True, Name(inside))
    inner = place.within(place.scope.extend((segment,)))
    why = f"As 0 or 1, whether {quoted(node.argument)} lies in the segment"
    name = draft.variable(f"{stand.name}_in_segment", inner, why)
    draft.row(place, Compare(("==",), (Aggregate("sum", entry(name, inner.scope), (segment,)), Number(1))))
    index, position = tuple(map(Name, place.scope.indices)), Name(generator.target[0])
    before = Item(name, (*index, Add((position, Number(-1)))))
    beside = Add(
        (
            Choose(Compare((">",), (position, Number(1))), before, Number(0)),
            Choose(Compare(("<",), (position, Number(count))), Item(name, (*index, position)), Number(0)),
        )
    )
    draft.row(place.within(place.scope.extend((generator,))), Compare(("<=",), (weight, beside)))
