"""From facts to statements: one sentence each, one for several members "respectively", or a list on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from optwright.datasets.synthesis.draft import Fact
from optwright.datasets.synthesis.numerals import SINGLE, agree, listing
from optwright.datasets.synthesis.reading import Environment, Facts
from optwright.datasets.synthesis.saying import Chooser, Flat, Slot, parse, tidy
from optwright.formulation.nodes import free_names
from optwright.formulation.row import tree_of

MOST_IN_LIST = 8
_MONEY = re.compile(r"[$€£]\s?$")
_SCALE = re.compile(r"[\w%°-]|\s?%|\s+(hundred|thousand|million|billion|dozen|per ?cent|times 10)\b", re.IGNORECASE)
_THEIR = re.compile(r"\bits\b")
_VERBS = {"is": "are", "has": "have", "was": "were", "does": "do", "goes": "go"}
_INLINE = ("{head}[:| --] [{items}|{turned}]", "{head}[:| --] {turned}")


class Form(StrEnum):
    """How a fact that holds for several members is said."""

    EACH = "each"
    """A sentence for each, in the same words."""
    VARIED = "varied"
    """A sentence for each, each in its own words."""
    JOINED = "joined"
    """One sentence with semicolons."""
    RESPECTIVELY = "respectively"
    INLINE = "inline"
    """`Profit ($): chairs 30, tables 40.`"""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence without its full stop, and the elements that it tells."""

    text: str
    tells: tuple[str, ...]
    numbers: tuple[float, ...] = ()
    """The numbers of parameters in it, a percentage as a fraction."""
    labels: tuple[float, ...] = ()
    """Numbers in it that are members of a set: the keys of a table."""


Said = tuple[str, tuple[float, ...]]
"""A text and the numbers of parameters in it."""


class Numbers:
    """Collects the numbers of parameters that a text says."""

    def __init__(self) -> None:
        self.all: tuple[float, ...] = ()

    def add(self, facts: Facts, fact: Fact, slot: Slot, environment: Environment) -> None:
        """Note what a slot says, when that is a number."""
        if facts.parameter_of(slot) is not None:
            value = facts.value(fact, slot.expression, environment)
            self.all += (float(value),) if isinstance(value, int | float) else ()


class Teller:
    """Says facts in words."""

    def __init__(self, facts: Facts, chooser: Chooser) -> None:
        self.facts, self.chooser = facts, chooser

    def tell(self, fact: Fact, form: Form) -> list[Statement]:
        """Say a fact for all its combinations; a form that does not fit it gives way to EACH."""
        environments = self.facts.environments(fact)
        said: list[Said] = []
        if form is Form.RESPECTIVELY:
            said = self._respectively(fact, environments)
        elif form is Form.INLINE and fact.heading:
            said = self._inline(fact, environments)
        if not said:
            flat, digits = self.flat(fact), not self.facts.wordy(fact, environments)
            for environment in environments:
                said.append(self.fill(fact, flat, environment, digits=digits))
                flat = self.flat(fact) if form is Form.VARIED else flat
            if form is Form.JOINED and 1 < len(said) <= MOST_IN_LIST:
                text = f"{'; '.join(one for one, _ in said[:-1])}; and {said[-1][0]}"
                said = [(text, tuple(number for _, numbers in said for number in numbers))]
        return [Statement(text, fact.tells, numbers) for text, numbers in dict.fromkeys(said)]

    def flat(self, fact: Fact) -> Flat:
        """Choose one way to say a fact."""
        return self.chooser.flat(self.chooser.way(fact.says))

    def fill(self, fact: Fact, flat: Flat, environment: Environment, *, digits: bool = False) -> Said:
        """Put the data of one combination into a sentence; `digits`: no number in words."""
        said, numbers = "", Numbers()
        for position, part in enumerate(flat):
            if isinstance(part, str):
                said += part
                continue
            numbers.add(self.facts, fact, part, environment)
            plain = digits or _digits(said, flat[position + 1 :])
            said += self.facts.text(fact, part, environment, plain=plain)
        return agree(tidy(said)), numbers.all

    def _respectively(self, fact: Fact, environments: Sequence[Environment]) -> list[Said]:
        """Say it once for all members of the last index, or return nothing where that cannot be said."""
        sources = self.facts.sources(fact)
        if not sources or len(sources[-1].targets) > 1 or sources[-1].whole:
            return []
        last = sources[-1].targets[0]
        flat = self.flat(fact)
        moving = [part for part in flat if isinstance(part, Slot) and last in free_names(tree_of(part.expression))]
        if len(moving) < 2 or Slot(last) not in moving:
            return []
        if any(isinstance(self.facts.value(fact, part.expression, environments[0]), list) for part in moving):
            return []
        texts = []
        for group in _groups(environments, last):
            if not 1 < len(group) <= MOST_IN_LIST:
                return []
            texts.append(self._together(fact, flat, group, moving))
        return texts

    def _together(self, fact: Fact, flat: Flat, group: Sequence[Environment], moving: Sequence[Slot]) -> Said:
        said, numbers = "", Numbers()
        subject = _subject(flat, Slot(list(group[0])[-1]))
        flat, rest = _before_clause(flat)
        for position, part in enumerate(flat):
            if isinstance(part, Slot):
                many = group if part in moving else group[:1]
                for one in many:
                    numbers.add(self.facts, fact, part, one)
                texts = [self.facts.text(fact, part, one, plain=len(many) > 1).rstrip(SINGLE) for one in many]
                said = _beside(said, texts) + listing(texts)
            else:
                said += (
                    _plural(part) if subject and position == subject else _THEIR.sub("their", part) if subject else part
                )
        return tidy(f"{said}, respectively{rest}"), numbers.all

    def _inline(self, fact: Fact, environments: Sequence[Environment]) -> list[Said]:
        """Write the heading and then member and number in turn, a line for each of the members before the last."""
        sources = self.facts.sources(fact)
        if not sources or len(sources) > 2 or len(sources[-1].targets) > 1 or len(environments) < 2:
            return []
        row, column = sources[0].targets[0], sources[-1].targets[0]
        slot = self.facts.number_slot(fact)
        texts = []
        for group in _groups(environments, row) if len(sources) == 2 else [list(environments)]:
            head = self.head(fact, group[0], column if len(sources) == 2 else "")
            names = [str(one[row]) for one in group]
            numbers = [self.facts.text(fact, slot, one, plain=True).rstrip(SINGLE) for one in group]
            if all(name.isdigit() for name in names):
                names = [f"{self.facts.noun(sources[0].over)} {name}" for name in names]
            items = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
            turned = listing([f"{number} for {name}" for name, number in zip(names, numbers, strict=True)])
            told = Numbers()
            for one in group:
                told.add(self.facts, fact, slot, one)
            ways = _INLINE[1:] if any(name[-1].isdigit() for name in names) else _INLINE[:1]
            texts.append((self.chooser.text(ways, head=head, items=items, turned=turned), told.all))
        return texts

    def head(self, fact: Fact, environment: Environment, column: str = "") -> str:
        """Return the heading of a fact, for one member of its last index where `column` names that index."""
        flat = self.chooser.flat(parse(fact.heading))
        named = any(isinstance(part, Slot) for part in flat)
        text = tidy("".join(p if isinstance(p, str) else self.facts.text(fact, p, environment) for p in flat))
        return text if named or not column else f"{text} ({environment[column]})"


