from __future__ import annotations

import random

import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optwright.solvers.compiler import compile_model
from optwright.solvers.route import solve
from optwright.solvers.structure import Verdict, same_structure
from tests.solvers.spread import CASES

COMPARED = [name for name, (_, _, kind) in CASES.items() if kind not in ("NLP", "MINLP") and "set" not in name]


def compare(first, second, **options):
    return same_structure(compile_model(first), compile_model(second), **options)


@pytest.mark.parametrize("one", COMPARED)
def test_a_model_is_the_same_as_itself_and_as_no_other(one):
    for other in COMPARED:
        verdict = compare(CASES[one][0](), CASES[other][0]()).verdict
        assert verdict is (Verdict.SAME if one == other else Verdict.DIFFERENT)


def _random_data(seed, symmetric=False):
    generator = random.Random(seed)
    columns, rows = generator.randint(2, 6), generator.randint(1, 6)
    values = [1, 1, 1, 2] if symmetric else [-3, -1, 0, 0, 1, 2, 2.5]
    return {
        "bounds": [generator.choice([(0, None), (0, 4), (None, None), (-2, 7)]) for _ in range(columns)],
        "whole": [generator.random() < 0.4 for _ in range(columns)],
        "cost": [generator.choice(values) for _ in range(columns)],
        "rows": [
            ([generator.choice(values) for _ in range(columns)], generator.choice("<>="), generator.choice([0, 4, 9]))
            for _ in range(rows)
        ],
    }


def _build(data, seed=None):
    """Build the model as given, or, with a seed, said differently: other order, names, signs, scales and sense."""
    generator = random.Random(seed)
    told = seed is not None
    columns, rows = list(range(len(data["cost"]))), list(data["rows"])
    if told:
        generator.shuffle(columns)
        generator.shuffle(rows)
    model = pyo.ConcreteModel()
    model.v = pyo.Var([f"n{column}" if told else column for column in columns])
    var = {column: model.v[f"n{column}" if told else column] for column in columns}
    for column, variable in var.items():
        variable.domain = pyo.Integers if data["whole"][column] else pyo.Reals
        variable.setlb(data["bounds"][column][0])
        variable.setub(data["bounds"][column][1])
    model.c = pyo.ConstraintList()
    for weights, sense, side in rows:
        if not any(weights):
            continue
        factor = generator.choice([1, -1, 2, -0.5]) if told else 1
        body = sum(factor * weights[column] * var[column] for column in columns)
        if sense == "=":
            model.c.add(body == factor * side)
        else:
            model.c.add(body <= factor * side if (sense == "<") == (factor > 0) else body >= factor * side)
    sign = -1 if told else 1
    cost = sum(sign * data["cost"][column] * var[column] for column in columns)
    model.goal = pyo.Objective(expr=cost, sense=pyo.maximize if told else pyo.minimize)
    return model


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_the_same_model_said_differently_is_recognised(seed, telling, symmetric):
    data = _random_data(seed, symmetric)
    found = compare(_build(data), _build(data, telling))
    assert found.verdict is Verdict.SAME, found.reason


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_models_called_the_same_have_the_same_optimum(seed, change):
    data, generator = _random_data(seed), random.Random(change)
    other = {**data, "rows": [([*weights], sense, side) for weights, sense, side in data["rows"]]}
    weights, _, _ = generator.choice(other["rows"])
    position = generator.randrange(len(weights))
    weights[position] += generator.choice([0, 1, -2, 0.001])
    found = compare(_build(data), _build(other, change))
    if found.verdict is Verdict.SAME:
        one, two = solve(_build(data)), solve(_build(other, change))
        assert one.termination is two.termination
        if one.solved:
            assert one.objective == pytest.approx(-two.objective, abs=1e-6)


@pytest.mark.parametrize("symmetric", [False, True])
def test_the_pairing_maps_optimum_to_optimum(symmetric):
    data = _random_data(11, symmetric)
    data["bounds"] = [(0, 5)] * len(data["cost"])
    data["rows"] = [(weights, "<", 9) for weights, _, _ in data["rows"]]
    first, second = _build(data), _build(data, 4)
    values = solve(first).values["v"]
    for (_, mine), (_, yours) in compare(first, second).columns:
        second.v[yours[0]].set_value(values[mine])
    assert pyo.value(second.goal) == pytest.approx(-solve(first).objective)
    for row in second.c.values():
        assert min(row.lslack(), row.uslack()) >= -1e-6


def _transport(auxiliary):
    model = pyo.ConcreteModel()
    model.ship = pyo.Var(["a", "b"], ["x", "y"], bounds=(0, None))
    cost = {("a", "x"): 3, ("a", "y"): 5, ("b", "x"): 4, ("b", "y"): 1}
    total = sum(cost[key] * model.ship[key] for key in cost)
    if auxiliary:
        model.spent = pyo.Var(bounds=(0, None))
        model.spending = pyo.Constraint(expr=model.spent == total)
        total = model.spent
    model.goal = pyo.Objective(expr=total)
    model.out = pyo.Constraint(["a", "b"], rule=lambda m, i: sum(m.ship[i, j] for j in "xy") <= {"a": 9, "b": 7}[i])
    model.into = pyo.Constraint(["x", "y"], rule=lambda m, j: m.ship["a", j] + m.ship["b", j] >= {"x": 5, "y": 6}[j])
    return model


