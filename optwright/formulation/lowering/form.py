"""The value of an expression as a linear form of the decisions plus an interval for the rest.

Repeated variables cancel in the linear part, so that `(x + y) - x` is bounded as `y`; what is not linear is bounded by
interval arithmetic. `algebra()` lets a compiled expression yield forms instead of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from optwright.formulation import interval
from optwright.formulation.algebra import FUNCTIONS, Algebra
from optwright.formulation.interval import UNIT, ZERO, Interval
from optwright.outcome import Key

WHOLE = 1e-9
"""How far from a whole number a coefficient may be that counts as one."""


class Box:
    """The bounds of every single decision, by column; a column stands for one key of one variable."""

    __slots__ = ("highs", "integral", "labels", "lows")

    def __init__(self) -> None:
        self.lows: list[float] = []
        self.highs: list[float] = []
        self.integral: list[bool] = []
        self.labels: list[tuple[str, Key]] = []

    def add(self, name: str, key: Key, bounds: tuple[float, float], *, integral: bool) -> Form:
        """Add a column and return the decision as a form."""
        column = len(self.lows)
        self.lows.append(bounds[0])
        self.highs.append(bounds[1])
        self.integral.append(integral)
        self.labels.append((name, key))
        return Form(self, {column: 1.0}, whole=integral)


Value: TypeAlias = "Form | float"
"""What a compiled expression yields under `algebra()`: a plain number where no decision takes part."""


class Form:
    """`constant + sum of coefficient times column + something in rest`."""

    __slots__ = ("box", "constant", "rest", "terms", "whole")

    def __init__(
        self, box: Box, terms: dict[int, float], constant: float = 0.0, rest: Interval = ZERO, *, whole: bool = False
    ) -> None:
        self.box, self.terms, self.constant, self.rest, self.whole = box, terms, constant, rest, whole

    @property
    def linear(self) -> bool:
        """Whether nothing but columns and a constant is in it."""
        return self.rest is ZERO

    @property
    def range(self) -> Interval:
        """Between what the value lies, by the bounds that the box has now."""
        low = self.constant + self.rest.lo
        high = self.constant + self.rest.hi
        lows, highs = self.box.lows, self.box.highs
        for column, factor in self.terms.items():
            if factor > 0:
                low += factor * lows[column]
                high += factor * highs[column]
            elif factor < 0:
                low += factor * highs[column]
                high += factor * lows[column]
        return Interval(low, high)

    def unlimited(self, limit: float) -> list[tuple[int, bool]]:
        """Return the columns that push the value beyond the limit, each with whether by its upper bound."""
        found = []
        for column, factor in self.terms.items():
            upper = factor > 0
            if factor and abs((self.box.highs if upper else self.box.lows)[column]) >= limit / max(abs(factor), 1.0):
                found.append((column, upper))
        return found

    def __add__(self, other: Value) -> Form:
        if isinstance(other, Form):
            return total(self.box, (self, other))
        return Form(self.box, self.terms, self.constant + other, self.rest, whole=self.whole and is_whole(other))

    __radd__ = __add__

    def __neg__(self) -> Form:
        return self.scale(-1)

    def __pos__(self) -> Form:
        return self

    def __sub__(self, other: Value) -> Form:
        return self + (-other)

    def __rsub__(self, other: float) -> Form:
        return self.scale(-1) + other

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Form):
            return self.scale(other)
        whole = self.whole and other.whole
        return self._nonlinear(self.range.power(2) if self == other else self.range * other.range, whole=whole)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return divide(self, other)

    def __eq__(self, other: object) -> bool:
        """Whether both are the same linear form."""
        if not isinstance(other, Form):
            return NotImplemented
        return self.linear and other.linear and (self.terms, self.constant) == (other.terms, other.constant)

    __hash__ = None  # type: ignore[assignment]

    def scale(self, factor: float) -> Form:
        """Return the form times a number."""
        terms = {column: factor * value for column, value in self.terms.items()} if factor else {}
        rest = ZERO if self.rest is ZERO else self.rest.scale(factor)
        return Form(self.box, terms, factor * self.constant, rest, whole=self.whole and is_whole(factor))

    def _nonlinear(self, rest: Interval, *, whole: bool = False) -> Form:
        return Form(self.box, {}, 0.0, rest, whole=whole)


def is_whole(value: float) -> bool:
    """Whether a number is whole but for rounding."""
    return math.isfinite(value) and abs(value - round(value)) <= WHOLE


def range_of(value: Value) -> Interval:
    """Return between what a value lies."""
    return value.range if isinstance(value, Form) else interval.point(value)


def whole(value: Value) -> bool:
    """Whether a value can only be a whole number."""
    return value.whole if isinstance(value, Form) else is_whole(value)


def total(box: Box, values: Iterable[Value]) -> Form:
    """Add values up in one pass; repeated columns are merged."""
    terms: dict[int, float] = {}
    constant, integral = 0.0, True
    low = high = 0.0
    linear = True
    for value in values:
        if not isinstance(value, Form):
            constant += value
            integral = integral and is_whole(value)
            continue
        for column, factor in value.terms.items():
            terms[column] = terms.get(column, 0.0) + factor
        constant += value.constant
        integral = integral and value.whole
        if value.rest is not ZERO:
            linear = False
            low += value.rest.lo
            high += value.rest.hi
    return Form(box, terms, constant, ZERO if linear else Interval(low, high), whole=integral)


def divide(left: Value, right: Value) -> Any:
    """Divide; only by a plain number is the result linear."""
    if not isinstance(right, Form):
        if right == 0:
            raise ZeroDivisionError("division by zero")
        return left.scale(1 / right) if isinstance(left, Form) else left / right
    return right._nonlinear(range_of(left) / right.range)


def power(base: Value, exponent: Value) -> Any:
    """Raise to a power."""
    if isinstance(exponent, Form):
        return exponent._nonlinear((_logarithm(range_of(base)) * exponent.range).apply("exp"))
    if not isinstance(base, Form):
        return base**exponent
    if exponent == 1:
        return base
    return base._nonlinear(base.range.power(exponent), whole=base.whole and exponent >= 0 and is_whole(exponent))


def _logarithm(base: Interval) -> Interval:
    return base.apply("log") if base.hi > 0 else interval.EVERYTHING


def algebra(box: Box) -> Algebra:
    """Return the operations of the language on forms over one box."""

    def bounded(rest: Interval, *, whole: bool = False) -> Form:
        return Form(box, {}, 0.0, rest, whole=whole)

    def extremum(choose: Callable[[Iterable[Interval]], Interval]) -> Callable[[Iterable[Value]], Form]:
        def apply(values: Iterable[Value]) -> Form:
            every = list(values)
            return bounded(choose(map(range_of, every)), whole=all(map(whole, every)))

        return apply

    def function(name: str) -> Callable[[Value], Any]:
        def apply(value: Value) -> Any:
            if not isinstance(value, Form):
                return FUNCTIONS[name](value)
            return bounded(value.range.apply(name), whole=name == "abs" and value.whole)

        return apply

    def product(values: Iterable[Value]) -> Any:
        result: Any = 1
        for value in values:
            result = result * value
        return result

    def piecewise(at: Value, xs: Sequence[float], ys: Sequence[float]) -> Form:
        steps = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(zip(xs, ys, strict=True))]
        stays_whole = whole(at) and all(map(is_whole, (*xs, *ys, *steps)))
        return bounded(range_of(at).interpolate(xs, ys), whole=stays_whole)

    def unknown(*values: Any) -> Form:
        return bounded(UNIT, whole=True)

    return Algebra(
        sum=lambda values: total(box, values),
        prod=product,
        min=extremum(interval.least),
        max=extremum(interval.most),
        divide=divide,
        power=power,
        functions={name: function(name) for name in FUNCTIONS},
        piecewise=piecewise,
        relation=lambda op, left, right: bounded(_decided(op, left, right), whole=True),
        truth=lambda value: value,
        both=unknown,
        either=unknown,
        negation=unknown,
        implies=unknown,
        iff=unknown,
    )


def _decided(op: str, left: Value, right: Value) -> Interval:
    """Return [1, 1] or [0, 0] where the bounds decide a relation, [0, 1] otherwise."""
    gap = total(_box_of(left, right), (left, -right)).range
    always, never = {
        "<=": (gap.hi <= 0, gap.lo > 0),
        "<": (gap.hi < 0, gap.lo >= 0),
        ">=": (gap.lo >= 0, gap.hi < 0),
        ">": (gap.lo > 0, gap.hi <= 0),
        "==": (gap.lo == gap.hi == 0, 0 not in gap),
        "!=": (0 not in gap, gap.lo == gap.hi == 0),
    }[op]
    return Interval(float(always), float(not never))


def _box_of(*values: Value) -> Box:
    return next((value.box for value in values if isinstance(value, Form)), Box())
