"""Text to sentences of tokens; offsets stay those of the original text, so that quotes are verbatim."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise

from optwright.formulation.numbers import Kind, Quantity, numbers_in
from optwright.offline import lexicon

MAX_TEXT = 8_000
MAX_SENTENCE = 400
"""Tokens of one sentence; what is longer is cut into several."""
_AFTER = re.compile(r"[\s-]*(\$|[A-Za-z]*)\s*([A-Za-z]*)")
_FORMS = {Kind.PERCENT: "percent", Kind.FRACTION: "times", Kind.MULTIPLE: "times"}


@dataclass(slots=True)
class Token:
    """One word, number or mark. `number` is the value; `form` says how it was written."""

    text: str
    start: int = 0
    end: int = 0
    stem: str = ""
    number: float | None = None
    form: str = "word"
    """word, mark, number, percent, times (a multiplier), soft (a number word like an article), label (`oil 1`)."""
    money: bool = False


@dataclass(slots=True)
class Sentence:
    """One sentence with its tokens; `text` is verbatim."""

    text: str
    tokens: list[Token]


def stem(word: str) -> str:
    """Return the word without its plural ending, lower case."""
    word = word.lower().removesuffix("'s").strip("'")
    if word in lexicon.IRREGULAR:
        return lexicon.IRREGULAR[word]
    for ending, form in lexicon.ENDINGS:
        if form.search(word):
            return word.removesuffix(ending) + ("y" if ending == "ies" else "")
    return word


@lru_cache(maxsize=4096)
def mend(word: str) -> str:
    """Return the word of the vocabulary that this one misspells by a letter dropped, added or swapped inside."""
    lower = word.lower()
    if len(word) < 5 or not lower.isalpha() or stem(lower) in _STEMS:
        return word
    near = [known for known in lexicon.VOCABULARY if _resembles(known, lower)]
    return near[0] if len(near) == 1 else word


def _resembles(one: str, two: str) -> bool:
    """Whether two words have the same letters, or one of them has one more inside."""
    short, long = sorted((one, two), key=len)
    return sorted(one) == sorted(two) or short in {long[:at] + long[at + 1 :] for at in range(1, len(long) - 1)}


_STEMS = frozenset(stem(word) for word in lexicon.VOCABULARY)


def normalise(text: str) -> str:
    """Return the text with typography and mathematical mark-up made plain, every offset kept."""
    for pattern, plain in lexicon.PLAIN:
        text = pattern.sub(partial(_padded, plain), text)
    return text


def _padded(plain: str, match: re.Match[str]) -> str:
    return plain.ljust(len(match[0]))[: len(match[0])]


def sentences(text: str) -> list[Sentence]:
    """Split into sentences and tokens. Texts beyond MAX_TEXT characters are cut there."""
    plain = normalise(text[:MAX_TEXT])
    tokens = _labelled([token for token in tokenise(plain) if token.text not in "$€£"])
    found: list[Sentence] = []
    start = first = 0
    breaks = (one for one in lexicon.SENTENCE_END.finditer(plain))
    ends = [one.end() for one in breaks if not lexicon.ABBREVIATION.search(plain[: one.start()], one.start() - 8)]
    for end in [*ends, len(plain)]:
        last = bisect_left(tokens, end, first, key=lambda token: token.start)
        here, said = tokens[first:last], text[start:end].strip()
        found += [Sentence(said, here[cut : cut + MAX_SENTENCE]) for cut in range(0, len(here), MAX_SENTENCE)]
        start, first = end, last
    return found


def _labelled(tokens: list[Token]) -> list[Token]:
    """Mark the numbers that are names: the same noun followed by 1, 2, ... (`oil 1`, `oil 2`)."""
    seen: dict[str, dict[str, list[Token]]] = {}
    for before, token in pairwise(tokens):
        if before.stem and before.stem not in lexicon.STOP and token.text.isdigit() and not token.money:
            seen.setdefault(before.stem, {}).setdefault(token.text, []).append(token)
    for named in seen.values():
        if len(named) > 1 and set(named) == {str(number + 1) for number in range(len(named))}:
            for token in (token for one in named.values() for token in one):
                token.number, token.form, token.stem = None, "label", token.text
    return tokens


def tokenise(plain: str) -> Iterator[Token]:
    """Yield words, marks and numbers; a number with its scale is one token: `1.5 million`, `3 times`."""
    done = 0
    for quantity in numbers_in(plain):
        if quantity.kind.amount or quantity.kind is Kind.LABEL:
            yield from _pieces(plain, done, quantity.start)
            token = _number(plain, quantity)
            yield token
            done = token.end
    yield from _pieces(plain, done, len(plain))


def _pieces(plain: str, start: int, end: int) -> Iterator[Token]:
    for match in lexicon.PIECE.finditer(plain, start, end):
        word = mend(match[0].removesuffix("'s"))
        spelt = stem(word.replace("_", "")) if match.lastgroup == "word" else ""
        yield Token(word, match.start(), match.end(), spelt, form="word" if spelt else "mark")


def _number(plain: str, quantity: Quantity) -> Token:
    """Return the token of a number, with its scale and `times`."""
    after = _AFTER.match(plain, quantity.end)
    assert after is not None
    follow, further, said = after[1].lower(), after[2].lower(), quantity.text.lower()
    value, end, form = quantity.value, quantity.end, _FORMS.get(quantity.kind, "number")
    if follow in lexicon.SCALES:
        value, end = value * lexicon.SCALES[follow], after.end(1)
    if said == "half" and follow in {"a", "an"} and further in lexicon.UNITS:
        form, end = "number", after.end(1)
    elif follow == "times" and further not in {"per", "a", "an"}:
        form, end = "times", after.end(1)
    elif quantity.kind is Kind.FRACTION and follow not in lexicon.PARTS:
        form = "number"
    elif said in {"one", "two", "three", "four"}:
        form = "soft"
    money = plain[: quantity.start].rstrip()[-1:] in {"$", "€", "£"} or follow in {
        "$",
        "dollar",
        "dollars",
        "euro",
        "euros",
    }
    return Token(quantity.text, quantity.start, end, said, value, form, money)
