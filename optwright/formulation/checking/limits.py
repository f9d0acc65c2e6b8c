"""Bounds that cross, decisions that nothing limits or mentions, and equalities that cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from optwright.formulation.checking.affine import Affine, total
from optwright.formulation.checking.columns import Columns
from optwright.formulation.data import Data
from optwright.formulation.elements import Objective, Sense
from optwright.formulation.findings import Code, Finding
from optwright.outcome import label

MOST_FAMILIES = 40
"""Equality constraints that are compared pairwise."""


def crossed(data: Data) -> Iterator[Finding]:
    """Yield BOUNDS for variables whose lower bound exceeds the upper, and whole variables with no whole number."""
    for variable in data.formulation.variables:
        if variable.name in data.failed:
            continue
        bounds = data.bounds(variable.name)
        bad = [(key, ends) for key, ends in bounds.items() if ends[0] > ends[1]]
        if bad:
            key, (low, high) = bad[0]
            text = f"{label(variable.name, key)}: lower {low:g} > upper {high:g}{_more(len(bad) - 1)}"
            yield Finding(Code.BOUNDS, variable.where, text)
        elif variable.domain.integral:
            empty = [(key, ends) for key, ends in bounds.items() if _no_whole(*ends)]
            if empty:
                key, (low, high) = empty[0]
                text = f"{label(variable.name, key)}: no whole number from {low:g} to {high:g}{_more(len(empty) - 1)}"
                yield Finding(Code.BOUNDS, variable.where, text)


def _no_whole(low: float, high: float) -> bool:
    return high - low < 1 and abs(low) < 1e15 and -(-low // 1) > high + 1e-9


def loose(data: Data, columns: Columns) -> Iterator[Finding]:
    """Yield LOOSE_VARIABLE for decisions that no constraint mentions."""
    if not columns.complete:
        return
    unconstrained = not data.formulation.constraints
    given = {one.name for one in data.formulation.variables if one.lower is not None or one.upper is not None}
    lost: dict[str, list[int]] = {}
    for column, (name, _) in enumerate(columns.labels):
        if column in columns.used or (column in columns.wanted and (unconstrained or name in given)):
            continue
        lost.setdefault(name, []).append(column)
    for name, found in lost.items():
        nowhere = "" if any(column in columns.wanted for column in found) else " and in no objective"
        text = f"{columns.name(found[0])} is in no constraint{nowhere}{_more(len(found) - 1)}"
        yield Finding(Code.LOOSE_VARIABLE, f"variable {name!r}", text)


def unbounded(columns: Columns, objective: Objective, value: Any) -> Iterator[Finding]:
    """Yield UNBOUNDED for decisions that improve the objective for ever."""
    if not isinstance(value, Affine) or not columns.complete:
        return
    upward = objective.sense is Sense.MAXIMIZE
    away: dict[tuple[str, bool], list[int]] = {}
    for column, factor in value.terms.items():
        up = (factor > 0) == upward
        if factor and column not in value.others and columns.runs_away(column, up=up):
            away.setdefault((columns.labels[column][0], up), []).append(column)
    for (_, up), found in away.items():
        sense, side = ("maximised" if upward else "minimised"), ("upper" if up else "lower")
        text = f"{sense} {columns.name(found[0])!r} has no {side} bound and nothing limits it{_more(len(found) - 1)}"
        yield Finding(Code.UNBOUNDED, objective.where, text)


def balance(equalities: Mapping[str, list[Affine]]) -> Iterator[Finding]:
    """Yield BALANCE where equalities add up to a contradiction: 0 == 500."""
    sums: dict[str, tuple[dict[int, float], float]] = {}
    for name, rows in equalities.items():
        if rows and not any(row.others for row in map(_difference, rows)):
            added = total(map(_difference, rows))
            sums[name] = (
                {column: factor for column, factor in added.terms.items() if abs(factor) > 1e-9},
                added.constant,
            )
    found: set[str] = set()
    scale = {name: sum(abs(_difference(row).constant) for row in equalities[name]) for name in sums}
    for name, (terms, constant) in sums.items():
        if not terms and len(equalities[name]) > 1 and _off(constant, scale[name]):
            found.add(name)
            yield _contradiction([name], constant)
    rest = [name for name in sums if name not in found and sums[name][0]][:MOST_FAMILIES]
    for left, right in combinations(rest, 2):
        for sign in (1, -1):
            constant = sums[left][1] + sign * sums[right][1]
            if _off(constant, scale[left] + scale[right]) and _cancel(sums[left][0], sums[right][0], sign):
                yield _contradiction([left, right], constant)
                return
    if len(rest) > 2:
        every = total(Affine(*sums[name]) for name in rest)
        if not any(abs(factor) > 1e-9 for factor in every.terms.values()) and _off(every.constant, sum(scale.values())):
            yield _contradiction(rest, every.constant)


def _difference(row: Affine) -> Affine:
    return getattr(row, "difference", row)


def _off(constant: float, scale: float) -> bool:
    return abs(constant) > 1e-6 * max(1.0, scale)


def _cancel(left: Mapping[int, float], right: Mapping[int, float], sign: int) -> bool:
    return left.keys() == right.keys() and all(
        abs(factor + sign * right[column]) <= 1e-9 * max(1.0, abs(factor)) for column, factor in left.items()
    )


def _contradiction(names: list[str], constant: float) -> Finding:
    which = " and ".join(repr(name) for name in names[:4])
    text = f"the equalities {which} add up to 0 == {abs(constant):g}: no solution can exist"
    return Finding(Code.BALANCE, f"constraint {names[0]!r}", f"{text}; is a supply written as a demand?")


def _more(count: int) -> str:
    return f" (and {count:,} more)" if count else ""
