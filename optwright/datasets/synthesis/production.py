"""A run that makes a data set: parallel, resumable after any kill, its files only grow."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from optwright.config import LLMSettings
from optwright.datasets.synthesis.catalogue import family
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.contamination import benchmark_index
from optwright.datasets.synthesis.dice import Range
from optwright.datasets.synthesis.instance import Reason, Rejection
from optwright.datasets.synthesis.pair import Record, Task, Way, Words, make
from optwright.datasets.synthesis.similarity import THRESHOLD, Index
from optwright.datasets.synthesis.style import Style
from optwright.datasets.synthesis.tuning import Window, tune
from optwright.datasets.synthesis.workers import Workers
from optwright.errors import InputError, LLMError
from optwright.llm import ChatModel, ChatOptions, OpenAIChat
from optwright.llm.retry import Patience
from optwright.runlog import RunLog

PATIENCE = 8
"""Attempts per wanted pair after which a family is given up; its share goes to the others."""
SLACK = 30.0
"""Seconds on top of the solver's own limit after which a process is taken for lost."""
TUNING = 900.0
MODEL = 1200.0
"""Seconds for the requests of one task to a language model."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run shall make. All but `count` stays as it is when the run is resumed."""

    families: tuple[str, ...]
    levels: tuple[Level, ...]
    count: int
    styles: tuple[Style, ...] = tuple(Style)
    seed: str = "0"
    attach: bool | None = None
    ways: tuple[Way, ...] = (Way.DRAW,)
    words: Words = Words.GRAMMAR
    model: str | None = None
    """The language model that takes part, None for none."""
    knobs: Mapping[str, Range] = field(default_factory=dict)
    """Limits of sizes and features by their names in the families; the levels' windows lie within."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]


class Tuning(NamedTuple):
    """A window to be found."""

    family: str
    level: Level
    seed: str
    knobs: Mapping[str, Range]


Pool = Workers["Task | Tuning", "list[Record | Rejection] | Window | str"]
Watch = Callable[["Production"], None]
"""Called after every attempt."""


class Production:
    """One run in one folder: `pairs.jsonl` is the data set, `rejected.jsonl` tells of the rest."""

    def __init__(self, plan: Plan, folder: Path, chat: LLMSettings | None = None) -> None:
        """Args: `chat` says where the plan's model is, where one takes part."""
        self.plan, self.folder, self.chat = plan, folder, chat
        self.pairs, self.rejected = RunLog(folder / "pairs.jsonl"), RunLog(folder / "rejected.jsonl")
        self.challenge = RunLog(folder / "challenge.jsonl")
        self.windows_log = RunLog(folder / "windows.jsonl")
        self.sessions = RunLog(folder / "sessions.jsonl")
        self.windows: dict[tuple[str, Level], Window] = {}
        self.accepted: Counter[tuple[str, Level]] = Counter()
        self.reasons: Counter[str] = Counter()
        self.stage = ""
        self.benchmarks: tuple[str, ...] = ()
        """The public benchmarks that pairs are compared with."""
        self._known, self._near = Index(), defaultdict[str, Index](Index)
        self._tried: dict[tuple[str, Level], set[int]] = defaultdict(set)

    @property
    def total(self) -> int:
        """Pairs there are."""
        return sum(self.accepted.values())

    def run(self, workers: int, watch: Watch = lambda _: None) -> None:
        """Make what is still missing."""
        self._settle()
        self._resume()
        self._known, self.benchmarks = benchmark_index()
        with Workers(partial(_work, chat=self.chat), workers) as pool:
            self._tune(pool, watch)
            if not self.cells():
                raise InputError("none of these families reaches this level; choose another level or more families")
            self._timed(pool, watch, workers)

    def _timed(self, pool: Pool, watch: Watch, workers: int) -> None:
        started, before, lost = time.time(), self.total, sum(self.reasons.values())
        try:
            self._make(pool, watch)
        finally:
            made, rejected = self.total - before, sum(self.reasons.values()) - lost
            seconds = round(time.time() - started, 1)
            self.sessions.append(
                {
                    "seconds": seconds,
                    "accepted": made,
                    "rejected": rejected,
                    "workers": workers,
                    "benchmarks": self.benchmarks,
                }
            )

    def cells(self) -> list[tuple[str, Level]]:
        """Return the families and levels that can be made."""
        wanted = [(name, level) for level in self.plan.levels for name in self.plan.families]
        return [cell for cell in wanted if cell in self.windows and self.windows[cell].reachable]

    @staticmethod
    def window(record: Record) -> Window:
        """Read a window from its log."""
        limits = {name: Range(*ends) for name, ends in record.get("limits", {}).items()}
        return Window(**{**record, "level": Level(record["level"]), "limits": limits})

    # Before ----------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Write down the plan, or refuse to go on with a folder that was made by another one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path, now = self.folder / "run.json", self.plan.to_json()
        if path.exists():
            before = {"knobs": {}, **json.loads(path.read_text(encoding="utf-8"))}
            if changed := [name for name in now if name != "count" and before.get(name) != now[name]]:
                raise InputError(
                    f"{path}: this folder was begun with another {', '.join(changed)}; give the same or another folder"
                )
        path.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")

    def _resume(self) -> None:
        for record in self.pairs.read():
            cell = record["family"], Level(record["level"])
            self.accepted[cell] += 1
            self._tried[cell].add(record["provenance"]["attempt"])
            self._near[cell[0]].add(record["id"], record["question"])
        for record in self.rejected.read():
            self._tried[record["family"], Level(record["level"])].add(record["attempt"])
            self.reasons[record["reason"]] += 1
        for record in self.windows_log.read():
            window = self.window(record)
            self.windows[window.family, window.level] = window

    def _tune(self, pool: Pool, watch: Watch) -> None:
        self.stage = "tuning"
        waiting = [
            Tuning(name, level, self.plan.seed, self.plan.knobs)
            for level in self.plan.levels
            for name in self.plan.families
            if (name, level) not in self.windows
        ]
        while waiting or pool.running:
            while waiting and pool.free:
                pool.start(waiting.pop(0), TUNING)
            for task, found in pool.finished():
                assert isinstance(task, Tuning)
                lost = Window(task.family, task.level, 0.0, 0.0, 0.0, 0.0, reachable=False)
                window = found if isinstance(found, Window) else lost
                self.windows[task.family, task.level] = window
                self.windows_log.append(asdict(window))
                watch(self)

    # The work --------------------------------------------------------------------------------------------------

    def _make(self, pool: Pool, watch: Watch) -> None:
        self.stage = "making"
        flying: Counter[tuple[str, Level]] = Counter()
        while True:
            while pool.free and (cell := self._next(flying)):
                begun = self._task(cell)
                flying[cell] += 1
                pool.start(begun, 3 * begun.level.seconds + SLACK + (MODEL if self.chat else 0.0))
            if not pool.running:
                return
            for task, made in pool.finished():
                assert isinstance(task, Task)
                flying[task.family, task.level] -= 1
                if isinstance(made, str):
                    raise LLMError(f"{made}; what is made so far is kept, the same command goes on")
                for one in made if isinstance(made, list) else [Rejection(Reason.STUCK)]:
                    self._keep(task, one)
                watch(self)

    def _next(self, flying: Counter[tuple[str, Level]]) -> tuple[str, Level] | None:
        """Return the cell that is furthest behind, None when enough is made or under way or nothing more comes."""
        if self.total + sum(flying.values()) >= self.plan.count:
            return None
        share = self.plan.count / len(self.cells())
        hopeful = [cell for cell in self.cells() if self._hopeful(cell, share)]
        return min(hopeful, key=lambda cell: self.accepted[cell] + flying[cell], default=None)

    def _hopeful(self, cell: tuple[str, Level], share: float) -> bool:
        tried, made = len(self._tried[cell]), self.accepted[cell]
        return tried < PATIENCE * max(share, made) + 2 * PATIENCE

    def _task(self, cell: tuple[str, Level]) -> Task:
        name, level = cell
        tried = self._tried[cell]
        attempt = next(number for number in range(len(tried) + 1) if number not in tried)
        tried.add(attempt)
        dice = random.Random(f"{self.plan.seed}/{name}/{level}/{attempt}/task")
        style, way = dice.choice(self.plan.styles), dice.choice(self.plan.ways)
        knobs = self.windows[cell].knobs(family(name))
        return Task(name, level, self.plan.seed, attempt, style, knobs, self.plan.attach, way, self.plan.words)

    def _keep(self, task: Task, made: Record | Rejection) -> None:
        made = made if isinstance(made, Rejection) else self._distinct(made)
        if isinstance(made, Rejection):
            self.reasons[str(made.reason)] += 1
            found = {"id": task.id, "family": task.family, "level": str(task.level), "attempt": task.attempt}
            self.rejected.append({**found, "reason": str(made.reason), "detail": made.detail[:500]})
            if made.record is not None:
                self.challenge.append({**made.record, "reason": str(made.reason), "detail": made.detail[:500]})
            return
        self.accepted[task.family, task.level] += 1
        self.pairs.append(made)
        self._near[task.family].add(made["id"], made["question"])

    def _distinct(self, made: Record) -> Record | Rejection:
        """Refuse what is nearly the same as a pair of its family, or as a test question."""
        other = self._known.nearest(made["question"])
        if other.cosine >= THRESHOLD:
            return Rejection(Reason.BENCHMARK, f"{other.name}, cosine {other.cosine:.2f}")
        other = self._near[made["family"]].nearest(made["question"])
        if other.cosine >= THRESHOLD:
            return Rejection(Reason.DUPLICATE, f"{other.name}, cosine {other.cosine:.2f}")
        return made


def _work(task: Task | Tuning, chat: LLMSettings | None) -> list[Record | Rejection] | Window | str:
    """Do a task in a worker; a failing server is told as text, since errors do not travel."""
    if isinstance(task, Tuning):
        return tune(task.family, task.level, task.seed, task.knobs)
    try:
        return make(task, connect(chat) if chat else None)
    except LLMError as error:
        return str(error)


@cache
def _connected(settings: str, key: str | None) -> ChatModel:
    given = LLMSettings.model_validate_json(settings)
    patience = Patience(given.attempts, given.deadline, timeout=given.timeout)
    options = ChatOptions(temperature=given.temperature, max_tokens=given.max_tokens, patience=patience)
    return OpenAIChat(given.model, base_url=given.base_url, api_key=key, options=options)


def connect(settings: LLMSettings) -> ChatModel:
    """Return the connection of this process to a model's server."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    return _connected(settings.model_dump_json(exclude={"api_key"}), key)


def read_pairs(folder: Path) -> Iterator[Record]:
    """Yield the pairs of a folder in the order in which they were made."""
    return RunLog(folder / "pairs.jsonl").read()
