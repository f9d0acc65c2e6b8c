"""Data in attached files: a grid as a table of its own, the formulation's sets and parameters bound to its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from optwright.datasets.synthesis.grid import Grid
from optwright.errors import FormulationError
from optwright.formulation.data import Data, resolve
from optwright.formulation.elements import Formulation, Parameter, SetSpec, TableSpec
from optwright.problem import Table


@dataclass(frozen=True, slots=True)
class Attached:
    """A table on a file of its own."""

    grid: Grid
    table: Table
    columns: dict[str, str]
    """Column name of each parameter that is not wide."""
    wide: str = ""
    """The parameter whose last index is spread over the columns, if there is one."""

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.table.source or self.table.name


def attach(grid: Grid, name: str, *, by_heading: bool) -> Attached | None:
    """Make a file of a grid, or return None for one that cannot be read by key and column.

    Args:
        grid: the facts in a table.
        name: of the table; the file is `NAME.csv`.
        by_heading: columns are called as in a text, otherwise as the parameters of the formulation.
    """
    wide = {column.parameter for column in grid.columns if column.member is not None}
    if wide and (len(wide) > 1 or any(column.member is None for column in grid.columns)):
        return None
    if wide:
        columns = [str(column.member) for column in grid.columns]
    else:
        columns = [_called(column.heading) if by_heading else column.parameter for column in grid.columns]
    header = (*grid.keys, *columns)
    if len(set(header)) < len(header):
        return None
    table = Table(name, header, grid.rows, f"{name}.csv")
    named = {} if wide else {c.parameter: title for c, title in zip(grid.columns, columns, strict=True)}
    return Attached(grid, table, named, next(iter(wide), ""))


def _called(heading: str) -> str:
    return re.sub(r"[,;|]", " ", heading).strip()


def bind(formulation: Formulation, attached: Sequence[Attached], data: Data) -> Formulation | None:
    """Return the formulation with its data taken from the files, None where that would not be the same data."""
    sets = {spec.name: spec for spec in formulation.sets}
    parameters = {parameter.name: parameter for parameter in formulation.parameters}
    specs: list[TableSpec] = []
    for one in attached:
        specs.append(TableSpec(name=one.table.name, columns=one.table.columns, file=one.file))
        for name in _names(one):
            if name not in parameters:
                return None
            parameters[name] = _bound(parameters[name], one)
        for name, column in _set_columns(one, data):
            if sets[name].members is not None:
                sets[name] = SetSpec(name=name, description=sets[name].description, table=one.table.name, column=column)
    bound = formulation.model_copy(
        update={"tables": tuple(specs), "sets": tuple(sets.values()), "parameters": tuple(parameters.values())}
    )
    return bound if _equal(data, bound, [one.table for one in attached]) else None


def _names(one: Attached) -> list[str]:
    return [one.wide] if one.wide else list(one.columns)


def _bound(parameter: Parameter, one: Attached) -> Parameter:
    fields: dict[str, Any] = {
        name: getattr(parameter, name) for name in ("name", "description", "index", "default", "unit")
    }
    keys = one.grid.keys
    fields |= {"table": one.table.name, "key": keys[0] if len(keys) == 1 else keys}
    if one.wide:
        return Parameter(**fields, wide=True)
    column = one.columns[parameter.name]
    return Parameter(**fields, column=column if column != parameter.name else None)


def _set_columns(one: Attached, data: Data) -> list[tuple[str, Any]]:
    """Return the sets whose members are exactly the key column, in its order."""
    grid = one.grid
    keys = [tuple(row[: len(grid.keys)]) for row in grid.rows]
    if len(grid.keys) == 1 and grid.over[0] in data.sets and data.sets[grid.over[0]].items == keys:
        return [(grid.over[0], grid.keys[0])]
    whole = [name for name, members in data.sets.items() if members.width > 1 and members.items == keys]
    return [(whole[0], grid.keys)] if len(grid.keys) > 1 and whole else []


def _equal(data: Data, bound: Formulation, tables: Sequence[Table]) -> bool:
    try:
        other = resolve(bound, tables)
    except FormulationError:
        return False
    same_sets = all(data.sets[name].items == other.sets[name].items for name in data.sets)
    return same_sets and all(dict(data.parameters[name]) == dict(other.parameters[name]) for name in data.parameters)
