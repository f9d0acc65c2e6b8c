"""Data made concrete: sets in all their forms, parameters however they are given, constants, bounds."""

from __future__ import annotations

import math
import time

import pytest

from optwright.errors import FormulationError
from optwright.formulation.algebra import Ranges, interpolate, power, product, within
from optwright.formulation.data import Point, gather, resolve
from optwright.formulation.elements import Formulation
from optwright.formulation.engine import combinations, key_of
from optwright.formulation.expression import parse_generators
from optwright.formulation.findings import Code
from optwright.formulation.members import Fault, OutOfRange
from optwright.formulation.row import Row
from optwright.problem import Table


def data_of(attached=(), **sections):
    return resolve(Formulation.model_validate({"variables": [{"name": "x"}], **sections}), attached)


def refusal(attached=(), **sections):
    """Return the findings with which the data are refused."""
    with pytest.raises(FormulationError) as refused:
        data_of(attached, **sections)
    assert refused.value.findings
    return refused.value.findings


def one(findings):
    assert len(findings) == 1, findings
    return findings[0]


# Sets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "items"),
    [
        ({"members": ["B", "A"]}, [("B",), ("A",)]),
        ({"members": [3, 5]}, [(3,), (5,)]),
        ({"members": [["A", 1], ["B", 2]]}, [("A", 1), ("B", 2)]),
        ({"range": [2, 4]}, [(2,), (3,), (4,)]),
        ({"range": [0, "k - 1"]}, [(0,), (1,), (2,)]),
        ({"range": [1, 0]}, []),
        ({"for_each": "i in N, j in N if i < j"}, [(1, 2), (1, 3), (2, 3)]),
        ({"for_each": "i in N if i % 2 == 1"}, [(1,), (3,)]),
        ({"for_each": "a in ARCS, i in N if i == 1"}, [(1, 2, 1), (2, 3, 1)]),
        ({"for_each": "(i,j) in ARCS if i > 1"}, [(2, 3)]),
        ({"for_each": "i in [1, 2, 2, 1]"}, [(1,), (2,)]),
        ({"for_each": "i in range(0, k)"}, [(0,), (1,), (2,)]),
        ({"keys_of": "gap"}, [(1,), (3,)]),
    ],
)
def test_sets(form, items):
    data = data_of(
        sets=[
            {"name": "N", "range": [1, 3]},
            {"name": "ARCS", "members": [[1, 2], [2, 3]]},
            {"name": "K", "keys_of": "gap"},
            {"name": "S", **form},
        ],
        parameters=[{"name": "gap", "index": ["N"], "value": [5, None, 7]}, {"name": "k", "value": 3}],
    )
    assert data.sets["S"].items == items
    assert all((place, item) == (data.sets["S"].position[item], item) for place, item in enumerate(items))


def test_a_family_of_sets_from_a_list_or_a_mapping():
    areas = {"name": "A", "members": ["n", "s"]}
    for members in ([[0, 3], []], {"n": [0, 3], "s": []}):
        data = data_of(sets=[areas, {"name": "COVER", "index": ["A"], "members": members}])
        assert data.families["COVER"]["n",].items == [(0,), (3,)]
        assert data.families["COVER"]["s",].items == []
        assert data.signature("COVER").kind == "family"


