"""Live progress of an optimisation: what is done now, the best so far, and what it cost."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.live import Live as RichLive
from rich.text import Text

from optwright.prompts.search.ledger import Entry, Ledger

EVERY = 10.0
"""Seconds between lines about attempts where nobody watches a terminal."""


class Live:
    """Shows progress on standard error: a few lines that are redrawn, or lines one below the other in a log."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._console = Console(file=stream or sys.stderr, highlight=False, markup=False)
        self._live: RichLive | None = None
        self._last, self._made = 0.0, ""
        self._title, self._line, self._ledger = "", "", Ledger()

    def __enter__(self) -> Self:
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

    def begin(self, strategy: str, model: str, steps: int) -> None:
        """Say what is done at all."""
        self._title = f"{strategy} for {model}, {steps} steps"
        if self._live is None:
            self._console.print(self._title, soft_wrap=True)

    def told(self, ledger: Ledger, line: str) -> None:
        """Show what is done now."""
        self._ledger, self._line, self._made = ledger, line, ""
        if self._live is not None:
            self._draw()
        else:
            self._console.print("; ".join(filter(None, (line, best(ledger), spent(ledger)))), soft_wrap=True)

    def made(self, done: int, total: int) -> None:
        """Show how many of the attempts that are asked for are made."""
        self._made = f"{done}/{total} attempts"
        if self._live is not None:
            self._draw()
        elif time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            self._console.print(f"  {self._made}", soft_wrap=True)

    def _draw(self) -> None:
        assert self._live is not None
        now = f"{self._line}{f': {self._made}' if self._made else ''}"
        lines = (self._title, now, best(self._ledger), counts(self._ledger), spent(self._ledger))
        self._live.update(Text("\n".join(filter(None, lines))))


def best(ledger: Ledger) -> str:
    """Say in one line how good the best is, "" while nothing has a score."""
    found, seed = ledger.best, ledger.seeds[0] if ledger.seeds else None
    if found is None or found.score is None:
        return ""
    beside = f", the seed {_percent(seed)}" if seed is not None and seed.complete else ""
    held_out = f", held out {100 * found.held_out.mean:.1f}%" if found.held_out else ""
    return f"best so far {_percent(found)} ({found.candidate.id}{beside}{held_out})"


def counts(ledger: Ledger) -> str:
    """Say in one line what became of the candidates."""
    every = ledger.entries.values()
    dropped = sum(entry.score is not None and entry.score.dropped for entry in every)
    failed = sum(bool(entry.failure) for entry in every)
    parts = [f"{len(ledger.scored)} candidates tried on all items", f"{dropped} dropped"]
    parts += [f"{failed} failed"] * bool(failed) + [f"{len(ledger.rejected)} rejected"] * bool(ledger.rejected)
    return ", ".join(parts)


def spent(ledger: Ledger) -> str:
    """Say in one line what it cost."""
    if not ledger.spent.calls:
        return ""
    money = f", ${ledger.money:.2f}" if ledger.money else ""
    return f"{ledger.evaluations} evaluations, {ledger.spent.calls:,} calls, {ledger.spent.tokens:,} tokens{money}"


def _percent(entry: Entry) -> str:
    return f"{100 * entry.score.mean:.1f}%" if entry.score else "?"
