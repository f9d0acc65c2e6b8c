"""The shape of a formulation: what is obligatory, what excludes what, and JSON there and back."""

from __future__ import annotations

import json
import math

import pytest
from pydantic import ValidationError

from optwright.formulation.elements import Domain, Formulation, Sense

LEAST = {"variables": [{"name": "x"}]}


def test_only_variables_is_obligatory():
    formulation = Formulation.model_validate(LEAST)
    assert formulation.variables[0].domain is Domain.NON_NEGATIVE_REALS
    assert formulation.objectives == ()
    with pytest.raises(ValidationError):
        Formulation.model_validate({})
    with pytest.raises(ValidationError):
        Formulation.model_validate({"variables": []})


@pytest.mark.parametrize(
    ("section", "element"),
    [
        ("sets", {"name": "S", "members": [1], "range": [1, 2]}),
        ("sets", {"name": "S"}),
        ("sets", {"name": "S", "table": "t"}),
        ("sets", {"name": "S", "index": ["A"], "range": [1, 2]}),
        ("parameters", {"name": "p"}),
        ("parameters", {"name": "p", "value": 1, "rows": [[1]]}),
        ("parameters", {"name": "p", "value": 1, "wide": True}),
        ("parameters", {"name": "p", "value": 1, "column": "c"}),
        ("tables", {"name": "t", "columns": ["a"]}),
        ("tables", {"name": "t", "columns": ["a"], "rows": [[1]], "file": "a.csv"}),
        ("constraints", {"name": "c"}),
        ("constraints", {"name": "c", "expression": "x <= 1", "weight": 3}),
        ("variables", {"name": "x", "domain": "Real"}),
        ("outputs", {"expression": "x"}),
    ],
)
def test_what_does_not_fit_is_refused(section, element):
    with pytest.raises(ValidationError):
        Formulation.model_validate({**LEAST, section: [element]})


def test_a_parameter_may_be_its_default_alone():
    formulation = Formulation.model_validate({**LEAST, "parameters": [{"name": "p", "default": 0}]})
    assert formulation.parameters[0].default == 0


def test_one_objective_or_a_list_of_them():
    one = {"sense": "minimize", "expression": "x"}
    assert Formulation.model_validate({**LEAST, "objective": one}).objectives[0].sense is Sense.MINIMIZE
    two = Formulation.model_validate({**LEAST, "objective": [one, {**one, "name": "second"}]})
    assert [objective.name for objective in two.objectives] == ["objective", "second"]


def test_json_there_and_back_leaves_defaults_out():
    data = {**LEAST, "parameters": [{"name": "p", "value": {"a": [1, 2.5, None]}}], "description": "words"}
    formulation = Formulation.model_validate(data)
    text = formulation.to_json()
    assert Formulation.model_validate_json(text) == formulation
    assert json.loads(text) == data


def test_elements_are_named_as_findings_name_them():
    formulation = Formulation.model_validate({**LEAST, "constraints": [{"name": "time", "expression": "x <= 1"}]})
    assert [element.where for element in formulation.elements()] == ["variable 'x'", "constraint 'time'"]


@pytest.mark.parametrize(
    ("domain", "limits", "integral"),
    [
        ("NonNegativeReals", (0, math.inf), False),
        ("Reals", (-math.inf, math.inf), False),
        ("NonPositiveReals", (-math.inf, 0), False),
        ("PositiveReals", (0, math.inf), False),
        ("Integers", (-math.inf, math.inf), True),
        ("NonNegativeIntegers", (0, math.inf), True),
        ("PositiveIntegers", (1, math.inf), True),
        ("Binary", (0, 1), True),
        ("PercentFraction", (0, 1), False),
    ],
)
def test_domains(domain, limits, integral):
    assert Domain(domain).limits == limits
    assert Domain(domain).integral is integral


def test_a_formulation_cannot_be_changed():
    formulation = Formulation.model_validate(LEAST)
    with pytest.raises(ValidationError):
        formulation.name = "other"
