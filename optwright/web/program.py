"""The Program tab: the Pyomo source, and what the solver logged."""

from __future__ import annotations

from optwright.agent.solution import Solution

MOST_LETTERS = 200_000


def source(solution: Solution | None) -> str:
    """Return the program, cut where it is longer than a browser likes."""
    return _cut(solution.program or "") if solution else ""


def log(solution: Solution | None) -> str:
    """Return the solver's log and what the program printed."""
    if solution is None or solution.outcome is None:
        return ""
    outcome = solution.outcome
    parts = [("", outcome.log_tail), ("printed:\n", outcome.stdout), ("error output:\n", outcome.stderr)]
    return _cut("\n".join(f"{title}{text.rstrip()}" for title, text in parts if text.strip()))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}\n... (cut; the export has it all)"
