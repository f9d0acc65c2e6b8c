"""One version of a dialogue's model: the formulation, its solution, where it comes from and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optwright.agent.solution import Solution
from optwright.formulation.elements import Formulation


@dataclass(frozen=True, slots=True)
class Version:
    """Versions are numbered from 1 and never change; undo and restore only move what is current."""

    number: int
    line: int
    """The problem that it belongs to, from 1: a new problem begins a new line."""
    parent: int | None
    """The version that it was made from; None at the beginning of a line."""
    cause: str
    """What the user said or edited to make it."""
    diff: str
    """What differs from the parent, one line a change; empty at the beginning of a line."""
    solution: Solution
    hypothetical: bool = False
    """Made for a what-if or a why-not: the dialogue goes on from the parent unless this one is kept."""

    @property
    def formulation(self) -> Formulation | None:
        """The model; None where a solve failed before there was one."""
        return self.solution.formulation

    @property
    def summary(self) -> str:
        """The solution in one line."""
        return self.solution.explanation.headline

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "number": self.number,
            "line": self.line,
            "parent": self.parent,
            "cause": self.cause,
            "diff": self.diff,
            "solution": self.solution.to_json(),
            "hypothetical": self.hypothetical,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Version:
        """Rebuild from `to_json`."""
        return cls(**{**data, "solution": Solution.from_json(data["solution"])})
