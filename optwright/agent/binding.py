"""What holds the answer back: the constraints that are tight, with the user's words and what relaxing them is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optwright.formulation.elements import Constraint, Formulation
from optwright.outcome import Key, Outcome, label

TIGHT = 1e-6
MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Binding:
    """One tight row."""

    name: str
    key: Key
    quote: str
    """The user's words, else the description, else the expression; empty without a formulation."""
    dual: float | None
    """Change of the objective for one unit more on the right-hand side; None where duals do not exist."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"name": self.name, "key": list(self.key), "quote": self.quote, "dual": self.dual}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Binding:
        """Rebuild from `to_json`."""
        return cls(data["name"], tuple(data["key"]), data["quote"], data["dual"])

    def line(self) -> str:
        """Return the row as a person reads it."""
        worth = f"; one unit more changes the objective by {self.dual:.6g}" if self.dual else ""
        words = f': "{self.quote}"' if self.quote else ""
        return f"{label(self.name, self.key)}{words}{worth}"


def binding(outcome: Outcome, formulation: Formulation | None) -> list[Binding]:
    """Return the tight inequality rows, those with the largest duals first. Equations always hold and are left out."""
    declared = {constraint.name: constraint for constraint in formulation.constraints} if formulation else {}
    tight = [
        Binding(name, key, words_of(declared.get(name)), _dual(outcome, name, key))
        for name, entries in outcome.slacks.items()
        for key, slack in entries.items()
        if abs(slack) <= TIGHT and not _equation(declared.get(name)) and (not declared or name in declared)
    ]
    return sorted(tight, key=lambda row: -abs(row.dual or 0.0))[:MOST_ROWS]


def words_of(constraint: Constraint | None) -> str:
    """Return the words that a constraint comes from."""
    if constraint is None:
        return ""
    return constraint.quote or constraint.description or constraint.expression


def _dual(outcome: Outcome, name: str, key: Key) -> float | None:
    return outcome.duals.get(name, {}).get(key)


def _equation(constraint: Constraint | None) -> bool:
    return constraint is not None and "==" in constraint.expression and "<" not in constraint.expression
