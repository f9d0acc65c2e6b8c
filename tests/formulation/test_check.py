"""The findings of section 8: each is found where it belongs, worded to be acted on, and nothing crashes or hangs."""

from __future__ import annotations

import json
import re
import time
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optwright.formulation.check import check
from optwright.formulation.data import resolve
from optwright.formulation.elements import Formulation
from optwright.formulation.evaluate import evaluate
from optwright.formulation.findings import Code, Severity, errors
from optwright.formulation.read import read
from optwright.problem import Table
from tests.formulation.small import BASE, codes, found, rule, small
from tests.formulation.solving import EXAMPLES, example

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json") if path.stem != "index")


def only(formulation, code, **options):
    """Return the one finding of a code."""
    matching = [finding for finding in found(formulation, **options) if finding.code is code]
    assert len(matching) == 1, found(formulation, **options)
    return matching[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_worked_example_has_no_error(name):
    formulation, tables, _ = example(name)
    assert errors(check(formulation, tables=tables)) == []


def test_the_base_has_nothing_to_find():
    assert found(small()) == []


# Errors in expressions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "for_each", "code", "says", "hint"),
    [
        ("sum(x[p,t] for p) <= 1", "t in T", "SYNTAX", "expected 'in'", None),
        ("n + <= 3", None, "SYNTAX", "syntax", None),
        ("n.value <= 3", None, "NOT_IN_LANGUAGE", "attribute access is not in the language", None),
        ("n.sum() <= 3", None, "NOT_IN_LANGUAGE", "attribute access is not in the language", None),
        ("open('f') <= 3", None, "NOT_IN_LANGUAGE", "'open' does not exist", None),
        ("n <= limt", None, "UNDEFINED", "'limt' is not declared; did you mean 'limit'?", "limit"),
        ("N <= 3", None, "UNDEFINED", "did you mean 'n'?", "n"),
        ("sum(x[p,t] for p in Q) <= 1", "t in T", "UNDEFINED", "'Q' is not declared", None),
        ("x[p] <= 3", "p in P", "ARITY", "'x' has 2 indices (P, T), used with 1", None),
        ("x <= 3", None, "ARITY", "'x' has 2 indices (P, T), used with none", None),
        ("n[1] <= 3", None, "ARITY", "'n' has no indices, used with 1", None),
        ("x[t,p] <= 3", "p in P, t in T", "WRONG_SET", "'x[t,p]': the first position is P, t runs over T", "x[p,t]"),
        ("cost[t] <= n", "t in T", "WRONG_SET", "'cost[t]': the first position is P, t runs over T", None),
        ("stock[p] <= 3", "p in P", "WRONG_SET", "the first position is T, p runs over P", None),
        ("n <= 3", "t in n", "WRONG_SET", "'n' is a variable, not a set", None),
        ("n <= P", None, "WRONG_SET", "'P' is a set and has no value", "len(P)"),
        ("sum(n for p in P if p == 1) <= 3", None, "WRONG_SET", "compares text with number", None),
        ("stock[t-1] <= 3", "t in T", "OUT_OF_RANGE", "stock[0] does not exist", "(stock[t-1] if t > first(T) else 0)"),
        ("stock[t+1] <= 3", "t in T", "OUT_OF_RANGE", "stock[5] does not exist", "(stock[t+1] if t < last(T) else 0)"),
        ("stock[t-2] <= 3", "t in T", "OUT_OF_RANGE", "stock[-1] does not exist", "(stock[t-2] if t-2 in T else 0)"),
        ("cost['d'] <= n", None, "OUT_OF_RANGE", "cost[d] does not exist", None),
        ("x['aa',1] <= 3", None, "OUT_OF_RANGE", "x[aa, 1] does not exist", "'a'"),
        ("n <= 1/0", None, "ARITHMETIC", "division by 0", None),
        ("n <= log(0 - limit)", None, "ARITHMETIC", "logarithm", None),
        ("n <= 'a' + 1", None, "ARITHMETIC", "is text, not a number", None),
        ("n <= 9**9**9**9", None, "ARITHMETIC", "too large", None),
        ("n + limit", None, "NOT_A_RELATION", "`n + limit` is not a comparison", None),
        ("n", None, "NOT_A_RELATION", "`n` is not a comparison", "n == 1"),
        ("implies(limit, n >= 1)", None, "NOT_A_RELATION", "`limit` is not a comparison", "limit == 1"),
        ("sum(stock[t] for t in T if n > 1) <= 3", None, "VARIABLE_IN_DATA", "may not use the variable 'n'", "implies"),
        ("stock[n] <= 3", None, "VARIABLE_IN_DATA", "an index may not use the variable 'n'", None),
        ("(n if free > 1 else 2) <= 3", None, "VARIABLE_IN_DATA", "may not use the variable 'free'", None),
        ("floor(free) <= 3", None, "VARIABLE_IN_DATA", "floor(...) takes data only", None),
        ("n % 2 == 0", None, "VARIABLE_IN_DATA", "`%` takes data only", None),
        ("sum(1 for k in range(0, n)) <= 3", None, "VARIABLE_IN_DATA", "may not use the variable 'n'", None),
        ("free > 5", None, "STRICT", "", None),
        ("limit <= 5", None, "CONST_FALSE", "100 <= 5 can never hold", None),
        ("sum(stock[t] for t in T if t > 9) >= demand[1]", None, "CONST_FALSE", "0 >= 10 can never hold", None),
        ("n <= sum(1 for i in range(0, 10**9))", None, "TOO_LARGE", "limit is 5,000,000", "sparse set"),
        ("piecewise(n, [2, 1], [0, 3]) <= 4", None, "SHAPE", "must ascend", None),
        ("n <= sum(1 for (i,j) in P)", None, "ARITY", "(i,j) has 2 indices", None),
    ],
)
def test_errors_in_a_constraint(expression, for_each, code, says, hint):
    findings = errors(found(rule(expression, for_each)))
    assert {finding.code for finding in findings} == {code}, findings
    first = findings[0]
    assert first.where.startswith("constraint 'new'")
    assert says in first.message
    if hint is not None:
        assert hint in (first.hint or "")


