"""Run the rows of every element: what is not well formed, what does not exist, what can never hold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

from optwright.formulation.checking.affine import Affine, Relation
from optwright.formulation.checking.columns import Columns
from optwright.formulation.checking.range_hint import range_hint
from optwright.formulation.data import Data
from optwright.formulation.elements import Constraint, Expression, Objective, Output
from optwright.formulation.findings import Code, Finding
from optwright.formulation.members import Broken, Fault, OutOfRange, Unresolved
from optwright.formulation.nodes import Compare, Name, Node
from optwright.formulation.row import Combination, Row, generators_of, tree_of
from optwright.formulation.runtime import RUN_ERRORS, explain

FULL_WORK = 6_000_000
"""Elementary steps up to which all rows of an element are run; beyond, a sample."""
TOTAL_WORK = 12_000_000
"""Elementary steps up to which the rows of all elements together are run in full; far beyond, not at all."""
SAMPLE_WORK = 1_000_000
EDGE = 400
"""Combinations at the beginning that a sample always has."""


class Rows:
    """Runs elements against the columns and collects findings."""

    def __init__(self, data: Data, columns: Columns) -> None:
        self.data, self.columns = data, columns
        self.findings: list[Finding] = []
        self.equalities: dict[str, list[Affine]] = {}
        """The differences of the linear equality rows, by constraint."""
        self.spent = 0
        self.work = 0
        """Elementary steps of all rows, run or not."""

    def constraint(self, element: Constraint) -> None:
        """Run a constraint; its rows limit the columns."""
        row = self._compiled(element, logic=True)
        if row is None:
            return
        node = tree_of(element.expression)
        equal = isinstance(node, Compare) and node.ops == ("==",)
        rows: list[Affine] = []
        false: list[Combination] = []
        any_row = False
        for combination, value in self._values(element, row, node):
            any_row = True
            if value is False:
                false.append(combination)
            self.columns.take(value)
            if equal and isinstance(value, Affine):
                rows.append(value)
        if not any_row and row.count <= FULL_WORK and next(row.combinations(), None) is None:
            self.findings.append(Finding(Code.EMPTY, element.where, "no combination: it constrains nothing"))
        if false:
            self._never(element, row, node, false)
        if equal and self.columns.complete:
            self.equalities[element.name] = rows

    def objective(self, element: Objective) -> Any:
        """Run an objective and return its value as a form, None where it has none."""
        row = self._compiled(element, logic=False)
        if row is None:
            return None
        value = None
        for _, value in self._values(element, row, tree_of(element.expression)):
            if isinstance(value, Affine):
                self.columns.wanted |= value.columns
        return value

    def expression(self, element: Expression) -> None:
        """Run a named expression that depends on variables; others are made with the data."""
        if element.name not in self.data.decisions or element.name in self.data.failed:
            return
        row = self._compiled(element, logic=None)
        if row is not None:
            for _ in self._values(element, row, tree_of(element.expression)):
                pass

    def output(self, element: Output) -> None:
        """Run an output; the bare name of an indexed component needs no running."""
        try:
            node = tree_of(element.expression)
            signature = self.data.signature(node.id) if isinstance(node, Name) else None
        except Fault as fault:
            self._note(Broken([fault]), element.where)
            return
        kinds = ("parameter", "variable", "expression")
        if signature is not None and signature.width and element.for_each is None and signature.kind in kinds:
            return
        row = self._compiled(element, logic=None)
        if row is not None:
            for _ in self._values(element, row, node):
                pass

    # Inside ----------------------------------------------------------------------------------------------------

    def _note(self, error: Broken, where: str) -> None:
        self.findings += [finding for finding in error.at(where) if finding not in self.findings]

    def _compiled(self, element: Any, *, logic: bool | None) -> Row | None:
        """Compile an element; what is wrong with it becomes findings."""
        for_each = getattr(element, "for_each", None)
        try:
            faults: list[Fault] = []
            for read, text in ((generators_of, for_each), (tree_of, element.expression)):
                try:
                    read(text)
                except Fault as fault:
                    faults.append(fault)
            if faults:
                raise Broken(faults)
            row = Row(self.columns.point, for_each, element.expression, logic=logic)
            self.work += row.work
            return row
        except Broken as error:
            self._note(error, element.where)
        except Unresolved:
            pass
        except Fault as fault:
            self._note(Broken([fault]), element.where)
        except RUN_ERRORS as error:
            self._note(Broken([explain(error)]), element.where)
        return None

    def _values(self, element: Any, row: Row, node: Node) -> Iterator[tuple[Combination, Any]]:
        """Yield the rows' values; what fails is one finding for each kind of failure."""
        failures: dict[Any, tuple[Combination, Exception, int]] = {}
        try:
            for combination in self._combinations(row):
                try:
                    value = row(combination)
                    if isinstance(value, Relation) and not math.isfinite(value.difference.constant):
                        raise OverflowError
                    yield combination, value
                except RUN_ERRORS as error:
                    kind = (type(error), getattr(error, "name", ""))
                    first = failures.get(kind, (combination, error, 0))
                    failures[kind] = (first[0], first[1], first[2] + 1)
        except RUN_ERRORS as error:
            failures[None] = ((), error, 1)
        for failure in failures.values():
            self._failure(element, row, node, failure)

    def _combinations(self, row: Row) -> Iterator[Combination]:
        """Return all combinations, or a sample where all would take too long."""
        self.spent += min(row.work, SAMPLE_WORK)
        if row.work <= FULL_WORK and self.spent + row.work <= TOTAL_WORK:
            self.spent += row.work
            return row.combinations()
        if self.spent > 2 * TOTAL_WORK:
            self.columns.complete = False
            return iter(())
        self.columns.complete = False
        most = SAMPLE_WORK * row.count // row.work
        if not most:
            return iter(())
        return _sampled(row.combinations(), most, max(1, row.count // most))

    def _failure(self, element: Any, row: Row, node: Node, failure: tuple[Combination, Exception, int]) -> None:
        combination, error, count = failure
        if isinstance(error, Unresolved | Broken):
            return  # a named expression that is used here, with findings of its own
        fault = explain(error)
        hint = range_hint(self.data, error, node, row) if isinstance(error, OutOfRange) else fault.hint
        more = f" (and {count - 1:,} more combinations)" if count > 1 else ""
        where = element.where + at(row, combination)
        self.findings.append(Finding(fault.code, where, fault.message + more, hint))

    def _never(self, element: Constraint, row: Row, node: Node, false: list[Combination]) -> None:
        text = f"`{element.expression}`"
        if isinstance(node, Compare):
            try:
                sides = [
                    Row(self.columns.point, element.for_each, side)(false[0]) if op not in ("in", "not in") else None
                    for op, side in zip(("", *node.ops), node.operands, strict=True)
                ]
                if None not in sides:
                    parts = [_short(sides[0])]
                    parts += [f"{op} {_short(side)}" for op, side in zip(node.ops, sides[1:], strict=True)]
                    text = " ".join(parts)
            except RUN_ERRORS:
                pass  # the text of the constraint stands in for its values
        more = f" (and {len(false) - 1:,} more combinations)" if len(false) > 1 else ""
        where = element.where + at(row, false[0])
        self.findings.append(Finding(Code.CONST_FALSE, where, f"{text} can never hold{more}"))


def _short(value: Any) -> str:
    if isinstance(value, Affine):
        value = value.constant
    return f"{value:g}" if isinstance(value, int | float) else repr(value)


def at(row: Row, combination: Combination) -> str:
    """Write where in an element: ` at t=1, p='A'`; nothing for a scalar element."""
    if not combination:
        return ""
    return " at " + ", ".join(f"{name}={value!r}" for name, value in zip(row.names, combination, strict=True))


def _sampled(combinations: Iterator[Combination], most: int, stride: int) -> Iterator[Combination]:
    """Yield the first combinations, every so many of the rest, and the last."""
    yield from islice(combinations, min(EDGE, most))
    last = None
    for place, last in enumerate(combinations):
        if place % stride == 0:
            yield last
    if last is not None:
        yield last
