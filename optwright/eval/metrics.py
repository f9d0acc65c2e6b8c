"""Figures with their uncertainty: intervals, pass@k, vote@k, calibration, paired tests. Nothing but numbers here."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Answer = TypeVar("Answer")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate or mean with its confidence interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        """Return plain JSON data, rounded to six digits."""
        return {name: round(getattr(self, name), 6) for name in self.__slots__}


def wilson(successes: float, trials: int, *, level: float = 0.95) -> Interval | None:
    """Wilson's score interval of a proportion; None without trials."""
    if trials == 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return Interval(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def bootstrap(values: Sequence[float], *, level: float = 0.95, rounds: int = 10_000, seed: int = 0) -> Interval | None:
    """Percentile bootstrap interval of the mean over items; None without items."""
    if not values:
        return None
    data: Floats = np.asarray(values, dtype=np.float64)
    means = _resampled_means(data, rounds, np.random.default_rng(seed))
    tail = (1 - level) / 2
    return Interval(float(data.mean()), float(np.quantile(means, tail)), float(np.quantile(means, 1 - tail)))


def _resampled_means(data: Floats, rounds: int, generator: np.random.Generator) -> Floats:
    block = max(1, 4_000_000 // len(data))
    parts = [
        data[generator.integers(0, len(data), (min(block, rounds - start), len(data)))].mean(axis=1)
        for start in range(0, rounds, block)
    ]
    return np.concatenate(parts)


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The unbiased estimate of at least one right among k, from `samples` tries (Chen et al. 2021, arXiv:2107.03374).

    Raises ValueError unless 1 <= k <= samples and 0 <= correct <= samples.
    """
    if not 1 <= k <= samples or not 0 <= correct <= samples:
        raise ValueError(f"pass@{k} of {correct} right in {samples} samples is not defined")
    if samples - correct < k:
        return 1.0
    return 1.0 - math.prod((samples - correct - i) / (samples - i) for i in range(k))


def vote(answers: Sequence[Answer | None], agree: Callable[[Answer, Answer], bool]) -> int | None:
    """Return the position of the first member of the largest group of agreeing answers; None if all are None.

    Groups form greedily around their first member; of equally large ones the earliest wins. No gold answer is seen.
    """
    groups: list[list[int]] = []
    for position, answer in enumerate(answers):
        if answer is None:
            continue
        for group in groups:
            head = answers[group[0]]
            if head is not None and agree(head, answer):
                group.append(position)
                break
        else:
            groups.append([position])
    return max(groups, key=len)[0] if groups else None


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability plot."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> list[Bin]:
    """Return the non-empty bins of equal width over [0, 1]; a confidence of 1 belongs to the last."""
    found = []
    for number in range(bins):
        members = [
            (said, hit)
            for said, hit in zip(confidences, right, strict=True)
            if min(int(said * bins), bins - 1) == number
        ]
        if members:
            count = len(members)
            mean = sum(said for said, _ in members) / count
            share = sum(hit for _, hit in members) / count
            found.append(Bin(number / bins, (number + 1) / bins, count, mean, share))
    return found


def calibration_error(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float | None:
    """Expected calibration error (Guo et al. 2017, arXiv:1706.04599); None without items."""
    if not confidences:
        return None
    parts = reliability(confidences, right, bins=bins)
    return sum(part.count * abs(part.accuracy - part.confidence) for part in parts) / len(confidences)


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided McNemar p-value: a binomial test at 1/2 on the items where exactly one run is right."""
    total, smaller = only_first + only_second, min(only_first, only_second)
    if total == 0:
        return 1.0
    tail: float = sum(math.comb(total, i) for i in range(smaller + 1)) / 2**total
    return min(1.0, 2 * tail)


def sign_test(more: int, fewer: int) -> float:
    """Return the one-sided exact p-value of seeing `more` flips one way and `fewer` the other by chance."""
    total = more + fewer
    if total == 0:
        return 1.0
    return float(sum(math.comb(total, count) for count in range(more, total + 1)) / 2**total)


def looks(count: int, first: int) -> list[int]:
    """Return the sizes at which a growing sample of `count` items is looked at: `first`, then twice as many each."""
    sizes = []
    size = first
    while size < count:
        sizes.append(size)
        size *= 2
    return [*sizes, count] if count else []


def once(items: Sequence[Item], group: Callable[[Item], Hashable]) -> list[Item]:
    """Return the first item of each group, in order: duplicates count once."""
    first: dict[Hashable, Item] = {}
    for item in items:
        first.setdefault(group(item), item)
    return list(first.values())