def test_logic_without_a_bound_names_the_variable_that_needs_one():
    formulation = small(
        variables=[{"name": "y"}], constraints=[{"name": "new", "expression": "implies(use['a'], y <= 5)"}]
    )
    finding = only(formulation, Code.NO_BOUND)
    assert "y" in finding.message
    assert "upper" in (finding.hint or "")


def test_the_combination_is_named_and_the_rest_counted():
    finding = only(rule("x[p,t-1] <= 3", "p in P, t in T"), Code.OUT_OF_RANGE)
    assert finding.where == "constraint 'new' at p='a', t=1"
    assert finding.message.endswith("(and 2 more combinations)")


def test_a_guard_silences_out_of_range():
    for expression, for_each in [
        ("(stock[t-1] if t > first(T) else 0) <= 3", "t in T"),
        ("stock[t-1] <= stock[t]", "t in T if t-1 in T"),
        ("stock[(t % 4) + 1] <= 3", "t in T"),
        ("sum(stock[s] for s in T if s >= t-1 and s <= t) <= 3", "t in T"),
    ]:
        assert found(rule(expression, for_each)) == []


def test_sparse_indices_get_a_membership_test_as_hint():
    arcs = {"name": "A", "members": [["a", 1], ["b", 2]]}
    flow = {"name": "flow", "index": ["A"], "upper": 3}
    formulation = small(
        sets=[arcs],
        variables=[flow],
        constraints=[{"name": "new", "for_each": "p in P", "expression": "sum(flow[p,t] for t in T) <= 1"}],
    )
    assert only(formulation, Code.OUT_OF_RANGE).hint == "if (p, t) in A"


def test_several_faults_of_one_expression_are_all_told():
    findings = errors(found(rule("x[p] + nothing + cost[q] <= limit[1]", "p in P")))
    assert sorted(str(finding.code) for finding in findings) == ["ARITY", "ARITY", "UNDEFINED", "UNDEFINED"]


def test_both_texts_of_a_constraint_are_read():
    assert codes(rule("n <= ", "t in")) == {"SYNTAX"}
    assert len([f for f in found(rule("n <= ", "t in")) if f.code is Code.SYNTAX]) == 2


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ({"expressions": [{"name": "e", "expression": "n + nothing"}]}, "UNDEFINED"),
        ({"expressions": [{"name": "e", "for_each": "t in T", "expression": "stock[t-1]"}]}, "OUT_OF_RANGE"),
        ({"outputs": [{"name": "o", "expression": "stock[9]"}]}, "OUT_OF_RANGE"),
        ({"outputs": [{"name": "o", "expression": "nothing"}]}, "UNDEFINED"),
        ({"outputs": [{"name": "o", "expression": "P"}]}, "WRONG_SET"),
        ({"objective": {"sense": "minimize", "expression": "sum(x[p] for p in P)"}}, "ARITY"),
        ({"objective": {"sense": "minimize", "expression": "sum(n for p"}}, "SYNTAX"),
    ],
)
def test_errors_elsewhere(element, code):
    assert code in codes(small(**element))


