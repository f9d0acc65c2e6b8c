"""Readings of a problem that the offline reader could not choose between, or to which it objects, as a question."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.agent.talk.describe import mathematics
from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.state import Json
from optwright.agent.talk.turn import Question
from optwright.formulation.elements import Formulation

MOST_LINES = 8


def questions(readings: Sequence[Json]) -> Plan:
    """Return the question which of the readings is meant, with one option each."""
    formulations = [Formulation.model_validate(reading) for reading in readings]
    lines = ["Which of these do you mean?"]
    options = []
    for number, one in enumerate(formulations, 1):
        lines += [f"Reading {number}:", *_distinct(one, [other for other in formulations if other is not one])]
        chosen = f"reading {number} of the {len(readings)} that the words allow"
        options.append(Plan(Intent.PROBLEM, formulation=readings[number - 1], answers=(chosen,)))
    why = "The words allow both about equally, and the answers differ."
    question = Question("\n".join(lines), why, "the first reading.")
    return Plan(Intent.PROBLEM, questions=(question,), options=tuple(options))


def lacking(missing: str) -> Plan:
    """Return the question for what a reading lacks."""
    question = Question("What is it then? Tell it in a sentence.", f"I could not find {missing}.")
    return Plan(Intent.PROBLEM, questions=(question,))


def _distinct(one: Formulation, others: Sequence[Formulation]) -> list[str]:
    """Say what a reading has that the others have not."""
    known = {mathematics(element) for other in others for element in other.elements()}
    lines = [f"- {said}" for element in one.elements() if (said := mathematics(element)) not in known]
    more = [f"- and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return [*lines[:MOST_LINES], *more] or ["- the rest as in the other"]
