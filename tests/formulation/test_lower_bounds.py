"""Lowering: big-M values no larger than needed, and what is refused for want of a bound or of whole numbers."""

from __future__ import annotations

import time

import pytest

from optwright.errors import FormulationError
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import Code
from optwright.formulation.lower import lower
from tests.formulation.lower_oracle import agree, solve


def form(*constraints, variables, goal=("minimize", "x"), **more):
    return Formulation.model_validate(
        {
            "variables": variables,
            "constraints": [
                item if isinstance(item, dict) else {"name": f"c{number}", "expression": item}
                for number, item in enumerate(constraints)
            ],
            "objective": {"sense": goal[0], "expression": goal[1]},
            **more,
        }
    )


def most(formulation):
    """Every big-M by parameter name."""
    return {
        item.name: item.value if item.rows is None else {row[:-1]: row[-1] for row in item.rows}
        for item in lower(formulation).formulation.parameters
        if "big_m" in item.name
    }


X, Y, B = {"name": "x", "upper": 40}, {"name": "y", "lower": 5, "upper": 25}, {"name": "b", "domain": "Binary"}


def test_the_interval_of_the_expression():
    assert most(form("implies(b, 2*x + y <= 10)", variables=[X, Y, B])) == {"c0_big_m": 95}
    assert most(form("implies(b, x - 2*y >= 3)", variables=[X, Y, B])) == {"c0_big_m": 53}


def test_repeated_variables_cancel():
    assert most(form("implies(b, x + y <= 3 + y)", variables=[X, Y, B])) == {"c0_big_m": 37}
    total = [{"name": "total", "expression": "x + y"}]
    assert most(form("implies(b, total - x <= 10)", variables=[X, Y, B], expressions=total)) == {"c0_big_m": 15}


def test_bounds_are_tightened_by_linear_constraints():
    free = [{"name": "x"}, {"name": "y"}, B]
    assert most(form("x + y <= 30", "implies(b, x <= 4)", variables=free)) == {"c1_big_m": 26}
    assert most(form("x + y == 30", "y >= 2", "implies(b, x <= 4)", variables=free)) == {"c2_big_m": 24}
    assert most(form("x <= 2*y", "y <= z/3", "z <= 9", "implies(b, x <= 1)", variables=[*free, {"name": "z"}])) == {
        "c3_big_m": 5
    }


def test_whole_numbers_are_tightened_to_whole_numbers():
    whole = [{"name": "x", "domain": "NonNegativeIntegers"}, B]
    assert most(form("2*x <= 9", "implies(b, x <= 1)", variables=whole)) == {"c1_big_m": 3}


def test_bounds_are_not_tightened_by_logic():
    free = [{"name": "x", "upper": 100}, {"name": "y", "upper": 100}, B]
    assert most(form("x <= 5 or y <= 5", "implies(b, x <= 1)", variables=free))["c1_big_m"] == 99


def test_a_value_for_each_combination_and_no_index_more_than_needed():
    sets = [{"name": "I", "members": ["p", "q"]}, {"name": "T", "range": [1, 2]}]
    cap = [{"name": "cap", "index": ["I"], "value": [10, 20]}]
    variables = [
        {"name": "x", "index": ["i in I", "t in T"], "upper": "cap[i]"},
        {"name": "on", "index": ["I", "T"], "domain": "Binary"},
    ]
    rows = {"name": "link", "for_each": "i in I, t in T", "expression": "implies(not on[i,t], x[i,t] == 0)"}
    made = form(
        rows, variables=variables, goal=("maximize", "sum(x[i,t] for i in I for t in T)"), sets=sets, parameters=cap
    )
    assert most(made) == {"link_big_m": {("p",): 10, ("q",): 20}}
    assert lower(made).formulation.constraints[0].expression == "x[i,t] <= link_big_m[i]*on[i,t]"


def test_a_row_that_always_holds_is_left_out():
    made = lower(form("implies(b, x + y >= 5)", "x == 0 or x >= 10", variables=[X, Y, B])).formulation
    assert [item.expression for item in made.constraints] == [
        "c1_case_1 + c1_case_2 >= 1",
        "x <= c1_big_m*(1 - c1_case_1)",
        "x >= 10 - c1_big_m_2*(1 - c1_case_2)",
    ]


def test_the_parts_of_an_extremum_are_compared_with_each_other():
    made = form(variables=[X, Y], goal=("maximize", "max(x, y, x + 3)"))
    assert most(made) == {"max_x_big_m": 25, "max_x_big_m_2": 38, "max_x_big_m_3": 22}


def test_an_unbounded_part_is_no_matter_where_it_is_pressed():
    made = form("x - y >= 3", variables=[{"name": "x", "domain": "Reals"}, {"name": "y", "domain": "Reals"}])
    goal = made.objective.model_copy(update={"expression": "abs(x) + max(x, y, 2)"})
    assert solve(lower(made.model_copy(update={"objective": goal})).formulation).objective == pytest.approx(2)


@pytest.mark.parametrize(
    ("constraint", "goal", "names"),
    [
        ("implies(b, x <= 10)", "x", ["x"]),
        ("x == 0 or x >= 10", "x", ["x"]),
        ("x + y >= 1", "x + (y > 0)", ["y"]),
        ("x - y <= 5 or b", "x", ["x"]),
        ("implies(b, x*y <= 4)", "x", ["x", "y"]),
        ("implies(b, exp(x) <= 4)", "x", ["x"]),
        ("x <= 3 or log(1 + y) <= 2", "x", ["x", "y"]),
    ],
)
def test_no_bound_names_the_variables_and_what_to_write(constraint, goal, names):
    with pytest.raises(FormulationError) as caught:
        lower(form(constraint, variables=[{"name": "x"}, {"name": "y"}, B], goal=("minimize", goal)))
    findings = caught.value.findings
    assert {item.code for item in findings} == {Code.NO_BOUND}
    for name in names:
        assert any(name in item.message and '"upper"' in item.hint and repr(name) in item.hint for item in findings)


