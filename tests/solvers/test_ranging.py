"""Ranges of linear models: what is known by hand, and every end checked by solving just inside and just outside."""

import pyomo.environ as pyo
import pytest

from optwright.outcome import Outcome, Range
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve

RANGING = SolveOptions(ranging=True)


def product_mix(hours=40.0, tables=8.0, chair=30.0, table=50.0, sense=pyo.maximize):
    model = pyo.ConcreteModel()
    model.x = pyo.Var(["chair", "table"], domain=pyo.NonNegativeReals)
    sign = 1 if sense == pyo.maximize else -1
    model.goal = pyo.Objective(expr=sign * (chair * model.x["chair"] + table * model.x["table"]) + 7, sense=sense)
    model.hours = pyo.Constraint(expr=2 * model.x["chair"] + 3 * model.x["table"] + 5 <= hours + 5)
    model.tables = pyo.Constraint(expr=model.x["table"] <= tables)
    model.spare = pyo.Constraint(expr=model.x["chair"] <= 1000)
    return model


@pytest.mark.parametrize("sense", [pyo.maximize, pyo.minimize])
def test_the_ranges_of_a_product_mix(sense):
    ranging = solve(product_mix(sense=sense), RANGING).ranging
    hours, tables = ranging.limits["hours"][()], ranging.limits["tables"][()]
    assert (hours.down, hours.up) == (pytest.approx(16), pytest.approx(2000 + 24 - 40))
    assert (tables.down, tables.up) == (pytest.approx(8), pytest.approx(16 / 3))
    assert "spare" not in ranging.limits
    assert ranging.costs["x"][("table",)].up is None or sense == pyo.minimize
    chair = ranging.costs["x"][("chair",)]
    assert abs(chair.value) == 30
    assert {round(chair.down, 6), round(chair.up, 6)} == {30, round(10 / 3, 6)}


@pytest.mark.parametrize(("tables", "holds"), [(13.3, True), (13.4, False), (0.1, True)])
def test_a_dual_value_holds_within_its_range(tables, holds):
    before = solve(product_mix())
    after = solve(product_mix(tables=tables))
    predicted = before.objective + before.duals["tables"][()] * (tables - 8)
    assert (after.objective == pytest.approx(predicted)) is holds


@pytest.mark.parametrize(("chair", "stays"), [(33.2, True), (33.5, False), (0.1, True)])
def test_the_plan_stays_within_the_range_of_a_cost(chair, stays):
    assert (solve(product_mix(chair=chair)).values == solve(product_mix()).values) is stays


def test_an_objective_of_tiny_numbers_has_ranges_of_its_own_size():
    chair = solve(product_mix(chair=30e-9, table=50e-9), RANGING).ranging.costs["x"][("chair",)]
    assert (chair.value, chair.up) == (pytest.approx(30e-9), pytest.approx(10e-9 / 3, rel=1e-3))


def test_there_are_none_unless_asked_for_or_where_they_do_not_exist():
    assert solve(product_mix()).ranging is None
    whole = product_mix()
    whole.x.domain = pyo.NonNegativeIntegers
    assert solve(whole, RANGING).ranging is None
    assert solve(product_mix(hours=-1), RANGING).ranging is None


def test_ranges_survive_json():
    outcome = solve(product_mix(), RANGING)
    assert Outcome.from_json(outcome.to_json()).ranging == outcome.ranging
    assert isinstance(outcome.ranging.costs["x"][("table",)], Range)
