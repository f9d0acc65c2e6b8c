"""The answer in the user's words: built from the record alone, without a language model, so that it cannot invent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optwright.agent.binding import Binding, binding
from optwright.agent.conflict import explain_conflict, explain_unbounded
from optwright.agent.state import State
from optwright.formulation.elements import Formulation
from optwright.outcome import Outcome, Termination, label

MOST_ENTRIES = 40


@dataclass(frozen=True, slots=True)
class Explanation:
    """One part each; `text` has them in order."""

    headline: str
    answer: list[str]
    binding: list[Binding]
    reasons: list[str]
    """For a model without an optimum: what conflicts or runs away."""

    @property
    def text(self) -> str:
        """The whole, as Markdown lines."""
        parts = [self.headline, *(f"- {line}" for line in self.answer), *self.reasons]
        if self.binding:
            parts += ["What limits it:", *(f"- {row.line()}" for row in self.binding)]
        return "\n".join(parts)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "headline": self.headline,
            "answer": self.answer,
            "binding": [row.to_json() for row in self.binding],
            "reasons": self.reasons,
            "text": self.text,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Explanation:
        """Rebuild from `to_json`."""
        rows = [Binding.from_json(row) for row in data["binding"]]
        return cls(data["headline"], data["answer"], rows, data["reasons"])


def explain(state: State, outcome: Outcome | None, formulation: Formulation | None) -> Explanation:
    """Put the record into words."""
    if outcome is None or outcome.failure is not None:
        return Explanation(
            f"No answer: {state.get('stopped') or 'the solve stopped early'}.", [], [], _last_words(state)
        )
    if not outcome.has_incumbent and contradicted(state):
        headline = "NOT VERIFIED: the program's model contradicts the formulation it was written from; do not use it."
        return Explanation(headline, [], [], _last_words(state))
    if not outcome.has_incumbent:
        return Explanation(_no_point(outcome), [], [], _why(outcome, formulation))
    answer = list(_answer(state, outcome, formulation))
    rows = [] if contradicted(state) else binding(outcome, formulation)
    return Explanation(_headline(state, outcome, formulation), answer, rows, _last_words(state))


def _headline(state: State, outcome: Outcome, formulation: Formulation | None) -> str:
    nothing = outcome.objective is None or (formulation is not None and not formulation.objectives)
    value = "" if nothing else f" {number(outcome.objective or 0.0)}{_unit(formulation)}"
    if contradicted(state):
        return f"NOT VERIFIED: the solver's point{value} does not fit the formulation; do not use it."
    if outcome.solved:
        return f"Best possible value:{value}." if value else "A solution that meets every requirement."
    gap = f", at most {outcome.gap:.2%} from the best possible" if outcome.gap is not None else ""
    if not value:
        return "A solution that meets every requirement."
    return f"Best value found before the solver stopped:{value}{gap}."


def contradicted(state: State) -> bool:
    """Whether the re-check speaks against the result, so that it is no answer."""
    evaluation, trouble = state.get("evaluation") or {}, state.get("trouble") or {}
    return (bool(evaluation.get("checked")) and not evaluation.get("ok")) or trouble.get("failure") == "recheck"


def _unit(formulation: Formulation | None) -> str:
    unit = formulation.objectives[-1].unit if formulation and formulation.objectives else None
    return f" {unit}" if unit else ""


def _answer(state: State, outcome: Outcome, formulation: Formulation | None) -> Iterator[str]:
    """Yield the outputs that the question asks for; without any, the variables that are not zero."""
    outputs = (state.get("evaluation") or {}).get("outputs")
    if formulation is None or not formulation.outputs or not outputs:
        shown = [variable.name for variable in formulation.variables] if formulation else list(outcome.values)
        for name in shown:
            yield from _entries(name, [(key, value) for key, value in outcome.values.get(name, {}).items()], "")
        return
    for output in formulation.outputs:
        packed = outputs.get(output.name)
        entries = [((), packed)] if not isinstance(packed, list) else [(tuple(key), value) for key, value in packed]
        yield from _entries(output.name, entries, f" {output.unit}" if output.unit else "")


def _entries(name: str, entries: list[Any], unit: str) -> Iterator[str]:
    shown = [(key, value) for key, value in entries if value is not None and (not key or abs(value) > 1e-9)]
    for key, value in shown[:MOST_ENTRIES]:
        yield f"{label(name, key)} = {number(value)}{unit}"
    if len(shown) > MOST_ENTRIES:
        yield f"{name}: {len(shown) - MOST_ENTRIES} more entries that are not zero"
    if entries and not shown:
        yield f"{name}: all zero"


def _no_point(outcome: Outcome) -> str:
    words = {
        Termination.INFEASIBLE: "No solution meets all requirements.",
        Termination.UNBOUNDED: "There is no best value: the model is unbounded.",
        Termination.INFEASIBLE_OR_UNBOUNDED: "No optimum: the model is infeasible or unbounded.",
        Termination.TIME_LIMIT: "No solution was found within the time limit.",
    }
    return words.get(outcome.termination, f"No solution: the solver ended with {outcome.termination}.")


def _why(outcome: Outcome, formulation: Formulation | None) -> list[str]:
    if outcome.termination is Termination.INFEASIBLE:
        return explain_conflict(outcome, formulation)
    if outcome.termination is Termination.UNBOUNDED:
        return explain_unbounded(outcome, formulation)
    return [outcome.message] if outcome.message else []


def _last_words(state: State) -> list[str]:
    trouble = state.get("trouble")
    return [trouble["text"]] if trouble else []


def number(value: float) -> str:
    """Write a number as a person reads it: whole numbers without a point, others with at most eight digits."""
    if abs(value - round(value)) <= 1e-7 * max(1.0, abs(value)) and abs(value) < 1e15:
        return f"{round(value):,}" if abs(value) >= 10_000 else str(round(value))
    return f"{value:.8g}"