def test_an_output_may_name_an_indexed_variable():
    assert found(small(outputs=[{"name": "plan", "expression": "x"}])) == []


# Declarations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lambda", "'lambda' is a Python keyword"),
        ("sum", "'sum' is a function"),
        ("two words", "is not a name"),
        ("", "is not a name"),
        ("9x", "is not a name"),
    ],
)
def test_bad_names(name, says):
    formulation = small(parameters=[{"name": name, "value": 1}])
    assert says in only(formulation, Code.BAD_NAME).message


def test_a_name_given_twice():
    formulation = small(parameters=[{"name": "P", "value": 1}])
    assert only(formulation, Code.DUPLICATE_NAME).message == "'P' is declared as a set and as a parameter"
    formulation = small(variables=[{"name": "n"}])
    assert only(formulation, Code.DUPLICATE_NAME).message == "'n' is declared twice as a variable"


def test_an_output_may_have_the_name_of_what_it_shows():
    assert found(small(outputs=[{"name": "n", "expression": "n"}])) == []


def test_a_circle_of_expressions():
    formulation = small(
        expressions=[{"name": "e", "expression": "f + n"}, {"name": "f", "expression": "e"}],
        constraints=[{"name": "new", "expression": "e <= 3"}],
    )
    assert only(formulation, Code.CYCLE).message == "it needs itself: e -> f -> e"


def test_bounds_that_cross():
    finding = only(small(variables=[{"name": "y", "index": ["P"], "lower": 10, "upper": [20, 8, 9]}]), Code.BOUNDS)
    assert finding.message == "y[b]: lower 10 > upper 8 (and 1 more)"
    between = {"name": "k", "domain": "Integers", "lower": 1.2, "upper": 1.8}
    assert "no whole number" in only(small(variables=[between]), Code.BOUNDS).message


# Warnings ------------------------------------------------------------------------------------------------------


def test_empty_sets_and_constraints():
    assert only(small(sets=[{"name": "E", "members": []}]), Code.EMPTY).where == "set 'E'"
    assert only(rule("stock[t] <= 3", "t in T if t > 9"), Code.EMPTY).where == "constraint 'new'"
    derived = small(
        sets=[{"name": "E", "for_each": "t in T if t > 9"}],
        constraints=[{"name": "new", "expression": "n >= len(E)"}],
    )
    assert found(derived) == []


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ({"parameters": [{"name": "capacity", "value": 3}]}, "parameter 'capacity' is used nowhere"),
        ({"sets": [{"name": "S", "members": [1]}]}, "set 'S' is used nowhere"),
        ({"expressions": [{"name": "e", "expression": "n + 1"}]}, "expression 'e' is used nowhere"),
        ({"tables": [{"name": "t", "columns": ["a"], "rows": [[1]]}]}, "table 't' is used nowhere"),
    ],
)
def test_what_is_used_nowhere(added, says):
    assert only(small(**added), Code.UNUSED).message == says


def test_a_decision_in_no_constraint():
    finding = only(small(variables=[{"name": "y", "index": ["P"]}]), Code.LOOSE_VARIABLE)
    assert finding.message == "y[a] is in no constraint and in no objective (and 2 more)"
    partly = small(
        variables=[{"name": "y", "index": ["P"]}], constraints=[{"name": "new", "expression": "y['a'] + y['b'] <= 1"}]
    )
    assert only(partly, Code.LOOSE_VARIABLE).message.startswith("y[c] is in no constraint")


def test_an_index_that_hides_a_name():
    assert "hides the variable 'n'" in only(rule("sum(stock[n] for n in T) <= 9"), Code.HIDDEN_NAME).message


