"""What to tell a person or a model about an outcome that is no solution, and what to do next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optwright.outcome import Conflict, Failure, Key, Outcome, Termination, label
from optwright.solvers.answer import Answer
from optwright.solvers.conflict import explain_conflict
from optwright.solvers.elastic import Solve
from optwright.solvers.standard import StandardForm

BOX = 1e5
"""Bounds given to unbounded columns to see which of them run away, where no ray can be computed."""
SHOWN = 12
"""Members of a conflict or a ray that are named in words; the rest is counted."""


def diagnose(form: StandardForm, outcome: Outcome, answer: Answer | None, solve: Solve, seconds: float) -> Outcome:
    """Add the conflict of an infeasible form and the runaway variables of an unbounded one, within the time given."""
    if outcome.failure is not None:
        return outcome
    if outcome.termination is Termination.INFEASIBLE:
        return outcome.with_(conflict=explain_conflict(form, solve, seconds))
    if outcome.termination is Termination.UNBOUNDED:
        return outcome.with_(runaway=runaway(form, answer.ray if answer else None, solve, seconds))
    return outcome


def runaway(form: StandardForm, ray: np.ndarray | None, solve: Solve, seconds: float) -> tuple[tuple[str, Key], ...]:
    """Return the variables that can grow without limit together: those of a ray, or those that hit a large box."""
    if ray is None and not len(form.code.op) and not len(form.quadratic.value) and not form.special:
        ray = solve(replace(form, integer=np.zeros(form.width, dtype=np.bool_)), seconds).ray
    if ray is not None:
        moving = np.abs(ray) > 1e-9 * max(1e-30, float(np.abs(ray).max(initial=0.0)))
        return tuple(form.columns[column].plain for column in np.flatnonzero(moving))
    low, high = np.maximum(form.lower, -BOX), np.minimum(form.upper, BOX)
    low, high = np.minimum(low, form.upper), np.maximum(high, form.lower)
    point = solve(replace(form, lower=low, upper=high), seconds).point
    if point is None:
        return ()
    hit = (np.isinf(form.lower) & (point <= 0.9 * low)) | (np.isinf(form.upper) & (point >= 0.9 * high))
    return tuple(form.columns[column].plain for column in np.flatnonzero(hit))


def explain_failure(outcome: Outcome) -> str:
    """Say in words what came of a run and what to do next; for a proven optimum, that it is one."""
    if outcome.failure is not None:
        said = outcome.message.strip() or "no details are known"
        return f"{_FAILURES[outcome.failure]}: {said}{_end(said)} {_NEXT[outcome.failure]}"
    if outcome.termination is Termination.INFEASIBLE:
        return _infeasible(outcome)
    if outcome.termination is Termination.UNBOUNDED:
        return _unbounded(outcome)
    text = _TERMINATIONS[outcome.termination]
    if outcome.termination in (Termination.TIME_LIMIT, Termination.OTHER_LIMIT):
        text += _incumbent(outcome)
    elif outcome.termination is Termination.OPTIMAL and not outcome.has_incumbent:
        text = "The solver calls the model optimal but returned no point. Solve it again with the other solver."
    return f"{text} {outcome.message}".strip()


def _incumbent(outcome: Outcome) -> str:
    if not outcome.has_incumbent:
        return " No feasible point was found by then. Allow more time, or tighten bounds and big-M constants."
    value = "" if outcome.objective is None else f" with objective {outcome.objective:g}"
    gap = "" if outcome.gap is None else f", at most {100 * outcome.gap:.3g}% from the optimum"
    return f" A feasible point{value} was found{gap}. Allow more time, or accept it with a larger gap."


def _infeasible(outcome: Outcome) -> str:
    parts = ["The model is infeasible: no point meets all of its constraints."]
    conflict = outcome.conflict
    if outcome.message:
        parts.append(outcome.message + _end(outcome.message))
    if conflict is not None:
        parts.extend(_conflict(conflict))
    parts.append("Check the data and the direction of these relations against the problem's words.")
    return " ".join(parts)


def _conflict(conflict: Conflict) -> list[str]:
    parts = []
    members = [label(name, key) for name, key in conflict.constraints]
    members += [_bound(name, key, kind) for name, key, kind in conflict.bounds]
    if members:
        head = "These exclude each other" if conflict.proven else "Among these is a conflict (time ran out)"
        parts.append(f"{head}: {_list(members)}.")
    if conflict.relaxation:
        steps = [f"{label(name, key)} by {amount:.6g}" for name, key, amount in conflict.relaxation]
        parts.append(f"The smallest total relaxation that restores feasibility: {_list(steps)}.")
    return parts


def _bound(name: str, key: Key, kind: str) -> str:
    if kind == "domain":
        return f"{label(name, key)} being a whole number"
    return f"the {kind} bound of {label(name, key)}"


def _unbounded(outcome: Outcome) -> str:
    text = "The model is unbounded: its objective improves without limit."
    if outcome.runaway:
        text += f" These variables can run away together: {_list([label(*item) for item in outcome.runaway])}."
    return f"{text} A limit is missing, or the objective has the wrong sense or a wrong sign."


def _list(items: list[str]) -> str:
    shown = ", ".join(items[:SHOWN])
    return shown if len(items) <= SHOWN else f"{shown} and {len(items) - SHOWN} more"


def _end(text: str) -> str:
    return "" if text.endswith((".", "!", "?")) else "."


_TERMINATIONS = {
    Termination.OPTIMAL: "An optimal solution was found.",
    Termination.INFEASIBLE_OR_UNBOUNDED: (
        "The model is infeasible or unbounded, and the solver could not tell which. "
        "Give every variable finite bounds and solve again."
    ),
    Termination.TIME_LIMIT: "The time limit was reached before an optimum was proven.",
    Termination.OTHER_LIMIT: "The solver stopped at one of its own limits before an optimum was proven.",
    Termination.ERROR: "The solver failed on the model. Look for extreme or missing numbers, or try the other solver.",
    Termination.UNKNOWN: (
        "The solver stopped without saying whether the model has a solution. "
        "Scale extreme numbers, add bounds, or try the other solver."
    ),
    Termination.NOT_SOLVED: "No solver was called, because there was no model to solve.",
}

_FAILURES = {
    Failure.SCREEN: "The program was refused before it ran",
    Failure.EXCEPTION: "The program raised an error",
    Failure.NO_MODEL: "The program ran but left no model",
    Failure.DEADLINE: "The program ran out of time",
    Failure.MEMORY: "The program ran out of memory",
    Failure.CRASH: "The program crashed",
    Failure.OUTPUT: "The program printed or handed over more than is allowed",
    Failure.FORBIDDEN: "The program tried something that the sandbox does not allow",
    Failure.EXPORT: "The model cannot be handed to a solver",
    Failure.SOLVER: "The solver failed on the model",
}

_NEXT = {
    Failure.SCREEN: "Write plain Python that defines build_model(data) and returns a Pyomo ConcreteModel.",
    Failure.EXCEPTION: "Correct the line named last and run it again.",
    Failure.NO_MODEL: "Define build_model(data) that returns a ConcreteModel, or a module-level ConcreteModel `model`.",
    Failure.DEADLINE: "Build the model with fewer or cheaper steps, without loops that wait or search by themselves.",
    Failure.MEMORY: "Build a smaller model: sparse index sets in place of full products, no large intermediate lists.",
    Failure.CRASH: "Look for native code used wrongly or very deep recursion, and build the model with Pyomo alone.",
    Failure.OUTPUT: "Print less; results are read from the model itself.",
    Failure.FORBIDDEN: "Use only the data passed to build_model: no files, network, processes or environment.",
    Failure.EXPORT: "Change the named component and run it again.",
    Failure.SOLVER: "Check the model for extreme numbers and the chosen solver against the class of the model.",
}
