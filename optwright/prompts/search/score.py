"""What a score function says of a candidate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from optwright.budget import Usage
from optwright.prompts.search.candidate import Candidate

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Score:
    """How a candidate did, item by item; larger is better."""

    items: Mapping[str, float]
    evidence: Mapping[str, str] = field(default_factory=dict)
    """In words, by item: what went wrong, without the gold answer."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    dropped: bool = False
    """Whether it left the race before all items were tried: others were sure to be better."""
    money: float | None = None
    """Dollars that it cost; None: `usage` at the budget's prices."""

    @property
    def mean(self) -> float:
        """The mean over the items that were tried."""
        return math.fsum(self.items.values()) / len(self.items)

    @property
    def median(self) -> float:
        """The median over the items that were tried: beside the mean it shows what a single item does."""
        return median(self.items.values())

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        kept = {"items": dict(self.items), "evidence": dict(self.evidence), "usage": self.usage.to_json()}
        return {**kept, "seconds": round(self.seconds, 3), "dropped": self.dropped, "money": self.money}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Score:
        """Rebuild from `to_json`."""
        usage, items = Usage.from_json(data["usage"]), dict(data["items"])
        return cls(items, dict(data["evidence"]), usage, data["seconds"], data["dropped"], data["money"])


ScoreFn = Callable[[Sequence[Candidate]], Iterable[Score]]
"""Scores the candidates of one step, in their order, always on the same items; it may compare them and drop those that
fall behind.

What it returns is noted down one by one: a generator that is killed loses only the score that it is at, a list all of
the step. An error of Optwright's own (a budget that is spent, a server, disk or sandbox that fails, a wish to stop)
ends the run, which can be gone on with. Whatever else it raises is the failure of the candidate that it was raised for.
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a candidate has no score, and what it cost all the same."""

    reason: str
    usage: Usage = field(default_factory=Usage)
    money: float | None = None
