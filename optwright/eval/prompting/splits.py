"""Which items are searched on, which decide, and which only report: three parts that share no problem."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from optwright.datasets.sample import Labels, Sample
from optwright.datasets.split import PARTS, choose, clusters, divide
from optwright.errors import InputError
from optwright.eval.metrics import once


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many items of each part at most; None: all."""

    train: int | None = 40
    validation: int | None = 100
    test: int | None = 200


@dataclass(frozen=True, slots=True)
class Splits:
    """The three parts, each in the order in which its items are tried."""

    train: list[Sample]
    validation: list[Sample]
    test: list[Sample]

    @property
    def all(self) -> list[Sample]:
        """Every item of the run."""
        return [*self.train, *self.validation, *self.test]


def split(samples: Sequence[Sample], labels: Labels, sizes: Sizes = Sizes(), *, seed: int = 0) -> Splits:
    """Divide as all of Optwright's learning does, so that what is test for one is test for the other.

    Copies and near-duplicates stay together, and of each group one item is kept, that with the smallest id. `seed`
    draws which items are taken and orders them, spread evenly over the benchmarks; it moves none to another part.
    Items without an answer to judge by are left out. Raises InputError where a part would be empty.
    """
    group = clusters(samples, near=True)
    found = []
    for part, size in zip(
        divide(samples, list(PARTS.values())), (sizes.train, sizes.validation, sizes.test), strict=True
    ):
        scorable = [one for one in part if one.version(labels).label is not None]
        distinct = once(sorted(scorable, key=lambda one: one.id), lambda one: group[one.id])
        random.Random(f"{seed}/items").shuffle(distinct)
        found.append(choose(distinct, limit=size) if distinct else [])
    for name, part in zip(PARTS, found, strict=True):
        if not part:
            raise InputError(
                f"no problem with an answer is left for {name}: {len(samples)} records, {len(set(group.values()))} of "
                "them different, are too few to divide; give more of them"
            )
    return Splits(*found)
