"""Constructs beside products, ratios and powers, which stay: the optimum that SCIP finds is that of every point."""

from __future__ import annotations

from itertools import product

import pytest

from optwright.formulation.build import build
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve
from tests.formulation.lower_oracle import best_point
from tests.formulation.test_lower import form

GOALS = [
    "x*abs(y - 2)",
    "max(x, y)**2 - 3*x",
    "exp(max(x, y)/4) - y",
    "(x > 0)*y - x",
    "min(x, y - 1)**2 - x*y",
    "abs(x)*max(y, 1) - 2*x",
    "y/(1 + abs(x))",
    "-x*(y > 1) + max(x, 1 - y)",
    "2**abs(x) - 5*y",
    "(x - 1)**3 + abs(y - x)",
    "max(x*y, 3) - y",
    "prod(1 + (v[i] > 0) for i in I) - sum(v[i] for i in I)",
    "prod(abs(v[i] - 1) for i in I) + v['a']",
    "log(1 + max(v[i] for i in I)) - v['b']/3",
    "(1 + abs(x))**(-1) + y/9",
]
LIMITS = ["x + y >= -1", "x*y >= 2 or y == 0", "abs(x)*y <= 3", "implies(x >= 1, y*y >= 4)", "max(x, y)**2 <= 5"]


@pytest.mark.parametrize("sense", ["minimize", "maximize"])
@pytest.mark.parametrize(("goal", "limit"), list(zip(GOALS, LIMITS * 3, strict=True)))
def test_the_optimum(goal, limit, sense):
    compare(goal, limit, sense)


@pytest.mark.slow
@pytest.mark.parametrize("sense", ["minimize", "maximize"])
@pytest.mark.parametrize(("goal", "limit"), list(product(GOALS, LIMITS)))
def test_the_optimum_of_every_pair(goal, limit, sense):
    compare(goal, limit, sense)


def compare(goal, limit, sense):
    original = form(limit, **{sense: goal})
    outcome = solve(build(original).model, SolveOptions(diagnose=False, time_limit=30))
    assert outcome.solved, outcome.message
    assert outcome.objective == pytest.approx(best_point(original).objective, abs=1e-4)
