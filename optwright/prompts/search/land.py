"""The prompts of a pool as places: those that were tried, those that wait, and what a surrogate expects of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optwright.prompts.search.ledger import Entry
from optwright.prompts.search.surrogate import Floats, Surrogate

HOPE = 1.0
"""By how many standard deviations a prompt may exceed its expectation when it is asked whether it is worth a try."""


@dataclass(frozen=True)
class Land:
    """Points of shape (tried + waiting, d), the tried ones first; `values` of the tried ones, `noise` in each."""

    points: Floats
    values: Floats
    noise: float
    least: int
    """Values from which a surrogate is fitted."""

    @cached_property
    def surrogate(self) -> Surrogate | None:
        """Fitted to the tried points; None while they are too few or all the same."""
        if len(self.values) < self.least or np.ptp(self.values) == 0:
            return None
        return Surrogate(self.points[: len(self.values)], self.values, self.noise)

    @cached_property
    def _expected(self) -> tuple[Floats, Floats]:
        assert self.surrogate is not None
        return self.surrogate.expect(self.points)

    @property
    def waiting(self) -> range:
        """The rows that were not tried."""
        return range(len(self.values), len(self.points))

    @property
    def worthwhile(self) -> list[int]:
        """The waiting rows that may still be better than the best: expectation and hope reach that far."""
        if self.surrogate is None:
            return list(self.waiting)
        mean, spread = self._expected
        return [row for row in self.waiting if mean[row] + HOPE * spread[row] >= mean[self.summit]]

    @property
    def summit(self) -> int:
        """The tried row of the highest expectation, which is steadier than the highest score."""
        return int(np.argmax(self._expected[0][: len(self.values)]))

    def best(self, rows: Sequence[int]) -> int:
        """Return that of the rows that most is expected of."""
        return max(rows, key=lambda row: float(self._expected[0][row]))

    def nearest(self, place: Floats, rows: Sequence[int], count: int) -> list[int]:
        """Return the `count` rows nearest to a place."""
        apart = np.linalg.norm(self.points[list(rows)] - place, axis=1)
        return [rows[at] for at in np.argsort(apart, kind="stable")[:count]]


def noise(scored: Sequence[Entry]) -> float:
    """Return the variance of a mean score, from what neither the prompt nor the item alone accounts for.

    That is the residual of a two-way table, prompts by items; of one prompt alone, the variance over its items.
    """
    scores = [entry.score.items for entry in scored if entry.score]
    names = [name for name in scores[0] if all(name in items for items in scores)]
    table = np.asarray([[items[name] for name in names] for items in scores])
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return float(table.var() / max(1, columns))
    left = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    return float(np.square(left).sum() / ((rows - 1) * (columns - 1) * columns))
