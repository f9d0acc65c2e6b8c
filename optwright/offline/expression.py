"""Linear expressions in words: `twice X plus Y`, `the difference between A and B`, `A subtracted from B`."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.offline.clauses import Symbol

Terms = dict[int, float]
"""Coefficient by item."""


def expression(core: Sequence[Symbol]) -> Terms | None:
    """Read a linear expression of items: multipliers, plus, minus, difference, subtraction. None without items."""
    flip = next((position for position, symbol in enumerate(core) if symbol.kind == "F"), None)
    if flip is not None:
        return _subtraction(core[:flip], core[flip + 1 :], flipped=core[flip].text.endswith("ed"))
    terms: Terms = {}
    coefficient, sign, difference = 1.0, 1.0, False
    start = next((position for position, symbol in enumerate(core) if symbol.kind == "D"), 0)
    if not any(symbol.kind in "+-MP" for symbol in core[:start]):
        core = core[start:]
    for symbol in core:
        if symbol.kind in "MPN":
            coefficient *= symbol.value
        elif symbol.kind == "D":
            difference = True
        elif symbol.kind == "-":
            sign = -1.0
        elif symbol.kind == "+":
            sign = 1.0
        elif symbol.kind == "&" and sign < 0 and not difference:
            sign = -1.0
        elif symbol.kind == "I":
            terms[symbol.item] = terms.get(symbol.item, 0.0) + sign * coefficient
            coefficient = 1.0
            if difference:
                sign = -1.0
    return terms or None


def _subtraction(before: Sequence[Symbol], after: Sequence[Symbol], *, flipped: bool) -> Terms | None:
    """`subtracting A from B`, `A subtracted from B`: B minus A; `B, subtracting A`: B minus A."""
    first, second = cut(list(after), "<")
    taken, base = (
        (expression(first), expression(second))
        if expression(first) and second
        else (expression(before), expression(after))
    )
    if not flipped and expression(before) and not expression(second):
        taken, base = expression(after), expression(before)
    if not taken or not base:
        return None
    return {item: base.get(item, 0.0) - taken.get(item, 0.0) for item in {**base, **taken}}


def cut(core: list[Symbol], kind: str) -> tuple[list[Symbol], list[Symbol]]:
    """Split before the first symbol of a kind."""
    at = next((position for position, symbol in enumerate(core) if symbol.kind == kind), len(core))
    return core[:at], core[at:]
