"""Logic in negation normal form: `not` only on single binaries, `implies` and `iff` gone, relations one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optwright.formulation.lowering.names import Vocabulary
from optwright.formulation.lowering.scope import opposite
from optwright.formulation.nodes import (
    Aggregate,
    Call,
    Choose,
    Compare,
    Generator,
    Item,
    Logic,
    Name,
    Node,
    Number,
    negate,
    walk,
)


@dataclass(frozen=True)
class Literal:
    """A part worth 0 or 1: `node` itself, or what is left of it to 1."""

    node: Node
    positive: bool


@dataclass(frozen=True)
class Fact:
    """A condition on indices and data."""

    condition: Node


@dataclass(frozen=True)
class Relation:
    """`left op right` with op one of `<= >= == < >`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Every:
    """The part holds for every combination of the generators."""

    generators: tuple[Generator, ...]
    part: Formula


Formula = Literal | Fact | Relation | All | Either | Every
TRUE = Fact(Compare(("==",), (Number(0), Number(0))))
FALSE = Fact(Compare(("==",), (Number(0), Number(1))))
_NEGATED = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "==": "!=", "!=": "=="}
_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "=="}


class Normal:
    """Turns logic into formulas."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def formula(self, node: Node, positive: bool = True) -> Formula:
        """Return the formula that says the node holds, or that it does not."""
        if not self.vocabulary.decides(node):
            return Fact(_condition(node) if positive else opposite(_condition(node)))
        match node:
            case Logic("not", (part,)):
                return self.formula(part, not positive)
            case Logic("implies", (given, then)):
                parts = self.formula(given, not positive), self.formula(then, positive)
                return _either(parts) if positive else _all(parts)
            case Logic("iff", (left, right)):
                return self._iff(left, right, positive)
            case Logic(op, parts):
                join = _all if (op == "and") == positive else _either
                return join(tuple(self.formula(part, positive) for part in parts))
            case Compare(ops, operands):
                links = zip(ops, operands[:-1], operands[1:], strict=True)
                every = tuple(self._link(op if positive else _NEGATED[op], a, b) for op, a, b in links)
                return _all(every) if positive else _either(every)
            case Choose(condition, then, otherwise):
                first = _either((Fact(opposite(condition)), self.formula(then, positive)))
                return _all((first, _either((Fact(condition), self.formula(otherwise, positive)))))
        return Literal(node, positive)

    def _iff(self, left: Node, right: Node, positive: bool) -> Formula:
        """Say that both sides are equally true; a side that has its own `iff` becomes one binary, not two copies."""

        def side(node: Node, wanted: bool) -> Formula:
            nested = any(isinstance(part, Logic) and part.op == "iff" for part in walk(node))
            return Literal(node, wanted) if nested else self.formula(node, wanted)

        return _all(
            (
                _either((side(left, False), side(right, positive))),
                _either((side(left, True), side(right, not positive))),
            )
        )

    def _link(self, op: str, left: Node, right: Node) -> Formula:
        if not self.vocabulary.decides(left) and not self.vocabulary.decides(right):
            return Fact(Compare((op,), (left, right)))
        single = self._single_binary(op, left, right)
        if single is not None:
            return single
        if op == "!=":
            return _either((self._relation("<", left, right), self._relation(">", left, right)))
        return self._relation(op, left, right)

    def _single_binary(self, op: str, left: Node, right: Node) -> Formula | None:
        """Read `b == 1`, `0 < b` and the like as the literal that they are."""
        if isinstance(left, Number) and op in _MIRRORED:
            return self._single_binary(_MIRRORED[op], right, left)
        if not isinstance(right, Number) or not self.vocabulary.is_binary(left):
            return None
        at_0, at_1 = (_holds(op, value, right.value) for value in (0, 1))
        if at_0 == at_1:
            return TRUE if at_0 else FALSE
        return Literal(left, at_1)

    def _relation(self, op: str, left: Node, right: Node) -> Formula:
        """Take an extremum that is one whole side apart, where every part of it must meet the relation."""
        for a, b, seen in ((left, right, op), (right, left, _MIRRORED[op])):
            parts = self._pressed_parts(a, seen)
            if parts is not None:
                return _all(tuple(self._relation(seen, part, b) for part in parts))
            if isinstance(a, Aggregate) and a.function == _PRESSED.get(seen) and self.vocabulary.decides(a):
                generators, body = self.vocabulary.apart(a, b)
                return Every(generators, self._relation(seen, body, b))
        return Relation(op, left, right)

    def _pressed_parts(self, node: Node, op: str) -> tuple[Node, ...] | None:
        """Return the parts of a `max` that is limited from above, of a `min` from below, of a limited `abs`."""
        if not isinstance(node, Call) or not self.vocabulary.decides(node):
            return None
        if node.function == _PRESSED.get(op):
            return node.args
        if node.function == "abs" and op in ("<=", "<"):
            return node.args[0], negate(node.args[0])
        return None


_PRESSED = {"<=": "max", "<": "max", ">=": "min", ">": "min"}


def _condition(node: Node) -> Node:
    """Return a condition: a bare number counts as true when it is 1."""
    return Compare(("==",), (node, Number(1))) if isinstance(node, Name | Item | Number) else node


def _holds(op: str, left: float, right: float) -> bool:
    return {
        "<=": left <= right,
        ">=": left >= right,
        "==": left == right,
        "<": left < right,
        ">": left > right,
        "!=": left != right,
    }[op]


def _all(parts: tuple[Formula, ...]) -> Formula:
    flat = tuple(_flat(parts, All))
    return flat[0] if len(flat) == 1 else All(flat)


def _either(parts: tuple[Formula, ...]) -> Formula:
    flat = tuple(_flat(parts, Either))
    return flat[0] if len(flat) == 1 else Either(flat)


def _flat(parts: tuple[Formula, ...], kind: type[All] | type[Either]) -> Iterator[Formula]:
    for part in parts:
        if isinstance(part, All | Either) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def clauses(part: Formula, limit: int) -> list[tuple[Literal | Fact, ...]] | None:
    """Return the conjunctive normal form of logic of binaries and data alone, None for others or beyond the limit."""
    match part:
        case Literal() | Fact():
            return [(part,)]
        case All(parts):
            found: list[tuple[Literal | Fact, ...]] = []
            for each in parts:
                inner = clauses(each, limit)
                if inner is None:
                    return None
                found += inner
            return found if len(found) <= limit else None
        case Either(parts):
            return _distribute(parts, limit)
    return None


def _distribute(parts: tuple[Formula, ...], limit: int) -> list[tuple[Literal | Fact, ...]] | None:
    product: list[tuple[Literal | Fact, ...]] = [()]
    for each in parts:
        inner = clauses(each, limit)
        if inner is None or len(product) * len(inner) > limit:
            return None
        product = [tuple(dict.fromkeys(head + tail)) for head in product for tail in inner]
    return [clause for clause in product if not _always(clause)]


def _always(clause: tuple[Literal | Fact, ...]) -> bool:
    """Whether a clause has a literal and its negation."""
    return any(isinstance(part, Literal) and Literal(part.node, not part.positive) in clause for part in clause)
