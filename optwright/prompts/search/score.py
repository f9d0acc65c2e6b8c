"""What a score function says of a candidate, and how one that misbehaves is caught."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from optwright.budget import Usage
from optwright.errors import BudgetError, LLMError, StoppedError
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

    @property
    def mean(self) -> float:
        """The mean over the items that were tried."""
        return math.fsum(self.items.values()) / len(self.items)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        kept = {"items": dict(self.items), "evidence": dict(self.evidence), "usage": self.usage.to_json()}
        return {**kept, "seconds": round(self.seconds, 3), "dropped": self.dropped}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Score:
        """Rebuild from `to_json`."""
        usage = Usage.from_json(data["usage"])
        return cls(dict(data["items"]), dict(data["evidence"]), usage, data["seconds"], data["dropped"])


ScoreFn = Callable[[Sequence[Candidate]], Sequence[Score]]
"""Scores the candidates of one step, each on the same items; it may compare them and drop those that fall behind.

It raises BudgetError when nothing is left to spend and LLMError when a server fails: both end the run, which can be
gone on with. Whatever else it raises is the failure of the candidate that it was raised for.
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a candidate has no score."""

    reason: str


def judge(score_fn: ScoreFn, candidates: Sequence[Candidate], bounds: Bounds | None) -> list[Score | Failure]:
    """Score candidates together; where that raises, one by one, so that each failure has its candidate."""
    try:
        found = list(score_fn(candidates))
    except (BudgetError, LLMError, StoppedError):
        raise
    except Exception as error:  # noqa: BLE001 - somebody else's function: its fault is told, and the run goes on
        if len(candidates) == 1:
            return [Failure(f"the score function raised {type(error).__name__}: {str(error)[:200]}")]
        return [found for one in candidates for found in judge(score_fn, [one], bounds)]
    if len(found) != len(candidates):
        return [Failure(f"the score function gave {len(found)} scores for {len(candidates)} candidates")] * len(
            candidates
        )
    return [_checked(score, bounds) for score in found]


def _checked(score: Score, bounds: Bounds | None) -> Score | Failure:
    if not score.items:
        return Failure("the score function gave no item's score")
    for name, value in score.items.items():
        if not math.isfinite(value):
            return Failure(f"the score of item {name} is {value}")
        if bounds and not bounds[0] <= value <= bounds[1]:
            return Failure(f"the score of item {name} is {value:g}, not from {bounds[0]:g} to {bounds[1]:g}")
    return score
