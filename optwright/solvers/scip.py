"""SCIP on standard forms, through PySCIPOpt: everything that HiGHS does not take, to global optimality."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyscipopt
from pyscipopt.scip import Constant, buildGenExprObj

from optwright.outcome import Failure, Termination
from optwright.solvers.answer import GROSS, Answer, settle
from optwright.solvers.nonlinear import Op, calculate
from optwright.solvers.options import SolveOptions
from optwright.solvers.silence import quiet_stderr
from optwright.solvers.standard import INFINITE, Floats, StandardForm

TERMINATIONS = {
    "optimal": Termination.OPTIMAL,
    "gaplimit": Termination.OPTIMAL,
    "infeasible": Termination.INFEASIBLE,
    "unbounded": Termination.UNBOUNDED,
    "inforunbd": Termination.INFEASIBLE_OR_UNBOUNDED,
    "timelimit": Termination.TIME_LIMIT,
    "userinterrupt": Termination.OTHER_LIMIT,
    "nodelimit": Termination.OTHER_LIMIT,
    "totalnodelimit": Termination.OTHER_LIMIT,
    "stallnodelimit": Termination.OTHER_LIMIT,
    "memlimit": Termination.OTHER_LIMIT,
    "primallimit": Termination.OTHER_LIMIT,
    "duallimit": Termination.OTHER_LIMIT,
    "sollimit": Termination.OTHER_LIMIT,
    "bestsollimit": Termination.OTHER_LIMIT,
    "restartlimit": Termination.OTHER_LIMIT,
    "terminate": Termination.OTHER_LIMIT,
}
"""The one table from SCIP's words to ours (the gap limit is the caller's own gap); the rest is UNKNOWN."""

FAR = 1e6
"""Size from which on an unbounded column's value is looked at with suspicion."""
LOG_TAIL = 2000
HUGE = 1e15
"""Objective from which on SCIP's arithmetic means nothing."""

_UNARY = {
    Op.EXP: pyscipopt.exp,
    Op.LOG: pyscipopt.log,
    Op.SQRT: pyscipopt.sqrt,
    Op.SIN: pyscipopt.sin,
    Op.COS: pyscipopt.cos,
    Op.ABS: abs,
}


def solve(form: StandardForm, options: SolveOptions, seconds: float, *, strict: bool = False) -> Answer:
    """Solve any form. What SCIP or its interface refuses is an Answer with a failure, never an exception.

    A point far out that can go further and gain is unbounded: SCIP takes 1e20 for infinity and calls what it finds
    there optimal. `strict` asks for tighter tolerances.
    """
    answer = _run(form, options, seconds, strict)
    if answer.point is not None and form.goals and _escapes(form, answer.point):
        return replace(answer, termination=Termination.UNBOUNDED, point=None, bound=None)
    return answer


def _run(form: StandardForm, options: SolveOptions, seconds: float, strict: bool) -> Answer:
    said = _Tail()
    try:
        # SCIP's own errors come through Python and are kept, what its parts print from C is lost.
        with quiet_stderr(), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return _solved(form, options, seconds, strict, said)
    except (ValueError, ArithmeticError, NotImplementedError, Warning) as error:
        return Answer(Termination.ERROR, failure=Failure.SOLVER, message=f"SCIP refuses the model: {error}")
    except (OSError, LookupError, MemoryError) as error:
        return Answer(Termination.ERROR, failure=Failure.SOLVER, message=f"SCIP failed: {error}")
    except Exception as error:  # PySCIPOpt raises a bare Exception for SCIP return codes
        if type(error) is not Exception:
            raise
        return Answer(Termination.ERROR, failure=Failure.SOLVER, message=_failed(error, said.text), log_tail=said.text)


def _failed(error: Exception, said: str) -> str:
    """Say what SCIP said first: its errors are repeated by every function on the way out."""
    _, _, first = next((line for line in said.splitlines() if "ERROR" in line), "").partition("ERROR:")
    reason = first.strip() or str(error)
    return f"SCIP failed: {reason}; finite bounds on every variable, whole ones above all, usually help"


def _solved(form: StandardForm, options: SolveOptions, seconds: float, strict: bool, said: _Tail) -> Answer:
    build = Build(form)
    _configure(build.model, options, seconds)
    if strict:
        build.model.setParam("numerics/feastol", 1e-9)
    build.model.optimize()
    answer = _answer(build)
    return replace(answer, log_tail=said.text + answer.log_tail)


