"""The engine of one machine and a fast server: several processes with a pool of threads each.

One Python process computes on one core: at some 27 ms of its own time a problem, that is 35 problems a second at most.
Where the server is faster, the work is divided among processes; this one alone writes. A process that dies gives its
tasks back.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from optwright.eval.folder import Key
from optwright.eval.gate import Turnstile
from optwright.eval.prediction import Prediction
from optwright.eval.settings import Settings, pipeline
from optwright.eval.threads import workers_for
from optwright.eval.work import Attempt, Feed, Task

PLACES = 48
"""Requests in flight for which one process is enough."""
LOSSES = 3
"""A task whose process died this often is given up: it may be what kills them."""


def processes_for(concurrency: int) -> int:
    """Return among how many processes to divide this many requests in flight: at most one for two cores."""
    return max(1, min((os.cpu_count() or 1) // 2, -(-concurrency // PLACES)))


@dataclass
class _Child:
    process: subprocess.Popen[str]
    out: dict[Key, Task] = field(default_factory=dict)

    def send(self, data: dict[str, Any]) -> None:
        """Write one line; a child that is gone is noticed where its answers are read."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(data) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass


class Processes:
    """Work through a feed with several processes on this machine. Fulfils `Engine`."""

    def __init__(self, settings: Settings, key: str | None, count: int) -> None:
        pipeline(settings.pipeline)(settings, turnstile=Turnstile(1), key=key)  # its mistakes are better told here
        self._settings = settings
        self._key = key
        self._count = count
        self._children: list[_Child] = []
        self._inbox: queue.SimpleQueue[tuple[_Child, str | None]] = queue.SimpleQueue()
        self._losses: Counter[Key] = Counter()

    def attempts(self, feed: Feed) -> Iterator[Attempt]:
        """Yield attempts as they finish. Raises RuntimeError with the traceback of a fault in a child."""
        try:
            while not feed.finished:
                while len(self._children) < self._count:
                    self._children.append(self._start())
                self._dispatch(feed)
                child, line = self._inbox.get()
                if line is not None:
                    yield self._read(child, line)
                else:
                    yield from self._lost(child, feed)
        finally:
            feed.close()
            for child in self._children:
                child.process.kill()
                child.process.wait()

    def _start(self) -> _Child:
        command = [sys.executable, "-m", "optwright.eval.child"]
        pipe = subprocess.PIPE
        child = _Child(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8"))
        places = -(-self._settings.concurrency // self._count)
        child.send({"settings": self._settings.to_json(), "key": self._key, "places": places})
        threading.Thread(target=self._listen, args=(child,), daemon=True).start()
        return child

    def _listen(self, child: _Child) -> None:
        assert child.process.stdout is not None
        for line in child.process.stdout:
            self._inbox.put((child, line))
        self._inbox.put((child, None))

    def _dispatch(self, feed: Feed) -> None:
        """Hand out tasks, each to the least busy process, until as many are out as keep the server busy."""
        while sum(len(child.out) for child in self._children) < workers_for(self._settings.concurrency):
            task = feed.take(wait=False)
            if task is None:
                return
            child = min(self._children, key=lambda each: len(each.out))
            child.out[task.key] = task
            child.send(asdict(task))

    def _read(self, child: _Child, line: str) -> Attempt:
        answer = json.loads(line)
        task = child.out.pop((answer["id"], answer["sample"]))
        if "fault" in answer:
            raise RuntimeError(f"a worker process failed on {task.id}:\n{answer['fault']}")
        return Attempt(task, Prediction.from_json(answer["prediction"]), answer["trouble"])

    def _lost(self, child: _Child, feed: Feed) -> Iterator[Attempt]:
        self._children.remove(child)
        status = child.process.wait()
        if not child.out:
            raise RuntimeError(f"a worker process ended at once (status {status}); its message is above")
        for task in child.out.values():
            self._losses[task.key] += 1
            if self._losses[task.key] < LOSSES:
                feed.again(task)
            else:
                words = f"{LOSSES} worker processes ended during this attempt (status {status})"
                yield Attempt(task, Prediction(failure="lost", message=words))
