"""Data, sets, constants and variables of the program."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from optwright.formulation.elements import Domain, Expression, Parameter, SetSpec, Variable
from optwright.formulation.expression import parse, parse_generators
from optwright.formulation.members import Members
from optwright.formulation.nodes import Binary, Generator, Item, Name, Node, free_names, generator_names, walk
from optwright.formulation.rendering.context import Context, note
from optwright.formulation.rendering.layout import call
from optwright.formulation.rendering.literal import literal
from optwright.formulation.rendering.rules import ROOM, expression, index_of, set_of
from optwright.formulation.rendering.scope import Scope
from optwright.formulation.rendering.writer import write
from optwright.outcome import Key


def parameter(element: Parameter, context: Context) -> None:
    """Put a parameter into the data, to be read into a local of its name."""
    values = context.data.parameters[element.name]
    value = plain(values, indexed=bool(element.index))
    context.entry(element.name, value, note(element), local=context.elements[element.name])


def plain(values: Mapping[Key, Any], *, indexed: bool) -> Any:
    """Return values as a program holds them: a number, or a dictionary by bare member or by tuple."""
    if not indexed:
        return values[()]
    if all(len(key) == 1 for key in values):
        return {key[0]: value for key, value in values.items()}
    return values


def constants(context: Context) -> list[Expression]:
    """Return the named expressions without variables, in the order of their declaration."""
    return [part for part in context.formulation.expressions if part.name not in context.data.decisions]


def foundations(context: Context) -> list[str]:
    """Write sets and constants, each after what it is made from."""
    lines: list[str] = []
    for element in in_order([*context.formulation.sets, *constants(context)]):
        written = set_(element, context) if isinstance(element, SetSpec) else expression(element, context)
        lines += written
    return lines


def in_order(elements: Iterable[SetSpec | Expression]) -> list[Any]:
    """Sort elements so that each follows what it uses, otherwise in the order of declaration."""
    waiting = {element.name: element for element in elements}
    needs = {name: uses(element) & waiting.keys() for name, element in waiting.items()}
    done: dict[str, Any] = {}
    # Depth first without recursion: a chain of a thousand named expressions is legal.
    for first in waiting:
        stack = [first]
        while stack:
            open_needs = [name for name in waiting if name in needs[stack[-1]] and name not in done]
            if open_needs and len(stack) <= len(waiting):
                stack.append(open_needs[0])
            else:
                name = stack.pop()
                done.setdefault(name, waiting[name])
    return list(done.values())


def uses(element: SetSpec | Expression) -> set[str]:
    """Return the names that a set or a named expression is made from."""
    if isinstance(element, Expression):
        generators = parse_generators(element.for_each) if element.for_each else ()
        return generator_names(generators, parse(element.expression))
    found = set(element.index)
    if element.for_each is not None:
        found |= generator_names(parse_generators(element.for_each))
    for end in element.range or ():
        found |= free_names(parse(end)) if isinstance(end, str) else set()
    return found


def set_(element: SetSpec, context: Context) -> list[str]:
    """Write one set; listed members go into the data."""
    name = f"model.{context.elements[element.name]}"
    lines = note(element)
    if element.name in context.data.families:
        return [*lines, *_family(element, name, context)]
    members = context.data.sets[element.name]
    if element.range is not None:
        return [*lines, f"{name} = {_range(element, members, context)}"]
    if element.for_each is not None:
        return [*lines, *set_of(name, parse_generators(element.for_each), context)]
    if element.keys_of is not None and _is_keys_of(members, context.data.parameters[element.keys_of]):
        return [*lines, f"{name} = pyo.Set(initialize=list({context.elements[element.keys_of]}){_dimension(members)})"]
    context.entry(element.name, members.plain, lines)
    return [f"{name} = pyo.Set(initialize=data[{literal(element.name)}]{_dimension(members)})"]


def _is_keys_of(members: Members, values: Mapping[Key, Any]) -> bool:
    return len(members.items) == len(values) and all(map(tuple.__eq__, members.items, values))


def _dimension(members: Members) -> str:
    return f", dimen={members.width}" if members.width > 1 or not members.items else ""


def _family(element: SetSpec, name: str, context: Context) -> list[str]:
    family = context.data.families[element.name]
    context.entry(element.name, plain({key: part.plain for key, part in family.items()}, indexed=True), note(element))
    index = ", ".join(context.scope.elements[part] for part in element.index)
    width = context.width(element.name)
    return [f"{name} = pyo.Set({index}, initialize=data[{literal(element.name)}], dimen={width})"]


def _range(element: SetSpec, members: Members, context: Context) -> str:
    if not members.items:
        return "pyo.Set(initialize=[], dimen=1)"
    ends = (_end(end, context) for end in element.range or ())
    return f"pyo.RangeSet({', '.join(ends)})"


def _end(end: int | str, context: Context) -> str:
    if isinstance(end, int):
        return str(end)
    tree = parse(end)
    text = write(tree, context.scope)
    return f"int({text})" if any(_may_be_float(part, context) for part in walk(tree)) else text


def _may_be_float(part: Node, context: Context) -> bool:
    match part:
        case Binary("/" | "**"):
            return True
        case Name(name) | Item(name, _) if name in context.data.parameters:
            return any(isinstance(value, float) for value in context.data.parameters[name].values())
        case Name(name) | Item(name, _):
            return name in context.data.constants
    return False


def variable(element: Variable, context: Context) -> list[str]:
    """Write a variable with its domain and bounds."""
    name = context.elements[element.name]
    context.components[name] = element.name
    generators = context.index_sets(element.index)
    index = index_of(generators, context, name, skips=False)
    lines = [*note(element), *index.explicit]
    # A solver holds PositiveReals to at least 0, and Pyomo would warn of the 0 that comes back.
    domain = Domain.NON_NEGATIVE_REALS if element.domain is Domain.POSITIVE_REALS else element.domain
    arguments = [*index.sets, f"domain=pyo.{domain.value}"]
    head = f"model.{name} = pyo.Var"
    if element.lower is None and element.upper is None:
        return [*lines, *call(head, arguments, ROOM)]
    ends = [_bound(element, side, generators, index.scope, context) for side in ("lower", "upper")]
    pair = f"({ends[0][0]}, {ends[1][0]})"
    parameters = ", ".join(["model", *index.parameters])
    if not any(varies for _, varies in ends):
        return [*lines, *call(head, [*arguments, f"bounds={pair}"], ROOM)]
    if not index.opening:
        return [*lines, *call(head, [*arguments, f"bounds=lambda {parameters}: {pair}"], ROOM)]
    rule = context.names.give(f"{name}_bounds")
    body = [f"def {rule}({parameters}):", *(f"    {line}" for line in index.opening), f"    return {pair}", ""]
    return ["", *body, *lines, *call(head, [*arguments, f"bounds={rule}"], ROOM)]


def _bound(
    element: Variable, side: str, generators: tuple[Generator, ...], scope: Scope, context: Context
) -> tuple[str, bool]:
    """Write one end of the bounds, and say whether it depends on the index."""
    value = getattr(element, side)
    if value is None:
        limit = element.domain.limits[side == "upper"]
        return (str(int(limit)) if math.isfinite(limit) else "None"), False
    if isinstance(value, int | float):
        return literal(value), False
    indices = [Name(name) for generator in generators for name in generator.target]
    if isinstance(value, str):
        tree = parse(value)
        if isinstance(tree, Name) and indices and context.width(tree.id):
            tree = Item(tree.id, tuple(indices))
        return write(tree, scope), bool(free_names(tree) & {index.id for index in indices})
    return _listed_bound(element, side, indices, scope, context)


def _listed_bound(
    element: Variable, side: str, indices: list[Name], scope: Scope, context: Context
) -> tuple[str, bool]:
    place = side == "upper"
    ends = {key: _tidy(pair[place]) for key, pair in context.data.bounds(element.name).items()}
    name = context.bound_names[element.name, side]
    context.entry(name, plain(ends, indexed=bool(indices)), local=name)
    if not indices:
        return name, False
    inner = Scope({**scope.elements, name: name}, scope.widths, scope.indices, scope.index_widths, scope.locals)
    return write(Item(name, tuple(indices)), inner), True


def _tidy(value: float) -> float | int | None:
    """Write a bound as people do: whole numbers without a point, None for no bound."""
    if not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else value
