"""Changes in words to typed edits: which number or quantity is meant, and what becomes of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optwright.agent.talk import operation, slots
from optwright.agent.talk.decisions import Quantity, quantities
from optwright.agent.talk.mentions import Mentions, mentions
from optwright.agent.talk.numbers import NUMBER
from optwright.agent.talk.operation import DIRECTION, HYPOTHETICAL, Operation
from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.slots import Side, Slot
from optwright.agent.talk.turn import Question
from optwright.agent.talk.version import Version
from optwright.agent.talk.words import EMPTY, SOFT, VERBS, meets, near, split, stem, stems
from optwright.errors import FormulationError
from optwright.formulation.data import Data, resolve
from optwright.formulation.edit import AddConstraint, Edit
from optwright.formulation.elements import Formulation
from optwright.problem import Table

NEAR = 0.25
"""Two slots whose scores differ by less are both meant by the words."""
MOST_OPTIONS = 4
_COUNTED = re.compile(rf"(?:{NUMBER})\s+(\w+)", re.IGNORECASE)
_MINOR = frozenset({"cent"})
"""Units that are never taken for the model's own."""
_COST = "cost"
_PRICED = re.compile(r"\b(?:cheap|dear|costli|expensiv)\w*\b", re.IGNORECASE)
"""Words that say a price without naming it."""
_EACH = re.compile(r"\b(?:each|per|takes?|took|needs?|needed|requires?|required)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|everywhere|always)\b", re.IGNORECASE)
_LIMITS = re.compile(
    r"\b(?:available|can|could|may|must|sold|allowed|limits?|capacit\w+|suppl\w+|budget|total)\b", re.IGNORECASE
)
_SHARES = re.compile(r"\b(?:share|percentage|portion|proportion|fraction|limit)\b", re.IGNORECASE)
_PER = re.compile(
    r"\b(?:per|a|each|every)\s+(?:kg|kilo|gram|g|ton|tonne|pound|litre|liter|piece|unit|hour|day|week)s?\b", re.I
)
_NONE = re.compile(
    r"\b(?:without|no|not (?:make|produce|use|ship|send|build|buy|open|have)|"
    r"(?:don'?t|do not|cannot|can'?t|never|stop) "
    r"(?:mak\w+|produc\w+|us\w+|ship\w*|send\w*|build\w*|buy\w*|open\w*|sell\w*)|forbid|exclude|ban|block|"
    r"(?:clos|shut)\w*(?: down)?|unavailable|out of order)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\b(?:clos|shut)\w*\b(?: down\b)?", re.IGNORECASE)
