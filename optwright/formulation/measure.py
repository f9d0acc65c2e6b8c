"""By how much a constraint is missed at a point: relations by their gap, logic by the nearest way to satisfy it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from optwright.formulation.algebra import CAP
from optwright.formulation.engine import Compiler
from optwright.formulation.nodes import Add, Compare, Logic, Node
from optwright.formulation.pieces import Scope
from optwright.formulation.row import Combination

Miss = Callable[[Combination], float]
"""The amount by which something is missed at a combination; 0 where it holds within the tolerance."""
Misses = Callable[[Combination], tuple[float, float]]
"""The amount by which something misses being true, and that by which it misses being false."""

_OPPOSITE = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "==": "!=", "!=": "=="}


class Measure:
    """Builds the `Miss` of constraints from one compiler.

    A relation that is a whole constraint may be missed by the tolerance times max(1, the largest of the terms that its
    sides add up): solvers hold rows relative to their magnitude. Inside logic the magnitude counts at most a
    thousandfold, and `<`, `>`, `!=` must be met by more than the tolerance (section 7).
    """

    def __init__(self, compiler: Compiler, scope: Scope, tolerance: float) -> None:
        self.compiler, self.scope, self.tolerance = compiler, scope, tolerance

    def row(self, node: Node) -> Miss:
        """Return the miss of a constraint. Raises Broken."""
        self.compiler.logic(node, self.scope)
        self.compiler.settle()
        if isinstance(node, Compare):
            return self._compare(node, math.inf)
        misses = self._logic(node)
        return lambda combination: misses(combination)[0]

    def _logic(self, node: Node) -> Misses:
        """Build both misses in one pass over the tree, so that nested equivalences stay linear."""
        match node:
            case Logic("not", (inner,)):
                turned = self._logic(inner)
                return lambda combination: turned(combination)[::-1]
            case Logic(op, args):
                parts, join = [self._logic(arg) for arg in args], _JOINS[op]
                return lambda combination: join([part(combination) for part in parts])
            case Compare(ops, operands) if len(ops) == 1 and ops[0] in _OPPOSITE:
                holds = self._compare(node, CAP)
                fails = self._compare(Compare((_OPPOSITE[ops[0]],), operands), CAP)
                return lambda combination: (holds(combination), fails(combination))
            case Compare():
                holds, plain = self._compare(node, CAP), self._plain(node)
                return lambda combination: (holds(combination), plain(combination)[1])
        return self._plain(node)

    def _plain(self, node: Node) -> Misses:
        """Take what has no gap (a binary, a condition on data) as 0 or 1."""
        call = self.compiler.build(self.scope, self.compiler.logic(node, self.scope).code)
        return lambda combination: (0.0, 1.0) if call(*combination) else (1.0, 0.0)

    def _compare(self, node: Compare, cap: float) -> Miss:
        pieces = [self.compiler.atom(part, self.scope) for part in node.operands if not _is_set(node, part)]
        if not any(piece.decision for piece in pieces):
            plain = self._plain(node)
            return lambda combination: plain(combination)[0]
        sides = []
        for part in node.operands:
            terms = part.terms if isinstance(part, Add) else (part,)
            sides.append("(" + "".join(f"{self.compiler.number(term, self.scope).code}, " for term in terms) + ")")
        call = self.compiler.build(self.scope, f"({', '.join(sides)},)")
        ops, tolerance = node.ops, self.tolerance

        def miss(combination: Combination) -> float:
            values = call(*combination)
            sums = [sum(terms) for terms in values]
            magnitude = max(1.0, *(abs(term) for terms in values for term in terms))
            room = tolerance * min(magnitude, cap)
            return max(_gap(op, pair, room, tolerance) for op, pair in zip(ops, pairwise(sums), strict=True))

        return miss


def _is_set(node: Compare, part: Node) -> bool:
    place = node.operands.index(part)
    return place > 0 and node.ops[place - 1] in ("in", "not in")


def _gap(op: str, pair: tuple[Any, Any], room: float, tolerance: float) -> float:
    """Return by how much a relation is missed, 0 where that is no more than it may be."""
    gap = pair[0] - pair[1]
    if math.isnan(gap):
        return math.inf
    match op:
        case "<=" | "<":
            over = gap
        case ">=" | ">":
            over = -gap
        case "==":
            over = abs(gap)
        case _:
            return 0.0 if abs(gap) > tolerance else tolerance
    if op in ("<", ">"):
        return 0.0 if over < -tolerance else over + tolerance
    return float(over) if over > room else 0.0


def _and(parts: list[tuple[float, float]]) -> tuple[float, float]:
    return max(true for true, _ in parts), min(false for _, false in parts)


def _or(parts: list[tuple[float, float]]) -> tuple[float, float]:
    return min(true for true, _ in parts), max(false for _, false in parts)


def _implies(parts: list[tuple[float, float]]) -> tuple[float, float]:
    (given, given_not), (then, then_not) = parts
    return min(given_not, then), max(given, then_not)


def _iff(parts: list[tuple[float, float]]) -> tuple[float, float]:
    (left, left_not), (right, right_not) = parts
    return min(max(left, right), max(left_not, right_not)), min(max(left, right_not), max(left_not, right))


_JOINS = {"and": _and, "or": _or, "implies": _implies, "iff": _iff}
