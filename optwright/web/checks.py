"""The Checks tab: what was verified and how, how far the answer is to be trusted and why, and what was left open."""

from __future__ import annotations

from collections.abc import Iterator

from optwright.agent.solution import Solution
from optwright.formulation.findings import Code, Finding, Severity
from optwright.outcome import Outcome
from optwright.trace import Step
from optwright.web.markup import plain, table

NOTHING = "What was checked appears here with the answer."
_WORDS = {
    "retrieve": "the experience library was asked",
    "explain": "the answer was put into words",
    "read": "the offline reader read the words",
    "formulate": "the language model wrote the formulation",
    "check": "names, indices, units, data, and every number of the text accounted for",
    "program": "the program was written",
    "execute": "the solver ran in the sandbox",
    "verify": "the point was computed again from the formulation, without the solver",
    "repair": "a correction",
}


def checks(solution: Solution | None) -> str:
    """Return the tab as Markdown."""
    if solution is None:
        return NOTHING
    parts = [
        _confidence(solution),
        _numbers(solution.findings),
        _findings(solution.findings),
        "#### What was verified, and how",
        table(["step", "what", "seconds", "found"], map(_step, solution.trace.steps)),
        *(_solver(solution.outcome) if solution.outcome else ()),
    ]
    return "\n\n".join(part for part in parts if part)


def _confidence(solution: Solution) -> str:
    lines = [f"### Confidence {solution.confidence.score:.2f}", ""]
    for reason in solution.confidence.reasons:
        cost = f" (takes {reason.weight:g} away)" if reason.weight else ""
        lines.append(f"- {plain(reason.text)}{plain(cost)}")
    return "\n".join([*lines, "", "A prior from what was and was not checked, not a probability."])


def _numbers(findings: list[Finding]) -> str:
    unused = [finding for finding in findings if finding.code is Code.NUMBER_UNUSED]
    if not unused:
        return "#### Numbers of the text\n\nEvery number of the problem is used in the model."
    return "\n".join(["#### Numbers of the text that the model does not use", "", *_listed(unused)])


def _findings(findings: list[Finding]) -> str:
    others = [finding for finding in findings if finding.code is not Code.NUMBER_UNUSED]
    shown = [finding for finding in others if finding.severity is not Severity.NOTE]
    return "\n".join(["#### Other findings", "", *_listed(shown)]) if shown else ""


def _listed(findings: list[Finding]) -> Iterator[str]:
    for finding in findings[:40]:
        hint = f" Hint: {finding.hint}" if finding.hint else ""
        yield f"- {plain(finding.severity)}, {plain(finding.where)}: {plain(finding.message)}{plain(hint)}"


def _step(step: Step) -> list[str]:
    evidence = step.evidence
    found = [evidence.trouble] if evidence.trouble else evidence.notes[:2]
    first = "; ".join(line.splitlines()[0][:200] for line in found if line)
    return [step.name, _WORDS.get(step.name, ""), f"{step.seconds:.2f}", first or "nothing amiss"]


def _solver(outcome: Outcome) -> Iterator[str]:
    rows = [
        ("solver", outcome.solver or "none"),
        ("class of the model", outcome.problem_class or "not known"),
        ("ended", str(outcome.termination).replace("_", " ")),
        ("bound", "none" if outcome.bound is None else f"{outcome.bound:.10g}"),
        ("gap", "none" if outcome.gap is None else f"{outcome.gap:.2e}"),
        ("solver's seconds", f"{outcome.solver_seconds:.2f}"),
        ("isolation in force", outcome.isolation),
    ]
    yield "#### The solver"
    yield table(["what", "value"], rows)
