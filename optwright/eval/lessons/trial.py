"""Trials of insights: on the tasks that taught them, and at the gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from optwright.eval.lessons.gate import Ruling, flips, rule
from optwright.eval.lessons.laboratory import Laboratory, Task, Try
from optwright.experience.insight import Insight, Status, Use, number_of
from optwright.experience.library import Used


def verified(laboratory: Laboratory, key: str, one: Insight, sources: Iterable[Task]) -> bool:
    """Whether every source task is solved when the insight alone is at hand, shown by its own condition."""
    shelf = laboratory.shelf(only=frozenset([one.number]))
    tries = laboratory.attempts(f"{key}: verify {one.id} v{one.version}", sources, shelf)
    return all(found.right and one.id in found.shown for found in tries)


def examined(
    laboratory: Laboratory,
    key: str,
    one: Insight,
    held_out: Sequence[Task],
    *,
    sources: Sequence[Task] = (),
    instead_of: Sequence[int] = (),
) -> Ruling:
    """Ask the gate about one insight beside those that are admitted, or in the place of some of them.

    A source task counts for it only while it is not solved without it; taking the place of others is help enough.
    """
    library, own, replaced = laboratory.library, frozenset([one.number]), frozenset(instead_of)
    admitted = {insight.number for insight in library.find(status=Status.ADMITTED)}
    before = laboratory.shelf(also=replaced, without=own)
    after = laboratory.shelf(also=own, without=replaced)
    states = (admitted - own) | replaced, (admitted - replaced) | own

    def trial(tasks: Sequence[Task]) -> tuple[list[Try], list[Try]]:
        shelves = zip(states, (before, after), strict=True)
        first, second = (laboratory.attempts(f"with {_state(state)}", tasks, shelf) for state, shelf in shelves)
        return first, second

    def _state(numbers: Iterable[int]) -> str:
        return ", ".join(f"{found.id} v{found.version}" for found in library.find(numbers)) or "no insight"

    def work() -> dict[str, Any]:
        mended, broken = flips(*trial(sources))
        helped = len(mended) - len(broken) + len(replaced)
        return rule(one.id, held_out, trial, helped=helped).to_json()

    # By its number alone: a run that was killed after the ruling finds another version of it.
    return Ruling.from_json(laboratory.journal.once(f"{key}: gate {one.id}", work))


def credits(tries: Iterable[Try], run: str) -> list[Used]:
    """Return what can be said of retrievals without asking: one that a right attempt cites has helped."""
    return [Used(number_of(name), one.task, Use.POSITIVE, run) for one in tries if one.right for name in one.used]


def precision(tries: Iterable[Try]) -> float | None:
    """Return the share of shown insights that an attempt cites and comes out right with; None when none was shown."""
    pairs = [(name in one.used and one.right) for one in tries for name in one.shown]
    return sum(pairs) / len(pairs) if pairs else None
