"""In which rows a variable is left: Pyomo refuses a row of numbers alone, so that such a row must be told apart."""

from __future__ import annotations

from optwright.formulation.data import Data
from optwright.formulation.nodes import (
    Add,
    Aggregate,
    Binary,
    Call,
    Choose,
    Generator,
    Item,
    Name,
    Negate,
    Node,
    Number,
    children,
    free_names,
    walk,
)
from optwright.formulation.row import Row
from optwright.formulation.runtime import RUN_ERRORS

MOST_WORK = 20_000_000
"""Elementary steps that looking for variables in one row may take; beyond, the program itself looks."""
_NONE, _ONE = Number(0), Number(1)


class Presence:
    """Counts the variables in expressions, where that does not hang on the values of parameters."""

    def __init__(self, data: Data) -> None:
        """Take the data of the formulation."""
        self.data = data
        self.values = {element.name for element in data.formulation.parameters} | set(data.constants)

    def certain(self, sides: tuple[Node, Node], generators: tuple[Generator, ...]) -> bool:
        """Whether every combination of a row has a variable, whatever the values of the parameters."""
        count = _total(tuple(map(self.count, sides)))
        if isinstance(count, Number):
            return count.value > 0
        if any(self._hangs_on_values(part) for part in _decided_by(count, generators)):
            return False
        try:
            row = Row(self.data, generators, count)
            return row.work <= MOST_WORK and all(row(combination) > 0 for combination in row.combinations())
        except RUN_ERRORS:
            return False

    def count(self, node: Node) -> Node:
        """Return an expression of data that is positive where a variable is left in the node."""
        match node:
            case Name(name) | Item(name, _):
                # An expression component of Pyomo never folds to a number, whatever is in it.
                return _ONE if name in self.data.decisions else _NONE
            case Binary("**", left, right) if not isinstance(right, Number) or right.value == 0:
                return self.count(right) if self.count(left) == _NONE else _NONE
            case Choose(condition, then, otherwise):
                branches = self.count(then), self.count(otherwise)
                return branches[0] if branches[0] == branches[1] else Choose(condition, *branches)
            case Aggregate("sum" | "prod", body, generators):
                inner = self.count(body)
                return _NONE if inner == _NONE else Aggregate("sum", inner, generators)
            case Add() | Binary() | Negate() | Call():
                return _total(tuple(map(self.count, children(node))))
        return _NONE

    def _hangs_on_values(self, node: Node) -> bool:
        return bool(free_names(node) & self.values)


def _total(counts: tuple[Node, ...]) -> Node:
    """Add counts up; one that is certain is enough."""
    some = tuple(count for count in counts if count != _NONE)
    if _ONE in some or not some:
        return _ONE if some else _NONE
    return some[0] if len(some) == 1 else Add(some)


def _decided_by(count: Node, generators: tuple[Generator, ...]) -> list[Node]:
    """Return what a count hangs on: the conditions in it and those of the row."""
    found = [part.condition for part in generators if part.condition is not None]
    for node in walk(count):
        if isinstance(node, Choose):
            found.append(node.condition)
        elif isinstance(node, Aggregate):
            found += [part.condition for part in node.generators if part.condition is not None]
    return found
