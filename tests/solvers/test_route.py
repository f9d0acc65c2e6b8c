from __future__ import annotations

import itertools
import random

import pyomo.environ as pyo
import pytest

from optwright.errors import InputError
from optwright.outcome import Failure, Termination
from optwright.solvers import highs, scip
from optwright.solvers.classes import ProblemClass
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import classify, solve
from tests.solvers.spread import CASES

HIGHS_CASES = [
    name for name, (_, _, kind) in CASES.items() if kind in ("LP", "MILP", "convex QP") and "set" not in name
]


@pytest.mark.parametrize("name", CASES)
def test_every_class_reaches_its_known_optimum(name):
    build, optimum, kind = CASES[name]
    outcome = solve(build())
    assert outcome.termination is Termination.OPTIMAL, outcome.message
    assert outcome.problem_class == kind
    assert outcome.objective == pytest.approx(optimum, rel=1e-6, abs=1e-6)
    assert outcome.solver == ("highs" if name in HIGHS_CASES else "scip")


@pytest.mark.parametrize("name", CASES)
def test_the_reported_point_has_the_reported_objective(name):
    build, _, _ = CASES[name]
    model = build()
    outcome = solve(model)
    for variable in model.component_objects(pyo.Var):
        for index, data in variable.items():
            key = () if index is None else (index,)
            data.set_value(outcome.values[variable.name][key], skip_validation=True)
    assert pyo.value(model.goal) == pytest.approx(outcome.objective, rel=1e-9, abs=1e-9)
    for row in model.component_data_objects(pyo.Constraint):
        slack = min(row.lslack(), row.uslack())
        assert slack >= -1e-5 * (1 + abs(pyo.value(row.body)))


@pytest.mark.parametrize("name", HIGHS_CASES)
def test_scip_agrees_where_highs_solves(name):
    build, optimum, _ = CASES[name]
    outcome = solve(build(), SolveOptions(solver="scip"))
    assert outcome.solver == "scip"
    assert outcome.objective == pytest.approx(optimum, rel=1e-6, abs=1e-6)


def test_highs_is_never_given_a_wrong_optimum_of_a_nonconvex_model():
    # HiGHS itself says "optimal, 0": its convexity test looks at the diagonal only.
    outcome = solve(CASES["concave"][0]())
    assert (outcome.solver, outcome.problem_class) == ("scip", "nonconvex QP")
    assert outcome.objective == pytest.approx(-6.25, abs=1e-6)
    asked = solve(CASES["concave"][0](), SolveOptions(solver="highs"))
    assert asked.failure is Failure.SOLVER
    assert "scip" in asked.message
    assert asked.objective is None


def test_an_unknown_solver_is_named_with_the_known_ones():
    with pytest.raises(InputError, match=r"'gurobi'; known: highs, scip"):
        solve(CASES["linear"][0](), SolveOptions(solver="gurobi"))


def test_a_fixed_variable_is_a_constant():
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 4)), pyo.Var(bounds=(0, 4))
    model.goal = pyo.Objective(expr=model.x * model.y, sense=pyo.maximize)
    assert classify(model) is ProblemClass.NONCONVEX_QP
    model.y.fix(3)
    assert classify(model) is ProblemClass.LP
    outcome = solve(model)
    assert outcome.objective == pytest.approx(12)
    assert outcome.values["y"] == {(): 3.0}


@pytest.mark.parametrize("sense", [pyo.minimize, pyo.maximize])
@pytest.mark.parametrize("seed", range(6))
def test_dual_values_and_reduced_costs_have_pyomos_signs(sense, seed):
    model = _random_lp(seed, sense)
    model.dual, model.rc = pyo.Suffix(direction=pyo.Suffix.IMPORT), pyo.Suffix(direction=pyo.Suffix.IMPORT)
    ours = solve(model)
    pyo.SolverFactory("appsi_highs").solve(model)
    assert ours.objective == pytest.approx(pyo.value(model.goal), abs=1e-7)
    for i, row in model.c.items():
        assert ours.duals["c"][i,] == pytest.approx(model.dual[row], abs=1e-7)
    for i, variable in model.x.items():
        assert ours.reduced_costs["x"][i,] == pytest.approx(model.rc[variable], abs=1e-7)


