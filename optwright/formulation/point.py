"""Data with values of the variables: what rows with variables are computed with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from optwright.formulation.algebra import Algebra
from optwright.formulation.elements import Expression
from optwright.formulation.members import LazyLookup, Lookup, OutOfRange, Unresolved
from optwright.formulation.row import Row
from optwright.outcome import Key

if TYPE_CHECKING:
    from optwright.formulation.data import Data


class Point:
    """Data with values of the variables, in any algebra: what rows with variables are computed with.

    `values` gives each variable's value by key; an entry that it lacks is OutOfRange. Named expressions are computed
    when first read and kept.
    """

    def __init__(self, data: Data, values: Mapping[str, Mapping[Key, Any]], algebra: Algebra | None = None) -> None:
        self.data = data
        self.algebra = algebra or data.algebra
        self._tables: dict[str, Lookup] = {name: Lookup(name, entries) for name, entries in values.items()}
        self.names = data.names
        self.signature = data.signature
        self.members = data.members
        self.family = data.family

    def table(self, name: str) -> Mapping[Key, Any]:
        """Return the values of a parameter, constant, variable or expression."""
        if name not in self.data.decisions:
            return self.data.table(name)
        if name in self.data.failed:
            raise Unresolved(name)
        if name not in self._tables:
            element = self.data.elements[name]
            if not isinstance(element, Expression):
                self._tables[name] = Lookup(name)
            else:
                self._tables[name] = LazyLookup(name, self._compute(element))
        return self._tables[name]

    def _compute(self, element: Expression) -> Callable[[Key], Any]:
        compiled: list[Row] = []

        def compute(key: Key) -> Any:
            if not self.data.has(element.name, key):
                raise OutOfRange(element.name, key)
            if not compiled:  # only now, so that a cycle of expressions is found before it is followed
                compiled.append(Row(self, element.for_each, element.expression, logic=None))
            return compiled[0](compiled[0].split(key))

        return compute
