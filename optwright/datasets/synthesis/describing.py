"""Back-translation by a chat model: describe a formulation, criticise the words against it, refine them."""

from __future__ import annotations

from dataclasses import dataclass

from optwright.datasets.synthesis.resampling import Model
from optwright.datasets.synthesis.style import Style, frames
from optwright.errors import ParseError
from optwright.formulation.checking.account import account
from optwright.formulation.data import resolve
from optwright.llm import ChatModel, Message
from optwright.prompts.data import describe_tables
from optwright.prompts.library import Prompt, render
from optwright.prompts.parse import find_json, strip_thoughts

ROUNDS = 3
"""Most rounds of criticism and refinement, as in OptMATH."""
STYLES = {
    Style.TEXTBOOK: "A textbook exercise: flowing text, third person, no heading, the question at the end.",
    Style.EMAIL: "An e-mail from a practitioner to a colleague, with greeting and signature, in the first person.",
    Style.REPORT: "A short report with headings; data in Markdown tables wherever there are more than two of a kind.",
    Style.BULLETS: "A bullet list: one fact a line, under short headings.",
    Style.DIALOGUE: "A dialogue between a planner and an adviser, in which the planner tells everything bit by bit.",
}


@dataclass(frozen=True, slots=True)
class Description:
    """Words for a formulation, and what was still found wrong with them."""

    text: str
    rounds: int
    faults: tuple[str, ...] = ()
    """Of the last round; empty when the words were found complete and exact."""


def describe(model: Model, style: Style, sector: str, chat: ChatModel) -> Description:
    """Put a formulation into words. Raises LLMError."""
    shown = model.formulation.model_copy(update={"description": ""}).to_json(indent=None)
    asked = render(
        "describe",
        {
            "style": STYLES[style],
            "field": field_of(sector),
            "tables": describe_tables(model.tables),
            "formulation": shown,
        },
    )
    text = _words(chat, asked)
    conversation: list[Message] = [*asked.messages]
    for number in range(1, ROUNDS + 1):
        faults = criticise(model, text, chat, shown)
        if not faults:
            return Description(text, number)
        conversation.append({"role": "assistant", "content": text})
        again = render("refine", {"faults": "\n".join(f"- {one}" for one in faults)}, after=conversation)
        conversation = [*again.messages]
        text = _words(chat, again)
    return Description(text, ROUNDS, tuple(criticise(model, text, chat, shown)))


def criticise(model: Model, text: str, chat: ChatModel, shown: str) -> list[str]:
    """Return the faults that the accounting of numbers and the chat model find. A reply without JSON finds none."""
    faults = [finding.message for finding in account(resolve(model.formulation, model.tables), text)]
    reply = chat.complete(render("criticise", {"formulation": shown, "words": text}).messages, temperature=0.0).text
    try:
        found = find_json(reply, lambda value: "faults" in value).value["faults"]
    except ParseError:
        return faults
    return faults + [str(one) for one in found if str(one).strip()] if isinstance(found, list) else faults


def field_of(sector: str) -> str:
    """Return what a sector is called."""
    return str(frames()["field"][sector][0])


def _words(chat: ChatModel, asked: Prompt) -> str:
    return strip_thoughts(chat.complete(asked.messages, temperature=0.8).text).strip().strip("`").strip()
