"""What a strategy is given, and what it has to do: propose candidates from what the ledger knows."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from optwright.llm import ChatModel, Reply
from optwright.prompts.library import render
from optwright.prompts.search.candidate import Candidate, Form
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.score import Bounds


@dataclass(frozen=True, slots=True)
class Exemplar:
    """An item as the optimiser's model may see it: never one of the validation or test split."""

    id: str
    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What the prompts are for, in words, as the optimiser's model is told it."""

    description: str
    exemplars: Sequence[Exemplar] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    """By part: what it is used for in the pipeline."""
    bounds: Bounds | None = (0.0, 1.0)
    """Between what an item's score lies; None where nothing bounds it."""


@dataclass(frozen=True, slots=True)
class Round:
    """One step: what is known, and the means to make proposals."""

    number: int
    count: int
    """Proposals wanted."""
    ledger: Ledger
    task: Task
    form: Form
    model: ChatModel
    """The optimiser's model; its calls are charged to the run's budget and kept, so that no request is paid twice."""
    chance: random.Random
    """Seeded by the run and the step: a step that is done again draws the same."""

    def ask(self, template: str, variables: Mapping[str, str], *, n: int = 1, temperature: float = 1.0) -> list[Reply]:
        """Ask the optimiser's model by one of the project's own templates; `n` replies."""
        return list(self.model.complete(render(template, variables).messages, n=n, temperature=temperature).replies)


class Strategy(Protocol):
    """A way of searching. It holds settings only: all it learns is in the ledger, so that a killed run goes on."""

    @property
    def name(self) -> str:
        """As the command line names it."""
        ...

    def settings(self) -> dict[str, object]:
        """Return what decides its proposals, as plain JSON data: a run that is gone on with must have the same."""
        ...

    def propose(self, given: Round) -> Sequence[Candidate]:
        """Return candidates for a step; those that break the form or are known are sorted out by the caller.

        Raises BudgetError when nothing is left to spend, LLMError when the model's server fails.
        """
        ...
