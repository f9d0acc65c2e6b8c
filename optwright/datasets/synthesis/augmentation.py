"""LLMOPT's seven ways to make a problem out of others (Jiang et al., 2025), each verified like every other pair."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from optwright.datasets.synthesis.modeller import formulation_of
from optwright.datasets.synthesis.resampling import Model
from optwright.errors import ParseError
from optwright.llm import ChatModel
from optwright.prompts.library import render
from optwright.prompts.parse import find_json


class Augmentation(StrEnum):
    """What is kept and what is changed."""

    BACKGROUND = "background of A, type of B"
    CONTEXT = "new problem in the same context"
    FIELD = "same structure in another field"
    CONSTRAINTS = "changed constraints"
    GOAL = "changed constraints and objective"
    DATA = "changed variables and parameters"
    PARAPHRASE = "paraphrase"


_TASKS = {
    Augmentation.BACKGROUND: "A problem set in the background of A (its people, things and place) but of the type of B "
    "(its kind of decision, objective and constraints), with new numbers.",
    Augmentation.CONTEXT: "Another problem that the people of A could have in the same context: another decision, "
    "another objective, new numbers. Ignore B.",
    Augmentation.FIELD: "The very structure of A (same sets, constraints and objective up to names) told in a wholly "
    "different field, with numbers that are plausible there. Ignore B.",
    Augmentation.CONSTRAINTS: "A with other constraints: add one or two that matter, or change or drop one; the "
    "objective and the decisions stay. Ignore B.",
    Augmentation.GOAL: "A with another objective and, where it asks for it, other constraints; the decisions stay. "
    "Ignore B.",
    Augmentation.DATA: "A with other decisions and data: one more or one fewer thing to decide about, all numbers new; "
    "the kinds of constraints stay. Ignore B.",
    Augmentation.PARAPHRASE: "A in wholly other words: every sentence written anew and in another order, every number, "
    "unit and condition as it is. The formulation is that of A. Ignore B.",
}


@dataclass(frozen=True, slots=True)
class Augmented:
    """A new problem in words with the formulation that the model wrote for it."""

    words: str
    model: Model


def augment(first: str, second: str, kind: Augmentation, chat: ChatModel) -> Augmented:
    """Make a problem out of A (and B). Raises ParseError, FormulationError or LLMError."""
    asked = render("augment", {"first": first, "second": second, "task": _TASKS[kind]})
    found = find_json(chat.complete(asked.messages, temperature=0.8).text, lambda value: "problem" in value).value
    words = found.get("problem")
    if not isinstance(words, str) or not words.strip():
        raise ParseError("the new problem has no words")
    return Augmented(words.strip(), Model(formulation_of(found.get("formulation"))))
