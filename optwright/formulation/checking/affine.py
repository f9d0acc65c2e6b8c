"""Rows as linear forms of single decisions, and the set of decisions that enter otherwise.

The algebra that `check` runs rows in: reading an entry that does not exist, or data arithmetic that is not defined,
fails exactly as it would at a point, but no value of a variable can make it fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from optwright.formulation.algebra import FUNCTIONS, Algebra, numbers

_PLAIN = numbers()
Number = int | float


class Affine:
    """`constant + sum of coefficient times column`; `others` are the columns that enter in any other way."""

    __slots__ = ("constant", "others", "terms")

    def __init__(self, terms: dict[int, float], constant: float = 0.0, others: frozenset[int] = frozenset()) -> None:
        self.terms, self.constant, self.others = terms, constant, others

    @property
    def columns(self) -> frozenset[int]:
        """Every column that is in it, zero coefficients not counted."""
        return self.others.union(column for column, factor in self.terms.items() if factor)

    @property
    def fixed(self) -> bool:
        """Whether no decision is in it."""
        return not self.others and not any(self.terms.values())

    def __add__(self, other: Any) -> Affine:
        """Add a number or another form."""
        return total((self, other))

    __radd__ = __add__

    def __neg__(self) -> Affine:
        """Return minus the form."""
        return self * -1

    def __mul__(self, other: Any) -> Affine:
        """Scale by a number; a product of two decisions is not linear."""
        if isinstance(other, Affine):
            if self.fixed or other.fixed:
                return other * self.constant if self.fixed else self * other.constant
            return mixed(self, other)
        if not other:
            return Affine({}, 0.0)
        scaled = {column: factor * other for column, factor in self.terms.items()}
        return Affine(scaled, self.constant * other, self.others)

    __rmul__ = __mul__


class Relation(Affine):
    """A comparison `difference op 0`; as a number it is 0 or 1 and not linear."""

    __slots__ = ("difference", "op")

    def __init__(self, op: str, difference: Affine) -> None:
        super().__init__({}, 0.0, difference.columns)
        self.op, self.difference = op, difference


class Both(Affine):
    """Several conditions that all must hold."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Affine]) -> None:
        super().__init__({}, 0.0, frozenset().union(*(part.columns for part in parts)))
        self.parts = parts


def total(parts: Iterable[Any]) -> Affine:
    """Add numbers and forms, in one pass."""
    terms: dict[int, float] = {}
    others: set[int] = set()
    constant = 0.0
    for part in parts:
        if isinstance(part, Affine):
            for column, factor in part.terms.items():
                terms[column] = terms.get(column, 0.0) + factor
            constant += part.constant
            if part.others:
                others |= part.others
        else:
            constant += part
    return Affine(terms, constant, frozenset(others))


def mixed(*parts: Any) -> Affine:
    """Return a form of which only the columns are known."""
    columns = (part.columns for part in parts if isinstance(part, Affine))
    return Affine({}, 0.0, frozenset().union(*columns))


def _fixed(value: Any) -> bool:
    return not isinstance(value, Affine) or value.fixed


def _number(value: Any) -> Number:
    return value.constant if isinstance(value, Affine) else value


def _divide(left: Any, right: Any) -> Any:
    if isinstance(left, Affine) and not isinstance(right, Affine):
        return left * (1 / right)
    return mixed(left, right)


def _power(base: Any, exponent: Any) -> Any:
    if not isinstance(exponent, Affine) and exponent in (0, 1):
        return base if exponent else 1.0
    return mixed(base, exponent)


def _many(name: str) -> Callable[[Iterable[Any]], Any]:
    def combine(values: Iterable[Any]) -> Any:
        parts = list(values)
        if not any(isinstance(part, Affine) for part in parts):
            return getattr(_PLAIN, name)(parts)
        return mixed(*parts)

    return combine


def _sum(values: Iterable[Any]) -> Any:
    form = total(values)
    return form if form.terms or form.others else form.constant


def _relation(op: str, left: Any, right: Any) -> Any:
    difference = total((left, right * -1))
    if difference.fixed:
        return _PLAIN.relation(op, difference.constant, 0.0)
    return Relation(op, difference)


def _both(parts: Sequence[Any]) -> Any:
    open_ = [part for part in parts if not isinstance(part, bool)]
    if any(part is False for part in parts):
        return False
    return Both(open_) if open_ else True


def _either(parts: Sequence[Any]) -> Any:
    open_ = [part for part in parts if not isinstance(part, bool)]
    if any(part is True for part in parts):
        return True
    return mixed(*open_) if open_ else False


def _negation(part: Any) -> Any:
    return (not part) if isinstance(part, bool) else mixed(part)


def _implies(given: Any, then: Any) -> Any:
    return _either((_negation(given), then))


def _iff(left: Any, right: Any) -> Any:
    if isinstance(left, bool) and isinstance(right, bool):
        return left == right
    return mixed(left, right)


AFFINE = Algebra(
    sum=_sum,
    prod=_many("prod"),
    min=_many("min"),
    max=_many("max"),
    divide=_divide,
    power=_power,
    functions=dict.fromkeys(FUNCTIONS, mixed),
    piecewise=lambda value, _xs, _ys: mixed(value),
    relation=_relation,
    truth=lambda value: value,
    both=_both,
    either=_either,
    negation=_negation,
    implies=_implies,
    iff=_iff,
)
