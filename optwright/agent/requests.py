"""The conversation that each step sends, rebuilt from the state: nothing of it needs to be stored."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from optwright.agent.context import Context
from optwright.agent.state import State
from optwright.formulation.elements import Formulation
from optwright.llm import Message
from optwright.prompts.data import describe_tables
from optwright.prompts.library import Prompt

MOST_DRAFT = 20_000
"""Characters of an unreadable reply that are shown to the model again."""


@cache
def formulation_schema(*, bare: bool = False) -> dict[str, Any]:
    """Return the schema of a structured reply: analysis first, so that the model thinks before it writes.

    `bare`: of the formulation alone, for models that were tuned to write nothing else.
    """
    if bare:
        return Formulation.model_json_schema()
    formulation = Formulation.model_json_schema(ref_template="#/$defs/{model}")
    definitions = formulation.pop("$defs", {})
    properties = {"analysis": {"type": "string"}, "formulation": formulation}
    return {
        "type": "object",
        "properties": properties,
        "required": ["analysis", "formulation"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def formulate(state: State, context: Context) -> Prompt:
    """Return the first request of the method, with the insights that apply."""
    assert context.preset.formulate is not None
    prompt = context.prompts.render(context.preset.formulate, _variables(context, context.preset.formulate))
    return _with_insights(prompt, state, context, "formulate")


def program(state: State, context: Context) -> Prompt:
    """Return the request for a program."""
    name = context.preset.program
    assert name is not None
    after: list[Message] = []
    if name == "cot_program":
        after = [*formulate(state, context).messages, _assistant(state.get("draft", ""))]
    extra = {"formulation": dump(state.get("formulation") or {}), "elements": state.get("draft", "")}
    prompt = context.prompts.render(name, _variables(context, name, **extra), after=after)
    return _with_insights(prompt, state, context, "program")


def repair_formulation(state: State, context: Context, template_name: str, trouble: str) -> Prompt:
    """Go on from the first request and the last formulation, or the draft that could not be read."""
    formulation = state.get("formulation")
    last = f"```json\n{dump(formulation)}\n```" if formulation else state.get("draft", "")[:MOST_DRAFT]
    if context.preset.formulate is None:
        raise AssertionError("a method without a formulation has none to repair")
    after = [*formulate(state, context).messages, _assistant(last)]
    return context.prompts.render(template_name, {"trouble": trouble}, after=after)


def repair_program(state: State, context: Context, template_name: str, trouble: str) -> Prompt:
    """Go on from the request for the program and the last program, or the draft that could not be read."""
    source = state.get("program")
    last = f"```python\n{source}\n```" if source else state.get("draft_program", "")[:MOST_DRAFT]
    after = [*program(state, context).messages, _assistant(last)]
    return context.prompts.render(template_name, {"trouble": trouble}, after=after)


def dump(formulation: dict[str, Any]) -> str:
    """Return a formulation as compact JSON, one element a line."""
    lines = []
    for name, value in formulation.items():
        if isinstance(value, list) and value:
            entries = ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
            lines.append(f" {json.dumps(name)}: [{entries}]")
        else:
            lines.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{" + ",\n".join(lines).strip() + "}"


def _with_insights(prompt: Prompt, state: State, context: Context, step: str) -> Prompt:
    """Add the insights for a step at the end, where what varies most belongs."""
    if not (insights := state.get("insights", {}).get(step)):
        return prompt
    *before, last = prompt.messages
    told = "\n\n".join(one["text"] for one in insights)
    added = context.prompts.render("insights", {"request": last["content"], "insights": told}, after=before)
    return replace(prompt, messages=added.messages)


def _assistant(text: str) -> Message:
    return {"role": "assistant", "content": text or "(an empty reply)"}


def _variables(context: Context, name: str, **extra: str) -> dict[str, str]:
    known = {"problem": context.problem.text, "tables": describe_tables(context.problem.tables), **extra}
    return {variable: known[variable] for variable in context.prompts.template(name).variables}
