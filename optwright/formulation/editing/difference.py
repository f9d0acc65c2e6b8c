"""What differs between two formulations, in lines that a person understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optwright.formulation.elements import Element, Formulation, Objective, Parameter, SetSpec, Variable

_Both = tuple[Formulation, Formulation]
"""Before and after: a list of values is read by the members of its own time."""
_MOST = 12
"""Entries of one parameter that are listed one by one."""


def diff(before: Formulation, after: Formulation) -> str:
    """Return what changed, one line a change, in the order of the elements; `no difference` when nothing did."""
    lines = list(_lines(before, after))
    return "\n".join(lines) if lines else "no difference"


def _lines(before: Formulation, after: Formulation) -> Iterator[str]:
    for field in ("name", "description"):
        yield from _changed(f"the problem's {field}", getattr(before, field), getattr(after, field))
    for field in ("tables", "sets", "parameters", "variables", "expressions", "objectives", "constraints", "outputs"):
        yield from _elements(getattr(before, field), getattr(after, field), (before, after))


def _elements(before: Sequence[Element], after: Sequence[Element], both: _Both) -> Iterator[str]:
    old = {element.name: element for element in before}
    new = {element.name: element for element in after}
    for name, element in old.items():
        if name not in new:
            yield f"- {element.where}: {_summary(element)}"
        elif element != new[name]:
            yield from _fields(element, new[name], both)
    for name, element in new.items():
        if name not in old:
            yield f"+ {element.where}: {_summary(element)}"


def _summary(element: Element) -> str:
    """Say in one line what an element is."""
    if isinstance(element, Objective):
        return f"{element.sense} {element.expression}"
    if expression := getattr(element, "expression", None):
        for_each = getattr(element, "for_each", None)
        return f"{expression}{f'  for {for_each}' if for_each else ''}"
    if isinstance(element, Variable):
        index = f" over {', '.join(element.index)}" if element.index else ""
        ends = [
            f"{side} {_short(value)}" for side in ("lower", "upper") if (value := getattr(element, side)) is not None
        ]
        return ", ".join([f"{element.domain}{index}", *ends])
    shown = element.model_dump(exclude_defaults=True, exclude={"name", "description", "quote"})
    return ", ".join(f"{field} {_short(value)}" for field, value in shown.items())


def _fields(old: Element, new: Element, both: _Both) -> Iterator[str]:
    for field in type(old).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            continue
        where = f"~ {old.where}"
        if isinstance(old, SetSpec) and isinstance(before, list) and isinstance(after, list):
            yield from _members(where, before, after)
        elif (
            isinstance(old, Parameter | Variable) and isinstance(before, list | dict) and isinstance(after, list | dict)
        ):
            index = [entry.partition(" in ")[2] or entry for entry in new.index]  # type: ignore[attr-defined]
            head = where if field == "value" else f"{where}: {field}"
            yield from _entries(head, _flat(before, index, both[0]), _flat(after, index, both[1]))
        elif field == "rows" and before is not None and after is not None:
            yield from _entries(where, _by_key(before), _by_key(after))
        else:
            yield from _changed(where if field in ("value", "expression") else f"{where}: {field}", before, after)


def _members(where: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    if gone := [entry for entry in before if entry not in after]:
        yield f"{where}: without {', '.join(map(str, gone))}"
    if fresh := [entry for entry in after if entry not in before]:
        yield f"{where}: with {', '.join(map(str, fresh))}"
    if not gone and not fresh:
        yield f"{where}: in another order: {_short(after)}"


def _flat(value: Any, index: Sequence[str], context: Formulation, key: tuple[str, ...] = ()) -> dict[str, Any]:
    """Spread a nested value by the text of its keys; a list takes the members of its set where they are listed."""
    if isinstance(value, Mapping):
        items = [(str(name), part) for name, part in value.items()]
    elif isinstance(value, list):
        items = list(
            zip(_labels(index[len(key)] if len(key) < len(index) else "", len(value), context), value, strict=True)
        )
    else:
        return {", ".join(key): value}
    flat: dict[str, Any] = {}
    for name, part in items:
        flat |= _flat(part, index, context, (*key, name))
    return flat


def _labels(name: str, count: int, context: Formulation) -> list[str]:
    spec = next((part for part in context.sets if part.name == name), None)
    if spec is not None and isinstance(spec.members, list) and len(spec.members) == count:
        return [", ".join(map(str, entry)) if isinstance(entry, list | tuple) else str(entry) for entry in spec.members]
    if spec is not None and spec.range and isinstance(spec.range[0], int):
        return [str(spec.range[0] + place) for place in range(count)]
    return [f"no. {place}" for place in range(1, count + 1)]


def _by_key(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {", ".join(map(str, row[:-1])): row[-1] for row in rows if row}


def _entries(where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    for key in keys[:_MOST]:
        yield f"{where}: {key}: {_short(before.get(key))} -> {_short(after.get(key))}"
    if len(keys) > _MOST:
        yield f"{where}: and {len(keys) - _MOST} more entries"


def _changed(where: str, before: object, after: object) -> Iterator[str]:
    if before != after:
        yield f"{where}: {_short(before)} -> {_short(after)}"


def _short(value: object, most: int = 100) -> str:
    text = "none" if value is None or value == "" else str(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."
