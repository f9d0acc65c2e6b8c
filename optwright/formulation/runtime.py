"""What compiled functions call while they run, and what their exceptions mean."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from optwright.formulation import algebra as arithmetic
from optwright.formulation.findings import Code
from optwright.formulation.members import Broken, Fault, OutOfRange


def explain(error: Exception) -> Fault:
    """Turn what a compiled function raised into the fault that it stands for."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, Broken):
        return error.faults[0]
    if isinstance(error, OutOfRange):
        return Fault(Code.OUT_OF_RANGE, str(error))
    if isinstance(error, ZeroDivisionError):
        return Fault(Code.ARITHMETIC, "division by 0")
    if isinstance(error, OverflowError):
        return Fault(Code.ARITHMETIC, "the result is too large for a number")
    if isinstance(error, RecursionError):
        return Fault(Code.TOO_LARGE, "named expressions refer to each other too many levels deep")
    if isinstance(error, ValueError):
        return Fault(Code.ARITHMETIC, "a logarithm or root of a number for which it is not defined")
    return Fault(Code.ARITHMETIC, "the values do not fit together: text where a number is needed")


RUN_ERRORS = (Fault, Broken, LookupError, ArithmeticError, ValueError, TypeError, RecursionError)
"""What a compiled function can raise on data; `explain` says what each means."""


def _first(items: Any, name: str) -> Any:
    if not len(items):
        raise Fault(Code.OUT_OF_RANGE, f"first({name}) does not exist: {name} is empty")
    return items[0]


def _last(items: Any, name: str) -> Any:
    if not len(items):
        raise Fault(Code.OUT_OF_RANGE, f"last({name}) does not exist: {name} is empty")
    return items[-1]


def _ord(places: Any, member: Any, name: str) -> int:
    try:
        return int(places[member] if isinstance(places, dict) else places.index(member)) + 1
    except (KeyError, ValueError):
        raise Fault(Code.OUT_OF_RANGE, f"ord({name}, {member!r}): {member!r} is not in {name}") from None


def _ascending(xs: tuple[Any, ...]) -> tuple[Any, ...]:
    if any(right <= left for left, right in pairwise(xs)):
        raise Fault(Code.SHAPE, f"the breakpoints {list(xs)} of piecewise must ascend")
    return xs


HELPERS: dict[str, Any] = {
    "n_sum": sum,
    "n_prod": arithmetic.product,
    "n_min": arithmetic.least,
    "n_max": arithmetic.most,
    "n_power": arithmetic.power,
    "n_piecewise": arithmetic.interpolate,
    "n_within": arithmetic.within,
    "n_len": len,
    "n_first": _first,
    "n_last": _last,
    "n_ord": _ord,
    "n_ascending": _ascending,
    "bool": bool,
    **{f"n_{name}": call for name, call in arithmetic.FUNCTIONS.items()},
}
