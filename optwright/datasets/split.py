"""Choosing and dividing samples, the same way every time, duplicates kept together."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from optwright.datasets.sample import Labels, Sample, digest
from optwright.datasets.synthesis.similarity import alike
from optwright.errors import DatasetError

PARTS = {"train": 0.5, "validation": 0.25, "test": 0.25}
"""How learning divides benchmarks: what was found on train is judged on validation; test only reports, at the end."""


def clusters(samples: Iterable[Sample], *, near: bool = False) -> dict[str, str]:
    """Map each id to the smallest id of its group of duplicates, by `duplicates` and by equal text (union-find).

    `near`: also by texts that are nearly the same, in either version.
    """
    members = sorted(samples, key=lambda sample: sample.id)
    parent = {sample.id: sample.id for sample in members}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def join(one: str, other: str) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    texts: dict[str, str] = {}
    for sample in members:
        join(sample.id, texts.setdefault(digest(sample.corrected.question), sample.id))
        for other in sample.duplicates:
            if other in parent:
                join(sample.id, other)
    if near:
        questions = ((sample.id, sample.version(labels).question) for sample in members for labels in Labels)
        for one, other in alike(dict.fromkeys(questions)):
            join(one, other)
    return {sample.id: root(sample.id) for sample in members}


def choose(samples: Sequence[Sample], *, ids: Sequence[str] = (), limit: int | None = None) -> list[Sample]:
    """Return the samples asked for: those with these ids, at most `limit` in all, spread evenly over benchmarks.

    Raises DatasetError for an id that is not there, a limit below 1, or nothing to choose from.
    """
    if not samples:
        raise DatasetError("there is no record to choose from: the files are empty")
    if limit is not None and limit < 1:
        raise DatasetError(f"--limit is {limit}; it must be at least 1")
    if ids:
        by_id = {sample.id: sample for sample in samples}
        if missing := [name for name in ids if name not in by_id]:
            raise DatasetError(f"no record {', '.join(missing[:5])} in what was loaded ({len(by_id)} records)")
        samples = [by_id[name] for name in dict.fromkeys(ids)]
    if limit is None or limit >= len(samples):
        return list(samples)
    queues: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        queues[sample.benchmark].append(sample)
    chosen: list[Sample] = []
    for turn in range(max(map(len, queues.values()))):
        chosen += [queue[turn] for queue in queues.values() if turn < len(queue)]
        if len(chosen) >= limit:
            break
    return chosen[:limit]


def divide(samples: Sequence[Sample], shares: Sequence[float], *, seed: int = 0) -> list[list[Sample]]:
    """Divide into parts of about these shares (summing to 1), by a hash of the duplicate group and the seed.

    No question has copies or near-duplicates in two parts, and a record's part does not depend on which others are
    present, unless they join its group. Raises ValueError when the shares do not sum to 1.
    """
    if abs(sum(shares) - 1) > 1e-9 or min(shares) < 0:
        raise ValueError(f"shares {list(shares)} must be non-negative and sum to 1")
    group = clusters(samples, near=True)
    parts: list[list[Sample]] = [[] for _ in shares]
    for sample in samples:
        parts[_part(f"{seed}:{group[sample.id]}", shares)].append(sample)
    return parts


def _part(key: str, shares: Sequence[float]) -> int:
    point = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
    for position, share in enumerate(shares):
        point -= share
        if point < 0:
            return position
    return len(shares) - 1
