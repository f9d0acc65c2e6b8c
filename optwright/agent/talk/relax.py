"""The relaxation found for an infeasible model, as edits: each row or bound gives way by the amount that was found."""

from __future__ import annotations

from collections.abc import Iterator

from optwright.agent.talk.numbers import tidy
from optwright.formulation.edit import Edit, ReplaceConstraint
from optwright.formulation.elements import Constraint, Formulation
from optwright.formulation.expression import parse, parse_generators
from optwright.formulation.nodes import Add, Choose, Compare, Logic, Name, Node, Number, Text, negate
from optwright.formulation.unparse import unparse
from optwright.outcome import Conflict, Key


def relaxing(conflict: Conflict | None, formulation: Formulation) -> tuple[Edit, ...]:
    """Return the edits that make room; empty where nothing was found or something else than rows must give way."""
    if conflict is None or not conflict.relaxation:
        return ()
    declared = {constraint.name: constraint for constraint in formulation.constraints}
    amounts: dict[str, dict[Key, float]] = {}
    for name, key, amount in conflict.relaxation:
        if name not in declared:
            return ()
        amounts.setdefault(name, {})[key] = amount
    edits = [loosened(declared[name], entries) for name, entries in amounts.items()]
    return tuple(edit for edit in edits if edit is not None) if all(edits) else ()


def loosened(constraint: Constraint, amounts: dict[Key, float]) -> Edit | None:
    """Return the edit that gives rows of a constraint room on their loose side, or takes it where it is negative.

    None where the constraint is more than one comparison.
    """
    tree = parse(constraint.expression)
    if not isinstance(tree, Compare) or len(tree.ops) != 1:
        return None
    room = _room(constraint, amounts)
    if room is None:
        return None
    left, right = tree.operands
    expressions = [unparse(side) for side in _wider(tree.ops[0], left, right, room)]
    if len(expressions) != 1:
        return None
    return ReplaceConstraint(constraint=constraint.model_copy(update={"expression": expressions[0]}))


def _wider(op: str, left: Node, right: Node, room: Node) -> Iterator[Node]:
    """Yield the comparison with the room on its loose side; an equation becomes a band around its right side."""
    if op == "<=":
        yield Compare(("<=",), (left, plus(right, room)))
    elif op == ">=":
        yield Compare((">=",), (left, plus(right, room, -1)))
    elif op == "==":
        yield Compare(("<=", "<="), (plus(right, room, -1), left, plus(right, room)))


def plus(node: Node, room: Node, sign: int = 1) -> Node:
    """Return a sum; two literals are added up."""
    if isinstance(node, Number) and isinstance(room, Number):
        return Number(tidy(node.value + sign * room.value))
    return Add((node, room if sign > 0 else negate(room)))


def _room(constraint: Constraint, amounts: dict[Key, float]) -> Node | None:
    """Return the amount as an expression: a number, or one chosen by the indices of the row."""
    if not constraint.for_each:
        return Number(tidy(_up(amounts[()]))) if set(amounts) == {()} else None
    names = [name for generator in parse_generators(constraint.for_each) for name in generator.target]
    node: Node = Number(0)
    for key, amount in amounts.items():
        if len(key) != len(names):
            return None
        tests = [Compare(("==",), (Name(name), _literal(part))) for name, part in zip(names, key, strict=True)]
        test = tests[0] if len(tests) == 1 else Logic("and", tuple(tests))
        node = Choose(test, Number(tidy(_up(amount))), node)
    return node


def _literal(part: str | int) -> Node:
    return Number(part) if isinstance(part, int) else Text(part)


def _up(amount: float) -> float:
    """Round an amount a hair up, so that rounding does not close the room again; whole amounts stay whole."""
    whole = round(amount)
    return float(whole) if abs(amount - whole) <= 1e-7 * max(1, whole) else float(f"{amount * (1 + 1e-9):.10g}")
