"""Near-duplicates: the cosine of two texts' sets of three-word shingles, found through an inverted index."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

WIDTH = 3
THRESHOLD = 0.7
"""From this cosine on two texts are near-duplicates, as in ReSocratic (Yang et al., 2024)."""
_WORD = re.compile(r"\w+(?:[.,]\d+)*")


class Neighbour(NamedTuple):
    """The most similar text there is."""

    name: str
    cosine: float


def shingles(text: str) -> frozenset[int]:
    """Return the hashes of all runs of three words, case and punctuation left out; of all words in a shorter text."""
    words = _WORD.findall(text.lower())
    runs = zip(*(words[at:] for at in range(WIDTH)), strict=False) if len(words) >= WIDTH else [tuple(words)]
    return frozenset(zlib.crc32(" ".join(run).encode()) for run in runs)


class Index:
    """Texts by name, to be searched for the one most similar to another."""

    def __init__(self, texts: Iterable[tuple[str, str]] = ()) -> None:
        """Add texts given as pairs of name and text."""
        self._names: list[str] = []
        self._sizes: list[int] = []
        self._with: dict[int, list[int]] = defaultdict(list)
        for name, text in texts:
            self.add(name, text)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._names)

    def add(self, name: str, text: str) -> None:
        """Add a text."""
        own = shingles(text)
        for shingle in own:
            self._with[shingle].append(len(self._names))
        self._names.append(name)
        self._sizes.append(len(own))

    def nearest(self, text: str) -> Neighbour:
        """Return the most similar text; one without a name when none shares a shingle."""
        own = shingles(text)
        shared = Counter(place for shingle in own for place in self._with.get(shingle, ()))
        best = Neighbour("", 0.0)
        for place, count in shared.items():
            cosine = count / math.sqrt(len(own) * self._sizes[place])
            if cosine > best.cosine:
                best = Neighbour(self._names[place], cosine)
        return best


def alike(texts: Iterable[tuple[str, str]], threshold: float = THRESHOLD) -> Iterator[tuple[str, str]]:
    """Yield the pairs of names whose texts' cosine reaches the threshold; texts are given as name and text.

    Exact: of two sets that are alike enough, each has one of the other's rarest among its own rarest shingles, so that
    only those are looked up, and what is in every text costs nothing.
    """
    sets = [(name, shingles(text)) for name, text in texts]
    count = Counter(shingle for _, own in sets for shingle in own)
    places: dict[int, list[int]] = defaultdict(list)
    for place, (name, own) in enumerate(sets):
        rarest = sorted(own, key=lambda shingle: (count[shingle], shingle))
        least = max(1, math.ceil(threshold * threshold * len(own) - 1e-9))  # what they must share at the very least
        looked_up = rarest[: len(own) - least + 1]
        for other in {other for shingle in looked_up for other in places[shingle]}:
            near, known = sets[other]
            if len(own & known) >= threshold * math.sqrt(len(own) * len(known)) - 1e-9:
                yield near, name
        for shingle in looked_up:
            places[shingle].append(place)
