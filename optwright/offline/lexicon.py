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
WISHES, SHARED, THINGS = _words("wishes"), _words("shared"), _words("things")
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
BEYOND, RATIO_GOAL, PLAN, OPTIONAL = (_pattern(name) for name in ("beyond", "ratio_goal", "plan", "optional"))
KIND = re.compile(rf"\b(?:{'|'.join(_DATA['patterns']['kind'])}) ((?:[a-z@]+ )?[a-z]+)", re.I)


PATTERNS = tomllib.loads(files("optwright.offline").joinpath("patterns.toml").read_text("utf-8"))
RETAGS = tuple(
    (re.compile(row["when"]) if "when" in row else None, re.compile(row["form"]), row["to"])
    for row in PATTERNS["retag"]
)
SPLITS = tuple(re.compile(row["form"]) for row in PATTERNS["split"])


def _form(slots: str) -> re.Pattern[str]:
    """Compile a row of slots to a pattern over classes; a slot is a group of its name."""
    parts = [
        f"(?P<{slot.rstrip('?')}>{_SLOTS[slot.rstrip('?')]}){'?' * slot.endswith('?')}{_SKIP}" for slot in slots.split()
    ]
    return re.compile(f"{_SKIP}{''.join(parts)}(?P<tail>[I&,<]*)")


_SKIP = "[&,<D]*+"
_EXPRESSION = "(?:[&,<DF+-]*+(?:[PM][&,<DF]*+)?I)+"
_SLOTS = {
    "left": _EXPRESSION,
    "sum": _EXPRESSION.replace("[PM]", "[NPM]"),
    "right": _EXPRESSION,
    "op": "[GLQglX]{1,2}",
    "any": "[GLQglX]",
    "most": "L{1,2}",
    "least": "G",
    "over": "g",
    "number": "N",
    "low": "N",
    "high": "N",
    "more": "o",
    "fewer": "u",
    "by": "b",
    "plus": "[+b]",
    "factor": "M",
    "share": "P",
    "every": "e",
    "many": "N",
    "per": "N",
    "range": "r",
    "extreme": "[xy]",
    "next": "I",
    "lists": "I(?:[&,]*I)+",
    "numbers": "N(?:[&,]*N)+",
    "pairs": "I[&,]*N(?:[&,]*I[&,]*N)+",
}
FORMS = tuple(_form(row["form"]) for row in PATTERNS["relation"])
WHERE = tuple(re.compile(row["form"]) for row in PATTERNS["where"])
LIMITS = tuple((re.compile(row["form"]), row["op"]) for row in PATTERNS["limit"])
PHRASES = {name: re.compile(_DATA["phrases"][name]) for name in ("list", "heading", "subject")}
ALIASES = tuple(re.compile(form) for form in _DATA["phrases"]["alias"])
SYMBOL = re.compile(_DATA["phrases"]["symbol"])
SHAPES: dict[str, str] = {word: cls for cls, words in _DATA["shapes"].items() for word in words.split()}

_MEASURE = f"(?:{'|'.join(sorted(CONTINUOUS))})"
UNIT = re.compile(rf"(?:(?:per|each|every|a) |# )({_MEASURE}) of @", re.I)
DOMAINS = tuple(
    (
        re.compile(rf"(?<!\w)(?:{'|'.join(row['forms'])})(?!\w)".replace("{measure}", _MEASURE), re.I),
        row["domain"],
        row.get("sure", False),
    )
    for row in PATTERNS["domain"]
)

_SPELLING = _DATA["spelling"]
PIECE, SENTENCE_END, ABBREVIATION = (re.compile(_SPELLING[name]) for name in ("piece", "end", "abbreviation"))
PLAIN = tuple((re.compile(form, re.I), plain) for form, plain in _SPELLING["plain"])
ENDINGS = tuple((ending, re.compile(form)) for ending, form in _SPELLING["endings"])
NETWORKS = PATTERNS["network"]
CELLS = {name: re.compile(form, re.I) for name, form in _DATA["cells"].items()}
MARGIN = CELLS["margin"]
