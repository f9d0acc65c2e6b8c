from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pyomo.gdp as gdp
import pytest
from pyomo.core.expr.numeric_expr import MaxExpression
from pyomo.network import Arc, Port
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from benchmarks.solving import ring, stock
from optwright.outcome import Failure, Termination
from optwright.solvers.compiler import compile_model, key_of
from optwright.solvers.convexity import is_convex
from optwright.solvers.route import solve
from optwright.solvers.standard import ExportError, functions_at
from tests.solvers.spread import CASES


@pytest.mark.parametrize("build", [ring, stock])
def test_linear_models_have_the_same_matrix_as_pyomos_compiler(build):
    model = build(200)
    form = compile_model(model)
    theirs = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    place = {variable.name: number for number, variable in enumerate(theirs.columns)}
    order = [place[f"{name}[{','.join(map(str, key))}]"] for name, key in form.columns]
    dense = np.zeros((form.height + 1, form.width))
    owner = np.repeat(np.arange(form.height + 1), np.diff(form.linear.start))
    np.add.at(dense, (owner, form.linear.index), form.linear.value)
    assert np.array_equal(dense[:-1], theirs.A.toarray()[:, order])
    assert np.array_equal(dense[-1], theirs.c.toarray()[0, order])


@pytest.mark.parametrize("name", CASES)
def test_every_function_has_pyomos_value_at_a_point(name):
    model = CASES[name][0]()
    form = compile_model(model)
    generator = np.random.default_rng(3)
    low, high = np.maximum(form.lower, -2.0), np.minimum(form.upper, 3.0)
    point = generator.uniform(low, high)
    for (component, key), value in zip(form.columns, point, strict=True):
        model.find_component(component)[key[0] if key else None].set_value(value, skip_validation=True)
    value, _ = functions_at(form, point)
    assert value[-1] == pytest.approx(pyo.value(model.goal), rel=1e-12)
    rows = list(model.component_data_objects(pyo.Constraint, active=True))
    for row, number in zip(rows, range(form.height), strict=True):
        body = pyo.value(row.body)
        upper = None if row.upper is None else pyo.value(row.upper) - body
        if upper is not None:
            assert form.row_upper[number] - value[number] == pytest.approx(upper, rel=1e-12, abs=1e-12)


def test_names_and_keys_of_nested_blocks_and_tuples():
    model = pyo.ConcreteModel()
    model.plant = pyo.Block([1, "b"])
    for index in (1, "b"):
        model.plant[index].make = pyo.Var([("x", 2), ("y", 3)], bounds=(0, 1))
        model.plant[index].limit = pyo.Constraint(expr=model.plant[index].make["x", 2] <= 0.5)
    form = compile_model(model)
    assert form.columns[0] == ("plant[1].make", ("x", 2))
    assert form.columns[-1] == ("plant[b].make", ("y", 3))
    assert [name for name, _ in form.rows] == ["plant[1].limit", "plant[b].limit"]


def test_odd_index_values_become_text_or_whole_numbers():
    assert key_of(None) == ()
    assert key_of(("a", 2.0, 1.5, np.int64(3), True)) == ("a", 2, "1.5", 3, 1)


def test_deactivated_components_are_left_out():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 9))
    model.block = pyo.Block()
    model.block.tight = pyo.Constraint(expr=model.x <= 1)
    model.rows = pyo.Constraint([1, 2], rule=lambda m, i: m.x <= 10 * i - 8)
    model.low = pyo.Objective(expr=model.x)
    model.goal = pyo.Objective(expr=model.x, sense=pyo.maximize)
    model.low.deactivate()
    model.block.deactivate()
    model.rows[1].deactivate()
    outcome = solve(model)
    assert outcome.objective == 9.0
    assert set(outcome.slacks) == {"rows"}
    assert set(outcome.slacks["rows"]) == {(2,)}


def test_references_do_not_count_twice():
    model = pyo.ConcreteModel()
    model.x = pyo.Var([1, 2], bounds=(0, 5))
    model.again = pyo.Reference(model.x)
    model.goal = pyo.Objective(expr=sum(model.again[i] for i in (1, 2)), sense=pyo.maximize)
    outcome = solve(model)
    assert outcome.objective == 10.0
    assert set(outcome.values) == {"x"}


def test_variables_outside_the_model_are_found_through_its_rows():
    model = pyo.ConcreteModel()
    detached = pyo.Var(bounds=(0, 3))
    detached.construct()
    model.goal = pyo.Objective(expr=detached, sense=pyo.maximize)
    assert solve(model).objective == 3.0


