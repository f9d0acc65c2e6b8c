"""End: put the answer into the user's words, from the record alone."""

from __future__ import annotations

from optwright.agent.context import Context, Stopwatch, account
from optwright.agent.explanation import explain as put_into_words
from optwright.agent.record import formulation_of, outcome_of
from optwright.agent.state import State
from optwright.trace import Evidence


def explain(state: State, context: Context) -> State:
    """Return the step's record; the explanation itself is made again from the state wherever it is needed."""
    watch = Stopwatch("explain", state)
    words = put_into_words(state, outcome_of(state), formulation_of(state, context.preset))
    return {"steps": [watch.step(Evidence(notes=[words.headline]))], **account(context)}
