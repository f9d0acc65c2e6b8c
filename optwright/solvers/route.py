"""The route of a model: its class decides the solver, its objectives are taken in order, its point is re-checked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from optwright.errors import InputError
from optwright.outcome import Failure, Outcome, Termination, Values, label
from optwright.solvers import highs, scip
from optwright.solvers.answer import FEASIBLE, GROSS, Answer, Settled, settle, slacks
from optwright.solvers.classes import ProblemClass, name_class
from optwright.solvers.compiler import compile_model
from optwright.solvers.conflict import impossible
from optwright.solvers.convexity import is_convex
from optwright.solvers.diagnose import diagnose
from optwright.solvers.elastic import Solve
from optwright.solvers.nonlinear import Op
from optwright.solvers.options import SolveOptions
from optwright.solvers.ranging import ranging
from optwright.solvers.standard import Bools, ExportError, Floats, Label, StandardForm

Solver = Callable[[StandardForm, SolveOptions, float], Answer]
SOLVERS = {"highs": highs.solve, "scip": scip.solve}
ORDINARY = (1e-3, 1e9)
"""Size of the largest objective coefficient that is left as it is."""
HIGHS_CLASSES = (ProblemClass.LP, ProblemClass.MILP, ProblemClass.CONVEX_QP)
DIAGNOSIS = 10.0
"""Most seconds spent on saying why there is no solution."""
KEPT = 1e-6
"""How far an objective may fall behind its optimum while the next one is optimised, relative to max(1, |optimum|)."""


def classify(model: Any) -> ProblemClass:
    """Return the class of a Pyomo model, by its first objective. Raises ExportError for what has no standard form."""
    form = compile_model(model)
    return classify_form(form.stage(0, ()) if form.goals else form)


def solve(model: Any, options: SolveOptions | None = None) -> Outcome:
    """Solve a Pyomo model in this process: exactly what a clean process does with its exported form.

    Raises InputError for an unknown solver; everything wrong with the model is an Outcome with a failure.
    """
    started = time.perf_counter()
    try:
        form = compile_model(model)
    except ExportError as error:
        return Outcome(Termination.NOT_SOLVED, failure=Failure.EXPORT, message=str(error), seconds=_since(started))
    return solve_form(form, options or SolveOptions()).with_(seconds=_since(started))


def classify_form(form: StandardForm) -> ProblemClass:
    """Return the class of a form with one objective or none."""
    height = form.height
    curved = bool(form.quadratic.start[-1] > form.quadratic.start[height])
    integer = bool(form.integer.any())
    quadratic_rows = bool(form.quadratic.start[height] > 0)
    nonlinear = len(form.code.op) > 0
    convex = curved and not (integer or quadratic_rows or nonlinear) and is_convex(form)
    return name_class(integer=integer, nonlinear=nonlinear, quadratic_rows=quadratic_rows, curved=curved, convex=convex)


def solve_form(form: StandardForm, options: SolveOptions) -> Outcome:
    """Solve a form, objective after objective, within one time limit for all of them."""
    if options.solver is not None and options.solver not in SOLVERS:
        raise InputError(f"unknown solver {options.solver!r}; known: {', '.join(sorted(SOLVERS))}")
    started = time.perf_counter()
    limits: list[tuple[float, float]] = []
    outcome, settled = Outcome(Termination.UNKNOWN), None
    for number in range(max(1, len(form.goals))):
        stage = form.stage(number, limits) if form.goals else form
        outcome, settled, answer = _solve_stage(stage, options, options.time_limit - _since(started))
        if settled is None and options.diagnose:
            left = min(DIAGNOSIS, max(1.0, options.time_limit - _since(started)))
            outcome = diagnose(stage, outcome, answer, _oracle(options), left)
        if not outcome.solved or settled is None:
            break
        if options.ranging and outcome.problem_class == ProblemClass.LP:
            factor = _factor(stage)
            left = options.time_limit - _since(started)
            outcome = outcome.with_(ranging=ranging(_times(stage, factor), options, left, factor=factor))
        if form.goals:
            value = float(settled.functions[-1])
            room = KEPT * max(1.0, abs(value))
            limits.append((value - room, np.inf) if form.goals[number].maximise else (-np.inf, value + room))
    if len(form.goals) > 1:
        outcome = _with_all_objectives(form, outcome, settled)
    seconds = _since(started)
    return outcome.with_(seconds=seconds, solver_seconds=seconds)


def _solve_stage(
    form: StandardForm, options: SolveOptions, seconds: float
) -> tuple[Outcome, Settled | None, Answer | None]:
    kind = classify_form(form)
    name = options.solver or _solver_for(form, kind)
    base = Outcome(Termination.NOT_SOLVED, problem_class=str(kind), solver=name)
    if name == "highs" and (kind not in HIGHS_CLASSES or form.special):
        what = "special ordered sets" if form.special else f"a {kind} model"
        message = f"HiGHS cannot solve {what}; leave the solver open or choose scip"
        return base.with_(failure=Failure.SOLVER, message=message), None, None
    if crossed := _crossed(form):
        return base.with_(termination=Termination.INFEASIBLE, message=crossed), None, None
    deadline = time.perf_counter() + seconds
    answer = _scaled(SOLVERS[name], form, options, seconds)
    if answer.termination is Termination.INFEASIBLE_OR_UNBOUNDED:
        answer = _resolved(answer, SOLVERS[name](form.without_goals(), options, deadline - time.perf_counter()))
    if name == "highs" and options.solver is None and not _trusted(form, kind, answer):
        name = "scip"
        answer = scip.solve(form, options, deadline - time.perf_counter())
    if form.integer.any():
        answer = _made_whole(form, name, answer, options, deadline)
    return (*_outcome(form, base.with_(solver=name), answer), answer)


def _resolved(answer: Answer, feasibility: Answer) -> Answer:
    """Say which of "infeasible or unbounded" holds, by what the same model without objective came to."""
    if feasibility.point is not None:
        return replace(answer, termination=Termination.UNBOUNDED)
    if feasibility.termination is Termination.INFEASIBLE:
        return replace(answer, termination=Termination.INFEASIBLE)
    return answer


def _scaled(solver: Solver, form: StandardForm, options: SolveOptions, seconds: float) -> Answer:
    """Solve with an objective of ordinary size: the solvers' tolerances are absolute, 1e-9 would all be optimal."""
    factor = _factor(form)
    if factor == 1.0:
        return solver(form, options, seconds)
    answer = solver(_times(form, factor), options, seconds)
    return replace(
        answer,
        bound=None if answer.bound is None else answer.bound / factor,
        duals=None if answer.duals is None else answer.duals / factor,
        reduced_costs=None if answer.reduced_costs is None else answer.reduced_costs / factor,
    )


