"""Numbers as a text writes them: digits or words, thousands separators, percentages."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_UNITS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How one text writes its numbers."""

    words: int = 0
    """Whole numbers up to this one are written in words; 0 for none."""
    separator: str = ","
    """Between thousands: a comma or nothing."""
    percent: str = "%"
    """`%`, ` percent` or ` per cent`."""

    @classmethod
    def drawn(cls, dice: random.Random) -> Manner:
        """Draw a manner; most texts write digits."""
        return cls(
            words=dice.choice([0, 0, 0, 3, 10, 12, 20, 100]),
            separator=dice.choice([",", ",", ""]),
            percent=dice.choice(["%", "%", "%", " percent", " per cent"]),
        )

    def number(self, value: float, *, plain: bool = False) -> str:
        """Write a number; `plain` where only digits fit, as after a currency sign."""
        whole = float(value).is_integer()
        if whole and 0 < value <= self.words and not plain:
            return in_words(int(value))
        if whole:
            return f"{int(value):,}".replace(",", self.separator)
        text = f"{value:,.10g}" if abs(value) < 1e15 else repr(value)
        return text.replace(",", self.separator)

    def share(self, value: float) -> str:
        """Write a fraction as a percentage."""
        hundredths = round(value * 100, 8)
        return f"{self.number(hundredths, plain=True)}{self.percent}"


def in_words(value: int) -> str:
    """Write a whole number from 0 below a million in words: "one hundred and twenty"."""
    if value < 20:
        return _UNITS[value]
    if value < 100:
        tens, units = divmod(value, 10)
        return _TENS[tens - 2] + (f"-{_UNITS[units]}" if units else "")
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return f"{_UNITS[hundreds]} hundred" + (f" and {in_words(rest)}" if rest else "")
    thousands, rest = divmod(value, 1000)
    joint = " " if rest >= 100 else " and "
    return f"{in_words(thousands)} thousand" + (f"{joint}{in_words(rest)}" if rest else "")


def listing(items: Sequence[str]) -> str:
    """Join names: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "none"


SINGLE = "\x01"
"""Marks a number of data that is one, until `agree` has looked at what follows it."""
_ONE = re.compile(
    rf"{SINGLE} ((?:(?!(?:of|in|at|per|and|or|to|for|is|as|more)\b)[\w-]+ )?)([\w-]+)( (?:are|were|have)\b)?"
)
_PERIOD = re.compile(r"\b(hour|day|week|month|quarter|year|period|slot)s (\d+)(?![\d.,]*\d| to \d| and \d)")
_SINGULARS = {"people": "person", "men": "man", "women": "woman", "children": "child"}
_NO_PLURAL = re.compile(r"(times|plus|minus|less|unless|always|perhaps|across|has|was|does|\w*(ss|us|is))$")
_VERBS = {" are": " is", " were": " was", " have": " has", None: ""}
_VOWEL = re.compile(
    r"\b([Aa]) (?=(?:8|11\b|18\b|[aeio]|u(?!ni|se|su|ti)|honest|hour)(?!ne\b|nce\b|uro))"
    r"(?!(?:is|are|or|and|of|in|on|at|as)\b)",
    re.IGNORECASE,
)


def agree(text: str) -> str:
    """Mend what filling in left behind: "1 hours", "a apple"."""
    text = _PERIOD.sub(r"\1 \2", _ONE.sub(_of_one, text).replace(SINGLE, ""))
    return _VOWEL.sub(lambda found: f"{found[1]}n ", text)


def _of_one(found: re.Match[str]) -> str:
    before, noun, verb = found[1], found[2], found[3]
    if before and plural(before.strip()):  # "1 hours of ...": the first word is the noun
        return f" {singular(before.strip())}{_VERBS.get(f' {noun}', f' {noun}')}{verb or ''}"
    if not plural(noun):
        return f" {before}{noun}{verb or ''}"
    return f" {before}{singular(noun)}{_VERBS[verb]}"


def plural(noun: str) -> bool:
    """Whether a word looks like a plural noun."""
    return noun in _SINGULARS or (len(noun) > 2 and noun.endswith("s") and not _NO_PLURAL.match(noun))


def singular(noun: str) -> str:
    """Return the singular of a plural noun."""
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "ches", "shes", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
