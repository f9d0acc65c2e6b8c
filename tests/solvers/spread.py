"""A spread of small models of every class, each with its optimum from a closed form or from looking everywhere."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import MaxExpression, MinExpression

Case = tuple[Callable[[], pyo.ConcreteModel], float, str]
"""How to build it, its optimum, its class."""


def _model(**variables: object) -> pyo.ConcreteModel:
    """Return a model with a variable for each `name=(lower, upper)`; a third entry is the domain."""
    model = pyo.ConcreteModel()
    for name, (lower, upper, *domain) in variables.items():  # type: ignore[misc]
        model.add_component(name, pyo.Var(bounds=(lower, upper), domain=domain[0] if domain else pyo.Reals))
    return model


def _finish(
    model: pyo.ConcreteModel, objective: object, *constraints: object, maximise: bool = False
) -> pyo.ConcreteModel:
    model.goal = pyo.Objective(expr=objective, sense=pyo.maximize if maximise else pyo.minimize)
    model.rows = pyo.ConstraintList()
    for constraint in constraints:
        model.rows.add(constraint)
    return model


def _lp() -> pyo.ConcreteModel:
    m = _model(a=(0, None), b=(0, None))
    return _finish(m, 3 * m.a + 5 * m.b, m.a <= 4, 2 * m.b <= 12, 3 * m.a + 2 * m.b <= 18, maximise=True)


_WEIGHTS, _GAINS = (12, 2, 1, 4, 1, 7, 3), (4, 2, 1, 10, 2, 9, 5)


def _knapsack() -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.take = pyo.Var(range(7), domain=pyo.Binary)
    m.room = pyo.Constraint(expr=sum(_WEIGHTS[i] * m.take[i] for i in range(7)) <= 15)
    m.goal = pyo.Objective(expr=sum(_GAINS[i] * m.take[i] for i in range(7)), sense=pyo.maximize)
    return m


_KNAPSACK = max(
    sum(g for g, t in zip(_GAINS, take, strict=True) if t)
    for take in itertools.product((0, 1), repeat=7)
    if sum(w for w, t in zip(_WEIGHTS, take, strict=True) if t) <= 15
)


def _projection() -> pyo.ConcreteModel:
    m = _model(x=(None, None), y=(None, None), z=(None, None))
    return _finish(m, (m.x - 1) ** 2 + (m.y - 2) ** 2 + (m.z - 3) ** 2, m.x + m.y + m.z == 3)


def _concave() -> pyo.ConcreteModel:
    m = _model(x=(0, 4), y=(0, 4))
    return _finish(m, -m.x * m.y, m.x + m.y <= 5)


def _pooling() -> pyo.ConcreteModel:
    # Haverly's pooling problem: crudes A (3% sulphur, 6) and B (1%, 16) meet in a pool, C (2%, 10) goes round it.
    m = _model(a=(0, 300), b=(0, 300), cx=(0, 200), cy=(0, 200), px=(0, 200), py=(0, 200), p=(1, 3))
    profit = 9 * (m.px + m.cx) + 15 * (m.py + m.cy) - 6 * m.a - 16 * m.b - 10 * (m.cx + m.cy)
    return _finish(
        m, profit,
        m.px + m.py == m.a + m.b, m.p * (m.px + m.py) == 3 * m.a + m.b,
        m.p * m.px + 2 * m.cx <= 2.5 * (m.px + m.cx), m.p * m.py + 2 * m.cy <= 1.5 * (m.py + m.cy),
        m.px + m.cx <= 100, m.py + m.cy <= 200, maximise=True,
    )  # fmt: skip


def _disc() -> pyo.ConcreteModel:
    m = _model(x=(-2, 2), y=(-2, 2))
    return _finish(m, m.x + m.y, m.x**2 + m.y**2 <= 1)


def _miqp() -> pyo.ConcreteModel:
    m = _model(x=(-5, 5, pyo.Integers), y=(-5, 5, pyo.Integers))
    return _finish(m, (m.x - 1.4) ** 2 + (m.y + 2.6) ** 2 + m.x * m.y, m.x + m.y >= 1)


_MIQP = min(
    (x - 1.4) ** 2 + (y + 2.6) ** 2 + x * y for x in range(-5, 6) for y in range(-5, 6) if x + y >= 1
)  # fmt: skip


def _miqcp() -> pyo.ConcreteModel:
    m = _model(x=(0, 9, pyo.Integers), y=(0, 9, pyo.Integers))
    return _finish(m, 2 * m.x + 3 * m.y, m.x**2 + 2 * m.y**2 <= 30, maximise=True)


_MIQCP = max(2 * x + 3 * y for x in range(10) for y in range(10) if x * x + 2 * y * y <= 30)


def _logs() -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(3), domain=pyo.NonNegativeIntegers, bounds=(0, 8))
    m.room = pyo.Constraint(expr=2 * m.x[0] + 3 * m.x[1] + 4 * m.x[2] <= 20)
    m.goal = pyo.Objective(expr=sum((i + 1) * pyo.log(1 + m.x[i]) for i in range(3)), sense=pyo.maximize)
    return m


_LOGS = max(
    math.log(1 + a) + 2 * math.log(1 + b) + 3 * math.log(1 + c)
    for a, b, c in itertools.product(range(9), repeat=3)
    if 2 * a + 3 * b + 4 * c <= 20
)


def _exponential() -> pyo.ConcreteModel:
    m = _model(x=(-5, 5))
    return _finish(m, pyo.exp(m.x) - 2 * m.x)


def _entropy() -> pyo.ConcreteModel:
    m = _model(x=(1e-3, 5))
    return _finish(m, m.x * pyo.log(m.x))


def _roots() -> pyo.ConcreteModel:
    m = _model(x=(0, 10), y=(0, 10))
    return _finish(m, pyo.sqrt(m.x) + pyo.sqrt(m.y), m.x + 2 * m.y <= 10, maximise=True)


def _waves() -> pyo.ConcreteModel:
    m = _model(x=(0, 6))
    return _finish(m, pyo.sin(m.x) + pyo.cos(3 * m.x) + 0.1 * m.x)


def _lowest(function: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> float:
    for _ in range(6):
        x = np.linspace(low, high, 100_001)
        best = x[int(np.argmin(function(x)))]
        step = (high - low) / 1000
        low, high = max(low, best - step), min(high, best + step)
    return float(function(np.array([best]))[0])


_WAVES = _lowest(lambda x: np.sin(x) + np.cos(3 * x) + 0.1 * x, 0.0, 6.0)


def _variable_power() -> pyo.ConcreteModel:
    m = _model(x=(1, 3), y=(1, 3))
    return _finish(m, m.x**m.y, m.x + m.y <= 4, maximise=True)


_VARIABLE_POWER = -_lowest(lambda x: -(x ** (4 - x)), 1.0, 3.0)


def _cobb_douglas() -> pyo.ConcreteModel:
    m = _model(x=(0, 10), y=(0, 10))
    return _finish(m, m.x**0.3 * m.y**0.7, m.x + m.y == 10, maximise=True)


def _ratio() -> pyo.ConcreteModel:
    m = _model(x=(0.1, 10))
    return _finish(m, (m.x**2 + 1) / m.x)


def _free() -> pyo.ConcreteModel:
    m = _model(x=(None, None))
    return _finish(m, pyo.exp(-m.x) + m.x)


def _rosenbrock() -> pyo.ConcreteModel:
    m = _model(x=(-2, 2), y=(-2, 2))
    return _finish(m, 100 * (m.y - m.x**2) ** 2 + (1 - m.x) ** 2)


def _camel() -> pyo.ConcreteModel:
    m = _model(x=(-3, 3), y=(-2, 2))
    return _finish(m, (4 - 2.1 * m.x**2 + m.x**4 / 3) * m.x**2 + m.x * m.y + (-4 + 4 * m.y**2) * m.y**2)


def _synthesis() -> pyo.ConcreteModel:
    # Duran and Grossmann (1986), first example.
    m = _model(x1=(0, 2), x2=(0, 2), x3=(0, 1))
    m.y = pyo.Var([1, 2, 3], domain=pyo.Binary)
    cost = 5 * m.y[1] + 6 * m.y[2] + 8 * m.y[3] + 10 * m.x1 - 7 * m.x3
    cost += -18 * pyo.log(m.x2 + 1) - 19.2 * pyo.log(m.x1 - m.x2 + 1) + 10
    return _finish(
        m, cost,
        0.8 * pyo.log(m.x2 + 1) + 0.96 * pyo.log(m.x1 - m.x2 + 1) - 0.8 * m.x3 >= 0,
        pyo.log(m.x2 + 1) + 1.2 * pyo.log(m.x1 - m.x2 + 1) - m.x3 - 2 * m.y[3] >= -2,
        m.x2 - m.x1 <= 0, m.x2 - 2 * m.y[1] <= 0, m.x1 - m.x2 - 2 * m.y[2] <= 0, m.y[1] + m.y[2] <= 1,
    )  # fmt: skip


def _distances() -> pyo.ConcreteModel:
    m = _model(x=(-10, 10))
    return _finish(m, abs(m.x - 3) + abs(m.x - 5) + 0.1 * m.x)


def _hyperbolic() -> pyo.ConcreteModel:
    m = _model(x=(-3, 3))
    return _finish(m, pyo.cosh(m.x) - m.x)


def _squashed() -> pyo.ConcreteModel:
    m = _model(x=(-1, 1), y=(-1, 1))
    return _finish(m, pyo.tanh(m.x) + pyo.sinh(m.x) - pyo.tan(m.y) + 0 * m.x, m.x == m.y)


_SQUASHED = _lowest(lambda x: np.tanh(x) + np.sinh(x) - np.tan(x), -1.0, 1.0)


def _extremes() -> pyo.ConcreteModel:
    m = _model(x=(0, 4))
    return _finish(m, MaxExpression((m.x, 3 - m.x, 0.5 * m.x + 1)) - MinExpression((m.x, 1)))


_EXTREMES = _lowest(lambda x: np.maximum.reduce([x, 3 - x, 0.5 * x + 1]) - np.minimum(x, 1.0), 0.0, 4.0)


def _special() -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.w = pyo.Var([1, 2, 3, 4], bounds=(0, 1))
    m.one = pyo.Constraint(expr=sum(m.w[i] for i in m.w) == 1)
    m.adjacent = pyo.SOSConstraint(var=m.w, sos=2, weights={1: 1, 2: 2, 3: 3, 4: 4})
    places, heights = {1: 0, 2: 2, 3: 5, 4: 9}, {1: 0, 2: 8, 3: 3, 4: 10}
    m.place = pyo.Constraint(expr=sum(places[i] * m.w[i] for i in m.w) == 4)
    m.goal = pyo.Objective(expr=sum(heights[i] * m.w[i] for i in m.w), sense=pyo.maximize)
    return m


CASES: dict[str, Case] = {
    "linear": (_lp, 36.0, "LP"),
    "knapsack": (_knapsack, float(_KNAPSACK), "MILP"),
    "projection": (_projection, 3.0, "convex QP"),
    "concave": (_concave, -6.25, "nonconvex QP"),
    "pooling": (_pooling, 400.0, "QCP"),
    "disc": (_disc, -math.sqrt(2.0), "QCP"),
    "miqp": (_miqp, _MIQP, "MIQP"),
    "miqcp": (_miqcp, float(_MIQCP), "MIQCP"),
    "logs": (_logs, _LOGS, "MINLP"),
    "exponential": (_exponential, 2 - 2 * math.log(2), "NLP"),
    "entropy": (_entropy, -1 / math.e, "NLP"),
    "roots": (_roots, math.sqrt(15), "NLP"),
    "waves": (_waves, _WAVES, "NLP"),
    "variable power": (_variable_power, _VARIABLE_POWER, "NLP"),
    "cobb-douglas": (_cobb_douglas, 3**0.3 * 7**0.7, "NLP"),
    "ratio": (_ratio, 2.0, "NLP"),
    "free": (_free, 1.0, "NLP"),
    "rosenbrock": (_rosenbrock, 0.0, "NLP"),
    "camel": (_camel, -1.0316284534898774, "NLP"),
    "synthesis": (_synthesis, 6.0097589, "MINLP"),
    "distances": (_distances, 2.3, "NLP"),
    "hyperbolic": (_hyperbolic, math.sqrt(2) - math.asinh(1), "NLP"),
    "squashed": (_squashed, _SQUASHED, "NLP"),
    "extremes": (_extremes, _EXTREMES, "NLP"),
    "special ordered set": (_special, 8 - 5 * 2 / 3, "LP"),
}
