"""The standard form: a whole model as arrays, the one thing that solvers, checks and diagnosis work on.

A form has n columns, m rows and k objectives. Rows and objectives alike are *functions*, numbered 0..m-1 and m..m+k-1:

    f(x) = constant + sum linear * x[index] + sum value * x[first] * x[second] + code(x)

`start` arrays of length m+k+1 say where each function's part begins. Nothing in here needs Pyomo.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optwright.errors import OptwrightError
from optwright.outcome import Key
from optwright.solvers.nonlinear import Code

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Starts = NDArray[np.int64]
Bools = NDArray[np.bool_]

INFINITE = 1e20
"""From here on a bound counts as none, in HiGHS and SCIP alike."""


LARGEST = 1e15
"""Largest coefficient, constant or exponent: beyond it the solvers' arithmetic is noise, and SCIP has crashed."""


SIZES = f"every number must be finite and at most {LARGEST:g}, better below 1e7: choose other units"


class ExportError(OptwrightError):
    """A model cannot be put into standard form; the message names the component and the remedy."""


class Label(NamedTuple):
    """The component and index that a column or row is known by."""

    name: str
    key: Key

    @property
    def plain(self) -> tuple[str, Key]:
        """The label as an outcome holds it."""
        return self.name, self.key


class Goal(NamedTuple):
    """One objective's name and sense."""

    name: str
    maximise: bool


@dataclass(frozen=True, slots=True)
class Linear:
    """Linear parts of all functions, row by row."""

    start: Starts
    index: Ints
    value: Floats

    def take(self, functions: Starts) -> Linear:
        """Return the parts of some functions, in that order."""
        where, start = gather(self.start, functions)
        return Linear(start, self.index[where], self.value[where])


@dataclass(frozen=True, slots=True)
class Quadratic:
    """Quadratic parts: `value * x[first] * x[second]`, each pair once, first <= second."""

    start: Starts
    first: Ints
    second: Ints
    value: Floats

    def take(self, functions: Starts) -> Quadratic:
        """Return the parts of some functions, in that order."""
        where, start = gather(self.start, functions)
        return Quadratic(start, self.first[where], self.second[where], self.value[where])


class SpecialSet(NamedTuple):
    """A special ordered set: of its columns, in order of weight, only `kind` (1 or 2, adjacent) may be nonzero."""

    label: Label
    kind: int
    columns: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StandardForm:
    """A model as data. Bounds may be infinite; every other number is finite."""

    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    goals: tuple[Goal, ...]
    lower: Floats
    upper: Floats
    integer: Bools
    row_lower: Floats
    row_upper: Floats
    constant: Floats
    linear: Linear
    quadratic: Quadratic
    code: Code
    special: tuple[SpecialSet, ...] = ()
    fixed: tuple[tuple[Label, float], ...] = ()
    """Variables fixed by the model: constants here, reported with the values of the others."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @property
    def height(self) -> int:
        """Number of rows, objectives not counted."""
        return len(self.rows)

    def take_rows(self, rows: Sequence[int] | Starts) -> StandardForm:
        """Return the form with only these rows; columns and objectives stay."""
        kept = np.asarray(rows, dtype=np.int64)
        functions = np.concatenate([kept, np.arange(self.height, self.height + len(self.goals))])
        return replace(
            self,
            rows=tuple(self.rows[row] for row in kept),
            row_lower=self.row_lower[kept],
            row_upper=self.row_upper[kept],
            constant=self.constant[functions],
            linear=self.linear.take(functions),
            quadratic=self.quadratic.take(functions),
            code=self.code.take(functions),
        )

    def stage(self, goal: int, kept: Sequence[tuple[float, float]]) -> StandardForm:
        """Return the form with one objective, the first `len(kept)` ones held within the given limits as rows."""
        height = self.height
        order = [*range(height), *range(height, height + len(kept)), height + goal]
        functions = np.asarray(order, dtype=np.int64)
        held = height + len(kept)
        constant = self.constant[functions]
        limits = np.asarray(kept, dtype=np.float64).reshape(-1, 2) - constant[height:held, None]
        constant[height:held] = 0.0
        return replace(
            self,
            rows=self.rows + tuple(Label(item.name, ()) for item in self.goals[: len(kept)]),
            goals=(self.goals[goal],),
            row_lower=np.concatenate([self.row_lower, limits[:, 0]]),
            row_upper=np.concatenate([self.row_upper, limits[:, 1]]),
            constant=constant,
            linear=self.linear.take(functions),
            quadratic=self.quadratic.take(functions),
            code=self.code.take(functions),
        )

    def without_goals(self) -> StandardForm:
        """Return the same feasible set with nothing to optimise."""
        functions = np.arange(self.height, dtype=np.int64)
        return replace(
            self,
            goals=(),
            constant=self.constant[functions],
            linear=self.linear.take(functions),
            quadratic=self.quadratic.take(functions),
            code=self.code.take(functions),
        )


def gather(start: Starts, functions: Starts) -> tuple[Starts, Starts]:
    """Return the positions of some functions' entries, one after the other, and the new starts."""
    first, length = start[functions], start[functions + 1] - start[functions]
    begin = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    where = np.arange(begin[-1], dtype=np.int64) + np.repeat(first - begin[:-1], length)
    return where, begin


def functions_at(form: StandardForm, point: Floats) -> tuple[Floats, Floats]:
    """Return each function's value at a point and the size of its largest term, both of length m+k.

    A value that does not exist there (the logarithm of a negative number) is NaN.
    """
    linear = form.linear.value * point[form.linear.index]
    quadratic = form.quadratic.value * point[form.quadratic.first] * point[form.quadratic.second]
    count = len(form.constant)
    value, scale = form.constant.copy(), np.abs(form.constant)
    for terms, start in ((linear, form.linear.start), (quadratic, form.quadratic.start)):
        owner = np.repeat(np.arange(count), np.diff(start))
        value += np.bincount(owner, weights=terms, minlength=count)
        np.maximum.at(scale, owner, np.abs(terms))
    for function in form.code.functions():
        curved = form.code.evaluate(function, point)
        value[function] += curved
        scale[function] = max(scale[function], abs(curved)) if math.isfinite(curved) else scale[function]
    return value, scale
