"""Successive halving: after more and more items, who may still be the best."""

from __future__ import annotations

from collections.abc import Mapping

from optwright.eval.metrics import sign_test

FIRST = 8
"""Items of the first rung; every further rung doubles them."""
WORSE = 0.05
"""The one-sided exact p-value at which a candidate is taken to be worse than the incumbent."""

Verdicts = Mapping[str, bool]
"""By item: whether it was right."""


def fallen(alive: Mapping[str, Verdicts], incumbent: Verdicts | None) -> dict[str, str]:
    """Return for each candidate why it leaves the race, or "" if it stays.

    Every candidate in `alive` was tried on the same items, the incumbent on those and all that are still to come.
    Without an incumbent everybody stays: it is the seeds' own turn. One leaves that cannot reach the incumbent any
    more, that is significantly worse on the same items, or that is not in the better half of those who are left; of
    equally good ones none leaves before the other.
    """
    if incumbent is None:
        return dict.fromkeys(alive, "")
    reasons = {name: behind(verdicts, incumbent) for name, verdicts in alive.items()}
    left = {name: sum(alive[name].values()) for name, reason in reasons.items() if not reason}
    if len(left) > 1:
        least = sorted(left.values(), reverse=True)[(len(left) + 1) // 2 - 1]
        reasons |= {
            name: f"{right} of {len(alive[name])} right, the better half of its step {least} or more"
            for name, right in left.items()
            if right < least
        }
    return reasons


def behind(own: Verdicts, incumbent: Verdicts) -> str:
    """Say why a candidate is sure, or as good as sure, to stay behind the incumbent; "" when it may pass it."""
    right, other = sum(own.values()), sum(incumbent[item] for item in own)
    told = f"{right} of {len(own)} right, the best so far {other}"
    if right + len(incumbent) - len(own) < sum(incumbent.values()):
        return f"{told}: out of reach with all that is left"
    lost = sum(incumbent[item] and not hit for item, hit in own.items())
    won = sum(hit and not incumbent[item] for item, hit in own.items())
    p_value = sign_test(lost, won)
    return f"{told}: worse, p = {p_value:.3f}" if p_value <= WORSE else ""
