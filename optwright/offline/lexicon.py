"""What the reader knows of English, loaded from `lexicon.toml`, and its grammar, loaded from `patterns.toml`."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files


def _with(pattern: str, macros: dict[str, str]) -> str:
    """Put the macros in the place of their names in braces."""
    for name, macro in macros.items():
        pattern = pattern.replace(f"{{{name}}}", macro)
    return pattern


def _any(phrases: list[str]) -> re.Pattern[str]:
    """Compile alternatives that are whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.I)


def _form(slots: str) -> re.Pattern[str]:
    """Compile a row of slots to a pattern over classes; a slot is a group of its name, one with `?` may be missing."""
    kinds, skip = PATTERNS["slots"], PATTERNS["skip"]
    named = [(slot.rstrip("?"), "?" if slot.endswith("?") else "") for slot in slots.split()]
    parts = [f"(?P<{name}>{kinds[name]}){optional}{skip}" for name, optional in named]
    return re.compile(f"{skip}{''.join(parts)}(?P<tail>[I&,<]*)")


def _inverted(table: dict[str, str]) -> dict[str, str]:
    """Return the name of its list by word."""
    return {word: name for name, words in table.items() for word in words.split()}


_FILES = (files("optwright.offline").joinpath(name) for name in ("lexicon.toml", "patterns.toml"))
_DATA, PATTERNS = (tomllib.loads(file.read_text("utf-8")) for file in _FILES)
_WORDS = {name: frozenset(words.split()) for name, words in _DATA["words"].items()}
STOP, VERBS, FUNCTION, VAGUE = (_WORDS[name] for name in ("stop", "verbs", "function", "vague"))
CONTINUOUS, MEASURES, THINGS, SHARED = (_WORDS[name] for name in ("continuous", "measures", "things", "shared"))
WISHES, COUNTED, PARTS, PRICES = (_WORDS[name] for name in ("wishes", "counted", "parts", "prices"))
PROFITS, VOCABULARY = _WORDS["profits"], _WORDS["vocabulary"]
CONCEPTS, SHAPES = _inverted(_DATA["concepts"]), _inverted(_DATA["shapes"])
UNITS: dict[str, tuple[str, float]] = {
    word: (family, factor)
    for family, rows in _DATA["units"].items()
    for words, factor in rows
    for word in words.split()
}
SCALES: dict[str, float] = _DATA["scales"]
IRREGULAR: dict[str, str] = _DATA["irregular"]
SUFFIX = re.compile(rf"(?<=\w{{3}})(?:{'|'.join(_DATA['suffixes']['list'].split())})$")
ENDINGS = tuple((ending, re.compile(form)) for ending, form in _DATA["spelling"]["endings"])
PLAIN = tuple((re.compile(form, re.I), plain) for form, plain in _DATA["spelling"]["plain"])
PIECE, SENTENCE_END, ABBREVIATION = (re.compile(_DATA["spelling"][name]) for name in ("piece", "end", "abbreviation"))
PHRASES = {name: re.compile(form) for name, form in _DATA["phrases"].items()}
NAMING = tuple((row["votes"], [re.compile(form) for form in row["forms"]]) for row in _DATA["naming"])
CUTS = {name: re.compile(form) for name, form in _DATA["cuts"].items()}
CELLS = {name: re.compile(form, re.I) for name, form in _DATA["cells"].items()}

_MARKED = "|".join(f"(?P<m{at}>{'|'.join(mark['phrases'])})" for at, mark in enumerate(_DATA["marks"]))
MARKS = re.compile(rf"(?<!\S)(?:{_with(_MARKED, _DATA['macros'])})(?!\S)", re.I)
CLASSES = {f"m{at}": mark["class"] for at, mark in enumerate(_DATA["marks"])}
SENSE = re.compile("|".join(rf"(?<!\w)(?P<{name}>{'|'.join(forms)})" for name, forms in _DATA["sense"].items()), re.I)
BEYOND, OPTIONAL = _any(_DATA["patterns"]["beyond"]), _any(_DATA["patterns"]["optional"])
KIND = re.compile(rf"\b(?:{'|'.join(_DATA['patterns']['kind'])}) ((?:[a-z@]+ )?[a-z]+)", re.I)
_MEASURE = "|".join(sorted(CONTINUOUS))
UNIT = re.compile(rf"(?:(?:per|each|every|a) |# )({_MEASURE}) of @", re.I)

RETAGS = tuple((re.compile(row.get("when", "")), re.compile(row["form"]), row["to"]) for row in PATTERNS["retag"])
SPLITS = tuple(re.compile(row["form"]) for row in PATTERNS["split"])
FORMS = tuple(_form(row["form"]) for row in PATTERNS["relation"])
WHERE = tuple(re.compile(row["form"]) for row in PATTERNS["where"])
LIMITS = tuple((re.compile(row["form"]), row["op"]) for row in PATTERNS["limit"])
DOMAINS = tuple(
    (_any([_with(one, {"measure": f"(?:{_MEASURE})"}) for one in row["forms"]]), row) for row in PATTERNS["domain"]
)
SAYINGS = tuple((re.compile(_with(row["form"], _DATA["cells"]), re.I), row) for row in PATTERNS["cell"])
