"""Edits of a formulation: what if, and what a person changes in the app. `apply` makes them, `diff` shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from optwright.errors import FormulationError
from optwright.formulation.data import resolve
from optwright.formulation.editing.difference import diff
from optwright.formulation.editing.elements import added, changed, check_text, find, rebuilt, replaced, users, without
from optwright.formulation.editing.kinds import (
    AddConstraint,
    AddExpression,
    AddMember,
    AddParameter,
    AddVariable,
    ChangeBound,
    ChangeDomain,
    ChangeSense,
    DropConstraint,
    DropMember,
    DropVariable,
    Edit,
    Rename,
    ReplaceConstraint,
    ReplaceObjective,
    Scale,
    SetValue,
)
from optwright.formulation.editing.membership import add_member, drop_member
from optwright.formulation.editing.renaming import rename
from optwright.formulation.editing.values import given, index_of, matching, with_values
from optwright.formulation.elements import Formulation, Objective, Parameter, Sense, Variable
from optwright.problem import Table

__all__ = [
    "AddConstraint",
    "AddExpression",
    "AddMember",
    "AddParameter",
    "AddVariable",
    "ChangeBound",
    "ChangeDomain",
    "ChangeSense",
    "DropConstraint",
    "DropMember",
    "DropVariable",
    "Edit",
    "Rename",
    "ReplaceConstraint",
    "ReplaceObjective",
    "Scale",
    "SetValue",
    "apply",
    "diff",
]


def apply(formulation: Formulation, edits: Iterable[Edit], tables: Sequence[Table] = ()) -> Formulation:
    """Return the formulation with the edits made one after the other; the given one is left as it is.

    `tables` are the attached tables, needed where an edit concerns single values that come from them. Names and texts
    of the edits are checked here; whether the result is well formed as a whole is for `check` to say.

    Raises:
        FormulationError: an edit cannot be made; the message begins with its number and kind.
    """
    for number, edit in enumerate(edits, 1):
        try:
            formulation = _EDITS[type(edit)](formulation, edit, tables)
        except FormulationError as error:
            raise FormulationError(f"edit {number} ({edit.edit}): {error}", error.findings) from None
    return formulation


def _set_value(formulation: Formulation, edit: SetValue, tables: Sequence[Table]) -> Formulation:
    parameter = find(formulation.parameters, edit.parameter)
    if edit.at is not None:
        if not isinstance(edit.value, int | float | str):
            raise FormulationError(f"{parameter.where}: one entry takes one value")
        return _with_entries(formulation, parameter, edit.at, lambda _: edit.value, tables)
    fields = _fields(parameter) | dict.fromkeys(("rows", "table", "column", "key")) | {"wide": False}
    new = rebuilt(Parameter, fields | {"value": edit.value})
    return _resolved(replaced(formulation, "parameters", new), tables)


def _resolved(formulation: Formulation, tables: Sequence[Table]) -> Formulation:
    """Return the formulation after a look at its data, where all of it is here. Raises FormulationError."""
    if tables or all(table.file is None for table in formulation.tables):
        resolve(formulation, tables)
    return formulation


def _scale(formulation: Formulation, edit: Scale, tables: Sequence[Table]) -> Formulation:
    parameter = find(formulation.parameters, edit.parameter)
    return _with_entries(formulation, parameter, edit.at, lambda value: _tidy(value * edit.factor), tables)


def _tidy(value: float) -> float:
    """Round off what only binary fractions made: 100 * 1.1 is 110."""
    return float(f"{value:.12g}")


def _with_entries(
    formulation: Formulation,
    parameter: Parameter,
    place: tuple[Any, ...] | None,
    change: Callable[[Any], Any],
    tables: Sequence[Table],
) -> Formulation:
    data = resolve(formulation, tables)
    values = given(parameter, data)
    every = data.parameters[parameter.name]
    if any(isinstance(value, str) for value in values.values()):
        raise FormulationError(f"{parameter.where}: its values are members, not numbers; set the whole value")
    for key in matching(list(every), place, parameter.where):
        values[key] = change(every[key])
    ordered = {key: values[key] for key in every if key in values}
    return replaced(formulation, "parameters", with_values(parameter, ordered, index_of(parameter, data)))


def _fields(element: Any) -> dict[str, Any]:
    return {name: getattr(element, name) for name in type(element).model_fields}


def _drop_variable(formulation: Formulation, edit: DropVariable, _: Sequence[Table]) -> Formulation:
    find(formulation.variables, edit.variable)
    if using := users(formulation, edit.variable):
        raise FormulationError(f"variable {edit.variable!r} is used in {', '.join(using)}; change or drop that first")
    if len(formulation.variables) == 1:
        raise FormulationError("a formulation has at least one variable")
    return without(formulation, "variables", edit.variable)


def _replace_constraint(formulation: Formulation, edit: ReplaceConstraint, _: Sequence[Table]) -> Formulation:
    find(formulation.constraints, edit.constraint.name)
    check_text(edit.constraint)
    return replaced(formulation, "constraints", edit.constraint)


def _change_variable(formulation: Formulation, name: str, **fields: Any) -> Formulation:
    variable = find(formulation.variables, name)
    return replaced(formulation, "variables", rebuilt(Variable, _fields(variable) | fields))


def _change_bound(formulation: Formulation, edit: ChangeBound, tables: Sequence[Table]) -> Formulation:
    return _resolved(_change_variable(formulation, edit.variable, **{edit.side: edit.value}), tables)


def _objective(formulation: Formulation, name: str | None) -> Objective:
    """Return the objective that an edit means. Raises FormulationError when it is not clear which."""
    if name is not None:
        return find(formulation.objectives, name)
    if len(formulation.objectives) != 1:
        many = ", ".join(part.name for part in formulation.objectives)
        raise FormulationError(f"there are several objectives: name one of {many}" if many else "there is no objective")
    return formulation.objectives[0]


def _with_objective(formulation: Formulation, old: Objective, **fields: Any) -> Formulation:
    new = rebuilt(Objective, _fields(old) | fields)
    check_text(new)
    if isinstance(formulation.objective, tuple):
        return changed(formulation, objective=tuple(new if part is old else part for part in formulation.objective))
    return changed(formulation, objective=new)


def _replace_objective(formulation: Formulation, edit: ReplaceObjective, _: Sequence[Table]) -> Formulation:
    if not formulation.objectives and edit.objective is None:
        first = Objective(sense=edit.sense or Sense.MINIMIZE, expression=edit.expression)
        if edit.sense is None:
            raise FormulationError("there is no objective yet: say the sense of the new one")
        return _with_objective(formulation, first)
    old = _objective(formulation, edit.objective)
    return _with_objective(formulation, old, expression=edit.expression, sense=edit.sense or old.sense)


_EDITS: dict[type, Callable[[Formulation, Any, Sequence[Table]], Formulation]] = {
    SetValue: _set_value,
    Scale: _scale,
    AddParameter: lambda formulation, edit, _: added(formulation, "parameters", edit.parameter),
    AddVariable: lambda formulation, edit, _: added(formulation, "variables", edit.variable),
    DropVariable: _drop_variable,
    AddExpression: lambda formulation, edit, _: added(formulation, "expressions", edit.expression),
    AddConstraint: lambda formulation, edit, _: added(formulation, "constraints", edit.constraint),
    DropConstraint: lambda formulation, edit, _: without(formulation, "constraints", edit.constraint),
    ReplaceConstraint: _replace_constraint,
    ChangeDomain: lambda formulation, edit, _: _change_variable(formulation, edit.variable, domain=edit.domain),
    ChangeBound: _change_bound,
    ChangeSense: lambda formulation, edit, _: _with_objective(
        formulation, _objective(formulation, edit.objective), sense=edit.sense
    ),
    ReplaceObjective: _replace_objective,
    AddMember: add_member,
    DropMember: drop_member,
    Rename: lambda formulation, edit, _: rename(formulation, edit.name, edit.to),
}
