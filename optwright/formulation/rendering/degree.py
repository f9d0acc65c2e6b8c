"""Whether expressions are linear in the variables, by their form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from optwright.formulation.nodes import Add, Aggregate, Binary, Choose, Compare, Item, Name, Negate, Node, children

NONLINEAR = 2


class Degrees:
    """Degrees in the variables, 0, 1 or 2 for everything above, by the form of an expression alone."""

    def __init__(self, variables: set[str], expressions: Mapping[str, Node]) -> None:
        """Take the variables and the trees of the named expressions."""
        self.variables = variables
        self.expressions = expressions
        self._degree_of = cache(self._named_degree)

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
