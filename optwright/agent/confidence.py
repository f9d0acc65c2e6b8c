"""How far an answer is to be trusted, and why: a prior from what was and was not checked.

The weights are a first setting by judgement, not calibrated on data; the evaluation measures their calibration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optwright.agent.state import State
from optwright.formulation.findings import Code
from optwright.outcome import Outcome, Termination

_BASE = 0.8


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for or against; `weight` is what it takes away from the prior."""

    text: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Confidence:
    """Between 0 (known to be wrong, or no answer) and 1, with every reason that went into it."""

    score: float
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"score": self.score, "reasons": [reason.text for reason in self.reasons]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Confidence:
        """Rebuild from `to_json`; what each reason weighed is not kept there."""
        return cls(data["score"], tuple(Reason(text) for text in data["reasons"]))


def judge(state: State, outcome: Outcome | None) -> Confidence:
    """Weigh what the ladder of checks found."""
    if state.get("stopped") or outcome is None:
        return Confidence(0.0, (Reason(f"no answer was reached: {state.get('stopped') or 'it stopped early'}", _BASE),))
    reasons = tuple(_reasons(state, outcome))
    score = max(0.0, _BASE - sum(reason.weight for reason in reasons))
    return Confidence(round(score, 3), reasons)


def _reasons(state: State, outcome: Outcome) -> Iterator[Reason]:
    yield from _ending(outcome)
    written = not state.get("names")
    yield from _point(state.get("evaluation"), outcome, written=written)
    yield from _reading(state)
    if outcome.claimed is not None and outcome.objective is not None:
        far = abs(outcome.claimed - outcome.objective) > 1e-4 * max(1.0, abs(outcome.objective))
        if far:
            yield Reason(f"the program itself claimed {outcome.claimed:.10g}; only the re-solved value counts", 0.1)
    yield Reason("one reading of the problem: no second, independent route was compared")


def _ending(outcome: Outcome) -> Iterator[Reason]:
    if outcome.solved:
        yield Reason(f"proven optimal for the model by {outcome.solver or 'the solver'}")
    elif outcome.has_incumbent:
        gap = f" (gap {outcome.gap:.2%})" if outcome.gap is not None else ""
        yield Reason(f"the best point found when the solver stopped, not proven optimal{gap}", 0.2)
    elif outcome.termination in (Termination.INFEASIBLE, Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED):
        yield Reason(f"the model is {str(outcome.termination).replace('_', ' ')}, which is often a misreading", 0.3)
    else:
        yield Reason("the solver gave no point", _BASE)


def _point(evaluation: dict[str, Any] | None, outcome: Outcome, *, written: bool) -> Iterator[Reason]:
    if evaluation is None or not outcome.has_incumbent:
        return
    if not evaluation["checked"]:
        yield Reason(f"the point was not re-checked: {evaluation['why']}", 0.15)
    elif evaluation["ok"]:
        yield Reason("the point was re-checked against the formulation by a second computation")
        if written:
            yield Reason("that no point is better was proven for the program's model, not for the formulation", 0.05)
    else:
        yield Reason(f"the point contradicts the formulation: {evaluation['violations'][0]}", _BASE)


def _reading(state: State) -> Iterator[Reason]:
    codes = [finding["code"] for finding in state.get("findings", [])]
    for code, weight, what in (
        (Code.NUMBER_UNUSED, 0.2, "numbers of the problem text that the formulation does not use"),
        (Code.NUMBER_UNKNOWN, 0.1, "numbers in the formulation that the text does not have"),
    ):
        if count := codes.count(code):
            yield Reason(f"{count} {what}", weight)
    warnings = [finding["code"] for finding in state.get("findings", []) if finding["severity"] == "warning"]
    if others := sum(code not in (Code.NUMBER_UNUSED, Code.NUMBER_UNKNOWN) for code in warnings):
        yield Reason(f"{others} other warning{_s(others)} of the check", 0.05)
    if rounds := state.get("rounds", 0):
        yield Reason(f"{rounds} correction{_s(rounds)} or question{_s(rounds)} on the way", min(0.15, 0.05 * rounds))
    if assumed := state.get("assumptions"):
        yield Reason(f"{len(assumed)} assumption{_s(len(assumed))} made where the text is open", 0.05)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
