"""Text to sentences of tokens; offsets stay those of the original text, so that quotes are verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache, partial
from itertools import pairwise

from optwright.formulation.numbers import Kind, Quantity, numbers_in
from optwright.offline.lexicon import (
    ABBREVIATION,
    ENDINGS,
    IRREGULAR,
    PARTS,
    PIECE,
    PLAIN,
    SCALES,
    SENTENCE_END,
    STOP,
    UNITS,
    VOCABULARY,
)

MAX_TEXT = 8_000
MAX_SENTENCE = 400
"""Tokens of one sentence; what is longer is cut into several."""
_PART = re.compile(r"\b(?:a|one) third\b|\bthird (?:as|of)\b", re.I)
_FORMS = {Kind.PERCENT: "percent", Kind.FRACTION: "times", Kind.MULTIPLE: "times", Kind.LABEL: "number"}


@dataclass(slots=True)
class Token:
    """One word, number or mark. `number` is the value; `form` says how it was written."""

    text: str
    start: int
    end: int
    stem: str = ""
    number: float | None = None
    form: str = "word"
    """word, mark, number, percent, times (a multiplier), soft (a number word like an article), label (`oil 1`)."""
    money: bool = False

    @staticmethod
    def split(name: str) -> list[Token]:
        """Return the words of a name as tokens."""
        return [Token(word, 0, 0, stem(word)) for word in re.findall(r"[A-Za-z0-9]+(?:[-'][A-Za-z0-9]+)*", name)]


@dataclass(slots=True)
class Sentence:
    """One sentence with its tokens; `text` is verbatim."""

    text: str
    start: int
    tokens: list[Token] = field(default_factory=list)


def stem(word: str) -> str:
    """Return the word without its plural ending, lower case."""
    word = word.lower().removesuffix("'s").strip("'")
    if word in IRREGULAR:
        return IRREGULAR[word]
    for ending, form in ENDINGS:
        if form.search(word):
            return word[: len(word) - len(ending)] + ("y" if ending == "ies" else "")
    return word


@lru_cache(maxsize=4096)
def mend(word: str) -> str:
    """Return the word of the vocabulary that this one misspells by a letter dropped, added or swapped inside."""
    lower = word.lower()
    if len(word) < 5 or not lower.isalpha() or stem(lower) in _STEMS:
        return word
    swapped = [known for known in get_close_matches(lower, VOCABULARY, 2, 0.8) if sorted(known) == sorted(lower)]
    dropped = [known for known in get_close_matches(lower, VOCABULARY, 2, 0.9) if abs(len(known) - len(lower)) == 1]
    near = [known for known in swapped + dropped if lower not in {known[:-1], known + lower[-1]}]
    return near[0] if len(near) == 1 else word


_STEMS = frozenset(stem(word) for word in VOCABULARY)


def normalise(text: str) -> str:
    """Return the text with typography and mathematical mark-up made plain, every offset kept."""
    for pattern, plain in PLAIN:
        text = pattern.sub(partial(_padded, plain), text)
    return text


def _padded(plain: str, match: re.Match[str]) -> str:
    return plain.ljust(len(match[0]))[: len(match[0])]


def sentences(text: str) -> list[Sentence]:
    """Split into sentences and tokens. Texts beyond MAX_TEXT characters are cut there."""
    plain = normalise(text[:MAX_TEXT])
    found: list[Sentence] = []
    start = 0
    ends = [
        one
        for one in SENTENCE_END.finditer(plain)
        if not ABBREVIATION.search(plain[max(0, one.start() - 8) : one.start()])
    ]
    for end in [*(one.end() for one in ends), len(plain)]:
        quantities = [
            replace(one, start=one.start + start, end=one.end + start) for one in numbers_in(plain[start:end])
        ]
        tokens = [
            token for token in _join(list(_pieces(plain[start:end], start)), quantities) if token.text not in "$€£"
        ]
        cuts = range(0, len(tokens), MAX_SENTENCE)
        found.extend(Sentence(text[start:end].strip(), start, tokens[cut : cut + MAX_SENTENCE]) for cut in cuts)
        start = end
    _labels(found)
    return found


def _labels(found: list[Sentence]) -> None:
    """Mark the numbers that are names: the same noun followed by 1, 2, ... (`oil 1`, `oil 2`)."""
    seen: dict[str, list[Token]] = {}
    for sentence in found:
        for before, token in pairwise(sentence.tokens):
            named = before.stem and before.stem not in STOP
            if named and token.form == "number" and token.text.isdigit() and not token.money:
                seen.setdefault(before.stem, []).append(token)
    for tokens in seen.values():
        numbers = {int(token.text) for token in tokens}
        if len(numbers) > 1 and numbers == set(range(1, len(numbers) + 1)):
            for token in tokens:
                token.number, token.form, token.stem = None, "label", token.text


def _pieces(plain: str, offset: int) -> Iterator[Token]:
    for match in PIECE.finditer(plain):
        word = mend(match[0].removesuffix("'s"))
        spelt = stem(word.replace("_", "")) if match.lastgroup == "word" else ""
        form = "word" if spelt else "mark"
        yield Token(word, offset + match.start(), offset + match.end(), spelt, form=form)


def _join(tokens: list[Token], quantities: list[Quantity]) -> Iterator[Token]:
    """Put one token in the place of those that make up a number, its sign and its scale: `$ 1.5 million`, `3 times`."""
    position = 0
    for quantity in quantities:
        while position < len(tokens) and tokens[position].end <= quantity.start:
            yield tokens[position]
            position += 1
        first = position
        while position < len(tokens) and tokens[position].start < quantity.end:
            position += 1
        around = " ".join(token.text for token in tokens[max(0, first - 1) : position + 1])
        if quantity.kind is Kind.ORDINAL and _PART.search(around):
            quantity = replace(quantity, kind=Kind.FRACTION, values=(1 / 3,))
        if quantity.kind.amount or quantity.kind is Kind.LABEL:
            token, position = _number(tokens, first, position, quantity)
            yield token
        else:
            yield from tokens[first:position]
    yield from tokens[position:]


def _number(tokens: list[Token], first: int, end: int, quantity: Quantity) -> tuple[Token, int]:
    """Return the token of a number, with its scale and `times`, and the position behind it."""
    follow = [token.text.lower() for token in tokens[end : end + 2]] + ["", ""]
    before = tokens[first - 1].text if first else ""
    value, form = quantity.value, _FORMS.get(quantity.kind, "number")
    if follow[0] in SCALES:
        value, end = value * SCALES[follow[0]], end + 1
    if quantity.text.lower() == "half" and follow[0] in {"a", "an"} and follow[1] in UNITS:
        form, end = "number", end + 1
    elif follow[0] == "times" and follow[1] not in {"per", "a", "an"}:
        form, end = "times", end + 1
    elif quantity.kind is Kind.FRACTION and follow[0] not in PARTS:
        form = "number"
    elif quantity.text.lower() in {"one", "two", "three", "four"}:
        form = "soft"
    money = before in {"$", "€", "£"} or follow[0] in {"$", "dollar", "dollars", "euro", "euros"}
    token = Token(quantity.text, tokens[first].start, tokens[end - 1].end, quantity.text.lower(), value, form, money)
    return token, end
