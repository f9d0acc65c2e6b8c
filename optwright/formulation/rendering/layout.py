"""Expressions laid out over several lines where one would be too long."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.formulation.nodes import Add, Aggregate, Binary, Choose, Compare, Logic, Negate, Node, Number
from optwright.formulation.rendering.literal import WIDTH
from optwright.formulation.rendering.scope import Scope
from optwright.formulation.rendering.writer import (
    OR,
    SUM,
    TERM,
    UNARY,
    clauses_of,
    function_of,
    number,
    operator_of,
    signed,
    write,
    write_condition,
    write_part,
)


def layout(node: Node, scope: Scope, room: int = WIDTH) -> list[str]:
    """Write an expression within `room` columns where that is possible, one line each.

    More than one line need brackets around them, unless the first line opens one that the last line closes.
    """
    text = number(node, scope, OR)
    if len(text) <= room:
        return [text]
    match node:
        case Add(terms):
            return _layout_sum(terms, scope, room)
        case Aggregate(function, body, generators):
            inner, clauses = clauses_of(generators, scope)
            return [f"{function_of(function)}(", *_indented([*_block(body, inner, room - 4, OR), *clauses]), ")"]
        case Choose(condition, then, otherwise):
            branches = _block(then, scope, room - 4, OR), _block(otherwise, scope, room - 9, OR)
            test = f"if {write_condition(condition, scope)}"
            return ["(", *_indented([*branches[0], test, *_led("else ", branches[1])]), ")"]
        case Binary(op, left, right) if op != "**":
            return _block(left, scope, room, TERM) + _led(f"{operator_of(op)} ", _block(right, scope, room - 3, UNARY))
    return [text]


def layout_relation(relation: Compare, scope: Scope, room: int = WIDTH) -> list[str]:
    """Write a comparison of decisions like `layout`, a line or more for each side."""
    text = write(relation, scope)
    if len(text) <= room:
        return [text]
    lines = _block(relation.operands[0], scope, room, SUM)
    for op, operand in zip(relation.ops, relation.operands[1:], strict=True):
        lines += _led(f"{operator_of(op)} ", _block(operand, scope, room - 3, SUM))
    return lines


def _layout_sum(terms: Sequence[Node], scope: Scope, room: int) -> list[str]:
    lines: list[str] = []
    for term in terms:
        sign, _ = signed(term, scope)
        positive = term.operand if isinstance(term, Negate) else term
        if isinstance(positive, Number) and positive.value < 0 and sign == "-":
            positive = Number(-positive.value)
        block = _block(positive, scope, room - 2, TERM)
        lead = "" if not lines and sign == "+" else ("-" if not lines else f"{sign} ")
        lines += _led(lead, block)
    return lines


def _block(node: Node, scope: Scope, room: int, least: int) -> list[str]:
    """Lay out a part, in brackets of its own where its operator binds less than its place needs."""
    if isinstance(node, Compare | Logic):
        return [number(node, scope, least)]
    if write_part(node, scope)[1] >= least:
        return layout(node, scope, room)
    lines = layout(node, scope, room - 4)
    return [f"({lines[0]})"] if len(lines) == 1 else ["(", *_indented(lines), ")"]


def _led(lead: str, lines: list[str]) -> list[str]:
    return [lead + lines[0], *lines[1:]]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def bracketed(lines: list[str], lead: str) -> list[str]:
    """Put `lead` before an expression of one or more lines, with brackets where Python needs them."""
    if len(lines) == 1 or _closed(lines):
        return _led(lead, lines)
    return [f"{lead}(", *_indented(lines), ")"]


def _closed(lines: Sequence[str]) -> bool:
    """Whether the first line opens a bracket that only the last one closes."""
    inner = all(line.startswith(" ") for line in lines[1:-1])
    return lines[0].endswith("(") and lines[-1] == ")" and inner


def call(head: str, arguments: Sequence[str | list[str]], room: int = WIDTH) -> list[str]:
    """Write a call, one line an argument where all do not fit on one; an argument may be of several lines by itself."""
    flat = f"{head}({', '.join(part if isinstance(part, str) else _joined(part) for part in arguments)})"
    if len(flat) <= room:
        return [flat]
    lines = [[part] if isinstance(part, str) else _spread(part, room) for part in arguments]
    return [f"{head}(", *_indented([line for part in lines for line in [*part[:-1], f"{part[-1]},"]]), ")"]


def _joined(lines: Sequence[str]) -> str:
    """Put an argument of several lines on one: `initialize=[`, the parts, `]`."""
    return lines[0] + " ".join(lines[1:-1]) + lines[-1]


def _spread(lines: Sequence[str], room: int) -> list[str]:
    flat = _joined(lines)
    return [flat] if len(flat) + 4 <= room else [lines[0], *_indented(lines[1:-1]), lines[-1]]
