"""What is declared but used nowhere, and indices that hide a declared name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from optwright.formulation.data import Data
from optwright.formulation.elements import Element, Expression, Parameter, SetSpec, Variable
from optwright.formulation.expression import parse_target_index
from optwright.formulation.findings import Code, Finding
from optwright.formulation.members import Fault
from optwright.formulation.nodes import Aggregate, Generator, Node, free_names, generator_names, walk
from optwright.formulation.row import generators_of, tree_of


def usage(data: Data) -> list[Finding]:
    """Return UNUSED and HIDDEN_NAME findings."""
    used: dict[str, set[str]] = {}
    findings: list[Finding] = []
    for element in data.formulation.elements():
        names: set[str] = set()
        bound = {index for entry in getattr(element, "index", ()) if (index := parse_target_index(entry)[0])}
        for part in trees(element):
            if isinstance(part, tuple):
                names |= generator_names(part)
                bound |= {name for generator in part for name in generator.target}
            else:
                names |= free_names(part) - bound
            findings += _hidden(data, element, part)
        used[element.where] = names | set(_named(element))
    findings += _unused(data, used)
    return list(dict.fromkeys(findings))


def trees(element: Element) -> Iterator[Node | tuple[Generator, ...]]:
    """Yield the expressions of an element that can be parsed, a `for_each` as generators."""
    if isinstance(for_each := getattr(element, "for_each", None), str):
        with suppress(Fault):
            yield generators_of(for_each)
    for text in texts(element):
        try:
            yield tree_of(text)
        except Fault:
            continue


def texts(element: Element) -> list[str]:
    """Return the texts of an element that are expressions, `for_each` apart."""
    found = [getattr(element, "expression", None)]
    if isinstance(element, Variable):
        found += [element.lower, element.upper]
    if isinstance(element, SetSpec):
        found += list(element.range or ())
    return [text for text in found if isinstance(text, str)]


def _named(element: Element) -> Iterator[str]:
    """Yield the names that an element refers to outside of expressions."""
    for entry in getattr(element, "index", ()):
        yield parse_target_index(entry)[1]
    for field in ("keys_of", "table"):
        if isinstance(name := getattr(element, field, None), str):
            yield name


def _hidden(data: Data, element: Element, part: Node | tuple[Generator, ...]) -> Iterator[Finding]:
    generators = list(part) if isinstance(part, tuple) else []
    nodes = walk(part) if not isinstance(part, tuple) else (node for one in part for node in _within(one))
    for node in nodes:
        if isinstance(node, Aggregate):
            generators += node.generators
    for name in dict.fromkeys(name for generator in generators for name in generator.target):
        if name in data.elements:
            kind = data.elements[name].kind
            yield Finding(Code.HIDDEN_NAME, element.where, f"the index {name!r} hides the {kind} {name!r}")


def _within(generator: Generator) -> Iterator[Node]:
    yield from walk(generator.source)
    if generator.condition is not None:
        yield from walk(generator.condition)


def _unused(data: Data, used: dict[str, set[str]]) -> list[Finding]:
    findings = []
    declared: list[Element] = [*data.formulation.tables, *data.elements.values()]
    for element in declared:
        if isinstance(element, Variable) or any(
            element.name in names for where, names in used.items() if where != element.where
        ):
            continue
        if isinstance(element, SetSpec | Parameter | Expression) or element.kind == "table":
            findings.append(Finding(Code.UNUSED, element.where, f"{element.kind} {element.name!r} is used nowhere"))
    return findings
