"""Text to sentences of tokens; offsets stay those of the original text, so that quotes are verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from optwright.formulation.numbers import Kind, Quantity, numbers_in
from optwright.offline.lexicon import IRREGULAR, SCALES, STOP, UNITS, VOCABULARY

MAX_TEXT = 8_000
MAX_SENTENCE = 400
"""Tokens of one sentence; what is longer is cut into several."""

_PIECE = re.compile(
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)|(?P<word>[A-Za-z]+(?:[-'&_][A-Za-z0-9]+)*\d*|[A-Za-z]\d+)|(?P<mark>\S)"
)
_HYPHEN = re.compile(
    r"(?<=\d)-(?=[A-Za-z])"
    r"|(?:(?<=one)|(?<=two)|(?<=ten)|(?<=six))-(?=(?:hour|unit|minute|day|dollar|point|acre|person|week|mile|pound)s?\b)"
    r"|(?:(?<=three)|(?<=seven)|(?<=eight))-(?=(?:hour|unit|minute|day|dollar|point|acre|person|week|mile|pound)s?\b)"
    r"|(?:(?<=four)|(?<=five)|(?<=nine))-(?=(?:hour|unit|minute|day|dollar|point|acre|person|week|mile|pound)s?\b)",
    re.I,
)
_END = re.compile(r"(?<=[.?!])(?<!\.\.)[\"')]*(?=\s+\S|\s*$|-\s?[A-Z])|\n+|(?<=[.:])\s?(?=- ?[A-Z])|;(?=\s)")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Inc|Co|Ltd|No|vs|e\.g|i\.e|approx|etc|sq|ft|min|max|hr|hrs|oz|lb|lbs)\.$"
)


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
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if (len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes", "oes"))) or (
        word.endswith("uses") and word[-5:-4] not in {"", "o", "a"}
    ):
        return word[:-2]
    if len(word) > 3 and word.endswith("oe"):
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def mend(word: str) -> str:
    """Return the word of the grammar's vocabulary that this one misspells by a dropped, doubled or swapped letter."""
    lower = word.lower()
    if len(word) < 5 or not lower.isalpha() or stem(lower) in _STEMS:
        return word
    near = {
        known
        for shorter in {lower, *_cuts(lower)}
        for known in _SHORTER.get(shorter, ())
        if abs(len(known) - len(lower)) <= 1 and _close(lower, known)
    }
    return min(near) if len(near) == 1 else word


