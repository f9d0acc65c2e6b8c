"""Running a rendered program and solving its model through Pyomo's own interfaces, independent of ours."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pyomo.environ as pyo

from optwright.formulation.elements import Formulation
from optwright.formulation.render import Rendered
from optwright.outcome import Values
from optwright.problem import Table
from optwright.tables import load_tables

EXAMPLES = Path(__file__).parent / "examples"
SOLVERS = {
    "highs": {"mip_rel_gap": 1e-9, "mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9},
    "scip_direct": {"limits/gap": 1e-6, "display/verblevel": 0, "constraints/nonlinear/tightenlpfeastol": False},
}


def example(name: str) -> tuple[Formulation, list[Table], dict[str, Any]]:
    """Return a worked example, its attached tables and what is known of its solution."""
    known = json.loads((EXAMPLES / "index.json").read_text())[name]
    tables = [table for file in known.get("tables", ()) for table in load_tables(EXAMPLES / file)]
    return Formulation.model_validate_json((EXAMPLES / f"{name}.json").read_text()), tables, known


def run_program(source: str) -> dict[str, Any]:
    """Run a rendered program as a module is imported and return its namespace."""
    space: dict[str, Any] = {"__name__": "rendered"}
    exec(compile(source, "rendered.py", "exec"), space)
    return space


def solver_of(source: str) -> str:
    """Return the solver that the program's last block names."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return next(
        node.args[0].value
        for node in calls
        if isinstance(node.func, ast.Attribute) and node.func.attr == "SolverFactory"
    )


def solve(model: Any, solver: str, seconds: float = 20) -> str:
    """Solve a model in place, in order of priority where there is one, and return the termination condition."""
    model.kept = pyo.ConstraintList()
    state = "optimal"
    options = SOLVERS[solver]
    for name in getattr(model, "priorities", [None]):
        objective = model.component(name) if name else next(model.component_data_objects(pyo.Objective, active=True))
        objective.activate()
        results = pyo.SolverFactory(solver).solve(model, load_solutions=False, options=options, timelimit=seconds)
        state = str(results.solver.termination_condition)
        if state != "optimal":
            return state
        model.solutions.load_from(results)
        if name:
            keep(model, objective)
    return state


def keep(model: Any, objective: Any) -> None:
    best = pyo.value(objective)
    room = 1e-6 * max(1, abs(best))
    if objective.sense == pyo.minimize:
        model.kept.add(objective.expr <= best + room)
    else:
        model.kept.add(objective.expr >= best - room)
    objective.deactivate()


def values_of(model: Any, rendered: Rendered) -> Values:
    """Return the values of the variables under the formulation's names; whole ones as whole numbers."""
    values: Values = {}
    for variable in model.component_objects(pyo.Var):
        entries = {}
        for index, entry in variable.items():
            key = () if index is None else index if isinstance(index, tuple) else (index,)
            # A variable that no row mentions has no value: any within its bounds will do.
            value = next(v for v in (entry.value, entry.lb, entry.ub, 0) if v is not None)
            entries[key] = float(round(value)) if not entry.is_continuous() else value
        values[rendered.names.get(variable.name, variable.name)] = entries
    return values
