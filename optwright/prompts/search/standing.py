"""How the candidates that were tried stand to each other, and what sets the better ones apart from the worse."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.quotation import shortened
from optwright.prompts.search.score import Score

_BREAK = re.compile(r"\n+|(?<=[.!?;:])\s+")


@dataclass(frozen=True, slots=True)
class Standing:
    """A candidate that was tried, and what its score is worth beside the others'."""

    candidate: Candidate
    score: Score
    mean: float
    """Over all items; of one that left the race early, what the best has less by how much it fell behind."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """A sentence that some candidates have and others lack, and what those score."""

    piece: str
    having: float
    lacking: float
    count: int
    """How many have it."""
    others: int


def standings(ledger: Ledger) -> list[Standing]:
    """Return all that was tried, the worst first and the ledger's best last; of equals the later first."""
    if (best := ledger.best) is None or best.score is None:
        return []
    entries = [(entry.candidate, entry.score) for entry in reversed(ledger.entries.values()) if entry.score]
    found = [Standing(candidate, score, _beside(score, best.score)) for candidate, score in entries]
    return sorted(found, key=lambda one: (one.mean, not one.score.dropped))


def _beside(score: Score, best: Score) -> float:
    shared = sorted(score.items.keys() & best.items.keys())
    if not score.dropped or not shared:
        return min(score.mean, best.mean)
    return best.mean - max(0.0, fmean(best.items[item] - score.items[item] for item in shared))


def pieces(text: str) -> list[str]:
    """Split a text into its sentences and lines."""
    return [one.strip() for one in _BREAK.split(text) if one.strip()]


def difference(old: Mapping[str, str], new: Mapping[str, str], most: int) -> str:
    """Say which sentences the new parts lack (-) and have (+) against the old; of bounded length."""
    lines = []
    for name, text in new.items():
        before, after = pieces(old.get(name, "")), pieces(text)
        told = [f"- {one}" for one in _without(before, after)] + [f"+ {one}" for one in _without(after, before)]
        if told:
            lines += [f"in {name}:", *told] if len(new) > 1 else told
    return shortened("\n".join(lines), most) or "(only layout differs)"


def _without(found: Iterable[str], others: Iterable[str]) -> list[str]:
    known = {_plain(one) for one in others}
    return [one for one in found if _plain(one) not in known]


def _plain(piece: str) -> str:
    return " ".join(piece.split()).casefold()


def contrasts(tried: Sequence[Standing]) -> list[Contrast]:
    """Return the sentences that not all have, by how surely they go with higher scores, the surest first.

    The order is by the difference of the two means times the square root of the harmonic size of the two groups: a
    sentence that two candidates share tells more than one that stands in a single one.
    """
    shown: dict[str, str] = {}
    holders: dict[str, set[int]] = {}
    for position, one in enumerate(tried):
        for piece in (piece for text in one.candidate.parts.values() for piece in pieces(text)):
            shown.setdefault(_plain(piece), piece)
            holders.setdefault(_plain(piece), set()).add(position)
    found = []
    for plain, positions in holders.items():
        having = [one.mean for position, one in enumerate(tried) if position in positions]
        lacking = [one.mean for position, one in enumerate(tried) if position not in positions]
        if lacking:
            found.append(Contrast(shown[plain], fmean(having), fmean(lacking), len(having), len(lacking)))
    return sorted(found, key=lambda one: -_weight(one))


def _weight(one: Contrast) -> float:
    return (one.having - one.lacking) * math.sqrt(one.count * one.others / (one.count + one.others))


def tell_contrasts(found: Sequence[Contrast], most: int = 6) -> str:
    """Say which sentences go with higher scores and which with lower, a few of each."""
    better = [one for one in found[:most] if one.having > one.lacking]
    worse = [one for one in found[::-1][:most] if one.having < one.lacking]
    lines = ["Go with higher scores:", *map(_tell, better)] if better else []
    lines += ["Go with lower scores:", *map(_tell, worse)] if worse else []
    return "\n".join(lines) or "No sentence sets the better ones apart from the worse yet."


def _tell(one: Contrast) -> str:
    with_it, without = (
        f"{one.having:.3g} on average in {one.count} with it",
        f"{one.lacking:.3g} in {one.others} without",
    )
    return f"  {with_it}, {without}: {shortened(one.piece, 200)}"
