"""Read the problem without a language model: the offline reader, judged by the check and the solver."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from optwright.agent.context import Context, Stopwatch
from optwright.agent.models import WAYS
from optwright.agent.state import State
from optwright.agent.trouble import About, Kind, Trouble
from optwright.formulation.check import check
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import Code, Finding, Severity
from optwright.formulation.render import render
from optwright.offline import Judged, Reading
from optwright.offline import read as read_offline
from optwright.outcome import Outcome, label
from optwright.solvers.options import Trust
from optwright.solvers.runner import run
from optwright.stop import current
from optwright.trace import Evidence


def read(state: State, context: Context) -> State:
    """Return the formulation of the one plausible reading, or stop and say why there is none."""
    watch = Stopwatch("read", state)
    reading = read_offline(context.problem, solve=_solver(context), check=_checker(context))
    current().check()  # the reader takes a solve that was stopped for one that failed
    if reading.chosen is not None:
        formulation = json.loads(reading.chosen.formulation.to_json(indent=None))
        note = "read by the offline reader, a fallback without a language model"
        return {"formulation": formulation, "assumptions": [note], "steps": [watch.step(Evidence(notes=[note]))]}
    text = f"{_refusal(reading)}; {WAYS}"
    trouble = Trouble(Kind.FINAL, About.FORMULATION, text, "offline", "offline")
    return {
        "trouble": trouble.to_json(),
        "stopped": "the offline reader did not understand the problem",
        "readings": [json.loads(judged.formulation.to_json(indent=None)) for judged in _competing(reading, context)],
        "steps": [watch.step(Evidence(trouble=text))],
    }


def _competing(reading: Reading, context: Context) -> Iterator[Judged]:
    """Yield the readings that account for the whole text and still were not chosen."""
    assert reading.refusal is not None, "a reading is chosen or refused"
    for judged in reading.refusal.readings:
        findings = _checker(context)(judged.formulation, context.problem.text)
        if not any(finding.severity is Severity.ERROR or finding.code is Code.NUMBER_UNUSED for finding in findings):
            yield judged


def _solver(context: Context) -> Callable[[Formulation], Outcome]:
    def solve(formulation: Formulation) -> Outcome:
        source = render(formulation, context.problem.tables).source
        return run(source, trust=Trust.RENDERED, options=context.options, limits=context.limits)

    return solve


def _checker(context: Context) -> Callable[[Formulation, str], list[Finding]]:
    def find(formulation: Formulation, text: str) -> list[Finding]:
        return check(formulation, tables=context.problem.tables, text=text)

    return find


def _refusal(reading: Reading) -> str:
    assert reading.refusal is not None, "a reading is chosen or refused"
    lines = [f"the offline reader refuses: {reading.refusal.reason}"]
    if len(reading.refusal.readings) > 1:
        for judged in reading.refusal.readings:
            if judged.outcome is not None and judged.outcome.objective is not None:
                values = ", ".join(
                    f"{label(name, key)} = {value:.6g}"
                    for name, entries in judged.outcome.values.items()
                    for key, value in entries.items()
                )
                lines.append(f"one reading gives {judged.outcome.objective:.10g} ({values})")
    return "; ".join(lines)
