"""Whether a server gives the greedy answers that the same weights give here: what is measured is what serves."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from optwright.finetune.model import load_model, load_tokenizer
from optwright.finetune.solving import Held, generate
from optwright.llm import ChatModel, ChatOptions, OpenAIChat

LENGTH = 320
"""Tokens of a reply that are compared, at most."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One problem's answer from both."""

    id: str
    here: str
    there: str

    @property
    def equal(self) -> bool:
        """Whether they are the same to the letter."""
        return self.here.strip() == self.there.strip()

    @property
    def parting(self) -> int:
        """How many characters they share from the beginning."""
        return sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(self.here, self.there, strict=False)))


def compare(model: Path, problems: Sequence[Held], chat: ChatModel, *, batch: int = 16) -> list[Pair]:
    """Answer every problem here in float32 and there, both greedily. Raises LLMError when the server fails."""
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(_ask, chat, entry) for entry in problems]
        here = _here(model, problems, batch)
        there = [reply.result() for reply in asked]
    return [Pair(entry.id, *texts) for entry, *texts in zip(problems, here, there, strict=True)]


def server(base_url: str, name: str | None) -> OpenAIChat:
    """Return the server's model, asked greedily and without structured outputs."""
    return OpenAIChat(name, base_url=base_url, options=ChatOptions(temperature=0.0, structured=False))


def _ask(chat: ChatModel, entry: Held) -> str:
    return chat.complete(entry.messages, temperature=0.0, max_tokens=LENGTH).text


def _here(model: Path, problems: Sequence[Held], batch: int) -> list[str]:
    weights: Any = load_model(str(model)).float().eval()
    tokenizer = load_tokenizer(str(model))
    found: list[str] = []
    for start in range(0, len(problems), batch):
        asked = [entry.messages for entry in problems[start : start + batch]]
        found += generate(weights, tokenizer, asked, most=LENGTH)
    return found