@pytest.mark.parametrize("sense", [pyo.minimize, pyo.maximize])
def test_a_dual_value_is_the_change_per_unit_of_right_hand_side(sense):
    model = _random_lp(3, sense)
    before = solve(model)
    row = max(before.duals["c"], key=lambda key: abs(before.duals["c"][key]))
    step = 1e-3
    model.side[row[0]] = pyo.value(model.side[row[0]]) + step
    assert solve(model).objective - before.objective == pytest.approx(step * before.duals["c"][row], abs=1e-9)


def _random_lp(seed, sense):
    generator = random.Random(seed)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(5), bounds=(0, 8))
    model.side = pyo.Param(range(4), initialize=lambda m, i: generator.uniform(10, 40), mutable=True)
    weight = {(i, j): generator.uniform(0.5, 4) for i in range(4) for j in range(5)}
    signs = [1, 1, -1, 0]

    def row(m, i):
        body = sum(weight[i, j] * m.x[j] for j in range(5))
        if signs[i] > 0:
            return body <= m.side[i] + 30
        return body >= m.side[i] - 5 if signs[i] < 0 else body == m.side[i]

    model.c = pyo.Constraint(range(4), rule=row)
    cost = [generator.uniform(-3, 5) for _ in range(5)]
    model.goal = pyo.Objective(expr=sum(cost[j] * model.x[j] for j in range(5)), sense=sense)
    return model


def test_a_convex_quadratic_model_has_dual_values_in_both_senses():
    for sign, sense in ((1, pyo.minimize), (-1, pyo.maximize)):
        model = pyo.ConcreteModel()
        model.x = pyo.Var([1, 2])
        model.c = pyo.Constraint(expr=model.x[1] + model.x[2] == 4)
        model.goal = pyo.Objective(expr=sign * (model.x[1] ** 2 + model.x[2] ** 2), sense=sense)
        outcome = solve(model)
        assert (outcome.solver, outcome.problem_class) == ("highs", "convex QP")
        assert outcome.objective == pytest.approx(8 * sign)
        assert outcome.duals["c"][()] == pytest.approx(4 * sign, abs=1e-5)


def test_slacks_are_distances_to_the_nearer_side():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 3))
    model.ranged = pyo.Constraint(expr=(1, model.x + 2, 9))
    model.equal = pyo.Constraint(expr=2 * model.x == 6)
    model.loose = pyo.Constraint(expr=model.x <= 10)
    model.goal = pyo.Objective(expr=model.x)
    outcome = solve(model)
    assert outcome.slacks == {"ranged": {(): 4.0}, "equal": {(): 0.0}, "loose": {(): 7.0}}


def test_objective_constants_and_the_sense_are_kept():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 3), domain=pyo.Integers)
    model.goal = pyo.Objective(expr=2 * model.x + 100, sense=pyo.maximize)
    outcome = solve(model)
    assert (outcome.objective, outcome.bound, outcome.gap) == (106.0, 106.0, 0.0)


def test_variables_in_no_row_get_a_value_within_bounds():
    model = pyo.ConcreteModel()
    model.x, model.idle, model.free = pyo.Var(bounds=(0, 3)), pyo.Var(bounds=(2, 5)), pyo.Var()
    model.whole = pyo.Var(bounds=(0.5, 1.5), domain=pyo.Integers)
    model.goal = pyo.Objective(expr=model.x)
    for solver in ("highs", "scip"):
        values = solve(model, SolveOptions(solver=solver)).values
        assert 2 <= values["idle"][()] <= 5
        assert values["whole"] == {(): 1.0}
        assert values["free"] == {(): 0.0}


@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_empty_models_are_solved(solver):
    options = SolveOptions(solver=solver)
    assert solve(pyo.ConcreteModel(), options).solved
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(1, 2))
    feasible = solve(model, options)
    assert feasible.solved
    assert feasible.objective is None
    assert 1 <= feasible.values["x"][()] <= 2
    model.goal = pyo.Objective(expr=7)
    assert solve(model, options).objective == 7.0


