"""The same formulation with other data: equal numbers change alike, so that two models of one problem stay comparable.

Numbers are matched by value: whatever stands for 40 in either formulation, parameter or literal, becomes the same other
number in both. What only one of them has (a total worked out by hand, hours for minutes), 0 and 1, and everything that
shapes index sets stays as it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from optwright.formulation.data import Data, resolve
from optwright.formulation.elements import Constraint, Expression, Formulation, Objective, Parameter, Variable
from optwright.formulation.nodes import (
    Aggregate,
    Binary,
    Call,
    Choose,
    Item,
    Node,
    Number,
    free_names,
    generator_names,
    walk,
)
from optwright.formulation.row import generators_of, tree_of
from optwright.formulation.unparse import unparse
from optwright.problem import Table


@dataclass(frozen=True, slots=True)
class Model:
    """A formulation with its attached tables."""

    formulation: Formulation
    tables: tuple[Table, ...] = ()


Moves = Mapping[float, float]
"""The new number for each old one, by absolute value."""


def moves(shared: Iterable[float], dice: random.Random, width: float) -> Moves:
    """Draw new numbers, each at most that share of itself away."""
    return {value: _moved(value, dice, width) for value in sorted(shared)}


def resampled(model: Model, new: Moves) -> Model:
    """Return the model with the new numbers, its data inline."""
    data = resolve(model.formulation, model.tables)
    shaping = _shaping(data)
    parameters = tuple(
        one if one.name in shaping else _parameter(one, data, new) for one in data.formulation.parameters
    )
    parts = data.formulation
    changes: dict[str, Any] = {
        "parameters": parameters,
        "variables": tuple(_variable(one, new) for one in parts.variables),
        "expressions": tuple(_expression(one, new) for one in parts.expressions),
        "constraints": tuple(_expression(one, new) for one in parts.constraints),
        "outputs": (),
    }
    goals = tuple(_expression(one, new) for one in parts.objectives)
    changes["objective"] = goals if isinstance(parts.objective, tuple) else next(iter(goals), None)
    return Model(parts.model_copy(update=changes), model.tables)


def _moved(value: float, dice: random.Random, width: float) -> float:
    factor = 1 + dice.choice([-1, 1]) * dice.uniform(0.3 * width, width)
    if value == int(value):
        moved = float(round(value * factor))
        return moved if moved != value else value + (1 if value < 10 else 0)
    return float(f"{min(value * factor, 1.0) if value < 1 else value * factor:.4g}")


def numbers(model: Model) -> Iterator[float]:
    """Yield the absolute values that may change: of parameters and of literals. Raises FormulationError."""
    data = resolve(model.formulation, model.tables)
    shaping = _shaping(data)
    for name, values in data.parameters.items():
        for value in values.values() if name not in shaping else ():
            if isinstance(value, int | float) and abs(value) not in (0.0, 1.0):
                yield abs(float(value))
    for element in _expressions(data.formulation):
        for node in _free_literals(tree_of(element.expression)):
            if abs(node.value) not in (0.0, 1.0):
                yield abs(float(node.value))
    for variable in data.formulation.variables:
        for end in (variable.lower, variable.upper):
            if isinstance(end, int | float) and abs(end) not in (0.0, 1.0):
                yield abs(float(end))


def _expressions(parts: Formulation) -> list[Constraint | Expression | Objective]:
    return [*parts.constraints, *parts.expressions, *parts.objectives]


def _shaping(data: Data) -> set[str]:
    """Return the parameters and constants that sets, indices and conditions depend on."""
    parts = data.formulation
    named: set[str] = set()
    for spec in parts.sets:
        named |= generator_names(generators_of(spec.for_each))
        if spec.keys_of:
            named.add(spec.keys_of)
        for end in spec.range or ():
            named |= free_names(tree_of(end)) if isinstance(end, str) else set()
    for element in _expressions(parts):
        named |= generator_names(generators_of(getattr(element, "for_each", None)))
        for node in walk(tree_of(element.expression)):
            if isinstance(node, Aggregate):
                for generator in node.generators:
                    named |= free_names(generator.condition) if generator.condition else set()
            if isinstance(node, Item):
                named |= {name for part in node.index for name in free_names(part)}
    return named | data.text_parameters


def _free_literals(root: Node) -> list[Number]:
    """Return the literals that are data: not exponents, not in indices, generators or conditions."""
    found: list[Number] = []

    def note(literal: Number) -> Number:
        found.append(literal)
        return literal

    _with_literals(root, note)
    return found


def _with_literals(node: Node, change: Callable[[Number], Number]) -> Node:
    """Return the tree with its literals changed, where they are data."""
    match node:
        case Number():
            return change(node)
        case Item() | Binary("%" | "//") | Call("len" | "first" | "last" | "ord"):
            return node
        case Binary("**", left, right):
            return Binary("**", _with_literals(left, change), right)
        case Aggregate(function, body, generators):
            return Aggregate(function, _with_literals(body, change), generators)
        case Choose(condition, then, otherwise):
            return Choose(condition, _with_literals(then, change), _with_literals(otherwise, change))
    parts: dict[str, Any] = {}
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, Node):
            parts[item.name] = _with_literals(value, change)
        elif isinstance(value, tuple):
            parts[item.name] = tuple(_with_literals(one, change) if isinstance(one, Node) else one for one in value)
    return replace(node, **parts)


def _expression(element: Any, new: Moves) -> Any:
    """Return the element with its literals moved; an expression without any stays the very same text."""
    root = tree_of(element.expression)
    if not any(abs(literal.value) in new for literal in _free_literals(root)):
        return element
    moved = _with_literals(root, lambda literal: Number(_number(literal.value, new)))
    return element.model_copy(update={"expression": unparse(moved)})


def _variable(variable: Variable, new: Moves) -> Variable:
    ends = {side: _end(getattr(variable, side), new) for side in ("lower", "upper")}
    return variable.model_copy(update=ends)


def _end(end: Any, new: Moves) -> Any:
    if isinstance(end, list):
        return [_end(one, new) for one in end]
    if isinstance(end, Mapping):
        return {key: _end(one, new) for key, one in end.items()}
    return _number(end, new) if isinstance(end, int | float) else end


def _number(value: int | float, new: Moves) -> int | float:
    moved = new.get(abs(float(value)))
    return value if moved is None else -moved if value < 0 else moved


def _parameter(parameter: Parameter, data: Data, new: Moves) -> Parameter:
    values = data.parameters[parameter.name]
    if () in values:
        return parameter.model_copy(update={**_UNBOUND, "value": _number(values[()], new)})
    default = None if parameter.default is None else _number(parameter.default, new)
    rows = tuple((*key, _number(value, new)) for key, value in values.items())
    return parameter.model_copy(update={**_UNBOUND, "rows": rows, "default": default})


_UNBOUND: dict[str, Any] = {"value": None, "rows": None, "table": None, "column": None, "key": None, "wide": False}
