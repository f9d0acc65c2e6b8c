"""HiGHS on standard forms: linear, mixed-integer linear, convex quadratic."""

from __future__ import annotations

import math

import highspy
import numpy as np

from optwright.outcome import Failure, Termination
from optwright.solvers.answer import Answer, Settled
from optwright.solvers.convexity import times_hessian
from optwright.solvers.options import SolveOptions
from optwright.solvers.standard import Floats, StandardForm

_STATUS = highspy.HighsModelStatus

TERMINATIONS = {
    _STATUS.kOptimal: Termination.OPTIMAL,
    _STATUS.kModelEmpty: Termination.OPTIMAL,
    _STATUS.kInfeasible: Termination.INFEASIBLE,
    _STATUS.kUnbounded: Termination.UNBOUNDED,
    _STATUS.kUnboundedOrInfeasible: Termination.INFEASIBLE_OR_UNBOUNDED,
    _STATUS.kTimeLimit: Termination.TIME_LIMIT,
    _STATUS.kIterationLimit: Termination.OTHER_LIMIT,
    _STATUS.kSolutionLimit: Termination.OTHER_LIMIT,
    _STATUS.kObjectiveBound: Termination.OTHER_LIMIT,
    _STATUS.kObjectiveTarget: Termination.OTHER_LIMIT,
    _STATUS.kMemoryLimit: Termination.OTHER_LIMIT,
    _STATUS.kInterrupt: Termination.OTHER_LIMIT,
    _STATUS.kHighsInterrupt: Termination.OTHER_LIMIT,  # type: ignore[attr-defined]
    _STATUS.kLoadError: Termination.ERROR,
    _STATUS.kModelError: Termination.ERROR,
    _STATUS.kPresolveError: Termination.ERROR,
    _STATUS.kSolveError: Termination.ERROR,
    _STATUS.kPostsolveError: Termination.ERROR,
}
"""The one table from HiGHS's words to ours; what is not here is UNKNOWN."""

LOG_TAIL = 4000
SLIGHT = 1e-6
"""Multiplier, relative to the largest, that is HiGHS's regularisation of quadratic models and no price."""
_ROWWISE = 2
_TRIANGULAR = 1


def solve(form: StandardForm, options: SolveOptions, seconds: float, *, strict: bool = False) -> Answer:
    """Solve a form whose rows are linear and whose objective is linear or convex quadratic.

    "Infeasible or unbounded" is resolved by a second solve without presolve; "unknown" is tried again with HiGHS's
    own number of threads. `strict` asks for the tightest tolerances. Never raises on a well-formed form: what HiGHS
    refuses is an Answer with a failure.
    """
    run = _Run(form, options, seconds)
    if strict:
        run.set("mip_feasibility_tolerance", 1e-10)
        run.set("primal_feasibility_tolerance", 1e-9)
    answer = run.solve()
    if answer.termination is Termination.INFEASIBLE_OR_UNBOUNDED:
        run.set("presolve", "off")
        answer = run.solve()
    if answer.termination is Termination.UNKNOWN:
        highspy.Highs.resetGlobalScheduler(True)
        run.set("threads", 0)
        answer = run.solve()
        highspy.Highs.resetGlobalScheduler(True)
    return answer


def quadratic_gap(form: StandardForm, settled: Settled, duals: Floats) -> float:
    """Bound how far a point of a convex quadratic model is from its optimum, relative to 1 + |objective|.

    The sum over rows and columns of dual value times distance to the side that the dual's sign names; infinite when
    that side does not exist. By weak duality no point is better by more than this sum, slight multipliers apart.
    """
    sign = -1.0 if form.goals[0].maximise else 1.0
    y = sign * duals
    part = slice(0, int(form.linear.start[form.height]))
    owner = np.repeat(np.arange(form.height), np.diff(form.linear.start[: form.height + 1]))
    cost = np.zeros(form.width)
    last = slice(form.linear.start[form.height], form.linear.start[form.height + 1])
    np.add.at(cost, form.linear.index[last], form.linear.value[last])
    gradient = sign * (cost + times_hessian(form, settled.point))
    pressed = np.bincount(form.linear.index[part], weights=form.linear.value[part] * y[owner], minlength=form.width)
    rows = settled.functions[: form.height]
    total = _complementarity(y, rows, form.row_lower, form.row_upper)
    total += _complementarity(gradient - pressed, settled.point, form.lower, form.upper)
    return total / (1.0 + abs(float(settled.functions[form.height])))


def _complementarity(multiplier: Floats, value: Floats, lower: Floats, upper: Floats) -> float:
    size = np.abs(multiplier)
    distance = np.abs(np.where(multiplier > 0.0, value - lower, upper - value))
    # HiGHS regularises: a multiplier of the size of its tolerance stands where none should.
    slight = ~np.isfinite(distance) & (size <= SLIGHT * (1.0 + float(size.max(initial=0.0))))
    return float(np.sum(size * np.where(slight, 1.0 + np.abs(value), np.where(size == 0.0, 0.0, distance))))


def load(form: StandardForm, options: SolveOptions, seconds: float) -> highspy.Highs:
    """Return a HiGHS instance with options set and the form passed. Raises ValueError when HiGHS refuses the form."""
    instance = highspy.Highs()
    for name, value in _options(options, seconds).items():
        instance.setOptionValue(name, value)
    if _pass(instance, form) == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the model; its numbers are outside what it can represent")
    return instance


