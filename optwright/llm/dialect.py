"""What one server takes of the OpenAI protocol, learned from its first refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optwright.llm.chat import Request


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which fields a server is sent. The default is what most servers take."""

    structured: bool = True
    """Whether `response_format` with a JSON schema is sent."""
    token_field: str = "max_tokens"
    temperature: bool = True

    def fields(self, request: Request) -> dict[str, Any]:
        """Return the request's body but for the model's name."""
        body: dict[str, Any] = {"messages": [dict(message) for message in request.messages]}
        if request.n != 1:
            body["n"] = request.n
        if request.temperature is not None and self.temperature:
            body["temperature"] = request.temperature
        if request.max_tokens is not None:
            body[self.token_field] = request.max_tokens
        if request.stop:
            body["stop"] = list(request.stop)
        if request.schema is not None and self.structured:
            body["response_format"] = _response_format(request.schema)
        return body

    def simpler(self, refusal: str, body: Mapping[str, Any]) -> Dialect | None:
        """Return what to try after a 400 that said `refusal`, or None when there is nothing left to leave out."""
        words = refusal.lower()
        if self.token_field in body and "max_completion_tokens" in words:
            return replace(self, token_field="max_completion_tokens")
        if "temperature" in body and "temperature" in words:
            return replace(self, temperature=False)
        if "response_format" in body:
            return replace(self, structured=False)
        return None


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "reply", "schema": dict(schema), "strict": False}}
