"""The data card of a folder: what is in it, how it came about, how varied it is; `card.md`, plots and Parquet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from optwright.datasets.synthesis.catalogue import family
from optwright.datasets.synthesis.chart import bars
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.contamination import Contamination, contamination
from optwright.datasets.synthesis.instance import Reason
from optwright.datasets.synthesis.pair import Record, Task
from optwright.datasets.synthesis.production import Production, read_pairs
from optwright.datasets.synthesis.realise import Telling, tell
from optwright.datasets.synthesis.style import Style
from optwright.datasets.synthesis.variety import Variety, masked, templates, variety
from optwright.errors import InputError
from optwright.formulation.data import resolve
from optwright.runlog import RunLog

SAMPLE = 400
"""Pairs on which the variety of wording is measured."""
_INFEASIBLE = {str(one) for one in (Reason.INFEASIBLE, Reason.UNBOUNDED, Reason.TIME, Reason.SOLVER)}
_FAULTY = {str(one) for one in (Reason.FAULT, Reason.FINDINGS, Reason.STUCK)}


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that a data card tells."""

    pairs: tuple[Record, ...]
    rejected: tuple[Record, ...]
    sessions: tuple[Record, ...]
    windows: tuple[Record, ...]
    wording: Variety
    baseline: Variety
    """The same instances told by one template a family."""
    templates: dict[str, int]
    """Wordings that the facts of each family allow."""
    contamination: Contamination


def make_card(folder: Path) -> Card:
    """Read a folder and write its card, plots and, where pyarrow is installed, Parquet. Raises InputError."""
    pairs = tuple(read_pairs(folder))
    if not pairs:
        raise InputError(f"{folder}: there is no pair in it; make some with `optwright synth --out {folder}`")
    rejected, sessions, windows = (
        tuple(RunLog(folder / f"{name}.jsonl").read()) for name in ("rejected", "sessions", "windows")
    )
    told, single, counts = _wordings(pairs, windows)
    near = contamination((record["id"], record["question"]) for record in pairs)
    card = Card(pairs, rejected, sessions, windows, variety(told), variety(single), counts, near)
    (folder / "plots").mkdir(exist_ok=True)
    for name, drawing in plots(card).items():
        (folder / "plots" / f"{name}.svg").write_text(drawing, encoding="utf-8")
    (folder / "card.md").write_text(text(card), encoding="utf-8")
    write_parquet(pairs, folder / "pairs.parquet")
    return card


def _wordings(pairs: Sequence[Record], windows: Sequence[Record]) -> tuple[list[str], list[str], dict[str, int]]:
    """Tell some of the pairs' drafts again, as they were told and by a single template, numbers and names masked."""
    knobs = {(one["family"], one["level"]): Production.window(one) for one in windows}
    step = max(1, len(pairs) // SAMPLE)
    told: list[str] = []
    single: list[str] = []
    counts: dict[str, int] = {}
    for record in pairs[::step]:
        cell = record["family"], record["level"]
        if record["provenance"]["words"] != "grammar" or cell not in knobs:
            continue
        of, source = family(record["family"]), record["provenance"]
        drawn = knobs[cell].knobs(of)
        task = Task(of.name, Level(cell[1]), source["seed"], source["attempt"], Style(record["style"]), drawn)
        dice = task.dice
        draft = of.draw(dice)
        data = resolve(draft.formulation())
        told.append(masked(record["question"], data))
        single.append(masked(tell(draft, dice, Telling(single=True)).question, data))
        counts[of.name] = max(counts.get(of.name, 0), templates(draft))
    return told, single, counts


def write_parquet(pairs: Iterable[Record], path: Path) -> bool:
    """Write the pairs as Parquet, nested parts as JSON text; say whether pyarrow is there to do it."""
    try:
        import pyarrow  # type: ignore[import-untyped,import-not-found,unused-ignore]
        import pyarrow.parquet  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        return False
    rows = [{name: _flat(value) for name, value in record.items()} for record in pairs]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path, compression="zstd")
    return True


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


# What the card says ----------------------------------------------------------------------------------------------


def feasible(card: Card) -> dict[tuple[str, str], tuple[int, float]]:
    """Return for each family and level the attempts and the share that was feasible, bounded and solved in time."""
    attempts, lost = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for record in (*card.pairs, *card.rejected):
        cell = record["family"], record["level"]
        attempts[cell] += 1
        lost[cell] += record.get("reason") in _INFEASIBLE | _FAULTY
    return {cell: (count, 1 - lost[cell] / count) for cell, count in sorted(attempts.items())}


