"""The pipeline that a run evaluates: the agent, with its requests behind the turnstile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optwright.agent import solve
from optwright.agent.models import NO_MODEL, OFFLINE
from optwright.agent.solution import Solution
from optwright.agent.solution import Status as Solved
from optwright.budget import Allowance
from optwright.datasets.label import Status
from optwright.errors import ConfigError, InputError, LibraryError
from optwright.eval.gate import WAITED, Gate, Turnstile
from optwright.eval.prediction import Prediction, Timing
from optwright.eval.prompting.evidence import evidence
from optwright.eval.settings import Settings
from optwright.eval.work import Attempt, Task, Worker
from optwright.llm import CachedChat, ChatModel, ChatOptions, OpenAIChat
from optwright.llm.retry import Patience
from optwright.method import Method
from optwright.outcome import label
from optwright.prompts.pack import Pack
from optwright.solvers.options import SolveOptions

MOST_QUANTITIES = 2000
"""Variable entries that are kept of one attempt; of larger models only the outputs."""
_TROUBLES = frozenset({"llm", "refused", "sandbox"})
_STATUS = {
    Solved.OPTIMAL: Status.OPTIMAL,
    Solved.FEASIBLE: Status.OPTIMAL,
    Solved.INFEASIBLE: Status.INFEASIBLE,
    Solved.UNBOUNDED: Status.UNBOUNDED,
    Solved.INFEASIBLE_OR_UNBOUNDED: Status.NO_SOLUTION,
}
"""What a solution says about the problem. A point that is not proven optimal is the method's answer all the same; one
that the re-check contradicts is none."""


def agent(settings: Settings, *, turnstile: Turnstile, key: str | None) -> Worker:
    """Return a worker that solves with the agent. Raises ConfigError when the method needs a model and has none."""
    chat = connect(settings, key)
    if chat is None and settings.method != Method.COMPILED:
        raise ConfigError(NO_MODEL)
    model = OFFLINE if chat is None else _asked(chat, settings, turnstile)
    chosen = solve.Settings(
        settings.method,
        settings.effort,
        SolveOptions(settings.solver, settings.time_limit, settings.gap),
        Allowance(settings.calls, None, settings.seconds),
        settings.allow_weak,
        settings.library.shelf(settings.base_url, key) if settings.library else None,
        settings.prompts,
    )

    def work(task: Task) -> Attempt:
        waits: list[float] = []
        WAITED.set(waits)
        try:
            solution = solve.solve(task.problem, model=model, settings=_with(chosen, task.prompts))
        except ConfigError:
            raise
        except LibraryError as error:
            return Attempt(task, Prediction(failure="library", message=str(error)), str(error))
        except InputError as error:
            return Attempt(task, Prediction(failure="input", message=str(error)))
        prediction = prediction_of(solution, waited=sum(waits))
        if task.prompts is not None:
            prediction = replace(prediction, evidence=evidence(solution))
        own = task.prompts is not None and prediction.failure == "refused"  # a prompt too long is its own fault
        return Attempt(task, prediction, prediction.message if prediction.failure in _TROUBLES and not own else "")

    return work


def _asked(chat: ChatModel, settings: Settings, turnstile: Turnstile) -> ChatModel:
    gate = Gate(chat, turnstile)
    return CachedChat(gate, settings.cache) if settings.cache else gate


def _with(chosen: solve.Settings, prompts: Mapping[str, str] | None) -> solve.Settings:
    return chosen if prompts is None else replace(chosen, prompts=Pack.of(prompts, name="trial"))


def connect(settings: Settings, key: str | None) -> ChatModel | None:
    """Return the language model of a run, or None for the offline reader."""
    if settings.model == OFFLINE or (settings.base_url is None and key is None):
        return None
    options = ChatOptions(
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        structured=settings.structured,
        patience=Patience(attempts=settings.attempts, deadline=settings.deadline, timeout=settings.timeout),
    )
    return OpenAIChat(settings.model, base_url=settings.base_url, api_key=key, options=options)


def prediction_of(solution: Solution, *, waited: float = 0.0) -> Prediction:
    """Keep of a solution what is scored and reported; `waited` seconds were spent before the turnstile."""
    outcome, failure = solution.outcome, solution.failure
    contradicted = solution.status is Solved.UNVERIFIED
    count = sum(map(len, solution.values.values()))
    return Prediction(
        status=_STATUS.get(solution.status),
        objective=None if contradicted else solution.objective,
        quantities=_quantities(solution, whole=count <= MOST_QUANTITIES),
        executed=outcome is not None and outcome.failure is None,
        attempts=sum(step.name == "execute" for step in solution.trace.steps),
        failure=failure.kind if failure else "recheck" if contradicted else "",
        message=failure.message[:2000] if failure else "",
        confidence=solution.confidence.score,
        usage=solution.usage,
        seconds=round(max(0.0, solution.seconds - waited), 6),
        steps={**_steps(solution), **({"waiting": Timing(round(waited, 6))} if waited else {})},
        variables=count or None,
        insights=solution.insights,
        formulation=_formulation(solution),
        program=solution.program,
    )


def _quantities(solution: Solution, *, whole: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in (solution.outputs, solution.values if whole else {}):
        for name, entries in part.items():
            for index, value in entries.items():
                if value is not None:
                    found.setdefault(label(name, index), value)
    return found


def _steps(solution: Solution) -> dict[str, Timing]:
    found: dict[str, Timing] = {}
    for step in solution.trace.steps:
        before = found.get(step.name, Timing())
        seconds, calls = before.seconds + step.seconds, before.calls + (step.call is not None)
        found[step.name] = Timing(round(seconds, 6), calls)
    return found


def _formulation(solution: Solution) -> dict[str, Any] | None:
    if solution.formulation is None:
        return None
    return solution.formulation.model_dump(mode="json", exclude_defaults=True)
