"""What a formulation says at a point, from the original formulation and without Pyomo: the independent re-check."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from optwright.formulation.algebra import numbers
from optwright.formulation.data import Data, Point, resolve
from optwright.formulation.elements import Constraint, Formulation, Objective, Output, Variable
from optwright.formulation.engine import Compiler
from optwright.formulation.findings import Code
from optwright.formulation.measure import Measure
from optwright.formulation.members import MAX_WORK, Fault, OutOfRange
from optwright.formulation.nodes import Name
from optwright.formulation.row import Row, tree_of
from optwright.formulation.runtime import RUN_ERRORS, explain
from optwright.outcome import Key, Values, label
from optwright.problem import Table

MOST_WORK = 5 * MAX_WORK
MOST_VIOLATIONS = 1000
"""Violations listed of one element; further ones are counted in a last entry."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that does not hold at the point."""

    where: str
    """The element: `constraint 'time'`, `variable 'make'`."""
    key: Key
    amount: float
    """By how much, in the row's own units; infinite where a value is missing or cannot be computed."""
    text: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything at a point. What could not be computed there is missing and is a violation."""

    objective: float | None
    """The last objective: the one that counts. None without an objective."""
    objectives: dict[str, float] = field(default_factory=dict)
    expressions: Values = field(default_factory=dict)
    outputs: Values = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the point satisfies everything."""
        return not self.violations


def evaluate(
    formulation: Formulation | Data,
    values: Mapping[str, Mapping[Key, float]],
    tables: Sequence[Table] = (),
    *,
    tolerance: float = 1e-6,
) -> Evaluation:
    """Compute objectives, expressions, outputs and residuals at a point.

    Nothing is raised for a bad point: a missing or non-finite value is a violation. The tolerance is absolute for
    integrality; for bounds and rows it is relative to the larger of 1 and the magnitude (of the bound; of the largest
    term of the row), as solvers hold them. Raises FormulationError for a formulation that is not well formed.
    """
    data = formulation if isinstance(formulation, Data) else resolve(formulation, tables)
    return _Evaluator(data, values, tolerance).run()


def objective_names(formulation: Formulation) -> list[str]:
    """Return the name of each objective: its own, or `objective_1`, ... where several have none."""
    objectives = formulation.objectives
    if len(objectives) == 1:
        return [objectives[0].name]
    return [
        one.name if "name" in one.model_fields_set and one.name != "objective" else f"objective_{place}"
        for place, one in enumerate(objectives, 1)
    ]


