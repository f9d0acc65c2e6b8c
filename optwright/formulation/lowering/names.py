"""What the names of a formulation stand for, as far as its text alone tells, and new names that collide with none."""

from __future__ import annotations

import re
from functools import cached_property

from optwright.formulation.elements import Domain, Formulation
from optwright.formulation.lowering.scope import distinct, distinct_generators, substitute
from optwright.formulation.nodes import (
    Aggregate,
    Call,
    Choose,
    Compare,
    Generator,
    Item,
    Logic,
    Name,
    Node,
    Piecewise,
    children,
    free_names,
    is_identifier,
    walk,
)
from optwright.formulation.row import generators_of, tree_of

_DIRECT = {"<=", ">=", "=="}


class Vocabulary:
    """Looks names up; hands out new ones."""

    def __init__(self, formulation: Formulation) -> None:
        self.formulation = formulation
        self.expressions = {item.name: item for item in formulation.expressions}
        self.variables = {item.name: item for item in formulation.variables}
        self.declared = frozenset(item.name for item in formulation.elements())
        self._read: dict[tuple[str | None, str], tuple[tuple[Generator, ...], Node]] = {}

    @cached_property
    def taken(self) -> set[str]:
        """Every name in use, those of indices too."""
        found = set(self.declared)
        for item in self.formulation.elements():
            for_each, text = getattr(item, "for_each", None), getattr(item, "expression", None)
            generators = generators_of(for_each)
            for part in [*walk(tree_of(text))] if text is not None else []:
                generators += part.generators if isinstance(part, Aggregate) else ()
            found.update(name for generator in generators for name in generator.target)
        return found

    # What uses variables ---------------------------------------------------------------------------------------

    @cached_property
    def decisions(self) -> frozenset[str]:
        """The variables and the named expressions that use them."""
        found = set(self.variables)
        uses = {name: free_names(tree_of(item.expression)) for name, item in self.expressions.items()}
        while grown := {name for name, used in uses.items() if name not in found and used & found}:
            found |= grown
        return frozenset(found)

    @cached_property
    def lowered(self) -> frozenset[str]:
        """The named expressions that cannot stay as they are written."""
        found: set[str] = set()
        trees = {name: tree_of(item.expression) for name, item in self.expressions.items()}
        while grown := {name for name, tree in trees.items() if name not in found and self._needs(tree, found)}:
            found |= grown
        return frozenset(found)

    def decides(self, node: Node) -> bool:
        """Whether a node uses variables."""
        return not self.decisions.isdisjoint(free_names(node))

    def needs(self, node: Node) -> bool:
        """Whether a node, read as a number, has a part that is to be lowered."""
        return self._needs(node, self.lowered)

    def _needs(self, node: Node, lowered: frozenset[str] | set[str]) -> bool:
        match node:
            case Name(name) | Item(name, _):
                return name in lowered
            case Compare() | Logic() | Piecewise() | Call("min" | "max" | "abs", _) | Aggregate("min" | "max", _, _):
                return self.decides(node)
            case Choose(_, then, otherwise):
                return self._needs(then, lowered) or self._needs(otherwise, lowered)
            case Aggregate(_, body, _):
                return self._needs(body, lowered)
        return any(self._needs(part, lowered) for part in children(node))

    def constraint_needs(self, node: Node) -> bool:
        """Whether a constraint is anything but relations of plain expressions."""
        if isinstance(node, Compare) and _DIRECT.issuperset(node.ops):
            return any(map(self.needs, node.operands))
        return self.decides(node)

    def anything(self) -> bool:
        """Whether any objective, constraint, expression or output has to change."""
        if self.lowered:
            return True
        numbers = [item.expression for item in self.formulation.objectives]
        numbers += [item.expression for item in self.formulation.outputs]
        if any(self.needs(tree_of(text)) for text in numbers):
            return True
        return any(self.constraint_needs(tree_of(item.expression)) for item in self.formulation.constraints)

    # Truth -----------------------------------------------------------------------------------------------------

    def is_binary(self, node: Node) -> bool:
        """Whether a node is an entry of a binary variable."""
        variable = self.variables.get(base_of(node))
        return variable is not None and variable.domain is Domain.BINARY

    def is_never_negative(self, node: Node) -> bool:
        """Whether a node is an entry of a variable whose domain has no negative numbers."""
        variable = self.variables.get(base_of(node))
        return variable is not None and variable.domain.limits[0] >= 0

    # New names -------------------------------------------------------------------------------------------------

    def fresh(self, wanted: str) -> str:
        """Take a name: the wanted one, or with a number where that is taken."""
        stem = re.sub(r"\W+", "_", wanted).strip("_") or "part"
        stem = stem if is_identifier(stem) else f"{stem}_"
        name, number = stem, 1
        while name in self.taken:
            number += 1
            name = f"{stem}_{number}"
        self.taken.add(name)
        return name

    def read(self, for_each: str | None, text: str) -> tuple[tuple[Generator, ...], Node]:
        """Parse an element so that no index hides a name or another index around it."""
        if (for_each, text) not in self._read:
            generators, names = distinct_generators(generators_of(for_each), self.declared, self.fresh)
            around = self.declared | {name for generator in generators for name in generator.target}
            node = distinct(tree_of(text), around | set(names), self.fresh)
            self._read[for_each, text] = generators, substitute(node, names)
        return self._read[for_each, text]

    def apart(self, aggregate: Aggregate, other: Node) -> tuple[tuple[Generator, ...], Node]:
        """Return an aggregate's generators and body with indices that the other node does not bind itself."""
        bound = {
            name
            for part in walk(other)
            if isinstance(part, Aggregate)
            for generator in part.generators
            for name in generator.target
        }
        generators, names = distinct_generators(aggregate.generators, frozenset(bound), self.fresh)
        return generators, substitute(aggregate.body, names)


def base_of(node: Node) -> str:
    """Return the component that a reference names, or nothing for other nodes."""
    match node:
        case Name(name) | Item(name, _):
            return name
    return ""