def _cuts(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _close(word: str, known: str) -> bool:
    """Whether one dropped, added or swapped letter inside the word makes the one of the other."""
    if word in {known[:-1], known + word[-1:]} or stem(word) == stem(known):
        return False
    swapped = len(word) == len(known) and sorted(word) == sorted(known)
    return swapped or word in _cuts(known) or known in _cuts(word)


_STEMS = frozenset(stem(word) for word in VOCABULARY)
_SHORTER: dict[str, list[str]] = {}
for _known in sorted(VOCABULARY):
    for _shorter in {_known, *_cuts(_known)}:
        _SHORTER.setdefault(_shorter, []).append(_known)


def normalise(text: str) -> str:
    """Return the text with typography and mathematical mark-up made plain, every offset kept."""
    for pattern, plain in _PLAIN:
        text = pattern.sub(partial(_padded, plain), text)
    return text


def _padded(plain: str, match: re.Match[str]) -> str:
    return plain.ljust(len(match[0]))[: len(match[0])]


_PLAIN = (
    (re.compile(r"[\u2013\u2014\u2212\u2010\u2011]"), "-"),
    (re.compile(r"[\u2018\u2019]"), "'"),
    (re.compile(r"[\u201c\u201d\u00a0*`]"), " "),
    (re.compile(r"\\(?:text|mathrm|times|leq?|geq?|,|\(|\)|\[|\])?"), " "),
    (re.compile(r"(?<=\d)\s?\$"), " "),
    (re.compile(r"\$(?=\s*\$)"), " "),
    (re.compile(r"[$](?!\s?\.?\d)"), " "),
    (re.compile(r"[{}]"), " "),
    (re.compile(r"(?<=\b[A-Za-z])_(?=\d)"), ""),
)


def sentences(text: str) -> list[Sentence]:
    """Split into sentences and tokens. Texts beyond MAX_TEXT characters are cut there."""
    plain = normalise(text[:MAX_TEXT])
    found: list[Sentence] = []
    start = 0
    cuts = [
        match.end()
        for match in _END.finditer(plain)
        if not _ABBREVIATION.search(plain[max(0, match.start() - 8) : match.start()])
    ]
    for end in [*cuts, len(plain)]:
        if plain[start:end].strip():
            found.extend(_cut(plain[start:end], text[start:end], start))
        start = end
    _labels(found)
    return found


def _labels(found: list[Sentence]) -> None:
    """Mark the numbers that are names: the same noun followed by 1, 2, ... (`oil 1`, `oil 2`)."""
    seen: dict[str, dict[int, list[Token]]] = {}
    for sentence in found:
        for before, token in pairwise(sentence.tokens):
            named = bool(before.stem) and before.text not in {"and", "or"}
            if named and token.form == "number" and token.text.isdigit() and not token.money and token.number:
                seen.setdefault(before.stem, {}).setdefault(int(token.number), []).append(token)
    for noun, numbers_ in seen.items():
        if len(numbers_) > 1 and set(numbers_) == set(range(1, len(numbers_) + 1)) and noun not in STOP:
            for token in (token for tokens in numbers_.values() for token in tokens):
                token.number, token.form, token.stem = None, "label", token.text


def _cut(plain: str, verbatim: str, start: int) -> Iterator[Sentence]:
    quantities = [
        replace(one, start=one.start + start, end=one.end + start) for one in numbers_in(_HYPHEN.sub(" ", plain))
    ]
    tokens = [token for token in _join(list(_pieces(plain, start)), quantities) if token.text not in {"$", "€", "£"}]
    for first in range(0, len(tokens), MAX_SENTENCE):
        yield Sentence(verbatim.strip(), start, tokens[first : first + MAX_SENTENCE])


def _pieces(plain: str, offset: int) -> Iterator[Token]:
    for match in _PIECE.finditer(_HYPHEN.sub(" ", plain)):
        plain_word = mend(match[0].removesuffix("'s"))
        token = Token(plain_word, offset + match.start(), offset + match.end())
        if match.lastgroup == "word":
            token.stem = stem(plain_word.replace("_", ""))
        else:
            token.form = "mark"
        yield token


def _join(tokens: list[Token], quantities: Iterable[Quantity]) -> Iterator[Token]:
    """Put one token in the place of those that make up a number, its sign and its scale: `$ 1.5 million`, `3 times`."""
    position = 0
    for quantity in quantities:
        if quantity.kind is Kind.ORDINAL and _PART.search(
            " ".join(token.text for token in tokens if quantity.start - 4 <= token.start < quantity.end + 3)
        ):
            quantity = replace(quantity, kind=Kind.FRACTION, values=(1 / 3,))
        if not quantity.kind.amount and quantity.kind is not Kind.LABEL:
            continue
        while position < len(tokens) and tokens[position].end <= quantity.start:
            yield tokens[position]
            position += 1
        first = position
        while position < len(tokens) and tokens[position].start < quantity.end:
            position += 1
        if position > first:
            token, position = _number(tokens, first, position, quantity)
            yield token
    yield from tokens[position:]


def _number(tokens: list[Token], first: int, end: int, quantity: Quantity) -> tuple[Token, int]:
    follow = [token.text.lower() for token in tokens[end : end + 2]] + ["", ""]
    before = tokens[first - 1].text if first else ""
    value, form = quantity.value, _FORMS.get(quantity.kind, "number")
    if follow[0] in SCALES:
        value, end = value * SCALES[follow[0]], end + 1
    if quantity.text.lower() == "half" and follow[0] in {"a", "an"} and follow[1] in UNITS:
        end, form = end + 1, "number"
    elif follow[0] == "times" and follow[1] not in {"per", "a", "an"}:
        form, end = "times", end + 1
    elif form == "times" and quantity.kind is Kind.FRACTION and follow[0] not in {"of", "as", "the", "that"}:
        form = "number"
    elif quantity.text.lower() in {"one", "two", "three", "four"}:
        form = "soft"
    money = before in {"$", "€", "£"} or follow[0] in {"$", "dollar", "dollars", "euro", "euros"}
    token = Token(quantity.text, tokens[first].start, tokens[end - 1].end, quantity.text.lower(), value, form, money)
    return token, end


_PART = re.compile(r"\b(?:a|one) third\b|\bthird (?:as|of)\b", re.I)
_FORMS = {Kind.PERCENT: "percent", Kind.FRACTION: "times", Kind.MULTIPLE: "times", Kind.LABEL: "number"}
