"""Where a division, logarithm or root of decisions could leave its domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from optwright.formulation.data import Data
from optwright.formulation.elements import Domain, Element
from optwright.formulation.findings import Code, Finding
from optwright.formulation.interval import Interval
from optwright.formulation.lowering.form import range_of
from optwright.formulation.lowering.forms import Forms
from optwright.formulation.members import Fault
from optwright.formulation.nodes import Aggregate, Binary, Call, Generator, Node, Number, children, free_names
from optwright.formulation.row import Row, generators_of, tree_of
from optwright.formulation.runtime import RUN_ERRORS
from optwright.formulation.unparse import unparse

MOST = 500
"""Combinations of one division or logarithm that are looked at."""


def domains(data: Data) -> list[Finding]:
    """Return the DOMAIN findings: what could be undefined at some point within the bounds."""
    findings = [
        Finding(Code.DOMAIN, variable.where, "PositiveReals is closed at 0", '"lower": the smallest amount that counts')
        for variable in data.formulation.variables
        if variable.domain is Domain.POSITIVE_REALS
    ]
    forms = Forms(data)
    formulation = data.formulation
    elements = (*formulation.expressions, *formulation.objectives, *formulation.constraints)
    for element in elements:
        findings += _element(data, forms, element)
    return findings


def _element(data: Data, forms: Forms, element: Element) -> Iterator[Finding]:
    try:
        outer = generators_of(getattr(element, "for_each", None))
        node = tree_of(getattr(element, "expression", ""))
    except Fault:
        return
    for part, generators in _sites(node, outer):
        for argument, outside, says in _arguments(part):
            if not free_names(argument) & data.decisions:
                continue
            if any(outside(one) for one in _ranges(forms, argument, generators)):
                text = f"`{unparse(part)}`: {unparse(argument)} {says}"
                yield Finding(Code.DOMAIN, element.where, text, f"{unparse(argument)} >= a smallest amount above 0")


def _sites(node: Node, generators: tuple[Generator, ...]) -> Iterator[tuple[Node, tuple[Generator, ...]]]:
    """Yield every part of a tree with the generators around it."""
    yield node, generators
    if isinstance(node, Aggregate):
        yield from _sites(node.body, generators + node.generators)
        return
    for part in children(node):
        yield from _sites(part, generators)


def _arguments(node: Node) -> Iterator[tuple[Node, Callable[[Interval], bool], str]]:
    match node:
        case Binary("/", _, below):
            yield below, lambda one: 0 in one, "can be 0"
        case Binary("**", base, Number(exponent)) if exponent < 0:
            yield base, lambda one: 0 in one, "can be 0"
        case Binary("**", base, Number(exponent)) if exponent != int(exponent):
            yield base, lambda one: one.lo < 0, "can be negative"
        case Call("log", (argument,)):
            yield argument, lambda one: one.lo <= 0, "can be 0 or negative"
        case Call("sqrt", (argument,)):
            yield argument, lambda one: one.lo < 0, "can be negative"


def _ranges(forms: Forms, node: Node, generators: tuple[Generator, ...]) -> Iterator[Interval]:
    """Yield between what a part lies, for its first combinations; where it cannot be computed there is none."""
    try:
        row = Row(forms.point, generators, node)
        for combination in islice(row.combinations(), MOST):
            try:
                yield range_of(row(combination))
            except RUN_ERRORS:
                continue
    except RUN_ERRORS:
        return
