"""Every figure of a run, computed from its stored items and predictions alone. Times are kept apart, in `timing`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean, median
from typing import Any

from optwright.budget import Prices, Usage, cost
from optwright.datasets.sample import Labels
from optwright.eval.folder import Record
from optwright.eval.insights import usage
from optwright.eval.items import SIZES, Item
from optwright.eval.judged import Judged, judge, rule_counts, split_by
from optwright.eval.metrics import Interval, bootstrap, calibration_error, once, pass_at_k, reliability, wilson
from optwright.eval.score import RULES

VERSION = 1
_APART = ("ambiguous", "integrality")
_ROUNDS = 2000
_FEW = 20
"""Below this many items a bootstrap says too little (of one item it has no width): Wilson's interval over items."""


def summarise(
    items: Sequence[Item],
    records: Sequence[Record],
    labels: Labels,
    *,
    repeats: int = 1,
    prices: Prices | None = None,
) -> dict[str, Any]:
    """Return the content of summary.json. The same items and predictions give the same bytes, in whatever order."""
    judged = judge(items, records, labels)
    other = Labels.ORIGINAL if labels is Labels.CORRECTED else Labels.CORRECTED
    names = [name for _, name in SIZES]
    sizes = split_by(judged, lambda item: item.size)
    return {
        "version": VERSION,
        "labels": labels.value,
        "samples": repeats,
        "attempts": len(records),
        "expected": len(items) * repeats,
        "benchmarks": _each(split_by(judged, lambda item: item.benchmark)),
        "pooled": figures(once(judged, lambda entry: entry.item.group)),
        "with_duplicates": figures(judged),
        "by_type": _each(split_by(judged, lambda item: item.type or "untyped")),
        "by_size": _each({name: sizes[name] for name in names if name in sizes}),
        f"{other.value}_labels": _other(items, records, other),
        "failures": _failures(judged),
        "library": usage(judged),
        "calibration": _calibration(judged),
        "usage": _usage(judged, prices),
    }


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the figures of one group. Counts are of each item's first attempt; rates with several use all of them."""
    scored = [entry for entry in judged if entry.scored]
    correct = sum(entry.right() for entry in scored)
    data: dict[str, Any] = {
        "n": len(judged),
        "excluded": len(judged) - len(scored),
        "scored": len(scored),
        "answered": sum(entry.first.status is not None for entry in scored),
        "correct": correct,
        "accuracy": _json(_accuracy(scored)),
        "executed": _json(wilson(sum(entry.first.executed for entry in judged), len(judged))),
        "solving_times": round(fmean(entry.first.attempts for entry in judged), 4) if judged else None,
        "rules": {name: _rate(*counts) for name, counts in rule_counts(judged).items()},
        "apart": {flag: _flagged(scored, flag) for flag in _APART if any(flag in e.item.flags for e in scored)},
    }
    most = min((len(entry.predictions) for entry in scored), default=1)
    if most > 1:
        data["pass_at"] = {str(k): _json(_pass(scored, k)) for k in _powers(most)}
        data["vote_at"] = {str(most): _json(wilson(sum(entry.voted for entry in scored), len(scored)))}
    return data


def timing(records: Sequence[Record]) -> dict[str, Any]:
    """Return the content of timing.json: seconds per attempt and per step. These differ from run to run."""
    seconds = sorted(record.prediction.seconds for record in records)
    steps: dict[str, list[float]] = {}
    for record in records:
        for name, spent in record.prediction.steps.items():
            steps.setdefault(name, []).append(spent.seconds)
    at = {f"p{share}": _quantile(seconds, share / 100) for share in (50, 90, 99)} if seconds else {}
    return {
        "attempts": len(records),
        "seconds": {"mean": fmean(seconds), "max": seconds[-1], **at} if seconds else {},
        "steps": {
            name: {"attempts": len(spent), "mean": fmean(spent), "median": median(spent), "total": sum(spent)}
            for name, spent in sorted(steps.items())
        },
    }


def _each(groups: Mapping[str, list[Judged]]) -> dict[str, Any]:
    return {name: figures(group) for name, group in groups.items()}


