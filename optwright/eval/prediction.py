"""What a method said about one problem: the part of its solution that is kept and scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from optwright.budget import Usage
from optwright.datasets.label import Status


@dataclass(frozen=True, slots=True)
class Timing:
    """The seconds of one kind of step, over all its rounds."""

    seconds: float = 0.0
    calls: int = 0
    """Language-model requests among them."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One attempt at one problem. Plain data: it is written to the run folder and can be scored again at any time."""

    status: Status | None = None
    """What the method claims about the problem; None when it has no answer."""
    objective: float | None = None
    quantities: dict[str, float] = field(default_factory=dict)
    """Outputs and variable entries by name as a person reads it, `make[desk]`."""
    executed: bool = False
    """Whether a program ran and handed over a model (execution rate)."""
    attempts: int = 0
    """Programs run until it stopped (LLMOPT's average solving times counts these)."""
    failure: str = ""
    """One word for why there is no answer: `parse`, `check`, `exception`, `deadline`, `budget`, `llm`, ..."""
    message: str = ""
    confidence: float | None = None
    """Between 0 and 1, or None when the method states none."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    """Wall clock, waits for a free place at the server not counted."""
    steps: dict[str, Timing] = field(default_factory=dict)
    variables: int | None = None
    """How many variables the solved model has: the size of the problem as modelled."""
    insights: dict[str, list[str]] = field(default_factory=dict)
    """Ids of the insights that were `shown` to the model and that it says it `used`; empty when none was shown."""
    formulation: dict[str, Any] | None = None
    program: str | None = None
    evidence: str = ""
    """What the checks, the solver and the answer said, in words for a model; kept by trials of prompts alone."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, empty fields left out."""
        data = asdict(self)
        return {name: value for name, value in data.items() if value not in (None, "", {}, [])}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Prediction:
        """Rebuild from `to_json`. Fields of later versions are ignored."""
        known = {item.name for item in fields(cls)}
        given = {name: value for name, value in data.items() if name in known}
        if "status" in given:
            given["status"] = Status(given["status"])
        given["usage"] = Usage.from_json(given.get("usage", {}))
        given["steps"] = {name: Timing(**timing) for name, timing in given.get("steps", {}).items()}
        return cls(**given)
