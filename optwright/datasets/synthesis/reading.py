"""The data of a formulation as its facts see them: the combinations of a `for_each`, and the value of a slot there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from optwright.datasets.synthesis.draft import Fact
from optwright.datasets.synthesis.numerals import SINGLE, Manner, listing, singular
from optwright.datasets.synthesis.saying import Choice, Phrase, Slot, parse
from optwright.errors import InputError
from optwright.formulation.data import Data
from optwright.formulation.nodes import Item, Name, Node, Number, Text
from optwright.formulation.row import Row, generators_of, tree_of
from optwright.formulation.unparse import unparse

_JOINT = re.compile(r"(of|that|in|to|for|from|with|on|at|after|before|during|which|who|where|by|between|the)\b")

Environment = Mapping[str, Any]
"""The member that each index stands for; a tuple where one index stands for a whole tuple."""


class Source(NamedTuple):
    """What one index of a fact runs over."""

    targets: tuple[str, ...]
    whole: bool
    over: str
    """The set, as written."""


class Facts:
    """Reads facts against data, in one manner of writing numbers."""

    def __init__(self, data: Data, manner: Manner) -> None:
        self.data, self.manner = data, manner

    def environments(self, fact: Fact) -> list[Environment]:
        """Return the combinations that a fact is said for; one empty one without `for_each`."""
        row = Row(self.data, fact.for_each or None)
        return [row.environment(combination) for combination in row.combinations()]

    def sources(self, fact: Fact) -> list[Source]:
        """Return what its indices run over."""
        first = next(iter(self.environments(fact)), {})
        return [
            Source(one.target, isinstance(first.get(one.target[0]), tuple), unparse(one.source))
            for one in generators_of(fact.for_each or None)
        ]

    def value(self, fact: Fact, expression: str, environment: Environment) -> Any:
        """Return the value of an expression: a number, a member, or a list of members.

        Raises FormulationError for what does not exist.
        """
        return self._value(fact, tree_of(expression), environment)

    def _value(self, fact: Fact, node: Node, environment: Environment) -> Any:
        match node:
            case Number(value) | Text(value):
                return value
            case Name(id) if id in environment:
                return environment[id]
            case Name(id) if id in self.data.sets:
                return list(self.data.sets[id].plain)
            case Name(id) if self._given(id):
                return self.data.table(id)[()]
            case Item(base, index) if self._given(base) or base in self.data.families:
                key: tuple[Any, ...] = ()
                for part in index:
                    value = self._value(fact, part, environment)
                    key += value if isinstance(value, tuple) else (value,)
                return (
                    list(self.data.families[base][key].plain)
                    if base in self.data.families
                    else self.data.table(base)[key]
                )
        combination = tuple(environment.values())
        return Row(self.data, fact.for_each or None, node)(combination)

    def _given(self, name: str) -> bool:
        return name in self.data.parameters or name in self.data.constants

    def text(self, fact: Fact, slot: Slot, environment: Environment, *, plain: bool = False) -> str:
        """Return what a slot says there; `plain` where a number must stand in digits."""
        value = self.value(fact, slot.expression, environment)
        if isinstance(value, list):
            return _members(value)
        if isinstance(value, tuple):
            return " and ".join(map(str, value))
        if isinstance(value, str):
            return value
        if slot.percent:
            return self.manner.share(value)
        data = self.parameter_of(slot) is not None
        return self.manner.number(value, plain=plain or not data) + (SINGLE if data and value == 1 else "")

    def noun(self, name: str) -> str:
        """Return the singular noun for a set: "product" for the one described as "products"."""
        spec = self.data.elements.get(name)
        words = (spec.description if spec else "") or name.lower()
        head, _, rest = words.partition(" ")
        return singular(words if rest and not _JOINT.match(rest) else head)

    def wordy(self, fact: Fact, environments: Sequence[Environment]) -> bool:
        """Whether every number of a fact is small enough for words: digits and words are not mixed."""
        for slot in slots(fact):
            for one in environments if self.manner.words and self.parameter_of(slot) else ():
                value = self.value(fact, slot.expression, one)
                if not isinstance(value, int | float) or value > self.manner.words or value != int(value):
                    return False
        return bool(self.manner.words)

    def parameter_of(self, slot: Slot) -> str | None:
        """Return the parameter or constant that a slot reads, None for a member or a set."""
        node = tree_of(slot.expression)
        name = node.base if isinstance(node, Item) else node.id if isinstance(node, Name) else ""
        return name if self._given(name) else None

    def number_slot(self, fact: Fact) -> Slot:
        """Return the slot of the one parameter of a fact that a table can tell. Raises InputError."""
        for slot in slots(fact):
            if self.parameter_of(slot) in fact.tells:
                return slot
        raise InputError(f"the fact with heading {fact.heading!r} says no number of a parameter that it tells")


def slots(fact: Fact) -> Iterator[Slot]:
    """Yield the slots of all ways to say a fact."""
    for say in fact.says:
        yield from _slots(parse(say))


def _slots(phrase: Phrase) -> Iterator[Slot]:
    for part in phrase:
        if isinstance(part, Slot):
            yield part
        elif isinstance(part, Choice):
            for option in part.options:
                yield from _slots(option)


def _members(items: list[Any]) -> str:
    whole = all(isinstance(item, int) for item in items)
    if whole and len(items) > 2 and items == list(range(items[0], items[0] + len(items))):
        return f"{items[0]} to {items[-1]}"
    if (numbered := _numbered(items)) is not None:
        return numbered
    return listing([" to ".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in items])


def _numbered(items: list[Any]) -> str | None:
    """Return "job 1 to job 9" for more than five names that only count up, None for others."""
    found = [re.fullmatch(r"(.*\D)(\d+)", one) if isinstance(one, str) else None for one in items]
    if len(items) <= 5 or not all(found):
        return None
    stems, numbers = {one[1] for one in found if one}, [int(one[2]) for one in found if one]
    return (
        f"{items[0]} to {items[-1]}"
        if len(stems) == 1 and numbers == list(range(numbers[0], numbers[0] + len(items)))
        else None
    )
