"""From Pyomo's expression trees to nonlinear instructions."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import numeric_expr as expressions

from optwright.solvers.nonlinear import Code, Op
from optwright.solvers.standard import LARGEST, SIZES, ExportError

LENGTH = 20_000_000
"""Most instructions of one model; shared named expressions are written out wherever they are used."""

_UNARY = {
    "abs": Op.ABS,
    "exp": Op.EXP,
    "log": Op.LOG,
    "log10": Op.LOG10,
    "sqrt": Op.SQRT,
    "sin": Op.SIN,
    "cos": Op.COS,
    "tan": Op.TAN,
    "sinh": Op.SINH,
    "cosh": Op.COSH,
    "tanh": Op.TANH,
}

_STRUCTURE: tuple[tuple[type, Op], ...] = (
    (expressions.SumExpression, Op.SUM),
    (expressions.ProductExpression, Op.PRODUCT),
    (expressions.DivisionExpression, Op.DIVIDE),
    (expressions.PowExpression, Op.POWER),
    (expressions.NegationExpression, Op.NEGATE),
    (expressions.MaxExpression, Op.MAX),
    (expressions.MinExpression, Op.MIN),
)


class Encoder:
    """Collects the instructions of one function after the other."""

    def __init__(self, order: dict[int, int], add: Callable[[Any], None]) -> None:
        self._order, self._add = order, add
        self._start = array("q", [0])
        self._op, self._argument, self._numbers = array("i"), array("i"), array("d")

    def add_function(self, expression: Any | None) -> None:
        """Append the next function; None has no nonlinear part. Raises ExportError for what no solver takes."""
        begun = len(self._op)
        try:
            if expression is not None:
                self._walk(expression)
        except BaseException:
            del self._op[begun:], self._argument[begun:]
            raise
        self._start.append(len(self._op))

    def code(self) -> Code:
        """Return what was collected."""
        return Code(
            np.array(self._start, dtype=np.int64),
            np.array(self._op, dtype=np.int32),
            np.array(self._argument, dtype=np.int32),
            np.array(self._numbers, dtype=np.float64),
        )

    def _walk(self, root: Any) -> None:
        todo: list[tuple[Any, Op | None]] = [(root, None)]
        while todo:
            node, op = todo.pop()
            if op is not None:
                self._emit(op, node)
            elif not _varies(node):
                self._number(node)
            elif node.is_variable_type():
                self._add(node)
                self._emit(Op.COLUMN, self._order[id(node)])
            elif node.is_named_expression_type():
                todo.append((node.expr, None))
            else:
                todo.append((node.nargs(), _op(node)))
                todo.extend((item, None) for item in reversed(node.args))
            if len(self._op) > LENGTH:
                raise ExportError(f"expands to more than {LENGTH} operations; use variables for shared expressions")

    def _emit(self, op: Op, argument: int) -> None:
        self._op.append(op)
        self._argument.append(argument)

    def _number(self, node: Any) -> None:
        number = float(pyo.value(node))
        if not abs(number) <= LARGEST:
            raise ExportError(f"has the number {number:g}; {SIZES}")
        self._emit(Op.NUMBER, len(self._numbers))
        self._numbers.append(number)


def _varies(node: Any) -> bool:
    """Say whether a node depends on unfixed variables: leaves decide, expressions are looked into."""
    if not hasattr(node, "is_expression_type"):
        return False
    if node.is_expression_type():
        return bool(node.is_potentially_variable())
    return bool(node.is_variable_type() and not node.fixed)


def _op(node: Any) -> Op:
    if isinstance(node, expressions.UnaryFunctionExpression):
        name = node.getname()
        if name in _UNARY:
            return _UNARY[name]
        raise ExportError(_refusal(f"the function {name}"))
    for kind, op in _STRUCTURE:
        if isinstance(node, kind):
            return op
    if isinstance(node, expressions.Expr_ifExpression):
        raise ExportError(_refusal("Expr_if (a condition on variables)"))
    if isinstance(node, expressions.ExternalFunctionExpression):
        raise ExportError(_refusal("an external function"))
    raise ExportError(_refusal(f"{type(node).__name__}"))


def _refusal(what: str) -> str:
    known = ", ".join(sorted(_UNARY))
    return (
        f"uses {what}, which no solver here takes; rewrite it with +, -, *, /, **, {known}, "
        "or with binary variables for conditions"
    )
