"""The numbers of a formulation that a sentence can be about: parameters, literals in constraints, bounds.

Each comes with the words by which a person would name it, and with the way in which it limits something, if it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from optwright.agent.talk.mentions import Mentions
from optwright.agent.talk.numbers import tidy
from optwright.agent.talk.words import meets, named, stems
from optwright.errors import ParseError
from optwright.formulation.data import Data
from optwright.formulation.edit import ChangeBound, Edit, ReplaceConstraint, ReplaceObjective, Scale, SetValue
from optwright.formulation.editing.kinds import Place
from optwright.formulation.elements import Constraint, Element, Formulation, Objective, Parameter, Variable
from optwright.formulation.expression import parse
from optwright.formulation.nodes import (
    Add,
    Aggregate,
    Binary,
    Compare,
    Item,
    Name,
    Node,
    Number,
    Text,
    children,
    free_names,
    walk,
)
from optwright.formulation.unparse import unparse
from optwright.outcome import label

WEAK = 0.4
"""What a word of a quote or a description counts against one of the name."""


class Side(StrEnum):
    """How a number limits what the variables do."""

    MOST = "<="
    LEAST = ">="
    EQUAL = "=="


@dataclass(frozen=True, slots=True)
class Slot:
    """One number, or one parameter as a whole."""

    element: Element
    value: float | None
    """None for a parameter whose entries differ."""
    strong: frozenset[str]
    """Stems of its own name and of the members that it belongs to."""
    weak: frozenset[str]
    sides: frozenset[Side] = frozenset()
    place: Place | None = None
    """The index of a parameter's entries; None for all of them."""
    part: int = 0
    """Which literal of an expression it is; for a bound 0 is the lower one, 1 the upper."""
    factor: bool = False
    """Whether it limits as a factor of something else that is decided."""
    own: frozenset[str | int] = field(default_factory=frozenset)
    """The members, and the variables without an index, that it belongs to."""

    @property
    def name(self) -> str:
        """How it is shown: `sell[tables]`, `hour_limit (40)`."""
        shown = label(self.element.name, tuple("all" if part is None else part for part in self.place or ()))
        if isinstance(self.element, Variable):
            return f"the {('lower', 'upper')[self.part]} bound of {shown}"
        return shown if self.value is None else f"{shown} ({self.value:g})"

    def score(self, words: frozenset[str]) -> float:
        """Say how well the slot is named by the stems: what they meet, less a little for what they leave out."""
        met = sum(max(meets(word, self.strong), WEAK * meets(word, self.weak)) for word in words)
        return met - 0.05 * sum(1 for word in self.strong if not meets(word, words))

    def fits(self, members: frozenset[str | int], *, limiting: bool) -> bool:
        """Whether it belongs to the members that were named; a limit to these and no others."""
        unnamed = {member for member in members - self.own if not _among(stems(str(member)), self.strong)}
        return not unnamed and (not limiting or not members or self.own <= members)

    @property
    def share(self) -> bool:
        """Whether it limits as a share of something else that is decided."""
        return self.factor and self.value is not None and 0 < self.value <= 1

    @property
    def percentage(self) -> bool:
        """Whether a percentage can be meant for it."""
        unit = getattr(self.element, "unit", None) or ""
        return "%" in unit or (self.value is not None and abs(self.value) <= 1)

    def covers(self, word: str) -> bool:
        """Whether a stem is one of the slot's."""
        return meets(word, self.strong | self.weak) > 0


def slots(formulation: Formulation, data: Data, found: Mentions) -> list[Slot]:
    """Return the slots that a message with these members may be about."""
    roles = _roles(formulation, data)
    return [
        *(slot for parameter in formulation.parameters for slot in _of_parameter(parameter, data, found, roles)),
        *(slot for constraint in formulation.constraints for slot in _literals(constraint, data, found)),
        *(slot for objective in formulation.objectives for slot in _literals(objective, data, found)),
        *(slot for variable in formulation.variables for slot in _bounds(variable, data, found)),
    ]


def _among(words: frozenset[str], others: frozenset[str]) -> bool:
    return bool(words) and words <= others


@dataclass(frozen=True, slots=True)
class _Role:
    """How a parameter limits something, and the words of the constraints in which it does."""

    sides: frozenset[Side] = frozenset()
    words: frozenset[str] = frozenset()
    factor: bool = False