@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_rows_without_variables_count(solver):
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 4)), pyo.Var()
    model.y.fix(3)
    model.goal = pyo.Objective(expr=model.x)
    model.true = pyo.Constraint(expr=model.y <= 3)
    assert solve(model, SolveOptions(solver=solver)).solved
    model.wrong = pyo.Constraint(expr=model.y >= 5)
    outcome = solve(model, SolveOptions(solver=solver))
    assert outcome.termination is Termination.INFEASIBLE
    assert outcome.conflict is not None
    assert outcome.conflict.constraints == (("wrong", ()),)


def test_a_row_that_cannot_hold_counts_without_any_variable():
    # HiGHS calls a model without columns empty, and so optimal, whatever its rows say.
    model = pyo.ConcreteModel()
    model.x = pyo.Var(initialize=1)
    model.x.fix()
    model.c = pyo.Constraint(expr=model.x >= 9)
    model.goal = pyo.Objective(expr=model.x)
    outcome = solve(model)
    assert outcome.termination is Termination.INFEASIBLE
    assert outcome.conflict.constraints == (("c", ()),)
    assert outcome.conflict.relaxation == (("c", (), pytest.approx(8.0)),)
    assert "8 <= 0" in outcome.message


def test_bounds_beyond_1e20_are_none_and_duplicates_do_no_harm():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(-1e21, 1e30))
    model.a = pyo.Constraint(expr=model.x + model.x + model.x >= 6)
    model.b = pyo.Constraint(expr=3 * model.x >= 6)
    model.c = pyo.Constraint(expr=model.x <= 1e25)
    model.goal = pyo.Objective(expr=model.x)
    outcome = solve(model)
    assert outcome.objective == pytest.approx(2.0)
    assert "c" not in outcome.slacks


def test_a_gap_is_passed_through():
    generator = random.Random(5)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(40), domain=pyo.Binary)
    gain = [generator.randint(20, 100) for _ in range(40)]
    model.rows = pyo.ConstraintList()
    for _ in range(5):
        weight = [generator.randint(5, 60) for _ in range(40)]
        model.rows.add(sum(weight[i] * model.x[i] for i in range(40)) <= sum(weight) // 3)
    model.goal = pyo.Objective(expr=sum(gain[i] * model.x[i] for i in range(40)), sense=pyo.maximize)
    tight, loose = solve(model, SolveOptions(gap=0.0)), solve(model, SolveOptions(gap=0.2))
    assert tight.solved
    assert tight.bound == pytest.approx(tight.objective, abs=1e-6)
    assert loose.solved
    assert loose.objective >= 0.8 * tight.objective - 1e-6
    assert loose.gap > tight.gap
    assert loose.gap <= 0.25


def test_a_small_absolute_gap_does_not_end_a_small_model():
    # With HiGHS's default absolute gap of 1e-6 any feasible point of this knapsack would be optimal.
    model = CASES["knapsack"][0]()
    model.goal.set_value(1e-8 * model.goal.expr)
    assert solve(model).objective == pytest.approx(1e-8 * CASES["knapsack"][1], rel=1e-6)


def _hard(nonlinear):
    generator = random.Random(1)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(150), domain=pyo.Integers, bounds=(0, 1))
    size = [generator.randint(10**6, 10**7) for _ in range(150)]
    half = sum(size) // 2
    for step in (1, 7, 11):
        row = sum(size[i * step % 150] * model.x[i] for i in range(150)) <= half + step
        model.add_component(f"room_{step}", pyo.Constraint(expr=row))
    total = sum(s * model.x[i] for i, s in enumerate(size))
    if nonlinear:
        total += sum(1e6 * model.x[i] * model.x[i * 3 % 150] * pyo.sin(i + model.x[i * 7 % 150]) for i in range(150))
    model.goal = pyo.Objective(expr=total, sense=pyo.maximize)
    return model


