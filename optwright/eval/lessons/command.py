"""What `optwright library learn` and `evolve` do with what was typed: tasks, folder, budget, report."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optwright.agent import models, solve
from optwright.agent.experience import embedder_of
from optwright.budget import Allowance, Budget, Usage
from optwright.config import Config, load
from optwright.datasets.registry import load_all
from optwright.datasets.sample import Sample
from optwright.datasets.split import PARTS, choose, divide
from optwright.errors import ConfigError, InputError
from optwright.eval.contrast import reference_of
from optwright.eval.folder import RunFolder
from optwright.eval.lessons.evolve import Evolved, evolve
from optwright.eval.lessons.feedback import UNEDITED
from optwright.eval.lessons.journal import Journal
from optwright.eval.lessons.laboratory import Laboratory, Metered, Task
from optwright.eval.lessons.learn import BATCH, Learned, Observer, judged, learn
from optwright.eval.lessons.page import page, rounds_page
from optwright.experience.database import place_of
from optwright.experience.insight import Status, number_of
from optwright.experience.library import Library
from optwright.experience.shelf import Bounds
from optwright.experience.vectors import Vectors
from optwright.llm import CachedChat, Completion
from optwright.problem import Problem


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for, as typed."""

    benchmarks: tuple[str, ...]
    out: Path
    flags: Mapping[str, Any] = field(default_factory=dict)
    split: str = "train"
    limit: int | None = None
    held_out: int = 60
    """Validation tasks at most."""
    batch: int = BATCH
    workers: int = 8
    references: Path | None = None
    data_dir: Path | None = None
    allowance: Allowance = field(default_factory=lambda: Allowance(None, None, None))


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that a run needs."""

    laboratory: Laboratory
    train: list[Task]
    held_out: list[Task]


def learn_from(request: Request, observe: Observer) -> Learned:
    """Learn; write learned.json and report.html into the folder. Called again with it, a killed run goes on."""
    with RunFolder(request.out).lock():
        setting = prepare(request, "learn")
        learned = learn(setting.laboratory, setting.train, setting.held_out, batch=request.batch, observe=observe)
        rulings = {name: ruling.to_json() for name, ruling in learned.rulings.items()}
        points = [point.to_json() for point in learned.points]
        used = _used(setting)
        data = {"points": points, "rulings": rulings, "stopped": learned.stopped, "usage": used}
        _write(request.out / "learned.json", json.dumps(data, indent=1) + "\n")
        _write(request.out / "report.html", page(learned, setting.laboratory.library, used))
    return learned


def judge_on(request: Request, names: Sequence[str]) -> Learned:
    """Let these candidates, or all there are, through the gate; write judged.json into the folder.

    One that is shown on no held-out task stays a candidate. Raises InputError for an insight that is no candidate. A
    killed run goes on where it was.
    """
    with RunFolder(request.out).lock():
        setting = prepare(request, "gate")
        laboratory = setting.laboratory
        numbers = laboratory.journal.once("candidates", lambda: candidates(laboratory.library, names))
        found = judged(laboratory, numbers, setting.train, setting.held_out)
        rulings = {name: ruling.to_json() for name, ruling in found.rulings.items()}
        data = {"rulings": rulings, "stopped": found.stopped, "usage": _used(setting)}
        _write(request.out / "judged.json", json.dumps(data, indent=1) + "\n")
    return found


def candidates(library: Library, names: Sequence[str]) -> list[int]:
    """Return the candidates of these names, or all but those that still have their user's own words.

    Raises InputError for one that cannot come to the gate.
    """
    if not names:
        found = library.find(status=Status.CANDIDATE)
        return [one.number for one in found if one.content.first != UNEDITED]
    found = [library.get(number_of(name)) for name in names]
    for one in found:
        if one.status is not Status.CANDIDATE:
            raise InputError(f"{one.id} is {one.status.value}; only a candidate comes to the gate")
        if one.content.first == UNEDITED:
            raise InputError(f"{one.id} has its user's own words; edit it first: a condition, advice and a label")
    return [one.number for one in found]


def evolve_on(request: Request, rounds: int) -> list[Evolved]:
    """Run rounds of care for the library; write evolved.json into the folder."""
    found: list[Evolved] = []
    with RunFolder(request.out).lock():
        setting = prepare(request, "evolve")
        for number in range(1, rounds + 1):
            found.append(evolve(setting.laboratory, setting.train, setting.held_out, name=f"round {number}"))
            data = [entry.to_json() for entry in found]
            _write(request.out / "evolved.json", json.dumps(data, indent=1) + "\n")
            _write(request.out / "report.html", rounds_page(found, setting.laboratory.library, _used(setting)))
            if found[-1].rolled_back:
                break
    return found


def prepare(request: Request, doing: str) -> Setting:
    """Open the library, divide the benchmarks, and check that a folder is gone on with as it was begun."""
    config = load(flags=request.flags).config
    if config.library.place is None:
        raise ConfigError("no library is named; give --library FILE or set OPTWRIGHT_LIBRARY")
    chat = models.resolve(config)
    if chat is None:
        raise ConfigError(models.NO_MODEL)
    train, held_out = _tasks(request)
    _same_run(request, config, doing, (train, held_out))
    journal = Journal(request.out / "journal.jsonl")
    replies = request.out / "replies"
    budget = Budget(request.allowance, used=spent(replies), elapsed=journal.elapsed)
    model = Metered(CachedChat(chat, replies), budget)
    name = name_of(request.out)
    library = Library(config.library.place, actor=f"run {name}")
    settings = solve.Settings.of(
        config.model_copy(update={"library": config.library.model_copy(update={"place": None})})
    )
    bounds = Bounds(most=config.library.most, tokens=config.library.tokens)
    embedder = embedder_of(config)
    vectors = Vectors(library.database, embedder) if embedder is not None else None
    laboratory = Laboratory(model, library, journal, settings, request.workers, name, bounds, vectors)
    return Setting(laboratory, train, held_out)


def name_of(out: Path) -> str:
    """Return the name of a run in the library: of its folder, with a mark of where that lies."""
    return f"{out.name}-{hashlib.sha256(f'{platform.node()}:{out.resolve()}'.encode()).hexdigest()[:6]}"


def spent(replies: Path) -> Usage:
    """Return what the replies cost that a run has got so far."""
    total = Usage()
    for path in replies.glob("*/*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            total += Completion.from_json(json.loads(path.read_text(encoding="utf-8"))).usage
    return total


def tasks_of(samples: Iterable[Sample], references: Mapping[str, str]) -> list[Task]:
    """Return the samples that have an answer to judge by, as tasks."""
    return [
        Task(one.id, Problem(one.corrected.question, name=one.id), one.corrected.label, references.get(one.id, ""))
        for one in samples
        if one.corrected.label is not None
    ]


def _tasks(request: Request) -> tuple[list[Task], list[Task]]:
    samples = load_all(request.benchmarks, directory=request.data_dir)
    parts = dict(zip(PARTS, divide(samples, list(PARTS.values())), strict=True))
    if request.split not in ("train", "validation"):
        raise InputError(f"--split {request.split}: lessons are drawn from train (or validation), never from test")
    references = _references(request, samples)
    part = parts[request.split]
    judges = parts["validation" if request.split == "train" else "train"]
    if not part or not judges:
        raise InputError("too few records to divide; give more of them")
    train = tasks_of(choose(part, limit=request.limit), references)
    return train, tasks_of(choose(judges, limit=request.held_out), references)


def _references(request: Request, samples: Sequence[Sample]) -> dict[str, str]:
    """Return the models that are known: from the folder of references, and from files whose lines hold one."""
    found: dict[str, str] = {}
    for name in request.benchmarks:
        if name.endswith(".jsonl") and Path(name).is_file():
            for line in Path(name).read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                if isinstance(record.get("formulation"), dict):
                    found[str(record["id"])] = json.dumps(record["formulation"], ensure_ascii=False)
    if request.references is not None:
        for one in samples:
            if (text := reference_of(one.id, request.references)) is not None:
                found[one.id] = text
    return found


def _same_run(request: Request, config: Config, doing: str, tasks: tuple[list[Task], list[Task]]) -> None:
    """Write the run's settings, or refuse to go on with a folder that was begun with others."""
    train, held_out = tasks
    described = {
        "command": doing,
        "benchmarks": list(request.benchmarks),
        "library": place_of(config.library.place or ""),
        "model": config.llm.model,
        "method": config.method.value,
        "split": request.split,
        "batch": request.batch,
        "train": [task.id for task in train],
        "held_out": [task.id for task in held_out],
    }
    path = request.out / "config.json"
    if path.exists():
        if (known := json.loads(path.read_text(encoding="utf-8"))) != described:
            wrong = next(name for name in described if known.get(name) != described[name])
            raise ConfigError(f"{request.out} was begun with another {wrong}; use another --out")
        return
    request.out.mkdir(parents=True, exist_ok=True)
    _write(path, json.dumps(described, indent=1) + "\n")


def _used(setting: Setting) -> dict[str, int]:
    model = setting.laboratory.model
    return model.used.to_json() if isinstance(model, Metered) else {}


def _write(path: Path, text: str) -> None:
    """Replace a file in one step."""
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