class _Evaluator:
    def __init__(self, data: Data, values: Mapping[str, Mapping[Key, float]], tolerance: float) -> None:
        self.data, self.tolerance = data, tolerance
        self.violations: list[Violation] = []
        self.missing: set[str] = set()
        self.values = {one.name: self._given(one, values.get(one.name, {})) for one in data.formulation.variables}
        self.point = Point(data, self.values, numbers(tolerance))

    def run(self) -> Evaluation:
        formulation = self.data.formulation
        for variable in formulation.variables:
            self._add(self._variable(variable))
        expressions: Values = {}
        for name in self.data.order:  # each after those it uses, so that long chains are not followed down
            expressions[name] = self._table(name, self.data.elements[name].where)
        for constraint in formulation.constraints:
            self._add(self._constraint(constraint))
        objectives: dict[str, float] = {}
        for name, objective in zip(objective_names(formulation), formulation.objectives, strict=True):
            if (value := self._value(objective, objective.where)) is not None:
                objectives[name] = value
        last = objective_names(formulation)[-1:]
        outputs = {one.name: self._output(one) for one in formulation.outputs}
        if not formulation.outputs:
            outputs = {**{name: {(): objectives[name]} for name in last if name in objectives}, **self.values}
        return Evaluation(objectives.get(last[0]) if last else None, objectives, expressions, outputs, self.violations)

    def _add(self, found: Iterator[Violation]) -> None:
        """Keep the violations of one element, the most at most; count the rest."""
        kept = 0
        for violation in found:
            kept += 1
            if kept <= MOST_VIOLATIONS:
                self.violations.append(violation)
        if kept > MOST_VIOLATIONS:
            more = f"{kept - MOST_VIOLATIONS:,} more violations of the same element"
            self.violations.append(Violation(violation.where, (), violation.amount, more))

    # Variables -------------------------------------------------------------------------------------------------

    def _given(self, variable: Variable, given: Mapping[Key, float]) -> dict[Key, float]:
        """Return the usable values of a variable; note the others."""
        usable: dict[Key, float] = {}
        found = []
        for key in self.data.keys(variable.name):
            value = given.get(key)
            if isinstance(value, int | float) and math.isfinite(value):
                usable[key] = value
                continue
            self.missing.add(variable.name)
            text = "has no value" if value is None else f"has the value {value!r}, which is not a number"
            found.append(Violation(variable.where, key, math.inf, f"{label(variable.name, key)} {text}"))
        found += [
            Violation(variable.where, key, math.inf, f"{label(variable.name, key)} does not exist, but has a value")
            for key in given
            if not self.data.has(variable.name, key)
        ]
        self._add(iter(found))
        return usable

    def _variable(self, variable: Variable) -> Iterator[Violation]:
        bounds, integral = self.data.bounds(variable.name), variable.domain.integral
        for key, value in self.values[variable.name].items():
            low, high = bounds[key]
            name = label(variable.name, key)
            for miss, limit, sign in ((low - value, low, "<"), (value - high, high, ">")):
                if miss > self.tolerance * max(1.0, abs(limit)):
                    side = "lower" if sign == "<" else "upper"
                    yield Violation(variable.where, key, miss, f"{name} = {value!r} {sign} {side} bound {limit!r}")
            if integral and (miss := abs(value - round(value))) > self.tolerance:
                yield Violation(variable.where, key, miss, f"{name} = {value!r} is not a whole number")

    # Rows ------------------------------------------------------------------------------------------------------

    def _constraint(self, constraint: Constraint) -> Iterator[Violation]:
        row = Row(self.point, constraint.for_each, constraint.expression, logic=True)
        if row.work > MOST_WORK:
            raise Fault(Code.TOO_LARGE, f"{constraint.where} takes about {row.work:.2g} steps to evaluate")
        miss_at = Measure(Compiler(self.point), row.scope, self.tolerance).row(tree_of(constraint.expression))
        for combination in row.combinations():
            key = row.key(combination)
            name = label(constraint.name, key)
            try:
                miss = miss_at(combination)
            except RUN_ERRORS as error:
                if isinstance(error, OutOfRange) and error.name in self.missing:
                    continue
                text = f"{name} cannot be computed: {explain(error).message}"
                yield Violation(constraint.where, key, math.inf, text)
                continue
            if miss > 0:
                text = f"{name} is missed by {miss:.6g}: {constraint.expression}"
                yield Violation(constraint.where, key, miss, text)

    def _value(self, element: Objective, where: str) -> float | None:
        try:
            return finite(Row(self.point, None, element.expression)())
        except RUN_ERRORS as error:
            self._cannot(where, (), error)
            return None

    def _table(self, name: str, where: str) -> dict[Key, float]:
        """Return the values of a named expression, variable or parameter at every key where it can be computed."""
        table = self.point.table(name)
        result: dict[Key, float] = {}
        for key in self.data.keys(name) if name not in self.data.parameters else table:
            try:
                result[key] = finite(table[key])
            except RUN_ERRORS as error:
                self._cannot(where, key, error)
        return result

    def _output(self, output: Output) -> dict[Key, float]:
        node = tree_of(output.expression)
        if isinstance(node, Name) and output.for_each is None:
            signature = self.data.signature(node.id)
            if signature is not None and signature.kind in ("variable", "expression", "parameter"):
                return self._table(node.id, output.where)
        row = Row(self.point, output.for_each, node)
        result: dict[Key, float] = {}
        for combination in row.combinations():
            try:
                result[row.key(combination)] = finite(row(combination))
            except RUN_ERRORS as error:
                self._cannot(output.where, row.key(combination), error)
        return result

    def _cannot(self, where: str, key: Key, error: Exception) -> None:
        """Note that something cannot be computed, unless a missing value already says so."""
        if isinstance(error, OutOfRange) and error.name in self.missing:
            return
        if sum(violation.where == where for violation in self.violations[-MOST_VIOLATIONS:]) < MOST_VIOLATIONS:
            text = f"{where} cannot be computed: {explain(error).message}"
            self.violations.append(Violation(where, key, math.inf, text))


def finite(value: Any) -> float:
    """Return the value as a number, truth as 0 or 1. Raises OverflowError for what is not finite."""
    if isinstance(value, bool):
        return int(value)
    if not math.isfinite(value):
        raise OverflowError
    return value  # type: ignore[no-any-return]
