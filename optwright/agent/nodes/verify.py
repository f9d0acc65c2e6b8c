"""Rungs 2 and 3: how the solver ended, and whether the formulation accepts the point that came back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from optwright.agent.context import Context, Stopwatch
from optwright.agent.state import State
from optwright.agent.trouble import About, Kind, Trouble, contradicted, failed_program, no_optimum
from optwright.errors import FormulationError
from optwright.formulation.elements import Formulation
from optwright.formulation.evaluate import Evaluation, evaluate
from optwright.formulation.render import render
from optwright.outcome import Key, Outcome, Termination
from optwright.solvers.diagnose import explain_failure
from optwright.solvers.options import Trust
from optwright.solvers.runner import run
from optwright.trace import Evidence

TOLERANCE = 1e-5
"""Absolute and relative: solvers accept 1e-6 on scaled rows."""
_NO_OPTIMUM = (Termination.INFEASIBLE, Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED)


def verify(state: State, context: Context) -> State:
    """Return the evaluation of the point and the trouble if a rung fails."""
    watch = Stopwatch("verify", state)
    outcome = Outcome.from_json(state["outcome"] or {})
    trouble, evaluation = _ending(outcome, state, context), None
    if outcome.has_incumbent:
        evaluation, notes = _recheck(outcome, state, context)
        if notes and trouble is None:
            trouble = contradicted(notes, coded=context.preset.coded)
    evidence = Evidence(trouble=trouble.text if trouble else None, notes=_notes(outcome, evaluation))
    return {
        "evaluation": evaluation,
        "trouble": trouble.to_json() if trouble else None,
        "steps": [watch.step(evidence)],
    }


def _ending(outcome: Outcome, state: State, context: Context) -> Trouble | None:
    """Rung 2: termination and incumbent."""
    coded = context.preset.coded
    if outcome.has_incumbent:
        return None
    if outcome.termination in _NO_OPTIMUM and outcome.failure is None:
        if coded and context.preset.typed and (trouble := _other_model(outcome, state, context)) is not None:
            return trouble
        if context.policy.question_result and "result" not in state.get("asked", []) and context.model is not None:
            return no_optimum(outcome, explain_failure(outcome), typed=context.preset.typed)
        return None
    if outcome.failure is None:
        text = f"The solver stopped without a solution: {explain_failure(outcome)}"
        return Trouble(Kind.FINAL, About.FORMULATION, text, f"result {outcome.termination}", str(outcome.termination))
    return failed_program(outcome, explain_failure(outcome), coded=coded)


def _other_model(outcome: Outcome, state: State, context: Context) -> Trouble | None:
    """Whether the program, not the formulation, is at fault for having no optimum: compile the formulation and see."""
    try:
        rendered = render(Formulation.model_validate(state["formulation"]), context.problem.tables)
    except FormulationError:
        return None
    ours = run(rendered.source, trust=Trust.RENDERED, options=context.options, limits=context.limits)
    if not ours.has_incumbent:
        return None
    value = "a solution" if ours.objective is None else f"a solution with objective {ours.objective:.10g}"
    ending = str(outcome.termination).replace("_", " ")
    return contradicted([f"the program's model is {ending}, the formulation itself has {value}"], coded=True)


def _recheck(outcome: Outcome, state: State, context: Context) -> tuple[dict[str, Any], list[str]]:
    """Rung 3: evaluate the original formulation at the point; return the record and what does not fit."""
    if not context.preset.typed:
        return {"checked": False, "why": "the method gives no formulation to check the point against"}, []
    formulation = Formulation.model_validate(state["formulation"])
    missing = [variable.name for variable in formulation.variables if variable.name not in outcome.values]
    if missing and context.preset.coded:
        names = ", ".join(missing[:5])
        return {"checked": False, "why": f"the program names its variables otherwise: no {names}"}, []
    found = evaluate(formulation, outcome.values, context.problem.tables, tolerance=TOLERANCE)
    lines = [violation.text for violation in found.violations]
    lines += [
        f"{name} is {ours:.10g} by the formulation, {theirs:.10g} by the model"
        for name, ours, theirs in _objectives(found, outcome)
        if not close(ours, theirs)
    ]
    return {"checked": True, "ok": not lines, "violations": lines, **_numbers(found)}, lines


def _objectives(found: Evaluation, outcome: Outcome) -> Iterator[tuple[str, float, float]]:
    """Yield each objective's name and its value by the formulation and by the model, where both have one."""
    if found.objective is not None and outcome.objective is not None:
        yield "the objective", found.objective, outcome.objective
    for name, ours in found.objectives.items():
        if name in outcome.objectives:
            yield f"the objective {name}", ours, outcome.objectives[name]


def _numbers(found: Evaluation) -> dict[str, Any]:
    objective = found.objective if found.objective is not None and math.isfinite(found.objective) else None
    return {"objective": objective, "outputs": {name: pack(entries) for name, entries in found.outputs.items()}}


def pack(entries: dict[Key, float]) -> Any:
    """Return a component's numbers as JSON: a number, or `[[index...], number]` pairs; None for what is not finite."""
    clean = {key: value + 0.0 if math.isfinite(value) else None for key, value in entries.items()}  # no minus zero
    return clean[()] if set(clean) == {()} else [[list(key), value] for key, value in clean.items()]


def close(left: float, right: float, tolerance: float = TOLERANCE) -> bool:
    """Whether two objective values agree."""
    return math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)


def _notes(outcome: Outcome, evaluation: dict[str, Any] | None) -> list[str]:
    notes = []
    if outcome.claimed is not None and outcome.objective is not None and not close(outcome.claimed, outcome.objective):
        notes.append(f"the program claims {outcome.claimed:.10g}; its model re-solved gives {outcome.objective:.10g}")
    if evaluation is not None:
        notes.append(_recheck_note(evaluation))
    return notes


def _recheck_note(evaluation: dict[str, Any]) -> str:
    if not evaluation["checked"]:
        return f"point not re-checked: {evaluation['why']}"
    return "point re-checked: fits" if evaluation["ok"] else "point re-checked: does not fit"
