"""The library as the agent meets it: what may apply to a problem, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from optwright.experience.insight import Insight, Label, Stage
from optwright.experience.library import Library
from optwright.experience.search import Wanted, bounded, pruned, ranking, search
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

    def look(self, text: str, stages: Sequence[Stage]) -> Look:
        """Look for what may apply to a text, in two steps between which a model may choose labels."""
        looked_up = [] if self.only is not None else ranking(self.library, self.wanted(text, stages))
        return Look(self, text, tuple(stages), looked_up)

    def fitting(self, insights: Iterable[Insight]) -> list[Insight]:
        """Return the first ones that fit into a prompt."""
        return bounded(insights, most=self.bounds.most, tokens=self.bounds.tokens)

    def wanted(self, text: str, stages: Sequence[Stage], labels: Sequence[Label] = ()) -> Wanted:
        """Return what a search is asked for."""
        return Wanted(
            text,
            tuple(stages),
            labels=tuple(labels),
            most=self.bounds.pool,
            also=self.also,
            without=self.without,
        )


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a shelf; its ranking by words serves both steps."""

    shelf: Shelf
    text: str
    stages: tuple[Stage, ...]
    words: Sequence[int]

    def labels(self) -> list[Label]:
        """Return the labels worth asking the model about."""
        shelf = self.shelf
        if not shelf.bounds.labels or shelf.only is not None:
            return []
        return pruned(shelf.library, shelf.wanted(self.text, self.stages), shelf.bounds.labels, words=self.words)

    def candidates(self, labels: Sequence[Label] = ()) -> list[Insight]:
        """Return at most `bounds.pool` insights that may apply, the likeliest first."""
        shelf = self.shelf
        if shelf.only is not None:
            return [one for one in shelf.library.find(shelf.only) if one.content.stage in self.stages]
        wanted = shelf.wanted(self.text, self.stages, labels)
        return [hit.insight for hit in search(shelf.library, wanted, shelf.vectors, words=self.words)]
