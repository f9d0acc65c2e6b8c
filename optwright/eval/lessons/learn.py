"""One pass over training tasks: attempts, lessons from failures, verification, merging, the gate; batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from optwright.errors import BudgetError, InputError
from optwright.eval.lessons.gate import Ruling, mixed
from optwright.eval.lessons.laboratory import Laboratory, Task, Try
from optwright.eval.lessons.lesson import lessons
from optwright.eval.lessons.merge import Candidate, merged
from optwright.eval.lessons.trial import credits, examined, precision, verified
from optwright.experience.insight import Provenance, Status

BATCH = 12
"""Training tasks in one batch (AlphaOPT's number)."""

Observer = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much is over."""


@dataclass(frozen=True, slots=True)
class Point:
    """The state of learning after some training tasks: a row of the curves."""

    trained: int
    accuracy: float
    """On the held-out tasks."""
    admitted: int
    """Insights that are shown to models."""
    judged: int
    """Candidates that came to the gate so far."""
    precision: float | None
    """Share of the insights shown on held-out tasks that a right attempt cites."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


@dataclass(slots=True)
class Learned:
    """What a run came to."""

    points: list[Point] = field(default_factory=list)
    rulings: dict[str, Ruling] = field(default_factory=dict)
    """The gate's word on each candidate that came so far, by id."""
    stopped: str = ""
    """Why it ended before all tasks were seen; empty when it did not."""


def learn(
    laboratory: Laboratory,
    train: Sequence[Task],
    held_out: Sequence[Task],
    *,
    batch: int = BATCH,
    observe: Observer = lambda *_: None,
) -> Learned:
    """Learn from the training tasks; the held-out ones only judge. What was learned stays when the budget ends.

    Raises InputError when the two share a task or one is empty, LLMError when the server fails.
    """
    if shared := {task.id for task in train} & {task.id for task in held_out}:
        raise InputError(f"{min(shared)} is in both the training and the held-out tasks; they must be apart")
    if not train or not held_out:
        raise InputError("learning needs training tasks and held-out tasks")
    learned, known = Learned(), {task.id: task for task in train}
    try:
        learned.points.append(_measured(laboratory, held_out, 0, 0))
        judges = _mixed(laboratory, held_out)
        for at in range(0, len(train), batch):
            observe("learning", at, len(train))
            part, key = train[at : at + batch], f"batch {at // batch}"
            for candidate in _candidates(laboratory, key, part, known):
                _admit(laboratory, key, candidate, (judges, known), learned)
            learned.points.append(_measured(laboratory, held_out, at + len(part), len(learned.rulings)))
        observe("learning", len(train), len(train))
    except BudgetError as error:
        learned.stopped = str(error)
    return learned


def judged(laboratory: Laboratory, numbers: Sequence[int], train: Sequence[Task], held_out: Sequence[Task]) -> Learned:
    """Let candidates through the gate; one that is shown on no held-out task stays what it is: nothing is known of it.

    Raises InputError when there are no held-out tasks, LLMError when the server fails.
    """
    if not held_out:
        raise InputError("the gate needs held-out tasks")
    learned, known = Learned(), {task.id: task for task in train}
    try:
        judges = _mixed(laboratory, held_out)
        for number in numbers:
            _admit(laboratory, "gate", Candidate(number), (judges, known), learned, unseen=Status.CANDIDATE)
    except BudgetError as error:
        learned.stopped = str(error)
    return learned


def _measured(laboratory: Laboratory, held_out: Sequence[Task], trained: int, judged: int) -> Point:
    """Measure once: a run that goes on finds a library that has learned more than it had at this point."""
    work = partial(point, laboratory, held_out, trained, judged)
    return Point(**laboratory.journal.once(f"point after {trained}", lambda: work().to_json()))


def _mixed(laboratory: Laboratory, held_out: Sequence[Task]) -> list[Task]:
    """Return the held-out tasks in the order in which the gate looks at them."""

    def work() -> list[str]:
        return [
            task.id for task in mixed(held_out, laboratory.attempts(_state(laboratory), held_out, laboratory.shelf()))
        ]

    by_id = {task.id: task for task in held_out}
    return [by_id[name] for name in laboratory.journal.once("order of the held-out tasks", work)]


def point(laboratory: Laboratory, held_out: Sequence[Task], trained: int, judged: int) -> Point:
    """Measure the library as it is on the held-out tasks."""
    admitted = laboratory.library.find(status=Status.ADMITTED)
    tries = laboratory.attempts(_state(laboratory), held_out, laboratory.shelf())
    right = sum(one.right for one in tries)
    return Point(trained, right / len(tries), len(admitted), judged, precision(tries))


def _state(laboratory: Laboratory) -> str:
    """Name the library as it is, for attempts with all of it."""
    admitted = laboratory.library.find(status=Status.ADMITTED)
    return f"with {', '.join(f'{one.id} v{one.version}' for one in admitted) or 'no insight'}"


def _candidates(laboratory: Laboratory, key: str, part: Sequence[Task], known: Mapping[str, Task]) -> list[Candidate]:
    """Attempt a batch; return the candidates that its failures taught, verified and merged."""

    def work() -> list[dict[str, Any]]:
        return [one.to_json() for one in _taught(laboratory, key, part, known)]

    return [Candidate.from_json(data) for data in laboratory.journal.once(f"{key}: candidates", work)]


def _taught(laboratory: Laboratory, key: str, part: Sequence[Task], known: Mapping[str, Task]) -> list[Candidate]:
    tries = laboratory.attempts(f"{key}: attempt", part, laboratory.shelf())
    laboratory.library.record(credits(tries, laboratory.run))
    failed = [(task, one) for task, one in zip(part, tries, strict=True) if not one.right]
    taught = laboratory.map(lambda pair: _once(laboratory, key, *pair), failed)
    return merged(laboratory, key, [numbers for numbers in taught if numbers], known)


def _once(laboratory: Laboratory, key: str, task: Task, failed: Try) -> list[int]:
    work = partial(taught_by, laboratory, key, task, failed)
    return [int(number) for number in laboratory.journal.once(f"{key}: {task.id}: taught", work)]


def taught_by(laboratory: Laboratory, key: str, task: Task, failed: Try) -> list[int]:
    """Return the candidates of one failure that solve the task they were learned from."""
    kept = []
    for content in lessons(laboratory, key, task, failed):
        origin = Provenance((task.id,), laboratory.model.name, laboratory.run)
        one = laboratory.library.add(content, origin, note=f"learned from {task.id}")
        if one.status is not Status.CANDIDATE:
            continue  # It was judged before: what was refused is not tried again, what is admitted need not be.
        if verified(laboratory, key, one, [task]):
            kept.append(one.number)
        else:
            laboratory.library.settle([one.number], Status.RETIRED, note=f"does not solve its source {task.id}")
    return kept


def _admit(
    laboratory: Laboratory,
    key: str,
    candidate: Candidate,
    tasks: tuple[Sequence[Task], Mapping[str, Task]],
    learned: Learned,
    *,
    unseen: Status = Status.RETIRED,
) -> None:
    """Let a candidate through the gate, or retire it; `unseen` is for one that was shown on no held-out task."""
    library, one = laboratory.library, laboratory.library.get(candidate.number)
    held_out, known = tasks
    sources = [known[task] for task in one.provenance.tasks if task in known]
    ruling = examined(laboratory, key, one, held_out, sources=sources, instead_of=candidate.instead_of)
    learned.rulings[one.id] = ruling
    if ruling.admitted:
        library.settle([one.number], Status.ADMITTED, note=ruling.reason)
        library.settle(candidate.instead_of, Status.RETIRED, note=f"merged into {one.id}")
    else:
        library.settle([one.number], Status.RETIRED if ruling.shown else unseen, note=ruling.reason)
