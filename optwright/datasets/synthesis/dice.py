"""Everything random about an instance: one seeded source of numbers, names and choices."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Range(NamedTuple):
    """From `least` to `most`, both ends included."""

    least: int
    most: int


class Dice:
    """A seeded source for one instance.

    Args:
        seed: equal seeds and ranges give equal instances.
        knobs: the range in force for each knob of the family.
        sector: the field of business that names come from, one of `sectors()`; drawn when not given.
    """

    def __init__(self, seed: int | str, knobs: Mapping[str, Range], sector: str | None = None) -> None:
        self._random = random.Random(str(seed))
        self._seed = seed
        self._knobs = knobs
        self.sector = sector or self.pick(sectors())
        self.drawn: dict[str, int] = {}
        """What came of each knob."""
        self.native = True
        """Whether all names so far are of the sector's own."""

    def apart(self, purpose: str) -> random.Random:
        """Return another source of the same seed, which does not move with what is drawn here."""
        return random.Random(f"{self._seed}/{purpose}")

    def knob(self, name: str) -> int:
        """Draw a size or feature of the family; drawn once, the same afterwards."""
        if name not in self.drawn:
            self.drawn[name] = self._random.randint(*self._knobs[name])
        return self.drawn[name]

    def whole(self, least: int, most: int, step: int = 1) -> int:
        """Return a whole multiple of `step` between the two ends."""
        return self._random.randint(-(-least // step), most // step) * step

    def real(self, least: float, most: float, digits: int = 1) -> float:
        """Return a number with that many decimals."""
        return round(self._random.uniform(least, most), digits)

    def chance(self, share: float) -> bool:
        """Return true for that share of the draws."""
        return self._random.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of them."""
        return self._random.choice(choices)

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Return that many different ones, in their order."""
        kept = sorted(self._random.sample(range(len(choices)), count))
        return [choices[number] for number in kept]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return them in another order."""
        return self._random.sample(items, len(items))

    def names(self, kind: str, count: int) -> list[str]:
        """Return different names of a kind (`product`, `city`, ...), of the sector where it has its own.

        More names than the word list has come numbered: "site 1", "site 2".
        """
        known = words(self.sector, kind)
        self.native = self.native and kind in _lexicon()[self.sector] and count <= len(known)
        if count > len(known):
            known = list(dict.fromkeys([*known, *_lexicon()["any"].get(kind, [])]))
        if count > len(known):
            return [f"{kind.replace('_', ' ')} {number + 1}" for number in range(count)]
        return self._random.sample(known, count)


@cache
def _lexicon() -> dict[str, dict[str, list[str]]]:
    text = (files("optwright.datasets.synthesis") / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def sectors() -> list[str]:
    """Return the fields of business that instances are set in."""
    return [name for name in _lexicon() if name != "any"]


def words(sector: str, kind: str) -> list[str]:
    """Return the names of a kind in a sector, or the general ones. Raises KeyError for an unknown kind."""
    lexicon = _lexicon()
    return lexicon[sector].get(kind) or lexicon["any"][kind]
