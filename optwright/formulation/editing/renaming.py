"""Another name for an element, everywhere that it is used; an index of the same name is left alone."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast

from optwright.errors import FormulationError, ParseError
from optwright.formulation.editing.elements import changed, find, free_name, rebuilt
from optwright.formulation.elements import Element, Formulation
from optwright.formulation.expression import parse, parse_generators, parse_target_index
from optwright.formulation.nodes import Aggregate, Generator, Item, Name, Node
from optwright.formulation.unparse import unparse, unparse_generators

_REFERENCES = ("keys_of", "table")
_TEXTS = ("expression", "lower", "upper")


def rename(formulation: Formulation, name: str, to: str) -> Formulation:
    """Return the formulation with an element renamed. Raises FormulationError for a name unknown or taken."""
    find(formulation.elements(), name)
    free_name(formulation, to)
    parts: dict[str, Any] = {}
    for field in ("tables", "sets", "parameters", "variables", "expressions", "constraints", "outputs"):
        parts[field] = tuple(_renamed(element, name, to) for element in getattr(formulation, field))
    objectives = tuple(_renamed(element, name, to) for element in formulation.objectives)
    several = isinstance(formulation.objective, tuple)
    parts["objective"] = objectives if several else next(iter(objectives), None)
    return changed(formulation, **parts)


def _renamed(element: Element, name: str, to: str) -> Any:
    try:
        new = _changes(element, name, to)
    except ParseError as error:
        raise FormulationError(f"{element.where}: {error}") from None
    if not new:
        return element
    data = {field: getattr(element, field) for field in type(element).model_fields}
    return rebuilt(type(element), data | new)


def _changes(element: Element, name: str, to: str) -> dict[str, Any]:
    new: dict[str, Any] = {}
    if element.name == name:
        new["name"] = to
    if element.kind == "parameter" and element.name == name and getattr(element, "table", None):
        new["column"] = getattr(element, "column", None) or (None if getattr(element, "wide", False) else name)
    for field in _REFERENCES:
        if getattr(element, field, None) == name:
            new[field] = to
    if index := getattr(element, "index", ()):
        new_index = tuple(_entry(text, name, to) for text in index)
        new |= {"index": new_index} if new_index != index else {}
    if isinstance(ends := getattr(element, "range", None), tuple):
        new_ends = tuple(_text(end, name, to, frozenset()) if isinstance(end, str) else end for end in ends)
        new |= {"range": new_ends} if new_ends != ends else {}
    return new | _text_changes(element, name, to)


def _entry(text: str, name: str, to: str) -> str:
    target, base = parse_target_index(text)
    if base != name:
        return text
    return f"{target} in {to}" if target else to


def _text_changes(element: Element, name: str, to: str) -> dict[str, Any]:
    new: dict[str, Any] = {}
    hidden: frozenset[str] = frozenset(
        target for text in getattr(element, "index", ()) if (target := parse_target_index(text)[0])
    )
    if to in hidden:
        raise FormulationError(f"{to!r} is an index of {element.where}; take another name")
    if for_each := getattr(element, "for_each", None):
        generators = parse_generators(for_each)
        changed_generators, hidden = _generators(generators, name, to, hidden)
        if changed_generators != generators:
            new["for_each"] = unparse_generators(changed_generators)
    for field in _TEXTS:
        text = getattr(element, field, None)
        if isinstance(text, str) and (changed_text := _text(text, name, to, hidden)) != text:
            new[field] = changed_text
    return new


def _text(text: str, name: str, to: str, hidden: frozenset[str]) -> str:
    tree = parse(text)
    new = _node(tree, name, to, hidden)
    return text if new == tree else unparse(new)


def _generators(
    generators: tuple[Generator, ...], name: str, to: str, hidden: frozenset[str]
) -> tuple[tuple[Generator, ...], frozenset[str]]:
    new = []
    for part in generators:
        source = _node(part.source, name, to, hidden)
        hidden |= set(part.target)
        if to in part.target:
            raise FormulationError(f"{to!r} is an index in `{unparse_generators(generators)}`; take another name")
        condition = None if part.condition is None else _node(part.condition, name, to, hidden)
        new.append(replace(part, source=source, condition=condition))
    return tuple(new), hidden


def _node(node: Node, name: str, to: str, hidden: frozenset[str]) -> Node:
    match node:
        case Name(found) if found == name and name not in hidden:
            return Name(to)
        case Aggregate(function, body, generators):
            new, inside = _generators(generators, name, to, hidden)
            return Aggregate(function, _node(body, name, to, inside), new)
    parts = {item.name: _value(getattr(node, item.name), name, to, hidden) for item in fields(node)}
    if isinstance(node, Item) and node.base == name:
        parts["base"] = to
    return cast(Node, replace(node, **parts))


def _value(value: object, name: str, to: str, hidden: frozenset[str]) -> Any:
    if isinstance(value, Node):
        return _node(value, name, to, hidden)
    if isinstance(value, tuple):
        return tuple(_value(part, name, to, hidden) for part in value)
    return value
