"""What the surrogate says of a slope is what its own expectations say, measured."""

import sys

import numpy as np
import pytest

pytest.importorskip("sklearn")

from optwright.errors import ConfigError
from optwright.prompts.search.surrogate import Surrogate, require, typical_distance

DICE = np.random.default_rng(7)
POINTS = DICE.normal(size=(20, 6))
SURFACE = np.sin(POINTS[:, 0]) + 0.5 * POINTS[:, 1]


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate(POINTS, SURFACE, 1e-4)


@pytest.mark.parametrize("at", [POINTS[3], np.zeros(6), np.full(6, 2.0)])
def test_slope_is_that_of_the_expectation(surrogate, at):
    step = 1e-4
    around = np.concatenate([at + step * np.eye(6), at - step * np.eye(6)])
    mean, _ = surrogate.expect(around)
    gradient = (mean[:6] - mean[6:]) / (2 * step)
    assert surrogate.slope(at).direction == pytest.approx(gradient / np.linalg.norm(gradient), abs=1e-3)


def test_doubt_is_the_share_of_the_variance_that_is_left(surrogate):
    at = POINTS.mean(axis=0)
    slope = surrogate.slope(at)
    step = 1e-2 * surrogate.reach
    pair = surrogate._inside(np.stack([at + step * slope.direction, at - step * slope.direction]))
    weights = np.array([1.0, -1.0])
    _, after = surrogate._process.predict(pair, return_cov=True)
    before = surrogate._process.kernel_(pair)
    assert slope.doubt == pytest.approx((weights @ after @ weights) / (weights @ before @ weights), rel=0.02)


def test_doubt_falls_as_points_come():
    def doubt(count):
        return Surrogate(POINTS[:count], SURFACE[:count], 0.05).slope(np.zeros(6)).doubt

    assert 0.0 <= doubt(20) < doubt(4) <= 1.0


def test_a_plane_is_climbed_beyond_what_was_tried():
    uphill = np.array([3.0, -4.0, 0, 0, 0, 0]) / 5
    surrogate = Surrogate(POINTS, POINTS @ uphill, 1e-3)
    assert surrogate.slope(POINTS[0]).direction @ uphill > 0.95
    mean, _ = surrogate.expect(np.stack([4 * uphill, 6 * uphill]))
    assert mean[0] < mean[1]


def test_one_place_alone_has_no_slope():
    slope = Surrogate(np.zeros((4, 3)), np.array([0.1, 0.2, 0.1, 0.2]), 0.01).slope(np.zeros(3))
    assert not slope.direction.any()
    assert slope.doubt == 1.0


def test_typical_distance_leaves_twins_out():
    assert typical_distance(np.array([[0.0], [0.0], [3.0]])) == pytest.approx(3.0)
    assert typical_distance(np.zeros((3, 2))) == 1.0


def test_what_is_missing_is_one_line(monkeypatch):
    require()
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ConfigError, match=r"needs scikit-learn: pip install 'optwright\[prompts\]'"):
        require()
