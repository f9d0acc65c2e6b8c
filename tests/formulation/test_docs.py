"""docs/formulation.md and its schema say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from optwright.formulation.elements import Domain, Formulation
from optwright.formulation.findings import Code
from optwright.formulation.nodes import FUNCTIONS
from optwright.formulation.schema import schema, schema_text
from tests.formulation.solving import EXAMPLES

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "formulation.md").read_text(encoding="utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]
NAMES = ["product_mix", "transport", "lot_sizing", "salesman", "portfolio", "pricing", "either_or"]


def test_the_schema_is_current():
    assert (DOCS / "formulation.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_has_every_field_and_no_other():
    assert set(schema()["properties"]) == set(Formulation.model_fields)
    assert schema()["additionalProperties"] is False


@pytest.mark.parametrize("name", NAMES)
def test_the_worked_examples_are_those_that_are_tested(name):
    documented = Formulation.model_validate(BLOCKS[NAMES.index(name)])
    tested = Formulation.model_validate_json((EXAMPLES / f"{name}.json").read_text())
    assert documented.model_copy(update={"name": "", "description": ""}) == tested.model_copy(
        update={"name": "", "description": ""}
    )
    assert len(BLOCKS) == len(NAMES)


@pytest.mark.parametrize("code", list(Code))
def test_every_finding_is_documented(code):
    assert code.value in TEXT.split("## 8.")[1].split("## 9.")[0]


@pytest.mark.parametrize("word", sorted(FUNCTIONS) + [domain.value for domain in Domain])
def test_every_function_and_domain_is_documented(word):
    assert word in TEXT


def test_all_twelve_sections_are_there():
    assert re.findall(r"^## (\d+)\.", TEXT, re.MULTILINE) == [str(number) for number in range(1, 13)]
