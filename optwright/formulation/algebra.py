"""What the operators of the language do with decisions: plain numbers here, something else in other hands.

A compiled expression does its data arithmetic with Python's numbers. Where variables take part it uses Python's
operators `+ - *` and the functions of an `Algebra`: with `numbers(...)` a row is evaluated at a point; with an algebra
of intervals, linear forms or Pyomo expressions the same compiled row yields those.
"""

from __future__ import annotations

import math
import operator
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optwright.formulation.findings import Code
from optwright.formulation.members import MAX_RANGE, MAX_WORK, Fault

Number = int | float
EXACT = 2**63
"""Whole numbers above this go on as floats: nobody models with them, and exact ones can grow without end."""
CAP = 1000.0
"""Inside logic the tolerance grows with the magnitude of the two sides, but at most this many times."""


@dataclass(frozen=True)
class Algebra:
    """The operations on decisions. `Any` is the algebra's own kind of value, or a plain number."""

    sum: Callable[[Iterable[Any]], Any]
    prod: Callable[[Iterable[Any]], Any]
    min: Callable[[Iterable[Any]], Any]
    max: Callable[[Iterable[Any]], Any]
    divide: Callable[[Any, Any], Any]
    power: Callable[[Any, Any], Any]
    functions: Mapping[str, Callable[[Any], Any]]
    """`abs`, `exp`, `log`, `sqrt`, `sin`, `cos`, `tan` of a decision."""
    piecewise: Callable[[Any, Sequence[Number], Sequence[Number]], Any]
    relation: Callable[[str, Any, Any], Any]
    """`relation(op, left, right)` with op one of `<= >= == < > !=`."""
    truth: Callable[[Any], Any]
    """Turn a binary into what logic works on."""
    both: Callable[[Sequence[Any]], Any]
    either: Callable[[Sequence[Any]], Any]
    negation: Callable[[Any], Any]
    implies: Callable[[Any, Any], Any]
    iff: Callable[[Any, Any], Any]


def numbers(tolerance: float = 1e-6) -> Algebra:
    """Return the algebra of plain numbers, in which a relation of decisions holds within the tolerance.

    `<=`, `>=` and `==` may be missed by the tolerance times max(1, |left|, |right|), at most a thousand times it;
    `<`, `>` and `!=` must be met by more than the tolerance itself.
    """

    def relation(op: str, left: float, right: float) -> bool:
        gap = left - right
        match op:
            case "<":
                return gap < -tolerance
            case ">":
                return gap > tolerance
            case "!=":
                return abs(gap) > tolerance
        room = tolerance * min(max(1.0, abs(left), abs(right)), CAP)
        match op:
            case "<=":
                return gap <= room
            case ">=":
                return gap >= -room
        return abs(gap) <= room

    return Algebra(
        sum=sum,
        prod=product,
        min=least,
        max=most,
        divide=operator.truediv,
        power=power,
        functions=FUNCTIONS,
        piecewise=interpolate,
        relation=relation,
        truth=lambda value: value > 0.5,
        both=all,
        either=any,
        negation=operator.not_,
        implies=lambda given, then: bool(not given or then),
        iff=lambda left, right: bool(left) == bool(right),
    )


def power(base: Number, exponent: Number) -> Number:
    """Raise to a power; exact for whole numbers as long as they stay small.

    Raises Fault (ARITHMETIC) where the result is no real number, OverflowError where it is too large.
    """
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if base in (0, 1, -1) or abs(base).bit_length() * exponent < 64:
            return int(base**exponent)
        return float(float(base) ** float(exponent))
    result: Any = base**exponent
    if isinstance(result, complex):
        raise Fault(Code.ARITHMETIC, f"{base!r}**{exponent!r} is not a real number")
    return float(result)


def product(factors: Iterable[Number]) -> Number:
    """Multiply; whole numbers become floats before they grow long."""
    result: Number = 1
    for factor in factors:
        result = small(result * factor)
    return result


def least(values: Iterable[Number]) -> Number:
    """Return the least value. Raises Fault (ARITHMETIC) when there is none."""
    return _pick(min, "min", values)


def most(values: Iterable[Number]) -> Number:
    """Return the greatest value. Raises Fault (ARITHMETIC) when there is none."""
    return _pick(max, "max", values)


def _pick(choose: Callable[..., Any], name: str, values: Iterable[Number]) -> Number:
    best: Number | None = choose(values, default=None)
    if best is None:
        raise Fault(Code.ARITHMETIC, f"{name} of nothing: the generators give no combination")
    return best


def small(value: Any) -> Any:
    """Return the value, a very long whole number as a float."""
    return float(value) if isinstance(value, int) and not -EXACT < value < EXACT else value


def interpolate(at: float, xs: Sequence[Number], ys: Sequence[Number]) -> float:
    """Return the value at `at` of the line through the points.

    Raises Fault outside of them: beyond a millionth of their width (at least 1e-6), within which solvers may stray, and
    where the first or last segment is continued.
    """
    room = 1e-6 * max(1.0, xs[-1] - xs[0])
    if not xs[0] - room <= at <= xs[-1] + room:
        raise Fault(Code.OUT_OF_RANGE, f"piecewise at {at!r}: outside of its breakpoints {xs[0]!r} to {xs[-1]!r}")
    segment = min(max(bisect_right(xs, at), 1), len(xs) - 1)
    x0, x1, y0, y1 = xs[segment - 1], xs[segment], ys[segment - 1], ys[segment]
    return y0 + (y1 - y0) * (at - x0) / (x1 - x0)


class Ranges:
    """Python's range for the language, with a limit on one range and on all of an expression together."""

    def __init__(self) -> None:
        self.spent = 0

    def __call__(self, start: Number, stop: Number) -> range:
        """Return the range. Raises Fault for ends that are not whole numbers, and TOO_LARGE."""
        if start != int(start) or stop != int(stop):
            raise Fault(Code.ARITHMETIC, f"range({start!r}, {stop!r}): the ends of a range are whole numbers")
        length = int(stop) - int(start)
        if length > MAX_RANGE:
            raise Fault(Code.TOO_LARGE, f"a range of {length:,} numbers; the limit is {MAX_RANGE:,}")
        self.spent += max(length, 1)
        if self.spent > MAX_WORK:
            raise Fault(Code.TOO_LARGE, f"the ranges of this element run over more than {MAX_WORK:,} numbers")
        return range(int(start), int(stop))


def within(value: Any, start: Number, stop: Number) -> bool:
    """Whether a value is in range(start, stop)."""
    return isinstance(value, int | float) and start <= value < stop and value == int(value)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "ceil": math.ceil,
    "floor": math.floor,
}
