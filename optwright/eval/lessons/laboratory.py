"""Where lessons are tried: tasks with gold answers, solved by the agent with one shelf of insights or another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from optwright.agent import solve
from optwright.agent.solution import Solution
from optwright.budget import Budget, Usage
from optwright.datasets.label import Label
from optwright.errors import InputError, LLMError, ParseError
from optwright.eval.lessons.journal import Journal
from optwright.eval.pipeline import prediction_of
from optwright.eval.score import RULES, Gold
from optwright.experience.library import Library
from optwright.experience.shelf import Bounds, Shelf
from optwright.experience.vectors import Vectors
from optwright.llm import ChatModel, Completion, Message
from optwright.llm.chat import Schema
from optwright.problem import Problem
from optwright.prompts.library import render
from optwright.prompts.parse import find_json

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Task:
    """A problem with its gold answer, which no prompt ever sees, and a reference model where there is one."""

    id: str
    problem: Problem
    gold: Label
    reference: str = ""
    """A formulation as JSON, or a Pyomo program; empty where only the answer is known."""


@dataclass(frozen=True, slots=True)
class Try:
    """What came of one attempt."""

    task: str
    right: bool
    shown: tuple[str, ...] = ()
    """Ids of the insights that the prompt held."""
    used: tuple[str, ...] = ()
    model: str = ""
    """The formulation or the program that was solved."""
    message: str = ""
    """How it ended: the explanation's headline, without the gold answer."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {**asdict(self), "shown": list(self.shown), "used": list(self.used)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Try:
        """Rebuild from `to_json`."""
        return cls(**{**data, "shown": tuple(data["shown"]), "used": tuple(data["used"])})


class Metered:
    """A model whose every call is charged to one budget. Raises BudgetError when nothing is left to spend."""

    def __init__(self, model: ChatModel, budget: Budget) -> None:
        self._model, self._budget = model, budget
        self.name = model.name

    @property
    def used(self) -> Usage:
        """What was spent; replies from a cache cost nothing."""
        return self._budget.used

    def check(self) -> None:
        """Raise BudgetError when nothing is left to spend."""
        self._budget.check()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        n: int = 1,
        temperature: float | None = None,
        schema: Schema | None = None,
        stop: Sequence[str] | None = None,
        max_tokens: int | None = None,
    ) -> Completion:
        """Return `n` replies. See `ChatModel`."""
        self.check()
        completion = self._model.complete(
            messages, n=n, temperature=temperature, schema=schema, stop=stop, max_tokens=max_tokens
        )
        if not completion.cached:
            self._budget.charge(completion.usage)
        return completion


def reply_of(
    model: ChatModel, template: str, variables: Mapping[str, str], schema: Schema | None = None
) -> dict[str, Any]:
    """Ask a model for a JSON object; a reply without one is an empty object."""
    completion = model.complete(render(template, variables).messages, schema=schema)
    try:
        return dict(find_json(completion.text).value)
    except ParseError:
        return {}


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The model under study, the library, and how attempts are made."""

    model: ChatModel
    library: Library
    journal: Journal
    settings: solve.Settings = field(default_factory=solve.Settings)
    workers: int = 4
    run: str = ""
    """The name under which uses are recorded."""
    bounds: Bounds = field(default_factory=Bounds)
    vectors: Vectors | None = None

    def shelf(self, **drawn: Any) -> Shelf:
        """Return the library as a solve draws from it; `drawn` says what counts besides, alone or not."""
        if self.vectors is not None:
            self.vectors.refresh()
        return Shelf(self.library, self.bounds, self.vectors, **drawn)

    def attempts(self, key: str, tasks: Iterable[Task], shelf: Shelf | None) -> list[Try]:
        """Solve every task once with a shelf, in parallel; `key` names this round of attempts in the journal.

        Raises BudgetError when the run's budget is spent, LLMError when the server fails.
        """
        return self.map(lambda task: self.attempt(key, task, shelf), tasks)

    def attempt(self, key: str, task: Task, shelf: Shelf | None) -> Try:
        """Solve one task once."""
        return Try.from_json(self.journal.once(f"{key}: {task.id}", lambda: self._solve(task, shelf).to_json()))

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do the work for every item in parallel; return the results in order."""
        with ThreadPoolExecutor(self.workers) as pool:
            return list(pool.map(work, items))

    def ask(self, key: str, template: str, variables: dict[str, str], schema: Schema | None = None) -> dict[str, Any]:
        """Ask the model for a JSON object; a reply without one is an empty object."""
        work = partial(reply_of, self.model, template, variables, schema)
        return dict(self.journal.once(f"{key}: {template}", work))

    def judge(self, task: Task, solution: Solution) -> Try:
        """Score a solution against the gold answer, strictly."""
        if solution.failure is not None and solution.failure.kind == "llm":
            raise LLMError(solution.failure.message)
        right = RULES["strict"].judge(Gold(task.gold), prediction_of(solution)) is True
        if solution.formulation is not None:
            model = solution.formulation.to_json(indent=None)
        else:
            model = solution.program or ""
        insights = {kind: tuple(ids) for kind, ids in solution.insights.items()}
        message = solution.explanation.headline if not right else ""
        return Try(task.id, right, insights.get("shown", ()), insights.get("used", ()), model, message)

    def _solve(self, task: Task, shelf: Shelf | None) -> Try:
        self._charge()
        settings = replace(self.settings, shelf=shelf)
        try:
            return self.judge(task, solve.solve(task.problem, model=self.model, settings=settings))
        except InputError as error:
            return Try(task.id, False, message=str(error))

    def _charge(self) -> None:
        """Stop before an attempt that nothing is left for: inside a solve a spent budget is only its failure."""
        if isinstance(self.model, Metered):
            self.model.check()
