"""From verified solves to training records: what an agent got right, a smaller model may learn.

A solve counts as verified when its answer is right by the known one (runs of `optwright eval`), or, where nobody knows
the answer, when an optimum was proven, the returned point passed the re-check against the formulation, and the
confidence is high enough (saved solves). Questions of public benchmarks are for testing and are left out unless asked
for; so is anything that nearly is one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optwright.agent.solution import Status
from optwright.datasets import registry
from optwright.datasets.sample import Labels, digest
from optwright.datasets.sources import SOURCES
from optwright.errors import DatasetError, InputError
from optwright.eval.folder import Record as Attempt
from optwright.eval.folder import RunFolder
from optwright.eval.items import Item
from optwright.eval.score import RULES
from optwright.eval.settings import Settings
from optwright.finetune.contamination import Benchmarks
from optwright.finetune.example import Example
from optwright.finetune.records import Instruction, make
from optwright.formulation.read import read


@dataclass(frozen=True, slots=True)
class Filter:
    """What is taken."""

    instructions: tuple[Instruction, ...] = (Instruction.Q2F,)
    confidence: float = 0.75
    """Least confidence of a saved solve."""
    allow_benchmarks: bool = False
    directory: Path | None = None
    """Where the texts of benchmarks are."""


@dataclass(frozen=True, slots=True)
class Found:
    """One solve as it was found: an example, or why it is none."""

    example: Example | None = None
    reason: str = ""


def distil(folders: Sequence[Path], out: Path, chosen: Filter, benchmarks: Benchmarks) -> dict[str, Any]:
    """Write the records of verified solves to one JSON Lines file; return the counts, taken and left out by reason.

    Raises InputError for a folder that holds neither a run nor a saved solve, and when nothing can be taken.
    """
    left_out: Counter[str] = Counter()
    taken: dict[str, Example] = {}
    for folder in folders:
        for found in _solves(folder, chosen):
            reason = found.reason or _barred(found.example, chosen, benchmarks, taken)
            if reason:
                left_out[reason] += 1
            elif found.example is not None:
                taken[digest(found.example.question)] = found.example
    if not taken:
        raise InputError(f"no solve can be taken: {dict(left_out) or 'the folders hold none'}")
    made = [make(example, instruction) for example in taken.values() for instruction in chosen.instructions]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(record.to_json(), ensure_ascii=False) + "\n" for record in made), "utf-8")
    return {"taken": dict(Counter(record.instruction for record in made)), "left out": dict(left_out)}


def _barred(example: Example | None, chosen: Filter, benchmarks: Benchmarks, taken: dict[str, Example]) -> str:
    if example is None:
        return ""
    if digest(example.question) in taken:
        return "same text twice"
    return "" if chosen.allow_benchmarks or not benchmarks.holds(example.question) else "like a benchmark question"


def _solves(folder: Path, chosen: Filter) -> Iterator[Found]:
    if (folder / "results.jsonl").is_file():
        yield from _run(RunFolder(folder), chosen)
    elif (folder / "solution.json").is_file():
        yield _saved(folder, chosen)
    else:
        raise InputError(
            f"{folder} holds neither a run of `optwright eval` nor a solve kept by `optwright solve --save`"
        )


def _run(folder: RunFolder, chosen: Filter) -> Iterator[Found]:
    """Yield the attempts of an evaluation run."""
    settings = Settings.from_json(folder.config())
    items = {item.id: item for item in folder.items()}
    texts = _texts(settings, chosen)
    for attempt in folder.records():
        item = items[attempt.id]
        if item.benchmark in SOURCES and not chosen.allow_benchmarks:
            yield Found(reason="of a public benchmark")
        else:
            yield _attempt(attempt, item, texts.get(item.question_sha256), settings)


def _texts(settings: Settings, chosen: Filter) -> dict[str, str]:
    """Return the questions of a run's data sets by digest; a run folder keeps none."""
    found: dict[str, str] = {}
    for name in settings.benchmarks:
        if name.partition(":")[0] in SOURCES and not chosen.allow_benchmarks:
            continue
        for sample in registry.load(name, directory=chosen.directory):
            question = sample.version(Labels(settings.labels)).question
            found[digest(question)] = question
    return found


def _attempt(attempt: Attempt, item: Item, question: str | None, settings: Settings) -> Found:
    said, gold = attempt.prediction, item.gold(settings.labels)
    if gold is None:
        return Found(reason="no answer is known")
    if not RULES["strict"].judge(gold, said):
        return Found(reason="not right")
    if question is None:
        return Found(reason="its text has changed since")
    provenance = {"distilled": "eval", "benchmark": item.benchmark, "model": settings.model, "method": settings.method}
    name = f"{item.id}@{attempt.sample}"
    return _example(name, question, said.formulation, said.objective, provenance)


def _saved(folder: Path, chosen: Filter) -> Found:
    """Read a saved solve."""
    problem, solution = _json(folder / "problem.json"), _json(folder / "solution.json")
    if solution.get("status") != Status.OPTIMAL:
        return Found(reason="no proven optimum")
    confidence = float(solution.get("confidence", {}).get("score", 0.0))
    if confidence < chosen.confidence:
        return Found(reason="confidence too low")
    if problem.get("tables"):
        return Found(reason="has attached tables, which a saved solve does not keep")
    models = sorted({step["call"]["model"] for step in solution["trace"]["steps"] if step.get("call")})
    provenance = {"distilled": "solve", "model": ", ".join(models) or "offline", "confidence": confidence}
    name = f"{folder.name}@{digest(problem['text'])[:12]}"
    return _example(name, problem["text"], solution.get("formulation"), solution.get("objective"), provenance)


def _example(name: str, question: str, formulation: Any, objective: float | None, provenance: dict[str, Any]) -> Found:
    reading = read(formulation or {})
    if reading.formulation is None:
        return Found(reason="no formulation")
    return Found(Example(name, question, reading.formulation, objective, provenance=provenance))


def _json(path: Path) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: cannot be read ({error}); leave this folder out") from None
    return loaded
