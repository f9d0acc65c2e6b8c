"""The same model said as plainly as can be: what different modellers write differently without meaning a difference.

Only steps that keep the feasible set (up to variables that others define) and the objective: bounds said as rows become
bounds, fixed variables constants, parallel rows one row, variables defined by an equality are put in place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from optwright.solvers.standard import Label, StandardForm

TINY = 1e-9

Terms = dict[int, float]
"""Coefficients by column."""


@dataclass(slots=True)
class Row:
    """One row `lower <= sum terms + squares <= upper`; `squares` are keyed by ordered pairs of columns."""

    label: Label
    lower: float
    upper: float
    terms: Terms
    squares: dict[tuple[int, int], float] = field(default_factory=dict)


@dataclass(slots=True)
class Plain:
    """A model to be minimised, as rows and columns that can be changed one by one."""

    columns: dict[int, Label]
    lower: dict[int, float]
    upper: dict[int, float]
    integer: dict[int, bool]
    rows: list[Row]
    goal: Row | None
    """The objective, its constant as `lower` (and `upper`)."""


def plain(form: StandardForm) -> Plain:
    """Return a form without nonlinear instructions as rows, maximisation turned round. Raises ValueError."""
    if len(form.code.op) or form.special or len(form.goals) > 1:
        raise ValueError("nonlinear functions, special ordered sets and several objectives are not compared")
    rows = [_row(form, number) for number in range(form.height)]
    goal = None
    if form.goals:
        goal = _row(form, form.height)
        if form.goals[0].maximise:
            goal = _scaled(goal, -1.0)
    width = range(form.width)
    return Plain(
        columns=dict(enumerate(form.columns)),
        lower={column: float(form.lower[column]) for column in width},
        upper={column: float(form.upper[column]) for column in width},
        integer={column: bool(form.integer[column]) for column in width},
        rows=rows,
        goal=goal,
    )


def normalise(model: Plain, *, substitute: bool) -> Plain:
    """Simplify a model in place until nothing changes, and return it; `substitute` puts defined variables in place."""
    changed = True
    while changed:
        changed = _bounds_from_rows(model) or _without_fixed(model)
        changed = (substitute and _without_defined(model)) or changed
    _merge_parallel(model)
    return model


def _row(form: StandardForm, function: int) -> Row:
    part = slice(form.linear.start[function], form.linear.start[function + 1])
    terms: Terms = {}
    for column, value in zip(form.linear.index[part].tolist(), form.linear.value[part].tolist(), strict=True):
        terms[column] = terms.get(column, 0.0) + value
    part = slice(form.quadratic.start[function], form.quadratic.start[function + 1])
    pairs = zip(form.quadratic.first[part].tolist(), form.quadratic.second[part].tolist(), strict=True)
    squares = dict(zip(pairs, form.quadratic.value[part].tolist(), strict=True))
    if function < form.height:
        label, low, high = form.rows[function], form.row_lower[function], form.row_upper[function]
        return _clean(Row(label, float(low), float(high), terms, squares))
    constant = float(form.constant[function])
    return _clean(Row(Label(form.goals[0].name, ()), constant, constant, terms, squares))


def _clean(row: Row) -> Row:
    largest = max([abs(value) for value in (*row.terms.values(), *row.squares.values())], default=0.0)
    row.terms = {column: value for column, value in row.terms.items() if abs(value) > TINY * largest}
    row.squares = {pair: value for pair, value in row.squares.items() if abs(value) > TINY * largest}
    return row


def _scaled(row: Row, factor: float) -> Row:
    low, high = (row.lower, row.upper) if factor > 0 else (row.upper, row.lower)
    return Row(
        row.label,
        low * factor,
        high * factor,
        {column: value * factor for column, value in row.terms.items()},
        {pair: value * factor for pair, value in row.squares.items()},
    )


def _bounds_from_rows(model: Plain) -> bool:
    """Turn rows of one variable into its bounds, and drop rows without variables that hold or limit nothing."""
    kept: list[Row] = []
    impossible = None
    for row in model.rows:
        if row.squares or len(row.terms) > 1:
            if row.lower > -math.inf or row.upper < math.inf:
                kept.append(row)
        elif row.terms:
            ((column, value),) = row.terms.items()
            low, high = sorted((row.lower / value, row.upper / value))
            model.lower[column] = max(model.lower[column], low)
            model.upper[column] = min(model.upper[column], high)
        elif row.lower > TINY or row.upper < -TINY:
            impossible = row
    changed = len(kept) < len(model.rows)
    if impossible is not None:
        # 0 == 1 for all rows that no point can keep, however they say it.
        changed = changed and len(kept) + 1 < len(model.rows)
        kept.append(Row(impossible.label, 1.0, 1.0, {}))
    model.rows = kept
    for column, whole in model.integer.items():
        if whole:
            model.lower[column] = float(np.ceil(model.lower[column] - TINY))
            model.upper[column] = float(np.floor(model.upper[column] + TINY))
    return changed


def _without_fixed(model: Plain) -> bool:
    """Put the value of fixed variables in their place, and drop variables that nothing uses."""
    used = {column for row in _functions(model) for column in (*row.terms, *(c for pair in row.squares for c in pair))}
    gone = [
        column
        for column in model.columns
        if model.lower[column] == model.upper[column]
        # Bounds that exclude each other are all that says the model has no solution: such a variable stays.
        or (column not in used and model.lower[column] < model.upper[column])
    ]
    for column in gone:
        if column in used:
            _insert(model, column, {}, model.lower[column])
        _drop(model, column)
    return bool(gone)


def _without_defined(model: Plain) -> bool:
    """Put one variable in its place that an equality defines: the only one whose bounds that row implies."""
    for row in model.rows:
        if row.lower != row.upper or row.squares:
            continue
        free = [column for column in row.terms if _definable(model, row, column)]
        if len(free) != 1:
            continue
        column = free[0]
        factor = row.terms[column]
        rest = {other: -value / factor for other, value in row.terms.items() if other != column}
        constant = row.lower / factor
        model.rows = [other for other in model.rows if other is not row]
        _insert(model, column, rest, constant)
        _drop(model, column)
        return True
    return False


def _definable(model: Plain, row: Row, column: int) -> bool:
    """Say whether a column is continuous, in no square, and kept in its bounds by the rest of an equality."""
    if model.integer[column] or any(column in pair for item in _functions(model) for pair in item.squares):
        return False
    factor = row.terms[column]
    low = high = row.lower / factor
    for other, value in row.terms.items():
        if other != column:
            ends = sorted((-value / factor * model.lower[other], -value / factor * model.upper[other]))
            low, high = low + ends[0], high + ends[1]
    return low >= model.lower[column] - TINY and high <= model.upper[column] + TINY


def _insert(model: Plain, column: int, terms: Terms, constant: float) -> None:
    for row in _functions(model):
        value = row.terms.pop(column, 0.0)
        shift = value * constant
        for pair in [pair for pair in row.squares if column in pair]:
            square = row.squares.pop(pair)
            other = pair[0] if pair[1] == column else pair[1]
            if other == column:
                shift += square * constant * constant
            else:
                row.terms[other] = row.terms.get(other, 0.0) + square * constant
        for other, factor in terms.items():
            row.terms[other] = row.terms.get(other, 0.0) + value * factor
        sign = 1.0 if row is model.goal else -1.0
        row.lower += sign * shift
        row.upper += sign * shift
        _clean(row)


def _drop(model: Plain, column: int) -> None:
    for part in (model.columns, model.lower, model.upper, model.integer):
        del part[column]


def _functions(model: Plain) -> list[Row]:
    return model.rows if model.goal is None else [*model.rows, model.goal]


def _merge_parallel(model: Plain) -> None:
    """Scale every row to a largest coefficient of 1 and a positive first one; intersect rows that become alike."""
    merged: dict[object, Row] = {}
    for row in model.rows:
        values = [*(row.terms[column] for column in sorted(row.terms)), *(row.squares[p] for p in sorted(row.squares))]
        if not values:
            merged[row.label] = row
            continue
        scaled = _scaled(row, math.copysign(1.0, values[0]) / max(map(abs, values)))
        key = (_rounded(scaled.terms), _rounded(scaled.squares))
        if (other := merged.get(key)) is None:
            merged[key] = scaled
        else:
            other.lower, other.upper = max(other.lower, scaled.lower), min(other.upper, scaled.upper)
    model.rows = list(merged.values())


def _rounded(terms: dict[int, float] | dict[tuple[int, int], float]) -> frozenset[tuple[object, float]]:
    return frozenset((key, float(f"{value:.8g}")) for key, value in terms.items())
