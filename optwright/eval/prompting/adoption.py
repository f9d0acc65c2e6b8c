"""Whether the best candidate is adopted: a paired exact test on items that the search never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from optwright.eval.metrics import Interval, bootstrap, sign_test, wilson

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Paired:
    """Two candidates on the same items, each item right or not."""

    items: int
    seed: int
    """Items that the seed has right."""
    winner: int
    mended: tuple[str, ...]
    """Items that only the winner has right."""
    broken: tuple[str, ...]
    """Items that only the seed has right."""

    @classmethod
    def of(cls, seed: Mapping[str, bool], winner: Mapping[str, bool]) -> Paired:
        """Compare, both by item."""
        mended = tuple(item for item in seed if winner[item] and not seed[item])
        broken = tuple(item for item in seed if seed[item] and not winner[item])
        return cls(len(seed), sum(seed.values()), sum(winner.values()), mended, broken)

    @property
    def p_value(self) -> float:
        """The one-sided exact p-value (sign test) of so many items mended against those broken, by chance."""
        return sign_test(len(self.mended), len(self.broken))

    @property
    def rate(self) -> Interval | None:
        """The winner's share, with Wilson's interval at 95%."""
        return wilson(self.winner, self.items)

    @property
    def gain(self) -> Interval | None:
        """The difference of the shares, winner less seed, with its bootstrap interval at 95%."""
        level = [0.0] * (self.items - len(self.mended) - len(self.broken))
        return bootstrap([1.0] * len(self.mended) + [-1.0] * len(self.broken) + level)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, the p-value and the gain included."""
        found = {**asdict(self), "mended": list(self.mended), "broken": list(self.broken), "p_value": self.p_value}
        return {**found, "gain": self.gain.to_json() if self.gain else None}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the winner."""

    adopted: bool
    reason: str
    confidence: float
    """What was asked for."""
    validation: Paired | None = None
    test: Paired | None = None
    """Only of a candidate that is adopted: it decides nothing."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        parts = {name: part and part.to_json() for name, part in (("validation", self.validation), ("test", self.test))}
        return {"adopted": self.adopted, "reason": self.reason, "confidence": self.confidence, **parts}


def rule(validation: Paired, confidence: float = CONFIDENCE) -> Verdict:
    """Adopt what is better on the validation items with this confidence; one candidate, one look."""
    level, p_value = 1 - confidence, validation.p_value
    counts = f"{len(validation.mended)} of {validation.items} validation items mended, {len(validation.broken)} broken"
    told = f"{counts}: p = {p_value:.3g} by the one-sided exact sign test"
    if p_value <= level + 1e-12:
        return Verdict(True, f"better with more than {100 * confidence:g}% confidence; {told}", confidence, validation)
    return Verdict(
        False, f"not shown to be better with {100 * confidence:g}% confidence; {told}", confidence, validation
    )