@pytest.mark.parametrize(
    ("form", "code", "says"),
    [
        ({"members": ["A", "A"]}, Code.DUPLICATE_MEMBER, "'A' is listed twice"),
        ({"members": ["A", 1]}, Code.SHAPE, "text and numbers are mixed"),
        ({"members": [["A", 1], ["B"]]}, Code.SHAPE, "parts mixed"),
        ({"members": [1.5]}, Code.SHAPE, "1.5 cannot be a member"),
        ({"members": [True]}, Code.SHAPE, "cannot be a member"),
        ({"members": [None]}, Code.SHAPE, "cannot be a member"),
        ({"members": {"a": [1]}}, Code.SHAPE, "needs an 'index'"),
        ({"range": [1, 10**9]}, Code.TOO_LARGE, "limit is 10,000,000"),
        ({"range": [1, "1/2"]}, Code.SHAPE, "not a whole number"),
        ({"range": [1, "x"]}, Code.VARIABLE_IN_DATA, "depends on variables"),
        ({"range": [1, "m"]}, Code.UNDEFINED, "'m' is not declared"),
        ({"for_each": "i in M"}, Code.UNDEFINED, "'M' is not declared"),
        ({"for_each": "i in"}, Code.SYNTAX, ""),
        ({"for_each": "i in S"}, Code.CYCLE, "S -> S"),
        ({"for_each": "(i,j) in [1, 2]"}, Code.ARITY, "2 indices"),
        ({"keys_of": "q"}, Code.UNDEFINED, "'q' is not declared as a parameter"),
        ({"index": ["B"], "members": [[1], [2]]}, Code.SHAPE, "2 sets for 1 members"),
        ({"index": ["B"], "members": {"c": [1]}}, Code.SURPLUS_DATA, "key 'c' is no member"),
        ({"table": "t", "column": "c"}, Code.NO_TABLE, "no table 't'"),
    ],
)
def test_sets_that_cannot_be_made(form, code, says):
    findings = refusal(sets=[{"name": "B", "members": ["b"]}, {"name": "S", **form}])
    assert (findings[0].code, findings[0].where) == (code, "set 'S'")
    assert says in findings[0].message


def test_declarations_may_come_in_any_order_and_a_circle_is_told_once():
    data = data_of(
        sets=[{"name": "D", "for_each": "i in N if w[i] > least"}, {"name": "N", "range": [1, "size"]}],
        parameters=[{"name": "w", "index": ["N"], "value": [1, 5, 9]}],
        expressions=[{"name": "least", "expression": "size + 1"}, {"name": "size", "expression": "2 + 1"}],
    )
    assert data.sets["D"].items == [(2,), (3,)]
    finding = one(refusal(sets=[{"name": "N", "range": [1, "n"]}], expressions=[{"name": "n", "expression": "len(N)"}]))
    assert (finding.code, finding.message) == (Code.CYCLE, "it needs itself: n -> N -> n")


# Parameters ----------------------------------------------------------------------------------------------------

PLANTS = {"name": "P", "members": ["NY", "LA"]}
CITIES = {"name": "C", "members": ["R1", "R2"]}
MATRIX = {("NY", "R1"): 20, ("NY", "R2"): 40, ("LA", "R1"): 48, ("LA", "R2"): 15}


@pytest.mark.parametrize(
    "given",
    [
        {"value": [[20, 40], [48, 15]]},
        {"value": {"NY": {"R1": 20, "R2": 40}, "LA": {"R2": 15, "R1": 48}}},
        {"value": [{"R1": 20, "R2": 40}, [48, 15]]},
        {"value": {"NY": [20, 40], "LA": [48, 15]}},
        {"rows": [["NY", "R1", 20], ["NY", "R2", 40], ["LA", "R1", 48], ["LA", "R2", 15]]},
    ],
)
def test_one_matrix_in_every_form(given):
    data = data_of(sets=[PLANTS, CITIES], parameters=[{"name": "cost", "index": ["P", "C"], **given}])
    assert data.parameters["cost"] == MATRIX
    assert list(data.parameters["cost"]) == list(MATRIX)


def test_a_number_is_for_every_index_and_a_default_fills_gaps():
    data = data_of(
        sets=[PLANTS, {"name": "T", "range": [1, 2]}],
        parameters=[
            {"name": "same", "index": ["P"], "value": 7},
            {"name": "gaps", "index": ["T"], "value": [None, 3], "default": 1},
            {"name": "few", "index": ["P", "T"], "rows": [["LA", 2, 5]], "default": 0},
            {"name": "text_keys", "index": ["T"], "value": {"1": 10, "2": 20}},
            {"name": "bare", "default": 4},
        ],
    )
    assert data.parameters["same"] == {("NY",): 7, ("LA",): 7}
    assert data.parameters["gaps"] == {(1,): 1, (2,): 3}
    assert data.parameters["few"] == {("NY", 1): 0, ("NY", 2): 0, ("LA", 1): 0, ("LA", 2): 5}
    assert data.parameters["text_keys"] == {(1,): 10, (2,): 20}
    assert data.parameters["bare"] == {(): 4}


