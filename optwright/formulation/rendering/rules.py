"""Expressions, objectives and constraints of the program: rule functions over their index sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optwright.formulation.elements import Constraint, Expression, Objective, Sense
from optwright.formulation.expression import parse
from optwright.formulation.nodes import Compare, Generator, Logic, Name, Node, Number, Piecewise, walk
from optwright.formulation.rendering.context import Context, note
from optwright.formulation.rendering.layout import bracketed, call, layout, layout_relation
from optwright.formulation.rendering.literal import WIDTH, literal
from optwright.formulation.rendering.scope import Scope
from optwright.formulation.rendering.writer import clauses_of, comprehension, write, write_condition

ROOM = WIDTH - 4
"""Columns inside `build_model`."""
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}


@dataclass(frozen=True)
class Index:
    """How a rule is indexed: the sets, the parameters of the rule function and what comes first in it."""

    scope: Scope
    sets: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    """Statements that put the positions of a whole tuple together again."""
    condition: Node | None = None
    """What a combination must meet, where the index sets hold more than the wanted ones."""
    explicit: tuple[str, ...] = ()
    """The declaration of an index set of its own, where the sets depend on each other."""


def index_of(generators: Sequence[Generator], context: Context, name: str, *, skips: bool) -> Index:
    """Plan the index of a component; with `skips` a condition is left to the rule, else it goes into a set."""
    scope = context.scope
    for generator in generators:
        scope = scope.bind_generator(generator)
    parameters, opening = _parameters(generators, scope)
    conditions = tuple(part.condition for part in generators if part.condition is not None)
    plain = all(isinstance(part.source, Name) and part.source.id in context.data.sets for part in generators)
    if plain and (skips or not conditions):
        sets = tuple(write(part.source, context.scope) for part in generators)
        condition = conditions[0] if len(conditions) == 1 else (Logic("and", conditions) if conditions else None)
        return Index(scope, sets, parameters, opening, condition)
    own = context.names.give(f"{name}_index")
    declared = set_of(f"model.{own}", generators, context)
    return Index(scope, (f"model.{own}",), parameters, opening, explicit=tuple(declared))


def _parameters(generators: Sequence[Generator], scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parameters of a rule, one a position, and the statements that make tuples of them again."""
    names = [name for part in generators for name in part.target]
    if len(names) == 1 and scope.index_widths[names[0]] > 1:
        return (f"*{scope.indices[names[0]]}",), ()
    taken = {*scope.locals, *scope.indices.values()}
    parameters: list[str] = []
    opening: list[str] = []
    for name in names:
        python, width = scope.indices[name], scope.index_widths[name]
        parts = [python] if width == 1 else _part_names(python, width, taken)
        parameters.extend(parts)
        if width > 1:
            opening.append(f"{python} = {', '.join(parts)}")
    return tuple(parameters), tuple(opening)


def _part_names(base: str, width: int, taken: set[str]) -> list[str]:
    names: list[str] = []
    for place in range(1, width + 1):
        name = f"{base}_{place}"
        while name in taken:
            name += "_"
        taken.add(name)
        names.append(name)
    return names


def set_of(name: str, generators: Sequence[Generator], context: Context) -> list[str]:
    """Write a `pyo.Set` of the combinations of generators."""
    scope, clauses = clauses_of(generators, context.scope)
    names = [target for part in generators for target in part.target]
    width = sum(scope.index_widths[target] for target in names)
    members = ["initialize=[", _member(names, scope), *clauses, "]"]
    return call(f"{name} = pyo.Set", [members, f"dimen={width}"], ROOM)


def _member(names: Sequence[str], scope: Scope) -> str:
    """Write indices as one key: a bare one alone, else a tuple in which whole tuples are unpacked."""
    if len(names) == 1:
        return scope.indices[names[0]]
    return f"({', '.join(('*' if scope.index_widths[name] > 1 else '') + scope.indices[name] for name in names)})"


def rule(component: str, name: str, index: Index, body: list[str], options: str = "") -> list[str]:
    """Write a component as a decorated rule function."""
    arguments = ", ".join([*index.sets, *([options] if options else [])])
    lines = [
        *index.explicit,
        f"@model.{component}({arguments})",
        f"def {name}({', '.join(['model', *index.parameters])}):",
    ]
    return [*lines, *(f"    {line}" for line in [*index.opening, *body])]


