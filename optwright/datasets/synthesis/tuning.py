"""The feedback loop that finds, for a family and a level, the knobs' ranges whose instances fall into the band.

One number from 0 to 1 moves all sizes of a family from their least to their most; features (knobs of at most three
values) keep their whole range. First the counts alone say where the band begins and ends, then instances are solved and
the window is narrowed or moved until at least 90% are feasible in time and most lie in the band.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from optwright.datasets.synthesis.catalogue import family
from optwright.datasets.synthesis.complexity import Level, complexity
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.instance import Reason, Rejection, draw
from optwright.errors import OptwrightError
from optwright.formulation.build import build
from optwright.formulation.data import resolve
from optwright.solvers.compiler import compile_model

FEASIBLE = 0.9
"""Share of the instances that must be feasible, bounded and solved in time."""
IN_BAND = 0.6
"""Share of the instances that should lie in the band: what does not is drawn again."""
GRID = (0.0, 0.04, 0.08, 0.14, 0.22, 0.32, 0.45, 0.6, 0.8, 1.0)
DRAWS, ROUNDS = 10, 6
FEATURE = 2
"""Widest range of a knob that is a feature rather than a size."""
_LOST = (Reason.INFEASIBLE, Reason.UNBOUNDED, Reason.TIME, Reason.SOLVER, Reason.FINDINGS, Reason.FAULT)


@dataclass(frozen=True, slots=True)
class Window:
    """Where in a family's ranges the instances of a level lie, and what was found there."""

    family: str
    level: Level
    low: float
    high: float
    feasible: float
    """Share of the last round's instances that were feasible, bounded and solved in time."""
    in_band: float
    rounds: int = 0
    reachable: bool = True
    """False when no size of the family comes into the band."""
    limits: Mapping[str, Range] = field(default_factory=dict)
    """Ranges by knob that somebody asked for: no size lies outside of them."""

    def knobs(self, of: Family) -> dict[str, Range]:
        """Return the ranges in force."""
        inside = {name: _within(whole, self.limits.get(name, whole)) for name, whole in of.knobs.items()}
        return {name: _part(whole, self.low, self.high) for name, whole in inside.items()}


def _within(whole: Range, limit: Range) -> Range:
    """Return the part of a range inside of a limit; its nearest end where they do not meet."""
    least = min(max(whole.least, limit.least), whole.most)
    return Range(least, max(least, min(whole.most, limit.most)))


def _part(whole: Range, low: float, high: float) -> Range:
    span = whole.most - whole.least
    if span <= FEATURE:
        return whole
    return Range(whole.least + round(low * span), whole.least + round(high * span))


def tune(name: str, level: Level, seed: str, limits: Mapping[str, Range] | None = None) -> Window:
    """Find the window of a family for a level, its sizes within `limits`."""
    of = family(name)
    start = Window(name, level, 0.0, 0.0, 0.0, 0.0, limits=limits or {})
    scores = _scan(of, start, seed)
    inside = [point for point, found in scores.items() if any(level.band[0] <= one < level.band[1] for one in found)]
    if not inside:
        return replace(start, reachable=False)
    window = replace(start, low=min(inside), high=max(inside))
    best = window
    for number in range(1, ROUNDS + 1):
        window = replace(_tried(of, window, f"{seed}/{number}"), rounds=number)
        if (min(window.feasible, FEASIBLE), window.in_band) >= (min(best.feasible, FEASIBLE), best.in_band):
            best = window
        if window.feasible >= FEASIBLE and window.in_band >= IN_BAND:
            break
        window = _moved(window, _found(of, window, f"{seed}/{number}"))
    return replace(best, reachable=best.in_band > 0)


def _scan(of: Family, start: Window, seed: str) -> dict[float, list[float]]:
    """Return scores, by counts alone, at points of the whole range; no further than the band reaches."""
    scores: dict[float, list[float]] = {}
    for point in GRID:
        window = replace(start, low=point, high=point)
        found = [score for number in range(3) if (score := _score(of, window, f"{seed}/scan/{number}")) is not None]
        if not found:
            break
        scores[point] = found
        if min(found) > 1.5 * start.level.band[1]:
            break
    return scores


def _score(of: Family, window: Window, seed: str) -> float | None:
    try:
        formulation = of.draw(Dice(f"{seed}/{window.low}", window.knobs(of))).formulation()
        return complexity(resolve(formulation), compile_model(build(formulation).model)).score
    except (OptwrightError, ValueError, ArithmeticError, LookupError):
        return None


def _found(of: Family, window: Window, seed: str) -> Counter[Reason | None]:
    """Draw and solve instances; count what became of them, None for those that lie in the band."""
    found: Counter[Reason | None] = Counter()
    for number in range(DRAWS):
        try:
            drawn = draw(of, Dice(f"{seed}/{number}", window.knobs(of)), window.level)
        except (OptwrightError, ValueError, ArithmeticError, LookupError):
            found[Reason.FAULT] += 1
            continue
        found[drawn.reason if isinstance(drawn, Rejection) else None] += 1
    return found


def _tried(of: Family, window: Window, seed: str) -> Window:
    found = _found(of, window, seed)
    lost = sum(found[reason] for reason in _LOST)
    return replace(window, feasible=1 - lost / DRAWS, in_band=found[None] / DRAWS)


def _moved(window: Window, found: Mapping[Reason | None, int]) -> Window:
    """Narrow from above for what is lost or too complex, from below for what is too simple."""
    low, high = window.low, window.high
    lost = sum(found.get(reason, 0) for reason in _LOST)
    if lost > (1 - FEASIBLE) * DRAWS or found.get(Reason.TOO_COMPLEX, 0) > found.get(Reason.TOO_SIMPLE, 0):
        high = low + 0.6 * (high - low) if high > low else 0.8 * high
        low = min(low, high)
    elif found.get(Reason.TOO_SIMPLE, 0):
        low = low + 0.4 * (high - low) if high > low else min(1.0, low + 0.05)
        high = max(high, low)
    return replace(window, low=round(low, 4), high=round(high, 4))
