"""Text to sentences of tokens; offsets stay those of the original text, so that quotes are verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from optwright.offline.lexicon import FRACTIONS, ONES, SCALES, STOP, TENS, TIMES

MAX_TEXT = 20_000
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
_END = re.compile(r"(?<=[.?!])(?<!\.\.)[\"')]*(?=\s+[A-Z\"'($\[\d-]|\s*$|-\s?[A-Z])|\n+|(?<=[.:])\s?(?=- ?[A-Z])|;(?=\s)")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Inc|Co|Ltd|No|vs|e\.g|i\.e|approx|sq|ft|min|max|hr|hrs|oz|lb|lbs)\.$")


@dataclass(slots=True)
class Token:
    """One word, number or mark. `number` is the value; `form` says how it was written."""

    text: str
    start: int
    end: int
    stem: str = ""
    number: float | None = None
    form: str = "word"
    """word, mark, number, percent, times (a multiplier), soft (a number word that may be an article) or label (`oil 1`)."""
    money: bool = False


@dataclass(slots=True)
class Sentence:
    """One sentence with its tokens; `text` is verbatim."""

    text: str
    start: int
    tokens: list[Token] = field(default_factory=list)


def stem(word: str) -> str:
    """Return the word without its plural ending, lower case."""
    word = word.lower().removesuffix("'s").strip("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes", "oes")) or (word.endswith("uses") and word[-5:-4] not in {"", "o", "a"}):
        return word[:-2]
    if len(word) > 3 and word.endswith("oe"):
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def normalise(text: str) -> str:
    """Return the text with typography and mathematical mark-up made plain, every offset kept."""
    for pattern, plain in _PLAIN:
        text = pattern.sub(lambda match, plain=plain: plain.ljust(len(match[0]))[: len(match[0])], text)
    return text


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
    cuts = [match.end() for match in _END.finditer(plain) if not _ABBREVIATION.search(plain[max(0, match.start() - 8) : match.start()])]
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
        noun = ""
        for before, token in pairwise(sentence.tokens):
            noun = before.stem or (noun if before.text in {",", "and"} or before.number is not None else "")
            if before.text in {"and", "or", ","} and before.stem:
                noun = ""
            if before.stem and before.text not in {"and", "or"} and token.form == "number" and token.text.isdigit() and not token.money and token.number:
                seen.setdefault(before.stem, {}).setdefault(int(token.number), []).append(token)
    for noun, numbers_ in seen.items():
        if len(numbers_) > 1 and set(numbers_) == set(range(1, len(numbers_) + 1)) and noun not in STOP:
            for token in (token for tokens in numbers_.values() for token in tokens):
                token.number, token.form, token.stem = None, "label", token.text


def _cut(plain: str, verbatim: str, start: int) -> Iterator[Sentence]:
    tokens = list(numbers(list(_pieces(plain, start))))
    for first in range(0, len(tokens), MAX_SENTENCE):
        yield Sentence(verbatim.strip(), start, tokens[first : first + MAX_SENTENCE])


def _pieces(plain: str, offset: int) -> Iterator[Token]:
    for match in _PIECE.finditer(_HYPHEN.sub(" ", plain)):
        plain_word = match[0].removesuffix("'s")
        token = Token(plain_word, offset + match.start(), offset + match.end())
        if match.lastgroup == "number":
            token.number, token.form = float(match[0].replace(",", "")), "number"
        elif match.lastgroup == "word":
            token.stem = stem(plain_word.replace("_", ""))
        else:
            token.form = "mark"
        yield token


def numbers(tokens: list[Token]) -> Iterator[Token]:
    """Join the tokens of one number: `$ 1.5 million`, `forty percent`, `a third`, `3 times`, `2 / 3`."""
    position = 0
    while position < len(tokens):
        taken = _number(tokens, position)
        if taken is None:
            yield tokens[position]
            position += 1
            continue
        token, position = taken
        yield token


def _number(tokens: list[Token], position: int) -> tuple[Token, int] | None:
    first = tokens[position]
    money = first.text in "$€£" and position + 1 < len(tokens) and tokens[position + 1].number is not None
    cursor = position + money
    value, cursor, form = _value(tokens, cursor)
    if value is None:
        return None
    value, cursor, form = _suffix(tokens, cursor, value, form)
    last = tokens[cursor - 1]
    if cursor < len(tokens) and tokens[cursor].stem in {"dollar", "euro", "usd", "buck"}:
        money = True
    text = " ".join(token.text for token in tokens[position:cursor])
    return Token(text, first.start, last.end, "", value, form, money), cursor


def _word(tokens: list[Token], position: int) -> str:
    return tokens[position].text.lower() if 0 <= position < len(tokens) else ""


def _value(tokens: list[Token], cursor: int) -> tuple[float | None, int, str]:
    """Read a numeral, number words or a multiplier word at the cursor."""
    token = tokens[cursor]
    word = token.text.lower()
    if token.number is not None:
        value, cursor = token.number, cursor + 1
        if _word(tokens, cursor) == "/" and cursor + 1 < len(tokens) and tokens[cursor + 1].number:
            return value / (tokens[cursor + 1].number or 1.0), cursor + 2, "fraction"
        return value, cursor, "number"
    parts = word.split("-")
    if len(parts) == 2 and parts[0] in {**ONES, "a": 1} and stem(parts[1]) in FRACTIONS:
        return {**ONES, "a": 1}[parts[0]] / FRACTIONS[stem(parts[1])], cursor + 1, "times"
    if word in ONES or word in TENS or (len(parts) == 2 and parts[0] in TENS and parts[1] in ONES):
        return _words(tokens, cursor)
    if word in TIMES:
        return TIMES[word], cursor + 1, "times"
    if word in {"a", "one"} and stem(_word(tokens, cursor + 1)) in {"third", "quarter", "fifth", "tenth", "dozen", "half"}:
        follow = stem(_word(tokens, cursor + 1))
        return (12.0, cursor + 2, "number") if follow == "dozen" else (1 / FRACTIONS[follow], cursor + 2, "times")
    if word in {"third", "quarter"} and _word(tokens, cursor + 1) in {"of", "as", "the"}:
        return 1 / FRACTIONS[word], cursor + 1, "times"
    return None, cursor, ""


def _words(tokens: list[Token], cursor: int) -> tuple[float, int, str]:
    value = 0.0
    start = cursor
    while (word := _word(tokens, cursor)) in ONES or word in TENS or "-" in word and word.split("-")[0] in TENS:
        value += sum({**ONES, **TENS}.get(part, 0) for part in word.split("-"))
        cursor += 1
    if cursor < len(tokens) and stem(_word(tokens, cursor)) in FRACTIONS and stem(_word(tokens, cursor)) != "second":
        return value / FRACTIONS[stem(_word(tokens, cursor))], cursor + 1, "times"
    return value, cursor, "soft" if cursor == start + 1 and _word(tokens, start) in {"one", "two", "three", "four", "zero"} else "number"


def _suffix(tokens: list[Token], cursor: int, value: float, form: str) -> tuple[float, int, str]:
    """Read what changes a number: a scale, percent, `times`, `and a half`."""
    while form != "times" and (word := _word(tokens, cursor)) in SCALES and (len(word) > 1 or tokens[cursor].start == tokens[cursor - 1].end):
        value, cursor, form = value * SCALES[word], cursor + 1, "number"
    if [_word(tokens, cursor + k) for k in range(3)] == ["and", "a", "half"]:
        value, cursor = value + 0.5, cursor + 3
    if _word(tokens, cursor) in {"%", "percent", "percentage", "pct"}:
        return value / 100, cursor + 1, "percent"
    if _word(tokens, cursor) == "per" and _word(tokens, cursor + 1) == "cent":
        return value / 100, cursor + 2, "percent"
    if _word(tokens, cursor) in {"times", "x"} and _word(tokens, cursor + 1) not in {"per", "an", "a", "/"}:
        return value, cursor + 1, "times"
    if form == "fraction":
        form = "times"
    return value, cursor, form