class _Run:
    """One loaded instance and its log."""

    def __init__(self, form: StandardForm, options: SolveOptions, seconds: float) -> None:
        self._form = form
        self._lines: list[str] = []
        self._error = ""
        try:
            self._highs = load(form, options, seconds)
            self._highs.cbLogging.subscribe(lambda event: self._lines.append(event.message))
        except ValueError as error:
            self._error = str(error)

    def set(self, name: str, value: str | int | float) -> None:
        if not self._error:
            self._highs.setOptionValue(name, value)

    def solve(self) -> Answer:
        if self._error:
            return Answer(Termination.ERROR, failure=Failure.SOLVER, message=self._error)
        highs = self._highs
        if highs.run() == highspy.HighsStatus.kError and highs.getModelStatus() == _STATUS.kNotset:
            # Another number of threads has started HiGHS's scheduler in this process: start it anew.
            highspy.Highs.resetGlobalScheduler(True)
            highs.run()
        termination = TERMINATIONS.get(highs.getModelStatus(), Termination.UNKNOWN)
        tail = "".join(line for line in self._lines if "non-empty integrality" not in line)[-LOG_TAIL:]
        if termination is Termination.ERROR:
            text = f"HiGHS failed: {highs.modelStatusToString(highs.getModelStatus())}"
            return Answer(termination, failure=Failure.SOLVER, message=text, log_tail=tail)
        return self._answer(termination, tail)

    def _answer(self, termination: Termination, tail: str) -> Answer:
        highs, form = self._highs, self._form
        info, solution = highs.getInfo(), highs.getSolution()
        point = None
        if form.width == 0:
            point = np.zeros(0) if termination is Termination.OPTIMAL else None
        elif solution.value_valid and info.primal_solution_status == highspy.kSolutionStatusFeasible:
            point = np.array(solution.col_value, dtype=np.float64)
        dual_valid = solution.dual_valid and not form.integer.any() and termination is Termination.OPTIMAL
        return Answer(
            termination,
            point=point if termination is not Termination.UNBOUNDED else None,
            bound=self._bound(termination, info),
            duals=np.array(solution.row_dual, dtype=np.float64) if dual_valid else None,
            reduced_costs=np.array(solution.col_dual, dtype=np.float64) if dual_valid else None,
            ray=self._ray() if termination is Termination.UNBOUNDED else None,
            log_tail=tail,
            nodes=max(0, int(info.mip_node_count)),
            iterations=sum(
                max(0, int(count))
                for count in (info.simplex_iteration_count, info.ipm_iteration_count, info.qp_iteration_count)
            ),
        )

    def _bound(self, termination: Termination, info: highspy.HighsInfo) -> float | None:
        if self._form.integer.any():
            bound = float(info.mip_dual_bound)
            return bound if math.isfinite(bound) and abs(bound) < 1e30 else None
        return float(info.objective_function_value) if termination is Termination.OPTIMAL else None

    def _ray(self) -> Floats | None:
        if self._form.integer.any() or _hessian(self._form) is not None:
            return None
        _, there, ray = self._highs.getPrimalRay()
        return np.array(ray, dtype=np.float64) if there else None


def _options(options: SolveOptions, seconds: float) -> dict[str, bool | int | float | str]:
    return {
        "log_to_console": False,
        "threads": options.threads,
        "time_limit": max(seconds, 0.0),
        "mip_rel_gap": options.gap,
        "mip_abs_gap": 1e-9,
        "small_matrix_value": 1e-12,
        "large_matrix_value": 1e25,
    }


def _pass(instance: highspy.Highs, form: StandardForm) -> highspy.HighsStatus:
    height = form.height
    goal = bool(form.goals)
    cost = np.zeros(form.width)
    if goal:
        part = slice(form.linear.start[height], form.linear.start[height + 1])
        np.add.at(cost, form.linear.index[part], form.linear.value[part])
    entries = int(form.linear.start[height])
    sense = highspy.ObjSense.kMaximize if goal and form.goals[0].maximise else highspy.ObjSense.kMinimize
    start, index, value = _hessian(form) or (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    return instance.passModel(  # type: ignore[no-any-return]
        form.width,
        height,
        entries,
        len(value),
        _ROWWISE,
        _TRIANGULAR,
        int(sense),
        float(form.constant[height]) if goal else 0.0,
        cost,
        form.lower,
        form.upper,
        form.row_lower,
        form.row_upper,
        form.linear.start[: height + 1].astype(np.int32),
        form.linear.index[:entries],
        form.linear.value[:entries],
        start,
        index,
        value,
        form.integer.astype(np.int32),
    )


def _hessian(form: StandardForm) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Return the lower triangle of Q (objective x'Qx/2) column by column, or None for a linear objective."""
    if not form.goals:
        return None
    part = slice(form.quadratic.start[form.height], form.quadratic.start[form.height + 1])
    first, second, value = form.quadratic.first[part], form.quadratic.second[part], form.quadratic.value[part]
    if not len(value):
        return None
    order = np.lexsort((second, first))
    start = np.concatenate([[0], np.cumsum(np.bincount(first, minlength=form.width))]).astype(np.int32)
    doubled = np.where(first == second, 2.0 * value, value)
    return start, second[order].astype(np.int32), doubled[order]
