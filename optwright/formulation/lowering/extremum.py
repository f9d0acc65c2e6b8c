"""`max`, `min` and `abs` of decisions: a variable beyond every part, and where need be equal to one of them."""

from __future__ import annotations

from collections import defaultdict

from optwright.formulation.engine import key_of
from optwright.formulation.lowering.draft import Place, quoted
from optwright.formulation.lowering.form import Value, range_of
from optwright.formulation.lowering.formula import Relation
from optwright.formulation.lowering.names import base_of
from optwright.formulation.lowering.scope import entry
from optwright.formulation.lowering.truth import add, complement, relaxed
from optwright.formulation.lowering.work import Stand, Way, Work
from optwright.formulation.nodes import Aggregate, Binary, Call, Compare, Generator, Node, Number, free_names, negate
from optwright.formulation.row import Combination
from optwright.outcome import Key

Part = tuple[tuple[Generator, ...], Node]
"""The generators over which a part runs, and the part."""
MAX_PAIRS = 12
"""So many parts are compared pair by pair for the tightest big-M; more, each with the extreme of all."""


def extremum(work: Work, node: Call | Aggregate, way: Way, place: Place) -> Node:
    """Return what takes the place of a `max`, `min` or `abs`."""
    if node.function == "abs" and isinstance(node, Call):
        sign = work.sign(node.args[0], place)
        if sign:
            return work.number(node.args[0] if sign > 0 else negate(node.args[0]), way, place)

    def make(inner: Place) -> str:
        ends = work.forms.range(node, inner.scope)
        return work.draft.variable(_called(work, node, inner), inner, f"Stands for {quoted(node)}", ends=ends)

    stand, reference = work.stand_in("extremum", node, place, make)
    outward = Way.UP if node.function == "min" else Way.DOWN
    parts = _parts(stand.source)

    def define(one: Way) -> None:
        if one is outward:
            _beyond(work, stand, parts, outward)
        else:
            work.later(stand.name, place.element, outward, define)
            _among(work, stand, parts, outward)

    work.later(stand.name, place.element, way, define)
    return reference


def _parts(node: Node) -> list[Part]:
    if isinstance(node, Aggregate):
        return [(node.generators, node.body)]
    assert isinstance(node, Call)
    if node.function == "abs":
        return [((), node.args[0]), ((), negate(node.args[0]))]
    return [((), arg) for arg in dict.fromkeys(node.args)]


def _called(work: Work, node: Call | Aggregate, place: Place) -> str:
    """Name an extremum after the one component in it, the expression that it defines, or the variables in it."""
    inner = node.body if isinstance(node, Aggregate) else node.args[0]
    used = sorted(free_names(node) & work.vocabulary.decisions)
    named = place.element.name if place.element.kind == "expression" or len(used) > 2 else "_".join(used)
    return f"{node.function}_{base_of(inner) or named}"


def _beyond(work: Work, stand: Stand, parts: list[Part], outward: Way) -> None:
    """No part lies beyond the variable."""
    for generators, part in parts:
        inner = stand.place.within(stand.place.scope.extend(generators))
        work.hold(Relation(">=" if outward is Way.DOWN else "<=", stand.node, part), inner)


def _among(work: Work, stand: Stand, parts: list[Part], outward: Way) -> None:
    """The variable does not lie beyond the part whose binary is 1."""
    chosen = _choices(work, stand, parts)
    most = _margins(work, stand, parts, outward)
    op, way = ("<=", Way.UP) if outward is Way.DOWN else (">=", Way.DOWN)
    for (generators, part), choice, margin in zip(parts, chosen, most, strict=True):
        inner = stand.place.within(stand.place.scope.extend(generators))
        slack = margin and Binary("*", margin, complement(choice))
        work.draft.row(inner, relaxed(op, stand.node, work.number(part, way, inner), slack))


def _choices(work: Work, stand: Stand, parts: list[Part]) -> list[Node]:
    """Return what is 1 for the part that the variable equals; two parts share one binary."""
    text = f"whether {stand.name} equals"
    if len(parts) == 1 and parts[0][0]:
        generators, part = parts[0]
        inner = stand.place.within(stand.place.scope.extend(generators))
        name = work.draft.variable(f"{stand.name}_is", inner, f"As 0 or 1, {text} {quoted(part)}")
        node = entry(name, inner.scope)
        work.draft.row(stand.place, Compare(("==",), (Aggregate("sum", node, generators), Number(1))))
        return [node]
    names = [f"{stand.name}_is_{number}" for number in range(1, len(parts) + 1)]
    if len(parts) == 2:
        name = work.draft.variable(f"{stand.name}_is_first", stand.place, f"As 0 or 1, {text} {quoted(parts[0][1])}")
        first = entry(name, stand.place.scope)
        return [first, complement(first)]
    chosen = [
        entry(work.draft.variable(name, stand.place, f"As 0 or 1, {text} {quoted(part)}"), stand.place.scope)
        for name, (_, part) in zip(names, parts, strict=True)
    ]
    if len(chosen) > 1:
        work.draft.row(stand.place, Compare(("==",), (add(chosen), Number(1))))
        return chosen
    return [Number(1)]


def _margins(work: Work, stand: Stand, parts: list[Part], outward: Way) -> list[Node | None]:
    """Return for each part the parameter by how much the extremum can lie beyond it."""
    groups: dict[Key, list[tuple[int, Key, Combination, Value]]] = defaultdict(list)
    scope = stand.place.scope
    width = len(scope.indices)
    for number, (generators, part) in enumerate(parts):
        for values, value in work.tight.over(part, scope.extend(generators)):
            beyond = value if outward is Way.DOWN else -value
            groups[key_of(values[:width])].append((number, key_of(values), values, beyond))
    most: list[dict[Key, float]] = [{} for _ in parts]
    for group in groups.values():
        for (number, key, values, _), gaps in zip(group, _gaps([value for *_, value in group]), strict=True):
            inner = stand.place.within(scope.extend(parts[number][0]))
            most[number][key] = work.highest(parts[number][1], gaps, inner, values)
    why = "The most by which {} can lie beyond {}"
    return [
        work.margin(values, scope.extend(generators), stand.place, why.format(stand.name, quoted(part)))
        for values, (generators, part) in zip(most, parts, strict=True)
    ]


def _gaps(values: list[Value]) -> list[list[Value]]:
    """Return for each value by how much the others can exceed it."""
    if len(values) <= MAX_PAIRS:
        return [
            [other - value for other_place, other in enumerate(values) if other_place != place]
            for place, value in enumerate(values)
        ]
    # Pair by pair takes time that grows with the square of their number.
    ranges = [range_of(value) for value in values]
    second, first = sorted(one.hi for one in ranges)[-2:]
    return [[(second if one.hi == first else first) - one.lo] for one in ranges]
