"""Who models the words again: a chat model, or the offline reader where it can."""

from __future__ import annotations

from typing import Any, Protocol

from optwright.datasets.synthesis.equivalence import form_of, optimum
from optwright.datasets.synthesis.resampling import Model
from optwright.errors import FormulationError, ParseError
from optwright.formulation.check import check
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import errors
from optwright.formulation.read import read
from optwright.llm import ChatModel
from optwright.offline import read as read_offline
from optwright.outcome import Failure, Outcome, Termination
from optwright.problem import Problem
from optwright.prompts.data import describe_tables
from optwright.prompts.library import render
from optwright.prompts.parse import find_json
from optwright.solvers.standard import ExportError

SECONDS = 5.0
"""For each solve of the offline reader."""


class Modeller(Protocol):
    """Models a problem from its words and tables alone.

    Raises FormulationError or ParseError, one line, when no formulation comes of it, LLMError when a server fails.
    """

    @property
    def name(self) -> str:
        """What stands in the provenance."""
        ...

    def model(self, problem: Problem) -> Model:
        """Return a checked formulation."""
        ...


class OfflineModeller:
    """The offline reader: reads short problems, refuses all others."""

    name = "offline"

    def model(self, problem: Problem) -> Model:
        """See `Modeller`."""
        reading = read_offline(problem, solve=_solve)
        if reading.chosen is None:
            raise ParseError(reading.refusal.reason if reading.refusal else "no reading")
        return Model(reading.chosen.formulation, problem.tables)


class ChatModeller:
    """A chat model, asked with the same request as the agent's."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat

    @property
    def name(self) -> str:
        """The model's name."""
        return self._chat.name

    def model(self, problem: Problem) -> Model:
        """See `Modeller`."""
        asked = render("formulate", {"problem": problem.text, "tables": describe_tables(problem.tables)})
        found = find_json(self._chat.complete(asked.messages, temperature=0.0).text, _is_formulation).value
        return Model(formulation_of(found.get("formulation", found), problem.tables), problem.tables)


def formulation_of(data: Any, tables: tuple[Any, ...] = ()) -> Formulation:
    """Read and check a formulation that a model wrote. Raises FormulationError with its first finding."""
    reading = read(data if isinstance(data, dict) else {})
    if reading.formulation is None:
        raise FormulationError(str(reading.findings[0]) if reading.findings else "not a formulation")
    if bad := errors(check(reading.formulation, tables=tables)):
        raise FormulationError(str(bad[0]), bad)
    return reading.formulation


def _is_formulation(value: dict[str, Any]) -> bool:
    return "variables" in value or "formulation" in value


def _solve(formulation: Formulation) -> Outcome:
    try:
        return optimum(form_of(Model(formulation)), SECONDS)
    except (FormulationError, ExportError) as error:
        return Outcome(Termination.NOT_SOLVED, failure=Failure.EXPORT, message=str(error))
