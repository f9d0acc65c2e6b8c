"""Live progress of a run: how many are done, how fast, and when it will end."""

from __future__ import annotations

from optwright.eval.batch import Progress
from optwright.eval.screen import Screen
from optwright.eval.work import Attempt


class Live(Screen):
    """Shows progress on standard error: one line that is redrawn, or a line now and then in a log."""

    def observe(self, progress: Progress, attempt: Attempt | None) -> None:
        """Show how far the run is."""
        if self.redrawn:
            self.draw(words(progress))
        else:
            self.tell(words(progress), now=attempt is None or progress.left == 0)


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