def test_a_network_is_typed_once():
    arcs = {"name": "ARCS", "keys_of": "capacity"}
    rows = [["s", "a", 4], ["a", "t", 9]]
    data = data_of(sets=[arcs], parameters=[{"name": "capacity", "index": ["ARCS"], "rows": rows}])
    assert data.sets["ARCS"].items == [("s", "a"), ("a", "t")]
    assert data.parameters["capacity"] == {("s", "a"): 4, ("a", "t"): 9}


def test_over_a_tuple_set_a_list_in_set_order():
    arcs = {"name": "ARCS", "members": [["s", "a"], ["a", "t"]]}
    for value in ([4, 9], {"s": {"a": 4}, "a": {"t": 9}}):
        data = data_of(sets=[arcs], parameters=[{"name": "capacity", "index": ["ARCS"], "value": value}])
        assert data.parameters["capacity"] == {("s", "a"): 4, ("a", "t"): 9}


def test_text_is_data_as_a_member_of_a_set():
    parameter = {"name": "machine", "index": ["J"], "rows": [[1, "M2"], [2, "M1"]]}
    sets = [{"name": "J", "range": [1, 2]}, {"name": "M", "members": ["M1", "M2"]}]
    data = data_of(sets=[*sets, {"name": "SAME", "for_each": "j in J if machine[j] == 'M2'"}], parameters=[parameter])
    assert data.parameters["machine"] == {(1,): "M2", (2,): "M1"}
    assert data.sets["SAME"].items == [(1,)]
    assert one(refusal(sets=sets, parameters=[{**parameter, "rows": [[1, "M9"]]}])).code is Code.SHAPE


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ({"value": [[1, 2], [3]]}, Code.SHAPE, "1 values for 2 members of C at 'LA'"),
        ({"value": [1, 2, 3]}, Code.SHAPE, "3 values for 2 members of P"),
        ({"value": [[[1], 2], [3, 4]]}, Code.SHAPE, "more levels than indices"),
        ({"value": [[1, None], [3, 4]]}, Code.MISSING_DATA, "no value for ('NY','R2')"),
        ({"value": {"NY": 1}}, Code.MISSING_DATA, "no value for ('LA','R1') and 1 more"),
        ({"value": {"NY": 1, "LA": 2, "SF": 3}}, Code.SURPLUS_DATA, "key 'SF' is no member of P"),
        ({"value": {"NY": {"R22": 1}}}, Code.SURPLUS_DATA, "did you mean 'R2'"),
        ({"value": [["many", 2], [3, 4]]}, Code.SHAPE, "'many' is not a number"),
        ({"rows": [["NY", "R1", 1], ["NY", "R1", 2]], "default": 0}, Code.DUPLICATE_KEY, "row 2"),
        ({"rows": [["NY", 1]], "default": 0}, Code.SHAPE, "row 1: 2 entries"),
        ({"rows": [["NY", "R9", 1]], "default": 0}, Code.SURPLUS_DATA, "key 'R9' is no member of C"),
        ({"value": 10**400}, Code.SHAPE, "too large"),
    ],
)
def test_parameters_that_do_not_fit(given, code, says):
    findings = refusal(sets=[PLANTS, CITIES], parameters=[{"name": "cost", "index": ["P", "C"], **given}])
    assert (findings[0].code, findings[0].where) == (code, "parameter 'cost'")
    assert any(says in finding.message for finding in findings), findings


