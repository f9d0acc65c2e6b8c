"""A member more or less in a listed set, with the data that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from optwright.errors import FormulationError
from optwright.formulation.data import Data, resolve
from optwright.formulation.editing.elements import changed, find, hint, rebuilt
from optwright.formulation.editing.kinds import AddMember, DropMember
from optwright.formulation.editing.values import Values, given, with_values
from optwright.formulation.elements import Element, Formulation, Member, Parameter, SetSpec, Variable
from optwright.formulation.expression import parse, parse_target_index
from optwright.formulation.members import Members
from optwright.formulation.nodes import Item, Number, Text, walk
from optwright.formulation.shape import fill, name_of
from optwright.outcome import Key
from optwright.problem import Table


def add_member(formulation: Formulation, edit: AddMember, tables: Sequence[Table]) -> Formulation:
    """Return the formulation with a member more. Raises FormulationError: no listed set, no or bad data for it."""
    spec, key = _listed(formulation, edit.set), _key(edit.member)
    data = resolve(formulation, tables)
    members = data.sets[edit.set]
    if key in members:
        raise FormulationError(f"{spec.where} has the member {name_of(key)} already")
    if len(key) != members.width:
        raise FormulationError(f"{spec.where}: members have {members.width} parts, {name_of(key)} has {len(key)}")
    over = [part for part in formulation.parameters if edit.set in part.index]
    if unknown := set(edit.data) - {part.name for part in over}:
        name = sorted(unknown)[0]
        raise FormulationError(f"{name!r} is no parameter over {edit.set}{hint(name, [part.name for part in over])}")
    after = Members([*members.items, key], members.width)
    parameters = [
        _with_member(part, edit, key, after, data) if part in over else part for part in formulation.parameters
    ]
    variables = [_rebound(part, edit.set, after, data) for part in formulation.variables]
    return _with_set(formulation, spec, after, parameters, variables)


def drop_member(formulation: Formulation, edit: DropMember, tables: Sequence[Table]) -> Formulation:
    """Return the formulation with a member less. Raises FormulationError: no such member, or a row names it."""
    spec, key = _listed(formulation, edit.set), _key(edit.member)
    data = resolve(formulation, tables)
    members = data.sets[edit.set]
    if key not in members:
        known = [name_of(item) for item in members.items]
        raise FormulationError(f"{spec.where}: {name_of(key)} is no member{hint(name_of(key), known)}")
    if naming := [element.where for element in formulation.elements() if _names(element, key)]:
        raise FormulationError(f"{name_of(key)} is named in {', '.join(naming)}; change or drop that first")
    after = Members([item for item in members.items if item != key], members.width)
    parameters = [_without_member(part, edit.set, key, after, data) for part in formulation.parameters]
    variables = [_rebound(part, edit.set, after, data) for part in formulation.variables]
    return _with_set(formulation, spec, after, parameters, variables)


def _listed(formulation: Formulation, name: str) -> SetSpec:
    spec = find(formulation.sets, name)
    if spec.members is None or spec.index:
        form = next(form for form in ("index", "range", "for_each", "keys_of", "table") if getattr(spec, form))
        raise FormulationError(f"{spec.where} is not a list of members but given by {form!r}; change that instead")
    return spec


def _key(member: Member | tuple[Member, ...]) -> Key:
    return member if isinstance(member, tuple) else (member,)


def _index(parameter: Parameter, changed_set: str, after: Members, data: Data) -> list[Members]:
    return [after if name == changed_set else data.sets[name] for name in parameter.index]


def _with_member(parameter: Parameter, edit: AddMember, key: Key, after: Members, data: Data) -> Parameter:
    index = _index(parameter, edit.set, after, data)
    values = given(parameter, data)
    new = [entry for entry in data.product(index) if _has(entry, index, parameter, edit.set, key)]
    entries = edit.data.get(parameter.name)
    if entries is None:
        # A number for every index covers the new member; elsewhere the default does, if there is one.
        if isinstance(parameter.value, int | float) or parameter.default is not None:
            return parameter if not isinstance(parameter.value, list) else with_values(parameter, values, index)
        raise FormulationError(f"{parameter.where} needs a value for {name_of(key)}; give it in `data`")
    fresh: Values = dict.fromkeys(new, entries) if isinstance(entries, int | float) else _rows(entries, new, parameter)
    missing = [entry for entry in new if entry not in fresh and parameter.default is None]
    if missing:
        raise FormulationError(f"{parameter.where}: no value for {name_of(missing[0])}")
    order = {entry: place for place, entry in enumerate(data.product(index))}
    merged = dict(sorted({**values, **fresh}.items(), key=lambda entry: order[entry[0]]))
    return with_values(parameter, merged, index)


def _rows(rows: Sequence[tuple[Any, ...]], new: Sequence[Key], parameter: Parameter) -> Values:
    fresh = {tuple(row[:-1]): row[-1] for row in rows}
    for key in fresh:
        if key not in new:
            raise FormulationError(f"{parameter.where}: {name_of(key)} is no index with the new member")
    return fresh


def _without_member(parameter: Parameter, name: str, key: Key, after: Members, data: Data) -> Parameter:
    if name not in parameter.index or isinstance(parameter.value, int | float):
        return parameter
    before = [data.sets[part] for part in parameter.index]
    values = {at: value for at, value in given(parameter, data).items() if not _has(at, before, parameter, name, key)}
    return with_values(parameter, values, _index(parameter, name, after, data))


def _has(entry: Key, index: Sequence[Members], parameter: Parameter, name: str, key: Key) -> bool:
    """Whether an index has the member at one of the positions of the set."""
    start = 0
    for members, part in zip(index, parameter.index, strict=True):
        if part == name and entry[start : start + members.width] == key:
            return True
        start += members.width
    return False


def _rebound(variable: Variable, name: str, after: Members, data: Data) -> Variable:
    """Return a variable whose listed bounds fit the set as it is after the edit; a new member has none."""
    names = [parse_target_index(entry)[1] for entry in variable.index]
    fields: dict[str, Any] = {}
    for side in ("lower", "upper"):
        value = getattr(variable, side)
        if name in names and isinstance(value, list | dict):
            values = fill(value, [data.sets[part] for part in names])
            stand_in = Parameter(name=variable.name, index=tuple(names), value=value)
            index = [after if part == name else data.sets[part] for part in names]
            inside = {at: number for at, number in values.items() if at in set(data.product(index))}
            fields[side] = with_values(stand_in, inside, index).value
    return variable.model_copy(update=fields) if fields else variable


def _with_set(
    formulation: Formulation, spec: SetSpec, after: Members, parameters: list[Parameter], variables: list[Variable]
) -> Formulation:
    listed = [list(item) if after.width > 1 else item[0] for item in after.items]
    fields = {name: getattr(spec, name) for name in SetSpec.model_fields} | {"members": listed}
    new = rebuilt(SetSpec, fields)
    sets = tuple(new if part.name == spec.name else part for part in formulation.sets)
    return changed(formulation, sets=sets, parameters=tuple(parameters), variables=tuple(variables))


def _names(element: Element, key: Key) -> bool:
    """Whether an expression of the element has the member as an index: `make['desk']`."""
    text = getattr(element, "expression", None)
    if not isinstance(text, str):
        return False
    return any(
        isinstance(node, Item) and any(isinstance(part, Text | Number) and part.value in key for part in node.index)
        for node in walk(parse(text))
    )
