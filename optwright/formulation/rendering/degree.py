"""Whether expressions are linear in the variables, and in which of them a variable is sure to remain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from optwright.formulation.expression import (
    Add,
    Aggregate,
    Binary,
    Call,
    Choose,
    Compare,
    Item,
    Name,
    Negate,
    Node,
    Number,
    children,
)

NONLINEAR = 2


class Degrees:
    """Degrees in the variables, 0, 1 or 2 for everything above, by the form of an expression alone."""

    def __init__(self, variables: set[str], expressions: Mapping[str, Node], filled: Callable[[Node], bool]) -> None:
        """Take the variables, the trees of the named expressions, and what tells that a set is not empty."""
        self.variables = variables
        self.expressions = expressions
        self.filled = filled
        self._degree_of = cache(self._named_degree)
        self._remains_in = cache(self._named_remains)

    def degree(self, node: Node) -> int:
        """Return 0 for data, 1 for linear, 2 for anything else; never too low."""
        match node:
            case Name(name) | Item(name, _):
                return self._degree_of(name)
            case Binary(op, left, right):
                return self._binary(op, left, right)
            case Add() | Negate() | Compare():
                return max(map(self.degree, children(node)))
            case Choose(_, then, otherwise):
                return max(self.degree(then), self.degree(otherwise))
            case Aggregate("sum", body, _):
                return self.degree(body)
        return NONLINEAR if any(map(self.degree, children(node))) else 0

    def remains(self, node: Node) -> bool:
        """Whether a variable is left in the expression whatever the data: False when that is not certain."""
        match node:
            case Name(name) | Item(name, _):
                return self._remains_in(name)
            case Binary("**", left, right):
                return self.remains(right) or (isinstance(right, Number) and right.value != 0 and self.remains(left))
            case Binary(_, left, right):
                return self.remains(left) or self.remains(right)
            case Add() | Negate() | Call() | Compare():
                return any(map(self.remains, children(node)))
            case Choose(_, then, otherwise):
                return self.remains(then) and self.remains(otherwise)
            case Aggregate("sum" | "prod", body, generators):
                full = all(part.condition is None and self.filled(part.source) for part in generators)
                return full and self.remains(body)
        return False

    def _binary(self, op: str, left: Node, right: Node) -> int:
        degrees = self.degree(left), self.degree(right)
        if op == "*":
            return min(sum(degrees), NONLINEAR)
        if op == "/" and not degrees[1]:
            return degrees[0]
        return NONLINEAR if any(degrees) else 0

    def _named_degree(self, name: str) -> int:
        if name in self.variables:
            return 1
        return self.degree(self.expressions[name]) if name in self.expressions else 0

    def _named_remains(self, name: str) -> bool:
        # An expression component of Pyomo never folds to a number, whatever is in it.
        return name in self.variables or (name in self.expressions and self._degree_of(name) > 0)
