"""Make the program: rendered from the formulation, or written by the language model."""

from __future__ import annotations

from optwright.agent import requests
from optwright.agent.context import Context, Stopwatch, account, ask
from optwright.agent.reading import cited, read_program
from optwright.agent.state import State
from optwright.agent.trouble import About, Kind, Trouble
from optwright.errors import FormulationError
from optwright.formulation.elements import Formulation
from optwright.formulation.render import render
from optwright.prompts.library import digest
from optwright.trace import Evidence


def program(state: State, context: Context) -> State:
    """Return the program, or the trouble with it."""
    return _write(state, context) if context.preset.coded else _render(state, context)


def _render(state: State, context: Context) -> State:
    watch = Stopwatch("program", state)
    trouble: Trouble | None = None
    changed: State = {"program": None, "names": {}}
    try:
        rendered = render(Formulation.model_validate(state["formulation"]), context.problem.tables)
        changed = {"program": rendered.source, "names": rendered.names}
    except FormulationError as error:
        text = f"The formulation cannot be compiled: {error}"
        trouble = Trouble(Kind.WRONG, About.FORMULATION, text, f"render {digest(text)}", "check")
    evidence = Evidence(trouble=trouble.text if trouble else None)
    return {**changed, "trouble": trouble.to_json() if trouble else None, "steps": [watch.step(evidence)]}


def _write(state: State, context: Context) -> State:
    watch = Stopwatch("program", state)
    asked = ask(context, requests.program(state, context))
    read = read_program(asked.reply)
    evidence = Evidence(trouble=read.trouble.text if read.trouble else None, notes=read.notes)
    return {
        "program": read.source,
        "draft_program": asked.reply.text,
        "names": {},
        "assumptions": [*state.get("assumptions", []), *read.assumptions],
        "cited": [
            *state.get("cited", []),
            *cited(asked.reply.text, state.get("insights", {}).get("program", [])),
        ],
        "trouble": read.trouble.to_json() if read.trouble else None,
        "steps": [watch.step(evidence, asked.call)],
        **account(context),
    }
