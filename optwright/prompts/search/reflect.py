"""Reflective search: traces of failed items show which prompt is to blame, and a Pareto front says whom to improve.

After GEPA (arXiv 2507.19457): a parent is drawn by how many items it is best on; one of its prompts, in turn, is
rewritten after a look at a few items that failed; and two lineages that are good at different items are merged. After
OptoPrime of Trace (arXiv 2406.16218): in one turn of each round all prompts are shown with the traces, and the model
says which of them is to blame and changes any of them at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.front import Scores, front, wins
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.lineage import ancestors, common, improved
from optwright.prompts.search.miss import Miss, misses, perfect, tell, tell_kinds
from optwright.prompts.search.proposal import propose, tell_form, tell_parts
from optwright.prompts.search.standing import Standing, difference, standings
from optwright.prompts.search.strategy import Round

DIFFERENCE = 400
"""Characters of one change that was tried before."""


@dataclass(frozen=True, slots=True)
class Reflect:
    """The strategy. It remembers nothing: turns, front and lineages are read from the ledger's candidates."""

    minibatch: int = 3
    """Failed items looked at in one reflection."""
    replies: int = 2
    """Candidates asked for by one reflection."""
    merged: float = 0.25
    """The share of a step's candidates that may come from merging, where there is a pair to merge."""
    sharpness: float = 8.0
    """The power of a parent's number of items in its chance to be drawn: 1 is GEPA's, with 0 all are drawn alike."""
    tried: int = 4
    """Earlier changes of the same parent that are shown."""

    @property
    def name(self) -> str:
        """As the command line names it."""
        return "reflect"

    def settings(self) -> dict[str, object]:
        """Return what decides the proposals."""
        numbers = {"minibatch": self.minibatch, "replies": self.replies, "merged": self.merged}
        return {**numbers, "sharpness": self.sharpness, "tried": self.tried}

    def propose(self, given: Round) -> Sequence[Candidate]:
        """Return merges of complementary lineages, and rewritten prompts of parents drawn from the front.

        None where nothing can be better.
        """
        pool = {one.candidate.id: one for one in improved(given.ledger)}
        if any(perfect(one.score, given) for one in pool.values()):
            return []
        scores = {name: one.score.items for name, one in pool.items()}
        found: list[Candidate] = []
        merges = int(self.merged * given.count + given.chance.random())
        for one, other in _pairs(given.ledger, scores)[:merges]:
            found += _merge(given, pool[one], pool[other])
        drawn: Counter[str] = Counter()
        weights = {name: count**self.sharpness for name, count in wins(scores).items()}
        while len(found) < given.count:
            (name,) = given.chance.choices(list(weights), list(weights.values()))
            turns = _turns(pool[name].candidate)
            turn = turns[(_asked(given.ledger, name, self.replies) + drawn[name]) % len(turns)]
            drawn[name] += 1
            found += self._reflect(given, pool[name], turn, min(self.replies, given.count - len(found)))
        return found

    def _reflect(self, given: Round, parent: Standing, turn: Sequence[str], n: int) -> list[Candidate]:
        """Ask for `n` versions of a parent with the prompts of this turn changed, after a look at some failed items."""
        candidate, several = parent.candidate, len(turn) > 1
        short = misses(parent.score, given)
        drawn = given.chance.sample(short, min(self.minibatch, len(short)))
        variables = {
            "task": given.task.description,
            "form": tell_form(given, turn),
            "score": f"{parent.mean:.4g}",
            "prompts" if several else "prompt": tell_parts(candidate.parts, turn),
            "kinds": tell_kinds(short, len(parent.score.items)),
            "tried": _tried(given.ledger, parent, self.tried),
            "misses": tell(drawn),
        }
        template = "search_blame" if several else "search_reflect"
        found = propose(given, template, variables, base=candidate, wanted=turn, n=n, parents=(candidate.id,))
        what = "all prompts" if several else turn[0]
        return [replace(one, note=f"reflection on {what}: {one.note}".rstrip(": ")) for one in found]


