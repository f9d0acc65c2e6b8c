from __future__ import annotations

import itertools
import random
import time

import pyomo.environ as pyo
import pytest

from optwright.outcome import Conflict, Failure, Outcome, Termination
from optwright.solvers.compiler import compile_model
from optwright.solvers.conflict import explain_conflict
from optwright.solvers.diagnose import explain_failure
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import _oracle, solve


def _model(domain=pyo.Reals):
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 10), domain=domain), pyo.Var(domain=pyo.NonNegativeReals)
    model.goal = pyo.Objective(expr=model.x + model.y)
    return model


def test_a_linear_conflict_is_traced_to_its_rows():
    model = _model()
    model.capacity = pyo.Constraint(["a", "b"], rule=lambda m, i: m.x + m.y <= {"a": 100, "b": 15}[i])
    model.demand = pyo.Constraint(expr=model.x + model.y >= 20)
    model.other = pyo.Constraint(expr=model.x - model.y <= 3)
    outcome = solve(model)
    assert outcome.termination is Termination.INFEASIBLE
    assert set(outcome.conflict.constraints) == {("capacity", ("b",)), ("demand", ())}
    assert outcome.conflict.bounds == ()
    assert outcome.conflict.proven
    ((_, _, amount),) = outcome.conflict.relaxation
    assert amount == pytest.approx(5.0)


def test_a_bound_in_the_conflict_is_named_but_not_relaxed():
    model = _model()
    model.demand = pyo.Constraint(expr=model.x + model.y >= 25)
    model.limit = pyo.Constraint(expr=model.y <= 12)
    conflict = solve(model).conflict
    assert set(conflict.constraints) == {("demand", ()), ("limit", ())}
    assert conflict.bounds == (("x", (), "upper"),)
    assert sum(amount for _, _, amount in conflict.relaxation) == pytest.approx(3.0)
    assert {name for name, _, _ in conflict.relaxation} <= {"demand", "limit"}


def test_bounds_are_relaxed_when_nothing_else_helps():
    model = _model()
    model.x.setlb(13)
    conflict = solve(model).conflict
    assert conflict.bounds == (("x", (), "lower"), ("x", (), "upper"))
    assert conflict.relaxation == (("x", (), pytest.approx(3.0)),)


def test_whole_numbers_are_part_of_a_conflict():
    model = pyo.ConcreteModel()
    model.x = pyo.Var([1, 2, 3], domain=pyo.Binary)
    model.odd = pyo.Constraint(expr=2 * model.x[1] + 2 * model.x[2] == 3)
    model.idle = pyo.Constraint(expr=model.x[3] >= 1)
    model.goal = pyo.Objective(expr=model.x[3])
    conflict = solve(model).conflict
    assert conflict.constraints == (("odd", ()),)
    assert set(conflict.bounds) == {("x", (1,), "domain"), ("x", (2,), "domain")}
    assert conflict.relaxation == (("odd", (), pytest.approx(1.0)),)


def test_a_nonlinear_conflict_is_found_by_deletion():
    model = _model()
    model.curve = pyo.Constraint(expr=pyo.exp(model.x) + model.y <= 0.5)
    model.idle = pyo.Constraint(expr=model.x + model.y**2 <= 30)
    outcome = solve(model)
    assert outcome.solver == "scip"
    assert outcome.conflict.constraints == (("curve", ()),)
    assert set(outcome.conflict.bounds) == {("x", (), "lower"), ("y", (), "lower")}
    assert outcome.conflict.proven
    assert outcome.conflict.relaxation == (("curve", (), pytest.approx(0.5, abs=1e-4)),)


@pytest.mark.parametrize("seed", range(25))
def test_random_conflicts_are_infeasible_and_irreducible(seed):
    generator = random.Random(seed)
    whole = seed % 2 == 1
    model = pyo.ConcreteModel()
    size = range(3)
    model.x = pyo.Var(size, bounds=(0, 4), domain=pyo.Integers if whole else pyo.Reals)
    rows = [([generator.randint(-3, 4) for _ in size], generator.randint(-14, 6)) for _ in range(7)]
    model.c = pyo.Constraint(range(7), rule=lambda m, r: sum(rows[r][0][i] * m.x[i] for i in size) + 0 * m.x[0]
                             <= rows[r][1] if any(rows[r][0]) else pyo.Constraint.Skip)  # fmt: skip
    model.goal = pyo.Objective(expr=model.x[0])
    outcome = solve(model)
    if outcome.solved:
        pytest.skip("this one has a solution")
    conflict = outcome.conflict
    assert conflict.proven
    kept = {("c", key): rows[key[0]] for _, key in conflict.constraints}
    members = [*kept, *conflict.bounds]
    assert not _feasible(members, rows)
    for left_out in members:
        assert _feasible([item for item in members if item != left_out], rows), left_out
    total = sum(amount for _, _, amount in conflict.relaxation)
    assert total == pytest.approx(_cheapest(rows, whole), abs=1e-6)


