"""What the nodes work with but may not change: the problem, the model, the limits; and how the model is asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from optwright.agent.preset import Policy, Preset
from optwright.agent.state import State
from optwright.budget import Budget
from optwright.errors import LLMError
from optwright.llm import ChatModel, Completion, Reply
from optwright.llm.retry import within
from optwright.llm.trouble import Trouble
from optwright.problem import Problem
from optwright.prompts.library import SHIPPED, Prompt, Prompts
from optwright.solvers.options import Limits, SolveOptions
from optwright.trace import Call, Evidence, Step

if TYPE_CHECKING:
    from optwright.experience.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Progress:
    """What a caller hears of a step: once when it starts (`step` None), once when it is over."""

    name: str
    round: int
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One solve's surroundings."""

    problem: Problem
    preset: Preset
    policy: Policy
    model: ChatModel | None = None
    budget: Budget = field(default_factory=Budget)
    options: SolveOptions = field(default_factory=SolveOptions)
    limits: Limits = field(default_factory=Limits)
    allow_weak: bool = False
    shelf: Shelf | None = None
    """The experience library, when one is attached."""
    prompts: Prompts = SHIPPED
    on_step: Callable[[Progress], None] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A reply and its entry in the trace."""

    reply: Reply
    call: Call


def ask(context: Context, prompt: Prompt, schema: dict[str, Any] | None = None) -> Asked:
    """Ask the model. Raises BudgetError when nothing is left to spend, LLMError when no reply can be had."""
    if context.model is None:
        raise LLMError("no language model is at hand for this step")
    context.budget.check()
    completion = complete(context.model, prompt, context.budget, schema)
    context.budget.charge(completion.usage)
    reply = completion.replies[0]
    call = Call(
        template=prompt.template,
        prompt_hash=prompt.hash,
        template_hash=prompt.template_hash,
        model=completion.model or context.model.name,
        prompt_tokens=completion.usage.prompt_tokens,
        completion_tokens=completion.usage.completion_tokens,
        cached_tokens=completion.usage.cached_tokens,
        seconds=round(completion.seconds, 6),
        attempts=completion.attempts,
        cached=completion.cached,
        finish=reply.finish,
        reply=reply.text,
    )
    return Asked(reply, call)


def complete(model: ChatModel, prompt: Prompt, budget: Budget, schema: dict[str, Any] | None) -> Completion:
    """Wait for the model no longer than the budget has seconds left, or until the work is stopped."""
    try:
        return within(lambda _: model.complete(prompt.messages, schema=schema), budget.seconds_left)
    except Trouble:
        budget.check()
        raise


class Stopwatch:
    """Starts with the step that it times."""

    def __init__(self, name: str, state: State) -> None:
        self.name = name
        self.round = state.get("rounds", 0)
        self._start = time.monotonic()

    def step(self, evidence: Evidence | None = None, call: Call | None = None) -> dict[str, Any]:
        """Return the step's record for the state."""
        seconds = round(time.monotonic() - self._start, 6)
        step = Step(name=self.name, round=self.round, seconds=seconds, call=call, evidence=evidence or Evidence())
        return step.model_dump(mode="json")


def account(context: Context) -> State:
    """Return the entries that carry the budget over an interruption."""
    return {"usage": context.budget.used.to_json(), "elapsed": context.budget.elapsed}
