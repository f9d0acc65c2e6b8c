"""Small formulations for tests: a few sets and variables to which one thing is added."""

from __future__ import annotations

from typing import Any

from optwright.formulation.check import check
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import Finding, Severity

BASE: dict[str, Any] = {
    "sets": [{"name": "P", "members": ["a", "b", "c"]}, {"name": "T", "range": [1, 4]}],
    "parameters": [
        {"name": "cost", "index": ["P"], "value": [3, 4, 5]},
        {"name": "demand", "index": ["T"], "value": [10, 20, 30, 40]},
        {"name": "limit", "value": 100},
    ],
    "variables": [
        {"name": "x", "index": ["P", "T"], "upper": 50},
        {"name": "stock", "index": ["T"], "upper": 80},
        {"name": "use", "index": ["P"], "domain": "Binary"},
        {"name": "n", "domain": "NonNegativeIntegers", "upper": 9},
        {"name": "free", "domain": "Reals"},
    ],
    "constraints": [
        {"name": "meet", "for_each": "t in T", "expression": "sum(x[p,t] for p in P) >= demand[t]"},
        {"name": "tie", "expression": "free + n + sum(stock[t] for t in T) == limit"},
        {"name": "link", "for_each": "p in P", "expression": "sum(x[p,t] for t in T) <= 200*use[p]"},
    ],
    "objective": {"sense": "minimize", "expression": "sum(cost[p]*x[p,t] for p in P for t in T)"},
}


def small(**added: Any) -> Formulation:
    """Return the base with elements added to its sections; another field replaces that of the base."""
    data = {key: list(value) if isinstance(value, list) else value for key, value in BASE.items()}
    for section, value in added.items():
        data[section] = [*data.get(section, []), *value] if isinstance(value, list) else value
    return Formulation.model_validate(data)


def rule(expression: str, for_each: str | None = None) -> Formulation:
    """Return the base with one more constraint, `new`."""
    return small(constraints=[{"name": "new", "expression": expression, "for_each": for_each}])


def found(formulation: Formulation, **options: Any) -> list[Finding]:
    """Return the findings, notes left out."""
    return [finding for finding in check(formulation, **options) if finding.severity is not Severity.NOTE]


def codes(formulation: Formulation, **options: Any) -> set[str]:
    """Return the codes of the findings."""
    return {str(finding.code) for finding in found(formulation, **options)}
