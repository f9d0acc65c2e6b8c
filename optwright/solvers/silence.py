"""Quiet solvers: SCIP and its LP solver print warnings from C, thousands of them at worst, to the process's stderr."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0
_saved = -1


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Make writes to file descriptor 2 fail while any thread is inside; they are lost, in all threads."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _saved
    with _lock:
        _inside += 1
        if _inside > 1:
            return
        try:
            _saved = os.dup(2)
        except OSError:  # there is no stderr
            _saved = -1
            return
        # The reading end of a pipe: writing to it fails at once, and no file is opened, which a sandbox may forbid.
        reading, writing = os.pipe()
        os.dup2(reading, 2)
        os.close(reading)
        os.close(writing)


def _leave() -> None:
    global _inside, _saved
    with _lock:
        _inside -= 1
        if _inside == 0 and _saved >= 0:
            os.dup2(_saved, 2)
            os.close(_saved)
            _saved = -1