class _Tail(io.TextIOBase):
    """A stream that keeps the end of what is written to it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Take a piece of text."""
        self.text = (self.text + text)[-LOG_TAIL:]
        return len(text)


def _escapes(form: StandardForm, point: Floats) -> bool:
    """Say whether the far columns of a point can all be 100 times farther, feasibly and with gain."""
    far = np.abs(point) >= FAR
    far &= np.where(point > 0.0, np.isinf(form.upper), np.isinf(form.lower))
    if not far.any():
        return False
    here, there = settle(form, point), settle(form, np.where(far, 100.0 * point, point))
    before, after = float(here.functions[-1]), float(there.functions[-1])
    if not math.isfinite(after) or there.violation > GROSS:
        return abs(before) >= HUGE
    gain = after - before if form.goals[0].maximise else before - after
    return abs(before) >= HUGE or gain > 1e-3 * max(1.0, abs(before))


def _configure(model: pyscipopt.Model, options: SolveOptions, seconds: float) -> None:
    model.setParam("display/verblevel", 0)
    model.setParam("limits/time", min(max(seconds, 0.0), 1e20))
    model.setParam("limits/gap", options.gap)
    model.setParam("misc/catchctrlc", False)
    model.setParam("parallel/maxnthreads", options.threads)


def _answer(build: Build) -> Answer:
    model = build.model
    termination = TERMINATIONS.get(model.getStatus(), Termination.UNKNOWN)
    point = None
    if model.getNSols() and termination is not Termination.UNBOUNDED:
        best = model.getBestSol()
        point = np.array([model.getSolVal(best, item) for item in build.variables], dtype=np.float64)
        if not np.isfinite(point).all() or (np.abs(point) >= INFINITE).any():
            point = None
    bound = float(model.getDualbound())
    known = build.form.goals and math.isfinite(bound) and abs(bound) < INFINITE
    return Answer(
        termination,
        point=point,
        bound=bound if known else None,
        log_tail=_summary(model),
        nodes=int(model.getNTotalNodes()),
        iterations=int(model.getNLPIterations()),
    )


def _summary(model: pyscipopt.Model) -> str:
    return (
        f"SCIP {model.version()}: {model.getStatus()}, {model.getNTotalNodes()} nodes, {model.getNSols()} solutions, "
        f"primal bound {model.getPrimalbound():.10g}, dual bound {model.getDualbound():.10g}, "
        f"{model.getSolvingTime():.2f} s"
    )


