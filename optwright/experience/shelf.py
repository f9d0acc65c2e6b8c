"""The library as the agent meets it: what may apply to a problem, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from optwright.experience.insight import Insight, Label, Stage, Status
from optwright.experience.library import Library
from optwright.experience.search import Wanted, bounded, pruned, search
from optwright.experience.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much experience a prompt may hold, whatever the library's size."""

    most: int = 6
    """Insights that are shown at one step."""
    tokens: int = 1500
    """Tokens that they may take together, about: four characters are counted as one."""
    pool: int = 16
    """Candidates whose conditions the model judges."""
    batch: int = 8
    """Conditions in one such request."""
    labels: int = 24
    """Labels that the model is asked about; 0 does not ask."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A library to draw from. `statuses` other than the admitted are for the gate, which tries candidates."""

    library: Library
    bounds: Bounds = field(default_factory=Bounds)
    vectors: Vectors | None = None
    statuses: tuple[Status, ...] = (Status.ADMITTED,)
    only: frozenset[int] | None = None
    """Draw from these alone; None: from all."""
    without: frozenset[int] = frozenset()

    def labels(self, text: str, stages: Sequence[Stage]) -> list[Label]:
        """Return the labels worth asking the model about."""
        return pruned(self.library, self._wanted(text, stages), self.bounds.labels) if self.bounds.labels else []

    def candidates(self, text: str, stages: Sequence[Stage], labels: Sequence[Label]) -> list[Insight]:
        """Return at most `bounds.pool` insights that may apply, the likeliest first."""
        wanted = self._wanted(text, stages, labels)
        found = [hit.insight for hit in search(self.library, wanted, self.vectors)]
        allowed = [one for one in found if self.only is None or one.number in self.only]
        return [one for one in allowed if one.number not in self.without][: self.bounds.pool]

    def fitting(self, insights: Iterable[Insight]) -> list[Insight]:
        """Return the first ones that fit into a prompt."""
        return bounded(insights, most=self.bounds.most, tokens=self.bounds.tokens)

    def _wanted(self, text: str, stages: Sequence[Stage], labels: Sequence[Label] = ()) -> Wanted:
        most = self.bounds.pool + len(self.without) if self.only is None else 4 * self.bounds.pool
        return Wanted(text, tuple(stages), self.statuses, tuple(labels), most)
