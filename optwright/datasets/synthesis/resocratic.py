"""ReSocratic: a demonstration first, step by step; every prefix of it is a problem; the question is written last.

After Yang et al., 2024: variables, objective, one to five conditions, each a sentence with its formal part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from optwright.datasets.synthesis.describing import STYLES, field_of
from optwright.datasets.synthesis.modeller import formulation_of
from optwright.datasets.synthesis.prefix import LEAST
from optwright.datasets.synthesis.resampling import Model
from optwright.datasets.synthesis.style import Style
from optwright.errors import ParseError
from optwright.llm import ChatModel
from optwright.prompts.library import render
from optwright.prompts.parse import find_json, strip_thoughts

DATA = {
    False: "All data stand in the sentences.",
    True: "The data stand in one Markdown table, which the sentence of the first step contains.",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A prefix of a demonstration: its sentences and what they amount to."""

    sentences: tuple[str, ...]
    model: Model

    @property
    def units(self) -> int:
        """Steps in it."""
        return len(self.sentences) - 1


def demonstrate(kind: str, sector: str, chat: ChatModel, *, table: bool) -> list[Stage]:
    """Have a demonstration written; return its prefixes of at least three units, the shortest first.

    Raises ParseError for a reply that holds none, FormulationError for one whose whole is not a formulation, LLMError.
    """
    asked = render("resocratic", {"field": field_of(sector), "kind": kind, "data": DATA[table]})
    reply = chat.complete(asked.messages, temperature=0.8).text
    found = find_json(reply, lambda value: "steps" in value).value
    steps = found["steps"]
    if not isinstance(steps, list) or len(steps) < LEAST or not all(map(_is_step, steps)):
        raise ParseError(f"a demonstration has at least {LEAST} steps of a sentence and elements")
    return list(_stages(str(found.get("setting", "")), steps))


def ask_question(stage: Stage, style: Style, chat: ChatModel, *, table: bool) -> str:
    """Have the words of a stage written as one problem. Raises LLMError."""
    told = "\n".join(f"{at}. {sentence}" for at, sentence in enumerate(stage.sentences[1:], 1))
    demonstration = f"{stage.sentences[0]}\n{told}"
    asked = render("question", {"style": STYLES[style], "data": DATA[table], "demonstration": demonstration})
    return strip_thoughts(chat.complete(asked.messages, temperature=0.8).text).strip()


def _is_step(step: Any) -> bool:
    return isinstance(step, dict) and isinstance(step.get("sentence"), str) and isinstance(step.get("elements"), dict)


def _stages(setting: str, steps: list[dict[str, Any]]) -> Iterator[Stage]:
    parts: dict[str, Any] = {}
    for number, step in enumerate(steps, 1):
        for kind, value in step["elements"].items():
            parts[kind] = [*parts.get(kind, []), *value] if isinstance(value, list) else value
        if number >= LEAST:
            sentences = (setting, *(str(one["sentence"]) for one in steps[:number]))
            yield Stage(sentences, Model(formulation_of(dict(parts))))