def test_named_expressions_and_mutable_parameters():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 3))
    model.rate = pyo.Param(initialize=2.0, mutable=True)
    model.twice = pyo.Expression(expr=model.rate * model.x)
    model.curved = pyo.Expression(expr=pyo.exp(model.twice))
    model.goal = pyo.Objective(expr=model.twice, sense=pyo.maximize)
    model.limit = pyo.Constraint(expr=model.curved + model.twice <= 10)
    first = solve(model)
    model.rate = 1.0
    second = solve(model)
    assert first.objective == pytest.approx(second.objective, abs=1e-6)
    assert first.values["x"][()] == pytest.approx(second.values["x"][()] / 2, abs=1e-6)


def test_a_disjunction_is_transformed_and_the_model_stays_as_it_is():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 10))
    model.low, model.high = gdp.Disjunct(), gdp.Disjunct()
    model.low.c = pyo.Constraint(expr=model.x <= 2)
    model.high.c = pyo.Constraint(expr=model.x >= 7)
    model.either = gdp.Disjunction(expr=[model.low, model.high])
    model.goal = pyo.Objective(expr=(model.x - 5.5) ** 2)
    outcome = solve(model)
    assert outcome.objective == pytest.approx(2.25, abs=1e-5)
    assert model.low.active
    assert model.either.active


def test_a_disjunction_without_bounds_says_what_it_needs():
    model = pyo.ConcreteModel()
    model.x = pyo.Var()
    model.low, model.high = gdp.Disjunct(), gdp.Disjunct()
    model.low.c = pyo.Constraint(expr=model.x <= 2)
    model.high.c = pyo.Constraint(expr=model.x >= 7)
    model.either = gdp.Disjunction(expr=[model.low, model.high])
    outcome = solve(model)
    assert outcome.failure is Failure.EXPORT
    assert "bounds" in outcome.message


def test_logic_becomes_linear():
    model = pyo.ConcreteModel()
    model.yes = pyo.BooleanVar([1, 2, 3])
    model.x = pyo.Var([1, 2, 3], domain=pyo.Binary)
    for i in (1, 2, 3):
        model.yes[i].associate_binary_var(model.x[i])
    model.rule = pyo.LogicalConstraint(expr=model.yes[1].implies(pyo.lnot(model.yes[2])))
    model.some = pyo.LogicalConstraint(expr=pyo.atleast(2, model.yes[1], model.yes[2], model.yes[3]))
    model.goal = pyo.Objective(expr=model.x[1] + 3 * model.x[2] + model.x[3] * 2)
    outcome = solve(model)
    assert outcome.objective == pytest.approx(3.0)
    assert outcome.values["x"] == {(1,): 1.0, (2,): 0.0, (3,): 1.0}


@pytest.mark.parametrize("kind", ["SOS2", "BIGM_BIN", "INC", "MC"])
def test_piecewise_blocks(kind):
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 9)), pyo.Var()
    model.line = pyo.Piecewise(
        model.y, model.x, pw_pts=[0, 2, 5, 9], f_rule=[0.0, 8.0, 3.0, 10.0], pw_constr_type="EQ", pw_repn=kind
    )
    model.fix = pyo.Constraint(expr=model.x <= 6)
    model.goal = pyo.Objective(expr=model.y, sense=pyo.maximize)
    assert solve(model).objective == pytest.approx(8.0, abs=1e-5)


def test_arcs_are_expanded():
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 4)), pyo.Var(bounds=(0, 3))
    model.out, model.inn = Port(initialize={"flow": model.x}), Port(initialize={"flow": model.y})
    model.pipe = Arc(source=model.out, destination=model.inn)
    model.goal = pyo.Objective(expr=model.x, sense=pyo.maximize)
    assert solve(model).objective == pytest.approx(3.0)


def test_maximum_expressions_are_taken_whole():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.limit = pyo.Constraint(expr=MaxExpression((model.x, 2 * model.x - 1)) <= 5)
    model.goal = pyo.Objective(expr=model.x, sense=pyo.maximize)
    assert solve(model).objective == pytest.approx(3.0, abs=1e-6)


