"""From a Pyomo model to the standard form, in one walk over its constraints.

Pyomo's own `LinearStandardFormCompiler` is used through its parts (the repn visitor): as a whole it drops rows without
variables, splits ranged rows and refuses everything quadratic.
"""

from __future__ import annotations

import gc
import logging
import math
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn.quadratic import QuadraticRepnVisitor

from optwright.outcome import Key, label
from optwright.solvers.encoder import Encoder
from optwright.solvers.prepare import goals_of, prepare
from optwright.solvers.standard import (
    INFINITE,
    LARGEST,
    SIZES,
    ExportError,
    Goal,
    Label,
    Linear,
    Quadratic,
    SpecialSet,
    StandardForm,
)

TROUBLE = (ValueError, ArithmeticError, TypeError, AttributeError, KeyError, RuntimeError)
"""What Pyomo raises when an expression of the model cannot be evaluated."""


def compile_model(model: Any) -> StandardForm:
    """Return the model as data; the model itself is left as it is.

    Deactivated components are left out, fixed variables become constants, disjunctions and logical constraints are
    transformed on a copy. Raises ExportError, naming the component, for what cannot be handed to a solver.
    """
    with quietly():
        prepared = prepare(model)
        return _Compilation(prepared).form(goals_of(prepared))


@contextmanager
def quietly() -> Iterator[None]:
    """Pause garbage collection, since the walk makes many small objects and no cycles, and Pyomo's own error prints."""
    enabled, logger = gc.isenabled(), logging.getLogger("pyomo")
    level = logger.level
    gc.disable()
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
        if enabled:
            gc.enable()


_PLAIN = (int, float)
_KEY_TYPES = {int, str}


class _Columns:
    """The variables in order of declaration; what Pyomo calls a variable recorder."""

    def __init__(self) -> None:
        self.var_map: dict[int, Any] = {}
        self.var_order: dict[int, int] = {}
        self.fixed: dict[int, Any] = {}
        self.labels: dict[int, Label] = {}

    def add(self, variable: Any) -> None:
        """Give an unfixed variable its column."""
        if id(variable) not in self.var_order:
            self.var_order[id(variable)] = len(self.var_map)
            self.var_map[id(variable)] = variable

    def label_of(self, variable: Any) -> Label:
        """Return the name and index of a variable, also of one that belongs to no active block."""
        return self.labels.get(id(variable)) or label_of(variable)

    def declare(self, model: Any) -> None:
        """Record every variable of the active blocks, also those that nothing uses."""
        for component in model.component_objects(pyo.Var, active=True, descend_into=pyo.Block):
            if component.is_reference():
                continue
            name = str(component.name)
            for index, variable in component.items():
                self.labels[id(variable)] = Label(name, key_of(index))
                if variable.fixed:
                    self.fixed[id(variable)] = variable
                else:
                    self.add(variable)


