"""The numbers of a model that a person may change in place, and the typed edits that a change means."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from optwright.errors import InputError, OptwrightError
from optwright.formulation.data import Data, resolve
from optwright.formulation.edit import ChangeBound, Edit, ReplaceConstraint, SetValue
from optwright.formulation.elements import Constraint, Domain, Formulation, Parameter, Variable
from optwright.formulation.expression import parse
from optwright.formulation.nodes import Compare, Negate, Node, Number
from optwright.formulation.unparse import unparse
from optwright.outcome import Key, label
from optwright.problem import Table

MOST = 300
"""Cells that are shown; a model with more has its data in tables."""

MOST_WORDS = 60


class Kind(StrEnum):
    """What a cell holds."""

    PARAMETER = "parameter"
    LOWER = "lower bound"
    UPPER = "upper bound"
    RIGHT = "right-hand side"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number and its place. `value` None: a bound that is not there."""

    kind: Kind
    name: str
    key: Key
    value: float | None
    unit: str = ""
    words: str = ""

    HEADERS = ("what", "name", "entry", "value", "unit", "from the words")

    @property
    def entry(self) -> str:
        """The index as a person reads it."""
        return ", ".join(map(str, self.key))

    @property
    def place(self) -> str:
        """The cell as messages name it: `parameter profit[desk]`."""
        return f"{self.kind} {label(self.name, self.key)}"

    def row(self) -> list[str | float]:
        """Return the cell as a row under `HEADERS`."""
        value = "" if self.value is None else self.value
        words = self.words if len(self.words) <= MOST_WORDS else f"{self.words[: MOST_WORDS - 3]}..."
        return [self.kind.value, self.name, self.entry, value, self.unit, words]


def cells(formulation: Formulation, tables: Sequence[Table] = ()) -> tuple[list[Cell], int]:
    """Return the first `MOST` cells, and how many there are in all."""
    try:
        data: Data | None = resolve(formulation, tables)
    except OptwrightError:
        data = None
    found = [*_sides(formulation), *_parameters(formulation, data), *_bounds(formulation)]
    return found[:MOST], len(found)


def changes(shown: Sequence[Cell], rows: Sequence[Sequence[object]], formulation: Formulation) -> list[Edit]:
    """Return the edits that lead from the cells as shown to the rows as they are now, in whatever order these are.

    Raises InputError where a new value is no number, or a row is not one of those shown.
    """
    known = {(cell.kind.value, cell.name, cell.entry): cell for cell in shown}
    edits: list[Edit] = []
    for row in rows:
        cell = known.get((str(row[0]), str(row[1]), str(row[2])))
        if cell is None:
            raise InputError("only the values can be edited; ask in the chat for any other change")
        value = _number(row[3], cell)
        if value != cell.value:
            edits.append(_edit(cell, value, formulation))
    return edits


def _number(text: object, cell: Cell) -> float | None:
    words = "" if text is None else str(text).strip()
    if not words or words == "nan":
        if cell.kind in (Kind.LOWER, Kind.UPPER):
            return None
        raise InputError(f"{cell.place}: the value is empty; write a number")
    try:
        value = float(words)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or len(words) > 40:
        raise InputError(f"{cell.place}: {words[:40]!r} is not a number; write one such as 12.5")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _edit(cell: Cell, value: float | None, formulation: Formulation) -> Edit:
    if cell.kind is Kind.PARAMETER:
        return SetValue(parameter=cell.name, value=value, at=cell.key or None)
    if cell.kind is Kind.RIGHT:
        assert value is not None, "a side is never without a number"
        constraint = next(part for part in formulation.constraints if part.name == cell.name)
        return ReplaceConstraint(constraint=_with_side(constraint, value))
    side: Literal["lower", "upper"] = "lower" if cell.kind is Kind.LOWER else "upper"
    return ChangeBound(variable=cell.name, side=side, value=value)


def _parameters(formulation: Formulation, data: Data | None) -> Iterator[Cell]:
    for part in formulation.parameters:
        if data is None or part.name not in data.parameters:
            continue
        words = part.quote or part.description
        for key, value in data.parameters[part.name].items():
            if not isinstance(value, str):
                yield Cell(Kind.PARAMETER, part.name, key, value, part.unit or "", words or _source(part))


def _source(part: Parameter) -> str:
    return f"table {part.table}" if part.table else ""


def _bounds(formulation: Formulation) -> Iterator[Cell]:
    for part in formulation.variables:
        if part.domain is Domain.BINARY:
            continue
        for kind, value in ((Kind.LOWER, part.lower), (Kind.UPPER, part.upper)):
            if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
                shown = _natural(part, kind) if value is None else value
                yield Cell(kind, part.name, (), shown, part.unit or "", part.quote or part.description)


def _natural(part: Variable, kind: Kind) -> float | None:
    """Return the end that the domain itself sets, None for infinity."""
    end = part.domain.limits[0 if kind is Kind.LOWER else 1]
    return end if math.isfinite(end) else None


def _sides(formulation: Formulation) -> Iterator[Cell]:
    for part in formulation.constraints:
        value = _side(part)
        if value is not None:
            yield Cell(Kind.RIGHT, part.name, (), value, "", part.quote or part.description)


def _tree(constraint: Constraint) -> Node | None:
    try:
        return parse(constraint.expression)
    except OptwrightError:
        return None


def _side(constraint: Constraint) -> float | None:
    """Return the number on the right of a plain relation, None where there is something else."""
    match _tree(constraint):
        case Compare((_,), (_, Number(value))):
            return value
        case Compare((_,), (_, Negate(Number(value)))):
            return -value
    return None


def _with_side(constraint: Constraint, value: float) -> Constraint:
    tree = _tree(constraint)
    assert isinstance(tree, Compare), "cells are made of plain relations only"
    changed = Compare(tree.ops, (tree.operands[0], Number(value)))
    return constraint.model_copy(update={"expression": unparse(changed)})
