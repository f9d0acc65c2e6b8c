"""Before a problem is modelled: what is missing, ambiguous or contradictory? At most three questions, asked once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optwright.agent.talk import asking
from optwright.agent.talk.plan import Plan
from optwright.agent.talk.state import Around, Talk, unpack_tables
from optwright.agent.talk.turn import Question
from optwright.prompts.data import describe_tables

MOST_QUESTIONS = 3
MOST_WORDS = 600
"""Characters of a question that are shown."""
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "analysis": {"type": "string"},
        "questions": {
            "type": "array",
            "maxItems": MOST_QUESTIONS,
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("text", "why", "assumption")},
                "required": ["text", "why", "assumption"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["analysis", "questions"],
    "additionalProperties": False,
}


def clarify(talk: Talk, around: Around) -> Talk:
    """Return the plan with the model's questions, if it has any. A reply that cannot be read asks nothing."""
    around.tell("clarify")
    plan, draft = Plan.from_json(talk["plan"]), dict(talk["draft"] or {})
    known = {"problem": draft["text"], "tables": describe_tables(unpack_tables(draft["tables"]))}
    reply = asking.ask(around, around.prompts.render("clarify", known), SCHEMA)
    questions = _questions(asking.read_object(reply, "questions"))
    asked = replace(plan, questions=questions)
    return {"plan": asked.to_json(), "draft": {**draft, "asked": True}, "cost": around.budget.used.to_json()}


def wanted(talk: Talk, around: Around) -> bool:
    """Whether the problem is to be asked about before it is modelled."""
    plan, draft = Plan.from_json(talk["plan"]), talk.get("draft") or {}
    return around.model is not None and plan.formulation is None and not draft.get("asked")


def _questions(data: dict[str, Any] | None) -> tuple[Question, ...]:
    listed = data.get("questions") if data else None
    if not isinstance(listed, list):
        return ()
    found = [_question(entry) for entry in listed if isinstance(entry, dict)]
    return tuple(question for question in found if question.text)[:MOST_QUESTIONS]


def _question(entry: dict[str, Any]) -> Question:
    text, why, assumption = (" ".join(str(entry.get(name) or "").split())[:MOST_WORDS] for name in _FIELDS)
    return Question(text, why, assumption)


_FIELDS = ("text", "why", "assumption")