def _broken(kind):
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 4)), pyo.Var()
    model.p = pyo.Param(initialize=0, mutable=True)
    model.goal = pyo.Objective(expr=model.x)
    match kind:
        case "atan":
            model.c = pyo.Constraint(expr=pyo.atan(model.x) >= 1)
        case "Expr_if":
            model.c = pyo.Constraint(expr=pyo.Expr_if(model.x >= 2, model.x, 3) >= 1)
        case "division":
            model.c = pyo.Constraint(expr=model.x / model.p >= 1)
        case "no value":
            model.y.fixed = True
            model.c = pyo.Constraint(expr=model.x * model.y >= 1)
        case "nan":
            model.c = pyo.Constraint(expr=float("nan") * model.x >= 1)
        case "infinite":
            model.c = pyo.Constraint(expr=model.x >= float("inf"))
        case "huge":
            model.c = pyo.Constraint(expr=1e18 * model.x >= 1)
        case "huge power":
            model.goal.set_value(pyo.exp(model.x / 1e-18))
        case "gaps":
            model.z = pyo.Var(domain=pyo.Set(initialize=[0, 5, 10]))
        case "two":
            model.other = pyo.Objective(expr=-model.x)
        case "uninitialised":
            model.q = pyo.Param(mutable=True)
            model.c = pyo.Constraint(expr=model.q * model.x >= 1)
        case "integral":
            from pyomo.dae import ContinuousSet, DerivativeVar

            model.t = ContinuousSet(bounds=(0, 1))
            model.v = pyo.Var(model.t)
            model.dv = DerivativeVar(model.v, wrt=model.t)
    return model


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("atan", ["constraint c", "atan"]),
        ("Expr_if", ["constraint c", "Expr_if"]),
        ("division", ["constraint c", "division by zero"]),
        ("no value", ["constraint c", "variable y is fixed"]),
        ("nan", ["constraint c has the coefficient nan"]),
        ("infinite", ["constraint c", "infinity"]),
        ("huge", ["constraint c has the coefficient 1e+18", "units"]),
        ("huge power", ["objective goal has the number 1e+18", "units"]),
        ("gaps", ["variable z", "{0, 5, 10}"]),
        ("two", ["2 active objectives", "goal", "other", "priorities"]),
        ("uninitialised", ["constraint c"]),
        ("integral", ["component t", "ContinuousSet"]),
    ],
)
def test_what_cannot_be_solved_is_named(kind, words, capfd):
    outcome = solve(_broken(kind))
    assert outcome.termination is Termination.NOT_SOLVED
    assert outcome.failure is Failure.EXPORT
    for word in words:
        assert word in outcome.message
    assert "\n" not in outcome.message
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("thing", [3, None, pyo.AbstractModel(), "model"])
def test_what_is_no_model_is_refused(thing):
    with pytest.raises(ExportError, match="ConcreteModel"):
        compile_model(thing)


def _quadratic(matrix, maximise=False):
    size = len(matrix)
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(size), bounds=(-1, 1))
    terms = [(i, j) for i in range(size) for j in np.flatnonzero(matrix[i])]
    expr = pyo.quicksum(matrix[i][j] * model.x[i] * model.x[int(j)] for i, j in terms)
    model.goal = pyo.Objective(expr=expr, sense=pyo.maximize if maximise else pyo.minimize)
    return compile_model(model).stage(0, ())


@pytest.mark.parametrize(
    ("matrix", "convex"),
    [
        ([[1.0, 0.0], [0.0, 2.0]], True),
        ([[1.0, 1.0], [1.0, 1.0]], True),
        ([[1.0, 1.01], [1.01, 1.0]], False),
        ([[0.0, 0.5], [0.5, 0.0]], False),
        ([[1e6, 0.0], [0.0, -1.0]], False),
        ([[2.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 2.0]], True),
    ],
)
def test_convexity_of_small_matrices(matrix, convex):
    matrix = np.array(matrix)
    assert is_convex(_quadratic(matrix)) is convex
    assert is_convex(_quadratic(-matrix, maximise=True)) is convex
    if matrix.any() and convex:
        assert not is_convex(_quadratic(-matrix))


@pytest.mark.parametrize("shift", [0.05, -0.05])
def test_convexity_of_a_matrix_too_large_for_eigenvalues(shift):
    size = 1500
    matrix = np.zeros((size, size))
    np.fill_diagonal(matrix, 2.0 + shift)
    index = np.arange(size - 1)
    matrix[index, index + 1] = matrix[index + 1, index] = -1.0
    assert is_convex(_quadratic(matrix)) is (shift > 0)


@pytest.mark.parametrize("seed", range(8))
def test_convexity_agrees_with_the_eigenvalues(seed):
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(6, 4))
    matrix = root @ root.T + (0.0 if seed % 2 else -0.3) * np.eye(6)
    assert is_convex(_quadratic(matrix)) is bool(np.linalg.eigvalsh(matrix)[0] > -1e-8)
