"""Handfuls of problems with random numbers, each with its formulation and its optimum by an independent solver."""

import json
import random
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, milp


@dataclass(frozen=True)
class Made:
    """A problem in words, the reply that formulates it rightly, and its optimum (None: infeasible)."""

    text: str
    reply: str
    optimum: float | None


def make(number: int, seed: int = 0) -> Made:
    """Return problem `number`: the templates take turns."""
    numbers = random.Random(f"{seed}/{number}")
    text, formulation, optimum = TEMPLATES[number % len(TEMPLATES)](numbers)
    reply = f"Briefly: see below.\n```json\n{json.dumps(formulation)}\n```"
    return Made(f"Order {number}. {text}", reply, optimum)


def oracle(costs, rows, low, high, *, whole=True, upper=np.inf):
    """Minimise; return the optimum or None."""
    integrality = np.ones(len(costs)) if whole else np.zeros(len(costs))
    found = milp(
        costs, constraints=LinearConstraint(rows, low, high), integrality=integrality, bounds=(0, upper),
        options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return float(found.fun) if found.status == 0 else None


def mix(numbers):
    profit = [numbers.randint(5, 40) for _ in range(3)]
    hours = [[numbers.randint(1, 6) for _ in range(3)] for _ in range(2)]
    available = [numbers.randint(60, 160) for _ in range(2)]
    lines = ", ".join(
        f"product {i + 1} earns {profit[i]} and takes {hours[0][i]} h of sawing and {hours[1][i]} h of painting"
        for i in range(3)
    )
    text = f"Of three products {lines}. There are {available[0]} h of sawing and {available[1]} h of painting."
    formulation = {
        "sets": [{"name": "P", "range": [1, 3]}, {"name": "W", "members": ["sawing", "painting"]}],
        "parameters": [
            {"name": "profit", "index": ["P"], "value": profit},
            {"name": "hours", "index": ["W", "P"], "value": hours},
            {"name": "available", "index": ["W"], "value": available},
        ],
        "variables": [{"name": "make", "index": ["P"], "domain": "NonNegativeIntegers"}],
        "objective": {"sense": "maximize", "expression": "sum(profit[p]*make[p] for p in P)"},
        "constraints": [
            {"name": "time", "for_each": "w in W", "expression": "sum(hours[w,p]*make[p] for p in P) <= available[w]"}
        ],
    }
    return text, formulation, -oracle(np.array(profit) * -1.0, hours, -np.inf, available)


def diet(numbers):
    cost = [numbers.randint(2, 20) for _ in range(4)]
    content = [[numbers.randint(1, 30) for _ in range(4)] for _ in range(2)]
    need = [numbers.randint(100, 300) for _ in range(2)]
    foods = ", ".join(f"food {i + 1} costs {cost[i]} and has {content[0][i]} and {content[1][i]}" for i in range(4))
    text = f"A diet needs {need[0]} of iron and {need[1]} of fibre at least cost; {foods} of them."
    formulation = {
        "sets": [{"name": "F", "range": [1, 4]}, {"name": "N", "members": ["iron", "fibre"]}],
        "parameters": [
            {"name": "cost", "index": ["F"], "value": cost},
            {"name": "content", "index": ["N", "F"], "value": content},
            {"name": "need", "index": ["N"], "value": need},
        ],
        "variables": [{"name": "eat", "index": ["F"]}],
        "objective": {"sense": "minimize", "expression": "sum(cost[f]*eat[f] for f in F)"},
        "constraints": [
            {"name": "enough", "for_each": "n in N", "expression": "sum(content[n,f]*eat[f] for f in F) >= need[n]"}
        ],
    }
    return text, formulation, oracle(cost, content, need, np.inf, whole=False)


def knapsack(numbers):
    value = [numbers.randint(10, 60) for _ in range(8)]
    weight = [numbers.randint(3, 25) for _ in range(8)]
    limit = sum(weight) // 2
    things = ", ".join(f"thing {i + 1} is worth {value[i]} and weighs {weight[i]} kg" for i in range(8))
    text = f"Pack at most {limit} kg for the greatest worth: {things}."
    formulation = {
        "sets": [{"name": "I", "range": [1, 8]}],
        "parameters": [
            {"name": "worth", "index": ["I"], "value": value},
            {"name": "weight", "index": ["I"], "value": weight},
            {"name": "limit", "value": limit},
        ],
        "variables": [{"name": "take", "index": ["I"], "domain": "Binary"}],
        "objective": {"sense": "maximize", "expression": "sum(worth[i]*take[i] for i in I)"},
        "constraints": [{"name": "fits", "expression": "sum(weight[i]*take[i] for i in I) <= limit"}],
    }
    return text, formulation, -oracle(np.array(value) * -1.0, [weight], -np.inf, limit, upper=1)


def transport(numbers):
    supply = [numbers.randint(30, 80) for _ in range(2)]
    demand = [numbers.randint(20, 50) for _ in range(3)]
    rate = [[numbers.randint(2, 19) for _ in range(3)] for _ in range(2)]
    text = (
        f"Plants 1 and 2 have {supply[0]} and {supply[1]} tons; towns 1, 2 and 3 need {demand[0]}, {demand[1]} and "
        f"{demand[2]}. A ton from plant 1 costs {rate[0][0]}, {rate[0][1]}, {rate[0][2]}, from plant 2 {rate[1][0]}, "
        f"{rate[1][1]}, {rate[1][2]}. Meet the needs at least cost."
    )
    formulation = {
        "sets": [{"name": "S", "range": [1, 2]}, {"name": "T", "range": [1, 3]}],
        "parameters": [
            {"name": "supply", "index": ["S"], "value": supply},
            {"name": "demand", "index": ["T"], "value": demand},
            {"name": "rate", "index": ["S", "T"], "value": rate},
        ],
        "variables": [{"name": "ship", "index": ["S", "T"]}],
        "objective": {"sense": "minimize", "expression": "sum(rate[s,t]*ship[s,t] for s in S for t in T)"},
        "constraints": [
            {"name": "out", "for_each": "s in S", "expression": "sum(ship[s,t] for t in T) <= supply[s]"},
            {"name": "met", "for_each": "t in T", "expression": "sum(ship[s,t] for s in S) >= demand[t]"},
        ],
    }
    rows = [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], *([int(j % 3 == t) for j in range(6)] for t in range(3))]
    low, high = [-np.inf] * 2 + demand, supply + [np.inf] * 3
    return text, formulation, oracle([*rate[0], *rate[1]], rows, low, high, whole=False)


TEMPLATES = [mix, diet, knapsack, transport]
