"""Running a benchmark: what is still to do, one result a line, resumable after a kill at any moment."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from optwright.datasets.sample import Labels, Sample
from optwright.errors import LibraryError, LLMError, OptwrightError, SandboxError
from optwright.eval.folder import Key, Record, RunFolder
from optwright.eval.work import Attempt, Engine, Feed, Task

TRIES = 2
"""How often an item is asked for when the server fails; after that the failure is its result."""
PATIENCE = 20
"""Server failures in a row, with no success between them, after which a run is given up."""


@dataclass
class Progress:
    """How far a run is, as the observer sees it."""

    total: int
    before: int
    """Done by earlier invocations."""
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    failures: Counter[str] = field(default_factory=Counter)
    retried: int = 0

    @property
    def left(self) -> int:
        """Attempts still to make."""
        return self.total - self.before - self.done

    @property
    def rate(self) -> float:
        """Attempts per second of this invocation."""
        return self.done / max(time.monotonic() - self.started, 1e-9)

    @property
    def eta(self) -> float | None:
        """Seconds to the end at this rate; None before the first result."""
        return self.left / self.rate if self.done else None


Observer = Callable[[Progress, Attempt | None], None]
"""Called at the start (with None) and after each result, from one thread."""


_ERRORS: dict[str, type[OptwrightError]] = {"sandbox": SandboxError, "library": LibraryError}


def tasks_of(samples: Sequence[Sample], labels: Labels, *, repeats: int = 1) -> list[Task]:
    """Return every attempt of a run: all items once, then all a second time, so that a cut run covers all items."""
    return [Task(sample.id, number, sample.version(labels).question) for number in range(repeats) for sample in samples]


def run(folder: RunFolder, tasks: Sequence[Task], engine: Engine, *, observe: Observer = lambda *_: None) -> Progress:
    """Do what is not yet done and write each result once. Only this function writes results.

    Raises LLMError (SandboxError, LibraryError) when the server (the sandbox, the library) fails `PATIENCE` times in a
    row; what was done stays, and the run can be resumed.
    """
    folder.repair()
    done: set[Key] = {record.key for record in folder.records()}
    todo = [task for task in tasks if task.key not in done]
    feed, progress = Feed(todo), Progress(total=len(tasks), before=len(tasks) - len(todo))
    troubles, in_a_row = Counter[Key](), 0
    observe(progress, None)
    for attempt in engine.attempts(feed):
        task = attempt.task
        in_a_row = in_a_row + 1 if attempt.trouble else 0
        if in_a_row >= min(PATIENCE, len(todo) * TRIES):
            kind = _ERRORS.get(attempt.prediction.failure, LLMError)
            raise kind(f"{attempt.trouble} (the last {in_a_row} attempts failed; go on later with --resume)")
        troubles[task.key] += bool(attempt.trouble)
        if attempt.trouble and troubles[task.key] < TRIES:
            progress.retried += 1
            feed.again(task)
            continue
        if task.key in done:
            continue
        folder.append(Record(task.id, task.sample, attempt.prediction))
        done.add(task.key)
        feed.done(task)
        progress.done += 1
        if attempt.prediction.failure:
            progress.failures[attempt.prediction.failure] += 1
        observe(progress, attempt)
    return progress
