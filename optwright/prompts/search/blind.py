"""Random search: variations of the seeds, written without a look at any score. What a strategy has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.proposal import propose, tell_form, tell_parts
from optwright.prompts.search.strategy import Round


@dataclass(frozen=True, slots=True)
class Blind:
    """The strategy."""

    name = "random"

    def settings(self) -> dict[str, object]:
        """Return what decides the proposals: nothing but the seeds."""
        return {}

    def propose(self, given: Round) -> Sequence[Candidate]:
        """Return variations of seeds that are drawn at random."""
        seeds = [entry.candidate for entry in given.ledger.seeds]
        drawn = [given.chance.choice(seeds) for _ in range(given.count)]
        return [one for seed in seeds if (n := drawn.count(seed)) for one in _variations(given, seed, n)]


def _variations(given: Round, seed: Candidate, n: int) -> list[Candidate]:
    names = sorted(seed.parts)
    variables = {"task": given.task.description, "form": tell_form(given, names)}
    variables["prompt"] = tell_parts(seed.parts, names)
    return propose(given, "search_vary", variables, base=seed, wanted=names, n=n, parents=(seed.id,))
