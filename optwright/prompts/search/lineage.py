"""Where a candidate comes from: its forebears, and who of them two candidates share."""

from __future__ import annotations

from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.standing import Standing


def ancestors(ledger: Ledger, name: str) -> set[str]:
    """Return the ids of all that a candidate descends from, itself left out."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        entry = ledger.entries.get(waiting.pop())
        fresh = set(entry.candidate.parents) - found if entry else set()
        found |= fresh
        waiting += fresh
    return found - {name}


def common(ledger: Ledger, one: str, other: str) -> Candidate | None:
    """Return the latest candidate that both descend from, or None."""
    shared = ancestors(ledger, one) & ancestors(ledger, other)
    known = [entry.candidate for name, entry in ledger.entries.items() if name in shared]
    return max(known, key=lambda candidate: candidate.step, default=None)


def improved(ledger: Ledger) -> list[Standing]:
    """Return what may have children: the seeds, and each candidate that is better than all that it was made from."""
    found = [(entry.candidate, entry.score) for entry in ledger.scored if entry.score]
    return [Standing(one, score, score.mean) for one, score in found if score.mean > _bar(ledger, one)]


def _bar(ledger: Ledger, candidate: Candidate) -> float:
    parents = [ledger.entries[name].score for name in candidate.parents if name in ledger.entries]
    return max((score.mean for score in parents if score), default=float("-inf"))