def _turns(candidate: Candidate) -> list[list[str]]:
    """Return what is changed in turn: each part alone, then all at once."""
    alone = [[name] for name in candidate.parts]
    return [*alone, list(candidate.parts)] if len(alone) > 1 else alone


def _asked(ledger: Ledger, parent: str, replies: int) -> int:
    """Return how often a parent was reflected on so far."""
    known = [entry.candidate for entry in ledger.entries.values()] + [one.candidate for one in ledger.rejected]
    return -(-sum(one.parents == (parent,) for one in known) // replies)


def _tried(ledger: Ledger, parent: Standing, most: int) -> str:
    """Say what was changed in a parent before and what came of it: the best and the worst changes."""
    children = [one for one in standings(ledger) if one.candidate.parents == (parent.candidate.id,)]
    half = most // 2
    chosen = children if len(children) <= most else [*children[:half], *children[half - most :]]
    told = [
        f"Score {one.mean:.4g} instead of {parent.mean:.4g}\n"
        f"{difference(parent.candidate.parts, one.candidate.parts, DIFFERENCE)}"
        for one in chosen
    ]
    return "\n\n".join(told) or "None yet."


def _pairs(ledger: Ledger, scores: Scores) -> list[tuple[str, str]]:
    """Return pairs of the front that were not merged yet, by what both together get, the most first.

    Neither may descend from the other, and each must be better than the other somewhere.
    """
    known = [entry.candidate for entry in ledger.entries.values()] + [one.candidate for one in ledger.rejected]
    merged = {frozenset(one.parents) for one in known if len(one.parents) == 2}
    descent = {name: ancestors(ledger, name) for name in front(scores)}
    found = [
        (one, other)
        for one, other in combinations(descent, 2)
        if one not in descent[other] and other not in descent[one] and frozenset((one, other)) not in merged
    ]
    return sorted(found, key=lambda pair: -_together(scores[pair[0]], scores[pair[1]]))


def _together(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.fsum(max(one[item], other[item]) for item in one.keys() & other.keys())


def _merge(given: Round, one: Standing, other: Standing) -> list[Candidate]:
    """Take each part from the lineage that changed it; have the model combine what both changed."""
    first, second = sorted((one, other), key=lambda standing: -standing.mean)
    parents = (first.candidate.id, second.candidate.id)
    ancestor = common(given.ledger, *parents)
    parts, clash = {}, []
    for name, text in first.candidate.parts.items():
        theirs, old = second.candidate.parts[name], ancestor.parts[name] if ancestor else None
        parts[name] = theirs if text == old else text
        if old not in (text, theirs) and text != theirs:
            clash.append(name)
    merged = Candidate(parts, parents, given.number, "merge of what two lineages changed")
    return _combine(given, merged, first, second, clash) if clash else [merged]


def _combine(
    given: Round, merged: Candidate, first: Standing, second: Standing, clash: Sequence[str]
) -> list[Candidate]:
    variables = {
        "task": given.task.description,
        "form": tell_form(given, clash),
        "first_score": f"{first.mean:.4g}",
        "first": tell_parts(first.candidate.parts, clash),
        "first_misses": tell(_behind(given, first, second)),
        "second_score": f"{second.mean:.4g}",
        "second": tell_parts(second.candidate.parts, clash),
        "second_misses": tell(_behind(given, second, first)),
    }
    found = propose(given, "search_combine", variables, base=merged, wanted=clash, n=1, parents=merged.parents)
    return [replace(one, note=f"merge in {', '.join(clash)}: {one.note}".rstrip(": ")) for one in found]


def _behind(given: Round, one: Standing, other: Standing, most: int = 3) -> list[Miss]:
    """Return items that one got less of than the other."""
    short = misses(one.score, given)
    return [miss for miss in short if other.score.items.get(miss.item, -math.inf) > miss.score][:most]
