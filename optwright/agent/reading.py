"""From the model's words to what a step stores: a formulation, a model in words, or a program, with its assumptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from optwright.agent.trouble import About, Trouble, unreadable
from optwright.errors import ParseError
from optwright.llm import Finish, Reply
from optwright.llm.words import defect
from optwright.prompts.parse import Found, fences, find_json, find_program, strip_thoughts

_ASSUMPTION = re.compile(r"^[\s>*_-]*assum(?:ption|e|ed|ing)s?\b[\s*_]*:[\s*_]*(.+)$", re.IGNORECASE | re.MULTILINE)
_CITATION = re.compile(r"used insights?\W*:?([^\n\"\\]*)", re.IGNORECASE)
MOST_ASSUMPTIONS = 20
UNCHANGED = re.compile(r"\W*UNCHANGED\b")


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a reply: exactly one of `formulation`, `source`, `words` and `trouble` is there."""

    formulation: dict[str, Any] | None = None
    source: str | None = None
    words: str | None = None
    trouble: Trouble | None = None
    assumptions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Repairs made while reading."""


def read_formulation(reply: Reply) -> Read:
    """Read a formulation as plain data; whether it is well formed is for the check to say."""
    try:
        try:
            found = find_json(reply.text, lambda value: "variables" in value or "formulation" in value)
        except ParseError:
            found = find_json(reply.text)
    except ParseError as error:
        return Read(trouble=unreadable(defect(reply) or str(error), About.FORMULATION))
    value, analysis = found.value, found.analysis
    if isinstance(value.get("formulation"), dict):
        analysis = str(value.get("analysis") or analysis)
        value = value["formulation"]
    return Read(value, assumptions=assumptions(analysis), notes=list(found.repairs))


def read_program(reply: Reply) -> Read:
    """Read a program."""
    try:
        found: Found[str] = find_program(reply.text, complete=reply.finish is not Finish.LENGTH)
    except ParseError as error:
        return Read(trouble=unreadable(defect(reply) or str(error), About.PROGRAM))
    return Read(source=found.value, assumptions=assumptions(found.analysis), notes=list(found.repairs))


def read_words(reply: Reply) -> Read:
    """Read a model in words: the fenced block if there is one, else the whole reply."""
    if (line := defect(reply)) is not None:
        return Read(trouble=unreadable(line, About.FORMULATION))
    text = strip_thoughts(reply.text)
    if not text:
        return Read(trouble=unreadable("the reply holds nothing but thoughts", About.FORMULATION))
    blocks = [block.body for block in fences(text) if block.language in ("model", "")]
    return Read(words=blocks[-1] if blocks else text, assumptions=assumptions(text))


def cited(text: str, shown: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the ids of the insights that a reply says it followed, of those that it was shown."""
    lines = _CITATION.findall(text)
    named = set(re.findall(r"I\d+", lines[-1])) if lines else set()
    return [one["id"] for one in shown if one["id"] in named]


def unchanged(reply: Reply) -> bool:
    """Whether the model stands by what it wrote."""
    return UNCHANGED.match(strip_thoughts(reply.text)) is not None


def assumptions(analysis: str) -> list[str]:
    """Return what the model says that it assumed, one line each."""
    return [line.strip() for line in _ASSUMPTION.findall(analysis)][:MOST_ASSUMPTIONS]
