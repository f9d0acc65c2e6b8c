"""One instance: drawn, checked, solved, and kept when it is worth telling; otherwise the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from optwright.datasets.synthesis.complexity import Complexity, Level, complexity
from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.resampling import Model
from optwright.errors import FormulationError
from optwright.formulation.build import build
from optwright.formulation.check import check
from optwright.formulation.data import Data, resolve
from optwright.formulation.findings import Code, Finding, errors
from optwright.outcome import Outcome, Termination
from optwright.solvers.compiler import compile_model
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve_form
from optwright.solvers.standard import ExportError, StandardForm

FATAL = frozenset({Code.LOOSE_VARIABLE, Code.UNBOUNDED, Code.BALANCE})
"""Warnings that an instance may not have."""
SAME = 1e-9


class Reason(StrEnum):
    """Why an instance or a pair is not kept."""

    FINDINGS = "findings"
    """The formulation has errors, or a variable that nothing limits: the family is at fault."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME = "time"
    SOLVER = "solver"
    """The solver or the export failed."""
    ZERO = "all zero"
    """Doing nothing at all is best."""
    BOUNDS = "decided by bounds"
    """No constraint matters to the optimum."""
    TOO_SIMPLE = "below the band"
    TOO_COMPLEX = "above the band"
    UNTOLD = "data untold"
    """A number of the formulation is not in the words, or the other way round."""
    UNNOTICED = "deletion unnoticed"
    """A decisive number can be taken out of the words without the check noticing."""
    UNREADABLE = "not modelled again"
    """The forward model could not be had or does not solve."""
    OBJECTIVE = "other optimum"
    STRUCTURE = "other structure"
    BEHAVIOUR = "other behaviour"
    """Same optimum on the data told, another one on resampled data."""
    DUPLICATE = "duplicate"
    BENCHMARK = "in a benchmark"
    STUCK = "stuck"
    """The process that made it did not come back in time."""
    FAULT = "fault"
    """The family's module raised an error."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why something is not kept."""

    reason: Reason
    detail: str = ""
    record: dict[str, Any] | None = None
    """The pair itself where only the forward check failed: a candidate for the challenge set."""


@dataclass(frozen=True, slots=True)
class Solved:
    """An instance with its optimum."""

    draft: Draft
    """Empty for a formulation that was not drawn."""
    data: Data
    form: StandardForm
    outcome: Outcome
    complexity: Complexity

    @property
    def objective(self) -> float:
        """The optimum, without the solver's last digits: 41 for 40.999999, within the relative tolerance of 1e-6."""
        assert self.outcome.objective is not None
        value = self.outcome.objective
        short = round(value, 3)
        return short if abs(value - short) <= 1e-6 * (abs(value) + 1) else value


def solve_draft(draft: Draft, seconds: float) -> Solved | Rejection:
    """Check and solve a draft; everything wrong with it is a rejection."""
    try:
        formulation = draft.formulation()
    except FormulationError as error:
        return Rejection(Reason.FINDINGS, str(error))
    return solve_model(Model(formulation), seconds, draft)


def solve_model(model: Model, seconds: float, draft: Draft | None = None) -> Solved | Rejection:
    """Check and solve a formulation; everything wrong with it is a rejection."""
    try:
        if bad := _bad(check(model.formulation, tables=model.tables)):
            return Rejection(Reason.FINDINGS, str(bad[0]))
        data = resolve(model.formulation, model.tables)
        form = compile_model(build(model.formulation, model.tables).model)
    except FormulationError as error:
        return Rejection(Reason.FINDINGS, str(error))
    except ExportError as error:
        return Rejection(Reason.SOLVER, str(error))
    outcome = solve_form(form, SolveOptions(time_limit=seconds, diagnose=False))
    if not outcome.solved or outcome.objective is None:
        return _unsolved(outcome)
    if trivial := _trivial(form, outcome):
        return Rejection(trivial)
    return Solved(draft or Draft(model.formulation.name), data, form, outcome, complexity(data, form, outcome))


def draw(family: Family, dice: Dice, level: Level) -> Solved | Rejection:
    """Draw an instance of a level; one outside its band is a rejection."""
    solved = solve_draft(family.draw(dice), level.seconds)
    if isinstance(solved, Rejection) or solved.complexity.fits(level):
        return solved
    score = solved.complexity.score
    reason = Reason.TOO_SIMPLE if score < level.band[0] else Reason.TOO_COMPLEX
    return Rejection(reason, f"score {score:g}")


def _bad(findings: list[Finding]) -> list[Finding]:
    return errors(findings) or [finding for finding in findings if finding.code in FATAL]


def _unsolved(outcome: Outcome) -> Rejection:
    reason = {
        Termination.INFEASIBLE: Reason.INFEASIBLE,
        Termination.INFEASIBLE_OR_UNBOUNDED: Reason.INFEASIBLE,
        Termination.UNBOUNDED: Reason.UNBOUNDED,
        Termination.TIME_LIMIT: Reason.TIME,
        Termination.OTHER_LIMIT: Reason.TIME,
    }.get(outcome.termination, Reason.SOLVER)
    return Rejection(reason, outcome.message)


def _trivial(form: StandardForm, outcome: Outcome) -> Reason | None:
    if all(abs(value) < SAME for entries in outcome.values.values() for value in entries.values()):
        return Reason.ZERO
    free = _bounds_alone(form)
    if free is not None and outcome.objective is not None:
        scale = max(1.0, abs(outcome.objective))
        return Reason.BOUNDS if abs(free - outcome.objective) <= SAME * scale else None
    return None


def _bounds_alone(form: StandardForm) -> float | None:
    """Return the optimum without any constraint, None where it is not finite or the objective is not linear."""
    goal = form.stage(0, ()) if form.goals else form
    height = goal.height
    if (
        not goal.goals
        or len(form.goals) > 1
        or len(goal.code.op)
        or goal.quadratic.start[-1] > goal.quadratic.start[height]
    ):
        return None
    part = slice(goal.linear.start[height], goal.linear.start[height + 1])
    columns, values = goal.linear.index[part], goal.linear.value[part]
    upward = (values > 0) == goal.goals[0].maximise
    ends = np.where(upward, goal.upper[columns], goal.lower[columns])
    return float(values @ ends + goal.constant[height]) if np.isfinite(ends).all() else None
