"""Why a model has no solution: an irreducible infeasible subsystem of its rows, bounds and whole-number domains.

Linear models: HiGHS's own subsystem, checked by us. Otherwise, and where that check fails, deletion: whatever can be
left out with the rest still infeasible is left out, large pieces first.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np

from optwright.outcome import Conflict, Termination
from optwright.solvers.elastic import Solve, relaxation
from optwright.solvers.highs import load
from optwright.solvers.options import SolveOptions
from optwright.solvers.standard import StandardForm

IRREDUCIBLE = 2 + 4
"""HiGHS's strategy: from the linear relaxation, made irreducible."""
NEAR = 1e-7
"""By how much a row without variables may be violated, as the solvers see it."""
VERIFIED = 60
"""Largest subsystem whose irreducibility is tested member by member."""

_LOWER = highspy.IisBoundStatus.kIisBoundStatusLower
_UPPER = highspy.IisBoundStatus.kIisBoundStatusUpper
_BOXED = highspy.IisBoundStatus.kIisBoundStatusBoxed


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """One thing that can conflict: a row, or the `lower`, `upper` or `domain` of a column."""

    kind: str
    number: int


def explain_conflict(form: StandardForm, solve: Solve, seconds: float) -> Conflict:
    """Return the conflict of an infeasible form, with the relaxation that would restore feasibility.

    Half of the time goes to the relaxation at most; `proven` is False when the set may still hold surplus members.
    """
    deadline = time.perf_counter() + seconds
    bare = form.without_goals()
    members, proven = _members(bare, solve, deadline - seconds / 3)
    constraints = tuple(form.rows[item.number].plain for item in members if item.kind == "row")
    bounds = tuple((*form.columns[item.number], item.kind) for item in members if item.kind != "row")
    amounts = relaxation(bare, solve, max(0.5, deadline - time.perf_counter()))
    return Conflict(constraints=constraints, bounds=bounds, relaxation=amounts, proven=proven)


def subset(form: StandardForm, members: Sequence[Member]) -> StandardForm:
    """Return the form with only these rows, bounds and whole-number domains in force."""
    lower, upper = np.full(form.width, -np.inf), np.full(form.width, np.inf)
    integer = np.zeros(form.width, dtype=np.bool_)
    rows = []
    for item in members:
        if item.kind == "row":
            rows.append(item.number)
        elif item.kind == "lower":
            lower[item.number] = form.lower[item.number]
        elif item.kind == "upper":
            upper[item.number] = form.upper[item.number]
        else:
            integer[item.number] = True
    return replace(form.take_rows(sorted(rows)), lower=lower, upper=upper, integer=integer, special=form.special)


def _members(form: StandardForm, solve: Solve, deadline: float) -> tuple[list[Member], bool]:
    if alone := impossible(form):
        return alone, True
    linear = not len(form.code.op) and not len(form.quadratic.value) and not form.special
    test = _Test(form, solve, deadline)
    if (
        linear
        and (found := _from_highs(form, max(0.1, deadline - time.perf_counter())))
        and test.infeasible(found) is True
    ):
        if len(found) <= VERIFIED:
            return _delete(found, test, chunk=1)
        return found, True
    return _delete(_everything(form), test, chunk=None)


def impossible(form: StandardForm) -> list[Member]:
    """Return what excludes every point by itself: two bounds of one column, or one row; empty when nothing does."""
    for column in np.flatnonzero((form.lower > form.upper) | (form.lower == np.inf) | (form.upper == -np.inf)):
        return [Member("lower", int(column)), Member("upper", int(column))]
    parts = (form.linear.start, form.quadratic.start, form.code.start)
    empty = np.all([start[1 : form.height + 1] == start[: form.height] for start in parts], axis=0)
    alone = empty & ((form.row_lower > NEAR) | (form.row_upper < -NEAR))
    beyond = (form.row_lower == np.inf) | (form.row_upper == -np.inf)
    for row in np.flatnonzero(alone | beyond | (form.row_lower > form.row_upper)):
        return [Member("row", int(row))]
    return []


def _from_highs(form: StandardForm, seconds: float) -> list[Member]:
    """Return HiGHS's subsystem of the linear relaxation, nothing when the relaxation is feasible or HiGHS fails."""
    relaxed = replace(form, integer=np.zeros(form.width, dtype=np.bool_))
    try:
        instance = load(relaxed, SolveOptions(), seconds)
    except ValueError:  # numbers that HiGHS does not take; deletion uses another solver
        return []
    instance.setOptionValue("iis_strategy", IRREDUCIBLE)
    instance.run()
    if instance.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
        return []
    status, found = instance.getIis()
    if status == highspy.HighsStatus.kError or not found.valid_:
        return []
    members = [Member("row", int(row)) for row in found.row_index_]
    for column, bound in zip(found.col_index_, found.col_bound_, strict=True):
        if bound in (_LOWER, _BOXED):
            members.append(Member("lower", int(column)))
        if bound in (_UPPER, _BOXED):
            members.append(Member("upper", int(column)))
    return members


def _everything(form: StandardForm) -> list[Member]:
    """List all members, what a person would rather not hear of last first: domains, bounds, then rows."""
    members = [Member("domain", int(column)) for column in np.flatnonzero(form.integer)]
    members += [Member("lower", int(column)) for column in np.flatnonzero(np.isfinite(form.lower))]
    members += [Member("upper", int(column)) for column in np.flatnonzero(np.isfinite(form.upper))]
    finite = np.isfinite(form.row_lower) | np.isfinite(form.row_upper)
    return members + [Member("row", int(row)) for row in np.flatnonzero(finite)]


class _Test:
    """Whether some members conflict, by the solver, until the deadline."""

    def __init__(self, form: StandardForm, solve: Solve, deadline: float) -> None:
        self._form, self._solve, self._deadline = form, solve, deadline

    def infeasible(self, members: Sequence[Member]) -> bool | None:
        """Say whether these members alone are infeasible; None when that could not be found out in time."""
        left = self._deadline - time.perf_counter()
        if left <= 0.0:
            return None
        share = max(0.2, left / 5)
        answer = self._solve(subset(self._form, members), min(left, share))
        if answer.termination is Termination.INFEASIBLE:
            return True
        found = answer.point is not None or answer.termination in (Termination.OPTIMAL, Termination.UNBOUNDED)
        return False if found else None


def _delete(members: list[Member], test: _Test, chunk: int | None) -> tuple[list[Member], bool]:
    """Leave out what can be left out, rows first, in halving chunks; the set stays infeasible throughout.

    Rows are tried before bounds, so that a conflict is told in constraints only where it needs no others.
    """
    proven = True
    kept = list(members)
    for kinds in (("row",), ("lower", "upper"), ("domain",)):
        size = chunk or max(1, len(kept) // 2)
        while True:
            kept, certain = _sweep(kept, kinds, size, test)
            if size == 1:
                proven = proven and certain
                break
            size = max(1, size // 2)
    return kept, proven


def _sweep(kept: list[Member], kinds: tuple[str, ...], size: int, test: _Test) -> tuple[list[Member], bool]:
    candidates = [item for item in kept if item.kind in kinds]
    certain = True
    for at in range(0, len(candidates), size):
        piece = set(candidates[at : at + size])
        rest = [item for item in kept if item not in piece]
        verdict = test.infeasible(rest)
        if verdict is True:
            kept = rest
        elif verdict is None:
            certain = False
    return kept, certain
