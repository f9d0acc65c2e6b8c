"""Where progress is shown: lines that are redrawn on a terminal, or lines one below the other in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

EVERY = 10.0
"""Seconds between lines of one kind where nobody watches a terminal."""


class Screen:
    """Standard error, or another stream. Use it as a context."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._console = Console(file=stream or sys.stderr, highlight=False, markup=False)
        self._live: Live | None = None
        self._last = 0.0

    def __enter__(self) -> Self:
        """Begin."""
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=4, transient=False)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        if self._live is not None:
            self._live.stop()

    @property
    def redrawn(self) -> bool:
        """Whether lines are redrawn: somebody watches."""
        return self._live is not None

    def draw(self, text: str) -> None:
        """Show the text in place of what was shown; nothing in a log."""
        if self._live is not None:
            self._live.update(Text(text))

    def tell(self, line: str, *, now: bool = True) -> None:
        """Add a line to a log; unless `now`, only where the last such line is `EVERY` seconds ago."""
        if not now and time.monotonic() - self._last < EVERY:
            return
        self._last = time.monotonic()
        self._console.print(line, soft_wrap=True)