@pytest.mark.parametrize(
    ("variable", "sense", "expression", "unbounded"),
    [
        ({}, "maximize", "y", True),
        ({}, "minimize", "-y", True),
        ({}, "minimize", "y", False),
        ({"domain": "Reals"}, "minimize", "y", True),
        ({"upper": 5}, "maximize", "y", False),
        ({}, "maximize", "2*y - n", True),
    ],
)
def test_what_can_grow_for_ever(variable, sense, expression, unbounded):
    formulation = small(
        variables=[{"name": "y", **variable}],
        constraints=[{"name": "new", "expression": "y + n >= 1"}] if sense == "maximize" else [],
        objective={"sense": sense, "expression": expression},
    )
    assert ("UNBOUNDED" in codes(formulation)) is unbounded
    held = small(
        variables=[{"name": "y", **variable}],
        constraints=[{"name": "new", "expression": "-7 <= y + n <= 8"}],
        objective={"sense": sense, "expression": expression},
    )
    assert "UNBOUNDED" not in codes(held)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("n/stock[1] <= 3", "stock[1] can be 0"),
        ("log(n) <= 3", "n can be 0 or negative"),
        ("sqrt(free) <= 3", "free can be negative"),
        ("stock[1]**-1 <= 3", "stock[1] can be 0"),
        ("free**0.5 <= 3", "free can be negative"),
        ("sum(1/stock[t] for t in T) <= 3", "stock[t] can be 0"),
        ("n/(1 + stock[1]) <= 3", None),
        ("log(1 + n) <= 3", None),
        ("sqrt(free**2) <= 3", None),
    ],
)
def test_where_a_domain_can_be_left(expression, says):
    formulation = rule(expression)
    if says is None:
        assert found(formulation) == []
    else:
        assert says in only(formulation, Code.DOMAIN).message


def test_positive_reals_are_closed():
    formulation = small(
        variables=[{"name": "y", "domain": "PositiveReals"}], constraints=[{"name": "new", "expression": "y <= 1"}]
    )
    assert "closed at 0" in only(formulation, Code.DOMAIN).message


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("weight + time <= 3", "adds kg and hours"),
        ("weight <= time", "compares kg with hours"),
        ("weight - other <= 3", None),
        ("2*weight + time <= 3", None),
        ("sum(weight for t in T) + named <= 3", "adds kg and h"),
        ("max(weight, time) <= 3", "takes the max of kg and hours"),
    ],
)
def test_units(expression, says):
    formulation = small(
        variables=[
            {"name": "weight", "unit": "kg", "upper": 1},
            {"name": "time", "unit": "hours", "upper": 1},
            {"name": "other", "unit": "kilograms", "upper": 1},
        ],
        expressions=[{"name": "named", "expression": "time", "unit": "h"}],
        constraints=[
            {"name": "new", "expression": expression},
            {"name": "all", "expression": "weight*other*named*time <= 9"},
        ],
    )
    messages = [finding.message.replace("compares kg and", "compares kg with") for finding in found(formulation)]
    assert messages == ([says] if says else [])


NODES = {"name": "N", "members": ["s", "m", "t"]}
ARCS = {"name": "A", "members": [["s", "m"], ["m", "t"]]}
FLOW = "sum(flow[i,j] for (i,j) in A if j == k) - sum(flow[i,j] for (i,j) in A if i == k) == need[k]"


@pytest.mark.parametrize(("need", "warned"), [([-5, 0, 5], False), ([5, 0, 5], True), ([500, 0, 0], True)])
def test_equalities_that_add_up_to_a_contradiction(need, warned):
    formulation = Formulation.model_validate(
        {
            "sets": [NODES, ARCS],
            "parameters": [{"name": "need", "index": ["N"], "value": need}],
            "variables": [{"name": "flow", "index": ["A"]}],
            "constraints": [{"name": "balance", "for_each": "k in N", "expression": FLOW}],
        }
    )
    assert ("BALANCE" in codes(formulation)) is warned
    if warned:
        assert f"add up to 0 == {sum(need)}" in only(formulation, Code.BALANCE).message


def test_two_families_of_equalities_that_contradict_each_other():
    out = {"name": "out", "for_each": "p in P", "expression": "sum(x[p,t] for t in T) == cost[p]"}
    meet = {"name": "in_", "for_each": "t in T", "expression": "sum(x[p,t] for p in P) == demand[t]"}
    finding = only(small(constraints=[out, meet]), Code.BALANCE)
    assert "'out' and 'in_' add up to 0 == 88" in finding.message


# Numbers -------------------------------------------------------------------------------------------------------