def _feasible(members, rows):
    """Ask Pyomo's own interface whether the members alone have a solution."""
    model = pyo.ConcreteModel()
    domains = {key[0] for name, key, *kind in members if kind == ["domain"]}
    model.x = pyo.Var(range(3), domain=lambda m, i: pyo.Integers if i in domains else pyo.Reals)
    for _, key, *kind in members:
        if kind == ["lower"]:
            model.x[key[0]].setlb(0)
        elif kind == ["upper"]:
            model.x[key[0]].setub(4)
    model.c = pyo.ConstraintList()
    for name, key, *kind in members:
        if name == "c" and not kind:
            weights, side = rows[key[0]]
            model.c.add(sum(weights[i] * model.x[i] for i in range(3)) <= side)
    model.goal = pyo.Objective(expr=0 * model.x[0])
    solver = pyo.SolverFactory("appsi_highs")
    solver.config.load_solution = False
    condition = solver.solve(model, load_solutions=False).solver.termination_condition
    return condition == pyo.TerminationCondition.optimal


def _cheapest(rows, whole):
    rows = [row for row in rows if any(row[0])]
    if whole:
        points = itertools.product(range(5), repeat=3)
        return min(sum(max(0, sum(w * v for w, v in zip(weights, p, strict=True)) - side) for weights, side in rows)
                   for p in points)  # fmt: skip
    model = pyo.ConcreteModel()
    model.x, model.s = pyo.Var(range(3), bounds=(0, 4)), pyo.Var(range(len(rows)), bounds=(0, None))
    model.c = pyo.Constraint(
        range(len(rows)),
        rule=lambda m, r: sum(rows[r][0][i] * m.x[i] for i in range(3)) <= rows[r][1] + m.s[r],
    )
    model.goal = pyo.Objective(expr=sum(model.s.values()))
    pyo.SolverFactory("appsi_highs").solve(model)
    return pyo.value(model.goal)


def test_a_conflict_that_time_cuts_off_is_not_called_irreducible():
    generator = random.Random(3)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(60), domain=pyo.Binary)
    size = [generator.randint(10**5, 10**6) * 2 for _ in range(60)]
    model.odd = pyo.Constraint(expr=sum(s * model.x[i] for i, s in enumerate(size)) == sum(size) // 2 * 2 - 10**6 - 1)
    model.rest = pyo.Constraint(range(40), rule=lambda m, i: m.x[i] + m.x[i + 1] + m.x[i + 2] >= 1)
    form = compile_model(model)
    started = time.perf_counter()
    conflict = explain_conflict(form, _oracle(SolveOptions()), 0.5)
    assert time.perf_counter() - started < 15.0
    assert ("odd", ()) in conflict.constraints


def test_diagnosis_can_be_switched_off():
    model = _model()
    model.demand = pyo.Constraint(expr=model.x >= 20)
    outcome = solve(model, SolveOptions(diagnose=False))
    assert outcome.termination is Termination.INFEASIBLE
    assert outcome.conflict is None


@pytest.mark.parametrize("domain", [pyo.Reals, pyo.Integers])
def test_the_variables_of_a_ray_are_named(domain):
    model = _model(domain)
    model.free = pyo.Var([1, 2], domain=pyo.NonNegativeReals)
    model.tie = pyo.Constraint(expr=model.free[1] == 2 * model.free[2])
    model.goal.set_value(model.x - model.free[2])
    outcome = solve(model)
    assert outcome.termination is Termination.UNBOUNDED
    assert set(outcome.runaway) == {("free", (1,)), ("free", (2,))}


def test_runaway_variables_of_a_nonlinear_model_hit_the_box():
    model = _model()
    model.z = pyo.Var()
    model.goal.set_value(pyo.exp(model.x) + model.z * (1 + model.x))
    outcome = solve(model)
    assert outcome.termination is Termination.UNBOUNDED
    assert outcome.runaway == (("z", ()),)


def test_an_infeasible_model_is_explained_in_words():
    model = _model()
    model.demand = pyo.Constraint(["Rome"], rule=lambda m, i: m.x + m.y >= 20)
    model.supply = pyo.Constraint(expr=model.x + model.y <= 15)
    text = explain_failure(solve(model))
    assert "infeasible" in text
    assert "demand[Rome]" in text
    assert "supply" in text
    assert "by 5" in text


def test_an_unbounded_model_is_explained_in_words():
    model = _model()
    model.goal.sense = pyo.maximize
    text = explain_failure(solve(model))
    assert "unbounded" in text
    assert " y." in text


def test_a_long_conflict_is_shortened():
    conflict = Conflict(constraints=tuple(("c", (i,)) for i in range(40)), proven=False)
    text = explain_failure(Outcome(Termination.INFEASIBLE, conflict=conflict))
    assert "and 28 more" in text
    assert "time ran out" in text


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_words_and_a_next_step(failure):
    text = explain_failure(Outcome(Termination.NOT_SOLVED, failure=failure, message="line 3: x"))
    assert "line 3: x." in text
    assert text.count(". ") >= 1
    assert "\n" not in text


@pytest.mark.parametrize("termination", Termination)
@pytest.mark.parametrize("incumbent", [False, True])
def test_every_termination_has_words(termination, incumbent):
    outcome = Outcome(termination, has_incumbent=incumbent, objective=3.0 if incumbent else None, gap=0.2)
    text = explain_failure(outcome)
    assert len(text) > 20
    if termination is Termination.TIME_LIMIT:
        assert ("No feasible point" in text) is not incumbent


def test_two_terminations_never_read_alike():
    texts = [explain_failure(Outcome(item, has_incumbent=True)) for item in Termination]
    assert len(set(texts)) == len(texts)