def test_a_thousand_faults_make_a_few_findings():
    sets = [{"name": "N", "range": [1, 1000]}]
    findings = refusal(sets=sets, parameters=[{"name": "p", "index": ["N"], "value": ["?"] * 1000}])
    assert len(findings) == 5
    assert "996 more" in findings[-1].message or "995 more" in findings[-1].message


# Tables --------------------------------------------------------------------------------------------------------

FOODS = Table("foods", ("food", "cost", "fat"), (("rice", 1.5, 2), ("milk", " 2 ", None)), "data/foods.csv")
BOUND = {
    "tables": [{"name": "foods", "columns": ["food", "cost", "fat"], "file": "foods.csv"}],
    "sets": [{"name": "FOODS", "table": "foods", "column": "food"}],
}


def test_sets_and_parameters_from_a_table():
    parameters = [
        {"name": "cost", "index": ["FOODS"], "table": "foods"},
        {"name": "grams", "index": ["FOODS"], "table": "foods", "column": "fat", "default": 0},
    ]
    data = data_of([FOODS], **BOUND, parameters=parameters)
    assert data.sets["FOODS"].items == [("rice",), ("milk",)]
    assert data.parameters == {"cost": {("rice",): 1.5, ("milk",): 2}, "grams": {("rice",): 2, ("milk",): 0}}


@pytest.mark.parametrize("name", ["foods", "other"])
def test_a_table_is_found_by_its_name_or_its_file(name):
    table = Table(name, FOODS.columns, FOODS.rows, "foods.csv" if name == "other" else None)
    assert len(data_of([table], **BOUND).sets["FOODS"]) == 2


def test_wide_tables_and_keys_of():
    rates = Table("rates", ("plant", "Rome", "Oslo"), (("Pune", 8, None), ("Lyon", 4, 3)))
    data = data_of(
        [rates],
        sets=[
            {"name": "P", "table": "rates", "column": "plant"},
            {"name": "C", "members": ["Rome", "Oslo"]},
            {"name": "R", "keys_of": "rate"},
        ],
        parameters=[{"name": "rate", "index": ["P", "C"], "table": "rates", "wide": True}],
    )
    assert data.sets["R"].items == [("Pune", "Rome"), ("Lyon", "Rome"), ("Lyon", "Oslo")]
    assert data.parameters["rate"]["Lyon", "Oslo"] == 3


def test_inline_tables_with_named_keys_and_tuples():
    data = data_of(
        tables=[{"name": "arcs", "columns": ["from", "to", "cap"], "rows": [["s", "a", 4], ["a", "t", 9]]}],
        sets=[{"name": "A", "table": "arcs", "column": ["from", "to"]}, {"name": "K", "keys_of": "size"}],
        parameters=[
            {"name": "cap", "index": ["A"], "table": "arcs"},
            {"name": "size", "index": ["K"], "table": "arcs", "column": "cap", "key": ["from", "to"]},
        ],
    )
    assert data.parameters["cap"] == data.parameters["size"] == {("s", "a"): 4, ("a", "t"): 9}


@pytest.mark.parametrize(
    ("rows", "code", "says"),
    [
        ((("rice", 1), ("milk", "n/a")), Code.BAD_CELL, "row 3, column 'cost': 'n/a' is not a number"),
        ((("rice", 1), ("milk", "1,200")), Code.BAD_CELL, "'1,200' is not a number"),
        ((("rice", 1), ("milk", "1_200")), Code.BAD_CELL, "'1_200' is not a number"),
        ((("rice", 1), ("milk", "nan")), Code.BAD_CELL, "not a finite number"),
        ((("rice", 1), (None, 3)), Code.BAD_CELL, "row 3, column 'food': is empty"),
        ((("rice", 1), ("rice", 2)), Code.DUPLICATE_KEY, "row 3, column 'cost': 'rice' stands in"),
        ((("rice", 1), ("milk", None)), Code.MISSING_DATA, "no value for 'milk'"),
    ],
)
def test_cells_that_are_wrong_are_named_by_file_row_and_column(rows, code, says):
    table = Table("foods", ("food", "cost", "fat"), tuple((*row, 0) for row in rows), "foods.csv")
    findings = refusal([table], **BOUND, parameters=[{"name": "cost", "index": ["FOODS"], "table": "foods"}])
    assert findings[0].code is code
    assert any(says in finding.message for finding in findings), findings
    assert code is Code.MISSING_DATA or "(foods.csv)" in findings[0].message


