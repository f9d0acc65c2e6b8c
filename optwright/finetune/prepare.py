"""From synthetic problems to what training and its evaluation read: records, held-out sets, and a card of counts."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from optwright.datasets.sample import digest
from optwright.errors import InputError
from optwright.finetune.contamination import Benchmarks
from optwright.finetune.example import Example
from optwright.finetune.pieces import pieces
from optwright.finetune.records import Instruction, Record, make

WORDING, FAMILIES = "wording", "families"
"""Held-out sets made here: told like the training data, and of families that training never sees."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How problems become records."""

    instructions: tuple[Instruction, ...] = (Instruction.Q2F,)
    plain: bool = False
    """The bare question and the bare JSON, without tables: for models of a few million parameters."""
    pieces: bool = False
    """Add short pieces as stage 0 of a curriculum; the whole pairs are stage 1."""
    families: frozenset[str] = frozenset()
    """Families held out."""
    held: int = 100
    """Problems in each held-out set, at most."""
    seed: int = 0


@dataclass(slots=True)
class Division:
    """Examples by what they are for."""

    train: list[Example] = field(default_factory=list)
    held: dict[str, list[Example]] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    """How many were left out, by reason."""


def divide(examples: Sequence[Example], plan: Plan, benchmarks: Benchmarks) -> Division:
    """Sort examples into training and held-out sets.

    An example's own split counts (any but `train` is a held-out set of that name), then its family; of the rest some
    are held out as told like the training data. Equal texts are kept once, benchmark questions never.
    """
    if missing := plan.families - {example.family for example in examples}:
        raise InputError(f"no problem is of the family {min(missing)!r}, which was to be held out; check its name")
    made = Division()
    sets: dict[str, list[Example]] = defaultdict(list)
    seen: set[str] = set()
    for example in sorted(examples, key=lambda entry: _chance(entry.id, plan.seed)):
        if reason := _unfit(example, plan, benchmarks, seen):
            made.dropped[reason] += 1
            continue
        seen.add(digest(example.question))
        own = FAMILIES if example.family in plan.families else example.split
        sets[own].append(example)
    made.train = sets.pop("train", [])
    told_alike = min(plan.held, len(made.train) // 10)
    sets[WORDING] = made.train[:told_alike]
    made.train = made.train[told_alike:]
    made.held = {name: found[: plan.held] for name, found in sets.items() if found}
    return made


def _unfit(example: Example, plan: Plan, benchmarks: Benchmarks, seen: set[str]) -> str:
    if plan.plain and example.tables:
        return "has attached tables"
    if digest(example.question) in seen:
        return "same text twice"
    return "like a benchmark question" if benchmarks.holds(example.question) else ""


def _chance(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()


def prepare(examples: Sequence[Example], plan: Plan, benchmarks: Benchmarks, out: Path) -> dict[str, Any]:
    """Write train.jsonl, one file for each held-out set, and card.json; return the card.

    Held-out files have `id`, `question` and `answer`, as `optwright eval` reads them.
    """
    divided = divide(examples, plan, benchmarks)
    if not divided.train:
        raise InputError(f"nothing is left to train on: {dict(divided.dropped) or 'all problems are held out'}")
    out.mkdir(parents=True, exist_ok=True)
    records = list(_records(divided.train, plan))
    random.Random(plan.seed).shuffle(records)
    _write(out / "train.jsonl", (record.to_json() for record in records))
    for name, members in divided.held.items():
        _write(
            out / f"{name}.jsonl", (_question(example, name) for example in members if example.objective is not None)
        )
    card = _card(divided, records, plan, len(benchmarks))
    (out / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return card


def _records(examples: Iterable[Example], plan: Plan) -> Iterable[Record]:
    for example in examples:
        if plan.pieces:
            yield from pieces(example)
        for instruction in plan.instructions:
            record = make(example, instruction, plain=plan.plain)
            yield replace(record, stage=1) if plan.pieces else record


def _question(example: Example, name: str) -> dict[str, Any]:
    return {
        "id": f"{name}/{example.id.replace('/', '-')}",
        "question": example.question,
        "answer": example.objective,
        "type": example.family,
    }


def _card(divided: Division, records: Sequence[Record], plan: Plan, benchmarks: int) -> dict[str, Any]:
    return {
        "examples": len(divided.train),
        "records": dict(Counter(record.instruction for record in records)),
        "families": dict(sorted(Counter(example.family for example in divided.train).items())),
        "levels": dict(sorted(Counter(example.level for example in divided.train).items())),
        "styles": dict(sorted(Counter(example.style for example in divided.train).items())),
        "held out": {name: len(members) for name, members in divided.held.items()},
        "held-out families": sorted(plan.families),
        "left out": dict(divided.dropped),
        "benchmark questions compared with": benchmarks,
    }


def _write(path: Path, entries: Iterable[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    draft = path.with_suffix(".part")
    draft.write_text(lines, encoding="utf-8")
    draft.replace(path)
