"""The order in which records are trained on: decided once, so that a run that goes on sees what it would have seen."""

from __future__ import annotations

import random
from collections.abc import Sequence

CHUNK = 32
"""Batches within which records of like length are put together: little padding, much chance."""


def arrange(lengths: Sequence[int], stages: Sequence[int], *, epochs: int, batch: int, seed: int) -> list[int]:
    """Return positions in the order of training, every record once an epoch.

    Stage after stage, each shuffled anew in every epoch; within `CHUNK` batches sorted by length into batches, which
    are shuffled again.
    """
    order: list[int] = []
    for stage in sorted(set(stages)):
        members = [position for position, its in enumerate(stages) if its == stage]
        for epoch in range(epochs):
            chance = random.Random(f"{seed}:{stage}:{epoch}")
            order += _epoch(chance.sample(members, len(members)), lengths, batch, chance)
    return order


def _epoch(shuffled: Sequence[int], lengths: Sequence[int], batch: int, chance: random.Random) -> list[int]:
    arranged: list[int] = []
    for start in range(0, len(shuffled), batch * CHUNK):
        chunk = sorted(shuffled[start : start + batch * CHUNK], key=lambda position: lengths[position])
        batches = [chunk[first : first + batch] for first in range(0, len(chunk), batch)]
        last = [batches.pop()] if len(batches[-1]) < batch else []  # a short one in between would shift all others
        chance.shuffle(batches)
        arranged += [position for members in [*batches, *last] for position in members]
    return arranged
