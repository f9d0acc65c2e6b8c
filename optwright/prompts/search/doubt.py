"""What speaks against trusting the scores of a search: failures, scores that are all the same, a lead of one item."""

from __future__ import annotations

from collections import Counter

from optwright.prompts.search.ledger import Entry, Ledger
from optwright.prompts.search.score import Score

_FEW = 3
"""Items below which a median says no more than a mean."""


def doubts(ledger: Ledger) -> list[str]:
    """Return one line for each doubt; none when the scores give no reason for any."""
    failed = Counter(entry.failure for entry in ledger.entries.values() if entry.failure)
    lines = [f"{count} of {len(ledger.entries)} candidates failed: {reason}" for reason, count in failed.most_common()]
    if ledger.flat and len(ledger.scored) > 1:
        lines.append(
            f"all {len(ledger.scored)} candidates have the same score: it cannot tell them apart, and the first stands"
        )
    return [*lines, *_lead(ledger)]


def _lead(ledger: Ledger) -> list[str]:
    """Say where the best candidate leads another by a single item alone, against the median."""
    ranked = sorted(ledger.scored, key=lambda entry: -_score(entry).mean)
    if not ranked or len(_score(ranked[0]).items) < _FEW:
        return []
    best = ranked[0].candidate.id
    for other in ranked[1:]:
        one, two = _score(ranked[0]), _score(other)
        gains = {item: one.items[item] - two.items[item] for item in one.items}
        item = max(gains, key=lambda name: gains[name])
        if one.median < two.median and sum(gains.values()) - gains[item] < 0:
            means, medians = f"{one.mean:.4g} against {two.mean:.4g}", f"{one.median:.4g} against {two.median:.4g}"
            line = f"{best} leads {other.candidate.id} by item {item} alone (mean {means}, median {medians})"
            return [f"{line}: look at that item, and give the scores bounds if there are any"]
    return []


def _score(entry: Entry) -> Score:
    assert entry.score is not None, "only scored entries are compared"
    return entry.score
