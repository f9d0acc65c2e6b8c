"""Nonlinear functions as instructions: postfix code, small enough to be checked line by line and run by anybody.

Unlike NL text it needs no file and no foreign parser, so that untrusted models are checked in a few lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

DEPTH = 1000
"""Deepest nesting accepted; SCIP's own passes are quadratic in it."""


class Op(IntEnum):
    """Instructions. The argument is a position in `numbers`, a column, or the number of operands."""

    NUMBER = 0
    COLUMN = 1
    SUM = 2
    PRODUCT = 3
    DIVIDE = 4
    POWER = 5
    NEGATE = 6
    MAX = 7
    MIN = 8
    ABS = 9
    EXP = 10
    LOG = 11
    LOG10 = 12
    SQRT = 13
    SIN = 14
    COS = 15
    TAN = 16
    SINH = 17
    COSH = 18
    TANH = 19


ANY_NUMBER = (Op.SUM, Op.PRODUCT, Op.MAX, Op.MIN)
"""Instructions that take as many operands as their argument says, at least one."""

T = TypeVar("T")


def operands(op: int, argument: int) -> int:
    """Return how many operands an instruction takes from the stack. Raises ValueError for unknown ones."""
    kind = Op(op)
    if kind in (Op.NUMBER, Op.COLUMN):
        return 0
    if kind in ANY_NUMBER:
        if argument < 1:
            raise ValueError(f"{kind.name} of {argument} operands")
        return argument
    return 2 if kind in (Op.DIVIDE, Op.POWER) else 1


@dataclass(frozen=True, slots=True)
class Code:
    """The instructions of all functions: those of function f are `start[f]` to `start[f+1]`; none means zero."""

    start: NDArray[np.int64]
    op: NDArray[np.int32]
    argument: NDArray[np.int32]
    numbers: NDArray[np.float64]

    def functions(self) -> list[int]:
        """Return the functions that have a nonlinear part, ascending."""
        return [int(item) for item in np.flatnonzero(np.diff(self.start))]

    def instructions(self, function: int) -> Iterator[tuple[int, int]]:
        """Yield the instructions of one function."""
        part = slice(self.start[function], self.start[function + 1])
        return zip(self.op[part].tolist(), self.argument[part].tolist(), strict=True)

    def take(self, functions: NDArray[np.int64]) -> Code:
        """Return the code of some functions, in that order; `numbers` is shared."""
        length = self.start[functions + 1] - self.start[functions]
        start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        where = np.arange(start[-1], dtype=np.int64) + np.repeat(self.start[functions] - start[:-1], length)
        return Code(start, self.op[where], self.argument[where], self.numbers)

    def columns(self, function: int) -> set[int]:
        """Return the columns that a function's nonlinear part uses."""
        return {argument for op, argument in self.instructions(function) if op == Op.COLUMN}

    def run(self, function: int, leaf: Callable[[int, int], T], apply: Callable[[Op, Sequence[T]], T]) -> T:
        """Evaluate one function over any kind of value: numbers, or a solver's expressions."""
        stack: list[T] = []
        for op, argument in self.instructions(function):
            if count := operands(op, argument):
                taken = stack[-count:]
                del stack[-count:]
                stack.append(apply(Op(op), taken))
            else:
                stack.append(leaf(op, argument))
        return stack[0]

    def evaluate(self, function: int, point: NDArray[np.float64]) -> float:
        """Return the value at a point, NaN where there is none."""
        values, numbers = point.tolist(), self.numbers

        def leaf(op: int, argument: int) -> float:
            return float(values[argument]) if op == Op.COLUMN else float(numbers[argument])

        try:
            return self.run(function, leaf, calculate)
        except (ValueError, ArithmeticError):
            return math.nan


def no_code(functions: int) -> Code:
    """Return the code of functions without nonlinear part."""
    empty = np.zeros(0, dtype=np.int32)
    return Code(np.zeros(functions + 1, dtype=np.int64), empty, empty, np.zeros(0))


def check_code(code: Code, columns: int) -> None:
    """Raise ValueError unless every function's instructions are well formed and leave exactly one value."""
    for function in code.functions():
        depths: list[int] = []
        for op, argument in code.instructions(function):
            count = operands(op, argument)
            if count > len(depths):
                raise ValueError(f"function {function}: {Op(op).name} without operands")
            if op == Op.COLUMN and not 0 <= argument < columns:
                raise ValueError(f"function {function}: no column {argument}")
            if op == Op.NUMBER and not 0 <= argument < len(code.numbers):
                raise ValueError(f"function {function}: no number {argument}")
            deepest = max(depths[-count:], default=0) if count else 0
            if deepest >= DEPTH:
                raise ValueError(f"function {function} is nested more than {DEPTH} deep")
            if count:
                del depths[-count:]
            depths.append(deepest + 1)
        if len(depths) != 1:
            raise ValueError(f"function {function} leaves {len(depths)} values")


def calculate(op: Op, values: Sequence[float]) -> float:
    """Apply one instruction to numbers. Raises ValueError or ArithmeticError outside its domain."""
    return _FUNCTIONS[op](values)


def _power(values: Sequence[float]) -> float:
    return math.pow(values[0], values[1])


_FUNCTIONS: dict[Op, Callable[[Sequence[float]], float]] = {
    Op.SUM: math.fsum,
    Op.PRODUCT: math.prod,
    Op.DIVIDE: lambda v: v[0] / v[1],
    Op.POWER: _power,
    Op.NEGATE: lambda v: -v[0],
    Op.MAX: max,
    Op.MIN: min,
    Op.ABS: lambda v: abs(v[0]),
    Op.EXP: lambda v: math.exp(v[0]),
    Op.LOG: lambda v: math.log(v[0]),
    Op.LOG10: lambda v: math.log10(v[0]),
    Op.SQRT: lambda v: math.sqrt(v[0]),
    Op.SIN: lambda v: math.sin(v[0]),
    Op.COS: lambda v: math.cos(v[0]),
    Op.TAN: lambda v: math.tan(v[0]),
    Op.SINH: lambda v: math.sinh(v[0]),
    Op.COSH: lambda v: math.cosh(v[0]),
    Op.TANH: lambda v: math.tanh(v[0]),
}