def test_columns_and_tables_that_are_not_there():
    short = Table("foods", ("food", "price", "fat"), (), "foods.csv")
    assert "no column 'cost'" in refusal([short], **BOUND)[0].message
    no_column = {"name": "prise", "index": ["FOODS"], "table": "foods"}
    finding = one(refusal([FOODS], **BOUND, parameters=[no_column]))
    assert (finding.code, finding.where) == (Code.NO_COLUMN, "parameter 'prise'")
    assert one(refusal([], **BOUND)).code is Code.NO_TABLE


def test_a_set_that_is_no_column_needs_a_key():
    formulation = {
        "variables": [{"name": "x"}],
        "sets": [{"name": "F", "members": ["rice", "milk"]}],
        "parameters": [{"name": "cost", "index": ["F"], "table": "foods"}],
    }
    data = gather(Formulation.model_validate(formulation), [FOODS])
    assert one(data.findings).code is Code.NO_COLUMN
    assert one(data.findings).hint == '"key": ["food"]'
    formulation["parameters"][0]["key"] = "food"
    assert resolve(Formulation.model_validate(formulation), [FOODS]).parameters["cost"]["milk",] == 2


# Constants and bounds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 // 2 + 7 % 2", 4),
        ("2**10", 1024),
        ("1/4", 0.25),
        ("sum(w[i] for i in N)", 9),
        ("sum(w[i]*w[j] for i in N for j in N if i < j)", 3 * 2 + 3 * 4 + 2 * 4),
        ("prod(w[i] for i in N)", 24),
        ("sum(i for i in [])", 0),
        ("prod(i for i in [])", 1),
        ("max(w[i] for i in N) - min(w[i] for i in N)", 2),
        ("max(1, 2, 3)", 3),
        ("len(N) + first(N) + last(N) + ord(N, 2)", 3 + 1 + 3 + 2),
        ("len(ARCS)", 2),
        ("sum(i*j for (i,j) in ARCS)", 2 + 6),
        ("sum(dist[a] for a in ARCS)", 12),
        ("sum(1 for i in N for j in N if (i,j) in ARCS)", 2),
        ("sum(1 for i in N if (i,i+1) not in ARCS)", 1),
        ("sum(k for k in range(0, 4))", 6),
        ("sum(1 for a in NAMES if a == 'y')", 1),
        ("(1 if len(N) > 2 else 1/0)", 1),
        ("sum((w[i-1] if i > first(N) else 0) for i in N)", 5),
        ("sum(w[i % 3 + 1] for i in N)", 9),
        ("piecewise(5, [0, 4, 10], [0, 8, 14])", 9),
        ("floor(2.7) + ceil(2.1) + abs(-1)", 6),
        ("sqrt(16) + exp(0) + log(1) + sin(0) + cos(0) + tan(0)", 6),
        ("sum(len(COVER[n]) for n in NAMES)", 3),
        ("sum(v for n in NAMES for v in COVER[n])", 6),
        ("(3 > 2) + (2 > 3)", 1),
        ("sum(1 for i in N if i == 1 or 1/(i-1) > 0.9)", 2),
        ("sum(1 for i in N if i in [1, 3] and not i == 3)", 1),
        ("-2**2", -4),
    ],
)
def test_constants(expression, value):
    data = data_of(
        sets=[
            {"name": "N", "range": [1, 3]},
            {"name": "NAMES", "members": ["x1", "y"]},
            {"name": "ARCS", "members": [[1, 2], [2, 3]]},
            {"name": "COVER", "index": ["NAMES"], "members": {"x1": [1, 2], "y": [3]}},
        ],
        parameters=[
            {"name": "w", "index": ["N"], "value": [3, 2, 4]},
            {"name": "dist", "index": ["ARCS"], "value": [5, 7]},
        ],
        expressions=[{"name": "e", "expression": expression}],
    )
    assert data.constants["e"][()] == pytest.approx(value)


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("1/0", Code.ARITHMETIC),
        ("log(0)", Code.ARITHMETIC),
        ("sqrt(-1)", Code.ARITHMETIC),
        ("(-8)**0.5", Code.ARITHMETIC),
        ("max(i for i in [])", Code.ARITHMETIC),
        ("w[9]", Code.OUT_OF_RANGE),
        ("'a' + 1", Code.ARITHMETIC),
        ("9**9**9**9", Code.ARITHMETIC),
        ("exp(1000)", Code.ARITHMETIC),
        ("1e308*10", Code.ARITHMETIC),
        ("first(EMPTY)", Code.OUT_OF_RANGE),
        ("sum(1 for i in range(0, 10**9))", Code.TOO_LARGE),
        ("sum(1 for i in range(0, 1/2))", Code.ARITHMETIC),
        ("piecewise(1, [3, 2], [0, 1])", Code.SHAPE),
        ("piecewise(1, [1], [0])", Code.SHAPE),
    ],
)
def test_constants_that_cannot_be_computed(expression, code):
    sets = [{"name": "N", "range": [1, 3]}, {"name": "EMPTY", "for_each": "i in N if i > 9"}]
    weights = {"name": "w", "index": ["N"], "value": 1}
    expressions = [{"name": "e", "expression": expression}]
    finding = one(refusal(sets=sets, parameters=[weights], expressions=expressions))
    assert (finding.code, finding.where) == (code, "expression 'e'")


