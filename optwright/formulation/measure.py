"""By how much a constraint is missed at a point: relations by their gap, logic by the nearest way to satisfy it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from optwright.formulation.algebra import CAP
from optwright.formulation.engine import Compiler
from optwright.formulation.expression import Add, Compare, Logic, Node
from optwright.formulation.pieces import Scope
from optwright.formulation.row import Combination

Miss = Callable[[Combination], float]
"""The amount by which something is missed at a combination; 0 where it holds within the tolerance."""

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
        return self._logic(node, True)

    def _logic(self, node: Node, wanted: bool) -> Miss:
        match node:
            case Logic("not", (inner,)):
                return self._logic(inner, not wanted)
            case Logic(("and" | "or") as op, args):
                parts = [self._logic(arg, wanted) for arg in args]
                return _worst(parts) if (op == "and") == wanted else _nearest(parts)
            case Logic("implies", (given, then)):
                parts = [self._logic(given, not wanted), self._logic(then, wanted)]
                return _nearest(parts) if wanted else _worst(parts)
            case Logic("iff", (left, right)):
                same = [self._logic(left, True), self._logic(right, wanted)]
                neither = [self._logic(left, False), self._logic(right, not wanted)]
                return _nearest([_worst(same), _worst(neither)])
            case Compare(ops, operands) if len(ops) == 1 and ops[0] in _OPPOSITE:
                return self._compare(node if wanted else Compare((_OPPOSITE[ops[0]],), operands), CAP)
            case Compare() if wanted:
                return self._compare(node, CAP)
        return self._plain(node, wanted)

    def _plain(self, node: Node, wanted: bool) -> Miss:
        """Take what has no gap (a binary, a condition on data) as 0 or 1."""
        call = self.compiler.build(self.scope, self.compiler.logic(node, self.scope).code)
        return lambda combination: 0.0 if bool(call(*combination)) == wanted else 1.0

    def _compare(self, node: Compare, cap: float) -> Miss:
        pieces = [self.compiler.atom(part, self.scope) for part in node.operands if not _is_set(node, part)]
        if not any(piece.decision for piece in pieces):
            return self._plain(node, True)
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


def _worst(parts: list[Miss]) -> Miss:
    return lambda combination: max(part(combination) for part in parts)


def _nearest(parts: list[Miss]) -> Miss:
    return lambda combination: min(part(combination) for part in parts)
