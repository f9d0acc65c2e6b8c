"""What a solve gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from optwright.agent.confidence import Confidence, judge
from optwright.agent.explanation import Explanation, contradicted, explain
from optwright.agent.preset import GIVEN, Preset
from optwright.agent.record import formulation_of, outcome_of
from optwright.agent.state import State
from optwright.budget import Usage
from optwright.errors import BudgetError, FormulationError, LLMError, OptwrightError, RefusedError, SandboxError
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import Code, Finding
from optwright.outcome import Key, Outcome, Termination, Values
from optwright.trace import Trace


class Status(StrEnum):
    """What came of it. Only OPTIMAL is an answer that was proven and not contradicted."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    """A point was found, its optimality not proven."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible_or_unbounded"
    UNVERIFIED = "unverified"
    """The re-check contradicts the point: not an answer."""
    FAILED = "failed"
    """There is no model or no result; `Solution.failure` names why."""


@dataclass(frozen=True, slots=True)
class NamedFailure:
    """Why a solve gave no result."""

    kind: str
    """One word: parse, check, exception, deadline, recheck, budget, llm, sandbox, ..."""
    message: str
    exit_code: int

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"kind": self.kind, "message": self.message, "exit_code": self.exit_code}


@dataclass(frozen=True, slots=True)
class Solution:
    """One problem's answer and how it came about."""

    status: Status
    objective: float | None
    """The value of the last objective at the point; None without one or without a point."""
    outputs: dict[str, dict[Key, float | None]]
    """What the question asks for, by name and index; scalars under `()`."""
    values: Values
    """Every variable, under the formulation's names where the method has a formulation."""
    formulation: Formulation | None
    program: str | None
    """Pyomo source that builds, and for rendered programs solves, the model."""
    outcome: Outcome | None
    findings: list[Finding]
    confidence: Confidence
    explanation: Explanation
    assumptions: list[str]
    trace: Trace
    usage: Usage
    seconds: float
    method: str
    failure: NamedFailure | None = None
    insights: dict[str, list[str]] = field(default_factory=dict)
    """Ids of the insights from the library that were `shown` to the model, and those that it says it `used`."""
    prompts: dict[str, Any] = field(default_factory=dict)
    """The prompt pack that was used: `pack`, `digest`, `family`, `warnings`; empty for the shipped prompts."""
    model_text: str = field(default="", repr=False)
    """The model in words, in methods that write one."""

    @property
    def exit_code(self) -> int:
        """0 for a proven optimum, 4 for a model without one to show, else the failure's."""
        if self.failure is not None:
            return self.failure.exit_code
        return 0 if self.status is Status.OPTIMAL else 4

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "status": self.status,
            "objective": self.objective,
            "outputs": {name: _pack(entries) for name, entries in self.outputs.items()},
            "values": {name: _pack(entries) for name, entries in self.values.items()},
            "confidence": self.confidence.to_json(),
            "explanation": self.explanation.to_json(),
            "assumptions": self.assumptions,
            "insights": self.insights,
            "prompts": self.prompts,
            "findings": [finding.to_json() for finding in self.findings],
            "failure": self.failure.to_json() if self.failure else None,
            "method": self.method,
            "usage": self.usage.to_json(),
            "seconds": round(self.seconds, 6),
            "formulation": self.formulation.model_dump(mode="json", exclude_defaults=True)
            if self.formulation
            else None,
            "model_text": self.model_text,
            "program": self.program,
            "outcome": self.outcome.to_json() if self.outcome else None,
            "trace": self.trace.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Solution:
        """Rebuild from `to_json`."""
        formulation, outcome, failure = data["formulation"], data["outcome"], data["failure"]
        parts: dict[str, Any] = {
            "status": Status(data["status"]),
            "outputs": {name: _unpack(packed) for name, packed in data["outputs"].items()},
            "values": {name: _unpack(packed) for name, packed in data["values"].items()},
            "formulation": Formulation.model_validate(formulation) if formulation else None,
            "outcome": Outcome.from_json(outcome) if outcome else None,
            "findings": [_finding(record) for record in data["findings"]],
            "confidence": Confidence.from_json(data["confidence"]),
            "explanation": Explanation.from_json(data["explanation"]),
            "trace": Trace.model_validate(data["trace"]),
            "usage": Usage.from_json(data["usage"]),
            "failure": NamedFailure(**failure) if failure else None,
        }
        return cls(**{**data, **parts})


