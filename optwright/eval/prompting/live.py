"""Live progress of an optimisation: what is done now, the best so far, and what it cost."""

from __future__ import annotations

from typing import TextIO

from optwright.eval.screen import Screen
from optwright.prompts.search.ledger import Entry, Ledger


class Live(Screen):
    """Shows progress on standard error: a few lines that are redrawn, or lines one below the other in a log."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._title, self._line, self._made, self._ledger = "", "", "", Ledger()

    def begin(self, strategy: str, model: str, steps: int) -> None:
        """Say what is done at all."""
        self._title = f"{strategy} for {model}, {steps} steps"
        if not self.redrawn:
            self.tell(self._title)

    def told(self, ledger: Ledger, line: str) -> None:
        """Show what is done now."""
        self._ledger, self._line, self._made = ledger, line, ""
        if self.redrawn:
            self._draw()
        else:
            self.tell("; ".join(filter(None, (line, best(ledger), spent(ledger)))))

    def made(self, done: int, total: int) -> None:
        """Show how many of the attempts that are asked for are made."""
        self._made = f"{done}/{total} attempts"
        if self.redrawn:
            self._draw()
        else:
            self.tell(f"  {self._made}", now=False)

    def _draw(self) -> None:
        now = f"{self._line}{f': {self._made}' if self._made else ''}"
        lines = (self._title, now, best(self._ledger), counts(self._ledger), spent(self._ledger))
        self.draw("\n".join(filter(None, lines)))


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