def test_auxiliary_variables_bounds_as_rows_and_repeated_rows_make_no_difference():
    written, other = _transport(False), _transport(True)
    other.again = pyo.Constraint(expr=2 * other.ship["a", "x"] + 2 * other.ship["a", "y"] <= 18)
    other.sign = pyo.Constraint(expr=other.ship["b", "x"] >= 0)
    found = compare(written, other)
    assert found.verdict is Verdict.SAME
    assert found.normalised
    assert len(found.columns) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: setattr(m.ship["a", "x"], "domain", pyo.Integers),
        lambda m: m.ship["a", "x"].setub(3),
        lambda m: setattr(m.goal, "sense", pyo.maximize),
        lambda m: m.out["a"].set_value(m.ship["a", "x"] + m.ship["a", "y"] <= 9.001),
        lambda m: m.out["a"].set_value(m.ship["a", "x"] + m.ship["a", "y"] >= 9),
        lambda m: m.out["a"].set_value(m.ship["a", "x"] + m.ship["b", "y"] <= 9),
        lambda m: m.into["x"].deactivate(),
        lambda m: m.goal.deactivate(),
    ],
)
def test_real_differences_are_seen_and_named(spoil):
    other = _transport(False)
    spoil(other)
    found = compare(_transport(False), other)
    assert found.verdict is Verdict.DIFFERENT
    assert found.reason
    assert found.columns == ()


def test_numbers_within_the_tolerance_agree():
    other = _transport(False)
    other.out["a"].set_value(other.ship["a", "x"] + 1.0000001 * other.ship["a", "y"] <= 9.0000001)
    assert compare(_transport(False), other).verdict is Verdict.SAME
    assert compare(_transport(False), other, tolerance=1e-10).verdict is Verdict.DIFFERENT


def _cycles(*lengths):
    """Build the classic pair that colour refinement alone cannot tell apart: one cycle of six, two of three."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(sum(lengths)), domain=pyo.Binary)
    model.edge, start = pyo.ConstraintList(), 0
    for length in lengths:
        for i in range(length):
            model.edge.add(model.x[start + i] + model.x[start + (i + 1) % length] <= 1)
        start += length
    model.goal = pyo.Objective(expr=sum(model.x.values()), sense=pyo.maximize)
    return model


def test_locally_alike_models_are_told_apart_by_pairing():
    assert solve(_cycles(6)).objective == 3
    assert solve(_cycles(3, 3)).objective == 2
    assert compare(_cycles(6), _cycles(3, 3)).verdict is Verdict.DIFFERENT
    assert compare(_cycles(3, 3), _cycles(3, 3)).verdict is Verdict.SAME


def test_contradictory_bounds_are_not_forgotten():
    models = []
    for side in (0, -2):
        model = pyo.ConcreteModel()
        model.x, model.y = pyo.Var(bounds=(0, 4)), pyo.Var(bounds=(0, 1))
        model.c = pyo.Constraint(expr=2 * model.x == side)
        model.goal = pyo.Objective(expr=model.y)
        models.append(model)
    assert compare(*models).verdict is Verdict.DIFFERENT


def _difference(first, second, cost):
    model = pyo.ConcreteModel()
    model.x, model.y, model.z = pyo.Var(bounds=(0, 3)), pyo.Var(bounds=(0, 5)), pyo.Var(bounds=(0, 9))
    left, right = model.find_component(first), model.find_component(second)
    model.tie = pyo.Constraint(expr=left - right + model.z**2 - 2 * model.z == 0)
    model.near = pyo.Constraint(expr=(-4, left - right, 4))
    model.goal = pyo.Objective(expr=cost * model.x + model.y)
    return model


def test_rows_that_read_alike_both_ways_round():
    assert compare(_difference("x", "y", 2), _difference("x", "y", 2)).verdict is Verdict.SAME
    one, two = pyo.ConcreteModel(), pyo.ConcreteModel()
    for model, sign in ((one, 1), (two, -1)):
        model.x, model.y = pyo.Var(bounds=(0, 3)), pyo.Var(bounds=(0, 5))
        model.near = pyo.Constraint(expr=(-4, sign * (model.x - model.y), 4))
        model.equal = pyo.Constraint(expr=sign * (2 * model.x - 2 * model.y) == 0)
        model.goal = pyo.Objective(expr=2 * model.x + model.y)
    assert compare(one, two).verdict is Verdict.SAME
    assert compare(_difference("x", "y", 2), _difference("y", "x", 2)).verdict is Verdict.DIFFERENT


def test_what_cannot_be_compared_is_undecided():
    assert compare(CASES["roots"][0](), CASES["roots"][0]()).verdict is Verdict.UNDECIDED
