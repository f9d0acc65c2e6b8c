"""The record of a solve, step by step: a versioned JSON document that holds no key.

docs/trace.schema.json is generated from these models: `python -m optwright.trace > docs/trace.schema.json`.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION: Literal[1] = 1
"""Raised when a reader of older traces would misread a new one."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Call(_Record):
    """One request to a language model."""

    template: str = Field(description="name of the prompt template")
    prompt_hash: str = Field(description="first 16 hexadecimal digits of the SHA-256 of the rendered messages")
    template_hash: str = Field(description="the same of the template's text")
    model: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    seconds: float = 0.0
    attempts: int = Field(default=1, description="requests sent until the server answered")
    cached: bool = Field(default=False, description="whether the reply came from disk")
    finish: str = Field(default="stop", description="why the model stopped: stop, length, filter or other")
    reply: str = ""


class Evidence(_Record):
    """What the step found out, on which later steps decide."""

    findings: list[dict[str, Any]] = Field(default_factory=list, description="code, where, message, hint, severity")
    outcome: dict[str, Any] | None = Field(default=None, description="an outcome without its values and output")
    trouble: str | None = Field(default=None, description="what is wrong, when something is")
    notes: list[str] = Field(default_factory=list)


class Step(_Record):
    """One step of the graph."""

    name: str
    round: int = Field(default=0, description="repairs made before this step")
    seconds: float = 0.0
    call: Call | None = None
    evidence: Evidence = Field(default_factory=Evidence)


class Trace(_Record):
    """Everything that happened between a problem and its solution, in order."""

    version: Literal[1] = VERSION
    problem: str = Field(default="problem", description="the problem's name")
    method: str = "compiled"
    effort: str = "medium"
    steps: list[Step] = Field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return self.model_dump(mode="json")


def schema() -> dict[str, Any]:
    """Return the JSON schema of a trace."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Trace.model_json_schema()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
