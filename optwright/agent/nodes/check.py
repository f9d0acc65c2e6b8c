"""Rung 1: is the formulation well formed, and does it account for the problem's numbers?"""

from __future__ import annotations

import json
from typing import Any

from optwright.agent.context import Context, Stopwatch
from optwright.agent.state import State
from optwright.agent.trouble import Trouble, ill_formed, questionable
from optwright.formulation.check import check as check_formulation
from optwright.formulation.findings import Finding, errors
from optwright.formulation.read import read
from optwright.trace import Evidence


def check(state: State, context: Context) -> State:
    """Return the findings, the formulation as it was understood, and the trouble if there is one."""
    watch = Stopwatch("check", state)
    reading = read(state.get("formulation") or {})
    findings = list(reading.findings)
    changed: State = {}
    if reading.formulation is not None:
        changed["formulation"] = json.loads(reading.formulation.to_json(indent=None))
        told = context.preset.formulate is not None or context.preset.offline
        text = context.problem.text if told else None
        findings += check_formulation(reading.formulation, tables=context.problem.tables, text=text)
    trouble = _trouble(findings, state, context)
    if not errors(findings):
        changed["kept"] = changed.get("formulation")
    listed: list[dict[str, Any]] = [finding.to_json() for finding in findings]
    evidence = Evidence(findings=listed, trouble=trouble.text if trouble else None)
    return {
        **changed,
        "findings": listed,
        "trouble": trouble.to_json() if trouble else None,
        "steps": [watch.step(evidence)],
    }


def _trouble(findings: list[Finding], state: State, context: Context) -> Trouble | None:
    if stopping := errors(findings):
        return ill_formed(stopping)
    doubts = [finding for finding in findings if finding.code in context.policy.doubts]
    if doubts and "warnings" not in state.get("asked", []) and context.model is not None:
        return questionable(doubts)
    return None