Roles = Mapping[str, _Role]


def _roles(formulation: Formulation, data: Data) -> Roles:
    roles: dict[str, _Role] = {}

    def note(name: str, sides: frozenset[Side], element: Element, *, factor: bool = False) -> None:
        before = roles.get(name, _Role())
        words = stems(f"{element.name} {element.description} {element.quote}")
        roles[name] = _Role(before.sides | sides, before.words | words, before.factor or factor)

    for constraint in formulation.constraints:
        tree = _tree(constraint.expression)
        for node, sides, factor in _limits_of(tree, data) if tree is not None else ():
            for name in free_names(node) & data.parameters.keys():
                note(name, sides, constraint, factor=factor)
    for variable in formulation.variables:
        for end, side in ((variable.lower, Side.LEAST), (variable.upper, Side.MOST)):
            if isinstance(end, str) and (tree := _tree(end)) is not None:
                for name in free_names(tree) & data.parameters.keys():
                    note(name, frozenset({side}), variable)
    return roles


_TURNED = {"<=": ">=", ">=": "<=", "==": "=="}


def _tree(text: str) -> Node | None:
    try:
        return parse(text)
    except ParseError:
        return None


def _of_parameter(parameter: Parameter, data: Data, found: Mentions, roles: Roles) -> Iterator[Slot]:
    """Yield the parameter as a whole and, where members of its sets are named, its entries there."""
    values = data.parameters.get(parameter.name, {})
    if not values or any(isinstance(value, str) for value in values.values()):
        return
    role = roles.get(parameter.name, _Role())
    strong = named(parameter.name)
    weak = stems(f"{parameter.description} {parameter.quote} {parameter.unit or ''}") | role.words
    for place, members in places(parameter.index, data, found):
        inside = [value for key, value in values.items() if within(key, place)]
        if not inside:
            continue
        value = float(inside[0]) if len(set(inside)) == 1 else None
        labels = stems(" ".join(map(str, members)))
        yield Slot(
            parameter,
            value,
            strong | labels,
            weak,
            role.sides,
            place or None,
            factor=role.factor,
            own=frozenset(members),
        )


def places(index: Sequence[str], data: Data, found: Mentions) -> Iterator[tuple[Place, tuple[str | int, ...]]]:
    """Yield the whole, and the index in which each named member stands where one of the sets has it."""
    widths = [data.sets[name].width for name in index if name in data.sets]
    yield (), ()
    place: list[str | int | None] = [None] * sum(widths)
    taken: list[str | int] = []
    for mention in found.found:
        position = 0
        for name, width in zip(index, widths, strict=False):
            spots = [at for at in range(position, position + width) if place[at] is None and name in mention.sets]
            fitting = [at for at in spots if width == 1 or _stands(data, name, at - position, mention.member)]
            if fitting and mention.member not in taken:
                place[fitting[0]] = mention.member
                taken.append(mention.member)
                break
            position += width
    if taken:
        yield tuple(place), tuple(taken)


def _stands(data: Data, name: str, position: int, member: str | int) -> bool:
    return any(item[position] == member for item in data.sets[name].items)


def within(key: Sequence[str | int], place: Place) -> bool:
    """Whether an index is one of those at a place."""
    return not place or all(want is None or want == part for want, part in zip(place, key, strict=True))


def _literals(element: Constraint | Objective, data: Data, found: Mentions) -> Iterator[Slot]:
    """Yield the literal numbers of an expression that mean something: not indices, not 0 or 1 as a factor."""
    tree = _tree(element.expression)
    if tree is None:
        return
    weak = stems(f"{element.description} {element.quote} {' '.join(sorted(free_names(tree)))}")
    limits = [(id(inner), sides, factor) for side, sides, factor in _limits_of(tree, data) for inner in walk(side)]
    terms = list(_terms(tree))
    for number, node in enumerate(literals(tree)):
        sides = frozenset(side for where, among, _ in limits if where == id(node) for side in among)
        factor = any(factors for where, _, factors in limits if where == id(node))
        if node.value == 0 or (not sides and node.value in (1, -1)):
            continue
        around = tree if sides else next((term for term in terms if any(one is node for one in walk(term))), tree)
        own = _belonging(around, data)
        strong = named(element.name) | stems(" ".join(map(str, own)))
        yield Slot(element, float(node.value), strong, weak, sides, part=number, factor=factor, own=own)


