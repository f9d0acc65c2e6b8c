"""Finding, replacing and removing the elements of a formulation by name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError

from optwright.errors import FormulationError, ParseError
from optwright.formulation.elements import Constraint, Element, Expression, Formulation, Objective, Output, Variable
from optwright.formulation.expression import parse, parse_generators, parse_target_index
from optwright.formulation.nodes import free_names, generator_names, is_identifier

AnyElement = TypeVar("AnyElement", bound=Element)


def find(elements: Sequence[AnyElement], name: str) -> AnyElement:
    """Return the element of a name. Raises FormulationError with the nearest name that exists."""
    for element in elements:
        if element.name == name:
            return element
    known = [element.name for element in elements]
    kind = elements[0].kind if elements else "element"
    raise FormulationError(f"{name!r} is no {kind}{hint(name, known)}")


def hint(name: str, known: Sequence[str]) -> str:
    """Return the end of a message about an unknown name."""
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(known[:8]) or 'none'}"


def changed(formulation: Formulation, **fields: Any) -> Formulation:
    """Return a copy with other fields, read like JSON. Raises FormulationError where they do not fit the schema."""
    data = {name: getattr(formulation, name) for name in Formulation.model_fields}
    new: Formulation = rebuilt(Formulation, {**data, **fields})
    return new


def rebuilt(kind: type[Any], data: dict[str, Any]) -> Any:
    """Build a pydantic model from data. Raises FormulationError with one line a fault."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        faults = [
            (".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")) for fault in error.errors()
        ]
        raise FormulationError("; ".join(f"{path}: {text}" if path else text for path, text in faults)) from None


def replaced(formulation: Formulation, field: str, element: Element) -> Formulation:
    """Return a copy with one element in the place of the one of the same name."""
    elements = [element if part.name == element.name else part for part in getattr(formulation, field)]
    return changed(formulation, **{field: tuple(elements)})


def added(formulation: Formulation, field: str, element: Element) -> Formulation:
    """Return a copy with one element more. Raises FormulationError for a name that is taken or none at all."""
    free_name(formulation, element.name)
    if isinstance(element, Expression | Constraint):
        check_text(element)
    return changed(formulation, **{field: (*getattr(formulation, field), element)})


def without(formulation: Formulation, field: str, name: str) -> Formulation:
    """Return a copy without one element. Raises FormulationError when there is none of the name."""
    find(getattr(formulation, field), name)
    return changed(formulation, **{field: tuple(part for part in getattr(formulation, field) if part.name != name)})


def free_name(formulation: Formulation, name: str) -> None:
    """Raise FormulationError unless an element may take the name."""
    if not is_identifier(name):
        raise FormulationError(f"{name!r} is not a name: write an identifier that is no keyword and no function")
    for element in formulation.elements():
        if element.name == name:
            raise FormulationError(f"{name!r} is taken: there is a {element.kind} of that name")


def check_text(element: Expression | Constraint | Objective | Output) -> None:
    """Raise FormulationError unless the texts of an element can be parsed."""
    try:
        parse(element.expression)
        if for_each := getattr(element, "for_each", None):
            parse_generators(for_each)
    except ParseError as error:
        raise FormulationError(f"{element.where}: {error}") from None


def users(formulation: Formulation, name: str) -> list[str]:
    """Return which elements use a name, as findings name them."""
    return [element.where for element in formulation.elements() if element.name != name and name in uses(element)]


def uses(element: Element) -> set[str]:
    """Return the names that an element uses. Raises FormulationError where it cannot be parsed."""
    found = {parse_target_index(entry)[1] for entry in getattr(element, "index", ())}
    found |= {text for text in (getattr(element, "keys_of", None), getattr(element, "table", None)) if text}
    try:
        for_each = getattr(element, "for_each", None)
        generators = parse_generators(for_each) if for_each else ()
        if isinstance(element, Expression | Constraint | Objective | Output):
            return found | generator_names(generators, parse(element.expression))
        found |= generator_names(generators)
        ends = (element.lower, element.upper) if isinstance(element, Variable) else getattr(element, "range", None)
        for end in ends or ():
            found |= free_names(parse(end)) if isinstance(end, str) else set()
    except ParseError as error:
        raise FormulationError(f"{element.where}: {error}") from None
    return found
