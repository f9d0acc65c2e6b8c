"""The loop that all strategies share: propose, sort out, score, note down; stopped by its steps or its budget."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from optwright.budget import Budget
from optwright.errors import BudgetError, InputError
from optwright.llm import ChatModel
from optwright.prompts.library import digest
from optwright.prompts.search.candidate import LONGEST, Candidate, Form
from optwright.prompts.search.doubt import doubts
from optwright.prompts.search.judge import Guard, compared, judge, outlying
from optwright.prompts.search.ledger import Entry, Ledger, Rejected
from optwright.prompts.search.recorded import Recorded
from optwright.prompts.search.score import Failure, Score, ScoreFn
from optwright.prompts.search.strategy import Round, Strategy, Task

BARREN = 3
"""Steps in a row without a candidate that could be scored, after which no more are done."""

Observer = Callable[[Ledger, str], None]
"""Called with a line about what is done now, from the thread that optimises."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how widely is searched."""

    steps: int = 20
    count: int = 8
    """Candidates a step, as OPRO has it."""
    every: int = 5
    """Steps between two looks at the held-out items; the last step has one too."""
    seed: int = 0
    longest: int = LONGEST
    """Characters of one part; a longer proposal is not tried. OPRO has 500, for one sentence or two."""
    patience: float | None = None
    """Seconds to wait for the next score before the function is taken to hang; None waits for ever."""


def optimize(
    seed_prompts: Sequence[Candidate | Mapping[str, str]],
    score_fn: ScoreFn,
    optimizer_model: ChatModel,
    budget: Budget,
    strategy: Strategy,
    *,
    task: Task,
    plan: Plan = Plan(),
    ledger: Ledger | None = None,
    held_out: ScoreFn | None = None,
    observe: Observer = lambda *_: None,
) -> Ledger:
    """Search for a prompt set that scores higher than the seeds; return all that was tried and found.

    Args:
        seed_prompts: what to begin with; their parts and placeholders bind every candidate.
        score_fn: scores the candidates of a step; see `ScoreFn`.
        optimizer_model: the chat model that proposes.
        budget: for the optimiser's and the scorer's calls together, at the prices of the optimiser's model unless a
            score says what it cost; for a ledger that is gone on with take `ledger.budget`.
        strategy: how candidates are found.
        task: what the prompts are for, and between what the scores lie.
        plan: steps, candidates a step, held-out looks, seed of everything random.
        ledger: one with a file to be able to go on after a kill, or to go on with.
        held_out: scores the best candidate on items that are never searched on.
        observe: told what is done.

    Raises:
        InputError: no seed, seeds that cannot be used or differ in form, a ledger that was begun with something else.
        OptwrightError: whatever a score function may end the run by, an LLMError when a server fails; the ledger keeps
            what was found, and the same call goes on.
    """
    seeds = [one if isinstance(one, Candidate) else Candidate(dict(one), note="seed") for one in seed_prompts]
    run = _Run(seeds, score_fn, optimizer_model, budget, strategy, task, plan, ledger or Ledger(), held_out, observe)
    run.begin()
    try:
        run.ledger.end(run.search())
    except BudgetError as error:
        run.ledger.end(str(error))
    for line in doubts(run.ledger):
        observe(run.ledger, f"doubt: {line}")
    return run.ledger


