"""Readings of a problem that the offline reader could not choose between, or to which it objects, as a question."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.state import Json
from optwright.agent.talk.turn import Question
from optwright.formulation.elements import Element, Formulation

MOST_LINES = 6


def questions(readings: Sequence[Json]) -> Plan:
    """Return the question which of the readings is meant, with one option each."""
    formulations = [Formulation.model_validate(reading) for reading in readings]
    says = [_distinct(one, [other for other in formulations if other is not one]) for one in formulations]
    options = tuple(
        Plan(Intent.PROBLEM, formulation=reading, answers=(f"Reading: {'; '.join(lines)}",))
        for reading, lines in zip(readings, says, strict=True)
    )
    listed = [f"- reading {number}: {'; '.join(lines)}" for number, lines in enumerate(says, 1)]
    text = "\n".join(["Which of these do you mean?", *listed])
    why = "The words allow both about equally, and the answers differ."
    return Plan(Intent.PROBLEM, questions=(Question(text, why, "the first reading."),), options=options)


def lacking(missing: str) -> Plan:
    """Return the question for what a reading lacks."""
    question = Question("What is it then? Tell it in a sentence.", f"I could not find {missing}.")
    return Plan(Intent.PROBLEM, questions=(question,))


def _distinct(one: Formulation, others: Sequence[Formulation]) -> list[str]:
    """Say what a reading has that the others have not."""
    known = {_said(element) for other in others for element in other.elements()}
    lines = [_said(element) for element in one.elements() if _said(element) not in known]
    more = [f"and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return [*lines[:MOST_LINES], *more] or ["the rest as in the other"]


def _said(element: Element) -> str:
    """Say in one line what an element is."""
    shown = element.model_dump(mode="json", exclude_defaults=True, exclude={"name", "description", "quote"})
    if "expression" in shown:
        sense = f"{shown['sense']} " if "sense" in shown else ""
        name = "" if element.name == "objective" else f"{element.name}: "
        return f"{name}{sense}{shown['expression']}"
    return f"{element.name}: {', '.join(f'{field} {value}' for field, value in shown.items())}"