class _Compilation:
    """One model's walk; the growing arrays of its functions."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.columns = _Columns()
        self.columns.declare(model)
        self.visitor = QuadraticRepnVisitor({}, var_recorder=self.columns)
        self.encoder = Encoder(self.columns.var_order, self.columns.add)
        self.constant = array("d")
        self.linear_start, self.linear_index, self.linear_value = array("q", [0]), array("i"), array("d")
        self.square_start, self.square_value = array("q", [0]), array("d")
        self.square_first, self.square_second = array("i"), array("i")

    def form(self, goals: list[Any]) -> StandardForm:
        rows, row_lower, row_upper = self._rows()
        for goal in goals:
            self._function("objective", goal, goal.expr)
        special = self._special_sets()
        variables = list(self.columns.var_map.values())
        lower, upper, integer = _bounds(variables)
        code = self.encoder.code()
        form = StandardForm(
            columns=_distinct([self.columns.label_of(item) for item in variables]),
            rows=_distinct(rows),
            goals=tuple(Goal(goal.name, goal.sense == pyo.maximize) for goal in goals),
            lower=lower,
            upper=upper,
            integer=integer,
            row_lower=np.frombuffer(row_lower, dtype=np.float64).copy(),
            row_upper=np.frombuffer(row_upper, dtype=np.float64).copy(),
            constant=np.array(self.constant, dtype=np.float64),
            linear=Linear(_int64(self.linear_start), _int32(self.linear_index), _float64(self.linear_value)),
            quadratic=Quadratic(
                _int64(self.square_start),
                _int32(self.square_first),
                _int32(self.square_second),
                _float64(self.square_value),
            ),
            code=code,
            special=special,
            fixed=tuple((label_of(item), _number(item.value, item)) for item in self.columns.fixed.values()),
        )
        self._require_finite(form)
        return form

    def _rows(self) -> tuple[list[Label], array[float], array[float]]:
        labels: list[Label] = []
        lower, upper = array("d"), array("d")
        for component in self.model.component_objects(pyo.Constraint, active=True, descend_into=pyo.Block):
            name = component.name
            for index, row in component.items():
                if not row.active:
                    continue
                try:
                    low, body, high = row.to_bounded_expression()
                    low = low if low is None or low.__class__ in _PLAIN else float(pyo.value(low))
                    high = high if high is None or high.__class__ in _PLAIN else float(pyo.value(high))
                except TROUBLE as error:
                    raise _explain("constraint", row, error) from error
                if low is None and high is None:
                    continue
                self._function("constraint", row, body)
                constant = self.constant[-1]
                lower.append(-math.inf if low is None or low <= -INFINITE else low - constant)
                upper.append(math.inf if high is None or high >= INFINITE else high - constant)
                self.constant[-1] = 0.0
                labels.append(Label(name, key_of(index)))
        return labels, lower, upper

    def _function(self, kind: str, component: Any, expression: Any) -> None:
        try:
            self._split(expression)
        except ExportError as error:
            raise ExportError(f"{kind} {component.name} {error}") from error
        except TROUBLE as error:
            self._whole(kind, component, expression, error)
        self.linear_start.append(len(self.linear_index))
        self.square_start.append(len(self.square_value))

    def _split(self, expression: Any) -> None:
        """Append a function as constant, linear, quadratic and other part."""
        repn = self.visitor.walk_expression(expression)
        constant, order = float(repn.constant), self.columns.var_order
        linear = array("d", repn.linear.values())
        squares = [(order[a], order[b], float(value)) for (a, b), value in (repn.quadratic or {}).items()]
        self.encoder.add_function(repn.nonlinear)
        self.constant.append(constant)
        self.linear_index.extend(map(order.__getitem__, repn.linear))
        self.linear_value.extend(linear)
        for first, second, value in squares:
            self._square(first, second, value)

    def _whole(self, kind: str, component: Any, expression: Any, error: Exception) -> None:
        """Append a function that Pyomo's walk does not know (max, min) as instructions alone."""
        try:
            self.encoder.add_function(expression)
        except ExportError as refusal:
            raise ExportError(f"{kind} {component.name} {refusal}") from refusal
        except TROUBLE:
            raise _explain(kind, component, error) from error
        self.constant.append(0.0)

    def _square(self, first: int, second: int, value: float) -> None:
        self.square_first.append(min(first, second))
        self.square_second.append(max(first, second))
        self.square_value.append(value)

    def _special_sets(self) -> tuple[SpecialSet, ...]:
        found = []
        for item in self.model.component_data_objects(pyo.SOSConstraint, active=True, descend_into=pyo.Block):
            if item.level not in (1, 2):
                raise ExportError(f"special ordered set {item.name} has level {item.level}; only 1 and 2 exist")
            pairs = sorted(item.get_items(), key=lambda pair: pair[1])
            for variable, _ in pairs:
                if variable.fixed:
                    raise ExportError(f"special ordered set {item.name} holds the fixed variable {variable.name}")
                self.columns.add(variable)
            order = [self.columns.var_order[id(variable)] for variable, _ in pairs]
            weights = tuple(float(weight) for _, weight in pairs)
            found.append(SpecialSet(label_of(item), item.level, tuple(order), weights))
        return tuple(found)

    def _require_finite(self, form: StandardForm) -> None:
        for array_, start in (
            (form.linear.value, form.linear.start),
            (form.quadratic.value, form.quadratic.start),
            (form.constant, np.arange(len(form.constant) + 1)),
        ):
            bad = np.flatnonzero(~(np.abs(array_) <= LARGEST))
            if len(bad):
                function = int(np.searchsorted(start, bad[0], side="right")) - 1
                where = f"constraint {label(*form.rows[function])}" if function < form.height else "the objective"
                raise ExportError(f"{where} has the coefficient {array_[bad[0]]:g}; {SIZES}")
        bad = np.flatnonzero(~((form.row_lower < np.inf) & (form.row_upper > -np.inf)))
        if len(bad):
            where = label(*form.rows[bad[0]])
            raise ExportError(f"constraint {where} asks for more than infinity, or for what is not a number")


