"""What the reader knows of English, loaded from `lexicon.toml`, and its grammar, loaded from `patterns.toml`."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("optwright.offline").joinpath(name).read_text("utf-8"))


def _with(pattern: str, macros: dict[str, str]) -> str:
    """Put the macros in the place of their names in braces."""
    for name, macro in macros.items():
        pattern = pattern.replace(f"{{{name}}}", macro)
    return pattern


def _rule(phrases: list[str]) -> str:
    """Return the pattern of a mark: words end at word boundaries, signs anywhere."""
    pattern = _with("|".join(phrases), _DATA["macros"])
    if pattern[0].isalpha() or pattern.startswith("(?:"):
        pattern = rf"(?<![\w.])(?:{pattern})(?![\w])"
    return pattern


def _pattern(*names: str) -> re.Pattern[str]:
    """Compile alternatives; with several names each is a named group."""
    groups = {name: "|".join(_DATA["patterns"][name]) for name in names}
    joined = "|".join(f"(?P<{name}>{group})" for name, group in groups.items())
    return re.compile(rf"(?<!\w)(?:{joined})" if len(names) > 1 else rf"(?<!\w)(?:{groups[names[0]]})(?!\w)", re.I)


def _form(slots: str) -> re.Pattern[str]:
    """Compile a row of slots to a pattern over classes; a slot is a group of its name, one with `?` may be missing."""
    kinds, skip = PATTERNS["slots"], PATTERNS["skip"]
    named = [(slot.rstrip("?"), "?" if slot.endswith("?") else "") for slot in slots.split()]
    parts = [f"(?P<{name}>{kinds[name]}){optional}{skip}" for name, optional in named]
    return re.compile(f"{skip}{''.join(parts)}(?P<tail>[I&,<]*)")


def _inverted(table: dict[str, str]) -> dict[str, str]:
    """Return the name of its list by word."""
    return {word: name for name, words in table.items() for word in words.split()}


_DATA, PATTERNS = _load("lexicon.toml"), _load("patterns.toml")
_WORDS = {name: frozenset(words.split()) for name, words in _DATA["words"].items()}
STOP, VERBS, FUNCTION, VAGUE = (_WORDS[name] for name in ("stop", "verbs", "function", "vague"))
CONTINUOUS, MEASURES, THINGS, SHARED = (_WORDS[name] for name in ("continuous", "measures", "things", "shared"))
WISHES, PERIODS, COUNTED, PARTS = (_WORDS[name] for name in ("wishes", "periods", "counted", "parts"))
VOCABULARY = _WORDS["vocabulary"]
CONCEPTS, SHAPES = _inverted(_DATA["concepts"]), _inverted(_DATA["shapes"])
UNITS: dict[str, tuple[str, float]] = {
    word: (family, factor)
    for family, rows in _DATA["units"].items()
    for words, factor in rows
    for word in words.split()
}
SCALES: dict[str, float] = _DATA["scales"]
IRREGULAR: dict[str, str] = _DATA["irregular"]
SUFFIXES = tuple(_DATA["suffixes"]["list"].split())
ENDINGS = tuple((ending, re.compile(form)) for ending, form in _DATA["spelling"]["endings"])
PLAIN = tuple((re.compile(form, re.I), plain) for form, plain in _DATA["spelling"]["plain"])
PIECE, SENTENCE_END, ABBREVIATION = (re.compile(_DATA["spelling"][name]) for name in ("piece", "end", "abbreviation"))
PHRASES = {name: re.compile(form) for name, form in _DATA["phrases"].items() if name != "alias"}
ALIASES = tuple(re.compile(form) for form in _DATA["phrases"]["alias"])
CELLS = {name: re.compile(form, re.I) for name, form in _DATA["cells"].items()}

_ALTERNATIVES = "|".join(f"(?P<m{at}>{_rule(mark['phrases'])})" for at, mark in enumerate(_DATA["marks"]))
MARKS = re.compile(rf"(?<!\S)(?:{_ALTERNATIVES})", re.I)
CLASSES = {f"m{at}": mark["class"] for at, mark in enumerate(_DATA["marks"])}
SENSE = _pattern("low", "high", "min", "max")
BEYOND, RATIO_GOAL, OPTIONAL = (_pattern(name) for name in ("beyond", "ratio_goal", "optional"))
KIND = re.compile(rf"\b(?:{'|'.join(_DATA['patterns']['kind'])}) ((?:[a-z@]+ )?[a-z]+)", re.I)
_MEASURE = "|".join(sorted(CONTINUOUS))
UNIT = re.compile(rf"(?:(?:per|each|every|a) |# )({_MEASURE}) of @", re.I)

RETAGS = tuple((re.compile(row.get("when", "")), re.compile(row["form"]), row["to"]) for row in PATTERNS["retag"])
SPLITS = tuple(re.compile(row["form"]) for row in PATTERNS["split"])
FORMS = tuple(_form(row["form"]) for row in PATTERNS["relation"])
WHERE = tuple(re.compile(row["form"]) for row in PATTERNS["where"])
LIMITS = tuple((re.compile(row["form"]), row["op"]) for row in PATTERNS["limit"])
DOMAINS = tuple(
    (re.compile(_with(rf"(?<!\w)(?:{'|'.join(row['forms'])})(?!\w)", {"measure": f"(?:{_MEASURE})"}), re.I), row)
    for row in PATTERNS["domain"]
)
SAYINGS = tuple((re.compile(_with(row["form"], _DATA["cells"]), re.I), row) for row in PATTERNS["cell"])
