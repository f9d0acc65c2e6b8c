"""The smallest total relaxation of a model without solution: rows give way first, bounds if nothing else helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from optwright.outcome import Key
from optwright.solvers.answer import Answer
from optwright.solvers.standard import Floats, Goal, Ints, Label, Linear, Quadratic, StandardForm, Starts

Solve = Callable[[StandardForm, float], Answer]
"""Solves a form within so many seconds."""

SMALLEST = 1e-7
"""Amounts up to here, relative to the largest, are the solver's tolerance and no relaxation."""


def relaxation(form: StandardForm, solve: Solve, seconds: float) -> tuple[tuple[str, Key, float], ...]:
    """Return by how much to relax which rows, smallest total first found; empty when time runs out.

    Where the bounds of the variables exclude every point by themselves, they are relaxed as well, each under its
    variable's name.
    """
    for candidate in (form, bounds_as_rows(form)):
        stretched, owners = elastic(candidate)
        answer = solve(stretched, seconds)
        if answer.point is None:
            continue
        slack = np.bincount(owners, weights=answer.point[form.width :], minlength=candidate.height)
        amounts = slack.astype(np.float64) + _crossing(candidate)
        least = SMALLEST * max(1.0, float(amounts.max(initial=0.0)))
        return tuple((*candidate.rows[row], float(amounts[row])) for row in np.flatnonzero(amounts > least))
    return ()


def elastic(form: StandardForm) -> tuple[StandardForm, Ints]:
    """Return the form with a nonnegative slack for each finite side of each row, their sum to be minimised.

    The slacks are columns `form.width` onwards; the second value says which row each belongs to.
    """
    below, above = np.flatnonzero(np.isfinite(form.row_lower)), np.flatnonzero(np.isfinite(form.row_upper))
    owners = np.concatenate([below, above]).astype(np.int32)
    signs = np.concatenate([np.ones(len(below)), -np.ones(len(above))])
    count = len(owners)
    slacks = np.arange(form.width, form.width + count, dtype=np.int32)
    base = form.without_goals()
    height = base.height
    # A row whose lower limit is above its upper one gives way by their difference, plus what lies outside of them.
    low, high = np.minimum(form.row_lower, form.row_upper), np.maximum(form.row_lower, form.row_upper)
    rows = with_entries(base.linear, height + 1, np.concatenate([owners, np.full(count, height)]),
                        np.concatenate([slacks, slacks]), np.concatenate([signs, np.ones(count)]))  # fmt: skip
    stretched = replace(
        base,
        columns=form.columns + tuple(Label("", (number,)) for number in range(count)),
        goals=(Goal("", maximise=False),),
        lower=np.concatenate([form.lower, np.zeros(count)]),
        upper=np.concatenate([form.upper, np.full(count, np.inf)]),
        integer=np.concatenate([form.integer, np.zeros(count, dtype=np.bool_)]),
        row_lower=low,
        row_upper=high,
        constant=np.concatenate([base.constant, [0.0]]),
        linear=rows,
        quadratic=replace(base.quadratic, start=_extended(base.quadratic.start)),
        code=replace(base.code, start=_extended(base.code.start)),
    )
    return stretched, owners


def bounds_as_rows(form: StandardForm) -> StandardForm:
    """Return the form with every finite bound of a column written as a row of the column's name, the column free."""
    bounded = np.flatnonzero(np.isfinite(form.lower) | np.isfinite(form.upper))
    base = form.without_goals()
    height, count = base.height, len(bounded)
    functions = np.arange(height, height + count)
    empty_quadratic = Quadratic(
        _extended(base.quadratic.start, count), base.quadratic.first, base.quadratic.second, base.quadratic.value
    )
    return replace(
        base,
        rows=form.rows + tuple(form.columns[column] for column in bounded),
        lower=np.full(form.width, -np.inf),
        upper=np.full(form.width, np.inf),
        row_lower=np.concatenate([form.row_lower, form.lower[bounded]]),
        row_upper=np.concatenate([form.row_upper, form.upper[bounded]]),
        constant=np.concatenate([base.constant, np.zeros(count)]),
        linear=with_entries(base.linear, height + count, functions, bounded, np.ones(count)),
        quadratic=empty_quadratic,
        code=replace(base.code, start=_extended(base.code.start, count)),
    )


def with_entries(
    linear: Linear, functions: int, owners: Starts | Ints, columns: Starts | Ints, values: Floats
) -> Linear:
    """Return linear parts with more entries, for `functions` functions in all."""
    old = np.repeat(np.arange(len(linear.start) - 1), np.diff(linear.start))
    owner = np.concatenate([old, owners])
    order = np.argsort(owner, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=functions))]).astype(np.int64)
    index = np.concatenate([linear.index, np.asarray(columns, dtype=np.int32)])[order]
    return Linear(start, index, np.concatenate([linear.value, values])[order])


def _crossing(form: StandardForm) -> Floats:
    crossed = form.row_lower > form.row_upper
    return np.where(crossed, np.where(crossed, form.row_lower, 0.0) - np.where(crossed, form.row_upper, 0.0), 0.0)


def _extended(start: Starts, count: int = 1) -> Starts:
    return np.concatenate([start, np.full(count, start[-1], dtype=np.int64)])
