"""Solutions to show: solved once, by the real solver."""

import json
from functools import cache
from pathlib import Path

from optwright.agent.solve import solve_formulation
from optwright.agent.talk.version import Version
from optwright.formulation.read import read
from optwright.tables import load_all

ROOT = Path(__file__).resolve().parents[2]
RATES = ROOT / "examples" / "rates"
EXAMPLES = ROOT / "tests" / "formulation" / "examples"
EVIL = "<img src=x onerror=alert(1)>"
HOSTILE = {
    "sets": [{"name": "GOODS", "members": [EVIL, "=1+1", "plain"], "quote": EVIL}],
    "parameters": [{"name": "profit", "index": ["GOODS"], "value": [3, 5, 2], "unit": "<b>"}],
    "variables": [{"name": "make", "index": ["GOODS"], "upper": 7, "description": EVIL}],
    "objective": {"sense": "maximize", "expression": "sum(profit[g]*make[g] for g in GOODS)"},
    "constraints": [{"name": "all", "expression": "sum(make[g] for g in GOODS) <= 10", "quote": f"{EVIL} $90 *x*"}],
}


def formulation(data):
    return read(data).formulation


@cache
def example(name):
    """Return the solution of an example of the specification."""
    return solve_formulation(json.loads((EXAMPLES / f"{name}.json").read_text()), tables=tables(name))


def tables(name):
    return load_all(sorted(EXAMPLES.glob("*.csv"))) if name == "transport" else ()


@cache
def problem(name):
    """Return the solution of one of the tests' problems."""
    return solve_formulation(json.loads((ROOT / "tests" / "problems" / f"{name}.json").read_text())["formulation"])


@cache
def hostile():
    return version(solve_formulation(HOSTILE))


def version(solution, number=1, **fields):
    return Version(number, 1, None, "told", "", solution, **fields)
