"""How the candidates that were tried stand to each other, and what sets the better ones apart from the worse."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.quotation import shortened
from optwright.prompts.search.score import Score

SURE = 2.0
"""Standard errors from which a difference is told."""
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
    """A sentence in which candidates differ from what they were made from, and what those with and without it score."""

    piece: str
    having: float
    """The mean of those that have it."""
    lacking: float
    """The mean of their counterparts."""
    pairs: int
    sureness: float
    """The mean difference, item by item, in standard errors; below zero where those with it do worse."""


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
    """Return the sentences by which candidates and their parents differ, those that help most surely first.

    Each candidate is compared with each of its parents, on the items of both, and not with all that lack the sentence:
    what was found late stands beside all else that was found by then.
    """
    by_id = {one.candidate.id: one for one in tried}
    shown: dict[str, str] = {}
    found: dict[str, list[tuple[Standing, Standing]]] = {}
    for child in tried:
        for parent in (by_id[name] for name in child.candidate.parents if name in by_id):
            new, old = _pieces(child), _pieces(parent)
            shown |= new | old
            for plain in new.keys() ^ old.keys():
                found.setdefault(plain, []).append((child, parent) if plain in new else (parent, child))
    told = [_contrast(shown[plain], pairs) for plain, pairs in found.items()]
    return sorted(told, key=lambda one: (-one.sureness, one.piece))


def _contrast(piece: str, pairs: Sequence[tuple[Standing, Standing]]) -> Contrast:
    having, lacking = fmean(one.mean for one, _ in pairs), fmean(other.mean for _, other in pairs)
    error = math.sqrt(math.fsum(_variance(one.score, other.score) for one, other in pairs)) / len(pairs)
    sureness = (having - lacking) / error if error else math.copysign(math.inf, having - lacking)
    return Contrast(piece, having, lacking, len(pairs), sureness if having != lacking else 0.0)


def _variance(one: Score, other: Score) -> float:
    """Return the variance of the mean difference of two scores on their common items; that of a single item is 1."""
    different = [one.items[item] - other.items[item] for item in sorted(one.items.keys() & other.items.keys())]
    return variance(different) / len(different) if len(different) > 1 else 1.0


def _pieces(one: Standing) -> dict[str, str]:
    return {_plain(piece): piece for text in one.candidate.parts.values() for piece in pieces(text)}


def tell_contrasts(found: Sequence[Contrast], best: Standing, most: int = 4) -> str:
    """Say which sentences the best would do well to take up, to drop and to keep, by what was tried; a few of each."""
    has = _pieces(best)
    better = [one for one in found if one.sureness >= SURE]
    worse = [one for one in reversed(found) if one.sureness <= -SURE]
    groups = {
        "Go with higher scores, and the best lacks them:": [one for one in better if _plain(one.piece) not in has],
        "Go with lower scores, and the best has them:": [one for one in worse if _plain(one.piece) in has],
        "Go with higher scores, and the best has them:": [one for one in better if _plain(one.piece) in has],
        "Go with lower scores, and the best lacks them:": [one for one in worse if _plain(one.piece) not in has],
    }
    lines = [line for head, some in groups.items() if some for line in (head, *map(_tell, some[:most]))]
    return "\n".join(lines) or "None sets the better ones apart from the worse by more than chance may."


def _tell(one: Contrast) -> str:
    sides = f"{one.having:.3g} on average in {one.pairs} with it, {one.lacking:.3g} in {one.pairs} without"
    return f"  {sides}: {shortened(one.piece, 200)}"
