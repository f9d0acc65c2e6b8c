"""What the reader knows of English, loaded from `lexicon.toml`: marks, words, concepts, units, patterns."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

_DATA = tomllib.loads(files("optwright.offline").joinpath("lexicon.toml").read_text("utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_DATA["words"][name].split())


def _rule(phrases: list[str]) -> re.Pattern[str]:
    """Compile the phrases of a mark: words end at word boundaries, signs anywhere."""
    pattern = "|".join(phrases)
    for name, macro in _DATA["macros"].items():
        pattern = pattern.replace(f"{{{name}}}", macro)
    if pattern[0].isalpha() or pattern.startswith("(?:"):
        pattern = rf"(?<![\w.])(?:{pattern})(?![\w])"
    return re.compile(pattern, re.I)


def _pattern(*names: str) -> re.Pattern[str]:
    """Compile alternatives; with several names each is a named group."""
    groups = {name: "|".join(_DATA["patterns"][name]) for name in names}
    joined = "|".join(f"(?P<{name}>{group})" for name, group in groups.items())
    return re.compile(rf"(?<!\w)(?:{joined})" if len(names) > 1 else rf"(?<!\w)(?:{groups[names[0]]})(?!\w)", re.I)


MARK_RULES = tuple((mark["class"], _rule(mark["phrases"])) for mark in _DATA["marks"])
SCALES: dict[str, float] = _DATA["scales"]
STOP, VERBS, FUNCTION, VAGUE = _words("stop"), _words("verbs"), _words("function"), _words("vague")
CONTINUOUS, MEASURES, VOCABULARY = _words("continuous"), _words("measures"), _words("vocabulary")
OWNS, WISHES, SPLIT, SHARED = _words("owns"), _words("wishes"), _words("split"), _words("shared")
PERIODS, COUNTED = _words("periods"), _words("counted")
CONCEPTS = {word: concept for concept, words in _DATA["concepts"].items() for word in words.split()}
UNITS: dict[str, tuple[str, float]] = {
    word: (family, factor)
    for family, rows in _DATA["units"].items()
    for words, factor in rows
    for word in words.split()
}
IRREGULAR: dict[str, str] = _DATA["irregular"]
SUFFIXES = tuple(_DATA["suffixes"]["list"].split())
SENSE = _pattern("low", "high", "min", "max")
BEYOND, WHOLE, PARTIAL = _pattern("beyond"), _pattern("whole"), _pattern("partial")
RUNNING_TIME, SELECTION, RATIO_GOAL = _pattern("running_time"), _pattern("selection"), _pattern("ratio_goal")
PLAN = _pattern("plan")
KIND = re.compile(rf"\b(?:{'|'.join(_DATA['patterns']['kind'])}) ((?:[a-z]+ )?[a-z]+)", re.I)
