"""Choose among the readings of a text by check and solver, or refuse and say why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from optwright.errors import OptwrightError
from optwright.formulation.check import check as check_formulation
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import Code, Finding, Severity
from optwright.offline.candidate import Candidate
from optwright.offline.candidates import candidates
from optwright.offline.emit import formulate
from optwright.offline.tokens import MAX_TEXT
from optwright.outcome import Outcome, Termination
from optwright.problem import Problem

Solve = Callable[[Formulation], Outcome]
"""Solves a formulation; never raises for an infeasible or unbounded one."""
Check = Callable[[Formulation, str], Iterable[Finding]]
"""Returns the findings about a formulation and the text that it was read from."""

NEAR = 0.45
"""Two readings whose scores differ by less are both plausible."""
CLOSE = 0.15
"""A reading that fails gives way to one whose score is at most this much lower."""
MAX_SOLVED = 4
FATAL = frozenset({Code.NUMBER_UNUSED, Code.LOOSE_VARIABLE, Code.UNBOUNDED})
"""Warnings that an offline reading may not have."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One reading, what the solver made of it, and why it cannot be the answer (empty when it can)."""

    formulation: Formulation
    score: float
    outcome: Outcome | None = None
    objection: str = ""
    names: tuple[frozenset[str], ...] = ()
    """The words that name each item."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no reading was chosen; `readings` are those that compete, the most plausible first."""

    reason: str
    readings: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All judged readings; exactly one of `chosen` and `refusal` is given."""

    candidates: tuple[Judged, ...]
    chosen: Judged | None = None
    refusal: Refusal | None = None


def checked(formulation: Formulation, text: str) -> list[Finding]:
    """Check a reading against its text: the ordinary check, every number of the text accounted for."""
    return check_formulation(formulation, text=text)


def read(problem: Problem, *, solve: Solve, check: Check = checked) -> Reading:
    """Read a problem in words. Raises nothing for a text that it does not understand: that is a refusal."""
    if (length := len(problem.text)) > MAX_TEXT:
        return _refused(f"the text has {length} characters; the offline reader takes up to {MAX_TEXT}")
    found = candidates(problem)
    sound = [candidate for candidate in found if not candidate.trouble and (candidate.items or candidate.ready)]
    if not sound:
        return _refused(found[0].trouble[0] if found else "found no items to decide upon: nothing shares a quantity")
    near = [candidate for candidate in sound if candidate.score > sound[0].score - 2 * NEAR][:MAX_SOLVED]
    return choose(tuple(_judge(candidate, problem, solve, check) for candidate in near))


def _refused(reason: str, judged: tuple[Judged, ...] = (), shown: tuple[Judged, ...] = ()) -> Reading:
    return Reading(judged, refusal=Refusal(reason, shown))


def _judge(candidate: Candidate, problem: Problem, solve: Solve, check: Check) -> Judged:
    judged = Judged(formulate(candidate), candidate.score, names=tuple(item.keys for item in candidate.items))
    findings = check(judged.formulation, problem.text)
    fatal = [one for one in findings if one.severity is Severity.ERROR or one.code in FATAL]
    if fatal:
        return replace(judged, objection=f"the check says: {fatal[0]}")
    try:
        outcome = solve(judged.formulation)
    except OptwrightError as error:
        return replace(judged, objection=str(error))
    return replace(judged, outcome=outcome, objection=_objection(outcome))


def _objection(outcome: Outcome) -> str:
    if outcome.termination in {Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED}:
        return "as read, the conditions contradict each other"
    if outcome.termination is Termination.UNBOUNDED:
        return "as read, nothing limits the objective"
    if not outcome.solved or outcome.objective is None:
        return f"the solver did not finish: {outcome.message or outcome.termination}"
    if all(abs(value) < 1e-9 for entries in outcome.values.values() for value in entries.values()):
        return "as read, doing nothing at all would be best"
    return ""


def choose(judged: tuple[Judged, ...]) -> Reading:
    """Return the best reading without objection, or the refusal: nothing good, or two good ones that differ."""
    good = [one for one in judged if not one.objection]
    if not good or judged[0].score - good[0].score > CLOSE:
        return _refused(judged[0].objection, judged, judged[:1])
    best = good[0]
    near = [one for one in good[1:] if best.score - one.score < NEAR]
    rival = next((one for one in near if not _same(best, one) and not _alike(best, one)), None)
    if rival is not None:
        return _refused("two readings are about equally plausible and have different optima", judged, (best, rival))
    return Reading(judged, chosen=best)


def _alike(one: Judged, two: Judged) -> bool:
    """Whether both decide upon the same items, only named by more or fewer words: then the better fit is taken."""
    return len(one.names) == len(two.names) > 0 and all(any(a & b for b in two.names) for a in one.names)


def _same(one: Judged, two: Judged) -> bool:
    a, b = (float("nan") if it.outcome is None else it.outcome.objective or 0.0 for it in (one, two))
    return abs(a - b) <= 1e-6 * (abs(a) + 1)
