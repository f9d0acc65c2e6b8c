"""The JSON schema of a formulation, generated from the elements: what servers with structured outputs are given."""

from __future__ import annotations

import json
from typing import Any

from optwright.formulation.elements import Formulation


def schema() -> dict[str, Any]:
    """Return the schema as plain data; unknown fields are refused by it as by the elements."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Formulation.model_json_schema()}


def schema_text() -> str:
    """Return the schema as the text of docs/formulation.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
