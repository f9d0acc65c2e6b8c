"""Asking the language model something about the dialogue itself: its reply is data, to be checked like any other."""

from __future__ import annotations

from typing import Any

from optwright.agent.context import complete
from optwright.agent.talk.state import Around
from optwright.errors import LLMError, ParseError
from optwright.llm import Reply
from optwright.prompts.library import Prompt
from optwright.prompts.parse import find_json


def ask(around: Around, prompt: Prompt, schema: dict[str, Any]) -> Reply:
    """Ask, within the turn's budget. Raises BudgetError, LLMError and StoppedError."""
    if around.model is None:
        raise LLMError("no language model is at hand for this step")
    around.budget.check()
    completion = complete(around.model, prompt, around.budget, schema)
    around.budget.charge(completion.usage)
    return completion.replies[0]


def read_object(reply: Reply, field: str) -> dict[str, Any] | None:
    """Return the JSON object of a reply that has a field; None where there is none that can be read."""
    try:
        return find_json(reply.text, lambda value: field in value).value
    except ParseError:
        return None
