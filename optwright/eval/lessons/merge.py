"""Near-duplicates become one insight, accepted only if every source task of every insight involved still solves."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optwright.eval.lessons.laboratory import Laboratory, Task
from optwright.eval.lessons.lesson import content_of
from optwright.eval.lessons.trial import verified
from optwright.experience.insight import Insight, Provenance, Status
from optwright.experience.search import Wanted, search, told

ALIKE = 0.6
"""Cosine of word counts from which two insights are looked at together."""
_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An insight for the gate, and the admitted ones whose place it would take."""

    number: int
    instead_of: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"number": self.number, "instead_of": list(self.instead_of)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Candidate:
        """Rebuild from `to_json`."""
        return cls(data["number"], tuple(data["instead_of"]))


def merged(
    laboratory: Laboratory, key: str, by_task: Iterable[Sequence[int]], known: Mapping[str, Task]
) -> list[Candidate]:
    """Merge candidates within each task, then within the batch, then into the library; return what is left.

    `known` are the tasks by which a merge can be verified: one that needs another is not made.
    """
    within = [number for numbers in by_task for number in _folded(laboratory, key, numbers, known)]
    batch = _folded(laboratory, key, list(dict.fromkeys(within)), known)
    found = (_into_library(laboratory, key, number, known) for number in batch)
    return [candidate for candidate in found if candidate is not None]


def alike(one: Insight, other: Insight) -> float:
    """Return the cosine of the word counts of two insights of one stage; 0 for different stages."""
    if one.content.stage is not other.content.stage:
        return 0.0
    return cosine(told(one), told(other))


def cosine(one: str, other: str) -> float:
    """Return the cosine of the word counts of two texts."""
    first, second = (Counter(_WORD.findall(text.casefold())) for text in (one, other))
    dot = sum(count * second[word] for word, count in first.items())
    norms = [math.sqrt(sum(count * count for count in counts.values())) for counts in (first, second)]
    return dot / (norms[0] * norms[1]) if all(norms) else 0.0


_WORD = re.compile(r"[a-z]{3,}")


def _folded(laboratory: Laboratory, key: str, numbers: Sequence[int], known: Mapping[str, Task]) -> list[int]:
    kept: list[Insight] = []
    for one in laboratory.library.find(numbers):
        other = max(kept, key=lambda seen: alike(one, seen), default=None)
        whole = None
        if other is not None and alike(one, other) >= ALIKE:
            whole = joined(laboratory, key, [other, one], known)
        if whole is not None and other is not None:
            gone = [part.number for part in (one, other) if part.number != whole.number]
            laboratory.library.settle(gone, Status.RETIRED, note=f"merged into {whole.id}")
            kept.remove(other)
        kept.append(whole or one)
    return [one.number for one in kept]


def _into_library(laboratory: Laboratory, key: str, number: int, known: Mapping[str, Task]) -> Candidate | None:
    """Merge a candidate with an admitted insight that looks alike; None where that one says all of it already."""
    one = laboratory.library.get(number)
    hits = search(laboratory.library, Wanted(one.content.condition, (one.content.stage,), most=_NEAREST))
    others = [hit.insight for hit in hits if hit.insight.number != number and alike(one, hit.insight) >= ALIKE]
    if not others:
        return Candidate(number)
    whole = joined(laboratory, key, [others[0], one], known)
    if whole is None:
        return Candidate(number)
    if whole.number != number:
        laboratory.library.settle([number], Status.RETIRED, note=f"merged into {whole.id}")
    return None if whole.number == others[0].number else Candidate(whole.number, (others[0].number,))


def joined(laboratory: Laboratory, key: str, parts: Sequence[Insight], known: Mapping[str, Task]) -> Insight | None:
    """Return an insight that says what the parts say and solves all that taught them, with their tasks and uses.

    It is a new candidate, or one of the parts that says all of it; None when there is none.
    """
    sources = list(dict.fromkeys(task for one in parts for task in one.provenance.tasks))
    if any(task not in known for task in sources):
        return None
    names = " and ".join(one.id for one in parts)
    reply = laboratory.ask(f"{key}: {names}", "lesson_merge", {"insights": "\n\n".join(map(told, parts))})
    content = content_of(reply.get("merged"))
    if content is None:
        return None
    library, origin = laboratory.library, Provenance(tuple(sources), laboratory.model.name, laboratory.run)
    whole = next((one for one in parts if one.content.fingerprint == content.fingerprint), None)
    if whole is None:
        whole = library.add(content, origin, parents=[one.number for one in parts], note=f"merged from {names}")
        if whole.status is Status.ADMITTED:
            return None
        # What was refused beside its parts, for helping no more than they did, may take their place.
        whole = library.settle([whole.number], Status.CANDIDATE, note=f"may say what {names} say")[0]
    if not verified(laboratory, key, whole, [known[task] for task in sources]):
        if whole.number not in {one.number for one in parts}:
            library.settle([whole.number], Status.RETIRED, note="does not solve all that its parts were from")
        return None
    library.inherit(whole.number, [one.number for one in parts])
    return library.add(whole.content, origin, note=f"says what {names} say")