@pytest.mark.parametrize("nonlinear", [False, True])
def test_the_incumbent_of_a_time_limit_comes_back(nonlinear):
    outcome = solve(_hard(nonlinear), SolveOptions(time_limit=2.0, gap=0.0))
    assert outcome.termination is Termination.TIME_LIMIT
    assert outcome.has_incumbent
    assert not outcome.solved
    assert outcome.objective > 0
    assert outcome.bound >= outcome.objective - 1e-3
    assert outcome.gap == pytest.approx(abs(outcome.objective - outcome.bound) / outcome.objective)
    assert set(outcome.values["x"].values()) <= {0.0, 1.0}
    assert outcome.seconds < 20.0


def test_a_time_limit_without_incumbent_is_not_called_solved():
    outcome = solve(_hard(False), SolveOptions(time_limit=1e-6))
    assert outcome.termination is Termination.TIME_LIMIT
    assert not outcome.has_incumbent or not outcome.solved
    assert outcome.objective is None or outcome.has_incumbent


@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_big_m_is_not_cheated_by_the_integrality_tolerance(solver):
    model = pyo.ConcreteModel()
    model.x, model.use = pyo.Var(bounds=(0, None)), pyo.Var(range(3), domain=pyo.Binary)
    model.need = pyo.Constraint(expr=model.x >= 5)
    model.link = pyo.Constraint(range(3), rule=lambda m, i: m.x <= 1e8 * m.use[i])
    model.goal = pyo.Objective(expr=1000 * sum(model.use[i] for i in range(3)) + model.x)
    outcome = solve(model, SolveOptions(solver=solver))
    assert outcome.objective == pytest.approx(3005.0)
    assert outcome.values["use"] == {(0,): 1.0, (1,): 1.0, (2,): 1.0}


def test_objectives_in_order_of_priority():
    model = _two_goals()
    outcome = solve(model)
    assert outcome.solved
    assert list(outcome.objectives) == ["gain", "effort"]
    assert outcome.objectives["gain"] == pytest.approx(10.0, abs=2e-5)
    assert outcome.objectives["effort"] == pytest.approx(4.0, abs=2e-4)
    assert outcome.objective == outcome.objectives["effort"]
    assert set(outcome.slacks) == {"room"}
    assert set(outcome.duals) <= {"room"}


def _two_goals():
    # The gain depends on x + y alone; among its optima the least effort takes all x.
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 4)), pyo.Var(bounds=(0, 6))
    model.room = pyo.Constraint(expr=model.x + model.y <= 5)
    model.effort = pyo.Objective(expr=2 * model.y + 0.5 * model.x)
    model.gain = pyo.Objective(expr=2 * (model.x + model.y), sense=pyo.maximize)
    model.gain.deactivate()
    model.priorities = ["gain", "effort"]
    return model


def test_priorities_work_with_nonlinear_objectives():
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(-3, 3)), pyo.Var(bounds=(-3, 3))
    model.first = pyo.Objective(expr=(model.x + model.y - 2) ** 2 + 1)
    model.second = pyo.Objective(expr=pyo.exp(model.x), sense=pyo.minimize)
    model.second.deactivate()
    model.priorities = ["first", "second"]
    outcome = solve(model)
    assert outcome.objectives["first"] == pytest.approx(1.0, abs=5e-6)
    # The first may lose 1e-6, that is x + y within 1e-3 of 2; so x is within 1e-3 of -1.
    assert outcome.values["x"][()] == pytest.approx(-1.0, abs=2e-3)


@pytest.mark.parametrize(
    ("priorities", "word"),
    [(["gain", "profit"], "'profit'"), ([], r"\[\]"), (["gain", "gain"], "different"), ("gain", "'gain'"), ([3], "3")],
)
def test_odd_priorities_are_refused(priorities, word):
    model = _two_goals()
    model.priorities = priorities
    outcome = solve(model)
    assert outcome.failure is Failure.EXPORT
    assert "priorities" in outcome.message
    with pytest.raises(AssertionError, match=word):
        raise AssertionError(outcome.message)