_NEGATIONS = re.compile(
    rf"\b(?:without|no|not|never|stop|forbid|exclude|ban|block|unavailable|out of order)\b|{_CLOSED.pattern}",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,|;|\band\b|\bbut\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scene:
    """The version that a message is about, with its data resolved."""

    version: Version
    formulation: Formulation
    data: Data

    def named(self, found: Mentions, words: frozenset[str]) -> frozenset[str | int]:
        """Return the members, and the variables without an index, that a message names."""
        scalars = [variable.name for variable in self.formulation.variables if not variable.index]
        return frozenset(found.members) | {name for name in scalars if stems(name) and stems(name) <= words}


@dataclass(frozen=True, slots=True)
class Meant:
    """One way to understand a clause."""

    edit: Edit
    said: str
    """What it does, in words."""


def scene(version: Version, tables: Sequence[Table]) -> Scene | None:
    """Return the scene of a version; None where it has no formulation whose data can be read."""
    if version.formulation is None:
        return None
    try:
        return Scene(version, version.formulation, resolve(version.formulation, tables))
    except FormulationError:
        return None


def read(said: str, scene: Scene) -> Plan | None:
    """Return the plan of a change or a what-if; None where the words name nothing that can be changed so."""
    prefix = HYPOTHETICAL.match(said)
    intent = Intent.WHAT_IF if prefix else Intent.CHANGE
    text = f"if {said[prefix.end() :]}" if prefix else said
    whole = clause(text, scene)
    if whole:
        return _plan(intent, whole)
    parts = [part for part in _AND.split(text) if part.strip()]
    each = [clause(part, scene) for part in _completed(parts, scene)]
    if len(parts) < 2 or any(len(options) != 1 for options in each):
        return None
    return Plan(intent, tuple(_apart([options[0].edit for options in each])))


def _apart(edits: list[Edit]) -> Iterator[Edit]:
    """Yield the edits, limits of one name told apart."""
    taken: set[str] = set()
    for edit in edits:
        if isinstance(edit, AddConstraint):
            base = edit.constraint.name
            name = next(name for at in range(len(edits)) if (name := f"{base}_and_{at}" if at else base) not in taken)
            taken.add(name)
            edit = AddConstraint(constraint=edit.constraint.model_copy(update={"name": name}))
        yield edit


def _completed(parts: list[str], scene: Scene) -> Iterator[str]:
    """Yield the clauses, those without words of their own with what the one before is about: `and tables for 45`."""
    about = ""
    for part in parts:
        found = mentions(part, scene.formulation, scene.data)
        own = " ".join(word for word in split(found.rest) if word not in EMPTY and not word.isdigit())
        about = own or about
        yield part if own else f"{about} {part}"


def _plan(intent: Intent, options: list[Meant]) -> Plan:
    if len(options) == 1:
        return Plan(intent, (options[0].edit,))
    listed = "\n".join(f"- {number}: {option.said}" for number, option in enumerate(options, 1))
    question = Question(f"Which do you mean?\n{listed}", "The words fit more than one.", options[0].said)
    return Plan(intent, questions=(question,), options=tuple(Plan(intent, (option.edit,)) for option in options))


def clause(text: str, scene: Scene) -> list[Meant]:
    """Return the ways to understand one clause: none, one, or several between which the words do not choose."""
    found = mentions(text, scene.formulation, scene.data)
    done = operation.read(found.rest)
    if done is None:
        return _forbidden(text, found, scene) or _demanded(text, found, scene)
    words = stems(DIRECTION.sub(" ", _PER.sub(" ", done.rest)))
    if _PRICED.search(text) and not near(_COST) & words:
        words |= {_COST}
    fitting = list(_fitting(text, done, words, found, scene))
    if not fitting:
        return _limited(text, done, words, found, scene)
    best = max(score for score, _ in fitting)
    options = {
        str(meant.edit): meant for score, slot in fitting if score > best - NEAR for meant in [_meant(slot, done)]
    }
    return list(options.values())[:MOST_OPTIONS]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a clause asks of the slot that it is about."""

    text: str
    done: Operation
    words: frozenset[str]
    members: frozenset[str | int]
    needed: frozenset[str]
    """The stems that the slot must cover."""
    counted: frozenset[str]
    """Stems after a number that the model does not know: in "Oslo needs 60 pallets" it need not know pallets."""

    @property
    def vague(self) -> bool:
        """Whether nothing says which number is meant."""
        if self.words - VERBS:
            return False
        if self.done.kind == "add" and not _LIMITS.search(self.text):
            return True
        return not self.members and self.done.old is None

    def takes(self, slot: Slot) -> bool:
        """Whether a slot can be meant: its words, its members, its side, its value."""
        done = self.done
        if done.side is not None and done.side not in slot.sides:
            return False
        if done.old is not None and slot.value != done.old:
            return False
        return slot.fits(self.members, limiting=done.side is not None) and self._named(slot) and self._sized(slot)

    def _named(self, slot: Slot) -> bool:
        """Whether every word is one of the slot's."""
        whole = bool(slot.strong) and all(meets(word, self.words) for word in slot.strong)
        needed = self.needed - self.counted if self.members or whole else self.needed
        if not all(slot.covers(word) for word in needed):
            return False
        told = bool(self.members) or self.done.old is not None
        return told or any(slot.covers(word) for word in self.words)

    def _sized(self, slot: Slot) -> bool:
        """Whether the operation makes sense for the slot's value."""
        done = self.done
        if slot.value is None and (done.kind == "add" or (done.kind == "set" and not _ALL.search(self.text))):
            return False
        if done.kind == "set" and done.percent and not slot.percentage:
            return False
        share = done.kind == "set" and (done.percent or done.value <= 1)
        return not slot.share or share or _SHARES.search(self.text) is not None


def _fitting(
    text: str, done: Operation, words: frozenset[str], found: Mentions, scene: Scene
) -> Iterator[tuple[float, Slot]]:
    """Yield the slots that all the words and members fit, with their scores."""
    members = scene.named(found, words)
    needed = words - SOFT - {word for name in members for word in stems(str(name))}
    if members and needed - VERBS:  # "sending from A to B costs 5": the number is a cost, whatever is sent
        needed -= VERBS
    every = slots.slots(scene.formulation, scene.data, found)
    match = _COUNTED.search(found.rest)
    after = stems(match[1]) - _MINOR if match is not None else frozenset()
    counted = frozenset(word for word in after if not any(slot.covers(word) for slot in every))
    wanted = _Wanted(text, done, words, members, needed, counted)
    if not wanted.vague:
        yield from ((slot.score(words) + _bonus(text, slot, done), slot) for slot in every if wanted.takes(slot))


def _bonus(text: str, slot: Slot, done: Operation) -> float:
    """Prefer limits unless the words are about each piece, and numbers of about the old size."""
    limits = 0.5 if slot.sides and (done.kind != "scale" or _LIMITS.search(text)) else 0.0
    if _EACH.search(text):
        limits = -limits
    if done.kind != "set" or not slot.value or done.value <= 0 or slot.value < 0:
        return limits
    return limits + 0.2 * (1 - min(1.0, abs(math.log10(done.on(slot.value) / slot.value))))


def _meant(slot: Slot, done: Operation) -> Meant:
    if slot.value is None and done.kind == "scale":
        return Meant(slots.scaled(slot, done.value), f"{slot.name} times {done.value:g}")
    if slot.value is None:
        return Meant(slots.edit(slot, done.value), f"{slot.name} = {done.value:g}")
    if done.kind == "scale":
        return Meant(slots.scaled(slot, done.value), f"{slot.name} -> {slot.value * done.value:g}")
    value = done.on(slot.value)
    return Meant(slots.edit(slot, value), f"{slot.name} -> {value:g}")


def _limited(text: str, done: Operation, words: frozenset[str], found: Mentions, scene: Scene) -> list[Meant]:
    """Understand a limit that the model does not have yet, on something that it decides."""
    if done.percent or done.old is not None or done.kind == "scale" or (done.kind == "set" and done.side is None):
        return []
    every = quantities(words, found, scene.formulation, scene.data, scene.version.solution)
    if done.kind == "set" and done.side is not None:
        return _each(every, done.side, done.value, text, scene)
    if not every or every[0].value is None:
        return []
    side = Side.LEAST if done.value > 0 else Side.MOST
    return _each(every, side, max(0.0, every[0].value + done.value), text, scene)


def _forbidden(text: str, found: Mentions, scene: Scene) -> list[Meant]:
    """Understand `no chairs` and `without trucks from B`."""
    if not _NONE.search(found.rest) or not found.members or re.search(r"\d", found.rest):
        return []
    words = stems(_NEGATIONS.sub(" ", found.rest)) | (stems("open") if _CLOSED.search(found.rest) else frozenset())
    every = quantities(words, found, scene.formulation, scene.data, scene.version.solution)
    return _each(every, Side.MOST, 0, text, scene)


def _demanded(text: str, found: Mentions, scene: Scene) -> list[Meant]:
    """Understand `open Turin` and `use the night shift`: one of it at least."""
    said = split(found.rest)
    if not found.members or _NONE.search(found.rest) or not said or stem(said[0]) not in VERBS:
        return []
    every = quantities(stems(found.rest), found, scene.formulation, scene.data, scene.version.solution)
    return _each([one for one in every if one.whole], Side.LEAST, 1, text, scene)


def _each(every: list[Quantity], side: Side, number: float, text: str, scene: Scene) -> list[Meant]:
    best = [quantity for quantity in every if quantity.score > every[0].score - NEAR][:MOST_OPTIONS]
    value = int(number) if float(number).is_integer() else number
    return [
        Meant(quantity.limited(side, value, scene.formulation, text.strip()), f"{quantity.name} {side} {value:g}")
        for quantity in best
    ]
