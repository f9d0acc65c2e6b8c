"""A clause with a comparison to linear relations of the items: the grammar of `twice X plus Y must be at least 10`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from optwright.offline.clauses import COMPARE, Clause, Symbol
from optwright.offline.expression import Terms, cut, expression
from optwright.offline.lexicon import PERIODS

TOTAL = -1
"""The key of `Terms` for the sum of all items."""
OPS = {"G": ">=", "L": "<=", "Q": "==", "g": ">", "l": "<", "X": ">"}
_CORE = frozenset("INPMGLQglXDF<TEt+-&Obmf")


@dataclass(slots=True)
class Relation:
    """`terms op rhs`; without terms a limit whose quantity is known by its words only (`number` is its symbol)."""

    terms: Terms
    op: str
    rhs: float
    clause: Clause
    number: Symbol | None = None
    used: list[Symbol] = field(default_factory=list)
    difference: bool = False
    total: bool = False
    each: bool = False
    doubt: float = 0.0
    """What the reading costs: 0 where the words leave no choice."""


def relations(clause: Clause) -> list[Relation] | None:
    """Read a clause; an empty list where it compares nothing, None where it does but cannot be read."""
    core = [symbol for symbol in clause.symbols if symbol.kind in _CORE]
    at = next((position for position, symbol in enumerate(core) if symbol.kind in COMPARE), None)
    if at is None:
        return _unmarked(core, clause)
    if (pairs := _zipped(core, clause, at)) is not None:
        return pairs
    left, right = core[:at], core[at + 1 :]
    if core[at].text.startswith("or ") and left and left[-1].kind == "N":
        left, right = left[:-1], [left[-1], *right]
    mark = core[at].kind
    if mark in "gl" and not any(symbol.kind in "IN" for symbol in right):
        return None
    while right and right[0].kind in "TE&Ot<" and not (right[0].kind == "E" and right[0].text == "each"):
        right = right[1:]
    if any(symbol.kind in COMPARE for symbol in right):
        return _twice(left, mark, right, clause)
    return _one(left, mark, right, clause)


def intervals(clause: Clause) -> list[Relation]:
    """`X: 0-500`, `Y [0, 20]`, `Z from 10 to 60`: both ends of a range, with the item last named before it."""
    line = clause.symbols
    found: list[Relation] = []
    for position in range(1, len(line) - 2):
        low, join, high = line[position : position + 3]
        lead = {symbol.text for symbol in line[max(0, position - 2) : position]}
        if low.kind != "N" or high.kind != "N" or not lead & _RANGES.get(join.text, frozenset()):
            continue
        item = next(
            (symbol.item for symbol in reversed(line[:position]) if symbol.kind == "I"),
            clause.subject[0] if len(clause.subject) == 1 else None,
        )
        if item is not None:
            found.extend(
                Relation({item: 1.0}, op, symbol.value, clause, symbol, [symbol])
                for op, symbol in ((">=", low), ("<=", high))
            )
    return found


_FROM = frozenset({"from", "range", "ranging", "ranges", "[", ":"})
_RANGES = {"-": _FROM | {"between"}, "to": _FROM, "and": frozenset({"between"}), ",": frozenset({"["})}
"""What stands in front of a range, by the word between its ends."""


def _one(left: list[Symbol], mark: str, right: list[Symbol], clause: Clause) -> list[Relation] | None:
    first = next((symbol.kind for symbol in right if symbol.kind in "NMPIb"), "")
    numbers = [symbol for symbol in right if symbol.kind == "N"]
    if (
        first == "I"
        and len(numbers) == 1
        and right[-1] is numbers[0]
        and not any(s.kind in "tb+-DF" for s in right)
        and expression(left) is None
    ):
        return _constant(right[:-1], OPS[mark], numbers, clause)
    reader = {"N": _constant, "M": _multiple, "P": _share, "I": _against}.get(first)
    if reader is None:
        return _postfix(left, mark, clause)
    return reader(left, OPS[mark], right, clause)


def _twice(left: list[Symbol], mark: str, right: list[Symbol], clause: Clause) -> list[Relation] | None:
    """`exceed Y by at least 30`, `not exceed Y by more than 30`, `at least 10 but no more than 20` without a comma."""
    at = next(position for position, symbol in enumerate(right) if symbol.kind in COMPARE)
    first, second, rest = right[:at], right[at].kind, right[at + 1 :]
    by = any(symbol.kind == "b" for symbol in first)
    if mark == "L" and expression(first) and any(one.kind == "L" and one.text == "limits" for one in clause.symbols):
        return _one(first, second, rest, clause)
    if not expression(left) and any(symbol.kind == "+" for symbol in first) and expression(first):
        return _one(first, second, rest, clause)
    if by or (mark in "XLg" and any(s.kind == "I" for s in first) and not any(s.kind == "N" for s in first)):
        number = next((symbol for symbol in rest if symbol.kind == "N"), None)
        base, other = expression(left), expression(first)
        if number is None or not base or not other:
            return None
        op = OPS[mark] if mark == "L" else OPS[second] if second in "GLQ" else ">="
        return [_make(base, op, number.value, clause, other, used=[*left, *first, number])]
    if not any(symbol.kind in "INMP" for symbol in first):
        return _one(left, second if mark == "X" else mark, rest, clause)
    one, two = _one(left, mark, first, clause), _one(left, second, rest, clause)
    return None if one is None or two is None else [*one, *two]


def _unmarked(core: list[Symbol], clause: Clause) -> list[Relation]:
    """`the number of A must be three times the number of B`: an equation without a word for equal."""
    kinds = "".join(symbol.kind for symbol in core if symbol.kind in "INPMDt")
    if kinds in {"IMI", "IMtI"} and any(
        symbol.text in {"must", "should", "is", "are", "be", "has to"} for symbol in clause.symbols
    ):
        left, right = cut(core, "M")
        base, other = expression(left), expression(right)
        return [_make(base, "==", 0.0, clause, other, used=core)] if base and other else []
    words = {symbol.text[:5]: symbol for symbol in clause.symbols if symbol.text in _EXTREMES}
    numbers = [symbol for symbol in core if symbol.kind == "N"]
    if len(words) != 1 or not numbers or any(symbol.kind in "MP" for symbol in core):
        return []
    lead = clause.symbols[: clause.symbols.index(numbers[0])]
    before = [symbol.item for symbol in lead if symbol.kind == "I"]
    names = before[-1:] if len(numbers) == 1 and before else list(dict.fromkeys(clause.items()))
    if next(iter(words.values())) in lead and len(numbers) == len(names):
        op = ">=" if "minim" in words else "<="
        return [
            _make({item: 1.0}, op, number.value, clause, used=[number])
            for item, number in zip(names, numbers, strict=True)
        ]
    return []


_EXTREMES = frozenset({"minimum", "maximum", "minimal", "maximal"})


def _make(
    left: Terms, op: str, rhs: float, clause: Clause, right: Terms | None = None, *, used: Sequence[Symbol]
) -> Relation:
    terms = dict(left)
    for item, value in (right or {}).items():
        terms[item] = terms.get(item, 0.0) - value
    relation = Relation(
        {item: value for item, value in terms.items() if value},
        op,
        rhs,
        clause,
        used=[s for s in used if s.kind in "NPM"],
    )
    plain = [symbol for symbol in relation.used if symbol.kind == "N" and symbol.value not in {0, 1}]
    if len(plain) > sum(abs(value) not in {0.0, 1.0} for value in terms.values()) + (
        rhs != 0 or 0.0 in {symbol.value for symbol in plain}
    ):
        relation.doubt = 3.0
    relation.difference = any(symbol.kind == "D" for symbol in used)
    return relation


def _constant(left: list[Symbol], op: str, right: list[Symbol], clause: Clause) -> list[Relation] | None:
    """The first thing compared with is a number: a bound, an offset (`10 more than Y`) or a limit on a quantity."""
    at = next(position for position, symbol in enumerate(right) if symbol.kind == "N")
    number, rest = right[at], right[at + 1 :]
    base = expression(left)
    if base is None and (pair := _per(clause, op, right)):
        return pair
    follow = next((symbol.kind for symbol in rest if symbol.kind in "ImftMNP"), "")
    if follow and follow in "mf":
        if offset := _offset(left, op, number, rest, clause):
            return offset
        rest = cut(rest, "t")[0]
    apart = [symbol for symbol in left if symbol.kind == "D"] if base is None else []
    other = expression([*apart, *rest])
    if base is None and other is None:
        return [_quantity(left, op, number, right, clause)]
    if base is not None and other is not None and set(other) - set(base):
        return _paired(base, op, number, other, clause)
    chosen, source = (base, left) if base is not None else (other, rest)
    assert chosen is not None
    near = right if base is None else left
    if len(chosen) > 1 and any(symbol.kind == "E" and symbol.text in {"each", "every"} for symbol in near):
        return [_make({item: 1.0}, op, number.value, clause, used=[number]) for item in chosen]
    made = _make(chosen, op, number.value, clause, used=[*source, number])
    made.number = number
    return [made]


def _offset(left: list[Symbol], op: str, number: Symbol, rest: list[Symbol], clause: Clause) -> list[Relation]:
    """`10 more than Y`, `5 more X than Y`; empty where the words give no two sides."""
    before, after = cut(rest, "t")
    base, other = expression(left), expression(after) or expression(before)
    if base is None and after:
        base = expression(before)
    if base is None and len(clause.subject) == 1:
        base = {clause.subject[0]: 1.0}
    if not base or not other:
        return []
    more = next(symbol.kind for symbol in rest if symbol.kind in "mf") == "m"
    rhs = number.value if more else -number.value
    return [_make(base, op, rhs, clause, other, used=[*left, number, *rest])]


def _quantity(left: list[Symbol], op: str, number: Symbol, right: list[Symbol], clause: Clause) -> Relation:
    """A limit that names no item: on a quantity, on all items together, or on each."""
    totals = [symbol.text for symbol in [*left, *right] if symbol.kind == "T"]
    total = any(text not in {"both", "all"} for text in totals)
    each = not total and every(clause)
    return Relation(
        {}, op, number.value, clause, number, [number], total=total or (bool(totals) and not each), each=each
    )


def _paired(base: Terms, op: str, number: Symbol, other: Terms, clause: Clause) -> list[Relation] | None:
    """`for every X at most 4 Y`; None where two groups of items meet without such words."""
    words = [symbol.text for symbol in clause.symbols]
    if not any(one in {"for", "per"} and two in {"every", "each", "a", "an"} for one, two in pairwise(words)):
        return None
    many = {item: number.value * value for item, value in base.items()}
    return [_make(other, op, 0.0, clause, many, used=[number])]


def _per(clause: Clause, op: str, right: list[Symbol]) -> list[Relation]:
    """`at least one worker for every 3 robots`: the first item against so many of the second."""
    line = [symbol for symbol in right if symbol.kind in "NI"]
    words = [symbol.text for symbol in clause.symbols]
    if (
        "for" not in words
        or not {"every", "each"} & set(words)
        or "".join(one.kind for one in line) not in {"NINI", "NII"}
    ):
        return []
    many = line[2].value if line[2].kind == "N" else 1.0
    numbers = [symbol for symbol in line if symbol.kind == "N"]
    made = _make({line[1].item: 1.0}, op, 0.0, clause, {line[-1].item: line[0].value / many}, used=numbers)
    made.doubt = 0.0
    return [made]


def every(clause: Clause) -> bool:
    """Whether a bound is meant for each item: `at least 5 of each type`, but not `5 each day`."""
    line = clause.symbols
    first = next((position for position, symbol in enumerate(line) if symbol.kind == "N"), len(line))
    for position, symbol in enumerate(line):
        after = line[position + 1].text.rstrip("s") if position + 1 < len(line) else ""
        if (symbol.text in {"each", "every"} or (symbol.text == "both" and position > first)) and after not in PERIODS:
            return True
    return False


def _multiple(left: list[Symbol], op: str, right: list[Symbol], clause: Clause) -> list[Relation] | None:
    """`at least twice as many A as B`, `A at most a third of B`."""
    base = expression(left)
    names = {symbol.item for symbol in right if symbol.kind == "I"}
    factor = next(symbol for symbol in right if symbol.kind == "M")
    part = any(symbol.kind == "T" for symbol in right) or (factor.value < 1 and not _beside(clause, factor))
    if part and ((len(names) == 1 and (base is None or set(base) == names)) or (not names and base is not None)):
        for symbol in right:
            symbol.kind = "P" if symbol.kind == "M" else symbol.kind
        return _share(left, op, right, clause)
    right, constant = _tail(right)
    if base is not None:
        other = expression([symbol for symbol in right if symbol.kind not in "b"])
        if other is None and len(clause.subject) == 1 and clause.subject[0] not in base:
            other = {clause.subject[0]: next(s.value for s in right if s.kind == "M")}
        return (
            [
                _make(
                    base,
                    op,
                    constant.value if constant else 0.0,
                    clause,
                    other,
                    used=[*left, *right, *([constant] if constant else [])],
                )
            ]
            if other
            else None
        )
    found = [symbol for symbol in right if symbol.kind == "I"]
    if len(found) < 2:
        if len(found) == 1 and len(clause.subject) == 1 and found[0].item != clause.subject[0]:
            return [_make({clause.subject[0]: 1.0}, op, 0.0, clause, expression(right), used=right)]
        return None
    start = right.index(factor)
    first, second = (
        expression(right[start + 1 : right.index(found[0]) + 1]),
        expression(right[right.index(found[0]) + 1 :]),
    )
    assert first is not None
    assert second is not None
    return [_make(first, op, 0.0, clause, {item: factor.value * value for item, value in second.items()}, used=right)]


def _beside(clause: Clause, factor: Symbol) -> bool:
    """Whether an item follows a multiplier with no other noun or verb between: `a third of the mangos`."""
    for symbol in clause.symbols[clause.symbols.index(factor) + 1 :]:
        if symbol.kind == "I":
            return True
        if symbol.kind in "VWn":
            return False
    return False


def _tail(right: list[Symbol]) -> tuple[list[Symbol], Symbol | None]:
    """Take off a constant at the end: `twice Y plus an additional 300 units`."""
    at = max((position for position, symbol in enumerate(right) if symbol.kind == "I"), default=len(right))
    rest = [symbol for symbol in right[at:] if symbol.kind in "N+mb"]
    if [symbol.kind for symbol in rest] in (["+", "N"], ["+", "m", "N"], ["b", "N"], ["+", "N", "m"]):
        return right[: at + 1], next(symbol for symbol in rest if symbol.kind == "N")
    return right, None


def _share(left: list[Symbol], op: str, right: list[Symbol], clause: Clause) -> list[Relation] | None:
    """`at most 40% of the trips must be by bus`, `bus trips at least 30% of all`."""
    number = next(symbol for symbol in right if symbol.kind == "P")
    base, other = expression(left), expression(right[right.index(number) + 1 :])
    if base is not None and other is not None and set(other) != set(base):
        return [
            _make(
                base,
                op,
                0.0,
                clause,
                {item: number.value * value for item, value in other.items()},
                used=[*left, number, *right],
            )
        ]
    base = base or other or ({clause.subject[0]: 1.0} if len(clause.subject) == 1 else None)
    if base is None or len(base) > 1:
        return None
    return [_make(base, op, 0.0, clause, {TOTAL: number.value}, used=[*left, *right])]


def _against(left: list[Symbol], op: str, right: list[Symbol], clause: Clause) -> list[Relation] | None:
    """Items against items: `A must exceed B`, `more A than B`, `at least as many A as twice B`, `exceed B by 30`."""
    right, constant = _tail(right)
    part, offset = cut(right, "b")
    base = expression(left)
    number = next((symbol for symbol in offset if symbol.kind == "N"), constant)
    if base is None and any(symbol.kind == "D" for symbol in part):
        return None
    if base is None:
        before, after = cut(part, "t")
        if not after:
            found = [position for position, symbol in enumerate(part) if symbol.kind == "I"]
            if len(found) < 2:
                base = {clause.subject[0]: 1.0} if len(clause.subject) == 1 else None
                after = part
            else:
                before, after = part[: found[0] + 1], part[found[0] + 1 :]
        base = base or expression(before)
        part = after
    other = expression([symbol for symbol in part if symbol.kind != "N"])
    if not base or not other or any(symbol.kind == "N" for symbol in part):
        return None
    rhs = number.value if number else 0.0
    return [_make(base, op, rhs, clause, other, used=[*left, *right, *([number] if number else [])])]


def _postfix(left: list[Symbol], mark: str, clause: Clause) -> list[Relation] | None:
    """`10 hours or more`, `30 at most`: the number stands before the mark."""
    numbers = [symbol for symbol in left if symbol.kind == "N"]
    if len(numbers) != 1 or any(symbol.kind in "PM" for symbol in left):
        return None
    number = numbers[0]
    base = expression([symbol for symbol in left if symbol is not number])
    if base is None:
        return [Relation({}, OPS[mark], number.value, clause, number, [number])]
    made = _make(base, OPS[mark], number.value, clause, used=[number])
    made.number = number
    return [made]


def _zipped(core: list[Symbol], clause: Clause, at: int) -> list[Relation] | None:
    """`X, Y and Z cannot exceed 150, 100 and 80 respectively`."""
    names = list(dict.fromkeys(clause.items()))
    numbers = [symbol for symbol in core if symbol.kind == "N"]
    listed = any(symbol.kind == "R" for symbol in clause.symbols)
    if not listed or len(names) < 2 or len(numbers) != len(names):
        return None
    return [
        _make({item: 1.0}, OPS[core[at].kind], number.value, clause, used=[number])
        for item, number in zip(names, numbers, strict=True)
    ]
