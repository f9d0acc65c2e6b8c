"""Which candidates are best on some item and beaten throughout by none: a Pareto front with the items as objectives.

After GEPA (arXiv 2507.19457): a candidate that is mediocre on the whole may be the only one that gets an item right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

Scores = Mapping[str, Mapping[str, float]]
"""By candidate: the score of each item. An item that a candidate was not tried on counts as lost."""


def dominates(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Whether the first is nowhere worse than the second and somewhere better."""
    items = one.keys() | other.keys()
    pairs = [(one.get(item, -math.inf), other.get(item, -math.inf)) for item in items]
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def winners(scores: Scores) -> dict[str, set[str]]:
    """Return by item the candidates that have its best score."""
    found: dict[str, set[str]] = {}
    for item in {item for one in scores.values() for item in one}:
        values = {name: one.get(item, -math.inf) for name, one in scores.items()}
        best = max(values.values())
        found[item] = {name for name, value in values.items() if value == best}
    return found


def front(scores: Scores) -> list[str]:
    """Return the candidates that are best on an item and that none dominates, in order; of equals the first."""
    return _front(scores, winners(scores))


def _front(scores: Scores, best: Mapping[str, set[str]]) -> list[str]:
    kept: list[str] = []
    for name, one in scores.items():
        beside = [names for names in best.values() if name in names]
        # whoever dominates it, or is its equal, is beside it on each item that it is best on
        rivals = set.intersection(*beside) - {name} if beside else set()
        twin = any(other in rivals and dict(scores[other]) == dict(one) for other in kept)
        if beside and not twin and not any(dominates(scores[other], one) for other in rivals):
            kept.append(name)
    return kept


def wins(scores: Scores) -> dict[str, int]:
    """Return for each candidate of the front on how many items it is best, those on which all are equal left out.

    Where all are equal on every item each counts one, so that there is always something to draw by.
    """
    best = winners(scores)
    telling = [names for names in best.values() if len(names) < len(scores)]
    found = {name: sum(name in names for names in telling) for name in _front(scores, best)}
    return found if any(found.values()) else dict.fromkeys(found, 1)