def test_indexed_constants_have_keys_in_order():
    data = data_of(
        sets=[{"name": "N", "range": [1, 3]}],
        expressions=[{"name": "e", "for_each": "i in N, j in N if i < j", "expression": "10*i + j"}],
    )
    assert data.constants["e"] == {(1, 2): 12, (1, 3): 13, (2, 3): 23}
    assert data.keys("e") == [(1, 2), (1, 3), (2, 3)]
    assert data.signature("e").width == 2


@pytest.mark.parametrize(
    ("variable", "bounds"),
    [
        ({}, (0, math.inf)),
        ({"lower": 2, "upper": 5}, (2, 5)),
        ({"lower": -3}, (0, math.inf)),
        ({"domain": "Reals", "upper": "cap"}, (-math.inf, 8)),
        ({"upper": "2*cap + 1"}, (0, 17)),
        ({"upper": "e"}, (0, 6)),
        ({"domain": "Binary", "upper": 5}, (0, 1)),
        ({"index": ["P"], "upper": "each"}, (0, 20)),
        ({"index": ["P"], "upper": {"b": 3}}, (0, 3)),
        ({"index": ["P"], "upper": [1, 4]}, (0, 4)),
        ({"index": ["p in P", "T"], "upper": "each[p]"}, (0, 20)),
        ({"index": ["p in P", "t in T"], "lower": "t", "upper": "each[p] + t"}, (2, 22)),
        ({"index": ["P"], "upper": "sum(each[p] for p in P)"}, (0, 30)),
    ],
)
def test_bounds_of_the_last_key(variable, bounds):
    formulation = {
        "sets": [{"name": "P", "members": ["a", "b"]}, {"name": "T", "range": [1, 2]}],
        "parameters": [{"name": "cap", "value": 8}, {"name": "each", "index": ["P"], "value": [10, 20]}],
        "expressions": [{"name": "e", "expression": "cap - 2"}],
        "variables": [{"name": "y", **variable}],
    }
    data = resolve(Formulation.model_validate(formulation))
    assert data.bounds("y")[data.keys("y")[-1]] == bounds


