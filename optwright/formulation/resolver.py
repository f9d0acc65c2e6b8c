"""How each kind of element is made concrete: sets, families, parameters, bounds."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optwright.formulation.binding import bound_values, column_members, find_table, key_columns, raw_values
from optwright.formulation.elements import Formulation, Output, Parameter, SetSpec, Variable
from optwright.formulation.engine import Compiler
from optwright.formulation.expression import parse_target_index
from optwright.formulation.findings import Code, Finding
from optwright.formulation.members import MAX_RANGE, Broken, Fault, Lookup, Members
from optwright.formulation.nodes import FUNCTIONS, Name, is_identifier
from optwright.formulation.pieces import Index
from optwright.formulation.row import Row, tree_of
from optwright.formulation.shape import Given, few, fill, listed_members, matched, name_of, sparse
from optwright.outcome import Key

if TYPE_CHECKING:
    from optwright.formulation.data import Data


def doubled(formulation: Formulation) -> list[Finding]:
    """Return the findings about names: what cannot be one, and what is declared twice."""
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    several = len(formulation.objectives) > 1
    for element in formulation.elements():
        name, kind = element.name, element.kind
        if kind == "objective" and (name == "objective" or not several):
            continue
        if kind == "table" and name not in seen and name.isprintable() and name:
            seen.setdefault(name, kind)
            continue
        if not is_identifier(name):
            findings.append(Finding(Code.BAD_NAME, element.where, _bad_name(name)))
        if name not in seen:
            seen[name] = kind
        elif not (isinstance(element, Output) and element.expression.strip() == name):
            both = f"twice as a {kind}" if seen[name] == kind else f"as a {seen[name]} and as a {kind}"
            findings.append(Finding(Code.DUPLICATE_NAME, element.where, f"{name!r} is declared {both}"))
    return findings


def _bad_name(name: str) -> str:
    if keyword.iskeyword(name):
        return f"{name!r} is a Python keyword"
    if name in FUNCTIONS:
        return f"{name!r} is a function of the language"
    if is_identifier(plain := unicodedata.normalize("NFKC", name)):
        return f"{name!r} is read as {plain!r} in expressions; write it so"
    return f"{name[:60]!r} is not a name; use letters, digits and underscores, not a digit first"


# Sets ----------------------------------------------------------------------------------------------------------


def make_set(data: Data, spec: SetSpec) -> Members:
    """Return the members of a set in any of its five forms. Raises Fault or Broken."""
    if spec.members is not None:
        if not isinstance(spec.members, list):
            raise Fault(Code.SHAPE, "the members of a plain set are a list; a mapping needs an 'index'")
        return listed_members(spec.members).named(spec.name)
    if spec.range is not None:
        low, high = (_end(data, end) for end in spec.range)
        if high - low >= MAX_RANGE:
            raise Fault(Code.TOO_LARGE, f"a range of {high - low + 1:,} numbers; the limit is {MAX_RANGE:,}")
        return Members([(number,) for number in range(low, high + 1)], 1).named(spec.name)
    if spec.for_each is not None:
        return _derived(data, spec)
    if spec.keys_of is not None:
        return _keys_of(data, spec, spec.keys_of)
    assert spec.table is not None
    return column_members(spec, find_table(data.formulation, spec.table, data.tables)).named(spec.name)


def _end(data: Data, end: int | str) -> int:
    if isinstance(end, int):
        return end
    value = Compiler(data).function(tree_of(end), {})()
    if value != int(value):
        raise Fault(Code.SHAPE, f"the end `{end}` of the range is {value!r}, not a whole number")
    return int(value)


def _derived(data: Data, spec: SetSpec) -> Members:
    row = Row(data, spec.for_each)
    data.spend(row.work)
    items = dict.fromkeys(map(row.key, row.combinations()))
    roots = tuple(root for index in row.scope.values() for root in index.roots or ("",) * len(index.kinds))
    width = sum(len(index.kinds) for index in row.scope.values())
    columns = tuple(column for generator in row.generators for column in _columns(data, generator))
    members = Members(list(items), width, roots=roots if len(roots) == width else ())
    return Members(members.items, width, roots=members.roots, columns=columns if len(columns) == width else ())


def _columns(data: Data, generator: Any) -> tuple[str | None, ...]:
    if isinstance(generator.source, Name):
        members = data.members(generator.source.id)
        return members.columns or (None,) * members.width
    return (None,) * len(generator.target)


def _keys_of(data: Data, spec: SetSpec, name: str) -> Members:
    parameter = data.elements.get(name)
    if not isinstance(parameter, Parameter):
        raise Fault(Code.UNDEFINED, f"keys_of: {name!r} is not declared as a parameter")
    if parameter.index == (spec.name,):
        keys = list(_own_keys(data, parameter))
        width = len(keys[0]) if keys else 1
        return Members(keys, width)
    data.table(name)
    sets = [data.members(entry) for entry in parameter.index]
    given = data.given[name]
    keys = [key for key in data.parameters[name] if key in given]
    roots = tuple(root for one in sets for root in one.roots or ("",) * one.width)
    columns = tuple(column for one in sets for column in one.columns or (None,) * one.width)
    return Members(keys, sum(one.width for one in sets), roots=roots, columns=columns)


def _own_keys(data: Data, parameter: Parameter) -> Sequence[Key]:
    """Return the keys that a parameter over its own `keys_of` set brings along."""
    if parameter.rows is not None:
        width = max((len(row) - 1 for row in parameter.rows), default=1)
        return list(sparse(parameter.rows, width, _texts(data, parameter)))
    if parameter.table is not None:
        table = find_table(data.formulation, parameter.table, data.tables)
        if parameter.key is None:
            raise Fault(Code.NO_COLUMN, f"say which columns of {parameter.table!r} are the key", '"key": [...]')
        return list(raw_values(parameter, table, key_columns(parameter, table, (), ()), ())[0])
    if isinstance(parameter.value, Mapping):
        return [(name,) for name, value in parameter.value.items() if value is not None]
    raise Fault(Code.SHAPE, "a parameter over its own keys needs `rows`, a mapping or a table")


def make_family(data: Data, spec: SetSpec) -> dict[Key, Members]:
    """Return the sets of a family by key. Raises Fault or Broken."""
    sets = [data.members(name) for name in spec.index]
    faults: list[Fault] = []
    family: dict[Key, Members] = {}
    for key, listed in _spread(spec.members, sets, (), faults):
        try:
            family[key] = listed_members(listed) if isinstance(listed, list) else _not_listed(key)
        except (Broken, Fault) as error:
            own = error.faults if isinstance(error, Broken) else [error]
            faults += [Fault(fault.code, f"{name_of(key)}: {fault.message}") for fault in own]
    if missing := [key for key in data.product(sets) if key not in family]:
        faults.append(Fault(Code.MISSING_DATA, f"no set for {name_of(missing[0])}" + _more(len(missing) - 1)))
    widths = {one.width for one in family.values() if one.items}
    if len(widths) > 1:
        faults.append(Fault(Code.SHAPE, "the sets of the family have members of different widths"))
    if faults:
        raise Broken(few(faults))
    width = next(iter(widths), 1)
    return Lookup(spec.name, {key: one if one.items else Members([], width) for key, one in family.items()})


def _not_listed(key: Key) -> Members:
    raise Fault(Code.SHAPE, "a list of members belongs here")


def _spread(value: Any, sets: Sequence[Members], key: Key, faults: list[Fault]) -> list[tuple[Key, Any]]:
    """Take the nested lists or mappings of a family apart, one level for each index."""
    if not sets:
        return [(key, value)]
    if isinstance(value, Mapping):
        texts = {str(item[0]) if len(item) == 1 else str(item): item for item in sets[0].items}
        pairs = []
        for name, part in value.items():
            if name in texts:
                pairs.append((texts[name], part))
            else:
                faults.append(Fault(Code.SURPLUS_DATA, f"key {name!r} is no member"))
    elif isinstance(value, list) and len(value) == len(sets[0]):
        pairs = list(zip(sets[0].items, value, strict=True))
    else:
        shown = f"{len(value)} sets" if isinstance(value, list) else "no list"
        faults.append(Fault(Code.SHAPE, f"{shown} for {len(sets[0])} members"))
        return []
    return [entry for item, part in pairs for entry in _spread(part, sets[1:], key + item, faults)]


# Parameters ----------------------------------------------------------------------------------------------------


def make_parameter(data: Data, parameter: Parameter) -> dict[Key, Any]:
    """Make the values of a parameter and put them into the data. Raises Fault or Broken."""
    sets = [data.members(name) for name in parameter.index]
    keys = data.product(sets)
    given = _given(data, parameter, sets)
    values = Lookup(parameter.name)
    missing = []
    for key in keys:
        value = given.get(key, parameter.default)
        if value is None:
            missing.append(key)
        else:
            values[key] = value
    if missing and not _keyed(data, parameter):
        raise Fault(Code.MISSING_DATA, f"no value for {name_of(missing[0])}" + _more(len(missing) - 1))
    data.given[parameter.name] = set(given)
    data.parameters[parameter.name] = values
    return values


def _given(data: Data, parameter: Parameter, sets: Sequence[Members]) -> Given:
    texts = _texts(data, parameter)
    if parameter.table is not None:
        table = find_table(data.formulation, parameter.table, data.tables)
        return bound_values(parameter, table, sets, parameter.index)
    if parameter.rows is not None:
        return matched(sparse(parameter.rows, sum(one.width for one in sets), texts), sets)
    return fill(parameter.value, sets, texts)


def _keyed(data: Data, parameter: Parameter) -> bool:
    """Whether a set is the keys of this parameter, so that it need not have a value everywhere."""
    return any(spec.keys_of == parameter.name for spec in data.formulation.sets)


def _texts(data: Data, parameter: Parameter) -> frozenset[str]:
    """Return the members that may stand as data: those of every set that can be made before this parameter."""
    if parameter.name not in data.text_parameters:
        return frozenset()
    found: set[str] = set()
    for spec in data.formulation.sets:
        if spec.members is not None or spec.table is not None:
            sets = data.family(spec.name).values() if spec.index else [data.members(spec.name)]
            found |= {part for one in sets for item in one.items for part in item if isinstance(part, str)}
    return frozenset(found)


def _more(count: int) -> str:
    return f" and {count:,} more" if count else ""


# Bounds --------------------------------------------------------------------------------------------------------


def make_bounds(data: Data, variable: Variable) -> dict[Key, tuple[float, float]]:
    """Return lower and upper bound of a variable by key, intersected with its domain. Raises Fault or Broken."""
    least, most = variable.domain.limits
    keys = data.keys(variable.name)
    lower = _bound(data, variable, variable.lower)
    upper = _bound(data, variable, variable.upper)
    if lower is None and upper is None:
        return Lookup(variable.name, dict.fromkeys(keys, (least, most)))
    pairs = ((max(least, _at(lower, key, least)), min(most, _at(upper, key, most))) for key in keys)
    return Lookup(variable.name, zip(keys, pairs, strict=True))


def _at(bound: Mapping[Key, Any] | float | None, key: Key, otherwise: float) -> float:
    if bound is None:
        return otherwise
    return bound if isinstance(bound, int | float) else bound.get(key, otherwise)


def _bound(data: Data, variable: Variable, bound: Any) -> Mapping[Key, Any] | float | None:
    """Return one bound: a number, or the numbers by key; a key that is not in it has none."""
    if bound is None or isinstance(bound, int | float):
        return bound
    entries = [parse_target_index(entry) for entry in variable.index]
    sets = [data.members(name) for _, name in entries]
    if not isinstance(bound, str):
        return fill(bound, sets)
    node = tree_of(bound)
    if isinstance(node, Name) and node.id not in [index for index, _ in entries]:
        signature = data.signature(node.id)
        if signature is not None and signature.width and signature.kind in ("parameter", "expression", "variable"):
            return _same_index(data, variable, node.id)
    scope: dict[str, Index] = {}
    for place, ((index, name), members) in enumerate(zip(entries, sets, strict=True)):
        roots = members.roots or (name,)
        scope[index or f"_{place}"] = Index(f"i_{place}", members.kinds, members.width > 1, roots)
    call = Compiler(data).function(node, scope)
    keys = data.keys(variable.name)
    if not any(index for index, _ in entries):
        return float(call(*[None] * len(scope)))
    return {key: call(*_split(key, sets)) for key in keys}


def _same_index(data: Data, variable: Variable, name: str) -> Mapping[Key, Any]:
    table = data.table(name)
    keys = data.keys(variable.name)
    if keys and len(next(iter(table), ())) != len(keys[0]):
        declared = ", ".join(variable.index)
        raise Fault(Code.ARITY, f"the bound {name!r} is not indexed like the variable ({declared})")
    return {key: table[key] for key in keys}


def _split(key: Key, sets: Sequence[Members]) -> list[Any]:
    values: list[Any] = []
    at = 0
    for members in sets:
        values.append(key[at] if members.width == 1 else key[at : at + members.width])
        at += members.width
    return values