def _factor(form: StandardForm) -> float:
    height = form.height
    if not form.goals or form.code.start[height + 1] > form.code.start[height]:
        return 1.0
    parts = [item.value[item.start[height] : item.start[height + 1]] for item in (form.linear, form.quadratic)]
    largest = float(np.abs(np.concatenate(parts)).max(initial=0.0))
    if largest == 0.0 or ORDINARY[0] <= largest <= ORDINARY[1]:
        return 1.0
    return 2.0 ** min(60, -round(math.log2(largest)))


def _times(form: StandardForm, factor: float) -> StandardForm:
    height = form.height
    constant, linear, quadratic = form.constant.copy(), form.linear.value.copy(), form.quadratic.value.copy()
    constant[height] *= factor
    linear[form.linear.start[height] :] *= factor
    quadratic[form.quadratic.start[height] :] *= factor
    return replace(
        form,
        constant=constant,
        linear=replace(form.linear, value=linear),
        quadratic=replace(form.quadratic, value=quadratic),
    )


def _made_whole(form: StandardForm, name: str, answer: Answer, options: SolveOptions, deadline: float) -> Answer:
    """Return an answer whose point keeps its rows when its whole variables are rounded.

    A binary of 1e-6 under a large big-M is within the solvers' tolerance and buys something for nothing. Where
    rounding breaks a row, the model is solved again with the tightest tolerances, then with whole variables fixed.
    """
    if answer.point is None or settle(form, answer.point).violation <= GROSS:
        return answer
    strict = SOLVERS[name](form, options, deadline - time.perf_counter(), strict=True)
    if strict.point is not None and settle(form, strict.point).violation <= GROSS:
        return strict
    rounded = settle(form, answer.point if strict.point is None else strict.point).point
    fixed = replace(
        form,
        lower=np.where(form.integer, rounded, form.lower),
        upper=np.where(form.integer, rounded, form.upper),
        integer=np.zeros(form.width, dtype=np.bool_),
    )
    rest = SOLVERS[_solver_for(fixed, classify_form(fixed))](fixed, options, deadline - time.perf_counter())
    message = (
        "at the tolerance of whole numbers the optimum could not be proven; scale the model, smaller big-M constants"
    )
    return replace(strict, termination=Termination.UNKNOWN, point=rest.point, message=message)


def _solver_for(form: StandardForm, kind: ProblemClass) -> str:
    return "highs" if kind in HIGHS_CLASSES and not form.special else "scip"


def _oracle(options: SolveOptions) -> Solve:
    """Return a function that solves any form by the solver of its class, for diagnosis."""

    def run(form: StandardForm, seconds: float) -> Answer:
        if _crossed(form):
            return Answer(Termination.INFEASIBLE)
        return SOLVERS[_solver_for(form, classify_form(form))](form, options, seconds)

    return run


