"""Why there is no answer, traced back to the user's sentences: what conflicts, what would give way, what runs away."""

from __future__ import annotations

from collections.abc import Iterator

from optwright.agent.binding import words_of
from optwright.formulation.elements import Formulation
from optwright.outcome import Conflict, Outcome, label

MOST_LINES = 20


def explain_conflict(outcome: Outcome, formulation: Formulation | None) -> list[str]:
    """Return the lines for an infeasible model; without a conflict found, one that says so."""
    conflict = outcome.conflict
    if conflict is None:
        return ["Which requirements conflict could not be found out within the time allowed."]
    lines = [
        "These requirements cannot all hold:" if conflict.proven else "These requirements together seem to conflict:"
    ]
    lines += [f"- {line}" for line in [*_rows(conflict, formulation), *_bounds(conflict, formulation)][:MOST_LINES]]
    relaxed = list(_relaxation(conflict, formulation))[:MOST_LINES]
    if relaxed:
        lines += ["The smallest change in total that makes it possible:", *(f"- {line}" for line in relaxed)]
    return lines


def explain_unbounded(outcome: Outcome, formulation: Formulation | None) -> list[str]:
    """Return the lines for an unbounded model: the variables that can grow without limit."""
    if not outcome.runaway:
        return ["The objective can be improved without limit."]
    variables = {variable.name: variable for variable in formulation.variables} if formulation else {}
    lines = ["The objective can be improved without limit, since nothing limits these together:"]
    for name, key in outcome.runaway[:MOST_LINES]:
        words = variables[name].description or variables[name].quote if name in variables else ""
        lines.append(f"- {label(name, key)}{f': {words}' if words else ''}")
    return [*lines, "A limit is missing, or one is written the wrong way round."]


def _rows(conflict: Conflict, formulation: Formulation | None) -> Iterator[str]:
    declared = {constraint.name: constraint for constraint in formulation.constraints} if formulation else {}
    for name, key in conflict.constraints:
        words = words_of(declared.get(name))
        yield f'{label(name, key)}: "{words}"' if words else label(name, key)


def _bounds(conflict: Conflict, formulation: Formulation | None) -> Iterator[str]:
    variables = {variable.name: variable for variable in formulation.variables} if formulation else {}
    for name, key, side in conflict.bounds:
        words = variables[name].quote or variables[name].description if name in variables else ""
        yield f"the {side} {'bound ' * (side != 'domain')}of {label(name, key)}{f': {words}' if words else ''}"


def _relaxation(conflict: Conflict, formulation: Formulation | None) -> Iterator[str]:
    declared = {constraint.name: constraint for constraint in formulation.constraints} if formulation else {}
    for name, key, amount in conflict.relaxation:
        words = words_of(declared.get(name))
        yield f"{label(name, key)} by {amount:.6g}{f': {chr(34)}{words}{chr(34)}' if words else ''}"