@dataclass(frozen=True, slots=True)
class _Run:
    seeds: list[Candidate]
    score_fn: ScoreFn
    model: ChatModel
    budget: Budget
    strategy: Strategy
    task: Task
    plan: Plan
    ledger: Ledger
    held_out: ScoreFn | None
    observe: Observer

    @property
    def form(self) -> Form:
        return Form.of(self.seeds, self.plan.longest)

    @property
    def guard(self) -> Guard:
        return Guard(self.task.bounds, self.plan.patience)

    def begin(self) -> None:
        form, plan, task = self.form, self.plan, self.task
        for one in self.seeds:
            if fault := form.fault(one.parts):
                raise InputError(f"seed {one.id} cannot be used: {fault}")
        shown = digest("\n".join(f"{one.id} {one.question} {one.answer}" for one in task.exemplars))
        name = self.strategy.name
        settings = {"strategy": name, **{f"{name}.{key}": value for key, value in self.strategy.settings().items()}}
        settings |= {"optimizer": self.model.name}
        settings |= {"count": plan.count, "seed": plan.seed, "longest": plan.longest, "bounds": task.bounds}
        settings |= {"description": task.description, "roles": dict(task.roles), "exemplars": shown}
        self.ledger.begin({**settings, "seeds": [one.id for one in self.seeds]})

    def search(self) -> str:
        """Do every step that is not done yet; return why the search ended."""
        self.step(0, lambda: self.seeds)
        if not self.ledger.scored:
            reasons = {entry.failure for entry in self.ledger.seeds if entry.failure}
            return f"no seed could be scored: {'; '.join(sorted(reasons)) or 'all were dropped'}"
        barren = 0
        for number in range(1, self.plan.steps + 1):
            found = self.step(number, lambda number=number: self.proposals(number))  # type: ignore[misc]
            barren = 0 if any(entry.score for entry in found) else barren + 1
            if barren == BARREN:
                reason = f"could not be scored: {found[-1].failure}" if found else "is nothing new"
                return f"what {self.strategy.name} proposed in {BARREN} steps {reason}"
        return f"all {self.plan.steps} steps are done"

    def step(self, number: int, propose: Callable[[], Sequence[Candidate]]) -> list[Entry]:
        """Do what of a step is not done yet; return its candidates."""
        entries = self.ledger.proposed(number)
        if entries is not None and self.ledger.proposed(number + 1) is not None:
            return entries
        if entries is None:
            self.observe(self.ledger, f"step {number}: proposing")
            entries = self.ledger.propose(number, *self.sorted_out(propose(), number))
        if waiting := [entry.candidate for entry in entries if entry.score is None and not entry.failure]:
            self.observe(self.ledger, f"step {number}: scoring {len(waiting)} candidates")
            self.score(waiting)
        if not any(point.step == number for point in self.ledger.points):
            self.ledger.close_step(number, self.budget.elapsed)
        self.look(number)
        return entries

    def proposals(self, number: int) -> Sequence[Candidate]:
        self.budget.check()
        model = Recorded(self.model, self.ledger, self.budget, number)
        chance = random.Random(f"{self.plan.seed}/{self.strategy.name}/{number}")
        given = Round(number, self.plan.count, self.ledger, self.task, self.form, model, chance)
        return self.strategy.propose(given)

    def sorted_out(self, found: Sequence[Candidate], number: int) -> tuple[list[Candidate], list[Rejected]]:
        """Return what may be scored, and the rest with its reasons."""
        taken: dict[str, Candidate] = {}
        refused: list[Rejected] = []
        for one in (replace(candidate, step=number) for candidate in found):
            known = one.id in self.ledger.entries or one.id in taken
            if reason := f"the same as {one.id}" if known else self.form.fault(one.parts):
                refused.append(Rejected(one, reason))
            else:
                taken[one.id] = one
        return list(taken.values()), refused

    def score(self, waiting: Sequence[Candidate]) -> None:
        self.budget.check()
        for one, given in judge(self.score_fn, waiting, self.guard):
            found = self.fitting(self.paid(given))
            if isinstance(found, Failure):
                self.observe(self.ledger, f"{one.id}: {found.reason}")
            self.ledger.score(one.id, found)

    def fitting(self, found: Score | Failure) -> Score | Failure:
        """Return the score, or why it cannot stand beside the others."""
        if isinstance(found, Score):
            found = compared(found, self.ledger.items)
        if isinstance(found, Failure) or self.task.bounds is not None:
            return found
        known = [entry.score.items.values() for entry in self.ledger.scored if entry.score]
        return outlying(found, list(chain.from_iterable(known)))

    def look(self, number: int) -> None:
        """Score the best candidate on the held-out items, now and then; its score steers nothing."""
        best, due = self.ledger.best, number % self.plan.every == 0 or number == self.plan.steps
        if self.held_out is None or best is None or best.held_out is not None or not due:
            return
        self.budget.check()
        for one, given in judge(self.held_out, [best.candidate], self.guard):
            found = self.paid(given)
            if isinstance(found, Failure):
                self.observe(self.ledger, f"{one.id}, held-out items: {found.reason}")
            else:
                self.ledger.hold_out(one.id, found)

    def paid(self, found: Score | Failure) -> Score | Failure:
        """Charge what a score cost, and note in it what that was in dollars."""
        return replace(found, money=self.budget.charge(found.usage, found.money))