def returned(node: Node, scope: Scope) -> list[str]:
    """Write the return statement of a rule for a number."""
    return bracketed(layout(node, scope, WIDTH - 16), "return ")


def expression(element: Expression, context: Context) -> list[str]:
    """Write a named expression: a Pyomo expression of variables, or plain data."""
    name = context.elements[element.name]
    generators = context.generators(element.for_each)
    tree = parse(element.expression)
    _note_helpers(tree, context)
    if element.name not in context.data.decisions:
        return [*note(element), *_constant(name, generators, tree, context)]
    index = index_of(generators, context, name, skips=False)
    return ["", *note(element), *rule("Expression", name, index, returned(tree, index.scope))]


def _constant(name: str, generators: Sequence[Generator], tree: Node, context: Context) -> list[str]:
    if not generators:
        return bracketed(layout(tree, context.scope, WIDTH - 10 - len(name)), f"{name} = ")
    scope, clauses = comprehension(generators, context.scope)
    key = _member([part for generator in generators for part in generator.target], scope)
    lines = bracketed(layout(tree, scope, WIDTH - 12), f"{key}: ")
    if len(lines) == 1 and len(name) + len(lines[0]) + len(clauses) < WIDTH - 10:
        return [f"{name} = {{{lines[0]} {clauses}}}"]
    return [f"{name} = {{", *(f"    {line}" for line in lines), f"    {clauses}", "}"]


def _note_helpers(tree: Node, context: Context) -> None:
    if any(isinstance(part, Piecewise) for part in walk(tree)):
        context.helpers.add("interpolate")


def objective(element: Objective, name: str, context: Context) -> list[str]:
    """Write an objective under the given identifier; all but the first in order of priority start deactivated."""
    tree = parse(element.expression)
    _note_helpers(tree, context)
    sense = f"sense=pyo.{'minimize' if element.sense is Sense.MINIMIZE else 'maximize'}"
    lines = ["", *note(element), *rule("Objective", name, Index(context.scope), returned(tree, context.scope), sense)]
    if context.priorities:
        lines += ["", f"model.{name}.deactivate()"]
    context.priorities.append(name)
    return lines


def constraint(element: Constraint, context: Context) -> list[str]:
    """Write a constraint; a chain of n comparisons becomes n constraints `low`, `low_2`, ..."""
    tree = parse(element.expression)
    if not isinstance(tree, Compare):
        tree = Compare(("==",), (tree, Number(1)))
    _note_helpers(tree, context)
    name = context.elements[element.name]
    generators = context.generators(element.for_each)
    index = index_of(generators, context, name, skips=True)
    lines = ["", *note(element)]
    links = zip(tree.ops, tree.operands, tree.operands[1:], strict=False)
    for place, (op, left, right) in enumerate(links, 1):
        given = name if place == 1 else context.names.give(f"{element.name}_{place}")
        context.components[given] = element.name
        certain = context.presence.certain((left, right), generators)
        if not certain:
            context.helpers.add("row")
        write_row = _relation if certain else _row
        body = [*_skip(index), *write_row(op, left, right, index.scope)]
        lines += [*([""] if place > 1 else []), *rule("Constraint", given, index, body)]
        index = replace(index, explicit=())
    return lines


def _skip(index: Index) -> list[str]:
    """Write the guard that leaves out the combinations which do not meet the condition."""
    match index.condition:
        case None:
            return []
        case Compare((op,), operands):
            test = write_condition(Compare((_OPPOSITE[op],), operands), index.scope)
        case Logic("not", (inner,)):
            test = write_condition(inner, index.scope)
        case condition:
            test = f"not ({write_condition(condition, index.scope)})"
    return [f"if {test}:", "    return pyo.Constraint.Skip"]


def _relation(op: str, left: Node, right: Node, scope: Scope) -> list[str]:
    return bracketed(layout_relation(Compare((op,), (left, right)), scope, WIDTH - 16), "return ")


def _row(op: str, left: Node, right: Node, scope: Scope) -> list[str]:
    """Write a row that may turn out to be one of numbers alone."""
    parts = layout(left, scope, WIDTH - 16), [literal(op)], layout(right, scope, WIDTH - 16)
    flat = f"return row({', '.join(part[0] for part in parts)})"
    if all(len(part) == 1 for part in parts) and len(flat) < WIDTH - 8:
        return [flat]
    lines = [f"    {line}" for part in parts for line in [*part[:-1], f"{part[-1]},"]]
    return ["return row(", *lines, ")"]
