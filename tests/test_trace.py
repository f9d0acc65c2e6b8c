"""The trace's schema is part of the interface."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from optwright.trace import VERSION, Call, Step, Trace, schema

SCHEMA = Path(__file__).parents[1] / "docs" / "trace.schema.json"


def test_the_schema_in_the_documentation_is_current():
    assert json.loads(SCHEMA.read_text()) == schema(), "python -m optwright.trace > docs/trace.schema.json"


def test_a_trace_survives_json():
    call = Call(template="formulate", prompt_hash="0" * 16, template_hash="1" * 16, model="m", reply="x", seconds=0.5)
    trace = Trace(problem="p", steps=[Step(name="formulate", call=call), Step(name="check", round=1)])
    assert Trace.model_validate(json.loads(json.dumps(trace.to_json()))) == trace
    assert trace.to_json()["version"] == VERSION == 1


def test_another_version_is_refused():
    with pytest.raises(ValidationError):
        Trace.model_validate({"version": 2})
    with pytest.raises(ValidationError):
        Step.model_validate({"name": "x", "key": "y"})
