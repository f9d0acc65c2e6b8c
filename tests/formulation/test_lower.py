"""Lowering, construct by construct: the optimum of the result is the optimum of the original."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from optwright.formulation.elements import Formulation, Objective
from optwright.formulation.lower import lower
from optwright.problem import Table
from tests.formulation.lower_oracle import agree, best_point, solve

EXAMPLES = Path(__file__).parent / "examples"


def form(*constraints, minimize=None, maximize=None, **more):
    """A formulation over a few closely bounded variables; constraints as text or `(for_each, text)`."""
    sense = "minimize" if minimize is not None else "maximize"
    text = minimize if minimize is not None else maximize
    data = {
        "sets": [{"name": "I", "members": ["a", "b", "c"]}, {"name": "T", "range": [1, 3]}],
        "parameters": [
            {"name": "w", "index": ["I"], "value": [2, -1, 3]},
            {"name": "cost", "index": ["I"], "value": [4, 2, 3]},
        ],
        "variables": [
            {"name": "x", "domain": "Integers", "lower": -3, "upper": 4},
            {"name": "y", "domain": "Integers", "lower": 0, "upper": 3},
            {"name": "b", "domain": "Binary"},
            {"name": "v", "index": ["I"], "domain": "Integers", "lower": 0, "upper": 3},
            {"name": "on", "index": ["I"], "domain": "Binary"},
        ],
        "constraints": [
            {"name": f"c{number}", "expression": item}
            if isinstance(item, str)
            else {"name": f"c{number}", "for_each": item[0], "expression": item[1]}
            for number, item in enumerate(constraints)
        ],
        **({"objective": {"sense": sense, "expression": text}} if text else {}),
    }
    for name, items in more.items():
        data[name] = [*data.get(name, []), *items]
    words = set(re.findall(r"\w+", json.dumps([*map(data.get, ("constraints", "objective", "expressions")), more])))
    data["variables"] = [item for item in data["variables"] if item["name"] in words]
    return Formulation.model_validate(data)


def kinds(formulation):
    """The names of the new variables."""
    return sorted(item.name for item in formulation.variables if item.name not in {"x", "y", "b", "v", "on"})


@pytest.mark.parametrize(("name", "best"), [("either_or", 720), ("salesman", 32)])
def test_worked_examples_reach_their_optima(name, best):
    original = Formulation.model_validate_json((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    assert solve(lower(original).formulation).objective == pytest.approx(best)


# Logic of binaries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("logic", "rows"),
    [
        ("implies(on['a'], on['b'])", ["on['a'] <= on['b']"]),
        ("on['a'] or on['b'] or b", ["on['a'] + on['b'] + b >= 1"]),
        ("not (on['a'] and on['b'])", ["on['a'] + on['b'] <= 1"]),
        ("iff(on['a'], b)", ["on['a'] <= b", "b <= on['a']"]),
        ("implies(on['a'] and on['b'], b)", ["on['a'] + on['b'] <= b + 1"]),
        ("implies(b, on['a'] and on['b'])", ["b <= on['a']", "b <= on['b']"]),
        ("implies(b, not on['a'])", ["b + on['a'] <= 1"]),
        ("implies(b == 1, on['a'] == 0)", ["b + on['a'] <= 1"]),
        ("b", ["b == 1"]),
        ("not b", ["b == 0"]),
        ("(on['a'] and on['b']) or b", ["b + on['a'] >= 1", "b + on['b'] >= 1"]),
        ("b or not b", []),
    ],
)
def test_logic_of_binaries_becomes_clauses_without_new_variables(logic, rows):
    original = form(logic, minimize="3*on['a'] - 2*on['b'] + on['c'] - b")
    _, lowered = agree(original)
    assert kinds(lowered.formulation) == []
    assert [item.expression for item in lowered.formulation.constraints] == rows


def test_a_long_disjunction_of_conjunctions_gets_binaries_instead_of_many_rows():
    parts = " or ".join(f"(on['{i}'] and on['{j}'] and b)" for i in "abc" for j in "abc")
    _, lowered = agree(form(parts, minimize="on['a'] + on['b'] + on['c'] + b"))
    assert len(lowered.formulation.constraints) < 40


def test_nested_equivalences_do_not_double_at_each_level():
    logic = "b"
    for number in range(20):
        logic = f"iff({logic}, on['{'abc'[number % 3]}'])"
    original = form(logic, maximize="on['a'] - on['b'] + on['c'] - b")
    lowered = lower(original).formulation
    assert len(lowered.constraints) < 200
    assert solve(lowered).objective == pytest.approx(best_point(original).objective)


# Relations in logic --------------------------------------------------------------------------------------------------


def test_one_part_that_is_no_binary_is_relaxed_without_a_new_one():
    original = form(
        ("i in I", "implies(on[i], v[i] >= 2)"), "sum(on[i] for i in I) >= 2", minimize="sum(v[i] for i in I)"
    )
    got, lowered = agree(original)
    assert got.objective == 4
    assert kinds(lowered.formulation) == []


@pytest.mark.parametrize(
    "logic",
    [
        "x == 0 or x >= 3",
        "x <= -2 or x >= 2",
        "x + 2 <= y or y + 2 <= x",
        "implies(b, abs(x - y) <= 1)",
        "implies(x > 0, y >= x)",
        "iff(b, x >= 1)",
        "iff(x == 0, y == 0)",
        "not (x >= 0 and y >= 1)",
        "x != 0 and x != -3 and x != 4",
        "x != y",
        "(x >= 2 and y >= 2) or (x <= -2 and (y == 1 or b))",
        "implies(x >= 1 or y >= 1, x >= 1 and y >= 1)",
        "1 <= abs(x) <= 2",
        "-2 <= x < y",
        "not (0 <= x <= 2)",
        "max(x, y) >= 2 or min(x, y) <= -2",
        "abs(abs(x) - 2) >= 1",
    ],
)
@pytest.mark.parametrize("goal", ["x + y", "x - 2*y + b", "(x - 1)*2 - y - 3*b"])
@pytest.mark.parametrize("sense", ["minimize", "maximize"])
def test_relations_in_logic(logic, goal, sense):
    agree(form(logic, **{sense: goal}))


def test_products_of_variables_stay():
    lowered = lower(form("x*y >= 2 or b", minimize="abs(x*y) + b")).formulation
    assert any("x*y" in item.expression for item in lowered.constraints)


def test_two_tasks_never_overlap():
    original = form(
        minimize="done",
        sets=[{"name": "J", "members": [1, 2, 3]}],
        parameters=[{"name": "p", "index": ["J"], "value": [2, 1, 3]}],
        variables=[
            {"name": "s", "index": ["J"], "domain": "NonNegativeIntegers", "upper": 6},
            {"name": "done", "domain": "NonNegativeIntegers", "upper": 9},
        ],
        constraints=[
            {
                "name": "apart",
                "for_each": "i in J, j in J if i < j",
                "expression": "s[i] + p[i] <= s[j] or s[j] + p[j] <= s[i]",
            },
            {"name": "ends", "for_each": "j in J", "expression": "done >= s[j] + p[j]"},
        ],
    )
    lowered = lower(original)
    assert solve(lowered.formulation).objective == pytest.approx(6)
    assert [item.name for item in lowered.formulation.sets][3:] == ["APART_CASE_1_KEYS"]


# Relations as 0 or 1 -------------------------------------------------------------------------------------------------


def test_a_fixed_cost_needs_one_direction_only():
    original = form("sum(v[i] for i in I) >= 4", minimize="sum(cost[i]*(v[i] > 0) for i in I)")
    got, lowered = agree(original)
    assert got.objective == 5
    assert kinds(lowered.formulation) == ["v_positive"]
    assert [item.expression for item in lowered.formulation.constraints[1:]] == [
        "v[i] <= v_positive_big_m*v_positive[i]"
    ]


def test_a_count_that_is_limited_and_one_that_is_asked_for():
    agree(form("sum(v[i] > 0 for i in I) <= 2", maximize="sum(cost[i]*v[i] for i in I)"))
    agree(form("sum(v[i] > 0 for i in I) >= 2", minimize="sum(cost[i]*v[i] for i in I)"))
    agree(form("sum(v[i] > 1 for i in I) == 2", minimize="sum(w[i]*v[i] for i in I)"))


def test_one_binary_serves_every_place_that_needs_it():
    original = form(
        "sum(v[i] > 0 for i in I) <= 2",
        ("k in I", "x <= 4*(v[k] > 0)"),
        maximize="x + sum(v[j] - cost[j]*(v[j] > 0) for j in I)",
    )
    _, lowered = agree(original)
    assert kinds(lowered.formulation) == ["v_positive"]
    assert [item.name for item in lowered.formulation.constraints][2:] == ["v_positive_def_1", "v_positive_def_2"]


def test_costs_of_both_signs_are_told_apart():
    original = form("sum(v[i] for i in I) == 4", minimize="sum(w[i]*(v[i] > 0) for i in I)")
    _, lowered = agree(original)
    assert "if w[i] >= 0 else" in lowered.formulation.objective.expression
    assert all(item.domain == "Binary" for item in lowered.formulation.variables if item.name not in ("x", "y", "v"))


def test_logic_as_a_number():
    agree(form("sum((on[i] and v[i] >= 2) for i in I) >= 2", minimize="sum(v[i] for i in I)"))
    agree(form(maximize="sum(3*(v[i] == 0 or v[i] == 2) - v[i] for i in I)"))
    agree(form(minimize="4*(x > 0 or y > 0) - x - y"))


def test_a_relation_of_data_stays():
    original = form(maximize="sum((w[i] > 0)*v[i] for i in I)")
    assert lower(original).formulation is original


# Extrema -------------------------------------------------------------------------------------------------------------


def test_a_pressed_maximum_is_linear():
    original = form(("i in I", "v[i] + x >= cost[i]"), minimize="max(v[i] for i in I) + x")
    _, lowered = agree(original)
    assert kinds(lowered.formulation) == ["max_v"]
    assert lowered.formulation.constraints[-1].expression == "max_v >= v[i]"


@pytest.mark.parametrize("sense", ["minimize", "maximize"])
@pytest.mark.parametrize(
    "goal",
    [
        "abs(x - y) - x",
        "max(x, y, 2) - 2*y",
        "min(x, y) + b",
        "max(abs(v[i] - 1) for i in I) - v['a']",
        "min(v[i] + w[i]*b for i in I) - x",
        "sum(w[i]*abs(v[i] - x) for i in I)",
        "max(0, x) - 2*max(0, -x) + abs(y - x)",
        "max(max(v[i] - v[j] for j in I) for i in I) + x",
        "max(sum(abs(v[i] - k) for k in T) for i in I)",
        "-abs(x)/2 + y",
        "abs(x)*2 - (y - 1)*3",
        "max(x, 3)",
        "min(cost[i] for i in I)*x",
        "sum(max(v[i], 2) if w[i] > 0 else min(v[i], 1) for i in I)",
        "(abs(x) if len(I) == 3 else max(x, 1000000))",
    ],
)
def test_extrema_in_the_objective(goal, sense):
    agree(form("x + y >= -1", "sum(v[i] for i in I) >= 2", **{sense: goal}))


def test_extrema_in_constraints():
    agree(form("abs(x) == 2", maximize="x"))
    agree(form("y == max(x, 0)", maximize="y - 2*x"))
    agree(form("max(v[i] for i in I) == 2", "min(v[i] for i in I) >= 1", maximize="sum(v[i] for i in I)"))
    agree(form(("i in I", "abs(v[i] - x) <= 1"), maximize="3*x - sum(v[i] for i in I)"))
    agree(form("max(v[i] for i in I) <= min(cost[j] - v[j] for j in I)", maximize="sum(v[i] for i in I)"))
    agree(form("abs(x) >= 2", "abs(x) <= y", minimize="x + 2*y"))


def test_a_limit_on_an_extremum_needs_no_variable():
    _, lowered = agree(form("abs(x - y) <= 1", "max(v[i] for i in I) <= y", maximize="x + sum(v[i] for i in I)"))
    assert kinds(lowered.formulation) == []


def test_an_absolute_value_whose_sign_is_known_goes():
    _, lowered = agree(form(minimize="abs(y + 1) + abs(x - 5)"))
    assert kinds(lowered.formulation) == []


def test_a_sign_that_follows_from_a_constraint_does_not_change_that_constraint():
    agree(form("x - b >= abs(x)", minimize="x + b"))


def test_extrema_of_data_stay():
    original = form("x <= max(cost[i] for i in I)", maximize="min(x, 10) + max(2, 3)")
    lowered = lower(original).formulation
    assert lowered.constraints[0] == original.constraints[0]
    assert "max(2, 3)" in lowered.objective.expression


# Piecewise -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sense", ["minimize", "maximize"])
@pytest.mark.parametrize("ys", ["[0, 6, 7, 15]", "[0, 3, 7, 15]", "[9, 3, 2, 1]", "[0, 4, 6, 7]", "[1, 1, 1, 1]"])
def test_piecewise(ys, sense):
    line = f"piecewise(x, [-3, 0, 2, 4], {ys})"
    agree(form("x + y >= 1", **{sense: f"{line} - 2*x + y"}))
    agree(form(f"{line} <= 5", **{sense: "x + y"}))
    agree(form(f"{line} >= 5 or b", **{sense: "x + 2*b"}))


def test_a_convex_line_pressed_down_needs_no_binary():
    lowered = lower(form("x >= 1", minimize="piecewise(x, [-3, 0, 2, 4], [0, 1, 3, 9])")).formulation
    assert all(item.name != "x_line_in_segment" for item in lowered.variables)
    assert solve(lowered).objective == pytest.approx(2)


def test_piecewise_over_an_index_with_points_from_data():
    original = form(
        "sum(v[i] for i in I) == 4", maximize="sum(piecewise(v[i], [0, 1, 3], [0, cost[i], 5 + w[i]]) for i in I)"
    )
    _, lowered = agree(original)
    assert [item.index for item in lowered.formulation.parameters if item.name == "v_y"] == [("I", "V_POINTS")]


# Named expressions, conditions, indices -------------------------------------------------------------------------------


def test_a_named_expression_used_in_several_directions_keeps_its_name():
    original = form(
        "late['a'] >= 1",
        "sum(late[i] for i in I) <= 5",
        maximize="sum(w[i]*v[i] for i in I) - total",
        expressions=[
            {"name": "late", "for_each": "i in I", "expression": "max(0, v[i] - 1)"},
            {"name": "total", "expression": "sum(late[i] for i in I)"},
            {"name": "busy", "for_each": "i in I", "expression": "v[i] > 0"},
        ],
        constraints=[
            {"name": "few", "expression": "sum(busy[i] for i in I) <= 2"},
            {"name": "go", "expression": "implies(busy['c'], busy['a'])"},
        ],
    )
    _, lowered = agree(original)
    texts = {item.name: item.expression for item in lowered.formulation.expressions}
    assert texts == {"late": "max_late[i]", "total": "sum(late[i] for i in I)", "busy": "v_positive[i]"}


def test_data_decides_where_logic_applies():
    agree(
        form(
            ("i in I", "implies(w[i] > 0, v[i] >= 1) and (i == 'a' or v[i] <= 2 or b)"), minimize="sum(v[i] for i in I)"
        )
    )
    agree(form(("t in T", "(x >= t or b) if t < 3 else y >= 1"), minimize="x + y + 2*b"))
    agree(form(("t in T", "implies(t > 2, on['a']) and (t > 1 or on['b'])"), minimize="sum(on[i] for i in I)"))


def test_lags_are_guarded_where_the_original_guards_them():
    original = form(
        minimize="sum(abs(s[t] - (s[t-1] if t > first(T) else 0)) for t in T)"
        " + 2*sum(s[t] > s[t-1] for t in T if t > 1)",
        variables=[{"name": "s", "index": ["T"], "domain": "Integers", "lower": 0, "upper": 2}],
        constraints=[
            {"name": "some", "for_each": "t in T if t-1 in T", "expression": "s[t] + s[t-1] == 2 or s[t-1] == 0"},
            {"name": "end", "expression": "s[3] == 1"},
        ],
    )
    agree(original)


def test_whole_tuples_families_and_sparse_sets():
    original = form(
        ("a in ARCS, k in COVER[head[a]]", "implies(flow[a] > 0, v['b'] >= k)"),
        ("(i,j) in ARCS if i != 'b'", "flow[i,j] == 0 or flow[i,j] >= 2"),
        maximize="sum(flow[a] for a in ARCS) - sum(gain[a]*(flow[a] > 1) for a in ARCS)"
        " - max(flow[a] for a in ARCS) - v['b']",
        sets=[
            {"name": "ARCS", "keys_of": "gain"},
            {"name": "COVER", "index": ["I"], "members": {"a": [1], "b": [1, 2], "c": [2]}},
        ],
        parameters=[
            {"name": "gain", "index": ["ARCS"], "rows": [["a", "b", 1], ["b", "c", -2], ["a", "c", 1]]},
            {"name": "head", "index": ["ARCS"], "rows": [["a", "b", "b"], ["b", "c", "c"], ["a", "c", "c"]]},
        ],
        variables=[{"name": "flow", "index": ["ARCS"], "domain": "NonNegativeIntegers", "upper": 3}],
    )
    agree(original)


def test_an_index_that_hides_a_name_and_one_used_twice():
    agree(form(("y in I", "v[y] >= 1 or sum(v[x]*1 for x in I) >= 4"), minimize="x + sum(v[i] for i in I)"))
    agree(
        form(
            ("i in I", "max(v[j] for j in I) >= max(v[j] + w[j] for j in I if j != i)"), maximize="sum(v[i] for i in I)"
        )
    )
    agree(form("max(v[j] for j in I) <= min(3 - v[j] for j in I)", maximize="sum(v[i] for i in I)"))


def test_new_names_collide_with_none():
    original = form(
        "sum(v_positive[i] for i in I) <= 2",
        ("i in I", "x == 0 or v[i] > v_positive[i]"),
        minimize="sum(cost[i]*(v[i] > 0) for i in I) - sum(v_positive[i] for i in I)",
        variables=[{"name": "v_positive", "index": ["I"], "domain": "Binary"}],
    )
    lowered = lower(original)
    names = [item.name for item in lowered.formulation.elements()]
    assert len(names) == len(set(names))
    assert "v_positive_2" in lowered.added


def test_several_objectives_in_order_of_priority():
    original = form("x + y >= 2", ("i in I", "v[i] <= y"))
    goals = (
        Objective(name="first_goal", sense="minimize", expression="max(x, y)"),
        Objective(name="second_goal", sense="maximize", expression="abs(x) - (x > 0) + min(v['a'], x)"),
    )
    got, _ = agree(original.model_copy(update={"objective": goals}))
    assert got.objective == pytest.approx(1)


def test_a_name_that_the_new_rows_would_take():
    original = form(
        minimize="max(x, y) + 2*(v['a'] > 0) - v['a']",
        constraints=[
            {"name": "max_x_def", "expression": "x + y >= 3"},
            {"name": "v_positive_def_1", "expression": "v['a'] <= 2"},
        ],
    )
    _, lowered = agree(original)
    assert {"max_x_def", "v_positive_def_1"} <= {item.name for item in lowered.formulation.constraints}


def test_data_from_attached_tables():
    table = Table("plants", ("plant", "size", "fee"), (("Pune", 3, 5), ("Lyon", 2, 1)), "plants.csv")
    original = Formulation.model_validate(
        {
            "tables": [{"name": "plants", "columns": ["plant", "size", "fee"], "file": "plants.csv"}],
            "sets": [{"name": "P", "table": "plants", "column": "plant"}],
            "parameters": [{"name": name, "index": ["P"], "table": "plants"} for name in ("size", "fee")],
            "variables": [{"name": "make", "index": ["P"], "domain": "NonNegativeIntegers", "upper": "size"}],
            "objective": {"sense": "minimize", "expression": "sum(fee[p]*(make[p] > 0) + make[p] for p in P)"},
            "constraints": [{"name": "enough", "expression": "sum(make[p] for p in P) >= 3"}],
        }
    )
    got, _ = agree(original, [table])
    assert got.objective == pytest.approx(8)


def test_names_of_relations_say_what_they_are():
    original = form(maximize="3*(x >= -2) + 2*(y == 1) - 4*(x > 1) - (x <= 3) + x/10")
    _, lowered = agree(original)
    assert kinds(lowered.formulation)[:4] == ["x_above_1", "x_at_least_minus_2", "x_at_most_3", "y_equals_1"]


# What comes back -----------------------------------------------------------------------------------------------------


def test_nothing_to_lower_comes_back_itself():
    original = form("0 <= x + y <= 3", ("i in I", "v[i] <= 2*on[i]"), minimize="x**2 + y/3")
    assert lower(original).formulation is original
    assert lower(original).added == {}


def test_outputs_are_evaluated_on_the_original():
    original = form(
        minimize="x + y",
        expressions=[{"name": "spread", "expression": "abs(x - y)"}],
        outputs=[{"name": "gap", "expression": "spread"}, {"name": "twice", "expression": "2*x"}],
    )
    lowered = lower(original).formulation
    assert [item.name for item in lowered.outputs] == ["twice"]
    assert lowered.expressions == ()
    assert lowered.variables == original.variables


def test_everything_new_says_why_and_where_from():
    original = form(
        ("i in I", "v[i] == 0 or v[i] >= 2"),
        maximize="sum(v[i] - 3*(v[i] > 0) for i in I) - max(v[i] for i in I) + piecewise(x, [-3, 0, 4], [0, 3, 4])",
    )
    lowered = lower(original)
    old = {item.name for item in original.elements()}
    new = [item for item in lowered.formulation.elements() if item.name not in old]
    assert {item.name for item in new} == set(lowered.added)
    assert all(item.description for item in new)
    assert {lowered.origin[item.name] for item in new if item.kind == "constraint"} == {"c0", "objective"}
    assert Formulation.model_validate_json(lowered.formulation.to_json()) == lowered.formulation


def test_the_words_of_the_problem_stay_with_the_rows():
    original = form(
        constraints=[
            {"name": "lot", "for_each": "i in I", "expression": "v[i] == 0 or v[i] >= 2", "quote": "at least two"}
        ]
    )
    assert {item.quote for item in lower(original).formulation.constraints} == {"at least two"}
