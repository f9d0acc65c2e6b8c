import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from optwright.eval.metrics import (
    bootstrap,
    calibration_error,
    mcnemar,
    once,
    pass_at_k,
    reliability,
    vote,
    wilson,
)


@given(st.integers(1, 400), st.data())
def test_wilson_is_scipys(trials, data):
    hits = data.draw(st.integers(0, trials))
    ours = wilson(hits, trials)
    theirs = binomtest(hits, trials).proportion_ci(method="wilson")
    assert ours.low == pytest.approx(theirs.low, abs=1e-12)
    assert ours.high == pytest.approx(theirs.high, abs=1e-12)
    assert ours.low <= ours.value <= ours.high


def test_wilson_without_trials_is_nothing():
    assert wilson(0, 0) is None


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test(b, c):
    expected = binomtest(b, b + c).pvalue if b + c else 1.0
    assert mcnemar(b, c) == pytest.approx(expected, rel=1e-9)


@given(st.integers(1, 9), st.data())
def test_pass_at_k_is_the_share_of_all_draws_with_a_right_one(n, data):
    right, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    draws = list(itertools.combinations([i < right for i in range(n)], k))
    assert pass_at_k(n, right, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_pass_at_k_refuses_what_is_not_defined():
    for arguments in ((4, 2, 5), (4, 5, 2), (4, 2, 0)):
        with pytest.raises(ValueError, match="not defined"):
            pass_at_k(*arguments)


def test_bootstrap_covers_and_is_the_same_every_time():
    generator = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        values = (generator.random(80) < 0.3).astype(float).tolist()
        found = bootstrap(values, rounds=500)
        covered += found.low <= 0.3 <= found.high
    assert 0.88 <= covered / 200 <= 0.99
    assert bootstrap([1.0, 0.0, 1.0]) == bootstrap([1.0, 0.0, 1.0])
    assert bootstrap([]) is None


def close(a, b):
    return abs(a - b) <= 1e-6


def test_vote_takes_the_largest_group_and_the_earliest_of_equal_ones():
    assert vote([3.0, 5.0, 5.0 + 1e-7, None], close) == 1
    assert vote([3.0, 5.0, 5.0, 3.0], close) == 0
    assert vote([None, None, 2.0], close) == 2
    assert vote([None, None], close) is None


def test_calibration():
    assert calibration_error([0.8] * 10, [True] * 8 + [False] * 2) == pytest.approx(0.0)
    assert calibration_error([0.9] * 10, [True] * 5 + [False] * 5) == pytest.approx(0.4)
    mixed = calibration_error([0.25, 0.25, 0.95, 1.0], [True, False, True, True])
    assert mixed == pytest.approx((2 * 0.25 + 2 * 0.025) / 4)
    bins = reliability([0.25, 0.25, 0.95, 1.0], [True, False, True, True])
    assert [(part.count, part.accuracy) for part in bins] == [(2, 0.5), (2, 1.0)]
    assert calibration_error([], []) is None
    assert math.isclose(sum(part.count for part in bins), 4)


def test_once_keeps_the_first_of_each_group():
    assert once(["a1", "b1", "a2"], lambda name: name[0]) == ["a1", "b1"]
