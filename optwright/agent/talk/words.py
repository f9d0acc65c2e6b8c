"""The words of a message and of a formulation's elements, reduced so that the two can be compared."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+|\d+")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LISTS = tomllib.loads((files("optwright.agent.talk") / "words.toml").read_text(encoding="utf-8"))
EMPTY = frozenset(_LISTS["empty"].split())
"""Words that say nothing about which element is meant."""


def stem(word: str) -> str:
    """Reduce an English word to what its forms share: `shelves`, `costing` and `priced` lose their endings."""
    word = _LISTS["irregular"].get(word, word)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("ves") and len(word) > 4:
        word = word[:-3] + "f"
    elif re.search(r"(?:s|x|z|ch|sh)es$", word):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss") and len(word) > 2:
        word = word[:-1]
    if word.endswith("ness") and len(word) > 6:
        word = word[:-4]
    if word.endswith("ing") and len(word) > 5:
        word = _single(word[:-3])
    elif word.endswith("ed") and len(word) > 4:
        word = _single(word[:-2])
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _single(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


def split(text: str) -> list[str]:
    """Return the words and whole numbers of a text or an identifier, in small letters."""
    return [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", _HYPHEN.sub("", text)))]


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's words that say something."""
    return frozenset(stem(word) for word in split(text) if word not in EMPTY)


def named(name: str) -> frozenset[str]:
    """Return the stems of an element's name; where all of its words say nothing, all of them."""
    return stems(name) or frozenset(map(stem, split(name)))


def _stemmed(words: str) -> frozenset[str]:
    return frozenset(map(stem, words.split()))


SOFT = _stemmed(_LISTS["soft"])
"""Stems that help to find an element but need not be its own."""
VERBS = _stemmed(_LISTS["verbs"])
"""Stems of what one does with what is decided upon."""
_HOW = _stemmed(_LISTS["how"])
COUNTED = _stemmed(_LISTS["counted"])
"""Stems before a number that make it a member: month 3."""
_NEAR: dict[str, frozenset[str]] = {}
for _group in map(_stemmed, _LISTS["near"]):
    for _member in _group:
        _NEAR[_member] = _NEAR.get(_member, frozenset()) | _group


def near(word: str) -> frozenset[str]:
    """Return the stems that may stand for a stem, itself included."""
    return _NEAR.get(word, frozenset()) | {word}


def common(word: str) -> bool:
    """Whether a word is one of the grammar's own, or a number: it names no element that a model could lack."""
    return word.isdigit() or stem(word) in _NEAR.keys() | SOFT | VERBS | _HOW


def meets(word: str, words: Iterable[str]) -> float:
    """Return how well a stem is met by some of the words: 1 by itself, 0.7 by one that may stand for it, else 0."""
    words = frozenset(words)
    if word in words:
        return 1.0
    return 0.7 if near(word) & words else 0.0