def _terms(tree: Node) -> Iterator[Node]:
    """Yield the terms of the sums of a tree, the innermost first."""
    for node in reversed(list(walk(tree))):
        if isinstance(node, Add):
            yield from node.terms
        elif isinstance(node, Compare):
            yield from node.operands


def _belonging(tree: Node, data: Data) -> frozenset[str | int]:
    """Return the members and the variables without an index that a tree names."""
    texts = {node.value for node in walk(tree) if isinstance(node, Text)}
    scalars = {variable.name for variable in data.formulation.variables if not variable.index}
    return frozenset(texts | {node.id for node in walk(tree) if isinstance(node, Name) and node.id in scalars})


def _limits_of(tree: Node, data: Data) -> Iterator[tuple[Node, frozenset[Side], bool]]:
    """Yield the sides of comparisons that hold no variable, what they do to the other side, and whether as a factor."""
    for node in walk(tree):
        if not isinstance(node, Compare):
            continue
        for left, op, right in zip(node.operands, node.ops, node.operands[1:], strict=False):
            for side, sign in ((right, op), (left, _TURNED.get(op, ""))):
                if op not in _TURNED:
                    continue
                if not free_names(side) & data.decisions:
                    yield side, frozenset({Side(sign)}), False
                elif (factor := _share(side, data)) is not None:
                    yield factor, frozenset({Side(sign)}), True


def _share(side: Node, data: Data) -> Node | None:
    """Return the constant of a constant times something decided: `0.4*total`."""
    if not isinstance(side, Binary) or side.op != "*":
        return None
    parts = [part for part in (side.left, side.right) if not free_names(part) & data.decisions]
    return parts[0] if len(parts) == 1 else None


def literals(tree: Node) -> list[Number]:
    """Return the literal numbers of a tree in reading order, those in indices and generators left out."""
    match tree:
        case Number():
            return [tree]
        case Item() | Text() | Name():
            return []
        case Aggregate(_, body, _):
            return literals(body)
        case Binary("**", left, _):
            return literals(left)
    found: list[Number] = []
    for part in children(tree):
        found += literals(part)
    return found


def _bounds(variable: Variable, data: Data, found: Mentions) -> Iterator[Slot]:
    """Yield the bounds of a variable that are one number."""
    weak = stems(f"{variable.description} {variable.quote} {variable.unit or ''}")
    for part, (end, side) in enumerate(((variable.lower, Side.LEAST), (variable.upper, Side.MOST))):
        if isinstance(end, int | float):
            yield Slot(variable, float(end), named(variable.name), weak, frozenset({side}), part=part)


def edit(slot: Slot, value: float) -> Edit:
    """Return the edit that gives a slot another value."""
    element, number = slot.element, tidy(value)
    if isinstance(element, Parameter):
        return SetValue(parameter=element.name, value=number, at=slot.place)
    if isinstance(element, Variable):
        return ChangeBound(variable=element.name, side="upper" if slot.part else "lower", value=number)
    tree = parse(str(element.expression))  # type: ignore[attr-defined]
    target = literals(tree)[slot.part]
    text = unparse(_put(tree, target, Number(number)))
    if isinstance(element, Objective):
        return ReplaceObjective(expression=text, objective=element.name)
    assert isinstance(element, Constraint)
    return ReplaceConstraint(constraint=element.model_copy(update={"expression": text}))


def scaled(slot: Slot, factor: float) -> Edit:
    """Return the edit that multiplies a slot."""
    if isinstance(slot.element, Parameter):
        return Scale(parameter=slot.element.name, factor=factor, at=slot.place)
    assert slot.value is not None, "only a parameter has several values"
    return edit(slot, slot.value * factor)


def _put(tree: Node, target: Number, new: Number) -> Node:
    """Return the tree with one literal, known by identity, replaced."""
    if tree is target:
        return new
    changes: dict[str, object] = {}
    for item in fields(tree):
        value = getattr(tree, item.name)
        if isinstance(value, tuple):
            changes[item.name] = tuple(_put(part, target, new) if isinstance(part, Node) else part for part in value)
        elif isinstance(value, Node):
            changes[item.name] = _put(value, target, new)
    return replace(tree, **changes)  # type: ignore[arg-type]
