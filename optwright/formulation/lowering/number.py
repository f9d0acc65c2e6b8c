"""Expressions read as numbers: each part that is to be lowered is replaced, knowing which way it is pressed."""

from __future__ import annotations

from optwright.formulation.lowering.draft import Place
from optwright.formulation.lowering.extremum import extremum
from optwright.formulation.lowering.piecewise import piecewise
from optwright.formulation.lowering.scope import Scope, opposite
from optwright.formulation.lowering.truth import truth
from optwright.formulation.lowering.work import Way, Work
from optwright.formulation.nodes import (
    Add,
    Aggregate,
    Binary,
    Call,
    Choose,
    Compare,
    Item,
    Logic,
    Name,
    Negate,
    Node,
    Number,
    Piecewise,
    negate,
)
from optwright.formulation.unparse import unparse, unparse_generators

_RISING = {"exp", "log", "sqrt"}


def number(work: Work, node: Node, way: Way, place: Place) -> Node:
    """Return the node with every part lowered that needs it; the same node where none does."""
    if not work.vocabulary.needs(node):
        return node
    match node:
        case Name(name) | Item(name, _):
            _demand(work, name, way)
            return node
        case Negate(operand):
            return negate(work.number(operand, way.turned(-1), place))
        case Add(terms):
            return Add(tuple(work.number(term, way, place) for term in terms))
        case Binary():
            return _binary(work, node, way, place)
        case Choose():
            return _choose(work, node, way, place)
        case Compare() | Logic():
            return truth(work, node, way, place)
        case Piecewise():
            return piecewise(work, node, way, place)
        case Call("min" | "max" | "abs", _) | Aggregate("min" | "max", _, _):
            return extremum(work, node, way, place)
        case Call(function, args):
            inner = way if function in _RISING else Way.BOTH
            return Call(function, tuple(work.number(arg, inner, place) for arg in args))
        case Aggregate(function, body, generators):
            inside = place.within(place.scope.extend(generators))
            if function == "prod" and work.sign(body, inside) <= 0:
                way = Way.BOTH
            return Aggregate(function, work.number(body, way, inside), generators)
    return node


def _demand(work: Work, name: str, way: Way) -> None:
    """Ask for a named expression to be lowered for one more way of use."""
    item = work.vocabulary.expressions[name]

    def rewrite(one: Way) -> None:
        generators, node = work.vocabulary.read(item.for_each, item.expression)
        body = work.number(node, one, Place(Scope(generators), item, item.name))
        for_each = unparse_generators(generators) or None
        work.bodies[name] = item.model_copy(update={"expression": unparse(body), "for_each": for_each})

    work.later(name, item, way, rewrite)


def _choose(work: Work, node: Choose, way: Way, place: Place) -> Node:
    then = work.reach(node.condition, place)
    otherwise = work.reach(opposite(node.condition), place)
    if then is None:
        return work.number(node.otherwise, way, place)
    if otherwise is None:
        return work.number(node.then, way, place)
    return Choose(node.condition, work.number(node.then, way, then), work.number(node.otherwise, way, otherwise))


def _binary(work: Work, node: Binary, way: Way, place: Place) -> Node:
    if node.op == "*":
        return _product(work, node, way, place)
    if node.op == "/":
        return _quotient(work, node, way, place)
    inner = way.turned(_power_sign(work, node, place)) if node.op == "**" else Way.BOTH
    return Binary(node.op, work.number(node.left, inner, place), work.number(node.right, Way.BOTH, place))


def _product(work: Work, node: Binary, way: Way, place: Place) -> Node:
    """Turn the way of each factor by the sign of the other; data of both signs is told apart by a condition."""
    left, right = node.left, node.right
    if way is Way.BOTH:
        return Binary("*", work.number(left, way, place), work.number(right, way, place))
    for factor in (left, right):
        if not work.vocabulary.decides(factor) and not work.sign(factor, place):
            return work.number(Choose(Compare((">=",), (factor, Number(0))), node, node), way, place)
    ways = [way.turned(work.sign(other, place)) for other in (right, left)]
    return Binary("*", work.number(left, ways[0], place), work.number(right, ways[1], place))


def _quotient(work: Work, node: Binary, way: Way, place: Place) -> Node:
    below = work.sign(node.right, place)
    above = 0
    if below and work.vocabulary.needs(node.right):
        above = -work.sign(node.left, place)
    return Binary(
        "/",
        work.number(node.left, way.turned(below), place),
        work.number(node.right, way.turned(above), place),
    )


def _power_sign(work: Work, node: Binary, place: Place) -> int:
    """Return 1 where the power rises with its base, -1 where it falls, 0 where neither is certain."""
    if work.vocabulary.decides(node.right):
        return 0
    exponent = work.forms.range(node.right, place.scope)
    base = work.forms.range(node.left, place.scope)
    if not exponent.point:
        return 0
    value = exponent.lo
    if base.lo >= 0 or (value > 0 and value % 2 == 1):
        return 1 if value > 0 else -1
    return 0