def test_a_bound_that_no_solver_can_use_is_none():
    with pytest.raises(FormulationError, match=r"no finite bound for x"):
        lower(form("implies(b, x <= 10)", variables=[{"name": "x", "upper": 1e30}, B]))


def test_the_parts_of_a_large_maximum():
    caps = [{"name": "cap", "index": ["I"], "value": list(range(1, 31))}]
    variables = [{"name": "x", "index": ["i in I"], "upper": "cap[i]"}]
    sets = [{"name": "I", "range": [1, 30]}]
    made = form(variables=variables, goal=("maximize", "max(x[i] for i in I)"), sets=sets, parameters=caps)
    assert most(made) == {"max_x_big_m": {(i,): 30 if i < 30 else 29 for i in range(1, 31)}}
    assert solve(lower(made).formulation).objective == pytest.approx(30)


def test_no_bound_for_a_rewarded_extremum():
    with pytest.raises(FormulationError, match=r"no finite bound for x"):
        lower(form(variables=[{"name": "x"}, Y], goal=("maximize", "max(x, y) - 2*x")))


def test_no_bound_says_where():
    sets = [{"name": "I", "members": ["p", "q"]}]
    rows = {"name": "either", "for_each": "i in I", "expression": "x[i] == 0 or x[i] >= 2"}
    made = form(
        rows, variables=[{"name": "x", "index": ["I"], "upper": {"p": 5, "q": None}}], goal=("minimize", "1"), sets=sets
    )
    with pytest.raises(FormulationError) as caught:
        lower(made)
    (finding,) = caught.value.findings
    assert finding.where == "constraint 'either' at i='q'"


@pytest.mark.parametrize(
    ("constraint", "goal"),
    [
        ("x > 5", "x"),
        ("x != 5", "x"),
        ("not (x <= 5)", "x"),
        ("implies(b, x > 2)", "x"),
        ("implies(x <= 5, b)", "x"),
        ("iff(b, x >= 5)", "x"),
        ("x <= 9", "-(x > 0)"),
        ("x <= 9", "x + (x >= 5)"),
        ("(x > 0) + b >= 1", "x"),
        ("whole + 0.5 > 2", "whole"),
    ],
)
def test_strictness_of_broken_quantities_is_refused(constraint, goal):
    whole = {"name": "whole", "domain": "NonNegativeIntegers", "upper": 9}
    with pytest.raises(FormulationError) as caught:
        lower(form(constraint, variables=[X, B, whole], goal=("minimize", goal)))
    assert {item.code for item in caught.value.findings} == {Code.STRICT}
    assert all(item.hint for item in caught.value.findings)


@pytest.mark.parametrize(
    ("constraint", "goal", "best"),
    [
        ("implies(x > 0, y >= 10)", "y - x", -30),
        ("x >= 7 or b", "x + 3*(x > 0) + 20*b", 10),
        ("implies(x < 5, b)", "x + 9*b", 5),
        ("not (x > 3)", "-x", -3),
        ("b + (x >= 5) >= 1", "x + 9*b", 5),
    ],
)
def test_the_closed_complement_of_a_strict_relation_is_exact(constraint, goal, best):
    got, _ = agree(form(constraint, variables=[X, Y, B], goal=("minimize", goal)), steps=9)
    assert got.objective == pytest.approx(best)


def test_a_fact_that_fails_is_reported():
    sets = [{"name": "T", "range": [1, 3]}]
    rows = {"name": "never", "for_each": "t in T", "expression": "t < 3 and (x >= t or b)"}
    with pytest.raises(FormulationError) as caught:
        lower(form(rows, variables=[X, B], sets=sets))
    assert [(item.code, item.where) for item in caught.value.findings] == [
        (Code.CONST_FALSE, "constraint 'never' at t=3")
    ]


def test_all_findings_are_told_at_once():
    with pytest.raises(FormulationError) as caught:
        lower(form("x == 0 or x >= 2", "y > 3", variables=[{"name": "x"}, {"name": "y"}]))
    assert {item.code for item in caught.value.findings} == {Code.NO_BOUND, Code.STRICT}


def test_a_large_model_is_lowered_in_seconds():
    size = 200
    made = form(
        {"name": "out", "for_each": "i in I", "expression": "sum(x[i,j] for j in J) <= 10 + i"},
        variables=[{"name": "x", "index": ["I", "J"]}],
        goal=("minimize", "sum(x[i,j] + 5*(x[i,j] > 0) for i in I for j in J)"),
        sets=[{"name": "I", "range": [1, size]}, {"name": "J", "range": [1, size]}],
    )
    start = time.process_time()
    (values,) = most(made).values()
    assert time.process_time() - start < 10
    assert values == {(i,): 10 + i for i in range(1, size + 1)}


def test_a_large_model_without_logic_is_not_touched():
    made = form(
        variables=[{"name": "x", "index": ["I", "I"]}],
        goal=("minimize", "sum(x[i,j] for i in I for j in I)"),
        sets=[{"name": "I", "range": [1, 1000]}],
    )
    start = time.process_time()
    assert lower(made).formulation is made
    assert time.process_time() - start < 0.2
