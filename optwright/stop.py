"""Stopping what runs in another thread: a model call is left behind, a solver's process is ended.

A piece of work runs under `stoppable(stop)`; whatever waits in it registers, with `stop.calling`, what ends its wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from optwright.errors import StoppedError

LINE = "stopped by the user"


class Stop:
    """A switch that stays on once it was turned on. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on = False
        self._enders: dict[int, Callable[[], None]] = {}
        self._count = 0

    @property
    def on(self) -> bool:
        """Whether it was turned on."""
        return self._on

    def set(self) -> None:
        """Turn it on, and call what was registered."""
        with self._lock:
            self._on = True
            enders = list(self._enders.values())
        for end in enders:
            end()

    def check(self) -> None:
        """Raise StoppedError once it is on."""
        if self._on:
            raise StoppedError(LINE)

    @contextmanager
    def calling(self, end: Callable[[], None]) -> Iterator[None]:
        """Have `end` called, from another thread, should it be turned on meanwhile. Raises StoppedError if it is on."""
        with self._lock:
            self.check()
            self._count += 1
            number = self._count
            self._enders[number] = end
        try:
            yield
        finally:
            with self._lock:
                del self._enders[number]


_current: ContextVar[Stop | None] = ContextVar("optwright_stop", default=None)


def current() -> Stop:
    """Return the switch of the work that is running; one that nobody can turn on where there is none."""
    return _current.get() or Stop()


def watched() -> bool:
    """Whether the work that is running can be stopped."""
    return _current.get() is not None


@contextmanager
def stoppable(stop: Stop) -> Iterator[None]:
    """Run the block's work, in this thread, under a switch."""
    token = _current.set(stop)
    try:
        yield
    finally:
        _current.reset(token)
