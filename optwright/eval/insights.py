"""What became of the insights that a run's attempts were shown: usage, and how often showing one was right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from optwright.eval.judged import Judged
from optwright.eval.metrics import wilson

_Seen = tuple[tuple[str, ...], tuple[str, ...], bool]
"""Of one attempt: insights shown, insights cited, whether it is right."""


def usage(judged: Sequence[Judged]) -> dict[str, Any] | None:
    """Return the figures of a run with a library, None where no attempt was shown an insight.

    Precision is the share of the insights shown that a right attempt cites, over the attempts that can be scored: one
    that was shown and not cited, or cited in a wrong answer, did not help. By insight, how often it was shown and
    cited, and how many of those attempts are right.
    """
    attempts = list(_attempts(judged))
    seen = [one for one in attempts if one[0]]
    if not seen:
        return None
    shown = sum(len(names) for names, _, _ in seen)
    return {
        "attempts": len(attempts),
        "with_insights": len(seen),
        "shown": shown,
        "cited": sum(len(names) for _, names, _ in seen),
        "precision": round(sum(len(names) for _, names, right in seen if right) / shown, 6),
        "accuracy": {
            "with insights": _rate(seen),
            "without insights": _rate([one for one in attempts if not one[0]]),
        },
        "insights": dict(sorted(_each(seen).items(), key=lambda pair: (-pair[1]["shown"], _number(pair[0])))),
    }


def _attempts(judged: Sequence[Judged]) -> Iterator[_Seen]:
    for entry in judged:
        for prediction, verdict in zip(entry.predictions, entry.verdicts, strict=False):
            shown, used = (tuple(dict.fromkeys(prediction.insights.get(kind, ()))) for kind in ("shown", "used"))
            yield shown, tuple(name for name in used if name in shown), verdict["strict"] is True


def _each(seen: Sequence[_Seen]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for shown, used, right in seen:
        for name in shown:
            row = found.setdefault(name, {"shown": 0, "shown_right": 0, "cited": 0, "cited_right": 0})
            row["shown"] += 1
            row["shown_right"] += right
            row["cited"] += name in used
            row["cited_right"] += right and name in used
    return found


def _rate(attempts: Sequence[_Seen]) -> dict[str, Any]:
    right = sum(one[2] for one in attempts)
    around = wilson(right, len(attempts))
    return {"correct": right, "of": len(attempts), "rate": around.to_json() if around else None}


def _number(name: str) -> tuple[int, str]:
    return int(name[1:]) if name[1:].isdigit() else 0, name
