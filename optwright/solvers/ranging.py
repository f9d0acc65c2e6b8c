"""How far a linear model's numbers can go before its optimal plan or its prices are others: HiGHS's ranging.

One number at a time, all others as they are. At a degenerate optimum the ranges belong to the basis that was found and
may be narrower than the truth.
"""

from __future__ import annotations

import math
import time

import highspy
import numpy as np

from optwright.outcome import Range, Ranges, Ranging
from optwright.solvers.highs import load
from optwright.solvers.options import SolveOptions
from optwright.solvers.standard import Floats, Label, StandardForm

INFINITE = 1e20
"""From here on a range has no end."""


def ranging(form: StandardForm, options: SolveOptions, seconds: float, *, factor: float = 1.0) -> Ranging | None:
    """Return the ranges of a linear form without whole variables; None where its optimum is not found in the time.

    `factor` is what the form's objective was multiplied by, to be taken out again.
    """
    deadline = time.perf_counter() + seconds
    try:
        instance = load(form, options, seconds)
    except ValueError:
        return None
    instance.run()
    if instance.getModelStatus() != highspy.HighsModelStatus.kOptimal or time.perf_counter() > deadline:
        return None
    status, found = instance.getRanging()
    if status != highspy.HighsStatus.kOk or not found.valid:
        return None
    height, width = form.height, form.width
    costs = np.zeros(width)
    part = slice(form.linear.start[height], form.linear.start[height + 1])
    np.add.at(costs, form.linear.index[part], form.linear.value[part])
    active = np.abs(np.array(instance.getSolution().row_dual)) > 1e-9
    ends = [np.array(record.value_[:height])[active] for record in (found.row_bound_dn, found.row_bound_up)]
    rows = tuple(row for row, tight in zip(form.rows, active, strict=True) if tight)
    down, up = (np.array(record.value_[:width]) / factor for record in (found.col_cost_dn, found.col_cost_up))
    return Ranging(
        costs=_ranges(form.columns, costs / factor, down, up),
        limits=_ranges(rows, _limit(form, instance)[active], *ends),
    )


def _limit(form: StandardForm, instance: highspy.Highs) -> Floats:
    """Return the side of each row at which it stands."""
    value = np.array(instance.getSolution().row_value, dtype=np.float64)
    low = np.abs(value - form.row_lower)
    high = np.abs(form.row_upper - value)
    return np.where(low <= high, form.row_lower, form.row_upper)


def _ranges(labels: tuple[Label, ...], now: Floats, down: Floats, up: Floats) -> Ranges:
    """Return for each label how far its number can fall and rise."""
    ranges: Ranges = {}
    for (name, key), value, low, high in zip(labels, now, down, up, strict=True):
        if math.isfinite(value):
            ends = Range(float(value), _distance(value - low), _distance(high - value))
            ranges.setdefault(name, {})[key] = ends
    return ranges


def _distance(value: float) -> float | None:
    return None if not math.isfinite(value) or abs(value) >= INFINITE else max(0.0, float(value)) + 0.0