@pytest.mark.parametrize("seed", range(12))
def test_random_whole_number_models_agree_with_looking_everywhere(seed):
    generator = random.Random(seed)
    size = range(4)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(size, domain=pyo.Integers, bounds=(-2, 3))
    rows = [([generator.randint(-4, 6) for _ in size], generator.randint(-3, 9)) for _ in range(3)]
    model.c = pyo.Constraint(range(3), rule=lambda m, r: sum(rows[r][0][i] * m.x[i] for i in size) <= rows[r][1])
    cost = [generator.randint(-9, 9) for _ in size]
    squares = generator.random() < 0.5
    pair = generator.sample(list(size), 2)

    def objective(x):
        return sum(cost[i] * x[i] for i in size) + (x[pair[0]] * x[pair[1]] if squares else 0)

    model.goal = pyo.Objective(expr=objective(model.x), sense=pyo.maximize)
    points = itertools.product(range(-2, 4), repeat=4)
    fits = [p for p in points if all(sum(w[i] * p[i] for i in size) <= side for w, side in rows)]
    outcome = solve(model)
    assert outcome.objective == pytest.approx(max(map(objective, fits)))


@pytest.mark.parametrize(
    ("add", "termination"),
    [
        (lambda m: m.x + m.y >= 30, Termination.INFEASIBLE),
        (lambda m: 2 * m.n == 3, Termination.INFEASIBLE),
        (lambda m: pyo.exp(m.x) + m.y**2 <= 0.5, Termination.INFEASIBLE),
        (lambda m: m.x >= 1, Termination.UNBOUNDED),
        (lambda m: m.x * m.n >= 1, Termination.UNBOUNDED),
        (lambda m: m.z >= pyo.exp(m.x), Termination.UNBOUNDED),
    ],
)
def test_models_without_optimum_are_told_apart(add, termination):
    model = pyo.ConcreteModel()
    model.x, model.y, model.z = pyo.Var(bounds=(0, 10)), pyo.Var(bounds=(0, 10)), pyo.Var(bounds=(0, None))
    model.n = pyo.Var(bounds=(0, 5), domain=pyo.Integers)
    model.c = pyo.Constraint(expr=add(model))
    model.goal = pyo.Objective(expr=model.x - model.z)
    outcome = solve(model)
    assert outcome.termination is termination
    assert not outcome.has_incumbent
    assert outcome.objective is None


def test_highs_cannot_tell_infeasible_from_unbounded_but_we_do():
    # HiGHS 1.15 ends with "infeasible or unbounded" here, with presolve and without.
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, None), domain=pyo.Integers), pyo.Var(bounds=(0, None))
    model.a = pyo.Constraint(expr=2.5 * model.x + 2 * model.y >= 4)
    model.b = pyo.Constraint(expr=2.5 * model.y == 0)
    model.goal = pyo.Objective(expr=-model.x - model.y)
    outcome = solve(model, SolveOptions(solver="highs"))
    assert outcome.termination is Termination.UNBOUNDED
    assert outcome.runaway == (("x", ()),)


@pytest.mark.parametrize("gain", [lambda y: pyo.log(y + 1), lambda y: pyo.sqrt(y), lambda y: y**3, lambda y: y**2])
def test_scips_optima_at_its_infinity_are_unbounded(gain):
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 10)), pyo.Var(bounds=(0, None))
    model.goal = pyo.Objective(expr=model.x - gain(model.y))
    outcome = solve(model)
    assert outcome.termination is Termination.UNBOUNDED
    assert outcome.runaway == (("y", ()),)


def test_a_far_optimum_is_not_called_unbounded():
    model = pyo.ConcreteModel()
    model.y = pyo.Var(bounds=(0, None))
    model.goal = pyo.Objective(expr=(model.y / 1e7 - 1) ** 4)
    outcome = solve(model)
    assert outcome.solved
    assert outcome.objective == pytest.approx(0.0, abs=1e-6)


def test_highs_and_scip_words_are_all_in_the_tables():
    known = {status for name, status in vars(highs._STATUS).items() if name.startswith("k")}
    assert {status.name for status in known - set(highs.TERMINATIONS)} == {"kNotset", "kUnknown"}
    assert {"optimal", "infeasible", "unbounded", "inforunbd", "timelimit", "gaplimit"} <= set(scip.TERMINATIONS)


def test_another_number_of_threads_before_does_not_leave_unknown():
    model = CASES["knapsack"][0]()
    for threads in (2, 1, 2):
        assert solve(model, SolveOptions(threads=threads)).objective == pytest.approx(CASES["knapsack"][1])