def label_of(data: Any) -> Label:
    """Return the component name and index of a Pyomo component's data object."""
    parent = data.parent_component()
    return Label(str(parent.name), key_of(data.index()))


def key_of(index: Any) -> Key:
    """Return a Pyomo index as a key: `()` for a scalar, whole numbers and text otherwise."""
    if index is None:
        return ()
    if index.__class__ in (int, str):
        return (index,)
    parts = index if isinstance(index, tuple) else (index,)
    if _KEY_TYPES.issuperset(map(type, parts)):
        return parts
    return tuple(part if part.__class__ in (int, str) else _part(part) for part in parts)


def _part(part: Any) -> str | int:
    if isinstance(part, int | np.integer):
        return int(part)
    if isinstance(part, float) and part.is_integer():
        return int(part)
    return str(part)


def _distinct(labels: list[Label]) -> tuple[Label, ...]:
    """Tell apart entries that read alike, which only unusual index types and detached variables do."""
    if len(set(labels)) == len(labels):
        return tuple(labels)
    seen: set[Label] = set()
    found = []
    for number, item in enumerate(labels):
        chosen = Label(f"{item.name}_{number}", item.key) if item in seen else item
        seen.add(chosen)
        found.append(chosen)
    return tuple(found)


def _bounds(variables: list[Any]) -> tuple[Any, Any, Any]:
    """Return lower and upper bounds and integrality: domain and bounds intersected, whole for whole variables."""
    intervals: dict[int, tuple[float, float, bool]] = {}
    lower, upper, integer = array("d"), array("d"), array("b")
    for variable in variables:
        domain = variable.domain
        if (interval := intervals.get(id(domain))) is None:
            interval = intervals[id(domain)] = _interval(variable)
        low, high, whole = interval
        bound, other = _own_bounds(variable)
        low = low if bound is None or bound < low else bound
        high = high if other is None or other > high else other
        lower.append(low if low > -INFINITE else -math.inf)
        upper.append(high if high < INFINITE else math.inf)
        integer.append(whole)
    low_array, high_array = _float64(lower), _float64(upper)
    whole_array = np.array(integer, dtype=np.bool_)
    np.ceil(low_array - 1e-9, out=low_array, where=whole_array)
    np.floor(high_array + 1e-9, out=high_array, where=whole_array)
    return low_array, high_array, whole_array


def _own_bounds(variable: Any) -> tuple[float | None, float | None]:
    try:
        low, high = variable.bounds
    except TROUBLE as error:
        text = " ".join(str(error).split())[:300]
        raise ExportError(f"variable {variable.name} has a bound that cannot be evaluated: {text}") from error
    if low != low or high != high:
        raise ExportError(f"variable {variable.name} has a bound that is not a number")
    return low, high


def _interval(variable: Any) -> tuple[float, float, bool]:
    start, end, step = variable.domain.get_interval()
    if step not in (0, 1):
        raise ExportError(
            f"variable {variable.name} has the domain {variable.domain}, no interval of real or whole numbers; "
            "model its choices with binary variables"
        )
    if any(isinstance(item, str) for item in (start, end)):
        raise ExportError(f"variable {variable.name} has a domain of names; model its choices with binary variables")
    return (-math.inf if start is None else start, math.inf if end is None else end, step == 1)


def _number(value: Any, variable: Any) -> float:
    try:
        number = float(pyo.value(value))
    except TROUBLE:
        number = math.nan
    if not math.isfinite(number):
        raise ExportError(f"variable {variable.name} is fixed but has no finite value")
    return number


def _explain(kind: str, component: Any, error: Exception) -> ExportError:
    expression = getattr(component, "expr", None) if kind == "objective" else getattr(component, "body", None)
    if expression is not None:
        for variable in identify_variables(expression, include_fixed=True):
            if variable.fixed and variable.value is None:
                return ExportError(f"{kind} {component.name}: variable {variable.name} is fixed but has no value")
    text = " ".join(str(error).split())[:300]
    return ExportError(f"{kind} {component.name} cannot be evaluated: {text}")


def _int64(values: array[int]) -> Any:
    return np.array(values, dtype=np.int64)


def _int32(values: array[int]) -> Any:
    return np.array(values, dtype=np.int32)


def _float64(values: array[float]) -> Any:
    return np.array(values, dtype=np.float64)