def _unpack(packed: Any) -> dict[Key, float | None]:
    return {tuple(key): value for key, value in packed} if isinstance(packed, list) else {(): packed}


def _pack(entries: Mapping[Key, float | None]) -> Any:
    return entries[()] if set(entries) == {()} else [[list(key), value] for key, value in entries.items()]


def conclude(state: State, preset: Preset, trace: Trace, error: OptwrightError | None = None) -> Solution:
    """Make the solution of a state that the graph ended in, or stopped in with an error."""
    outcome, formulation = outcome_of(state), formulation_of(state, preset)
    if error is not None:
        state = {**state, "stopped": str(error)}
    failure = _failure(state, preset, error)
    status = Status.FAILED if failure is not None else _status(state, outcome)
    shown = outcome if failure is None else None
    return Solution(
        status=status,
        objective=_objective(shown, formulation),
        outputs=_outputs(state) if failure is None else {},
        values=_values(shown, formulation),
        formulation=formulation,
        program=state.get("program"),
        outcome=outcome,
        findings=[_finding(data) for data in state.get("findings", [])],
        confidence=judge(state, shown),
        explanation=explain(state, shown, formulation),
        assumptions=state.get("assumptions", []),
        trace=trace,
        usage=Usage.from_json(state.get("usage", {})),
        seconds=state.get("elapsed", 0.0),
        method=preset.method,
        failure=failure,
        insights=_insights(state),
        model_text=state.get("draft", "") if not preset.typed and preset.formulate else "",
    )


def _insights(state: State) -> dict[str, list[str]]:
    shown = [one["id"] for insights in state.get("insights", {}).values() for one in insights]
    return {"shown": shown, "used": list(dict.fromkeys(state.get("cited", [])))} if shown else {}


def _objective(outcome: Outcome | None, formulation: Formulation | None) -> float | None:
    """Return the objective's value; a formulation without one has none, whatever the solver minimised."""
    if outcome is None or not outcome.has_incumbent or (formulation is not None and not formulation.objectives):
        return None
    return outcome.objective


def _failure(state: State, preset: Preset, error: OptwrightError | None) -> NamedFailure | None:
    if error is not None:
        return NamedFailure(_KINDS.get(type(error), "check"), str(error), error.exit_code)
    stopped, trouble = state.get("stopped"), state.get("trouble") or {}
    if not stopped or trouble.get("failure") == "recheck":
        return None
    kind = trouble.get("failure", "error")
    code = FormulationError.exit_code if preset is GIVEN and kind == "check" else BudgetError.exit_code
    return NamedFailure(kind, f"{_first_lines(trouble.get('text', ''))} ({stopped})", code)


_KINDS: dict[type[OptwrightError], str] = {
    LLMError: "llm",
    RefusedError: "refused",
    BudgetError: "budget",
    SandboxError: "sandbox",
}


def _first_lines(text: str, most: int = 600) -> str:
    return text if len(text) <= most else text[:most] + "..."


def _status(state: State, outcome: Outcome | None) -> Status:
    assert outcome is not None, "a solve that did not fail has an outcome"
    if contradicted(state):
        return Status.UNVERIFIED
    if outcome.has_incumbent:
        return Status.OPTIMAL if outcome.termination is Termination.OPTIMAL else Status.FEASIBLE
    return Status(str(outcome.termination))


def _outputs(state: State) -> dict[str, dict[Key, float | None]]:
    outputs = (state.get("evaluation") or {}).get("outputs") or {}
    return {name: _unpack(packed) for name, packed in outputs.items()}


def _values(outcome: Outcome | None, formulation: Formulation | None) -> Values:
    """Return the variables' values; of a formulation those that it declares, not what lowering added."""
    if outcome is None or not outcome.has_incumbent:
        return {}
    declared = {variable.name for variable in formulation.variables} if formulation else set()
    if not declared & outcome.values.keys():
        return outcome.values
    return {name: entries for name, entries in outcome.values.items() if name in declared}


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(Code(data["code"]), data["where"], data["message"], data.get("hint"))
