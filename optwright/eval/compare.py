"""Two runs over the same items: the paired difference, its significance, and which items flipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from optwright.datasets.sample import Labels
from optwright.errors import InputError
from optwright.eval.folder import RunFolder
from optwright.eval.judged import Judged, judge, split_by
from optwright.eval.metrics import Interval, bootstrap, mcnemar, once


@dataclass(frozen=True, slots=True)
class Paired:
    """The comparison of one group of items, A against B. Counts are of first attempts under the strict rule."""

    n: int
    correct_a: int
    correct_b: int
    only_a: tuple[str, ...]
    """Ids that only A has right."""
    only_b: tuple[str, ...]
    p_value: float
    """Exact McNemar, two-sided, of the first attempts."""
    difference: Interval | None
    """Accuracy of B minus that of A over all attempts, bootstrap over items."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        data = {name: getattr(self, name) for name in self.__slots__}
        return {**data, "difference": self.difference and self.difference.to_json()}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, pooled (duplicates once) and by benchmark."""

    pooled: Paired
    benchmarks: dict[str, Paired]
    only_in_a: int
    """Items scored in A alone, which the comparison leaves out."""
    only_in_b: int

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        groups = {name: paired.to_json() for name, paired in self.benchmarks.items()}
        apart = {"only_in_a": self.only_in_a, "only_in_b": self.only_in_b}
        return {"pooled": self.pooled.to_json(), "benchmarks": groups, **apart}


def compare(first: RunFolder, second: RunFolder, labels: Labels | None = None) -> Comparison:
    """Compare two runs on the items that both scored, with the same text asked.

    `labels` defaults to the version of the first run. Raises InputError when they share nothing.
    """
    version = labels or Labels(first.config()["labels"])
    a, b = (_scored(folder, version) for folder in (first, second))
    shared = [name for name in a if name in b and a[name].item.question_sha256 == b[name].item.question_sha256]
    if not shared:
        raise InputError(f"{first.path} and {second.path} have no scored item with the same text in common")
    pairs = [(a[name], b[name]) for name in shared]
    names = split_by([pair[0] for pair in pairs], lambda item: item.benchmark)
    groups = {name: paired([pair for pair in pairs if pair[0].item.benchmark == name]) for name in names}
    pooled = paired(once(pairs, lambda pair: pair[0].item.group))
    return Comparison(pooled, groups, len(a) - len(shared), len(b) - len(shared))


def paired(pairs: Sequence[tuple[Judged, Judged]]) -> Paired:
    """Compare the two sides of each pair."""
    only_a = tuple(a.item.id for a, b in pairs if a.right() and not b.right())
    only_b = tuple(a.item.id for a, b in pairs if b.right() and not a.right())
    gaps = [b.hits / len(b.predictions) - a.hits / len(a.predictions) for a, b in pairs]
    return Paired(
        len(pairs),
        sum(a.right() for a, _ in pairs),
        sum(b.right() for _, b in pairs),
        only_a,
        only_b,
        mcnemar(len(only_a), len(only_b)),
        bootstrap(gaps),
    )


def _scored(folder: RunFolder, labels: Labels) -> dict[str, Judged]:
    judged = judge(folder.items(), folder.records(), labels)
    return {entry.item.id: entry for entry in judged if entry.scored}
