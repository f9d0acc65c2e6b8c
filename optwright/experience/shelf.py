"""The library as the agent meets it: what may apply to a problem, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from optwright.experience.insight import Insight, Label, Stage
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
    """A library to draw from: the admitted insights, and in a trial others as well or alone."""

    library: Library
    bounds: Bounds = field(default_factory=Bounds)
    vectors: Vectors | None = None
    also: frozenset[int] = frozenset()
    """Numbers that count whatever their status: candidates on trial."""
    only: frozenset[int] | None = None
    """None but these, whatever their status."""
    without: frozenset[int] = frozenset()
    judged: bool = True
    """Whether the model judges the conditions; without, all that is found is shown."""

    def labels(self, text: str, stages: Sequence[Stage]) -> list[Label]:
        """Return the labels worth asking the model about."""
        if not self.bounds.labels or self.only is not None:
            return []
        return pruned(self.library, self._wanted(text, stages), self.bounds.labels)

    def candidates(self, text: str, stages: Sequence[Stage], labels: Sequence[Label]) -> list[Insight]:
        """Return at most `bounds.pool` insights that may apply, the likeliest first."""
        if self.only is not None:
            return [one for one in self.library.find(self.only) if one.content.stage in stages]
        return [hit.insight for hit in search(self.library, self._wanted(text, stages, labels), self.vectors)]

    def fitting(self, insights: Iterable[Insight]) -> list[Insight]:
        """Return the first ones that fit into a prompt."""
        return bounded(insights, most=self.bounds.most, tokens=self.bounds.tokens)

    def _wanted(self, text: str, stages: Sequence[Stage], labels: Sequence[Label] = ()) -> Wanted:
        return Wanted(
            text,
            tuple(stages),
            labels=tuple(labels),
            most=self.bounds.pool,
            also=self.also,
            without=self.without,
        )