class Build:
    """A PySCIPOpt model of a form, with its columns and, row by row, its constraints."""

    def __init__(self, form: StandardForm) -> None:
        self.form = form
        self.model = pyscipopt.Model()
        self.model.redirectOutput()
        self.variables = [self._column(number) for number in range(form.width)]
        self._starts = form.linear.start.tolist()
        self._index, self._value = form.linear.index.tolist(), form.linear.value.tolist()
        self._quadratic_starts = form.quadratic.start.tolist()
        for row in range(form.height):
            self._row(row)
        for item in form.special:
            add = self.model.addConsSOS1 if item.kind == 1 else self.model.addConsSOS2
            add([self.variables[column] for column in item.columns], weights=list(item.weights))
        if form.goals:
            self._goal()

    def _column(self, number: int) -> Any:
        form = self.form
        lower, upper = float(form.lower[number]), float(form.upper[number])
        kind = "C" if not form.integer[number] else "B" if (lower, upper) == (0.0, 1.0) else "I"
        return self.model.addVar(f"x{number}", kind, _limit(lower), _limit(upper))

    def _row(self, row: int) -> None:
        lower, upper = float(self.form.row_lower[row]), float(self.form.row_upper[row])
        if math.isinf(lower) and math.isinf(upper):
            return
        expression = self._function(row)
        if not self._columns_of(row):
            # SCIP has no rows without variables, and such a row can be the conflict.
            expression = expression + self.model.addVar("", "C", 0.0, 0.0)
        self._between(expression, lower, upper)

    def _columns_of(self, row: int) -> bool:
        form = self.form
        parts = (form.linear.start, form.quadratic.start, form.code.start)
        return any(start[row + 1] > start[row] for start in parts)

    def _between(self, expression: Any, lower: float, upper: float) -> None:
        if lower == upper:
            self.model.addCons(expression == lower)
        elif math.isinf(upper):
            self.model.addCons(expression >= lower)
        elif math.isinf(lower):
            self.model.addCons(expression <= upper)
        else:
            self.model.addCons((expression >= lower) <= upper)

    def _goal(self) -> None:
        goal, function = self.form.goals[0], self.form.height
        expression = self._function(function)
        sense = "maximize" if goal.maximise else "minimize"
        if not isinstance(expression, pyscipopt.Expr) or expression.degree() > 1:
            value = self.model.addVar("objective", "C", None, None)
            self.model.addCons(value <= expression if goal.maximise else value >= expression)
            self.model.setObjective(value, sense)
        else:
            self.model.setObjective(expression, sense)

    def _function(self, function: int) -> Any:
        """Return the function as a PySCIPOpt expression: polynomial where it is one, general otherwise."""
        begin, end = self._starts[function], self._starts[function + 1]
        terms = [self._value[at] * self.variables[self._index[at]] for at in range(begin, end)]
        quadratic = self.form.quadratic
        for at in range(self._quadratic_starts[function], self._quadratic_starts[function + 1]):
            pair = self.variables[quadratic.first[at]] * self.variables[quadratic.second[at]]
            terms.append(float(quadratic.value[at]) * pair)
        expression = pyscipopt.quicksum(terms) + float(self.form.constant[function])
        if self.form.code.start[function] == self.form.code.start[function + 1]:
            return expression
        return expression + self.form.code.run(function, self._leaf, self._apply)

    def _leaf(self, op: int, argument: int) -> Any:
        # General expressions from the leaves on: PySCIPOpt multiplies powers of polynomials out term by term.
        if op == Op.COLUMN:
            return buildGenExprObj(self.variables[argument])
        return Constant(float(self.form.code.numbers[argument]))

    def _apply(self, op: Op, values: Sequence[Any]) -> Any:
        first = values[0]
        if all(type(item) is Constant for item in values):
            return Constant(calculate(op, [item.number for item in values]))
        if op in _UNARY:
            return _UNARY[op](first)
        if op is Op.SUM:
            return _chain(values, lambda a, b: a + b)
        if op is Op.PRODUCT:
            return _chain(values, lambda a, b: a * b)
        if op is Op.DIVIDE:
            return first / values[1]
        if op is Op.NEGATE:
            return -1.0 * first
        if op is Op.POWER:
            return _power(first, values[1])
        if op is Op.LOG10:
            return pyscipopt.log(first) * (1.0 / math.log(10.0))
        return self._composed(op, values)

    def _composed(self, op: Op, values: Sequence[Any]) -> Any:
        """Write what SCIP has no operator for by what it has; operands used twice get a variable."""
        if op in (Op.MAX, Op.MIN):
            sign = 1.0 if op is Op.MAX else -1.0
            named = [self._named(item) for item in values]
            return _chain(named, lambda a, b: self._named((a + b + sign * abs(a - b)) * 0.5))
        operand = self._named(values[0])
        if op is Op.TAN:
            return pyscipopt.sin(operand) / pyscipopt.cos(operand)
        if op is Op.TANH:
            return 1.0 - 2.0 / (pyscipopt.exp(2.0 * operand) + 1.0)
        sign = -1.0 if op is Op.SINH else 1.0
        return 0.5 * pyscipopt.exp(operand) + sign * 0.5 * pyscipopt.exp(-1.0 * operand)

    def _named(self, expression: Any) -> Any:
        variable = self.model.addVar("", "C", None, None)
        self.model.addCons(variable - expression == 0.0)
        return buildGenExprObj(variable)


def _chain(values: Sequence[Any], combine: Any) -> Any:
    result = values[0]
    for item in values[1:]:
        result = combine(result, item)
    return result


def _power(base: Any, exponent: Any) -> Any:
    if type(exponent) is Constant:
        return base**exponent.number
    if type(base) is Constant:
        if base.number <= 0.0:
            raise ValueError(
                f"power with the base {base.number:g}; only a positive number can have a variable exponent"
            )
        return pyscipopt.exp(math.log(base.number) * exponent)
    return pyscipopt.exp(exponent * pyscipopt.log(base))


def _limit(value: float) -> float | None:
    return None if math.isinf(value) else value