PRICED = {
    "sets": [{"name": "P", "members": ["desk", "chair", "shelf"]}],
    "parameters": [{"name": "profit", "index": ["P"], "value": [40, 18, 25]}, {"name": "share", "value": 0.4}],
    "variables": [{"name": "make", "index": ["P"], "upper": 1200}],
    "constraints": [{"name": "most", "expression": "make['desk'] <= share*sum(make[p] for p in P)"}],
    "objective": {"sense": "maximize", "expression": "sum(profit[p]*make[p] for p in P)"},
}


@pytest.mark.parametrize(
    ("text", "unused", "unknown"),
    [
        ("Three products earn 40, 18 and 25; at most 40% desks; 1,200 each.", [], []),
        ("They earn forty, eighteen and twenty-five; at most forty percent desks.", [], []),
        ("Products 1 to 3 earn $40, $18, $25 (see table 7); at most two fifths are desks. In 2024.", [], []),
        ("Earn 40, 18 and 25, at most 40% desks, and at least 60 chairs.", ["60"], []),
        ("Earn 40, 18 and 25, at most 35% desks.", ["35%"], ["0.4"]),
        ("Earn 40 and 18, at most 40% desks; a dozen of each.", ["a dozen"], ["25"]),
        ("1. Earn 40.\n2. Earn 18.\n3. Earn 25.\nAt most 40 percent desks. The 2nd is best.", [], []),
    ],
)
def test_every_number_is_accounted_for(text, unused, unknown):
    findings = found(Formulation.model_validate(PRICED), text=text)
    missing = [re.search(r"the text's '([^']*)'", one.message)[1] for one in findings if one.code == "NUMBER_UNUSED"]
    strange = [one.message.split()[0] for one in findings if one.code == "NUMBER_UNKNOWN"]
    assert (missing, strange) == (unused, unknown)


def test_numbers_of_an_attached_table_are_not_strange_and_count_as_used():
    table = Table("foods", ("food", "cost"), (("rice", 7.25), ("milk", 3.5)), "foods.csv")
    formulation = Formulation.model_validate(
        {
            "tables": [{"name": "foods", "columns": ["food", "cost"], "file": "foods.csv"}],
            "sets": [{"name": "F", "table": "foods", "column": "food"}],
            "parameters": [{"name": "cost", "index": ["F"], "table": "foods"}],
            "variables": [{"name": "buy", "index": ["F"]}],
            "constraints": [{"name": "enough", "expression": "sum(buy[f] for f in F) >= 4"}],
            "objective": {"sense": "minimize", "expression": "sum(cost[f]*buy[f] for f in F)"},
        }
    )
    assert found(formulation, tables=[table], text="Buy 4 in all; rice costs 7.25.") == []


def test_without_the_text_numbers_are_not_looked_at():
    assert found(Formulation.model_validate(PRICED)) == []


# Mutations of the worked examples ------------------------------------------------------------------------------


def changed(name, section, element, field, value):
    """Return a worked example with one field of one element changed or, for None, removed."""
    data = json.loads((EXAMPLES / f"{name}.json").read_text())
    target = (
        data[section] if isinstance(data[section], dict) else next(e for e in data[section] if e["name"] == element)
    )
    if value is None:
        del target[field]
    else:
        target[field] = value
    return data


def dropped(name, section, element):
    """Return a worked example without one element."""
    data = json.loads((EXAMPLES / f"{name}.json").read_text())
    data[section] = [entry for entry in data[section] if entry["name"] != element]
    return data


