"""What was understood of the user's words, and so what is to be done: by the grammar or by the language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from optwright.agent.talk.turn import Question
from optwright.formulation.edit import Edit


class Intent(StrEnum):
    """What a message is for."""

    PROBLEM = "problem"
    """A new problem, told in words."""
    CHANGE = "change"
    """The problem is otherwise: the edits stay."""
    WHAT_IF = "what_if"
    """The edits are tried and compared, and stay only if the user keeps them."""
    WHY_NOT = "why_not"
    """Force what the answer does not do, and compare."""
    WHY_INFEASIBLE = "why_infeasible"
    DATA = "data"
    """Tables with other numbers, in the place of those that the problem has."""
    TABLES = "tables"
    """Tables without a problem yet."""
    RELAX = "relax"
    """Accept the relaxation that was offered."""
    KEEP = "keep"
    """Go on from the what-if that was just tried."""
    SENSITIVITY = "sensitivity"
    BINDING = "binding"
    EXPLAIN = "explain"
    """What the model says, whole or one element."""
    ANSWER = "answer"
    """The answer once more."""
    UNDO = "undo"
    RESTORE = "restore"
    EXPORT = "export"
    HELP = "help"
    UNCLEAR = "unclear"
    """Not understood, or not without an answer to its questions."""


HYPOTHETICAL = frozenset({Intent.WHAT_IF, Intent.WHY_NOT})
EDITING = frozenset({Intent.CHANGE, Intent.WHAT_IF, Intent.WHY_NOT, Intent.RELAX, Intent.DATA})
"""They make a version of the one that is current."""

_EDITS: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    intent: Intent
    edits: tuple[Edit, ...] = ()
    note: str = ""
    """What was understood, as a sentence for the user."""
    topic: str = ""
    """The element that a question is about, by name; empty for the whole."""
    number: int | None = None
    """The version to restore or to keep."""
    export: str | None = None
    questions: tuple[Question, ...] = ()
    """To be answered first: then one of the options is taken."""
    options: tuple[Plan, ...] = ()
    formulation: Mapping[str, Any] | None = None
    """The reading of a problem that the user chose."""
    answers: tuple[str, ...] = ()
    """What the user answered, or what is assumed, about a problem."""
    failed: str = ""
    """Why nothing can be done."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "intent": str(self.intent),
            "edits": dump_edits(self.edits),
            "note": self.note,
            "topic": self.topic,
            "number": self.number,
            "export": self.export,
            "questions": [question.to_json() for question in self.questions],
            "options": [option.to_json() for option in self.options],
            "formulation": dict(self.formulation) if self.formulation is not None else None,
            "answers": list(self.answers),
            "failed": self.failed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Rebuild from `to_json`."""
        parts = {
            "intent": Intent(data["intent"]),
            "edits": read_edits(data["edits"]),
            "questions": tuple(Question.from_json(question) for question in data["questions"]),
            "options": tuple(cls.from_json(option) for option in data["options"]),
            "answers": tuple(data["answers"]),
        }
        return cls(**{**data, **parts})

    def answered(self, number: int) -> Plan:
        """Return the option that an answer chose, counted from 0."""
        return replace(self.options[number], questions=(), options=())


def dump_edits(edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """Return edits as plain JSON data."""
    return [edit.model_dump(mode="json", exclude_defaults=True) | {"edit": edit.edit} for edit in edits]


def read_edits(data: Sequence[Any]) -> tuple[Edit, ...]:
    """Rebuild edits. Raises pydantic's ValidationError where the data is no list of edits."""
    return tuple(_EDITS.validate_python(list(data)))
