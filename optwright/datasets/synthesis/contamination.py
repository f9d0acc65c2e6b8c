"""Synthetic problems against the public benchmarks: none may be a near-duplicate of a test question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from optwright.datasets import registry
from optwright.datasets.sources import SOURCES
from optwright.datasets.synthesis.similarity import THRESHOLD, Index, Neighbour
from optwright.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Contamination:
    """What a data set was compared with, and the nearest there was."""

    benchmarks: tuple[str, ...]
    """Those that were at hand; empty when none was."""
    questions: int
    nearest: tuple[tuple[str, str, float], ...]
    """Synthetic id, benchmark id and cosine of the most similar pairs, the nearest first."""

    @property
    def clean(self) -> bool:
        """Whether no pair is a near-duplicate."""
        return not self.nearest or self.nearest[0][2] < THRESHOLD


def benchmark_index(folder: Path | None = None) -> tuple[Index, tuple[str, ...]]:
    """Return the questions of every benchmark at hand, in both versions, and the names of those benchmarks."""
    index, found = Index(), []
    for name in SOURCES:
        try:
            samples = registry.load(name, directory=folder)
        except DatasetError:
            continue
        found.append(name)
        for sample in samples:
            for text in {sample.corrected.question, sample.original.question}:
                index.add(sample.id, text)
    return index, tuple(found)


def contamination(texts: Iterable[tuple[str, str]], folder: Path | None = None, most: int = 10) -> Contamination:
    """Compare texts, given as pairs of id and text, with all benchmarks at hand."""
    index, names = benchmark_index(folder)
    near: list[tuple[str, Neighbour]] = [(name, index.nearest(text)) for name, text in texts]
    near.sort(key=lambda pair: -pair[1].cosine)
    return Contamination(
        names, len(index), tuple((own, other.name, round(other.cosine, 3)) for own, other in near[:most])
    )
