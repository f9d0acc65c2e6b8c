"""Run the program and solve its model, in a child; the solver is chosen by the class of the problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optwright.agent.context import Context, Stopwatch
from optwright.agent.state import State
from optwright.outcome import Conflict, Outcome, Ranging
from optwright.solvers.options import SolveOptions, Trust
from optwright.solvers.runner import run, run_formulation
from optwright.trace import Evidence

LARGE = 300_000
"""Characters of a rendered program beyond which its model is built from the data in memory, by the same lines."""


def execute(state: State, context: Context) -> State:
    """Return the outcome under the formulation's names. Raises SandboxError where isolation is too weak."""
    watch = Stopwatch("execute", state)
    outcome = _run(state, context)
    named = rename(outcome, state.get("names") or {})
    return {"outcome": named.to_json(), "steps": [watch.step(Evidence(outcome=summary(named)))]}


def _run(state: State, context: Context) -> Outcome:
    source, tables, options = state["program"] or "", context.problem.tables, _options(context)
    if context.preset.coded:
        return run(source, tables=tables, options=options, limits=context.limits, allow_weak=context.allow_weak)
    if len(source) > LARGE:
        return run_formulation(state["formulation"] or {}, tables, options=options, limits=context.limits)
    return run(source, trust=Trust.RENDERED, options=options, limits=context.limits)


def _options(context: Context) -> SolveOptions:
    """Give the solver no more time than the budget has left, a second at least."""
    limit = min(context.options.time_limit, max(1.0, context.budget.seconds_left))
    return replace(context.options, time_limit=limit)


def rename(outcome: Outcome, names: Mapping[str, str]) -> Outcome:
    """Return the outcome with Pyomo's component names replaced by the formulation's."""

    def new(name: str) -> str:
        return names.get(name, name)

    def renamed(values: Mapping[str, Any]) -> dict[str, Any]:
        return {new(name): entries for name, entries in values.items()}

    conflict = outcome.conflict
    if conflict is not None:
        conflict = Conflict(
            tuple((new(name), key) for name, key in conflict.constraints),
            tuple((new(name), key, what) for name, key, what in conflict.bounds),
            tuple((new(name), key, amount) for name, key, amount in conflict.relaxation),
            conflict.proven,
        )
    ranging = outcome.ranging
    if ranging is not None:
        ranging = Ranging(renamed(ranging.costs), renamed(ranging.limits))
    return replace(
        outcome,
        ranging=ranging,
        objectives=renamed(outcome.objectives),
        values=renamed(outcome.values),
        duals=renamed(outcome.duals),
        reduced_costs=renamed(outcome.reduced_costs),
        slacks=renamed(outcome.slacks),
        conflict=conflict,
        runaway=tuple((new(name), key) for name, key in outcome.runaway),
    )


_LONG = {"values", "duals", "reduced_costs", "slacks", "stdout", "stderr", "log_tail", "conflict", "runaway", "ranging"}


def summary(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome without what grows with the model."""
    return {name: value for name, value in outcome.to_json().items() if name not in _LONG}
