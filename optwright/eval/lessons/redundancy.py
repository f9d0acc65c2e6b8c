"""What a library can do without: near-duplicates become one, and what is shown in vain goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from optwright.eval.lessons.laboratory import Laboratory, Task, Try
from optwright.eval.lessons.merge import ALIKE, alike, joined
from optwright.experience.insight import Insight, Status, Use
from optwright.experience.search import Wanted, search

TOGETHER = 0.8
"""Share of the tasks showing the rarer of two insights that show both, from which they are looked at as duplicates."""
IN_VAIN = 3
"""Tasks on which an insight is shown, and cited by no right answer, before it is tried to do without it."""
_NEAREST = 5

Shown = Mapping[int, frozenset[str]]
"""Ids of the tasks on which each insight was shown."""


def shown_on(tries: Sequence[Try]) -> dict[int, frozenset[str]]:
    """Return on which tasks each insight was shown."""
    found: dict[int, set[str]] = defaultdict(set)
    for one in tries:
        for name in one.shown:
            found[int(name[1:])].add(one.task)
    return {number: frozenset(tasks) for number, tasks in found.items()}


def merge(laboratory: Laboratory, name: str, known: Mapping[str, Task], shown: Shown) -> list[str]:
    """Join admitted insights that look alike or appear together, two at a time; return the ids of what came of it."""
    library, merged = laboratory.library, []
    left = {one.number: one for one in library.find(status=Status.ADMITTED)}
    while left:
        _, one = left.popitem()
        for other in _near(laboratory, one, left, shown):
            whole = joined(laboratory, name, [other, one], known)
            if whole is None:
                continue
            gone = [part.number for part in (one, other) if part.number != whole.number]
            library.settle(gone, Status.RETIRED, note=f"{name}: merged into {whole.id}")
            library.settle([whole.number], Status.ADMITTED, note=f"{name}: for {one.id} and {other.id}")
            merged.append(whole.id)
            del left[other.number]
            break
    return merged


def _near(laboratory: Laboratory, one: Insight, left: Mapping[int, Insight], shown: Shown) -> Iterator[Insight]:
    """Yield the insights that may say the same, the likeliest first: by their words, or by where they appear."""
    wanted = Wanted(one.content.condition, (one.content.stage,), most=_NEAREST, without=frozenset([one.number]))
    by_words = {hit.insight.number for hit in search(laboratory.library, wanted)}
    mine = shown.get(one.number, frozenset())
    beside = {
        number
        for number, tasks in shown.items()
        if number in left and left[number].content.stage is one.content.stage and _together(mine, tasks) >= TOGETHER
    }
    words = {number: alike(one, left[number]) for number in (by_words | beside) & left.keys()}
    likely = [number for number in words if number in beside or words[number] >= ALIKE]
    for number in sorted(likely, key=lambda each: (-words[each], each))[:_NEAREST]:
        yield left[number]


def _together(one: frozenset[str], other: frozenset[str]) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer > 1 else 0.0


def prune(laboratory: Laboratory, name: str, known: Mapping[str, Task], tries: Sequence[Try]) -> list[str]:
    """Retire what is shown in vain: cited by no right answer, of help nowhere before, and not missed when it is gone.

    The tasks that showed it are tried again without it; one that is lost keeps it. Return the ids of what was retired.
    """
    library, retired = laboratory.library, []
    cited = {name for one in tries if one.right for name in one.used}
    for number, tasks in sorted(shown_on(tries).items()):
        one = library.get(number)
        helped = one.count(Use.POSITIVE) or one.count(Use.UNRETRIEVED)
        if one.id in cited or helped or len(tasks) < IN_VAIN or one.status is not Status.ADMITTED:
            continue
        before = {each.task for each in tries if each.task in tasks and each.right}
        alone = laboratory.shelf(without=frozenset([number]))
        after = laboratory.attempts(f"{name}: without {one.id}", [known[task] for task in sorted(tasks)], alone)
        if before <= {each.task for each in after if each.right}:
            library.settle([number], Status.RETIRED, note=f"{name}: shown on {len(tasks)} tasks in vain")
            retired.append(one.id)
    return retired
