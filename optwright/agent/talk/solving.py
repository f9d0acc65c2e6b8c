"""Solve for a dialogue: a problem told in words, or a formulation after its edits. The steps are checkpointed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from optwright.agent import graph
from optwright.agent.preset import GIVEN, OFFLINE, PRESETS
from optwright.agent.solution import Solution, Status
from optwright.agent.solve import Ended, Task, follow
from optwright.agent.state import State
from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.state import Around, Json, Talk, current, tables, unpack_tables, version
from optwright.agent.talk.version import Version
from optwright.errors import FormulationError
from optwright.formulation.edit import apply
from optwright.formulation.elements import Formulation
from optwright.method import Method
from optwright.problem import Problem, Table


@dataclass(frozen=True, slots=True)
class Solved:
    """What came of it: a solution, or edits that could not be made."""

    solution: Solution | None = None
    readings: tuple[Json, ...] = ()
    """Formulations between which the offline reader could not choose, or the one that it objects to."""
    refused: str = ""
    """Why the edits cannot be made."""
    missing: str = ""
    """What the reading of a problem lacks, so that it has no answer."""

    def to_json(self) -> Json:
        """Return plain JSON data."""
        solution = self.solution.to_json() if self.solution else None
        return {"solution": solution, "readings": list(self.readings), "refused": self.refused, "missing": self.missing}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Solved:
        """Rebuild from `to_json`."""
        solution = Solution.from_json(data["solution"]) if data["solution"] else None
        return cls(solution, tuple(data["readings"]), data["refused"], data["missing"])


def solve(talk: Talk, around: Around) -> Talk:
    """Do what the plan says that needs a solver."""
    plan = Plan.from_json(talk["plan"])
    solved = _problem(plan, talk, around) if plan.intent is Intent.PROBLEM else _edited(plan, talk, around)
    return {"solved": solved.to_json()}


def _problem(plan: Plan, talk: Talk, around: Around) -> Solved:
    story = talk["draft"] or {}
    attached = unpack_tables(story["tables"])
    if plan.formulation is not None:
        return Solved(given(plan.formulation, attached, around, story["answers"]))
    preset = OFFLINE if around.model is None else PRESETS[Method(around.settings.method)]
    text = " ".join([story["text"], *story["answers"]]) if around.model is None else asked_about(story)
    task = Task(Problem(text, attached), preset, around.model, around.settings, around.on_step, around.pack)
    ended = _follow(task, {}, around)
    readings = tuple(ended.state.get("readings", []))
    if len(readings) == 1:
        return _objected(ended.solution, given(readings[0], attached, around, [_ALONE, *story["answers"]]))
    return Solved(ended.solution, readings)


def asked_about(story: Json) -> str:
    """Return the problem's words with what was answered or is assumed about it."""
    if not story["answers"]:
        return str(story["text"])
    return "\n".join([story["text"], "", "Clarified since:", *(f"- {answer}" for answer in story["answers"])])


TINY = 1e-9
_ALONE = "read by the offline reader, a fallback without a language model"


def _objected(refused: Solution, solution: Solution) -> Solved:
    """Judge the one reading that the offline reader objects to: contradictory, without a limit, or doing nothing."""
    if solution.status is Status.INFEASIBLE:
        return Solved(solution)
    if solution.status is Status.UNBOUNDED:
        lines = [line.lstrip("- ") for line in solution.explanation.reasons if line.startswith("- ")]
        return Solved(
            refused, missing=f"what limits {' and '.join(lines) or 'it'}: without that there is no best value"
        )
    idle = all(abs(value) < TINY for entries in solution.values.values() for value in entries.values())
    if solution.status is Status.OPTIMAL and idle:
        return Solved(refused, missing="what must be reached at least: as I read it, doing nothing at all is best")
    return Solved(refused)


def _edited(plan: Plan, talk: Talk, around: Around) -> Solved:
    """Solve the current formulation after the plan's edits."""
    before = base(plan, talk)
    assert before.formulation is not None, "edits are planned for a formulation"
    attached = unpack_tables((talk["draft"] or {})["tables"]) if plan.intent is Intent.DATA else tables(talk)
    try:
        formulation = apply(before.formulation, plan.edits, attached)
    except FormulationError as error:
        return Solved(refused=str(error))
    return Solved(given(plain(formulation), attached, around, before.solution.assumptions))


def base(plan: Plan, talk: Talk) -> Version:
    """Return the version that a plan's edits are made of: the current one, or the one that is relaxed."""
    found = version(talk, plan.number) if plan.number is not None else current(talk)
    assert found is not None, "edits are planned for a version that is there"
    return found


def given(
    formulation: Mapping[str, Any], attached: tuple[Table, ...], around: Around, assumptions: Iterable[str] = ()
) -> Solution:
    """Check, compile, solve and re-check a formulation; no language model is asked."""
    problem = Problem(str(formulation.get("description") or ""), attached)
    state: State = {"formulation": dict(formulation), "assumptions": list(assumptions)}
    return _follow(Task(problem, GIVEN, None, around.settings, around.on_step), state, around).solution


def plain(formulation: Formulation) -> Json:
    """Return a formulation as plain JSON data."""
    return dict(json.loads(formulation.to_json(indent=None)))


def _follow(task: Task, state: State, around: Around) -> Ended:
    spent: Any = around.spent
    context = task.context({**state, **spent})
    return follow(graph.nested(state, context), state, context, task)