def _accuracy(scored: Sequence[Judged]) -> Interval | None:
    if len(scored) < _FEW or all(len(entry.predictions) == 1 for entry in scored):
        return wilson(sum(entry.hits / len(entry.predictions) for entry in scored), len(scored))
    return bootstrap([entry.hits / len(entry.predictions) for entry in scored], rounds=_ROUNDS)


def _pass(scored: Sequence[Judged], k: int) -> Interval | None:
    shares = [pass_at_k(len(entry.predictions), entry.hits, k) for entry in scored]
    return wilson(sum(shares), len(shares)) if len(shares) < _FEW else bootstrap(shares, rounds=_ROUNDS)


def _powers(most: int) -> list[int]:
    powers = [2**i for i in range(most.bit_length()) if 2**i <= most]
    return powers if most in powers else [*powers, most]


def _other(items: Sequence[Item], records: Sequence[Record], labels: Labels) -> dict[str, Any]:
    """Score the same predictions against the other version of the labels, where it is a label of the same text."""
    judged = judge(items, records, labels)
    brief = {name: _brief(group) for name, group in split_by(judged, lambda item: item.benchmark).items()}
    return {"benchmarks": brief, "pooled": _brief(once(judged, lambda entry: entry.item.group))}


def _brief(judged: Sequence[Judged]) -> dict[str, Any]:
    scored = [entry for entry in judged if entry.scored]
    return {
        "n": len(judged),
        "excluded": len(judged) - len(scored),
        "correct": sum(entry.right() for entry in scored),
        "accuracy": _json(_accuracy(scored)),
    }


def _flagged(scored: Sequence[Judged], flag: str) -> dict[str, int]:
    chosen = [entry for entry in scored if flag in entry.item.flags]
    return {"n": len(chosen), "correct": sum(entry.right() for entry in chosen)}


def _failures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return what became of the first attempts: right, wrong, by failure, and unscored."""
    kinds = Counter(outcome(entry) for entry in judged)
    why = Counter(reason for entry in judged if not entry.scored for reason in set(entry.item.unscorable.values()))
    return {"outcomes": dict(sorted(kinds.items())), "excluded": dict(sorted(why.items()))}


def outcome(entry: Judged) -> str:
    """Return one word for what became of an item's first attempt."""
    if not entry.scored:
        return "excluded"
    if entry.right():
        return "right"
    return entry.first.failure or ("wrong value" if entry.first.status == "optimal" else "wrong status")


def _calibration(judged: Sequence[Judged]) -> dict[str, Any] | None:
    pairs = [
        (prediction.confidence, verdict["strict"] is True)
        for entry in judged
        if entry.scored
        for prediction, verdict in zip(entry.predictions, entry.verdicts, strict=True)
        if prediction.confidence is not None
    ]
    if not pairs:
        return None
    said, hits = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    parts = [
        {
            "low": p.low,
            "high": p.high,
            "count": p.count,
            "confidence": round(p.confidence, 6),
            "accuracy": round(p.accuracy, 6),
        }
        for p in reliability(said, hits)
    ]
    return {"n": len(pairs), "expected_error": round(calibration_error(said, hits) or 0.0, 6), "bins": parts}


def _usage(judged: Sequence[Judged], prices: Prices | None) -> dict[str, Any]:
    all_of = [prediction.usage for entry in judged for prediction in entry.predictions]
    total = sum(all_of, Usage())
    data: dict[str, Any] = total.to_json()
    data["tokens_per_attempt"] = round(total.tokens / len(all_of), 2) if all_of else None
    data["cost"] = round(cost(total, prices), 6) if prices else None
    return data


def _rate(correct: int, of: int) -> dict[str, Any]:
    return {"correct": correct, "of": of, "rate": _json(wilson(correct, of))}


def _json(interval: Interval | None) -> dict[str, float] | None:
    return interval.to_json() if interval else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rule_table(group: Mapping[str, Any]) -> list[tuple[str, int, int, str]]:
    """Return (rule, correct, of, source) for each rule of one group of figures."""
    return [(name, r["correct"], r["of"], RULES[name].source) for name, r in group["rules"].items() if name in RULES]