def text(card: Card) -> str:
    """Return the card as Markdown."""
    parts = [
        "# Data card",
        f"{len(card.pairs):,} pairs of a problem in words and its formulation, {len(card.rejected):,} attempts "
        f"rejected. {_rate(card)}",
        _counts("Pairs by", card.pairs, ("split", "level", "style")),
        "## Rejected, by reason\n\n"
        + _table(("reason", "attempts"), Counter(r["reason"] for r in card.rejected).most_common()),
        "## How the pairs are proven\n\n" + _table(("proof", "pairs"), _proofs(card.pairs)),
        _wording(card),
        _near(card.contamination),
        "## Families\n\n" + _families(card),
        "![pairs by family](plots/families.svg)\n\n![scores](plots/scores.svg)\n\n![reasons](plots/reasons.svg)\n\n"
        "![tokens](plots/length.svg)",
    ]
    return "\n\n".join(parts) + "\n"


def _rate(card: Card) -> str:
    seconds = sum(session["seconds"] for session in card.sessions)
    made = sum(session["accepted"] for session in card.sessions)
    if not seconds:
        return ""
    workers = max(session["workers"] for session in card.sessions)
    return f"{60 * made / seconds:,.0f} pairs a minute with {workers} processes."


def _counts(title: str, records: Sequence[Record], names: Sequence[str]) -> str:
    rows = [(name, value, count) for name in names for value, count in Counter(r[name] for r in records).most_common()]
    return f"## {title} split, level and style\n\n" + _table(("by", "", "pairs"), rows)


def _proofs(pairs: Sequence[Record]) -> list[tuple[str, int]]:
    return Counter(", ".join(record["provenance"]["proof"]) for record in pairs).most_common()


def _wording(card: Card) -> str:
    told, single = card.wording, card.baseline
    if not told.texts:
        return "## Wording\n\nNo pair was told by the grammar."
    least = min(card.templates.items(), key=lambda item: item[1])
    rows = [
        ("distinct texts, numbers and names masked", f"{told.masked:,}", f"{single.masked:,}"),
        *(
            (f"distinct {width}-grams", f"{mine:,}", f"{other:,}")
            for width, (mine, other) in enumerate(zip(told.distinct, single.distinct, strict=True), 1)
        ),
        ("words", f"{told.tokens:,}", f"{single.tokens:,}"),
    ]
    return (
        f"## Wording\n\nOf {told.texts:,} pairs, and of the same instances told by a single template.\n\n"
        + _table(("", "this data set", "single template"), rows)
        + f"\n\nFewest wordings that the facts of a family allow: {least[1]:,} ({least[0]})."
    )


def _near(found: Contamination) -> str:
    if not found.benchmarks:
        return "## Contamination\n\nNot checked: no benchmark was at hand (OPTWRIGHT_BENCHMARKS)."
    rows = [(own, other, f"{cosine:.3f}") for own, other, cosine in found.nearest]
    verdict = "no near-duplicate" if found.clean else "NEAR-DUPLICATES FOUND"
    return (
        f"## Contamination\n\n{found.questions:,} questions of {', '.join(found.benchmarks)}: {verdict} "
        "(three-word shingles, cosine 0.7). The nearest:\n\n" + _table(("pair", "benchmark", "cosine"), rows)
    )


def _families(card: Card) -> str:
    made = Counter((record["family"], record["level"]) for record in card.pairs)
    window = {(one["family"], one["level"]): one for one in card.windows}
    shares = feasible(card)
    rows = []
    for cell in sorted({*window, *shares}):
        attempts, share = shares.get(cell, (0, 0.0))
        found = window.get(cell)
        reach = "out of reach" if found and not found["reachable"] else f"{share:.0%}" if attempts else "-"
        rows.append((*cell, made[cell], attempts, reach, f"{card.templates.get(cell[0], 0):.1e}"))
    return _table(("family", "level", "pairs", "attempts", "feasible", "wordings"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def plots(card: Card) -> Mapping[str, str]:
    """Return the drawings by name."""
    splits = sorted({record["split"] for record in card.pairs})
    by_family = Counter((record["family"], record["split"]) for record in card.pairs)
    names = sorted({record["family"] for record in card.pairs})
    families = [(name, [by_family[name, split] for split in splits]) for name in names]
    reasons = [(reason, [count]) for reason, count in Counter(r["reason"] for r in card.rejected).most_common()]
    scores = Counter(_bin(record["provenance"]["score"]) for record in card.pairs)
    words = Counter(len(record["question"].split()) // 50 * 50 for record in card.pairs)
    return {
        "families": bars("Pairs by family", families, splits),
        "reasons": bars("Rejected by reason", reasons),
        "scores": bars("Pairs by score", [(f"{low}-{high}", [scores[low, high]]) for low, high in sorted(scores)]),
        "length": bars(
            "Pairs by words of the question", [(f"{low}-{low + 49}", [words[low]]) for low in sorted(words)]
        ),
    }


def _bin(score: float) -> tuple[int, int]:
    edges = (0, 5, 10, 20, 50, 100, 150, 300, 500, 1000, 2000)
    return next(((low, high) for low, high in pairwise(edges) if score < high), (2000, 9999))
