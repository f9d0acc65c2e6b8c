"""A Gaussian process over prompts as points: what score to expect, how sure that is, and which way is uphill.

The slope is that of the derived process of ZoRD (Shu et al. 2023) and ZOPO (Hu et al. 2024, arXiv 2403.02993). In place
of their neural tangent kernel stands the sum of a squared-exponential kernel, for what is near, and a linear one, which
goes on rising beyond what was tried, as wide networks do.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_solve

from optwright.errors import ConfigError

Floats = npt.NDArray[np.float64]

_SMALLEST = 1e-6
"""Of the variance of noise, in units of the scores' variance: keeps the kernel matrix well conditioned."""


@dataclass(frozen=True, slots=True)
class Slope:
    """Where the expected score rises at a point."""

    direction: Floats
    """Of length 1; all zeros where nothing is known."""
    doubt: float
    """The share of the prior variance of the derivative in this direction that the data leave: 1 is ignorance."""


class Surrogate:
    """Fitted to `points` of shape (n, d), their `values` (n,), and the variance of the noise in each value."""

    def __init__(self, points: Floats, values: Floats, noise: float) -> None:
        """Fit the kernel's scales and length."""
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct
        from threadpoolctl import threadpool_limits

        self._middle, self.reach = points.mean(axis=0), typical_distance(points)
        self._centre, self._unit = float(values.mean()), float(values.std()) or 1.0
        self._points = self._inside(points)
        near = ConstantKernel(0.5, (0.01, 10.0)) * RBF(1.0, (0.5, 4.0))
        far = ConstantKernel(1.0, (0.01, 10.0)) * DotProduct(0.0, "fixed")
        self._process = GaussianProcessRegressor(near + far, alpha=max(noise / self._unit**2, _SMALLEST))
        # a scale at its bound is no trouble here; several threads on matrices as small as these only get in their way
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")
            self._process.fit(self._points, (values - self._centre) / self._unit)
        near, far = self._process.kernel_.k1, self._process.kernel_.k2
        self._scale, self._length, self._tilt = near.k1.constant_value, near.k2.length_scale, far.k1.constant_value

    def _inside(self, points: Floats) -> Floats:
        """Return points in the coordinates of the process: typical distances from the middle of the tried ones."""
        inside: Floats = (points - self._middle) / self.reach
        return inside

    def expect(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the posterior mean and standard deviation at points of shape (m, d), in units of the scores."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            mean, spread = self._process.predict(self._inside(points), return_std=True)
        return self._centre + self._unit * mean, self._unit * spread

    def slope(self, at: Floats) -> Slope:
        """Return the posterior of the gradient at a point of shape (d,)."""
        place = self._inside(at)
        towards = (self._points - place) / self._length**2
        bell = self._scale * np.exp(-0.5 * np.square(self._points - place).sum(axis=1) / self._length**2)
        changes = bell[:, None] * towards + self._tilt * self._points
        gradient = changes.T @ self._process.alpha_
        size = float(np.linalg.norm(gradient))
        if size < 1e-12:
            return Slope(np.zeros_like(at), 1.0)
        along = changes @ (gradient / size)
        known = float(along @ cho_solve((self._process.L_, True), along))
        return Slope(gradient / size, max(0.0, 1.0 - known / (self._scale / self._length**2 + self._tilt)))


def require() -> None:
    """Raise ConfigError, one line, where scikit-learn is not installed."""
    if find_spec("sklearn") is None:
        raise ConfigError("the zopo strategy needs scikit-learn: pip install 'optwright[prompts]'")


def typical_distance(points: Floats) -> float:
    """Return the median distance between two different points; 1 where there are none."""
    squares = np.square(points).sum(axis=1)
    between = np.sqrt(np.maximum(0.0, squares[:, None] + squares[None, :] - 2.0 * points @ points.T))
    apart = between[between > 1e-6]
    return float(np.median(apart)) if apart.size else 1.0
