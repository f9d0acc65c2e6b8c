"""Live progress of a solve on standard error: one line a step, so that standard output holds the answer alone."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

if TYPE_CHECKING:
    from optwright.agent.context import Progress as Event
    from optwright.trace import Step

WORDS = {
    "retrieve": "looking for experience",
    "formulate": "formulating",
    "read": "reading offline",
    "check": "checking the formulation",
    "program": "writing the program",
    "execute": "solving",
    "verify": "checking the answer",
    "repair": "repairing",
    "explain": "explaining",
    "hear": "understanding",
    "clarify": "looking for questions",
    "tell": "putting it into words",
}
_QUIET = frozenset({"retrieve", "explain"})


class Progress:
    """Shows what is going on: a spinner while a step runs (on a terminal), a line when it is over."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False, markup=False)
        self.spinner: Status | None = None

    def __enter__(self) -> Self:
        """Start the spinner where there is a terminal to spin on."""
        if self.console.is_terminal:
            self.spinner = self.console.status(Text("starting"))
            self.spinner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the spinner."""
        if self.spinner is not None:
            self.spinner.stop()

    def step(self, event: Event) -> None:
        """Tell of one step that starts or is over."""
        words = WORDS.get(event.name, event.name)
        if event.step is None:
            if self.spinner is not None:
                self.spinner.update(Text(words))
        elif event.name not in _QUIET:
            self.console.print(Text(f"  {words:<26}{_summary(event.step)}"), soft_wrap=True)


def _summary(step: Step) -> str:
    parts = [f"{step.seconds:6.2f} s"]
    if step.call is not None:
        parts.append(f"{step.call.prompt_tokens}+{step.call.completion_tokens} tokens")
    if step.evidence.trouble:
        parts.append(step.evidence.trouble.splitlines()[0][:160])
    elif step.evidence.notes:
        parts.append(step.evidence.notes[0].splitlines()[0][:160])
    return "  ".join(parts)
