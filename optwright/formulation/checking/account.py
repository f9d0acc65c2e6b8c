"""Every number of the problem's text accounted for, and every number of the formulation found in the text."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice

from optwright.formulation.checking.usage import trees
from optwright.formulation.data import Data
from optwright.formulation.elements import Element, Variable
from optwright.formulation.findings import Code, Finding
from optwright.formulation.nodes import Binary, Call, Generator, Negate, Node, Number, walk
from optwright.formulation.numbers import Kind, Quantity, numbers_in
from optwright.outcome import label

MOST = 20
"""Findings of one code."""
MOST_NUMBERS = 200_000
PLAIN = frozenset({0.0, 1.0})
"""Numbers that a formulation may use without being told."""
COMMON = PLAIN | {2.0, 3.0, 7.0, 10.0, 12.0, 24.0, 30.0, 52.0, 60.0, 100.0, 365.0, 1000.0, 0.5, 1e-6}
"""Numbers that an expression may use without being told: halves, squares, conversions."""


def account(data: Data, text: str) -> list[Finding]:
    """Return NUMBER_UNUSED and NUMBER_UNKNOWN findings."""
    stated = numbers_in(text)
    pool = Pool(_all_numbers(data))
    unused = [one for one in stated if one.kind.amount and not _met(one, pool)]
    findings = [_unused(text, one) for one in _distinct(unused)[:MOST]]
    known = Pool(abs(value) for one in stated for value in one.values)
    unknown: dict[str, list[str]] = {}
    for value, where, element in _own_numbers(data):
        if abs(value) not in known:
            unknown.setdefault(element.where, []).append(f"{value:g} in {where} is not in the text")
    for place, texts in islice(unknown.items(), MOST):
        more = f" (nor are {len(set(texts)) - 1:,} more of its numbers)" if len(set(texts)) > 1 else ""
        findings.append(Finding(Code.NUMBER_UNKNOWN, place, texts[0] + more))
    return findings


class Pool:
    """Numbers to look up, equal to one in a million."""

    def __init__(self, values: Iterable[float]) -> None:
        self.values = sorted({value for value in values if math.isfinite(value)})

    def __contains__(self, value: float) -> bool:
        """Whether a number is there, or one that rounds to it at its own precision of three digits or more."""
        at = bisect_left(self.values, value)
        return any(
            math.isclose(value, other, rel_tol=1e-6, abs_tol=1e-12) for other in self.values[max(0, at - 1) : at + 1]
        ) or self._rounds(value)

    def _rounds(self, value: float) -> bool:
        """Whether a fraction such as 1/3 is there under its decimals 0.333 (or the other way round)."""
        if not 0 < value < 10 or value == int(value):
            return False
        at = bisect_left(self.values, value)
        near = self.values[max(0, at - 1) : at + 1]
        return any(_same_decimals(value, other, digits) for other in near for digits in (3, 4))


def _same_decimals(left: float, right: float, digits: int) -> bool:
    """Whether one of two numbers is the other, rounded to some digits."""
    rounded = round(left, digits)
    return rounded == round(right, digits) and rounded in (left, right)


def _met(one: Quantity, pool: Pool) -> bool:
    """Whether the formulation has a number, under any of the values that it may be written as."""
    if one.value in PLAIN:
        return True
    if one.kind is Kind.FRACTION and len(one.values) >= 3 and one.values[1] in pool and one.values[2] in pool:
        return True
    plain = one.values[:1] if one.kind is Kind.FRACTION else one.values
    return any(abs(value) in pool for value in plain) or (one.kind is Kind.FRACTION and one.text.lower() == "half")


def _distinct(found: list[Quantity]) -> list[Quantity]:
    return list({one.values: one for one in reversed(found)}.values())[::-1]


def _unused(text: str, one: Quantity) -> Finding:
    begin, end = max(0, one.start - 30), min(len(text), one.end + 30)
    around = " ".join(text[begin:end].split())
    return Finding(Code.NUMBER_UNUSED, "text", f"the text's {one.text!r} ('... {around} ...') appears nowhere")


def _all_numbers(data: Data) -> Iterator[float]:
    """Yield every number that the formulation has, sizes of sets and table cells among them."""
    for members in [*data.sets.values(), *(one for family in data.families.values() for one in family.values())]:
        yield float(len(members))
        for item in islice(members.items, MOST_NUMBERS):
            yield from (abs(float(part)) for part in item if isinstance(part, int))
    yield float(len(data.formulation.variables))
    for members_of in data.families.values():
        yield float(len(members_of))
    for values in (*data.parameters.values(), *data.constants.values()):
        yield from (abs(value) for value in islice(values.values(), MOST_NUMBERS) if not isinstance(value, str))
        yield float(len(values))
    for element in data.formulation.elements():
        yield from (abs(value) for value, _ in _literals(element))
    for variable in data.formulation.variables:
        if variable.name not in data.failed:
            yield float(len(data.keys(variable.name)))
            for ends in islice(data.bounds(variable.name).values(), MOST_NUMBERS):
                yield from (abs(end) for end in ends if math.isfinite(end))


def _own_numbers(data: Data) -> Iterator[tuple[float, str, Element]]:
    """Yield the numbers that the formulation itself states, with where; those of attached tables are not its own."""
    for parameter in data.formulation.parameters:
        values = data.parameters.get(parameter.name, {}) if parameter.table is None else {}
        for key, value in islice(values.items(), MOST_NUMBERS):
            if not isinstance(value, str) and not _told(value, PLAIN):
                yield float(value), repr(label(parameter.name, key)), parameter
    for element in data.formulation.elements():
        # A bound that the text does not state is its writer's duty (section 4), not a stray number.
        for value, free in _literals(element) if not isinstance(element, Variable) else ():
            if not free and not _told(value, COMMON):
                yield value, repr(element.name), element


def _told(value: float, common: frozenset[float]) -> bool:
    """Whether a number needs no telling: a common one, or pi."""
    return abs(value) in common or math.isclose(value, math.pi, rel_tol=1e-3)


def _literals(element: Element) -> Iterator[tuple[float, bool]]:
    """Yield the literal numbers of an element, and whether each only takes part in a folded one such as 1/3."""
    for name in ("lower", "upper"):
        value = getattr(element, name, None)
        if isinstance(value, int | float):
            yield float(value), False
    for part in trees(element):
        roots = [part] if not isinstance(part, tuple) else [node for one in part for node in _parts(one)]
        for root in roots:
            yield from _literals_in(root)


def _parts(generator: Generator) -> Iterator[Node]:
    yield generator.source
    if generator.condition is not None:
        yield generator.condition


def _literals_in(root: Node) -> Iterator[tuple[float, bool]]:
    inside: set[int] = set()
    for node in walk(root):
        folded = _folded(node)
        if folded is None or id(node) in inside:
            if isinstance(node, Number):
                yield float(node.value), True
            continue
        own = list(walk(node))
        inside |= {id(part) for part in own}
        yield folded, False
        yield from ((float(part.value), True) for part in own if isinstance(part, Number) and part is not node)


def _folded(node: Node) -> float | None:
    """Return the value of a part made of literals only."""
    match node:
        case Number(value):
            return float(value) if abs(value) < 1e300 else None
        case Negate(operand):
            inner = _folded(operand)
            return None if inner is None else -inner
        case Binary("/" | "*" as op, left, right):
            ends = _folded(left), _folded(right)
            if None in ends or (op == "/" and not ends[1]):
                return None
            value = ends[0] / ends[1] if op == "/" else ends[0] * ends[1]  # type: ignore[operator]
            return value if math.isfinite(value) else None
        case Call("sqrt", (Number(value),)) if value >= 0:
            return math.sqrt(value)
    return None
