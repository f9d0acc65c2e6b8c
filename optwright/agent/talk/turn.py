"""One turn of a dialogue: what the user said and what came back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from optwright.agent.solution import Solution
from optwright.agent.talk.comparison import Comparison
from optwright.budget import Usage


class TurnKind(StrEnum):
    """What a turn's reply is."""

    ANSWER = "answer"
    """A problem solved, or shown to have no solution: `Turn.solution` has it."""
    QUESTION = "question"
    """Something must be known first: `Turn.questions`, and the dialogue waits for the answer."""
    COMPARISON = "comparison"
    """A change, a what-if or a why-not: `Turn.comparison` sets it beside what was there before."""
    EXPLANATION = "explanation"
    """About the model or the answer that are there; nothing was changed."""
    NOTICE = "notice"
    """Undone, restored, exported, stopped, or not understood: nothing was solved."""
    FAILURE = "failure"
    """It could not be done; the text says why and what would help. What was there before stays."""


@dataclass(frozen=True, slots=True)
class Question:
    """One clarifying question."""

    text: str
    why: str = ""
    """What is missing, ambiguous or contradictory."""
    assumption: str = ""
    """What is assumed if the user says "go on"."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"text": self.text, "why": self.why, "assumption": self.assumption}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Question:
        """Rebuild from `to_json`."""
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange. `text` is plain text, lists with dashes; `markdown` is the same with every sign escaped."""

    kind: TurnKind
    said: str
    """The user's words; for typed edits what they are, one line each."""
    text: str
    number: int = 0
    """Counts the turns of a dialogue from 1."""
    version: int | None = None
    """The version that this turn made or is about."""
    solution: Solution | None = None
    """That version's solution."""
    comparison: Comparison | None = None
    questions: tuple[Question, ...] = ()
    export: str | None = None
    """The format asked for (`py`, `ipynb`, `lp`, `mps`, `json`): the front door hands over the file."""
    model: str = ""
    """The language model that was asked; empty when nothing left this machine."""
    usage: Usage = field(default_factory=Usage)
    """What this turn's requests cost."""
    seconds: float = 0.0
    at: str = ""
    """When it was over: ISO 8601, UTC."""

    @property
    def markdown(self) -> str:
        """The text as Markdown in which nothing but line breaks and the dashes of lists is markup."""
        return "\n".join(_escaped(line) for line in self.text.split("\n"))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, the solution left out: it belongs to the version."""
        return {
            "kind": str(self.kind),
            "said": self.said,
            "text": self.text,
            "number": self.number,
            "version": self.version,
            "comparison": self.comparison.to_json() if self.comparison else None,
            "questions": [question.to_json() for question in self.questions],
            "export": self.export,
            "model": self.model,
            "usage": self.usage.to_json(),
            "seconds": self.seconds,
            "at": self.at,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], solution: Solution | None = None) -> Turn:
        """Rebuild from `to_json` and the solution of the turn's version."""
        comparison = data.get("comparison")
        parts = {
            "kind": TurnKind(data["kind"]),
            "solution": solution,
            "comparison": Comparison.from_json(comparison) if comparison else None,
            "questions": tuple(Question.from_json(question) for question in data["questions"]),
            "usage": Usage.from_json(data["usage"]),
        }
        return cls(**{**data, **parts})


_SIGNS = re.compile(r"[^\w\s.,;:?'%/-]|_")


def _escaped(line: str) -> str:
    """Write every sign that might be markup as a character reference; other lines than list entries end in a break."""
    bullet = "- " if line.startswith("- ") else ""
    plain = line.removeprefix(bullet).strip()
    safe = _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", plain)
    safe = re.sub(r"^(\d+)\.", r"\1&#46;", re.sub(r"^-", "&#45;", safe))
    return f"{bullet}{safe}{'' if bullet or not safe else '  '}"
