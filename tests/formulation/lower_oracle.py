"""Two independent ways to the optimum of a small formulation, for the tests of lowering.

`best_point` tries every point of the original, all at once in numpy; `solve` reads the rows of a lowered formulation
as plain linear rows and gives them to HiGHS through scipy. Neither uses anything of optwright.formulation.lowering.
"""

from __future__ import annotations

import functools
import math
import operator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from optwright.formulation.algebra import numbers
from optwright.formulation.data import Point, resolve
from optwright.formulation.evaluate import evaluate
from optwright.formulation.lower import lower
from optwright.formulation.row import Row

TOLERANCE = 1e-6


@dataclass
class Optimum:
    """The best value, None where there is no solution, and a point that has it."""

    objective: float | None
    values: dict
    feasible: bool = True


def agree(formulation, tables=(), *, steps=None):
    """Lower, solve, and compare with every point of the original; return the optimum and what was lowered.

    With `steps`, continuous variables are tried at that many values, so that the optimum may be better than any.
    """
    lowered = lower(formulation, tables)
    got, want = solve(lowered.formulation, tables), best_point(formulation, tables, steps=steps)
    if not got.feasible or (steps is None and not want.feasible):
        assert (got.feasible, want.feasible) == (False, False)
        return got, lowered
    names = {variable.name for variable in formulation.variables}
    point = {name: settled(formulation, name, part) for name, part in got.values.items() if name in names}
    evaluation = evaluate(formulation, point, tables)
    assert evaluation.ok, evaluation.violations[:3]
    if formulation.objectives:
        assert evaluation.objective == pytest.approx(got.objective, abs=1e-5)
        if want.feasible:
            ahead = got.objective - want.objective
            worse = ahead if formulation.objectives[-1].sense == "minimize" else -ahead
            assert worse <= 1e-5
            assert steps is not None or worse >= -1e-5
    return got, lowered


def settled(formulation, name, part):
    """Round the values of a variable of whole numbers: relations near its whole values mean what they say."""
    variable = next(item for item in formulation.variables if item.name == name)
    return {key: float(round(value)) if variable.domain.integral else value for key, value in part.items()}


# Every point at once ------------------------------------------------------------------------------------------------


def _fold(function):
    return lambda parts: functools.reduce(function, parts)


def _relation(op, left, right):
    gap = np.asarray(left, dtype=float) - right
    return {
        "<=": gap <= TOLERANCE,
        ">=": gap >= -TOLERANCE,
        "==": np.abs(gap) <= TOLERANCE,
        "<": gap < -TOLERANCE,
        ">": gap > TOLERANCE,
        "!=": np.abs(gap) > TOLERANCE,
    }[op] + 0


def _grid_algebra():
    return replace(
        numbers(),
        sum=lambda parts: functools.reduce(operator.add, parts, 0),
        prod=lambda parts: functools.reduce(operator.mul, parts, 1),
        min=_fold(np.minimum),
        max=_fold(np.maximum),
        divide=np.divide,
        power=np.power,
        functions={"abs": np.abs, "exp": np.exp, "log": np.log, "sqrt": np.sqrt},
        piecewise=lambda at, xs, ys: np.interp(at, xs, ys),
        relation=_relation,
        truth=lambda value: np.asarray(value) > 0.5,
        both=lambda parts: _fold(np.logical_and)(parts) + 0,
        either=lambda parts: _fold(np.logical_or)(parts) + 0,
        negation=lambda part: np.logical_not(part) + 0,
        implies=lambda given, then: np.logical_or(np.logical_not(given), then) + 0,
        iff=lambda left, right: (np.asarray(left, dtype=bool) == np.asarray(right, dtype=bool)) + 0,
    )


def best_point(formulation, tables=(), *, steps=None):
    """Try every whole point of the original (with `steps` that many points on each continuous variable)."""
    data = resolve(formulation, tables)
    columns, grids = [], []
    for variable in formulation.variables:
        for key, (low, high) in data.bounds(variable.name).items():
            columns.append((variable.name, key))
            whole = variable.domain.integral
            grids.append(range(math.ceil(low), math.floor(high) + 1) if whole else np.linspace(low, high, steps))
    axes = np.meshgrid(*(np.array(grid, dtype=float) for grid in grids), indexing="ij")
    values = {variable.name: {} for variable in formulation.variables}
    for (name, key), axis in zip(columns, axes, strict=True):
        values[name][key] = axis.ravel()
    point = Point(data, values, _grid_algebra())
    good = np.ones(axes[0].size, dtype=bool)
    for constraint in formulation.constraints:
        row = Row(point, constraint.for_each, constraint.expression, logic=True)
        for combination in row.combinations():
            good &= np.asarray(row(combination), dtype=bool)
    if not good.any():
        return Optimum(None, {}, feasible=False)
    place = int(np.flatnonzero(good)[0])
    best = None
    for objective in formulation.objectives:
        score = np.broadcast_to(np.asarray(Row(point, None, objective.expression)(), dtype=float), good.shape)
        pick = np.min if objective.sense == "minimize" else np.max
        best = float(pick(score[good]))
        good = good & (np.abs(score - best) <= TOLERANCE)
        place = int(np.flatnonzero(good)[0])
    return Optimum(best, {name: {key: float(col[place]) for key, col in part.items()} for name, part in values.items()})