@pytest.mark.parametrize(
    ("upper", "code"),
    [
        ("z", Code.VARIABLE_IN_DATA),
        ("nothing", Code.UNDEFINED),
        ("1 +", Code.SYNTAX),
        ("each", Code.ARITY),
        ([1], Code.SHAPE),
    ],
)
def test_bounds_that_cannot_be_computed(upper, code):
    formulation = {
        "sets": [{"name": "P", "members": ["a", "b"]}],
        "parameters": [{"name": "each", "index": ["P", "P"], "value": 1}],
        "variables": [{"name": "y", "index": ["P"], "upper": upper}, {"name": "z"}],
    }
    with pytest.raises(FormulationError) as refused:
        resolve(Formulation.model_validate(formulation))
    assert [finding.code for finding in refused.value.findings] == [code]


# The engine ----------------------------------------------------------------------------------------------------


def test_combinations_are_environments_of_index_values():
    data = data_of(sets=[{"name": "N", "range": [1, 2]}, {"name": "A", "members": [["s", 1], ["t", 2]]}])
    generators = parse_generators("a in A, i in N if i > 1")
    found = list(combinations(generators, data))
    assert found == [{"a": ("s", 1), "i": 2}, {"a": ("t", 2), "i": 2}]
    assert key_of(found[0]) == ("s", 1, 2)
    assert list(combinations(parse_generators("j in N if j > i"), data, {"i": 1})) == [{"i": 1, "j": 2}]


def test_a_row_splits_its_keys_again():
    data = data_of(sets=[{"name": "A", "members": [["s", 1], ["t", 2]]}, {"name": "N", "range": [1, 2]}])
    row = Row(data, "a in A, i in N", "i")
    for combination in row.combinations():
        assert row.split(row.key(combination)) == combination
    assert row.environment(("q", 3)) == {"a": "q", "i": 3}


def test_a_point_computes_named_expressions_once_and_names_what_is_missing():
    formulation = {
        "sets": [{"name": "N", "range": [1, 3]}],
        "variables": [{"name": "x", "index": ["N"]}],
        "expressions": [{"name": "e", "for_each": "i in N if i > 1", "expression": "x[i] - x[i-1]"}],
    }
    data = resolve(Formulation.model_validate(formulation))
    point = Point(data, {"x": {(1,): 1.0, (2,): 4.0}})
    assert point.table("e")[2,] == 3
    with pytest.raises(OutOfRange, match=r"x\[3\] does not exist"):
        point.table("e")[3,]
    with pytest.raises(OutOfRange, match=r"e\[1\] does not exist"):
        point.table("e")[1,]


def test_a_hundred_thousand_combinations_are_quick():
    data = data_of(
        sets=[{"name": "N", "range": [1, 320]}],
        parameters=[{"name": "c", "index": ["N"], "value": 2}],
    )
    began = time.perf_counter()
    row = Row(data, "i in N, j in N", "c[i]*j + (c[j] if i > 1 else 0)")
    total = sum(row(combination) for combination in row.combinations())
    assert total == sum(2 * j + (2 if i > 1 else 0) for i in range(1, 321) for j in range(1, 321))
    assert time.perf_counter() - began < 20


def test_numbers_do_not_grow_without_end():
    assert power(3, 4) == 81
    assert power(2, -1) == 0.5
    assert isinstance(power(10, 50), float)
    assert isinstance(product(range(1, 100)), float)
    assert interpolate(10.000001, (0, 10), (0, 20)) == pytest.approx(20.000002)
    with pytest.raises(Fault, match="outside of its breakpoints"):
        interpolate(12, (0, 10), (0, 20))
    assert within(2.0, 0, 3)
    assert not within(2.5, 0, 3)
    assert not within("a", 0, 3)
    with pytest.raises(Fault):
        Ranges()(0, 10**8)
    with pytest.raises(OverflowError):
        power(9, 10**9)
