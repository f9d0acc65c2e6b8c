"""Variable bounds tightened by linear rows: a few rounds of bound propagation on all rows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optwright.formulation.lowering.form import Box, Form

ROUNDS = 10
WORTH = 1e-6
"""A finite bound is replaced only by one better by this share of its distance, so that slow convergence ends."""
ROOM = 1e-6
"""What a bound of a whole number may miss the next whole number by."""
HUGE = 1e15
"""A bound beyond this comes from a row that says nothing."""

Vector = NDArray[np.float64]


class Rows:
    """Rows `sum of factors times columns <= limit`, kept as flat arrays."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.columns: list[int] = []
        self.factors: list[float] = []
        self.limits: list[float] = []

    def add(self, gap: Form) -> None:
        """Add the row that says the gap is at most 0; what is not linear in it counts with its lowest value."""
        limit = -gap.constant - gap.rest.lo
        entries = [(column, factor) for column, factor in gap.terms.items() if factor]
        if not entries or not np.isfinite(limit):
            return
        self.starts.append(len(self.columns))
        self.columns += [column for column, _ in entries]
        self.factors += [factor for _, factor in entries]
        self.limits.append(limit)


def tighten(box: Box, rows: Rows) -> list[tuple[float, float]]:
    """Return tighter bounds for each column. Rows that cannot be met leave their columns as they were."""
    if not rows.starts:
        return list(zip(box.lows, box.highs, strict=True))
    lows, highs = np.array(box.lows), np.array(box.highs)
    integral = np.array(box.integral)
    columns, factors = np.array(rows.columns), np.array(rows.factors)
    starts, limits = np.array(rows.starts), np.array(rows.limits)
    counts = np.diff(np.append(starts, len(columns)))
    row_of = np.repeat(np.arange(len(starts)), counts)
    rising = factors > 0
    for _ in range(ROUNDS):
        least = factors * np.where(rising, lows[columns], highs[columns])
        open_ = ~np.isfinite(least)
        finite = np.where(open_, 0.0, least)
        sums, opens = np.add.reduceat(finite, starts), np.add.reduceat(open_.astype(int), starts)
        others = opens[row_of] - open_
        ends = (limits[row_of] - (sums[row_of] - finite)) / factors
        ends = np.where((others == 0) & (np.abs(ends) < HUGE), ends, np.where(rising, np.inf, -np.inf))
        new_lows, new_highs = lows.copy(), highs.copy()
        np.minimum.at(new_highs, columns[rising], ends[rising])
        np.maximum.at(new_lows, columns[~rising], ends[~rising])
        new_lows = np.where(integral, np.ceil(new_lows - ROOM), new_lows)
        new_highs = np.where(integral, np.floor(new_highs + ROOM), new_highs)
        changed = _accept(lows, highs, new_lows, new_highs)
        if not changed:
            break
    return list(zip(lows.tolist(), highs.tolist(), strict=True))


def _accept(lows: Vector, highs: Vector, new_lows: Vector, new_highs: Vector) -> bool:
    """Take over, in place, the bounds that are worth it and do not cross; say whether there were any."""
    possible = new_lows <= new_highs
    width = np.where(np.isfinite(highs - lows), highs - lows, np.inf)
    with np.errstate(invalid="ignore"):
        up = possible & ((new_lows > lows + WORTH * width) | (np.isinf(lows) & np.isfinite(new_lows)))
        down = possible & ((new_highs < highs - WORTH * width) | (np.isinf(highs) & np.isfinite(new_highs)))
    up |= possible & (new_lows > lows) & np.isinf(width) & np.isfinite(lows)
    down |= possible & (new_highs < highs) & np.isinf(width) & np.isfinite(highs)
    lows[up] = new_lows[up]
    highs[down] = new_highs[down]
    return bool(up.any() or down.any())
