"""Worker processes that may hang or die: each task has a deadline, and a lost worker is replaced."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")
# Never fork: a process that has solved with HiGHS hangs in its children.
_CONTEXT = multiprocessing.get_context("spawn")
STARTING = 60.0
"""Seconds allowed on top for the first task of a process, which imports what it needs."""


@dataclass(slots=True)
class _Worker(Generic[Given]):
    process: BaseProcess
    pipe: Connection
    task: Given | None = None
    until: float = 0.0
    fresh: bool = True


def _serve(function: Callable[[Any], Any], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers an interruption, and ends us
    while True:
        try:
            pipe.send(function(pipe.recv()))
        except (EOFError, OSError):
            return


class Workers(Generic[Given, Made]):
    """Runs one function on tasks in several processes; both must be picklable."""

    def __init__(self, function: Callable[[Given], Made], count: int) -> None:
        self._function = function
        self._idle: list[_Worker[Given]] = []
        self._busy: list[_Worker[Given]] = []
        self._count = max(1, count)

    def __enter__(self) -> Workers[Given, Made]:
        """Start nothing yet: processes are started when tasks come."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every process."""
        for worker in [*self._idle, *self._busy]:
            self._end(worker)
        self._idle, self._busy = [], []

    @property
    def free(self) -> int:
        """How many more tasks can start at once."""
        return self._count - len(self._busy)

    @property
    def running(self) -> int:
        """How many tasks are under way."""
        return len(self._busy)

    def start(self, task: Given, seconds: float) -> None:
        """Start a task that may take so many seconds. `free` must not be 0."""
        worker = self._idle.pop() if self._idle else self._hire()
        worker.task = task
        worker.until = time.monotonic() + seconds + (STARTING if worker.fresh else 0.0)
        worker.fresh = False
        worker.pipe.send(task)
        self._busy.append(worker)

    def finished(self, patience: float = 0.5) -> Iterator[tuple[Given, Made | None]]:
        """Yield what is done, waiting a little for it; None for a task whose process hung or died."""
        ready = wait([worker.pipe for worker in self._busy], timeout=patience)
        now = time.monotonic()
        for worker in list(self._busy):
            if worker.pipe in ready:
                yield self._received(worker)
            elif now > worker.until:
                yield self._lost(worker)

    def _received(self, worker: _Worker[Given]) -> tuple[Given, Made | None]:
        assert worker.task is not None
        try:
            made: Made = worker.pipe.recv()
        except (EOFError, OSError):
            return self._lost(worker)
        self._busy.remove(worker)
        self._idle.append(worker)
        return worker.task, made

    def _lost(self, worker: _Worker[Given]) -> tuple[Given, None]:
        assert worker.task is not None
        self._busy.remove(worker)
        self._end(worker)
        return worker.task, None

    def _hire(self) -> _Worker[Given]:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_serve, args=(self._function, theirs), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _end(self, worker: _Worker[Given]) -> None:
        worker.pipe.close()
        worker.process.kill()
        worker.process.join(10)
