"""Ask for the model of the problem: a formulation in typed methods, words in the others."""

from __future__ import annotations

from optwright.agent import requests
from optwright.agent.context import Context, Stopwatch, account, ask
from optwright.agent.reading import cited, read_formulation, read_words
from optwright.agent.state import State
from optwright.trace import Evidence


def formulate(state: State, context: Context) -> State:
    """Return the formulation or the draft, or the trouble with the reply."""
    watch = Stopwatch("formulate", state)
    typed = context.preset.typed
    schema = requests.formulation_schema(bare=context.preset.once) if typed else None
    asked = ask(context, requests.formulate(state, context), schema)
    read = read_formulation(asked.reply) if typed else read_words(asked.reply)
    evidence = Evidence(trouble=read.trouble.text if read.trouble else None, notes=read.notes)
    return {
        "formulation": read.formulation,
        "draft": read.words if read.words is not None else asked.reply.text,
        "assumptions": read.assumptions,
        "cited": cited(asked.reply.text, state.get("insights", {}).get("formulate", [])),
        "trouble": read.trouble.to_json() if read.trouble else None,
        "steps": [watch.step(evidence, asked.call)],
        **account(context),
    }
