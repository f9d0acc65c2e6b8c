"""Whether two formulations are models of the same problem: by optimum, then structure, then on resampled data."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from optwright.datasets.synthesis.instance import Reason
from optwright.datasets.synthesis.resampling import Model, moves, numbers, resampled
from optwright.errors import FormulationError
from optwright.formulation.build import build
from optwright.outcome import Outcome, Termination
from optwright.solvers.compiler import compile_model
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve_form
from optwright.solvers.standard import ExportError, Floats, StandardForm
from optwright.solvers.structure import Verdict, same_structure

TOLERANCE = 1e-6
"""Relative to |optimum| + 1."""
DRAWS, ENOUGH = 18, 6
"""Resamplings at most, and how many of them must have an optimum before they count as evidence."""
WIDTHS = (0.1, 0.3, 0.8)
"""How far numbers move, in turn: near enough to stay feasible, far enough that other constraints bind."""
_NONE = (Termination.INFEASIBLE, Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED)


class Step(StrEnum):
    """What decided."""

    OBJECTIVE = "objective"
    STRUCTURE = "structure"
    BEHAVIOUR = "behaviour"


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The verdict on two models; `reason` is why they are not equivalent."""

    step: Step
    reason: Reason | None = None
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether they are equivalent."""
        return self.reason is None


def equivalent(source: Model, said: Model, *, seed: str = "0", seconds: float = 10.0) -> Equivalence:
    """Compare two models. Everything wrong with the second is a reason, nothing is raised."""
    try:
        first, second = form_of(source), form_of(said)
    except (FormulationError, ExportError) as error:
        return Equivalence(Step.OBJECTIVE, Reason.UNREADABLE, str(error).split("\n", 1)[0])
    told, modelled = optimum(first, seconds), optimum(second, seconds)
    if not same_optimum(told, modelled):
        return Equivalence(Step.OBJECTIVE, Reason.OBJECTIVE, f"{_shown(told)} and {_shown(modelled)}")
    compared = same_structure(first, second)
    if compared.verdict is Verdict.SAME:
        return Equivalence(Step.STRUCTURE, None, compared.reason)
    for what, change in (("whole numbers", _relaxed), ("numbers", _bare)):
        if same_structure(change(first), change(second)).verdict is Verdict.SAME:
            return Equivalence(Step.STRUCTURE, Reason.STRUCTURE, f"the same but for its {what}: {compared.reason}")
    return behaviour(source, said, seed=seed, seconds=seconds, before=compared.reason)


def _relaxed(form: StandardForm) -> StandardForm:
    """Return a form without its integrality."""
    return replace(form, integer=np.zeros_like(form.integer))


def _bare(form: StandardForm) -> StandardForm:
    """Return a form with only the signs of its numbers; equations stay told from ranges."""
    equal = form.row_lower == form.row_upper
    return replace(
        form,
        lower=_sign(form.lower),
        upper=np.where(np.isinf(form.upper), form.upper, np.where(form.upper == 0, 0.0, 2.0)),
        row_lower=_sign(form.row_lower),
        row_upper=np.where(equal, _sign(form.row_lower), _sign(form.row_upper) + 0.5),
        constant=np.zeros_like(form.constant),
        linear=replace(form.linear, value=np.sign(form.linear.value)),
        quadratic=replace(form.quadratic, value=np.sign(form.quadratic.value)),
    )


def _sign(values: Floats) -> Floats:
    return np.where(np.isinf(values), values, np.sign(values))


def behaviour(source: Model, said: Model, *, seed: str, seconds: float, before: str = "") -> Equivalence:
    """Solve both on resampled data: a difference decides, enough agreements too, too few are a rejection."""
    try:
        mine, theirs = set(numbers(source)), set(numbers(said))
    except FormulationError as error:
        return Equivalence(Step.BEHAVIOUR, Reason.UNREADABLE, str(error))
    if lost := sorted(mine - theirs):
        return Equivalence(Step.STRUCTURE, Reason.STRUCTURE, f"it has no {lost[0]:g}; {before}")
    agreed = 0
    for told, modelled in _trials(source, said, mine & theirs, seed, seconds):
        if not same_optimum(told, modelled):
            detail = f"on resampled data {_shown(told)} and {_shown(modelled)}"
            return Equivalence(Step.BEHAVIOUR, Reason.BEHAVIOUR, detail)
        agreed += told.solved
        if agreed >= ENOUGH:
            return Equivalence(Step.BEHAVIOUR, None, f"{agreed} resamplings agree; {before}")
    return Equivalence(Step.STRUCTURE, Reason.STRUCTURE, before or "resampled data have no optimum")


def _trials(
    source: Model, said: Model, shared: set[float], seed: str, seconds: float
) -> Iterator[tuple[Outcome, Outcome]]:
    """Yield the outcomes of both on data that change alike; nothing where no number can be matched."""
    for number in range(DRAWS if shared else 0):
        new = moves(shared, random.Random(f"{seed}/{number}"), WIDTHS[number % len(WIDTHS)])
        try:
            forms = [form_of(resampled(model, new)) for model in (source, said)]
        except (FormulationError, ExportError):
            continue
        first, second = (optimum(form, seconds) for form in forms)
        if Termination.TIME_LIMIT not in (first.termination, second.termination):
            yield first, second


def form_of(model: Model) -> StandardForm:
    """Build a model. Raises FormulationError or ExportError."""
    return compile_model(build(model.formulation, model.tables).model)


def optimum(form: StandardForm, seconds: float) -> Outcome:
    """Solve a form without saying why it has no optimum."""
    return solve_form(form, SolveOptions(time_limit=seconds, diagnose=False))


def same_optimum(first: Outcome, second: Outcome) -> bool:
    """Whether both have the same optimum, or both none."""
    if first.solved and second.solved and first.objective is not None and second.objective is not None:
        return abs(first.objective - second.objective) <= TOLERANCE * (abs(first.objective) + 1)
    return first.termination in _NONE and second.termination in _NONE


def _shown(outcome: Outcome) -> str:
    return f"{outcome.objective:.8g}" if outcome.solved and outcome.objective is not None else str(outcome.termination)
