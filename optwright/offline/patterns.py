"""What a clause says: the rows of patterns.toml matched over its classes, giving linear relations with named slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from optwright.offline.clauses import COMPARE, Clause, Symbol, kinds_of
from optwright.offline.lexicon import FORMS, LIMITS, WHERE
from optwright.offline.quantities import Column

Terms = dict[int, float]
"""Coefficient by item."""
TOTAL = -1
"""The key of `Terms` for the sum of all items."""
OPS = {"G": ">=", "L": "<=", "Q": "==", "g": ">", "l": "<", "X": ">", "x": ">=", "y": "<="}
_EVERY = re.compile("E.*I|^[^I]*(?:E|N.*q)[^I]*$")
"""Where a bound is meant for each item: `at least 5 of each type`."""
_SAID_OF_EACH = re.compile("[Rk]|E.*I|I.*E|^(?!.*[Ac])[^n]*[Eq].*n")
_CORE = COMPARE | frozenset("INPMDF<+-&,bouerxy")


@dataclass(slots=True)
class Relation:
    """`terms op rhs`; without terms a limit whose quantity is found later by the words around `number`."""

    terms: Terms
    op: str
    rhs: float
    clause: Clause
    number: Symbol | None = None
    used: list[Symbol] = field(default_factory=list)
    column: Column | None = None
    """The quantity of the items that is limited, instead of terms."""
    total: bool = False
    each: bool = False
    guess: bool = False
    doubt: float = 0.0
    """What the reading costs: 0 where the words leave no choice."""


def relations(clause: Clause) -> list[Relation] | None:
    """Read a clause; an empty list where it compares nothing, None where it does but no row fits."""
    compares = bool(set(clause.kinds) & COMPARE)
    core = [symbol for symbol in clause.symbols if symbol.kind in _CORE and not (compares and symbol.kind in "xy")]
    kinds = kinds_of(core)
    for form in FORMS:
        match = form.fullmatch(kinds)
        if match and (found := _meaning(match, core, clause)):
            return found
    return None if compares else []


def _meaning(match: re.Match[str], core: list[Symbol], clause: Clause) -> list[Relation]:
    """Return what a row means here: `left - right*factor OP number`; empty where its slots do not fit together."""
    slots = {name: core[slice(*match.span(name))] for name in match.groupdict() if match[name]}
    mark = next((slots[name][-1] for name in ("op", "most", "extreme") if name in slots), None)
    op = OPS[mark.kind] if mark else ""
    used = [symbol for one in slots.values() for symbol in one if symbol.kind in "NPM"]
    if "pairs" in slots or "lists" in slots:
        names = [symbol.item for symbol in slots.get("pairs", slots.get("lists", [])) if symbol.kind == "I"]
        pairs = zip(names, used, strict=False) if len(names) == len(used) == len(set(names)) else ()
        return [Relation({item: 1.0}, op, one.value, clause, one, [one]) for item, one in pairs]
    terms = _terms(match, slots, clause)
    if terms is None:
        return []
    if "high" in slots:
        low, high = slots["low"][-1], slots["high"][0]
        return [Relation(dict(terms), way, one.value, clause, one, [*used]) for way, one in ((">=", low), ("<=", high))]
    number = slots["number"][0] if "number" in slots else None
    rhs = (number.value if number else 0.0) * (-1.0 if "fewer" in slots else 1.0)
    every, total = _EVERY.search(clause.kinds) is not None, not terms and "T" in clause.kinds
    if len(terms) > 1 and every and set(terms.values()) == {1.0} and number:
        return [Relation({item: 1.0}, op, rhs, clause, number, used) for item in terms]
    return [Relation(terms, op, rhs, clause, number, used, total=total, each=not terms and not total and every)]


def _terms(match: re.Match[str], slots: dict[str, list[Symbol]], clause: Clause) -> Terms | None:
    """Return `left - right*factor`; None where a side is missing that must be there."""
    difference = "D" in clause.kinds
    left = expression(slots.get("left", slots.get("sum", ())), difference=difference)
    right = expression(slots.get("right", ()), difference=difference)
    if "left" in match.re.groupindex and not left:
        if len(clause.subject) != 1:
            return None
        left = {clause.subject[0]: 1.0}
    if any(symbol.kind == "I" and symbol.item not in {**left, **right} for symbol in slots.get("tail", ())):
        return None
    factor = prod(slots[name][0].value for name in ("factor", "many", "share") if name in slots)
    factor /= (slots["per"][0].value or 1.0) if "per" in slots else 1.0
    if "share" in slots:
        right = {TOTAL: 1.0}
    terms = {item: left.get(item, 0.0) - factor * right.get(item, 0.0) for item in {**left, **right}}
    terms = {item: value for item, value in terms.items() if value}
    return terms if terms or not left else None


def expression(core: Sequence[Symbol], *, difference: bool = False) -> Terms:
    """Read a linear expression: items with multipliers, plus, minus, difference, `A subtracted from B`."""
    kinds = kinds_of(core)
    if (at := kinds.find("F")) >= 0:
        start = kinds.find("<", at)
        base, taken = (core[:at], core[at + 1 :]) if start < 0 else (core[start:], core[at + 1 : start])
        plus, minus = expression(base), expression(taken if "I" in kinds[at:start] or start < 0 else core[:at])
        return {item: plus.get(item, 0.0) - minus.get(item, 0.0) for item in {**plus, **minus}}
    terms: Terms = {}
    coefficient = sign = 1.0
    for symbol in core:
        if symbol.kind in "MPN":
            coefficient *= symbol.value
        elif symbol.kind in "+-":
            sign = 1.0 if symbol.kind == "+" else -1.0
        elif symbol.kind == "I":
            terms[symbol.item] = terms.get(symbol.item, 0.0) + sign * coefficient
            coefficient, sign = 1.0, -1.0 if difference else sign
    return terms


def limits(clause: Clause, count: int) -> list[Relation]:
    """Read amounts without a word of comparison: `has 50 acres available`, `needs 200 hours`."""
    kinds = clause.kinds
    if _SAID_OF_EACH.search(kinds) or not any(form.search(kinds) for form in WHERE):
        return []
    found = []
    for at in (match.start() for match in re.finditer("N", kinds)):
        number, place = clause.symbols[at], f"{kinds[:at]}!{kinds[at + 1 :]}"
        op = next((op for form, op in LIMITS if form.search(place)), None)
        if op is None or (op == "==" and len(clause.items()) not in {0, count}):
            return []
        total, each = op == "==" or "T" in kinds, _EVERY.search(kinds) is not None and "T" not in kinds
        found.append(Relation({}, op, number.value, clause, number, [number], total=total, each=each, doubt=0.1))
    return found