MUTATIONS = [
    (changed("product_mix", "sets", "WORK", "name", "JOBS"), "UNDEFINED"),
    (dropped("product_mix", "sets", "PRODUCTS"), "UNDEFINED"),
    (dropped("product_mix", "parameters", "hours"), "UNDEFINED"),
    (dropped("product_mix", "variables", "make"), "SCHEMA"),
    (dropped("product_mix", "expressions", "total"), "UNDEFINED"),
    (changed("product_mix", "parameters", "profit", "value", [40, 18]), "SHAPE"),
    (changed("product_mix", "parameters", "hours", "value", [[3, 2], [1, 1.5], [2, 1]]), "SHAPE"),
    (changed("product_mix", "parameters", "hours", "index", ["PRODUCTS", "WORK"]), "SHAPE"),
    (changed("product_mix", "parameters", "available", "value", {"cutting": 160}), "MISSING_DATA"),
    (
        changed("product_mix", "parameters", "available", "value", {"cutting": 1, "finish": 1, "finishing": 2}),
        "SURPLUS_DATA",
    ),
    (changed("product_mix", "sets", "WORK", "members", ["cutting", "cutting"]), "DUPLICATE_MEMBER"),
    (changed("product_mix", "constraints", "desk_share", "expression", "make['dask'] <= 0.4*total"), "OUT_OF_RANGE"),
    (changed("product_mix", "constraints", "desk_share", "expression", "make['desk'] - 0.4*total"), "NOT_A_RELATION"),
    (changed("product_mix", "constraints", "desk_share", "expression", "make <= 0.4*total"), "ARITY"),
    (changed("product_mix", "constraints", "time", "for_each", None), "UNDEFINED"),
    (
        changed(
            "product_mix",
            "constraints",
            "time",
            "expression",
            "sum(hours[p,w]*make[p] for p in PRODUCTS) <= available[w]",
        ),
        "WRONG_SET",
    ),
    (
        changed("product_mix", "constraints", "time", "expression", "sum(hours[w,p]*make[w] for p in PRODUCTS) <= 1"),
        "WRONG_SET",
    ),
    (changed("product_mix", "objective", "", "expression", "sum(profit[p]*make[p] for p in WORK)"), "WRONG_SET"),
    (changed("product_mix", "variables", "make", "index", ["PRODUCTS", "WORK"]), "ARITY"),
    (changed("product_mix", "variables", "make", "name", "profit"), "DUPLICATE_NAME"),
    (changed("product_mix", "variables", "make", "domain", "Integer"), "SCHEMA"),
    (changed("product_mix", "variables", "make", "lower", "a lot"), "SYNTAX"),
    (changed("product_mix", "objective", "", "sense", "best"), "SCHEMA"),
    (changed("transport", "parameters", "rate", "wide", None), "NO_COLUMN"),
    (changed("transport", "parameters", "supply", "table", "cities"), "NO_COLUMN"),
    (changed("transport", "parameters", "supply", "table", "nowhere"), "NO_TABLE"),
    (changed("transport", "sets", "PLANTS", "column", "plants"), "NO_COLUMN"),
    (changed("transport", "sets", "ROUTES", "keys_of", "rates"), "UNDEFINED"),
    (dropped("transport", "sets", "ROUTES"), "UNDEFINED"),
    (
        changed("transport", "constraints", "out", "expression", "sum(ship[p,c] for c in CITIES) <= supply[p]"),
        "OUT_OF_RANGE",
    ),
    (
        changed(
            "transport",
            "constraints",
            "meet",
            "expression",
            "sum(ship[c,p] for p in PLANTS if (p,c) in ROUTES) >= demand[c]",
        ),
        "WRONG_SET",
    ),
    (changed("transport", "objective", "", "expression", "sum(rate[p,c]*ship[p,c] for p in ROUTES)"), "UNDEFINED"),
    (
        changed("lot_sizing", "constraints", "balance", "expression", "stock[t-1] + make[t] == demand[t] + stock[t]"),
        "OUT_OF_RANGE",
    ),
    (changed("lot_sizing", "parameters", "demand", "value", [20, 30, 40, 10]), "SHAPE"),
    (changed("lot_sizing", "sets", "T", "range", [1, 6]), "SHAPE"),
    (changed("lot_sizing", "variables", "make", "upper", "setup"), "VARIABLE_IN_DATA"),
    (changed("lot_sizing", "variables", "make", "lower", 70), "BOUNDS"),
    (changed("lot_sizing", "constraints", "link", "expression", "make[t] <= capacity*setup"), "ARITY"),
    (changed("lot_sizing", "constraints", "link", "expression", "implies(stock[t] > 0, setup)"), "ARITY"),
    (changed("salesman", "expressions", "n", "expression", "len(ARCS) + n"), "CYCLE"),
    (changed("salesman", "expressions", "n", "expression", "len(D)"), "UNDEFINED"),
    (changed("salesman", "sets", "ARCS", "for_each", "i in C, j in C"), "OUT_OF_RANGE_OR_NOT"),
    (changed("salesman", "constraints", "leave", "expression", "sum(go[i,j] for j in C) == 1"), "OUT_OF_RANGE"),
    (changed("salesman", "constraints", "order", "expression", "implies(place[i], place[j] >= 1)"), "NOT_A_RELATION"),
    (changed("salesman", "constraints", "order", "for_each", "(i,j,k) in ARCS"), "ARITY"),
    (changed("salesman", "variables", "place", "upper", None), "NO_BOUND"),
    (changed("portfolio", "parameters", "cov", "index", ["S"]), "SHAPE"),
    (changed("portfolio", "variables", "w", "lower", 0.7), "BOUNDS"),
    (changed("portfolio", "constraints", "all", "expression", "sum(w[s] for s in S) = 1"), "NORMALISED"),
    (changed("pricing", "constraints", "discount", "expression", "price.student <= 1"), "NOT_IN_LANGUAGE"),
    (changed("pricing", "expressions", "sold", "for_each", None), "UNDEFINED"),
    (changed("pricing", "variables", "price", "lower", "unit_costs"), "UNDEFINED"),
    (changed("either_or", "variables", "make", "upper", None), "NO_BOUND"),
    (changed("either_or", "constraints", "lot", "expression", "make[p] == 0 or make[p]"), "NOT_A_RELATION"),
    (changed("either_or", "constraints", "not_all", "expression", "sum(make[p] > 0 for p) <= 2"), "SYNTAX"),
]


