"""The original formulation read as linear forms: what big-M values, signs and whole numbers are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from optwright.formulation.data import Data, generators_of, tree_of
from optwright.formulation.engine import Compiler, key_of
from optwright.formulation.expression import Node, Number, free_names
from optwright.formulation.interval import Interval
from optwright.formulation.lowering.form import Box, Value, algebra, range_of, whole
from optwright.formulation.lowering.scope import Scope
from optwright.formulation.members import LazyLookup, Lookup, Members, Signature
from optwright.outcome import Key


class Forms:
    """A source for compiled expressions in which every variable is a linear form over its bounds."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.box = Box()
        self.algebra = algebra(self.box)
        self._tables: dict[str, Mapping[Key, Any]] = {}

    def signature(self, name: str) -> Signature | None:
        """Return what a name is."""
        return self.data.signature(name)

    def names(self) -> list[str]:
        """Return every declared name."""
        return self.data.names()

    def members(self, name: str) -> Members:
        """Return a set."""
        return self.data.members(name)

    def family(self, name: str) -> Mapping[Key, Members]:
        """Return a family of sets."""
        return self.data.family(name)

    def table(self, name: str) -> Mapping[Key, Any]:
        """Return parameters and constants as numbers, variables and what uses them as forms."""
        if name not in self.data.decisions:
            return self.data.table(name)
        if name not in self._tables:
            self._tables[name] = self._variable(name) if name in self._variables else self._expression(name)
        return self._tables[name]

    @cached_property
    def _variables(self) -> dict[str, bool]:
        return {item.name: item.domain.integral for item in self.data.formulation.variables}

    def _variable(self, name: str) -> Mapping[Key, Any]:
        integral = self._variables[name]
        entries = self.data.bounds(name).items()
        return Lookup(name, [(key, self.box.add(name, key, ends, integral=integral)) for key, ends in entries])

    def _expression(self, name: str) -> Mapping[Key, Any]:
        item = next(item for item in self.data.formulation.expressions if item.name == name)
        places: dict[Key, tuple[Any, ...]] = {}
        compiler = Compiler(self)
        generators = generators_of(item.for_each)
        for values in compiler.rows(generators, {})():
            places[key_of(values)] = values
        compute: list[Any] = []

        def value(key: Key) -> Any:
            if not compute:
                node = tree_of(item.expression)
                compute.append(compiler.function(node, self.data.scope(generators), logic=False))
            if key not in places:
                return Lookup(name)[key]
            return compute[0](*places[key])

        return LazyLookup(name, value)

    # Values over a scope ---------------------------------------------------------------------------------------

    def over(self, node: Node, scope: Scope) -> Iterator[tuple[tuple[Any, ...], Value]]:
        """Yield the index values and the node's value for every combination of the scope, in order."""
        compiler = Compiler(self)
        clauses, inner, _ = compiler.generators(scope.generators, {})
        piece = compiler.number(node, inner)
        compiler.settle()
        values = "(" + "".join(f"{inner[name].code}, " for name in scope.indices) + ")"
        if not scope.generators:
            yield (), compiler.build({}, piece.code)()
            return
        yield from compiler.build({}, f"(({values}, {piece.code}) {clauses})")()

    def keys(self, scope: Scope) -> list[Key]:
        """Return the key of every combination of the scope."""
        return [key_of(values) for values, _ in self.over(Number(0), scope)]

    def range(self, node: Node, scope: Scope) -> Interval:
        """Return between what the node lies over all combinations; [0, 0] where there is none."""
        ends: Interval | None = None
        for _, value in self.over(node, scope.used_by(node)):
            one = range_of(value)
            ends = one if ends is None else ends | one
        return ends or Interval(0.0, 0.0)

    def whole(self, node: Node, scope: Scope) -> bool:
        """Whether the node is a whole number in every combination, whatever the decisions."""
        return all(whole(value) for _, value in self.over(node, scope.used_by(node)))

    def unlimited(self, node: Node, value: Value, *, above: bool) -> dict[str, bool]:
        """Return the variables that leave one end of a value infinite, each with whether its upper end is missing."""
        found: dict[str, bool] = {}
        if not isinstance(value, float | int):
            for column, upper in value.unlimited(above=above):
                found.setdefault(self.box.labels[column][0], upper)
        return found or {name: upper for name, upper in self._open(self._reached(node))}

    def _reached(self, node: Node) -> set[str]:
        """Return the variables that a node uses, through named expressions too."""
        expressions = {item.name: item.expression for item in self.data.formulation.expressions}
        found: set[str] = set()
        new = free_names(node)
        while new:
            found |= new
            used = (free_names(tree_of(expressions[name])) for name in new if name in expressions)
            new = set().union(*used) - found
        return found & self._variables.keys()

    def _open(self, names: Iterable[str]) -> Iterator[tuple[str, bool]]:
        for name in sorted(names):
            for low, high in self.data.bounds(name).values():
                if high == float("inf") or low == -float("inf"):
                    yield name, high == float("inf")
                    break
