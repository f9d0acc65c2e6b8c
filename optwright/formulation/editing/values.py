"""The values of a parameter or a bound by key, and their way back into the form that they were written in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optwright.errors import FormulationError
from optwright.formulation.data import Data
from optwright.formulation.editing.elements import rebuilt
from optwright.formulation.editing.kinds import Place
from optwright.formulation.elements import Parameter
from optwright.formulation.members import Members
from optwright.outcome import Key

Values = dict[Key, Any]


def given(parameter: Parameter, data: Data) -> Values:
    """Return the values that a parameter was given, defaults left out."""
    keys = data.given[parameter.name]
    return {key: value for key, value in data.parameters[parameter.name].items() if key in keys}


def index_of(parameter: Parameter, data: Data) -> list[Members]:
    """Return the index sets of a parameter."""
    return [data.sets[name] for name in parameter.index]


def matching(keys: Sequence[Key], place: Place | None, where: str) -> list[Key]:
    """Return the keys at a place. Raises FormulationError when there is none."""
    if place is None:
        return list(keys)
    found = [
        key
        for key in keys
        if len(key) == len(place)
        and all(want is None or str(want) == str(part) for want, part in zip(place, key, strict=True))
    ]
    if not found:
        text = ", ".join("any" if part is None else repr(part) for part in place)
        raise FormulationError(f"{where}: no entry at ({text})")
    return found


def with_values(parameter: Parameter, values: Values, index: Sequence[Members]) -> Parameter:
    """Return the parameter with other values, written as before where that form can hold them, else as rows."""
    fields: dict[str, Any] = {name: getattr(parameter, name) for name in Parameter.model_fields}
    fields |= dict.fromkeys(("value", "rows", "table", "column", "key")) | {"wide": False}
    if not parameter.index:
        fields["value"] = values.get(())
    elif isinstance(parameter.value, list) and all(members.items for members in index):
        fields["value"] = _nested_list(values, index, ())
    elif isinstance(parameter.value, dict) and all(members.width == 1 for members in index):
        fields["value"] = _nested_mapping(values, index, ())
    else:
        fields["rows"] = tuple((*key, value) for key, value in values.items())
    return rebuilt(Parameter, fields)  # type: ignore[no-any-return]


def _nested_list(values: Mapping[Key, Any], index: Sequence[Members], key: Key) -> Any:
    if not index:
        return values.get(key)
    return [_nested_list(values, index[1:], key + item) for item in index[0].items]


def _nested_mapping(values: Mapping[Key, Any], index: Sequence[Members], key: Key) -> Any:
    if not index:
        return values.get(key)
    levels = {str(item[0]): _nested_mapping(values, index[1:], key + item) for item in index[0].items}
    return {name: level for name, level in levels.items() if level is not None and level != {}}