def _before_clause(flat: Flat) -> tuple[Flat, str]:
    """Cut off a clause without data at the end, before which "respectively" belongs: ", which must be met"."""
    slots = [at for at, part in enumerate(flat) if isinstance(part, Slot)]
    last = slots[-1] + 1 if slots else 0
    tail = "".join(part for part in flat[last:] if isinstance(part, str))
    found = re.search(r"[,;]\s", tail)
    return ((*flat[:last], tail[: found.start()]), tail[found.start() :]) if found else (flat, "")


def _subject(flat: Flat, member: Slot) -> int:
    """Return the place after the subject, where it is the member ("{p} costs", "day {d} needs"), else 0."""
    if flat and flat[0] == member:
        return 1
    named = len(flat) > 2 and isinstance(flat[0], str) and re.fullmatch(r"\w+ |.*, ", flat[0]) and flat[1] == member
    return 2 if named else 0


def _beside(said: str, texts: Sequence[str]) -> str:
    """Keep two lists of numbers apart, and name several periods in the plural: "in months 1 and 2, 30 and 40 tons"."""
    many = len(texts) > 1 and all(text.isdigit() for text in texts)
    if many:
        said = re.sub(r"\b(hour|day|week|month|quarter|year|period|slot|shift|minute) $", r"\1s ", said)
    return f"{said.rstrip()}, " if texts[0][:1].isdigit() and re.search(r"\d $", said) else said


def _digits(before: str, after: Flat) -> bool:
    """Whether a number must stand in digits: after a currency sign, before "thousand", next to a letter."""
    following = "".join(takewhile(lambda part: isinstance(part, str), after))  # type: ignore[arg-type]
    return bool(_MONEY.search(before) or before[-1:].isalnum() or _SCALE.match(following))


def _groups(environments: Iterable[Environment], last: str) -> list[list[Environment]]:
    """Group combinations that differ in one index only."""
    groups: dict[tuple[object, ...], list[Environment]] = {}
    for one in environments:
        groups.setdefault(tuple(value for name, value in one.items() if name != last), []).append(one)
    return list(groups.values())


def _plural(text: str) -> str:
    """Put the verb that follows a subject into the plural: " costs {x}" to " cost {x}"."""
    found = re.match(r"( +)(\w+)(.*)", text, re.DOTALL)
    if not found:
        return text
    verb = found[2]
    if verb in _VERBS:
        verb = _VERBS[verb]
    elif verb.endswith("ies"):
        verb = verb[:-3] + "y"
    elif verb.endswith(("sses", "ches", "shes", "xes")):
        verb = verb[:-2]
    elif verb.endswith("s") and not verb.endswith("ss"):
        verb = verb[:-1]
    return found[1] + verb + found[3]
