"""The typed objects behind the plain data of a state."""

from __future__ import annotations

from optwright.agent.preset import Preset
from optwright.agent.state import State
from optwright.formulation.elements import Formulation
from optwright.formulation.read import read
from optwright.outcome import Outcome


def outcome_of(state: State) -> Outcome | None:
    """Return the outcome, if a program has run since the last correction."""
    data = state.get("outcome")
    return Outcome.from_json(data) if data else None


def formulation_of(state: State, preset: Preset) -> Formulation | None:
    """Return the formulation of a typed method, if the last one could be read."""
    data = state.get("formulation")
    return read(data).formulation if preset.typed and data else None
