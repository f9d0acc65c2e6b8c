"""The gate: an insight is admitted only if a replay on held-out tasks does not get worse with it.

Paired: every task is tried without the candidate and with it. The sample grows until the exact sign test decides or the
tasks or the budget end; each look spends an equal part of the error (Bonferroni), since looking often finds something.
Replays cost little: where the candidate is not shown the requests are the same, and a cache answers them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from optwright.eval.lessons.laboratory import Task, Try
from optwright.eval.metrics import looks, sign_test

FIRST_LOOK = 8
"""Held-out tasks at the first look; every further look doubles them."""
ERROR = 0.05

Trial = Callable[[Sequence[Task]], tuple[list[Try], list[Try]]]
"""Try tasks without the candidate and with it; both lists in the order of the tasks."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate decided, and on what."""

    admitted: bool
    reason: str
    tried: int
    """Held-out tasks replayed."""
    shown: int
    """Tasks on which the candidate was shown."""
    mended: tuple[str, ...]
    """Ids of tasks that became right with it."""
    broken: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {**asdict(self), "mended": list(self.mended), "broken": list(self.broken)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Ruling:
        """Rebuild from `to_json`."""
        return cls(**{**data, "mended": tuple(data["mended"]), "broken": tuple(data["broken"])})


def rule(name: str, held_out: Sequence[Task], trial: Trial, *, helped: int = 0) -> Ruling:
    """Decide on the candidate called `name`; `helped` tasks outside the sample were mended by it: its sources.

    Admitted when it breaks no more of the sample than it mends, and all its retrievals together help more than they
    hurt. Refused at once when it is significantly worse; admitted at once when significantly better.
    """
    sizes = looks(len(held_out), FIRST_LOOK)
    without: list[Try] = []
    with_it: list[Try] = []
    for size in sizes:
        before, after = trial(held_out[len(without) : size])
        without, with_it = without + before, with_it + after
        mended, broken = flips(without, with_it)
        level = ERROR / len(sizes)
        if sign_test(len(broken), len(mended)) <= level:
            return _ruling(False, "worse on held-out tasks", name, without, with_it)
        if sign_test(len(mended), len(broken)) <= level:
            return _ruling(True, "better on held-out tasks", name, without, with_it)
    mended, broken = flips(without, with_it)
    if len(broken) > len(mended):
        return _ruling(False, "breaks more held-out tasks than it mends", name, without, with_it)
    if helped + len(mended) <= len(broken):
        return _ruling(False, "helps no more than it hurts", name, without, with_it)
    return _ruling(True, "not worse on held-out tasks, and helps", name, without, with_it)


def mixed(tasks: Sequence[Task], tries: Sequence[Try]) -> list[Task]:
    """Order tasks so that solved and unsolved ones alternate: every look at a sample sees both kinds."""
    pairs = list(zip(tasks, tries, strict=True))
    solved, unsolved = ([task for task, one in pairs if one.right is kind] for kind in (True, False))
    return [task for couple in zip_longest(solved, unsolved) for task in couple if task is not None]


def flips(before: Sequence[Try], after: Sequence[Try]) -> tuple[list[str], list[str]]:
    """Return the ids that became right and those that became wrong."""
    pairs = [(one.task, one.right, other.right) for one, other in zip(before, after, strict=True)]
    return [task for task, was, now in pairs if now and not was], [task for task, was, now in pairs if was and not now]


def _ruling(admitted: bool, reason: str, name: str, without: Sequence[Try], with_it: Sequence[Try]) -> Ruling:
    mended, broken = flips(without, with_it)
    shown = sum(name in one.shown for one in with_it)
    return Ruling(admitted, reason, len(without), shown, tuple(mended), tuple(broken))
