"""A formulation at a point: values, residuals, and what cannot be computed there."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optwright.errors import FormulationError
from optwright.formulation.elements import Formulation
from optwright.formulation.evaluate import evaluate, objective_names
from optwright.formulation.read import read
from tests.formulation.solving import example


def formulation_of(**sections):
    variables = [{"name": "x", "domain": "Reals"}, {"name": "y", "domain": "Reals"}, {"name": "b", "domain": "Binary"}]
    return Formulation.model_validate({"variables": variables, **sections})


def holds(expression, x=0.0, y=0.0, b=0, **options):
    """Whether one constraint holds at a point."""
    formulation = formulation_of(constraints=[{"name": "c", "expression": expression}])
    return evaluate(formulation, {"x": {(): x}, "y": {(): y}, "b": {(): b}}, **options).ok


OPTIMA = {
    "product_mix": {"make": {"desk": 0, "chair": 60, "shelf": 50}},
    "transport": {
        "ship": {
            ("Pune", "Rome"): 40,
            ("Pune", "Oslo"): 50,
            ("Pune", "Bonn"): 0,
            ("Lyon", "Rome"): 20,
            ("Lyon", "Bonn"): 70,
        }
    },
    "lot_sizing": {
        "make": {1: 40, 2: 60, 3: 0, 4: 0, 5: 0},
        "setup": {1: 1, 2: 1, 3: 0, 4: 0, 5: 0},
        "stock": {1: 5, 2: 15, 3: 35, 4: 25, 5: 0},
    },
    "salesman": {
        "go": {(i, j): int(i + j in ("AF", "FE", "EB", "BD", "DA")) for i in "ABDEF" for j in "ABDEF" if i != j},
        "place": {"A": 0, "F": 1, "E": 2, "B": 3, "D": 4},
    },
    "either_or": {"make": {"a": 60, "b": 80, "c": 0}},
}


def keyed(values):
    return {
        name: {key if isinstance(key, tuple) else (key,): v for key, v in own.items()} for name, own in values.items()
    }


@pytest.mark.parametrize("name", sorted(OPTIMA))
def test_a_worked_example_at_its_optimum(name):
    formulation, tables, known = example(name)
    point = evaluate(formulation, keyed(OPTIMA[name]), tables)
    assert point.violations == []
    assert point.ok
    assert point.objective == pytest.approx(known["optimum"])
    assert point.objectives == {"objective": point.objective}


def test_expressions_and_outputs_are_computed():
    formulation, tables, _ = example("product_mix")
    point = evaluate(formulation, keyed(OPTIMA["product_mix"]), tables)
    assert point.expressions == {"total": {(): 110}}
    assert point.outputs == {"pieces": {(): 110}}


def test_without_outputs_the_objective_and_all_variables():
    formulation, tables, _ = example("either_or")
    values = keyed(OPTIMA["either_or"])
    assert evaluate(formulation, values, tables).outputs == {"objective": {(): 720}, **values}


def test_an_output_may_name_an_indexed_component_or_run_over_combinations():
    formulation = Formulation.model_validate(
        {
            "sets": [{"name": "T", "range": [1, 2]}],
            "variables": [{"name": "x", "index": ["T"]}],
            "outputs": [
                {"name": "all", "expression": "x"},
                {"name": "half", "for_each": "t in T", "expression": "x[t]/2"},
                {"name": "many", "expression": "sum(x[t] > 1 for t in T)"},
            ],
        }
    )
    point = evaluate(formulation, {"x": {(1,): 1.0, (2,): 3.0}})
    assert point.outputs == {
        "all": {(1,): 1.0, (2,): 3.0},
        "half": {(1,): 0.5, (2,): 1.5},
        "many": {(): 1},
    }
    assert point.objective is None


@pytest.mark.parametrize(
    ("expression", "x", "y", "true"),
    [
        ("x + y <= 3", 1, 2, True),
        ("x + y <= 3", 1, 2.1, False),
        ("x + y >= 3", 1, 2, True),
        ("x + y >= 3.1", 1, 2, False),
        ("x == y", 2, 2, True),
        ("x == y", 2, 2.01, False),
        ("0 <= x <= y <= 5", 1, 2, True),
        ("0 <= x <= y <= 5", 3, 2, False),
        ("x <= 3 or y <= 3", 9, 1, True),
        ("x <= 3 or y <= 3", 9, 9, False),
        ("x <= 3 and y <= 3", 1, 9, False),
        ("not x <= 3", 3, 0, False),
        ("not x <= 3", 3.5, 0, True),
        ("implies(x > 0, y >= 5)", 0, 0, True),
        ("implies(x > 0, y >= 5)", 1e-9, 0, True),
        ("implies(x > 0, y >= 5)", 1, 0, False),
        ("implies(x > 0, y >= 5)", 1, 5, True),
        ("iff(x >= 1, y >= 1)", 1, 1, True),
        ("iff(x >= 1, y >= 1)", 0, 0, True),
        ("iff(x >= 1, y >= 1)", 1, 0, False),
        ("not (x >= 1 or y >= 1)", 0, 0, True),
        ("not (x >= 1 and y >= 1)", 1, 1, False),
        ("not iff(x >= 1, y >= 1)", 1, 0, True),
        ("x != y", 1, 2, True),
        ("x != y", 1, 1, False),
        ("x < 3", 2, 0, True),
        ("x < 3", 3, 0, False),
        ("(x > 0) + (y > 0) <= 1", 1, 1, False),
        ("(x > 0) + (y > 0) <= 1", 1, 0, True),
        ("max(x, y) <= 3", 3, 4, False),
        ("min(x, y) <= 3", 3, 4, True),
        ("abs(x - y) <= 1", 3, 5, False),
        ("piecewise(x, [0, 40, 100], [0, 200, 320]) <= 240", 50, 0, True),
        ("piecewise(x, [0, 40, 100], [0, 200, 320]) <= 240", 70, 0, False),
        ("exp(x) <= 8 and sqrt(y) <= 2", 2, 4, True),
        ("x*y == 6", 2, 3, True),
        ("x/y <= 0.5", 1, 2, True),
        ("x**2 + y**2 <= 25", 3, 4, True),
    ],
)
def test_relations_and_logic(expression, x, y, true):
    assert holds(expression, x, y) is true


@pytest.mark.parametrize(("b", "true"), [(1, True), (0, False), (0.9999999, True)])
def test_a_bare_binary_stands_for_one(b, true):
    assert holds("b", b=b) is true
    assert holds("not b", b=b) is not true


def test_a_row_is_held_relative_to_its_largest_term():
    assert holds("x - y <= 0", 1e9 + 100, 1e9)
    assert not holds("x - y <= 0", 1e9 + 5000, 1e9)
    assert not holds("x - y <= 0", 1.00001, 1)
    assert holds("x - y <= 0", 1.00001, 1, tolerance=1e-4)


def test_inside_logic_the_tolerance_does_not_swallow_a_whole_unit():
    assert not holds("x == 1000000 or y >= 1", 1000001, 0)
    assert holds("x == 1000000 or y >= 1", 1000000.0001, 0)


@pytest.mark.parametrize(
    ("expression", "x", "amount"),
    [
        ("x <= 3", 5, 2),
        ("x == 3", 1, 2),
        ("x <= 3 or x <= 4", 6, 2),
        ("x <= 3 and x <= 4", 6, 3),
        ("implies(x >= 1, x >= 3)", 2.5, 0.5),
        ("0 <= x <= 3", -4, 4),
    ],
)
def test_a_violation_says_by_how_much(expression, x, amount):
    formulation = formulation_of(constraints=[{"name": "c", "expression": expression}])
    (violation,) = evaluate(formulation, {"x": {(): x}, "y": {(): 0}, "b": {(): 0}}).violations
    assert violation.where == "constraint 'c'"
    assert violation.amount == pytest.approx(amount)
    assert expression in violation.text


def one_variable(**fields):
    return Formulation.model_validate({"variables": [{"name": "x", **fields}]})


@pytest.mark.parametrize(
    ("fields", "value", "text"),
    [
        ({}, -1, "lower bound"),
        ({"upper": 10}, 10.1, "upper bound"),
        ({"domain": "Integers"}, 2.5, "not a whole number"),
        ({"domain": "Binary"}, 0.5, "not a whole number"),
        ({"domain": "Binary"}, 2, "upper bound"),
        ({}, math.nan, "not a number"),
        ({}, math.inf, "not a number"),
        ({}, None, "has no value"),
    ],
)
def test_bounds_domains_and_values(fields, value, text):
    (violation,) = evaluate(one_variable(**fields), {"x": {(): value}}).violations
    assert text in violation.text
    assert violation.where == "variable 'x'"


def test_what_solvers_leave_of_integrality_is_forgiven():
    assert evaluate(one_variable(domain="Integers", upper=5), {"x": {(): 5.0000005}}).ok


def test_a_missing_value_is_told_once_and_not_again_by_every_row():
    formulation, tables, _ = example("lot_sizing")
    values = keyed(OPTIMA["lot_sizing"])
    del values["make"][2,]
    point = evaluate(formulation, values, tables)
    assert [violation.text for violation in point.violations] == ["make[2] has no value"]
    assert point.objective is None


def test_values_of_nothing_are_told():
    (violation,) = evaluate(one_variable(), {"x": {(): 1.0, (3,): 1.0}}).violations
    assert "does not exist" in violation.text
    assert evaluate(one_variable(), {"x": {(): 1.0}, "added_by_lowering": {(): 1.0}}).ok


def test_what_cannot_be_computed_at_the_point_is_a_violation():
    formulation = formulation_of(
        constraints=[{"name": "c", "expression": "1/x <= 3"}],
        objective={"sense": "minimize", "expression": "log(x)"},
        expressions=[{"name": "e", "expression": "sqrt(y)"}],
        outputs=[{"name": "o", "expression": "exp(1000*b)"}],
    )
    point = evaluate(formulation, {"x": {(): 0}, "y": {(): -1}, "b": {(): 1}})
    assert {violation.where for violation in point.violations} == {
        "constraint 'c'",
        "objective 'objective'",
        "expression 'e'",
        "output 'o'",
    }
    assert point.objective is None
    assert all(violation.amount == math.inf for violation in point.violations)


def test_a_chosen_branch_alone_is_evaluated():
    formulation = Formulation.model_validate(
        {
            "sets": [{"name": "T", "range": [1, 3]}],
            "variables": [{"name": "x", "index": ["T"]}],
            "constraints": [
                {"name": "up", "for_each": "t in T", "expression": "x[t] >= (x[t-1] if t > first(T) else 1)"}
            ],
        }
    )
    assert evaluate(formulation, {"x": {(1,): 1.0, (2,): 2.0, (3,): 2.0}}).ok
    (violation,) = evaluate(formulation, {"x": {(1,): 1.0, (2,): 2.0, (3,): 1.5}}).violations
    assert violation.key == (3,)


def test_the_last_of_several_objectives_counts_and_all_are_told():
    goals = [{"sense": "minimize", "expression": "x"}, {"sense": "maximize", "expression": "y", "name": "sales"}]
    formulation = formulation_of(objective=goals)
    assert objective_names(formulation) == ["objective_1", "sales"]
    point = evaluate(formulation, {"x": {(): 2}, "y": {(): 3}, "b": {(): 0}})
    assert point.objectives == {"objective_1": 2, "sales": 3}
    assert point.objective == 3


def test_many_violations_are_counted_not_listed():
    formulation = Formulation.model_validate(
        {
            "sets": [{"name": "T", "range": [1, 3000]}],
            "variables": [{"name": "x", "index": ["T"]}],
            "constraints": [{"name": "c", "for_each": "t in T", "expression": "x[t] >= 1"}],
        }
    )
    violations = evaluate(formulation, {"x": {(t,): 0.0 for t in range(1, 3001)}}).violations
    assert len(violations) == 1001
    assert "2,000 more" in violations[-1].text


def test_a_formulation_that_is_not_well_formed_is_refused():
    formulation = formulation_of(constraints=[{"name": "c", "expression": "x <= nothing"}])
    with pytest.raises(FormulationError, match="'nothing' is not declared"):
        evaluate(formulation, {"x": {(): 0}, "y": {(): 0}, "b": {(): 0}})


@given(st.floats(-100, 100), st.floats(-100, 100), st.integers(0, 1))
@settings(max_examples=60)
def test_de_morgan_and_the_written_out_implication_agree(x, y, b):
    pairs = [
        ("not (x >= 1 or y >= 1)", "not x >= 1 and not y >= 1"),
        ("implies(b, x >= y)", "not b or x >= y"),
        ("iff(b, x >= y)", "(b and x >= y) or (not b and x < y)"),
    ]
    for left, right in pairs:
        assert holds(left, x, y, b) is holds(right, x, y, b)


def test_what_read_gives_evaluates():
    reading = read({"variables": [{"name": "x"}], "constraints": [{"name": "c", "expression": "x = 3"}]})
    assert evaluate(reading.formulation, {"x": {(): 3.0}}).ok


def test_piecewise_outside_of_its_breakpoints_is_a_violation():
    formulation = read(
        {
            "variables": [{"name": "x", "upper": 500}],
            "objective": {"sense": "minimize", "expression": "piecewise(x, [0, 40, 80], [0, 8, 14])"},
        }
    ).formulation
    assert evaluate(formulation, {"x": {(): 60.0}}).objective == 11
    beyond = evaluate(formulation, {"x": {(): 100.0}})
    assert not beyond.ok
    assert "outside of its breakpoints" in beyond.violations[0].text


def test_nested_equivalences_are_measured_in_linear_time():
    expression = "b"
    for bound in range(40):
        expression = f"iff({expression}, x >= {bound})"
    formulation = read(
        {
            "variables": [{"name": "b", "domain": "Binary"}, {"name": "x", "upper": 100}],
            "constraints": [{"name": "c", "expression": expression}],
        }
    ).formulation
    assert evaluate(formulation, {"b": {(): 1.0}, "x": {(): 50.0}}).ok
    assert not evaluate(formulation, {"b": {(): 0.0}, "x": {(): 50.0}}).ok
