"""Reading: the repairs of section 11 and what cannot be repaired."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optwright.formulation.findings import Code
from optwright.formulation.read import read
from optwright.formulation.rewrite import comma_generators, plain_signs

LEAST = {"variables": [{"name": "x"}]}
X = '{"variables": [{"name": "x"}]'
FIELDS = ["name", "value", "index", "sets", "members", "variables", "expression"]
SECTIONS = ["variables", "sets", "parameters", "constraints", "objective", "name", "tables"]


def repaired(**changes):
    """Read a small formulation with changes; return it and the codes found."""
    reading = read(json.dumps({**LEAST, **changes}))
    assert reading.formulation is not None, reading.findings
    return reading.formulation, [finding.code for finding in reading.findings]


def test_a_clean_formulation_is_read_without_a_word():
    formulation, codes = repaired(constraints=[{"name": "c", "for_each": "i in I", "expression": "x == 1"}])
    assert codes == []
    assert read(formulation.to_json()).formulation == formulation


def test_values_is_value():
    formulation, codes = repaired(parameters=[{"name": "p", "values": [1, 2]}])
    assert formulation.parameters[0].value == [1, 2]
    assert codes == [Code.NORMALISED]


def test_a_text_is_an_index_of_one():
    formulation, codes = repaired(parameters=[{"name": "p", "index": "I", "value": 3}])
    assert formulation.parameters[0].index == ("I",)
    assert codes == [Code.NORMALISED]


def test_for_each_may_begin_with_for():
    formulation, codes = repaired(
        constraints=[{"name": "c", "for_each": "for i in I for j in J", "expression": "x == 1"}]
    )
    assert formulation.constraints[0].for_each == "i in I for j in J"
    assert codes == [Code.NORMALISED]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("x = 3", "x == 3"),
        ("x ≤ 3", "x <= 3"),
        ("x ≥ 3", "x >= 3"),
        ("x =< 3", "x <= 3"),
        ("x => 3", "x >= 3"),
        ("x^2 <= 3", "x**2 <= 3"),
        ("x \u2212 1 <= 3", "x - 1 <= 3"),
        ("2\u00d7x <= 3", "2*x <= 3"),
        ("sum(x[i,j] for i in I, j in J) = 1", "sum(x[i,j] for i in I for j in J) == 1"),
        ("sum(x[i,j] for i in I, for j in J if j != i) <= 1", "sum(x[i,j] for i in I for j in J if j != i) <= 1"),
        ("sum(x[i,j,k] for (i,j) in A, k in B[i,j]) <= 1", "sum(x[i,j,k] for (i,j) in A for k in B[i,j]) <= 1"),
        ("x['a = b'] = 1", "x['a = b'] == 1"),
        ("x['a ≤ b'] <= 1", "x['a ≤ b'] <= 1"),
    ],
)
def test_signs_of_expressions(written, read_as):
    formulation, codes = repaired(constraints=[{"name": "c", "expression": written}])
    assert formulation.constraints[0].expression == read_as
    assert set(codes) == ({Code.NORMALISED} if written != read_as else set())


def test_what_only_looks_like_a_comma_between_generators_stays():
    for text in [
        "max(x, y)",
        "sum(x[i,j] for i in I)",
        "min(sum(x[i] for i in I), y)",
        "sum(x[i] for i in I if (i,j) in A)",
    ]:
        assert comma_generators(text) == text


def test_a_single_equals_sign_outside_of_a_constraint_is_left_for_the_check():
    assert plain_signs("x = 3", relation=False) == "x = 3"


@pytest.mark.parametrize(("written", "sense"), [("min", "minimize"), ("MAX", "maximize"), ("Maximise", "maximize")])
def test_short_senses(written, sense):
    formulation, codes = repaired(objective={"sense": written, "expression": "x"})
    assert formulation.objectives[0].sense == sense
    assert codes == [Code.NORMALISED]


def test_numbers_written_as_text():
    formulation, codes = repaired(
        parameters=[
            {"name": "p", "index": ["I"], "value": ["1", {"a": "2.5"}, "1e3"]},
            {"name": "q", "index": ["I"], "rows": [["a", "7"]]},
        ],
        variables=[{"name": "x", "upper": "10", "lower": "low"}],
        sets=[{"name": "I", "range": ["1", "n - 1"]}],
    )
    assert formulation.parameters[0].value == [1, {"a": 2.5}, 1000.0]
    assert formulation.parameters[1].rows == (("a", 7),)
    assert formulation.variables[0].upper == 10
    assert formulation.variables[0].lower == "low"
    assert formulation.sets[0].range == (1, "n - 1")
    assert codes == [Code.NORMALISED] * 4


def test_a_number_as_an_expression():
    formulation, codes = repaired(expressions=[{"name": "e", "expression": 5}])
    assert formulation.expressions[0].expression == "5"
    assert codes == [Code.NORMALISED]


@pytest.mark.parametrize(
    ("source", "where", "says"),
    [
        ("", "formulation", "not JSON: Expecting value at line 1"),
        ('{"variables": [', "formulation", "not JSON"),
        ("[1]", "formulation", "one JSON object"),
        ("3", "formulation", "one JSON object"),
        ('{"variables": [{"name": "x"}], "variables": []}', "formulation", "stands twice"),
        ('{"variables": [{"name": "x", "lower": NaN}]}', "formulation", "NaN"),
        ("[" * 100_000, "formulation", "nested too deeply"),
        ('{"variables": [{"name": "x", "lower": ' + "9" * 5000 + "}]}", "formulation", "thousands of digits"),
        ('{"variables": [{"name": "x", "uper": 3}]}', "variables[0] 'x' uper", "no such field"),
        ('{"variables": [{"name": "x"}], "constrants": []}', "constrants", "no such field"),
        (
            '{"variables": [{"name": "x"}], "constraints": [{"name": "c"}]}',
            "constraints[0] 'c' expression",
            "obligatory",
        ),
        (
            '{"variables": [{"name": "x"}], "parameters": [{"name": "p", "value": true}]}',
            "parameter 'p'",
            "true is not a number",
        ),
        ('{"variables": [{"name": "x"}], "sets": [{"name": "S"}]}', "sets[0] 'S'", "give exactly one of members"),
        ('{"variables": 3}', "variables", "given 3"),
        ('{"variables": [3]}', "variables[0]", "given 3"),
        ("{}", "variables", "obligatory"),
    ],
)
def test_what_cannot_be_read_says_where_and_what(source, where, says):
    reading = read(source)
    assert reading.formulation is None
    assert all(finding.code is Code.SCHEMA for finding in reading.findings)
    assert any(finding.where == where and says in finding.message for finding in reading.findings), reading.findings


def test_an_unknown_field_is_told_with_the_one_meant():
    (finding,) = read('{"variables": [{"name": "x", "uper": 3}]}').findings
    assert finding.hint == "upper"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(SECTIONS), JSON, max_size=5))
@settings(max_examples=150)
def test_any_data_is_read_or_refused(data):
    reading = read(data)
    assert (reading.formulation is None) == any(finding.code is Code.SCHEMA for finding in reading.findings)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    assert read(text).formulation is None
