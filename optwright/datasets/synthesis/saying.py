"""Sentences with alternatives: `"[a|one] unit of {p} takes {hours[p,r]} hours"`, read, chosen from, flattened."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from optwright.errors import InputError

_TOKEN = re.compile(r"\{[^{}]*\}|[\[\]|]|[^\[\]|{}]+|[{}]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for data: an expression of parameters, members and sets."""

    expression: str
    percent: bool = False
    """Whether the number is said as a percentage: `{share~}`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`[a|b|c]`: one of several phrases."""

    options: tuple[Phrase, ...]
    source: str
    """As written: what the choice is known by."""


Phrase = tuple["str | Slot | Choice", ...]
Flat = tuple[str | Slot, ...]
"""A phrase without choices left."""


@lru_cache(maxsize=20_000)
def parse(text: str) -> Phrase:
    """Read a sentence. Raises InputError for brackets that do not match."""
    tokens = _TOKEN.findall(text)
    phrase, at = _phrase(tokens, 0, text)
    if at < len(tokens):
        raise InputError(f"{tokens[at]!r} without its partner in {text!r}; brackets of alternatives come in pairs")
    return phrase


def _phrase(tokens: Sequence[str], at: int, text: str, *, inside: bool = False) -> tuple[Phrase, int]:
    parts: list[str | Slot | Choice] = []
    while at < len(tokens):
        token = tokens[at]
        if token == "]" or (token == "|" and inside):
            break
        if token in "{}|":
            raise InputError(f"a stray {token!r} in {text!r}; write [a|b] for alternatives and {{name}} for data")
        if token == "[":
            choice, at = _choice(tokens, at + 1, text)
            parts.append(choice)
            continue
        parts.append(_slot(token) if token.startswith("{") else token)
        at += 1
    return tuple(parts), at


def _choice(tokens: Sequence[str], at: int, text: str) -> tuple[Choice, int]:
    options, start = [], at
    while True:
        option, at = _phrase(tokens, at, text, inside=True)
        options.append(option)
        if at >= len(tokens):
            raise InputError(f"'[' without its partner in {text!r}; brackets of alternatives come in pairs")
        at += 1
        if tokens[at - 1] == "]":
            return Choice(tuple(options), "".join(tokens[start : at - 1])), at


def _slot(token: str) -> Slot:
    inner = token[1:-1].strip()
    return Slot(inner.rstrip("~").strip(), inner.endswith("~"))


class Chooser:
    """Chooses among alternatives, some of which are kept out of training.

    Of three or more alternatives one is held out, of two sometimes one: which, is fixed by their wording alone. With
    `unseen` the held-out one is taken wherever there is one, otherwise it never is: texts made with and without share
    no such wording.
    """

    def __init__(self, dice: random.Random, *, unseen: bool = False, single: bool = False) -> None:
        """Args: `single` always takes the first alternative: the single template that variety is measured against."""
        self.dice, self.unseen, self.single = dice, unseen, single
        self.taken: list[int] = []
        """Which alternative each choice fell on, in order: equal lists are equal templates."""

    def index(self, source: str, count: int) -> int:
        """Choose one of `count` alternatives that are known by `source`."""
        if self.single or count == 1:
            return 0
        held = held_out(source, count)
        if held is not None and self.unseen:
            chosen = held
        else:
            chosen = self.dice.choice([option for option in range(count) if option != held])
        self.taken.append(chosen)
        return chosen

    def way(self, says: Sequence[str]) -> Phrase:
        """Choose one of several sentences."""
        return parse(says[self.index("\n".join(says), len(says))])

    def flat(self, phrase: Phrase) -> Flat:
        """Choose everywhere in a phrase."""
        parts: list[str | Slot] = []
        for part in phrase:
            if isinstance(part, Choice):
                parts += self.flat(part.options[self.index(part.source, len(part.options))])
            else:
                parts.append(part)
        return tuple(parts)

    def text(self, says: Sequence[str], **slots: str) -> str:
        """Choose one of several sentences and fill its slots by name."""
        flat = self.flat(self.way(says))
        return tidy("".join(part if isinstance(part, str) else slots[part.expression] for part in flat))


def held_out(source: str, count: int) -> int | None:
    """Return the alternative that training never sees, or None."""
    draw = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big")
    if count == 1 or (count == 2 and draw % 4 != 0):
        return None
    return draw // 4 % count


def variants(phrase: Phrase) -> int:
    """Return how many sentences a phrase stands for."""
    product = 1
    for part in phrase:
        if isinstance(part, Choice):
            product *= sum(variants(option) for option in part.options)
    return product


def tidy(text: str) -> str:
    """Return the text without the doubled blanks that empty alternatives leave."""
    return re.sub(r" +([,.;:?!])", r"\1", re.sub(r" {2,}", " ", text)).strip()
