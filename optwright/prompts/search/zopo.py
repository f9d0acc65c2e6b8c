"""Localized zeroth-order search: uphill in a surrogate of the score, from point to point of a pool of prompts.

After ZOPO (Hu et al. 2024, arXiv 2403.02993): prompts that the model wrote are embedded, a Gaussian process is fitted
to the scores so far, and the slope of its mean moves a point, which is projected to the nearest prompt not yet tried.
Where the slope has been doubtful several times running, the neighbourhood is tried instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np

from optwright.llm.embedding import Embedder
from optwright.prompts.library import digest
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.land import Land, noise
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.place import WordEmbedder, places, vectors
from optwright.prompts.search.proposal import propose, tell_form, tell_parts
from optwright.prompts.search.standing import standings
from optwright.prompts.search.strategy import Round
from optwright.prompts.search.surrogate import require


@dataclass(frozen=True, slots=True)
class Zopo:
    """The strategy. All that it learns stands in the ledger: the pools, their vectors, and the scores."""

    embedder: Embedder = field(default_factory=WordEmbedder)
    pool: int = 48
    """Prompts written at a time; the paper has several hundred, once."""
    parents: int = 4
    """Of the best prompts, how many a new pool is written from."""
    stride: float = 2.0
    """How far a move goes, in typical distances between tried prompts."""
    doubt: float = 0.5
    """The share of a slope's prior variance from which it counts as doubtful."""
    patience: int = 3
    """Doubtful slopes running after which the neighbourhood is tried."""
    neighbours: int = 4
    least: int = 4
    """Scores from which a surrogate is fitted; before, prompts are drawn at random."""

    @property
    def name(self) -> str:
        """As the command line names it."""
        return "zopo"

    def settings(self) -> dict[str, object]:
        """Return what decides the proposals."""
        numbers = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "embedder"}
        return {"embedding": self.embedder.name, **numbers}

    def propose(self, given: Round) -> Sequence[Candidate]:
        """Return `given.count` prompts of the pool, fewer where it has no more that may still be better.

        Raises ConfigError without scikit-learn, LLMError when the model's or the embeddings' server fails.
        """
        require()
        pools = list(_pools(given.ledger)) or [self._write(given, 0)]
        land, everyone = self._view(given.ledger, pools)
        if len(land.worthwhile) < given.count and pools[-1]["step"] != given.number:
            pools.append(self._write(given, len(pools)))
            land, everyone = self._view(given.ledger, pools)
        refused = pools[-1]["refused"] if pools[-1]["step"] == given.number else []
        walk = self._walk(land, given)[: given.count]
        return [*(replace(everyone[row], note=note) for row, note in walk), *map(Candidate.from_json, refused)]

    def _view(self, ledger: Ledger, pools: Sequence[Mapping[str, Any]]) -> tuple[Land, list[Candidate]]:
        """Return the land, and the candidates of its rows."""
        members = [Candidate.from_json(one) for pool in pools for one in pool["members"]]
        tried = standings(ledger)
        everyone = [one.candidate for one in tried] + [one for one in members if one.id not in ledger.entries]
        known = _kept(pools)
        known |= self._vectors(everyone, known)
        values = np.asarray([one.mean for one in tried])
        return Land(places(everyone, known), values, noise(ledger.scored), self.least), everyone

    def _write(self, given: Round, number: int) -> Mapping[str, Any]:
        """Have the model write a pool near the best prompts so far, and keep it."""
        best = sorted(given.ledger.scored, key=lambda entry: -entry.score.mean if entry.score else 0.0)[: self.parents]
        seen, members, refused = set(given.ledger.entries), [], []
        seen |= {Candidate.from_json(one).id for pool in _pools(given.ledger) for one in pool["members"]}
        written = [self._variations(given, entry.candidate, -(-self.pool // len(best))) for entry in best]
        for one in chain.from_iterable(written):
            if given.form.fault(one.parts):
                refused.append(one)
            elif one.id not in seen:
                seen.add(one.id)
                members.append(one)
        kept = {"step": given.number, "members": [one.to_json() for one in members]}
        kept |= {"refused": [one.to_json() for one in refused], "vectors": self._new(given.ledger, members)}
        given.ledger.remember(_key(number), kept)
        return kept

    def _variations(self, given: Round, original: Candidate, count: int) -> list[Candidate]:
        names = list(original.parts)
        variables = {"task": given.task.description, "form": tell_form(given, names)}
        variables["prompt"] = tell_parts(original.parts, names)
        return propose(given, "search_vary", variables, base=original, wanted=names, n=count, parents=(original.id,))

    def _new(self, ledger: Ledger, members: Sequence[Candidate]) -> dict[str, list[float]]:
        """Return what a server says of texts that it has not seen yet, to be kept; words are counted again at need."""
        if isinstance(self.embedder, WordEmbedder):
            return {}
        found = self._vectors([*(entry.candidate for entry in ledger.seeds), *members], _kept(list(_pools(ledger))))
        return {name: [round(number, 6) for number in vector] for name, vector in found.items()}

    def _vectors(self, candidates: Sequence[Candidate], known: Mapping[str, object]) -> dict[str, list[float]]:
        texts = (text for one in candidates for text in one.parts.values())
        return vectors([text for text in texts if digest(text) not in known], self.embedder)

    def _walk(self, land: Land, given: Round) -> list[tuple[int, str]]:
        """Return the rows that a walk from the best place comes by, each with a note on how."""
        waiting = land.worthwhile if len(land.worthwhile) >= given.count else list(land.waiting)
        if land.surrogate is None:
            drawn = given.chance.sample(waiting, min(given.count, len(waiting)))
            return [(row, "drawn at random") for row in drawn]
        found: list[tuple[int, str]] = []
        at, doubtful = land.summit, int(given.ledger.recall(_doubtful(given.number - 1)) or 0)
        while waiting and len(found) < given.count:
            slope = land.surrogate.slope(land.points[at])
            doubtful = doubtful + 1 if slope.doubt > self.doubt else 0
            if doubtful < self.patience:
                aim = land.points[at] + self.stride * land.surrogate.reach * slope.direction
                near, note = land.nearest(aim, waiting, 1), "uphill"
            else:
                near, note = land.nearest(land.points[at], waiting, self.neighbours), "nearby"
                doubtful = 0
            found += [(row, f"{note}, doubt {slope.doubt:.2f}") for row in near]
            waiting = [row for row in waiting if row not in near]
            at = land.best(near)
        given.ledger.once(_doubtful(given.number), lambda: doubtful)
        return found


def _pools(ledger: Ledger) -> Iterator[Mapping[str, Any]]:
    number = 0
    while (pool := ledger.recall(_key(number))) is not None:
        yield pool
        number += 1


def _doubtful(step: int) -> str:
    """Name the memory of how many doubtful slopes were running when a step's walk ended."""
    return f"zopo doubtful {step}"


def _kept(pools: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    return {name: vector for pool in pools for name, vector in pool["vectors"].items()}


def _key(number: int) -> str:
    return f"zopo pool {number}"