@pytest.mark.parametrize(
    ("data", "code"), MUTATIONS, ids=[f"{place}-{code}" for place, (_, code) in enumerate(MUTATIONS)]
)
def test_a_mutation_is_found(data, code):
    reading = read(data)
    tables = example("transport")[1]
    findings = list(reading.findings)
    if reading.formulation is not None:
        findings += check(reading.formulation, tables=tables)
    if code == "OUT_OF_RANGE_OR_NOT":
        assert errors(findings) == []  # more arcs than before: still well formed
    else:
        assert code in {finding.code for finding in findings}, findings


def places(data, path=()):
    """Yield the path of every part of JSON data."""
    if path:
        yield path
    for key, part in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(part, (*path, key))


JUNK = [None, 0, -1, 1.5, 10**30, "", "x", "i in I", [], {}, [1, 2], ["a"], [["a", 1]], {"a": 1}, True]
JUNK += ["x <= 1", "1/0"]
JUNK += ["(i,j) in A", "make > 0", "first(T)", "'a' < 1", "1 in 2", "(1,2) <= x", "sum(x for x in x)", "x**x", "max(P)"]
JUNK += [
    "piecewise(x,[1,2],['a',3])",
    "ord(T, 1)",
    "P in P",
    "2**make['a']",
    "iff(1,2)",
    "-T",
    "(1,2) == (1,2)",
    "'\ud800'",
]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_put_where_nothing_crashes(data):
    broken = json.loads((EXAMPLES / f"{data.draw(st.sampled_from(NAMES))}.json").read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(list(places(broken))))
        target = broken
        for step in path:
            target = target[step]
        target[last] = deepcopy(data.draw(st.sampled_from(JUNK)))  # or later junk could be put into it, and into JUNK
    reading = read(broken)
    if reading.formulation is None:
        assert any(finding.code is Code.SCHEMA for finding in reading.findings)
        return
    findings = check(reading.formulation, tables=example("transport")[1], text="Forty percent of 1,200.")
    if errors(findings):
        return
    data_of = resolve(reading.formulation, example("transport")[1])
    values = {one.name: dict.fromkeys(data_of.keys(one.name), 1.0) for one in reading.formulation.variables}
    assert evaluate(data_of, values) is not None


def test_two_sets_of_the_same_labels_may_stand_for_each_other():
    labels = ["north", "south"]
    formulation = small(
        sets=[{"name": "FROM", "members": labels}, {"name": "TO", "members": labels}],
        parameters=[{"name": "far", "index": ["FROM", "TO"], "value": [[0, 7], [9, 0]]}],
        constraints=[{"name": "new", "expression": "n >= sum(far[i,j] - far[j,i] for i in FROM for j in TO)"}],
    )
    assert found(formulation) == []


def test_errors_come_first():
    findings = found(small(parameters=[{"name": "idle", "value": 3}], constraints=[{"name": "new", "expression": "n"}]))
    assert [finding.severity for finding in findings] == [Severity.ERROR, Severity.WARNING]


# Hostile and large ---------------------------------------------------------------------------------------------


def with_rule(expression, **sections):
    return {"variables": [{"name": "x"}], "constraints": [{"name": "c", "expression": expression}], **sections}


