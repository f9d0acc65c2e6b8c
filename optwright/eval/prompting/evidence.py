"""What a solve showed, in short words for a model that improves prompts. Nothing here has seen the right answer."""

from __future__ import annotations

from collections.abc import Iterator

from optwright.agent.solution import Solution
from optwright.formulation.elements import Formulation

MOST = 1600
"""Characters of the whole."""
_LINE = 240
_LINES = 6
"""Lines of one kind."""
_MODEL = 600
"""Characters of the model that was written."""


def evidence(solution: Solution) -> str:
    """Return the answer's headline, what went wrong, what the checks and the solver say, the steps and the model."""
    return "\n".join(dict.fromkeys(line for line in _lines(solution) if line))[:MOST]


def _lines(solution: Solution) -> Iterator[str]:
    yield _short(solution.explanation.headline)
    if (failure := solution.failure) is not None:
        yield f"failure: {failure.kind}: {_short(failure.message)}"
    yield from (f"check: {_short(str(finding))}" for finding in solution.findings[:_LINES])
    outcome = solution.outcome
    if outcome is not None and not outcome.solved:
        yield f"solver: {outcome.termination}{f', {_short(outcome.message)}' if outcome.message else ''}"
    yield from (f"diagnosis: {_short(reason)}" for reason in solution.explanation.reasons[:_LINES])
    yield f"steps: {', '.join(_steps(solution))}"
    yield _written(solution)


def _steps(solution: Solution) -> Iterator[str]:
    for step in solution.trace.steps:
        trouble = step.evidence.trouble
        yield f"{step.name} ({_short(trouble, 120)})" if trouble else step.name


def _written(solution: Solution) -> str:
    """Return the gist of the model that was written: how many of what, the objective and the first constraints."""
    if solution.formulation is not None:
        return _cut(f"model: {'; '.join(_gist(solution.formulation))}", _MODEL)
    if solution.program:
        return _cut(f"program: {solution.program.strip()}", _MODEL)
    return ""


def _gist(formulation: Formulation) -> Iterator[str]:
    yield f"variables {', '.join(f'{one.name} ({one.domain})' for one in formulation.variables[:_LINES])}"
    yield from (f"{one.sense} {one.expression}" for one in formulation.objectives)
    for one in formulation.constraints[: 2 * _LINES]:
        yield f"{one.expression}{f' for {one.for_each}' if one.for_each else ''}"


def _short(text: str, most: int = _LINE) -> str:
    return _cut(" ".join(text.split()), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
