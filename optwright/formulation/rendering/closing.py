"""The end of the program: what it does when it is run by itself."""

from __future__ import annotations

from optwright.formulation.expression import parse
from optwright.formulation.nodes import Compare
from optwright.formulation.rendering.context import Context

_ONE = """
if __name__ == "__main__":
    model = build_model()
    solver = pyo.SolverFactory({solver})
    {options}
    results = solver.solve(model, load_solutions=False, options=options)
    if not pyo.check_optimal_termination(results):
        raise SystemExit(f"no optimum: {{results.solver.termination_condition}}")
    model.solutions.load_from(results)
    print("{name} =", pyo.value(model.{name}))
    for variable in model.component_data_objects(pyo.Var):
        if variable.value is not None and abs(variable.value) > 1e-9:
            print(variable.name, "=", variable.value)
"""
_SEVERAL = """
if __name__ == "__main__":
    model = build_model()
    model.kept = pyo.ConstraintList()
    solver = pyo.SolverFactory({solver})
    {options}
    # In order of priority: each objective is kept at its optimum while the next one is solved.
    for name in model.priorities:
        objective = model.component(name)
        objective.activate()
        results = solver.solve(model, load_solutions=False, options=options)
        if not pyo.check_optimal_termination(results):
            raise SystemExit(f"no optimum: {{results.solver.termination_condition}}")
        model.solutions.load_from(results)
        best = pyo.value(objective)
        print(name, "=", best)
        room = 1e-6 * max(1, abs(best))
        if objective.sense == pyo.minimize:
            model.kept.add(objective.expr <= best + room)
        else:
            model.kept.add(objective.expr >= best - room)
        objective.deactivate()
    for variable in model.component_data_objects(pyo.Var):
        if variable.value is not None and abs(variable.value) > 1e-9:
            print(variable.name, "=", variable.value)
"""
_HIGHS = '"highs"', ['options = {"mip_rel_gap": 1e-6}']
# Without the last two, SCIP's messages can fill the pipe through which Pyomo reads them, and both wait for ever.
_SCIP = (
    '"scip_direct"',
    [
        "options = {",
        '    "limits/gap": 1e-6,',
        '    "display/verblevel": 0,',
        '    "constraints/nonlinear/tightenlpfeastol": False,',
        "}",
    ],
)


def closing(context: Context) -> list[str]:
    """Write the block that solves the model and prints the objective and what is not zero."""
    solver, options = _HIGHS if is_linear(context) else _SCIP
    text = _SEVERAL if len(context.priorities) > 1 else _ONE
    name = next(iter(context.objectives))
    return text.strip().format(solver=solver, options="\n    ".join(options), name=name).splitlines()


def is_linear(context: Context) -> bool:
    """Whether the form of every expression that the model holds is linear in the variables."""
    formulation = context.formulation
    texts = [part.expression for part in formulation.objectives] + [part.expression for part in formulation.constraints]
    for tree in map(parse, texts):
        parts = tree.operands if isinstance(tree, Compare) else (tree,)
        if any(context.degrees.degree(part) > 1 for part in parts):
            return False
    return True
