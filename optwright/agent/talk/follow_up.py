"""Follow-ups read by the language model: it says what is wanted and gives typed edits, which are checked as data."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from optwright.agent.requests import dump
from optwright.agent.talk import asking
from optwright.agent.talk.commands import FORMATS
from optwright.agent.talk.plan import EDITING, Intent, Plan, read_edits
from optwright.agent.talk.state import Around, Talk, tables
from optwright.agent.talk.version import Version
from optwright.errors import FormulationError
from optwright.formulation.check import check
from optwright.formulation.edit import Edit, apply
from optwright.formulation.findings import errors
from optwright.llm import Reply
from optwright.prompts.data import describe_tables
from optwright.prompts.library import Prompt

ATTEMPTS = 3
MOST_TURNS = 6
"""Turns of the transcript that the model is shown."""
MOST_TEXT = 2_000
"""Characters of one of them, and of the answer."""
_FAULTS = 5


class _Unusable(Exception):
    """A reply that cannot be used; the message says why, for the model."""


def read(said: str, version: Version, talk: Talk, around: Around) -> Plan:
    """Return the plan that the model makes of a message; what it gives is corrected by it or not used."""
    prompt = _prompt(said, version, talk, around)
    trouble = ""
    for _ in range(ATTEMPTS):
        reply = asking.ask(around, prompt, _schema())
        try:
            return _plan(reply, version, talk)
        except _Unusable as error:
            trouble = str(error)
        after = [*prompt.messages, {"role": "assistant", "content": reply.text or "(an empty reply)"}]
        prompt = around.prompts.render("follow_up_again", {"trouble": trouble}, after=after)  # type: ignore[arg-type]
    return Plan(Intent.UNCLEAR, failed=f"The language model gave no change that can be made: {trouble}")


def _prompt(said: str, version: Version, talk: Talk, around: Around) -> Prompt:
    assert version.formulation is not None, "follow-ups are about a formulation"
    transcript = [
        f"user: {turn['said'][:MOST_TEXT]}\nassistant: {turn['text'][:MOST_TEXT]}"
        for turn in talk.get("turns", [])[-MOST_TURNS:]
    ]
    known = {
        "formulation": dump(json.loads(version.formulation.to_json(indent=None))),
        "tables": describe_tables(tables(talk)),
        "answer": version.solution.explanation.text[:MOST_TEXT],
        "transcript": "\n".join(transcript),
        "message": said,
    }
    return around.prompts.render("follow_up", known)


@cache
def _schema() -> dict[str, Any]:
    """Return the schema of a reply."""
    edits = TypeAdapter(list[Edit]).json_schema()
    definitions = edits.pop("$defs", {})
    properties = {
        "analysis": {"type": "string"},
        "intent": {"type": "string", "enum": [str(intent) for intent in Intent]},
        "edits": edits,
        "topic": {"type": "string"},
        "number": {"type": ["integer", "null"]},
        "format": {"type": "string", "enum": ["", *FORMATS]},
        "say": {"type": "string"},
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": definitions,
    }


def _plan(reply: Reply, version: Version, talk: Talk) -> Plan:
    """Check a reply and return its plan. Raises _Unusable."""
    data = asking.read_object(reply, "intent")
    if data is None:
        raise _Unusable('it has no JSON object with "intent"')
    try:
        intent = Intent(str(data["intent"]))
    except ValueError:
        raise _Unusable(f"there is no intent {data['intent']!r}") from None
    if intent is Intent.UNCLEAR:
        return Plan(intent, failed=" ".join(str(data.get("say") or "").split())[:MOST_TEXT])
    edits = _edits(data.get("edits") or [], version, talk) if intent in EDITING - {Intent.RELAX} else ()
    if intent in EDITING - {Intent.RELAX} and not edits:
        raise _Unusable(f"the intent {intent} needs edits")
    number, form = data.get("number"), data.get("format")
    return Plan(
        intent,
        edits,
        topic=str(data.get("topic") or ""),
        number=number if isinstance(number, int) and intent is Intent.RESTORE else None,
        export=(form if form in FORMATS else "py") if intent is Intent.EXPORT else None,
    )


def _edits(data: Any, version: Version, talk: Talk) -> tuple[Edit, ...]:
    """Check that the edits can be made and leave a formulation without errors. Raises _Unusable."""
    assert version.formulation is not None, "follow-ups are about a formulation"
    try:
        edits = read_edits(data if isinstance(data, list) else [data])
        edited = apply(version.formulation, edits, tables(talk))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:_FAULTS]]
        raise _Unusable(f"the edits are not well formed: {'; '.join(faults)}") from None
    except FormulationError as error:
        raise _Unusable(str(error)) from None
    if stopping := errors(check(edited, tables=tables(talk))):
        listed = "; ".join(str(finding) for finding in stopping[:_FAULTS])
        raise _Unusable(f"after the edits the formulation has errors: {listed}")
    return edits
