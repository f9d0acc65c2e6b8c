"""Decide from the evidence what is wrong, have it corrected, and know when to stop."""

from __future__ import annotations

import json
from dataclasses import replace

from optwright.agent import requests
from optwright.agent.context import Asked, Context, Stopwatch, account, ask
from optwright.agent.preset import SAME_FAILURE
from optwright.agent.reading import Read, read_formulation, read_program, read_words, unchanged
from optwright.agent.state import State
from optwright.agent.trouble import About, Kind, Trouble
from optwright.formulation.edit import diff
from optwright.formulation.read import read
from optwright.trace import Evidence


def repair(state: State, context: Context) -> State:
    """Return what was corrected and where to go on, or why the solve stops here."""
    watch = Stopwatch("repair", state)
    trouble = Trouble.from_json(state["trouble"] or {})
    if (reason := _stop(trouble, state, context)) is not None:
        return {**_give_up(trouble, reason, state, context), "steps": [watch.step(Evidence(notes=[reason]))]}
    if trouble.about is About.PROGRAM:
        return _repair_program(trouble, state, context, watch)
    return _repair_formulation(trouble, state, context, watch)


def _stop(trouble: Trouble, state: State, context: Context) -> str | None:
    """Say why no repair is tried, or return None."""
    if context.model is None or (context.preset.formulate is None and context.preset.program is None):
        return "there is no language model to repair it"
    if context.preset.once:
        return "this method asks the model once"
    if trouble.kind is Kind.FINAL:
        return "nothing that a language model writes can change this"
    if (line := context.budget.spent()) is not None:
        return line
    if (rounds := state.get("rounds", 0)) >= context.policy.repairs:
        return f"the {rounds} repair{'s' * (rounds != 1)} that this effort allows are used up"
    times = state.get("seen", []).count(trouble.signature) + 1
    return f"the same failure returned {SAME_FAILURE - 1} times" if times >= SAME_FAILURE else None


def _give_up(trouble: Trouble, reason: str, state: State, context: Context) -> State:
    """A doubt that cannot be asked about is left open; an older formulation without errors is better than none."""
    asked = {"asked": [*state.get("asked", []), "warnings", "result"]}
    if trouble.kind is Kind.DOUBT:
        goto = "explain" if trouble.signature.startswith("result") else "program"
        return {"trouble": None, "goto": goto, **asked}  # type: ignore[typeddict-item]
    kept = state.get("kept")
    if kept is not None and kept != state.get("formulation") and trouble.about is About.FORMULATION:
        return {"formulation": kept, "kept": None, "trouble": None, "goto": "check", **asked}  # type: ignore[typeddict-item]
    return {"stopped": reason, "goto": "explain"}


_BEFORE = " It was to correct this:\n\n"
_TEMPLATES = {Kind.REPLY: "again", Kind.DOUBT: "doubt", Kind.WRONG: "repair"}


def _template(trouble: Trouble) -> str:
    name = _TEMPLATES[trouble.kind]
    return name if name == "again" else f"{name}_{trouble.about}"


def _repair_formulation(trouble: Trouble, state: State, context: Context, watch: Stopwatch) -> State:
    doubt, typed = trouble.kind is Kind.DOUBT, context.preset.typed
    prompt = requests.repair_formulation(state, context, _template(trouble), _words(trouble, state))
    asked = ask(context, prompt, requests.formulation_schema() if typed and not doubt else None)
    read_back = read_formulation(asked.reply) if typed else read_words(asked.reply)
    progress = _progress(trouble, state, context)
    if doubt and (unchanged(asked.reply) or read_back.trouble is not None):
        return _stand_by(trouble, asked, watch, progress)
    if trouble.kind is Kind.WRONG and read_back.trouble is not None:
        return _finish({}, _still(trouble, read_back), asked, watch, progress, [])
    found: State = {
        "formulation": read_back.formulation,
        "draft": read_back.words if read_back.words is not None else asked.reply.text,
        "program": None,
        "draft_program": "",
        "outcome": None,
        "evaluation": None,
        "assumptions": read_back.assumptions or state.get("assumptions", []),
    }
    after = "check" if context.preset.typed else "program"
    return _finish(found, read_back, asked, watch, {**progress, "goto": after}, _changes(state, read_back))


def _repair_program(trouble: Trouble, state: State, context: Context, watch: Stopwatch) -> State:
    doubt = trouble.kind is Kind.DOUBT
    asked = ask(context, requests.repair_program(state, context, _template(trouble), _words(trouble, state)))
    read_back = read_program(asked.reply)
    progress = _progress(trouble, state, context)
    if doubt and (unchanged(asked.reply) or read_back.trouble is not None):
        return _stand_by(trouble, asked, watch, progress)
    if trouble.kind is Kind.WRONG and read_back.trouble is not None:
        return _finish({}, _still(trouble, read_back), asked, watch, progress, [])
    found: State = {
        "program": read_back.source,
        "draft_program": asked.reply.text,
        "outcome": None,
        "evaluation": None,
        "assumptions": [*state.get("assumptions", []), *read_back.assumptions],
    }
    return _finish(found, read_back, asked, watch, {**progress, "goto": "execute"}, ["the program was rewritten"])


def _progress(trouble: Trouble, state: State, context: Context) -> State:
    progress: State = {
        "rounds": state.get("rounds", 0) + 1,
        "seen": [*state.get("seen", []), trouble.signature],
        **account(context),
    }
    if trouble.kind is Kind.DOUBT:
        what = "result" if trouble.signature.startswith("result") else "warnings"
        progress["asked"] = [*state.get("asked", []), what]
    return progress


def _stand_by(trouble: Trouble, asked: Asked, watch: Stopwatch, progress: State) -> State:
    """The model was asked and keeps what it wrote."""
    result = trouble.signature.startswith("result")
    evidence = Evidence(notes=["asked about it, the model stands by what it wrote"])
    after: State = {"trouble": None, "goto": "explain" if result else "program"}
    return {**progress, **after, "steps": [watch.step(evidence, asked.call)]}


def _still(trouble: Trouble, read_back: Read) -> Read:
    """What was to be corrected stays to be corrected when the reply cannot be read."""
    assert read_back.trouble is not None
    text = f"{read_back.trouble.text}{_BEFORE}{trouble.text.rpartition(_BEFORE)[2]}"
    return replace(read_back, trouble=replace(trouble, text=text, signature=read_back.trouble.signature))


def _finish(
    found: State, read_back: Read, asked: Asked, watch: Stopwatch, progress: State, changes: list[str]
) -> State:
    trouble = read_back.trouble
    evidence = Evidence(trouble=trouble.text if trouble else None, notes=[*read_back.notes, *changes])
    after: State = {
        "trouble": trouble.to_json() if trouble else None,
        "goto": "repair" if trouble else progress.get("goto", "repair"),
        "steps": [watch.step(evidence, asked.call)],
    }
    return {**found, **progress, **after}


def _words(trouble: Trouble, state: State) -> str:
    """Return the trouble's text, with a word on it where it has been there before."""
    if trouble.signature in state.get("seen", []):
        return f"{trouble.text}\n\nYour correction left this very failure in place: take another way."
    return trouble.text


def _changes(state: State, read_back: Read) -> list[str]:
    """Say what a repair changed, where both formulations can be read."""
    before, after = read(state.get("formulation") or {}), read(read_back.formulation or {})
    if before.formulation is None or after.formulation is None:
        return []
    if json.loads(before.formulation.to_json()) == json.loads(after.formulation.to_json()):
        return ["nothing was changed"]
    return [diff(before.formulation, after.formulation)]
