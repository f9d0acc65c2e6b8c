"""Two hundred problems of our own in six styles, each with its model: the reader is right or refuses."""

from collections import Counter

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from optwright.offline import read
from optwright.problem import Problem

from .conftest import records, solve

PROBLEMS = records("problems.jsonl")
FLOOR = {"textbook": 48, "imperative": 28, "email": 28, "bullets": 27, "mixed units": 23, "typos": 18}
"""How many of each style are read rightly at least."""


def optimum(model):
    """Solve the written-out model without any part of the package."""
    sign = 1 if model["sense"] == "min" else -1
    low = [rhs if op in {">=", "=="} else -np.inf for _, op, rhs in model["rows"]]
    high = [rhs if op in {"<=", "=="} else np.inf for _, op, rhs in model["rows"]]
    matrix = np.array([row for row, _, _ in model["rows"]], float)
    cost = np.array(model["objective"], float)
    result = milp(
        sign * cost,
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.full(len(cost), int(model["integer"])),
        bounds=Bounds(0, np.inf),
    )
    return float(cost @ result.x)


def same(a, b):
    return abs(a - b) <= 1e-6 * (abs(b) + 1)


def test_there_are_two_hundred_and_their_answers_are_those_of_their_models():
    assert len({problem["text"] for problem in PROBLEMS}) == 200
    for problem in PROBLEMS:
        assert same(optimum(problem["model"]), problem["answer"]), problem["id"]


@pytest.fixture(scope="module")
def results():
    found = []
    for problem in PROBLEMS:
        reading = read(Problem(problem["text"]), solve=solve)
        value = reading.chosen.outcome.objective if reading.chosen else None
        found.append((problem, value))
    return found


def test_nothing_is_answered_wrongly(results):
    wrong = [
        (p["id"], value, p["answer"]) for p, value in results if value is not None and not same(value, p["answer"])
    ]
    assert wrong == []


def test_every_style_is_read(results):
    right = Counter(problem["style"] for problem, value in results if value is not None)
    assert {style: right[style] for style in FLOOR if right[style] < FLOOR[style]} == {}


def test_what_is_said_is_quoted_from_the_text():
    for problem in PROBLEMS[::10]:
        reading = read(Problem(problem["text"]), solve=solve)
        if reading.chosen is not None:
            for constraint in reading.chosen.formulation.constraints:
                assert constraint.quote in problem["text"]