class Unsolved(Exception):
    """HiGHS gave up, which says nothing about the formulation."""


# Linear rows -----------------------------------------------------------------------------------------------------


class Line:
    """A linear expression; anything else of it raises TypeError."""

    def __init__(self, terms, constant=0.0):
        self.terms, self.constant = terms, constant

    def __add__(self, other):
        if not isinstance(other, Line):
            return Line(self.terms, self.constant + other)
        terms = dict(self.terms)
        for column, factor in other.terms.items():
            terms[column] = terms.get(column, 0.0) + factor
        return Line(terms, self.constant + other.constant)

    __radd__ = __add__

    def __mul__(self, factor):
        if isinstance(factor, Line):
            raise TypeError("a product of variables is not linear")
        return Line({column: factor * value for column, value in self.terms.items()}, factor * self.constant)

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other


def _refuse(*_):
    raise TypeError("not linear")


def _row(op, left, right):
    if op not in ("<=", ">=", "=="):
        raise TypeError(f"{op} is left in a lowered formulation")
    return [(op, left - right)]


LINEAR = replace(
    numbers(),
    sum=lambda parts: functools.reduce(operator.add, parts, 0),
    prod=_refuse,
    min=_refuse,
    max=_refuse,
    divide=lambda left, right: left * (1 / right),
    power=_refuse,
    functions=dict.fromkeys(("abs", "exp", "log", "sqrt", "sin", "cos", "tan"), _refuse),
    piecewise=_refuse,
    relation=_row,
    truth=_refuse,
    both=lambda parts: [row for part in parts for row in part],
    either=_refuse,
    negation=_refuse,
    implies=_refuse,
    iff=_refuse,
)


def solve(formulation, tables=()):
    """Solve a formulation that is linear throughout. Several objectives in order of priority."""
    data = resolve(formulation, tables)
    columns, lows, highs, whole = {}, [], [], []
    values = {variable.name: {} for variable in formulation.variables}
    for variable in formulation.variables:
        for key, (low, high) in data.bounds(variable.name).items():
            values[variable.name][key] = Line({len(columns): 1.0})
            columns[variable.name, key] = len(columns)
            lows.append(low)
            highs.append(high)
            whole.append(int(variable.domain.integral))
    point = Point(data, values, LINEAR)
    rows = []
    for constraint in formulation.constraints:
        row = Row(point, constraint.for_each, constraint.expression, logic=True)
        for combination in row.combinations():
            found = row(combination)
            if isinstance(found, bool):
                if not found:
                    return Optimum(None, {}, feasible=False)
                continue
            rows += found
    limits = [_limit(op, gap, len(columns)) for op, gap in rows]
    limits = [limit for limit in limits if limit is not True]
    if False in limits:
        return Optimum(None, {}, feasible=False)
    best, solution = None, None
    senses = [(item.sense, Row(point, None, item.expression)()) for item in formulation.objectives] or [("minimize", 0)]
    for sense, score in senses:
        sign = -1.0 if sense == "maximize" else 1.0
        cost = np.zeros(len(columns))
        for column, factor in getattr(score, "terms", {}).items():
            cost[column] = sign * factor
        solution = _milp(cost, limits, Bounds(lows, highs), whole)
        if solution.status == 2:
            return Optimum(None, {}, feasible=False)
        assert solution.status == 0, solution.message
        best = sign * float(solution.fun) + getattr(score, "constant", score)
        limits.append(LinearConstraint(cost, -np.inf, solution.fun + 1e-6 * max(1.0, abs(solution.fun))))
    found = {name: {key: float(solution.x[columns[name, key]]) for key in part} for name, part in values.items()}
    return Optimum(best if formulation.objectives else None, found)


def _milp(cost, limits, ends, whole):
    """Call HiGHS, which now and then gives up (status 4) with one set of options and not with another."""
    for options in ({"mip_rel_gap": 1e-9}, {"presolve": False}, {"mip_rel_gap": 1e-6}, {"mip_rel_gap": 1e-4}):
        solution = milp(cost, constraints=limits, bounds=ends, integrality=whole, options=options)
        if solution.status != 4:
            return solution
    raise Unsolved(solution.message)


def _limit(op, gap, width):
    """Return the row, or whether it holds if no variable is in it."""
    if not isinstance(gap, Line) or not any(gap.terms.values()):
        value = gap.constant if isinstance(gap, Line) else gap
        return {"<=": value <= TOLERANCE, ">=": value >= -TOLERANCE, "==": abs(value) <= TOLERANCE}[op]
    factors = np.zeros(width)
    for column, factor in gap.terms.items():
        factors[column] = factor
    low = -gap.constant if op in (">=", "==") else -np.inf
    high = -gap.constant if op in ("<=", "==") else np.inf
    return LinearConstraint(factors, low, high)
