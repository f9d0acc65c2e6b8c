"""Interval arithmetic holds every value that the operation can take."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optwright.formulation import interval
from optwright.formulation.interval import EVERYTHING, INF, Interval

ENDS = st.floats(-50, 50, allow_nan=False)


@st.composite
def intervals(draw):
    """An interval and a number in it."""
    low, high = sorted((draw(ENDS), draw(ENDS)))
    return Interval(low, high), draw(st.floats(low, high))


def holds(found, value):
    room = 1e-9 * max(1.0, abs(value))
    return found.lo - room <= value <= found.hi + room


@given(intervals(), intervals())
def test_arithmetic(left, right):
    (a, x), (b, y) = left, right
    assert holds(a + b, x + y)
    assert holds(a - b, x - y)
    assert holds(a * b, x * y)
    assert holds(-a, -x)
    assert holds(a | b, x)
    assert holds(a | b, y)
    assert holds(interval.least([a, b]), min(x, y))
    assert holds(interval.most([a, b]), max(x, y))
    assert holds(interval.product([a, b, a]), x * y * x)
    assume(abs(y) > 1e-6)
    assert holds(a / b, x / y)


@given(intervals(), ENDS)
def test_scaling(given_, factor):
    a, x = given_
    assert holds(a.scale(factor), factor * x)


@given(intervals(), st.sampled_from([-3, -2, -1, 0, 1, 2, 3, 4, 0.5, 1.5, -0.5]))
def test_powers(given_, exponent):
    a, x = given_
    assume(x > 1e-6 or (exponent == int(exponent) and (exponent >= 0 or abs(x) > 1e-6)))
    assert holds(a.power(exponent), x**exponent)


@given(intervals(), st.sampled_from(["abs", "exp", "log", "sqrt", "sin", "cos", "tan", "ceil", "floor"]))
def test_functions(given_, name):
    a, x = given_
    assume(x > 0 or name not in ("log", "sqrt"))
    value = abs(x) if name == "abs" else getattr(math, name)(x)
    assert holds(a.apply(name), value)


@given(intervals())
def test_piecewise_lines(given_):
    a, x = given_
    xs, ys = [-20.0, -3.0, 4.0, 30.0], [5.0, -1.0, 7.0, 2.0]
    assume(xs[0] <= x <= xs[-1])
    segment = next(place for place in range(1, 4) if x <= xs[place])
    share = (x - xs[segment - 1]) / (xs[segment] - xs[segment - 1])
    assert holds(a.interpolate(xs, ys), ys[segment - 1] + share * (ys[segment] - ys[segment - 1]))


@pytest.mark.parametrize(
    ("found", "low", "high"),
    [
        (Interval(-2, 3).power(2), 0, 9),
        (Interval(-2, 3).power(3), -8, 27),
        (Interval(-2, 3).magnitude(), 0, 3),
        (Interval(-2, -1).magnitude(), 1, 2),
        (Interval(0, 0) * EVERYTHING, 0, 0),
        (Interval(0, INF) * Interval(2, 3), 0, INF),
        (Interval(1, 2) / Interval(-1, 1), -INF, INF),
        (Interval(1, 2) / Interval(0, 4), 0.25, INF),
        (Interval(0, 1000).apply("exp"), 1, INF),
        (Interval(-5, 1).apply("log"), -INF, 0),
        (Interval(0, math.pi).apply("sin"), 0, 1),
        (Interval(0, 1).apply("cos"), math.cos(1), 1),
        (EVERYTHING.apply("tan"), -INF, INF),
        (EVERYTHING.power(2), 0, INF),
        (EVERYTHING.apply("ceil"), -INF, INF),
    ],
)
def test_ends_are_tight(found, low, high):
    assert (found.lo, found.hi) == pytest.approx((low, high), abs=1e-12)
