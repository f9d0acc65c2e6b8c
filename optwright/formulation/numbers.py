"""The numbers that a text states: digits, words, percentages, fractions, with every value that each may stand for.

`numbers_in` knows nothing of formulations; `checking/account.py` compares what it finds with one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a number is in its sentence. Labels, ordinals, dates and times of day are names rather than amounts."""

    NUMBER = "number"
    PERCENT = "percent"
    FRACTION = "fraction"
    WORD = "word"
    MULTIPLE = "multiple"
    LABEL = "label"
    ORDINAL = "ordinal"
    DATE = "date"
    TIME = "time"

    @property
    def amount(self) -> bool:
        """Whether a formulation must account for it."""
        return self not in (Kind.LABEL, Kind.ORDINAL, Kind.DATE, Kind.TIME)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a text: `text[start:end]`. `values[0]` is what it says, the others what it may be written as."""

    values: tuple[float, ...]
    start: int
    end: int
    text: str
    kind: Kind

    @property
    def value(self) -> float:
        """The plain reading: 0.15 of `15%`, 40 of `forty`."""
        return self.values[0]


MAX_TEXT = 300_000
_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_UNITS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {word: 20 + 10 * at for at, word in enumerate(_TENS)}
_SMALL |= {"fourty": 40, "ninty": 90}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "dozen": 12, "dozens": 12}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
_PARTS |= {"ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20, "hundredth": 100, "halve": 2}
_MULTIPLES = {"twice": 2, "double": 2, "doubles": 2, "doubled": 2, "thrice": 3, "triple": 3, "triples": 3}
_MULTIPLES |= {"tripled": 3, "quadruple": 4, "quadrupled": 4, "twofold": 2, "threefold": 3, "fourfold": 4}
_ORDINALS = {"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
_GLYPHS = {"½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 0.2, "⅖": 0.4, "⅗": 0.6, "⅘": 0.8}
_GLYPHS |= {"⅙": 1 / 6, "⅚": 5 / 6, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}

_CONVERSIONS: dict[str, tuple[float, ...]] = {
    "hour": (60.0, 3600.0, 1 / 24),
    "minute": (1 / 60, 60.0),
    "second": (1 / 60, 1 / 3600),
    "day": (24.0, 1 / 7, 1440.0),
    "week": (7.0, 5.0, 168.0),
    "month": (1 / 12, 30.0),
    "year": (12.0, 52.0, 365.0),
    "kilogram": (1000.0, 1 / 1000),
    "gram": (1 / 1000, 1000.0),
    "ton": (1000.0, 2000.0),
    "cent": (1 / 100,),
    "kilometre": (1000.0,),
    "metre": (100.0, 1 / 1000),
    "centimetre": (1 / 100,),
    "litre": (1000.0,),
    "foot": (12.0,),
    "pound": (16.0,),
    "thousand": (1000.0,),
    "million": (1e6, 1e3),
    "billion": (1e9, 1e3, 1e6),
    "degree": (math.pi / 180,),
}
_SPELLINGS = {
    "hour": "h hr hrs hour hours",
    "minute": "min mins minute minutes",
    "second": "s sec secs second seconds",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years yr yrs",
    "kilogram": "kg kgs kilogram kilograms kilo kilos",
    "gram": "g gram grams gr",
    "ton": "t ton tons tonne tonnes",
    "cent": "cent cents ¢",
    "kilometre": "km kilometer kilometers kilometre kilometres",
    "metre": "m meter meters metre metres",
    "centimetre": "cm centimeter centimeters centimetre centimetres",
    "litre": "l liter liters litre litres",
    "foot": "ft foot feet",
    "pound": "lb lbs pound pounds",
    "thousand": "k K thousand thousands",
    "million": "M mn million millions",
    "billion": "bn billion billions B",
    "degree": "degree degrees °",
}
_UNIT_OF = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}

_NAMED = (
    "activity|area|asset|block|bus|candidate|case|cell|center|centre|chapter|city|class|client|column|company|component|"
    "constraint|course|crop|customer|day|department|depot|district|employee|equation|example|exhibit|facility|factory|"
    "farm|feed|field|figure|food|generator|grade|group|house|ingredient|investment|item|job|juncture|junction|level|line|"
    "location|machine|market|material|mine|mix|model|month|node|note|nutrient|operation|option|order|package|part|"
    "period|person|phase|plan|plant|plot|point|port|problem|process|product|project|quarter|question|raw material|"
    "reactor|region|resource|retailer|room|route|row|scenario|section|segment|server|shift|shop|site|stage|station|step|"
    "stock|store|supplier|table|tank|task|team|terminal|tower|truck|type|vehicle|vertex|warehouse|week|well|worker|year|"
    "zone|number|no\\.|#|team member|person|patient|source|sink|destination|origin|demand point|hub|sector|alloy|fund"
)
_LABELLED = re.compile(
    rf"\b(?:{_NAMED})(?:s|es|ies)?\s?#?"
    r"(\d{1,6}(?:\s?(?:,\s?and|,|and|or|to|through|-|\u2013|&)\s?\d{1,6}){0,40})(?![\d.,]*\d|%|/)",
    re.IGNORECASE,
)
_ENUMERATED = re.compile(
    r"(?m)^[ \t]{0,12}(?:[-*][ \t])?(?:\(?(\d{1,2})[.):](?=\s)|\((\d{1,2})\)|#{1,6}\s+(\d{1,2})\b)|\((\d{1,2})\)(?=\s)"
)
_DIGITS = re.compile(
    r"""(?<![\w\u2080-\u2089.])(?<![A-Za-z]-)
    (?P<minus>(?<![\w)])-)?
    (?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\{,\}\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    (?P<exponent>[eE][+-]?\d{1,3}\b|\s?(?:[x\u00d7*]|\\times|\\cdot)\s?10\^\{?-?\d{1,3}\}?|\^\{?-?\d{1,3}\}?)?
    (?P<glyph>[\u00bc-\u00be\u2150-\u215e])?
    (?P<fraction>\s?/\s?\d{1,9}(?![\d/.,]{0,12}[\d/]))?
    (?P<percent>\s{0,2}(?:%|\\%|percent(?:age)?(?!\w)|per\s?cent\b))?
    (?P<ordinal>st\b|nd\b|rd\b|th\b)?
    """,
    re.VERBOSE,
)
_WHOLE = re.compile(r"(?<![\w.,/])(\d{1,3})\s{1,2}$")
_FOLLOWS = re.compile(r"[\s-]{0,2}\$?([A-Za-z¢°]{1,20})")
_BRACKETED = re.compile(r"\[[^\[\]\s]*\]")
_WORD = re.compile(r"[A-Za-z]+")
_DATE = re.compile(
    r"\b(?:in|since|by|until|year|of|from|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec),?\s+((?:19|20)\d\d)\b(?!\s*[a-z]+s\b|,\d|\.\d|%)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(\d{1,2})(?::(\d\d)(?::\d\d)?)?\s*(a\.?m\b\.?|p\.?m\b\.?|o'clock\b)|\b(\d{1,2}):(\d\d)\b", re.IGNORECASE
)
_SLASH_DATE = re.compile(r"\b\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\b")
_NAMES = ((_LABELLED, Kind.LABEL), (_ENUMERATED, Kind.LABEL), (_DATE, Kind.DATE), (_SLASH_DATE, Kind.DATE))


def numbers_in(text: str) -> list[Quantity]:
    """Return every number of a text, in order; of a very long text only those of its beginning."""
    text = text[:MAX_TEXT]
    # In `[100,200,300]` the commas separate; a sign of the same length keeps the positions.
    text = _BRACKETED.sub(lambda match: match[0].replace(",", ";"), text)
    names = _names(text)
    found = list(_digits(text, names))
    found += _words(text)
    found += _glyphs(text)
    return sorted(_apart(found), key=lambda one: one.start)


def _apart(found: list[Quantity]) -> Iterator[Quantity]:
    """Yield quantities that do not overlap, longer ones first."""
    end = -1
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= end:
            yield one
            end = one.end


def _names(text: str) -> dict[int, Kind]:
    """Return for the positions of digits that are no amounts what they are."""
    names: dict[int, Kind] = {}
    for pattern, kind in (
        (_LABELLED, Kind.LABEL),
        (_ENUMERATED, Kind.LABEL),
        (_DATE, Kind.DATE),
        (_SLASH_DATE, Kind.DATE),
    ):
        for match in pattern.finditer(text):
            start, end = match.span()
            if match.lastindex:
                start, end = match.span(match.lastindex)
            names |= {start + digits.start(): kind for digits in re.finditer(r"\d+", text[start:end])}
    for match in _TIME.finditer(text):
        names |= {match.start() + digits.start(): Kind.TIME for digits in re.finditer(r"\d+", match[0])}
    return names


def _digits(text: str, names: dict[int, Kind]) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        number = match["number"]
        digits = number.replace("{,}", "").replace(",", "")
        if len(digits) > 300:
            continue
        value = float(digits) * (-1 if match["minus"] else 1)
        start, end = match.span()
        kind = names.get(match.start("number"))
        if kind is not None:
            yield Quantity((value,), match.start("number"), match.end("number"), number, kind)
        elif match["ordinal"]:
            yield Quantity((value,), start, end, match[0], Kind.ORDINAL)
        else:
            yield _amount(text, match, value)


def _amount(text: str, match: re.Match[str], value: float) -> Quantity:
    """Return the quantity of one match of `_DIGITS` that is an amount."""
    kind, values, start = Kind.NUMBER, [value], match.start()
    if match["exponent"]:
        values = [_scaled(value, match["exponent"]), value]
    if match["glyph"]:
        values = [value + _GLYPHS.get(match["glyph"], 0.0)]
    if match["fraction"]:
        below = float(match["fraction"].strip().lstrip("/"))
        if below:
            kind, values = Kind.FRACTION, [value / below, value, below]
            begin = max(0, match.start() - 6)
            whole = _WHOLE.search(text[begin : match.start()])
            if whole and value < below:
                values = [float(whole[1]) + value / below, *values]
                start = begin + whole.start(1)
    if match["percent"]:
        kind, values = Kind.PERCENT, _percent(values[0])
    values += _converted(values[0], text, match.end())
    return Quantity(tuple(dict.fromkeys(values)), start, match.end(), text[start : match.end()].strip(), kind)


def _scaled(value: float, exponent: str) -> float:
    power = int(re.findall(r"-?\d+", exponent)[-1])
    try:
        return float(value**power) if exponent.startswith("^") else value * 10.0**power
    except (OverflowError, ZeroDivisionError):
        return value


def _percent(value: float) -> list[float]:
    """Return what `15%` may be written as: 0.15, 15, what is left (0.85), what it grows to (1.15)."""
    share = value / 100
    return [share, value, 1 - share, 1 + share, 100 - value]


def _converted(value: float, text: str, at: int) -> list[float]:
    """Return the value in the neighbouring units of the word that follows: 90 minutes is 1.5 hours."""
    match = _FOLLOWS.match(text, at)
    unit = match and (_UNIT_OF.get(match[1]) or _UNIT_OF.get(match[1].lower()))
    return [value * factor for factor in _CONVERSIONS[unit]] if unit else []


def _glyphs(text: str) -> list[Quantity]:
    return [
        Quantity((value,), match.start(), match.end(), match[0], Kind.FRACTION)
        for glyph, value in _GLYPHS.items()
        for match in re.finditer(glyph, text)
    ]


# Words -------------------------------------------------------------------------------------------------------------


def _words(text: str) -> Iterator[Quantity]:
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words):
        taken = _phrase(text, words, at)
        if taken is None:
            at += 1
            continue
        quantity, used = taken
        yield quantity
        at += used


def _phrase(text: str, words: list[re.Match[str]], at: int) -> tuple[Quantity, int] | None:
    """Return the number that begins at a word, and how many words it takes."""
    low = words[at][0].lower()
    if low in _MULTIPLES:
        return _quantity(text, words[at : at + 1], (float(_MULTIPLES[low]),), Kind.MULTIPLE), 1
    if low == "half":
        if _next(words, at, 2) == "dozen":
            return _quantity(text, words[at : at + 3], (6.0,), Kind.WORD), 3
        return _quantity(text, words[at : at + 1], (0.5, 2.0, 50.0), Kind.FRACTION), 1
    if low in ("a", "an"):
        return _article(text, words, at)
    if low in _ORDINALS:
        return _quantity(text, words[at : at + 1], (0.0,), Kind.ORDINAL), 1
    if low not in _SMALL and low != "dozen":
        return None
    value, used = _cardinal(text, words, at)
    return _finish(text, words, at, (value, used))


def _article(text: str, words: list[re.Match[str]], at: int) -> tuple[Quantity, int] | None:
    """Read `a dozen`, `a hundred`, `a third of`; a bare article is no number."""
    after = _next(words, at, 1)
    if after in ("dozen", "hundred", "thousand", "million", "billion"):
        return _quantity(text, words[at : at + 2], (float(_SCALES[after]),), Kind.WORD), 2
    if after in _PARTS and (after == "half" or _next(words, at, 2) in ("of", "as", "the")):
        parts = _PARTS[after]
        return _quantity(text, words[at : at + 2], (1 / parts, float(parts)), Kind.FRACTION), 2
    return None


def _cardinal(text: str, words: list[re.Match[str]], at: int) -> tuple[float, int]:
    """Read `two hundred and fifty thousand`: the value and the number of words."""
    total, current, used, tens = 0.0, 0.0, 0, False
    while at + used < len(words):
        word = words[at + used][0].lower()
        joined = used == 0 or _joined(text, words[at + used - 1], words[at + used])
        if not joined:
            break
        if word in _SMALL:
            small = _SMALL[word]
            if current % 100 and not (tens and small < 10):
                break
            current, tens = current + small, small >= 20
        elif word == "hundred" or word in ("dozen", "dozens"):
            current, tens = (current or 1) * _SCALES[word], False
        elif word in _SCALES:
            total, current, tens = total + (current or 1) * _SCALES[word], 0.0, False
        elif not (word == "and" and used and _follows(words, at + used)):
            break
        used += 1
    return total + current, used


def _follows(words: list[re.Match[str]], at: int) -> bool:
    """Whether `and` joins two parts of one number: after hundred or thousand, before a small number."""
    before, after = words[at - 1][0].lower(), _next(words, at, 1)
    return before in ("hundred", "thousand", "million") and after in _SMALL


def _finish(text: str, words: list[re.Match[str]], at: int, read: tuple[float, int]) -> tuple[Quantity, int]:
    """Add what follows a cardinal: a fraction word, `and a half`, `percent`, a unit."""
    value, used = read
    after = _next(words, at, used)
    part = _PARTS.get(after.rstrip("s") if after != "halves" else "half", 0)
    if part and _joined(text, words[at + used - 1], words[at + used]) and (after.endswith("s") or value == 1):
        sure = value != 1 or after in ("half", "third", "quarter") or _next(words, at, used + 1) == "of"
        if sure:
            quantity = _quantity(text, words[at : at + used + 1], (value / part, value, float(part)), Kind.FRACTION)
            return quantity, used + 1
    if [_next(words, at, used + step) for step in range(3)] == ["and", "a", "half"]:
        return _quantity(text, words[at : at + used + 3], (value + 0.5,), Kind.WORD), used + 3
    kind, values = Kind.WORD, [value]
    if after in ("percent", "percentage"):
        kind, values, used = Kind.PERCENT, _percent(value), used + 1
    elif after == "per" and _next(words, at, used + 1) == "cent":
        kind, values, used = Kind.PERCENT, _percent(value), used + 2
    values += _converted(values[0], text, words[at + used - 1].end())
    return _quantity(text, words[at : at + used], tuple(values), kind), used


def _next(words: list[re.Match[str]], at: int, step: int) -> str:
    return words[at + step][0].lower() if at + step < len(words) else ""


def _joined(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether only a blank, a hyphen or a line break is between two words."""
    between = text[left.end() : right.start()]
    return len(between) <= 3 and not between.strip(" -\u2010\u2011\n")


def _quantity(text: str, words: list[re.Match[str]], values: tuple[float, ...], kind: Kind) -> Quantity:
    start, end = words[0].start(), words[-1].end()
    return Quantity(tuple(dict.fromkeys(values)), start, end, text[start:end], kind)