HOSTILE = {
    "power tower": with_rule("x <= 9**9**9**9"),
    "power of a float": with_rule("x <= 9.5**9.5**9.5"),
    "long product": with_rule("x <= " + "*".join(["9" * 250] * 50)),
    "factorial": with_rule("x <= prod(k for k in range(1, 4000000))"),
    "long range": with_rule("x <= sum(1 for k in range(0, 10**12))"),
    "nested ranges": with_rule("x <= sum(1 for a in range(0, 3000) for b in range(0, a) for c in range(0, b))"),
    "nested sums": with_rule("x <= sum(sum(sum(1 for c in range(0, b)) for b in range(0, a)) for a in range(0, 3000))"),
    "set of a range": with_rule("x <= 1", sets=[{"name": "S", "range": [1, 10**15]}]),
    "set of a power": with_rule("x <= 1", sets=[{"name": "S", "range": [1, "9**9**9"]}]),
    "product of sets": with_rule(
        "x <= 1", sets=[{"name": "S", "range": [1, 100000]}, {"name": "D", "for_each": "i in S, j in S"}]
    ),
    "parameter over a product": with_rule(
        "x <= 1",
        sets=[{"name": "S", "range": [1, 100000]}],
        parameters=[{"name": "p", "index": ["S", "S"], "value": 1}],
    ),
    "text times a number": with_rule("x <= 'a'*10**9"),
    "format of a text": with_rule("x <= '%999999999d' % 5"),
    "deep brackets": with_rule("(" * 500 + "x" + ")" * 500 + " <= 1"),
    "deep logic": with_rule("iff(" * 30 + "x <= 1" + ", x <= 2)" * 30),
    "long sum": with_rule("x" + "+x" * 9000 + " <= 1"),
    "long number": with_rule("x <= 1", parameters=[{"name": "p", "value": 10**400}]),
    "long member": with_rule("x <= 1", sets=[{"name": "S", "members": ["a" * 1000000, "b"]}]),
    "squares of squares": with_rule(
        "x <= e59",
        expressions=[{"name": "e0", "expression": "10**15"}]
        + [{"name": f"e{i}", "expression": f"e{i - 1}*e{i - 1}"} for i in range(1, 60)],
    ),
    "doubling": with_rule(
        "e59 <= 1",
        expressions=[{"name": "e0", "expression": "x"}]
        + [{"name": f"e{i}", "expression": f"e{i - 1}+e{i - 1}"} for i in range(1, 60)],
    ),
    "long chain": with_rule(
        "e1500 <= 1",
        expressions=[{"name": f"e{i}", "expression": f"e{i - 1}+1"} for i in range(1500, 0, -1)]
        + [{"name": "e0", "expression": "x"}],
    ),
    "lone surrogate": with_rule("x <= '\ud800'"),
    "null": with_rule("x <= \0"),
    "name of a surrogate": {"variables": [{"name": "\ud800"}]},
    "braces in quotes": with_rule("x <= sum(1 for i in ['{x}', '{0.__class__}'] if i in ['{}'])"),
    "a name like ours": with_rule(
        "n_sum <= 1", variables=[{"name": "n_sum"}, {"name": "i_x_1"}, {"name": "__builtins__"}]
    ),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_formulations_end_in_findings_within_seconds(name):
    began = time.perf_counter()
    reading = read(HOSTILE[name])
    findings = check(reading.formulation, text="3 pieces") if reading.formulation is not None else reading.findings
    assert all(len(finding.message) < 1000 for finding in findings)
    assert time.perf_counter() - began < 20


def test_a_hundred_thousand_variables_are_checked_in_seconds():
    size = 316
    data = {
        "sets": [{"name": "P", "range": [1, size]}, {"name": "C", "range": [1, size]}],
        "parameters": [
            {"name": "supply", "index": ["P"], "value": 100},
            {"name": "demand", "index": ["C"], "value": 90},
            {"name": "cost", "index": ["P", "C"], "value": 3},
        ],
        "variables": [{"name": "ship", "index": ["P", "C"]}],
        "objective": {"sense": "minimize", "expression": "sum(cost[p,c]*ship[p,c] for p in P for c in C)"},
        "constraints": [
            {"name": "out", "for_each": "p in P", "expression": "sum(ship[p,c] for c in C) <= supply[p]"},
            {"name": "meet", "for_each": "c in C", "expression": "sum(ship[p,c] for p in P) >= demand[c]"},
        ],
    }
    began = time.perf_counter()
    assert check(Formulation.model_validate(data)) == []
    assert time.perf_counter() - began < 20


def test_the_base_is_what_the_tests_say():
    assert set(BASE) == {"sets", "parameters", "variables", "constraints", "objective"}
