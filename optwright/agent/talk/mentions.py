"""Which members of which sets a message names: `steel`, `New York`, `month 3`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from optwright.agent.talk.words import COUNTED, split, stem
from optwright.formulation.data import Data
from optwright.formulation.elements import Formulation

MOST_MEMBERS = 50_000
_LONGEST = 5
_POSSESSIVE = re.compile(r"['\u2019]s$")
_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?|_+")


@dataclass(frozen=True, slots=True)
class Mention:
    """One member named in a text."""

    member: str | int
    sets: frozenset[str]
    """The sets that have it, at whatever position of their tuples."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mentions:
    """The members that a text names, and the text without them."""

    found: tuple[Mention, ...]
    rest: str

    @property
    def members(self) -> tuple[str | int, ...]:
        """Each named member once, in the order of the text."""
        return tuple(dict.fromkeys(mention.member for mention in self.found))


def mentions(text: str, formulation: Formulation, data: Data) -> Mentions:
    """Find the members; the longest name wins. Numbers count only after the word for what they number."""
    known = _labels(data)
    kinds = COUNTED | {stem(word) for name in data.sets for word in split(name)}
    tokens = list(_TOKEN.finditer(text))
    found: list[Mention] = []
    position = 0
    while position < len(tokens):
        mention, length = _longest(tokens, position, known, kinds)
        if mention is not None:
            found.append(mention)
        position += max(length, 1)
    rest = text
    for mention in reversed(found):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    return Mentions(tuple(found), rest)


Known = dict[tuple[str, ...], dict[str | int, frozenset[str]]]


def _labels(data: Data) -> Known:
    """Return the members by the stems of their labels."""
    known: Known = {}
    count = 0
    for name, members in data.sets.items():
        for item in members.items:
            count += 1
            if count > MOST_MEMBERS:
                return known
            for part in item:
                label = tuple(stem(word) for word in split(str(part)))
                entry = known.setdefault(label, {})
                entry[part] = entry.get(part, frozenset()) | {name}
    known.pop((), None)
    return known


def _longest(
    tokens: list[re.Match[str]], position: int, known: Known, kinds: frozenset[str]
) -> tuple[Mention | None, int]:
    for length in range(min(_LONGEST, len(tokens) - position), 0, -1):
        span = tokens[position : position + length]
        label = tuple(stem(word) for token in span for word in split(_POSSESSIVE.sub("", token[0])))
        entry = known.get(label)
        if entry is None:
            continue
        for member, sets in _fitting(entry, span, tokens[:position], kinds):
            counted = str(member).isdigit() and position > 0
            start = tokens[position - 1].start() if counted else span[0].start()
            return Mention(member, sets, start, span[-1].end()), length
    return None, 1


def _fitting(
    entry: dict[str | int, frozenset[str]],
    span: list[re.Match[str]],
    before: list[re.Match[str]],
    kinds: frozenset[str],
) -> Iterator[tuple[str | int, frozenset[str]]]:
    """Yield what the words name: short labels by their very letters, numbers only after a word like `month`."""
    written = " ".join(token[0] for token in span)
    for member, sets in entry.items():
        label = str(member)
        if label.isdigit():
            if before and stem(before[-1][0].lower()) in kinds:
                yield member, sets
        elif len(label) > 2 or (written == label and (before or label.lower() != "a")):
            yield member, sets