def _crossed(form: StandardForm) -> str:
    """Name a variable or row that excludes every point by itself, which solvers refuse rather than report."""
    members = impossible(form)
    if not members:
        return ""
    first = members[0]
    labels, lower, upper = (
        (form.rows, form.row_lower, form.row_upper) if first.kind == "row" else (form.columns, form.lower, form.upper)
    )
    low, high = lower[first.number], upper[first.number]
    where = label(*labels[first.number])
    if low > high:
        return f"{where} has the lower bound {low:g} above the upper bound {high:g}"
    return f"{where} has no variables left and says {low:g} <= 0 <= {high:g}"


def _trusted(form: StandardForm, kind: ProblemClass, answer: Answer) -> bool:
    """Say whether HiGHS's answer stands, or SCIP is asked as well.

    Failures never stand; a quadratic optimum only when an optimality gap from its dual values proves it.
    """
    if answer.termination in (Termination.ERROR, Termination.UNKNOWN):
        return False
    if kind is not ProblemClass.CONVEX_QP or answer.termination is Termination.INFEASIBLE:
        return True
    if answer.termination is not Termination.OPTIMAL or answer.point is None or answer.duals is None:
        return False
    settled = settle(form, answer.point)
    return settled.violation <= FEASIBLE and highs.quadratic_gap(form, settled, answer.duals) <= FEASIBLE


def _outcome(form: StandardForm, base: Outcome, answer: Answer) -> tuple[Outcome, Settled | None]:
    outcome = base.with_(
        termination=answer.termination,
        log_tail=answer.log_tail,
        failure=answer.failure,
        message=answer.message,
        nodes=answer.nodes,
        iterations=answer.iterations,
    )
    if answer.point is None:
        return outcome, None
    settled = settle(form, np.where(_idle(form), 0.0, answer.point))
    if settled.violation > GROSS:
        where = "a special ordered set" if settled.worst is None else label(*form.rows[settled.worst])
        what = f"violates {where} by {settled.violation:.2g} (relative)"
        if np.isnan(settled.functions[form.height :]).any():
            what = "gives the objective no value"
        message = f"{base.solver} returned a point that {what}"
        return outcome.with_(termination=Termination.UNKNOWN, failure=Failure.SOLVER, message=message), None
    objective = float(settled.functions[-1]) if form.goals else None
    bound = answer.bound
    filled = outcome.with_(
        has_incumbent=True,
        objective=objective,
        bound=bound,
        gap=None if objective is None or bound is None else abs(objective - bound) / max(abs(objective), 1e-10),
        values=_values(form.columns, settled.point, form.fixed),
        slacks=_values(form.rows, slacks(form, settled.functions)),
        duals=_values(form.rows, answer.duals) if answer.duals is not None else {},
        reduced_costs=_values(form.columns, answer.reduced_costs) if answer.reduced_costs is not None else {},
    )
    return filled, settled


def _idle(form: StandardForm) -> Bools:
    """Say which columns nothing uses: their value is 0 or the bound next to it, whatever the solver left there."""
    idle = np.ones(form.width, dtype=np.bool_)
    code_columns = form.code.argument[form.code.op == Op.COLUMN]
    for used in (form.linear.index, form.quadratic.first, form.quadratic.second, code_columns):
        idle[used] = False
    for item in form.special:
        idle[list(item.columns)] = False
    return idle


def _values(labels: tuple[Label, ...], numbers: Floats, fixed: tuple[tuple[Label, float], ...] = ()) -> Values:
    """Arrange finite numbers by component and index."""
    values: Values = {}
    for (name, key), number in zip(labels, numbers.tolist(), strict=True):
        if np.inf > number > -np.inf:
            values.setdefault(name, {})[key] = number
    for (name, key), number in fixed:
        values.setdefault(name, {})[key] = number
    return values


def _with_all_objectives(form: StandardForm, outcome: Outcome, settled: Settled | None) -> Outcome:
    """Report every objective at the last point, under its own name, and leave out the rows that held them."""
    if settled is None or not outcome.has_incumbent:
        return outcome
    whole = settle(form, settled.point)
    objectives = {goal.name: float(whole.functions[form.height + at]) for at, goal in enumerate(form.goals)}
    names = {name for name, _ in form.rows}
    last = form.goals[-1].name
    return outcome.with_(
        objectives=objectives,
        objective=objectives[last],
        duals={name: entries for name, entries in outcome.duals.items() if name in names},
        slacks={name: entries for name, entries in outcome.slacks.items() if name in names},
    )


def _since(started: float) -> float:
    return time.perf_counter() - started
