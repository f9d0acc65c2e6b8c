"""How a score function is asked, and how one that misbehaves is caught: each failure is named and has its candidate."""

from __future__ import annotations

import contextvars
import math
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

from optwright.budget import Usage
from optwright.errors import FormulationError, OptwrightError, ParseError, RefusedError
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.score import Bounds, Failure, Score, ScoreFn

_SLACK = 1e-9
"""By how much a sum of floats may miss a bound, in widths."""

FAR = 100.0
"""An outlier is farther from all other scores than so many times their range."""
_TELLING = 3
_OWN = (ParseError, FormulationError, RefusedError)
"""Errors of Optwright's that are a candidate's own: its replies cannot be read, or its request is too long."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What is asked of every score."""

    bounds: Bounds | None = None
    patience: float | None = None
    """Seconds to wait for the next score; None waits for ever."""

    def checked(self, score: Any) -> Score | Failure:
        """Return the score with plain numbers in it, or what is wrong with it."""
        if not isinstance(score, Score):
            return Failure(f"the score function gave {_article(score)} in place of a Score")
        if not (isinstance(score.usage, Usage) and _finite(score.seconds) and _finite(score.money or 0.0)):
            return Failure("the score function gave a cost that is none: a Usage, and finite seconds and money")
        money = None if score.money is None else float(score.money)
        if reason := self._reason(score):
            return Failure(reason, score.usage, money)
        items = {str(name): float(value) for name, value in score.items.items()}
        evidence = {str(name): str(words) for name, words in score.evidence.items()}
        return Score(items, evidence, score.usage, float(score.seconds), bool(score.dropped), money)

    def _reason(self, score: Score) -> str:
        if not isinstance(score.items, Mapping) or not score.items:
            return "the score function gave no item's score"
        if not isinstance(score.evidence, Mapping):
            return f"the score function gave {_article(score.evidence)} for the evidence, not words by item"
        return next(filter(None, (self._fault(name, value) for name, value in score.items.items())), "")

    def _fault(self, name: object, value: object) -> str:
        if not isinstance(value, Real):
            return f"the score of item {name} is {_article(value)}, not a number"
        if not _finite(value):
            return f"the score of item {name} is {value}"
        if self.bounds is None:
            return ""
        low, high = self.bounds
        slack = _SLACK * (high - low)
        inside = low - slack <= float(value) <= high + slack
        return "" if inside else f"the score of item {name} is {float(value):g}, not from {low:g} to {high:g}"


Judged = tuple[Candidate, Score | Failure]


def judge(score_fn: ScoreFn, candidates: Sequence[Candidate], guard: Guard) -> Iterator[Judged]:
    """Score candidates together, and yield each as its score comes.

    Where that raises or does not come back, those that are left are scored one by one, so that each failure has its
    candidate. With more or fewer scores than candidates nobody knows whose is whose: all of them are yielded (again) as
    failures. The function is given copies, so that it can change no candidate.
    """
    count = 0
    try:
        for score in _scores(score_fn, [replace(one, parts=dict(one.parts)) for one in candidates], guard.patience):
            if count == len(candidates):
                count += 1
                break
            yield candidates[count], guard.checked(score)
            count += 1
    except Exception as error:
        if isinstance(error, OptwrightError) and not isinstance(error, _OWN):
            raise
        if len(candidates) == 1:
            yield candidates[0], Failure(_told(error))
        for one in candidates[count:] if len(candidates) > 1 else ():
            yield from judge(score_fn, [one], guard)
        return
    if count != len(candidates):
        number = f"{count} scores" if count < len(candidates) else "more scores"
        reason = f"the score function gave {number} for {len(candidates)} candidates"
        yield from ((one, Failure(reason)) for one in candidates)


def compared(score: Score, items: frozenset[str]) -> Score | Failure:
    """Return the score if it is of the same items as the others', or of some of them when it was dropped."""
    found = frozenset(score.items)
    if not items or found == items or (score.dropped and found < items):
        return score
    wrong = sorted(found ^ items if not score.dropped else found - items)
    reason = f"scored on other items than the rest: {', '.join(wrong[:5])}{' ...' * (len(wrong) > 5)}"
    return Failure(reason, score.usage, score.money)


def outlying(score: Score, known: Sequence[float]) -> Score | Failure:
    """Return the score unless one item's is out of all proportion to every other score that is known.

    For scores without bounds, where nothing else tells a slip from a success. A candidate that is better by far is so
    on more than one item; with fewer than three items nothing can be told.
    """
    for name, value in score.items.items() if len(score.items) >= _TELLING else ():
        rest = [*known, *(other for item, other in score.items.items() if item != name)]
        low, high = min(rest), max(rest)
        reach = FAR * ((high - low) or abs(high))
        if reach and not low - reach <= value <= high + reach:
            where = f"where all others are from {low:g} to {high:g}"
            reason = f"the score of item {name} is {value:g}, {where}; give the task bounds if that is right"
            return Failure(reason, score.usage, score.money)
    return score


class _Hangs(Exception):
    """The score function does not come back."""


def _scores(score_fn: ScoreFn, candidates: Sequence[Candidate], patience: float | None) -> Iterator[Any]:
    """Yield what the score function gives; with a patience from a thread that is left behind when it hangs."""
    if patience is None:
        yield from score_fn(candidates)
        return
    arrived: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()

    def work() -> None:
        try:
            for score in score_fn(candidates):
                arrived.put(("score", score))
            arrived.put(("end", None))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            arrived.put(("raised", error))

    threading.Thread(target=contextvars.copy_context().run, args=(work,), name="score", daemon=True).start()
    while True:
        try:
            kind, value = arrived.get(timeout=patience)
        except queue.Empty:
            raise _Hangs(f"the score function gave nothing for {patience:g} seconds") from None
        if kind == "raised":
            raise value
        if kind == "end":
            return
        yield value


def _told(error: Exception) -> str:
    if isinstance(error, _Hangs):
        return str(error)
    return f"the score function raised {type(error).__name__}: {str(error)[:200]}"


def _finite(value: object) -> bool:
    try:
        return isinstance(value, Real) and math.isfinite(value)
    except OverflowError:
        return False


def _article(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
