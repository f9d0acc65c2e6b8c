"""Tasks and the feed that hands them out: what every engine works through."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from optwright.eval.folder import Key
from optwright.eval.prediction import Prediction
from optwright.problem import Problem


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt to make: the words, and which sample it is. Nothing of the answer."""

    id: str
    sample: int
    text: str
    prompts: Mapping[str, str] | None = None
    """Texts of prompt templates by `template.part`, in place of the run's; None: the run's."""

    @property
    def key(self) -> Key:
        """What makes it unique in a run."""
        return (self.id, self.sample)

    @property
    def problem(self) -> Problem:
        """What the method is given."""
        return Problem(self.text, name=self.id)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a task: a prediction, or also `trouble` when the server or the sandbox failed."""

    task: Task
    prediction: Prediction
    trouble: str = ""


Worker = Callable[[Task], Attempt]
"""Makes one attempt; called from many threads. Raises only what is a fault of this program."""


class Engine(Protocol):
    """Works through a feed with constant concurrency.

    `attempts` takes tasks from the feed until it is finished and yields one attempt for each task that it takes, in
    any order; a task whose worker was lost is put back with `Feed.again` and yields nothing. It is consumed by one
    thread, which calls `Feed.done` for each attempt. Closing the generator stops the work.
    """

    def attempts(self, feed: Feed) -> Iterator[Attempt]:
        """Yield attempts as they finish."""
        ...


class Feed:
    """The tasks still to do. Thread-safe; finished when none waits and none is out."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._waiting = deque(tasks)
        self._out: dict[Key, Task] = {}
        self._condition = threading.Condition()
        self._closed = False

    def take(self, *, wait: bool = True) -> Task | None:
        """Return the next task, or None when all is done or closed; without `wait`, also when none waits now."""
        with self._condition:
            while not self._closed:
                if self._waiting:
                    task = self._waiting.popleft()
                    self._out[task.key] = task
                    return task
                if not self._out or not wait:
                    return None
                self._condition.wait()
            return None

    def again(self, task: Task) -> None:
        """Put a task back at the end: its worker was lost, or the server failed."""
        with self._condition:
            if self._out.pop(task.key, None) is not None:
                self._waiting.append(task)
                self._condition.notify()

    def done(self, task: Task) -> bool:
        """Note that a task is finished. Returns False when it was not out: a late answer of a lost worker."""
        with self._condition:
            known = self._out.pop(task.key, None) is not None
            if not self._waiting and not self._out:
                self._condition.notify_all()
            return known

    def close(self) -> None:
        """Hand out nothing more."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    @property
    def finished(self) -> bool:
        """Whether nothing waits and nothing is out."""
        with self._condition:
            return self._closed or not (self._waiting or self._out)
