"""Interval arithmetic: between which ends the value of an expression must lie.

Ends may be infinite. An operation that is not defined on part of its argument is bounded on the rest (`log` of
[-1, 1] is that of (0, 1]); rounding is not directed outwards, so that an end may be wrong in its last digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

INF = math.inf


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `lo` to `hi`, both ends included where they are finite."""

    lo: float
    hi: float

    @property
    def finite(self) -> bool:
        """Whether both ends are finite."""
        return math.isfinite(self.lo) and math.isfinite(self.hi)

    @property
    def point(self) -> bool:
        """Whether it is a single number."""
        return self.lo == self.hi

    def __contains__(self, value: float) -> bool:
        """Whether a number lies in it."""
        return self.lo <= value <= self.hi

    def __add__(self, other: Interval) -> Interval:
        """Return all sums."""
        return Interval(self.lo + other.lo, self.hi + other.hi)

    def __neg__(self) -> Interval:
        """Return all negatives."""
        return Interval(-self.hi, -self.lo)

    def __sub__(self, other: Interval) -> Interval:
        """Return all differences."""
        return Interval(self.lo - other.hi, self.hi - other.lo)

    def __mul__(self, other: Interval) -> Interval:
        """Return all products; 0 times infinity is 0, since an infinite end is never reached."""
        ends = [times(a, b) for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        """Return all quotients: everything when the divisor can be 0 on both sides."""
        if other.lo < 0 < other.hi or other.lo == other.hi == 0:
            return EVERYTHING
        low = 1 / other.hi if other.hi else -INF
        high = 1 / other.lo if other.lo else INF
        return self * Interval(low, high)

    def __or__(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both."""
        return Interval(min(self.lo, other.lo), max(self.hi, other.hi))

    def scale(self, factor: float) -> Interval:
        """Return all products with one number."""
        low, high = times(self.lo, factor), times(self.hi, factor)
        return Interval(low, high) if factor >= 0 else Interval(high, low)

    def power(self, exponent: float) -> Interval:
        """Return all powers with one exponent; of the base only what is not negative counts for a broken exponent."""
        if exponent != int(exponent):
            base = Interval(max(self.lo, 0.0), max(self.hi, 0.0))
            return base._monotone(lambda value: _raise(value, exponent), rising=exponent > 0)
        if exponent < 0:
            return Interval(1.0, 1.0) / self.power(-exponent)
        if exponent == 0:
            return Interval(1.0, 1.0)
        odd = int(exponent) % 2 == 1
        base = self if odd else self.magnitude()
        return base._monotone(lambda value: _raise(value, int(exponent)), rising=True)

    def magnitude(self) -> Interval:
        """Return all absolute values."""
        low = 0.0 if 0 in self else min(abs(self.lo), abs(self.hi))
        return Interval(low, max(abs(self.lo), abs(self.hi)))

    def apply(self, function: str) -> Interval:
        """Return all values of `abs`, `exp`, `log`, `sqrt`, `sin`, `cos`, `tan`, `ceil` or `floor`."""
        return _FUNCTIONS[function](self)

    def interpolate(self, xs: Sequence[float], ys: Sequence[float]) -> Interval:
        """Return all values of the line through the points, the argument held between first and last breakpoint."""
        low, high = (min(max(end, xs[0]), xs[-1]) for end in (self.lo, self.hi))
        inside = [y for x, y in zip(xs, ys, strict=True) if low <= x <= high]
        values = [*inside, _line(low, xs, ys), _line(high, xs, ys)]
        return Interval(min(values), max(values))

    def _monotone(self, function: Callable[[float], float], *, rising: bool) -> Interval:
        ends = function(self.lo), function(self.hi)
        return Interval(*ends) if rising else Interval(ends[1], ends[0])


EVERYTHING = Interval(-INF, INF)
ZERO = Interval(0.0, 0.0)
UNIT = Interval(0.0, 1.0)


def point(value: float) -> Interval:
    """Return the interval of one number."""
    return Interval(float(value), float(value))


def times(left: float, right: float) -> float:
    """Multiply two ends; 0 times infinity is 0."""
    return 0.0 if left == 0 or right == 0 else left * right


def least(parts: Iterable[Interval]) -> Interval:
    """Return all values of the smallest of several. Raises ValueError when there is none."""
    every = list(parts)
    return Interval(min(part.lo for part in every), min(part.hi for part in every))


def most(parts: Iterable[Interval]) -> Interval:
    """Return all values of the greatest of several. Raises ValueError when there is none."""
    every = list(parts)
    return Interval(max(part.lo for part in every), max(part.hi for part in every))


def product(parts: Iterable[Interval]) -> Interval:
    """Return all products of several, 1 when there is none."""
    return reduce(lambda left, right: left * right, parts, Interval(1.0, 1.0))


def _raise(base: float, exponent: float) -> float:
    """Raise to a power, 0 to a negative one and what overflows being infinite."""
    try:
        return float(base**exponent)
    except ZeroDivisionError:
        return INF
    except OverflowError:
        return INF if base > 0 or exponent % 2 == 0 else -INF


def _line(at: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    for (x0, y0), (x1, y1) in zip(zip(xs, ys, strict=True), zip(xs[1:], ys[1:], strict=True), strict=False):
        if at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return ys[-1]


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return INF


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -INF


def _sqrt(value: float) -> float:
    return math.sqrt(max(value, 0.0))


def _wave(interval: Interval, function: Callable[[float], float], crest: float) -> Interval:
    """Bound a sine whose greatest values lie at `crest` and every full turn from it."""
    if not interval.finite or interval.hi - interval.lo >= 2 * math.pi:
        return Interval(-1.0, 1.0)
    ends = function(interval.lo), function(interval.hi)
    high = 1.0 if _passes(interval, crest) else max(ends)
    low = -1.0 if _passes(interval, crest + math.pi) else min(ends)
    return Interval(low, high)


def _passes(interval: Interval, place: float) -> bool:
    turn = 2 * math.pi
    return place + turn * math.ceil((interval.lo - place) / turn) <= interval.hi


def _tangent(interval: Interval) -> Interval:
    branch = [math.floor(end / math.pi + 0.5) if math.isfinite(end) else end for end in (interval.lo, interval.hi)]
    if not interval.finite or branch[0] != branch[1]:
        return EVERYTHING
    return Interval(math.tan(interval.lo), math.tan(interval.hi))


def _step(interval: Interval, function: Callable[[float], int]) -> Interval:
    low, high = (float(function(end)) if math.isfinite(end) else end for end in (interval.lo, interval.hi))
    return Interval(low, high)


_FUNCTIONS: dict[str, Callable[[Interval], Interval]] = {
    "abs": Interval.magnitude,
    "exp": lambda interval: Interval(_exp(interval.lo), _exp(interval.hi)),
    "log": lambda interval: Interval(_log(interval.lo), _log(interval.hi)),
    "sqrt": lambda interval: Interval(_sqrt(interval.lo), _sqrt(interval.hi)),
    "sin": lambda interval: _wave(interval, math.sin, math.pi / 2),
    "cos": lambda interval: _wave(interval, math.cos, 0.0),
    "tan": _tangent,
    "ceil": lambda interval: _step(interval, math.ceil),
    "floor": lambda interval: _step(interval, math.floor),
}
