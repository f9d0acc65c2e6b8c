"""What a solver said of a standard form, before anybody believes it, and the check of its point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optwright.outcome import Failure, Termination
from optwright.solvers.standard import Floats, StandardForm, functions_at

FEASIBLE = 1e-6
"""Violation accepted, relative to 1 + the largest term of the row; the solvers' own tolerance."""

GROSS = 1e-5
"""Violation beyond which a point is not reported as a solution."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One solver's answer: its point, and its dual values where the problem class has them."""

    termination: Termination
    point: Floats | None = None
    bound: float | None = None
    duals: Floats | None = None
    """One a row: change of the objective per unit of right-hand side, whatever the sense."""
    reduced_costs: Floats | None = None
    ray: Floats | None = None
    """For an unbounded linear model: a direction along which it improves for ever."""
    log_tail: str = ""
    failure: Failure | None = None
    message: str = ""
    nodes: int = 0
    """Of the branch-and-bound tree."""
    iterations: int = 0
    """Of linear programs: simplex, interior point and active set together."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A point moved into its bounds and onto whole numbers, and how well it keeps the rows."""

    point: Floats
    functions: Floats
    """Value of each row and objective there."""
    violation: float
    """Largest violation, relative to 1 + the largest term of its row."""
    worst: int | None
    """The row of that violation, None when no row is violated at all."""


def settle(form: StandardForm, point: Floats) -> Settled:
    """Clip a solver's point to the bounds, round its whole variables, and evaluate every function there.

    NaN functions count as infinitely violated.
    """
    rounded = np.where(form.integer, np.round(point), point) + 0.0
    clipped = np.clip(rounded, form.lower, form.upper)
    value, scale = functions_at(form, clipped)
    excess = violations(form, value) / (1.0 + scale[: form.height])
    special = max((_special_violation(clipped[list(item.columns)], item.kind) for item in form.special), default=0.0)
    worst = int(np.argmax(excess)) if form.height else None
    if worst is not None and excess[worst] <= 0.0:
        worst = None
    largest = max(float(excess[worst]) if worst is not None else 0.0, special)
    if np.isnan(value[form.height :]).any():
        largest = float("inf")
    return Settled(clipped, value, largest, worst)


def violations(form: StandardForm, value: Floats) -> Floats:
    """Return by how much each row is outside its limits, 0 inside, infinity where it has no value."""
    rows = value[: form.height]
    over = np.maximum(np.maximum(rows - form.row_upper, form.row_lower - rows), 0.0)
    return np.where(np.isnan(rows), np.inf, over)


def slacks(form: StandardForm, value: Floats) -> Floats:
    """Return each row's distance to its nearer finite side, negative where violated, infinite without a side."""
    rows = value[: form.height]
    return np.asarray(np.minimum(form.row_upper - rows, rows - form.row_lower), dtype=np.float64)


def _special_violation(values: Floats, kind: int) -> float:
    nonzero = np.flatnonzero(np.abs(values) > GROSS)
    if len(nonzero) <= 1 or (kind == 2 and len(nonzero) == 2 and nonzero[1] - nonzero[0] == 1):
        return 0.0
    return float(np.sort(np.abs(values))[-2])
