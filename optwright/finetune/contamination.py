"""Whether a text is, or nearly is, a question of a public benchmark: such texts are for testing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from optwright.datasets import registry
from optwright.datasets.sample import digest
from optwright.datasets.sources import SOURCES
from optwright.errors import DatasetError

WORDS = 8
"""Length of the runs of words that are compared."""
SHARE = 0.4
"""Of a text's runs that may be a benchmark's before it counts as taken from there; numbers do not tell texts apart."""
_WORD = re.compile(r"[a-z]+|\d+")


class Benchmarks:
    """The questions of the benchmarks in a folder, ready to be compared with."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._digests: set[str] = set()
        self._runs: set[int] = set()
        for question in questions:
            self._digests.add(digest(question))
            self._runs |= _runs(question)

    def __len__(self) -> int:
        """How many different questions there are."""
        return len(self._digests)

    @classmethod
    def load(cls, folder: Path | None) -> Benchmarks:
        """Read every benchmark that the folder has; none gives an empty collection. Raises DatasetError."""
        questions: list[str] = []
        for name in SOURCES if folder is not None else ():
            try:
                samples = registry.load(name, directory=folder)
            except DatasetError as error:
                if "no such file" in str(error):
                    continue
                raise
            questions += [version.question for sample in samples for version in (sample.corrected, sample.original)]
        return cls(questions)

    def overlap(self, text: str) -> float:
        """Return the share of a text's runs of words that some benchmark question has; 1 for an equal text."""
        if digest(text) in self._digests:
            return 1.0
        runs = _runs(text)
        return len(runs & self._runs) / len(runs) if runs else 0.0

    def holds(self, text: str) -> bool:
        """Whether a text counts as taken from a benchmark."""
        return self.overlap(text) >= SHARE


def _runs(text: str) -> set[int]:
    words = ["#" if word[0].isdigit() else word for word in _WORD.findall(text.lower())]
    return {hash(tuple(words[start : start + WORDS])) for start in range(len(words) - WORDS + 1)}
