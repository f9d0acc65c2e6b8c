"""Problems to talk about, and versions of them without a dialogue."""

import json
from functools import cache
from pathlib import Path

from optwright.agent.solve import solve, solve_formulation
from optwright.agent.talk.version import Version
from tests.agent.cases import BAKERY

ROOT = Path(__file__).resolve().parents[3]
WORKSHOP_TEXT = (
    "A workshop makes chairs and tables. A chair takes 2 hours and sells for $30, a table takes 3 hours and sells for "
    "$50. There are 40 hours. At most 8 tables can be sold. How many of each maximise revenue?"
)
CROWDED_TEXT = WORKSHOP_TEXT.replace(
    "At most 8 tables can be sold.", "At least 18 chairs and at least 8 tables must be made."
)
TRANSPORT = {
    "name": "transport",
    "sets": [{"name": "PLANTS", "members": ["A", "B"]}, {"name": "CITIES", "members": ["Rome", "Oslo", "New York"]}],
    "parameters": [
        {"name": "supply", "index": ["PLANTS"], "value": [120, 90], "quote": "Plant A can supply 120 tons, B 90"},
        {"name": "demand", "index": ["CITIES"], "value": [60, 50, 70]},
        {
            "name": "cost",
            "index": ["PLANTS", "CITIES"],
            "value": [[8, 11, 9], [4, 6, 3]],
            "description": "cost per ton shipped",
        },
        {"name": "trucks", "value": 30},
    ],
    "variables": [{"name": "ship", "index": ["PLANTS", "CITIES"], "description": "tons shipped"}],
    "objective": {"sense": "minimize", "expression": "sum(cost[p,c]*ship[p,c] for p in PLANTS for c in CITIES)"},
    "constraints": [
        {"name": "out", "for_each": "p in PLANTS", "expression": "sum(ship[p,c] for c in CITIES) <= supply[p]"},
        {"name": "meet", "for_each": "c in CITIES", "expression": "sum(ship[p,c] for p in PLANTS) >= demand[c]"},
        {"name": "fleet", "expression": "sum(ship[p,c] for p in PLANTS for c in CITIES) <= 10*trucks"},
    ],
}


@cache
def version(name: str) -> Version:
    """Return a solved version: workshop, joinery, bakery, transport, or a problem of tests/problems."""
    texts = {"workshop": WORKSHOP_TEXT, "joinery": (ROOT / "examples" / "product_mix.txt").read_text()}
    if name in texts:
        solution = solve(texts[name], model="offline")
    elif (path := ROOT / "tests" / "problems" / f"{name}.json").exists() and name != "bakery":
        solution = solve_formulation(json.loads(path.read_text())["formulation"])
    else:
        solution = solve_formulation({"bakery": BAKERY, "transport": TRANSPORT}[name])
    return Version(1, 1, None, "told", "", solution)
