"""Problems of our own with their formulations, and the replies that a model might give."""

import json

from optwright.agent.solve import Settings, solve
from optwright.llm import ScriptedChat
from optwright.method import Effort, Method

BAKERY_TEXT = """A bakery sells rye loaves at $4 and wheat loaves at $3. A rye loaf takes 0.5 kg of flour and 12 minutes
in the oven, a wheat loaf 0.4 kg and 8 minutes. There are 60 kg of flour and 1320 minutes of oven time. At least a
quarter of the loaves must be rye. How many of each should be baked for the greatest revenue?"""
BAKERY = {
    "name": "bakery",
    "sets": [{"name": "LOAVES", "members": ["rye", "wheat"]}],
    "parameters": [
        {"name": "price", "index": ["LOAVES"], "value": [4, 3], "unit": "$"},
        {"name": "flour", "index": ["LOAVES"], "value": [0.5, 0.4]},
        {"name": "minutes", "index": ["LOAVES"], "value": [12, 8]},
        {"name": "flour_available", "value": 60},
        {"name": "oven_time", "value": 1320},
        {"name": "rye_share", "value": 0.25},
    ],
    "variables": [{"name": "bake", "index": ["LOAVES"], "domain": "NonNegativeIntegers"}],
    "expressions": [{"name": "loaves", "expression": "sum(bake[k] for k in LOAVES)"}],
    "objective": {"sense": "maximize", "expression": "sum(price[k]*bake[k] for k in LOAVES)", "unit": "$"},
    "constraints": [
        {
            "name": "flour_limit",
            "expression": "sum(flour[k]*bake[k] for k in LOAVES) <= flour_available",
            "quote": "There are 60 kg of flour",
        },
        {
            "name": "oven_limit",
            "expression": "sum(minutes[k]*bake[k] for k in LOAVES) <= oven_time",
            "quote": "1320 minutes of oven time",
        },
        {
            "name": "enough_rye",
            "expression": "bake['rye'] >= rye_share*loaves",
            "quote": "At least a quarter of the loaves must be rye",
        },
    ],
    "outputs": [
        {"name": "revenue", "expression": "sum(price[k]*bake[k] for k in LOAVES)", "unit": "$"},
        {"name": "total", "expression": "loaves"},
    ],
}
BAKERY_OPTIMUM = 465.0
BAKERY_PROGRAM = """import pyomo.environ as pyo


def build_model(data=None):
    model = pyo.ConcreteModel()
    price = {"rye": 4, "wheat": 3}
    model.bake = pyo.Var(list(price), domain=pyo.NonNegativeIntegers)
    model.objective = pyo.Objective(expr=sum(price[k] * model.bake[k] for k in price), sense=pyo.maximize)
    model.flour_limit = pyo.Constraint(expr=0.5 * model.bake["rye"] + 0.4 * model.bake["wheat"] <= 60)
    model.oven_limit = pyo.Constraint(expr=12 * model.bake["rye"] + 8 * model.bake["wheat"] <= 1320)
    model.enough_rye = pyo.Constraint(expr=0.75 * model.bake["rye"] >= 0.25 * model.bake["wheat"])
    return model
"""


def bakery(**changes):
    """Return the formulation with single constraints replaced: `oven_limit="..."`."""
    made = json.loads(json.dumps(BAKERY))
    for constraint in made["constraints"]:
        constraint["expression"] = changes.pop(constraint["name"], constraint["expression"])
    made.update(changes)
    return made


def says(formulation, analysis="We decide how many to bake."):
    return f"{analysis}\n```json\n{json.dumps(formulation, indent=1)}\n```"


def codes(program, analysis="Here it is."):
    return f"{analysis}\n```python\n{program}\n```"


def run(replies, *, text=BAKERY_TEXT, method=Method.COMPILED, effort=Effort.MEDIUM, **more):
    """Solve with scripted replies; return the solution and the requests that were made."""
    model = replies if hasattr(replies, "complete") else ScriptedChat(replies)
    return solve(text, model=model, settings=Settings(method, effort), **more), getattr(model, "requests", [])


def names(solution):
    return [step.name for step in solution.trace.steps]
