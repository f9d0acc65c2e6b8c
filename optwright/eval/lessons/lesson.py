"""From a failure to insights: what was wrong is found against a reference or by exploring, and told as advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from optwright.agent.solve import solve_formulation
from optwright.errors import InputError, ParseError
from optwright.eval.lessons.laboratory import Laboratory, Task, Try
from optwright.experience.insight import Content, Label, Stage, storable
from optwright.experience.library import Library
from optwright.experience.search import Wanted, pruned
from optwright.prompts.library import render
from optwright.prompts.parse import find_json

EXPLORATIONS = 3
"""Corrections that are tried where only the answer is known (AlphaOPT's number)."""
MOST_LESSONS = 2
MOST_LABELS = 40
MOST_DEFINITION = 1_000
"""Characters of a label's definition or condition."""
_TEXT = {"type": "string"}
_INSIGHT = {
    "type": "object",
    "properties": {
        "stage": {"enum": [stage.value for stage in Stage]},
        **dict.fromkeys(("first", "second", "condition", "explanation", "example"), _TEXT),
    },
    "required": ["stage", "first", "second", "condition", "explanation", "example"],
    "additionalProperties": False,
}
_LABEL = {
    "type": "object",
    "properties": {
        "stage": {"enum": [stage.value for stage in Stage]},
        **dict.fromkeys(("first", "second", "definition", "condition"), _TEXT),
    },
    "required": ["stage", "first", "second", "definition", "condition"],
    "additionalProperties": False,
}
INSIGHTS = {
    "type": "object",
    "properties": {
        "insights": {"type": "array", "items": _INSIGHT, "maxItems": MOST_LESSONS},
        "labels": {"type": "array", "items": _LABEL, "maxItems": 2 * MOST_LESSONS},
    },
    "required": ["insights", "labels"],
    "additionalProperties": False,
}


def lessons(laboratory: Laboratory, key: str, task: Task, failed: Try) -> list[Content]:
    """Return what a failure teaches; nothing where no right model is at hand or can be found.

    Labels that it proposes are defined in the library: one that is there in other letters is the same.
    """
    right = task.reference or _explored(laboratory, key, task, failed)
    if not right:
        return []
    variables = asked_of(laboratory.library, task.problem.text, failed.model, right)
    reply = laboratory.ask(f"{key}: {task.id}", "lesson_extract", variables, INSIGHTS)
    contents = contents_of(reply)
    if labels := labels_of(reply, contents):
        laboratory.library.define(labels)
    return contents


def asked_of(library: Library, problem: str, wrong: str, right: str) -> dict[str, str]:
    """Return what the prompt `lesson_extract` is filled with: a problem, a wrong model of it and a right one."""
    known = pruned(library, Wanted(problem), MOST_LABELS, bare=True)
    labels = (
        "\n".join(f"- {one.path}{f': {one.definition}' if one.definition else ''}" for one in known) or "- none yet"
    )
    return {"labels": labels, "problem": problem, "model": wrong or "(none)", "right": right}


def contents_of(reply: Mapping[str, Any]) -> list[Content]:
    """Read the insights of a reply to it; what is no insight is left out."""
    told = reply.get("insights")
    found = [content_of(entry) for entry in (told if isinstance(told, list) else [])[:MOST_LESSONS]]
    return [content for content in found if content is not None]


def labels_of(reply: Mapping[str, Any], contents: Iterable[Content]) -> list[Label]:
    """Read the labels that a reply defines, of both levels; those of its insights alone, and such as say something."""
    wanted = {place for one in contents for place in (one.label.folded, (*one.label.folded[:2], ""))}
    told = reply.get("labels")
    found = [_label_of(entry) for entry in (told if isinstance(told, list) else [])]
    return [one for one in found if one is not None and one.folded in wanted and (one.definition or one.condition)]


def _label_of(entry: Any) -> Label | None:
    if not isinstance(entry, Mapping):
        return None
    names = ("first", "second", "definition", "condition")
    texts = [storable(str(entry.get(name) or ""))[:MOST_DEFINITION] for name in names]
    try:
        return Label(Stage(str(entry.get("stage", "")).strip().casefold()), *texts)
    except ValueError:
        return None


def content_of(entry: Any) -> Content | None:
    """Read an insight that a model wrote; None for one that lacks something or is too long."""
    if not isinstance(entry, Mapping):
        return None
    try:
        stage = Stage(str(entry.get("stage", "")).strip().casefold())
        texts = (str(entry.get(name) or "") for name in ("first", "second", "condition", "explanation", "example"))
        return Content(stage, *texts).checked()
    except (ValueError, InputError):
        return None


def _explored(laboratory: Laboratory, key: str, task: Task, failed: Try) -> str:
    """Have the model correct itself without knowing the answer; return the first correction that meets it, or none."""
    earlier: list[str] = []
    for number in range(EXPLORATIONS):
        variables = {
            "problem": task.problem.text,
            "model": failed.model or "(none)",
            "ending": failed.message or "It was solved to optimality.",
            "earlier": "\n\n".join(earlier) or "none",
        }
        reply = laboratory.journal.once(
            f"{key}: {task.id}: exploration {number}",
            lambda variables=variables: _correction(laboratory, task, variables),  # type: ignore[misc]
        )
        if reply["right"]:
            return str(reply["model"])
        earlier.append(str(reply["model"]))
    return ""


def _correction(laboratory: Laboratory, task: Task, variables: dict[str, str]) -> dict[str, Any]:
    """Ask for one correction and solve it."""
    completion = laboratory.model.complete(render("lesson_explore", variables).messages)
    try:
        value = find_json(completion.text).value
    except ParseError:
        return {"right": False, "model": "(unreadable)"}
    inner = value.get("formulation")
    formulation = inner if isinstance(inner, dict) else value
    try:
        solution = solve_formulation(formulation, tables=task.problem.tables, settings=laboratory.settings)
    except InputError:
        return {"right": False, "model": "(unreadable)"}
    tried = laboratory.judge(task, solution)
    return {"right": tried.right, "model": tried.model}
