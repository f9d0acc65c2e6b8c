"""Live progress of a run: how many are done, how fast, and when it will end."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.live import Live as RichLive
from rich.text import Text

from optwright.eval.batch import Progress
from optwright.eval.work import Attempt

EVERY = 10.0
"""Seconds between lines where nobody watches a terminal."""


class Live:
    """Shows progress on standard error: one line that is redrawn, or a line now and then in a log."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._console = Console(file=stream or sys.stderr, highlight=False)
        self._live: RichLive | None = None
        self._last = 0.0

    def __enter__(self) -> Live:
        """Begin."""
        if self._console.is_terminal:
            self._live = RichLive(console=self._console, refresh_per_second=4, transient=False)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        if self._live is not None:
            self._live.stop()

    def observe(self, progress: Progress, attempt: Attempt | None) -> None:
        """Show how far the run is."""
        if self._live is not None:
            self._live.update(Text(words(progress)))
            return
        now = time.monotonic()
        if attempt is None or progress.left == 0 or now - self._last >= EVERY:
            self._last = now
            self._console.print(words(progress))


def words(progress: Progress) -> str:
    """Say in one line how far a run is."""
    done = progress.before + progress.done
    parts = [f"{done}/{progress.total} attempts ({100 * done / max(progress.total, 1):.0f}%)"]
    if progress.before:
        parts.append(f"{progress.before} from before")
    if progress.done:
        parts.append(f"{progress.rate:.2f}/s")
    if progress.eta is not None and progress.left:
        parts.append(f"{_clock(progress.eta)} left")
    parts += [f"{count} {name}" for name, count in progress.failures.most_common(3)]
    if progress.retried:
        parts.append(f"{progress.retried} asked again")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
