"""All that an optimisation tried and found, in one file that only grows: a killed run goes on from it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optwright.budget import Allowance, Budget, Prices, Usage
from optwright.errors import InputError
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.score import Failure, Score
from optwright.runlog import RunLog


@dataclass(slots=True)
class Entry:
    """A candidate and what came of it; neither score nor failure while it waits."""

    candidate: Candidate
    score: Score | None = None
    failure: str = ""
    held_out: Score | None = None

    @property
    def complete(self) -> bool:
        """Whether it was tried on every item."""
        return self.score is not None and not self.score.dropped


@dataclass(frozen=True, slots=True)
class Rejected:
    """A proposal that was not tried, and why."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True)
class Point:
    """The state after a step, for curves."""

    step: int
    evaluations: int
    """Item evaluations so far."""
    usage: Usage
    """Of scorer and optimiser together, so far."""
    best: str
    mean: float
    money: float = 0.0
    """Dollars so far."""
    elapsed: float = 0.0
    """Seconds so far."""


class Ledger:
    """Candidates, scores, rejections, steps and whatever a strategy wants to remember, in the order of events.

    Kept in memory, and in a file of JSON lines where a path is given. Safe for threads.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Read what the file holds. Raises InputError for a file that is no ledger."""
        self.entries: dict[str, Entry] = {}
        self.rejected: list[Rejected] = []
        self.points: list[Point] = []
        self.settings: dict[str, Any] = {}
        self.ended = ""
        """Why the run ended; empty while it has not."""
        self.spent, self.money, self.elapsed = Usage(), 0.0, 0.0
        self.asked = Usage()
        """The optimiser's part of what was spent."""
        self._memory: dict[str, Any] = {}
        self._proposed: dict[int, list[str]] = {}
        self._log, self._lock = RunLog(path) if path else None, threading.RLock()
        try:
            for event in self._log.read() if self._log else ():
                self._apply(event)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path}: not a ledger of prompt optimisation ({error!r})") from None

    # What is known ---------------------------------------------------------------------------------------------

    @property
    def scored(self) -> list[Entry]:
        """Entries that were tried on every item, in order."""
        return [entry for entry in self.entries.values() if entry.complete]

    @property
    def seeds(self) -> list[Entry]:
        """The entries that the run began with."""
        return [entry for entry in self.entries.values() if entry.candidate.step == 0]

    @property
    def best(self) -> Entry | None:
        """The entry of the highest mean; of equal ones the earliest, so that a change must earn its place."""
        return max(self.scored, key=lambda entry: entry.score.mean if entry.score else 0.0, default=None)

    @property
    def flat(self) -> bool:
        """Whether all scores are the same, so that there is nothing to choose by."""
        return len({entry.score.mean for entry in self.scored if entry.score}) < 2

    @property
    def items(self) -> frozenset[str]:
        """The names of the items that all are scored on; empty while nothing is scored."""
        return next((frozenset(entry.score.items) for entry in self.scored if entry.score), frozenset())

    @property
    def evaluations(self) -> int:
        """Item evaluations so far."""
        return sum(len(entry.score.items) for entry in self.entries.values() if entry.score)

    def proposed(self, step: int) -> list[Entry] | None:
        """Return the candidates of a step; None while it has none."""
        ids = self._proposed.get(step)
        return None if ids is None else [self.entries[one] for one in ids]

    def budget(self, allowance: Allowance, prices: Prices | None = None) -> Budget:
        """Return an account that goes on from what was spent."""
        return Budget(allowance, used=self.spent, elapsed=self.elapsed, money=self.money, prices=prices)

    # What happens ----------------------------------------------------------------------------------------------

    def begin(self, settings: dict[str, Any]) -> None:
        """Write down what decides the run. Raises InputError when it was begun with something else."""
        settings = json.loads(json.dumps(settings))
        if not self.settings:
            self._record({"event": "begin", "settings": settings})
        elif self.settings != settings:
            names = settings.keys() | self.settings.keys()
            wrong = sorted(name for name in names if self.settings.get(name) != settings.get(name))
            raise InputError(f"this ledger was begun with another {', '.join(wrong)}; give the same, or a new folder")

    def propose(self, step: int, accepted: list[Candidate], rejected: list[Rejected]) -> list[Entry]:
        """Enter the proposals of a step, all at once."""
        refused = [{"candidate": one.candidate.to_json(), "reason": one.reason} for one in rejected]
        taken = [one.to_json() for one in accepted]
        self._record({"event": "proposed", "step": step, "candidates": taken, "rejected": refused})
        return [self.entries[one.id] for one in accepted]

    def score(self, name: str, found: Score | Failure) -> None:
        """Enter what came of a candidate; a failure takes the place of a score that it turns out not to have."""
        if isinstance(found, Failure):
            cost = {"usage": found.usage.to_json(), "money": found.money}
            self._record({"event": "failed", "id": name, "reason": found.reason, **cost})
        else:
            self._record({"event": "scored", "id": name, "score": found.to_json()})

    def hold_out(self, name: str, found: Score) -> None:
        """Enter a candidate's score on held-out items."""
        self._record({"event": "held_out", "id": name, "score": found.to_json()})

    def close_step(self, step: int, elapsed: float) -> Point | None:
        """Note that a step is over, `elapsed` seconds after the beginning; None while nothing has a score."""
        if (best := self.best) is None or best.score is None:
            return None
        spent = {"usage": self.spent.to_json(), "money": self.money, "elapsed": round(elapsed, 3)}
        found = {"evaluations": self.evaluations, "best": best.candidate.id, "mean": best.score.mean, **spent}
        self._record({"event": "step", "step": step, **found})
        return self.points[-1]

    def end(self, reason: str) -> None:
        """Note why the run ended; a run that is gone on with begins again."""
        self._record({"event": "end", "reason": reason})

    def once(self, key: str, work: Callable[[], Any]) -> Any:
        """Return what is remembered under a key, working it out the first time; plain JSON data."""
        if key not in self._memory:
            self.remember(key, work())
        return self._memory[key]

    def remember(self, key: str, value: Any, usage: Usage | None = None, money: float = 0.0) -> None:
        """Keep plain JSON data under a key, and with it what it cost: tokens of the optimiser's model, dollars."""
        cost = {"usage": (usage or Usage()).to_json(), "money": money}
        self._record({"event": "memory", "key": key, "value": value, **cost})

    def recall(self, key: str) -> Any:
        """Return what is remembered under a key, or None."""
        return self._memory.get(key)

    # The file --------------------------------------------------------------------------------------------------

    def _record(self, event: dict[str, Any]) -> None:
        with self._lock:
            if self._log:
                self._log.append(event)
            self._apply(event)

    def _apply(self, event: dict[str, Any]) -> None:
        kind = event["event"]
        if kind == "begin":
            self.settings = event["settings"]
        elif kind == "proposed":
            found = list(_candidates(event["candidates"]))
            self._proposed[event["step"]] = [one.id for one in found]
            self.entries |= {one.id: Entry(one) for one in found}
            self.rejected += [
                Rejected(Candidate.from_json(one["candidate"]), one["reason"]) for one in event["rejected"]
            ]
        elif kind == "scored":
            score = self.entries[event["id"]].score = Score.from_json(event["score"])
            self._pay(score.usage, score.money)
        elif kind == "failed":
            entry = self.entries[event["id"]]
            entry.score, entry.failure = None, event["reason"]
            self._pay(Usage.from_json(event["usage"]), event["money"])
        elif kind == "held_out":
            score = self.entries[event["id"]].held_out = Score.from_json(event["score"])
            self._pay(score.usage, score.money)
        elif kind == "step":
            given = {name: value for name, value in event.items() if name not in ("event", "usage")}
            self.points.append(Point(usage=Usage.from_json(event["usage"]), **given))
            self.elapsed = event["elapsed"]
        elif kind == "memory":
            self._memory[event["key"]] = event["value"]
            usage = Usage.from_json(event["usage"])
            self.asked += usage
            self._pay(usage, event["money"])
        self.ended = event["reason"] if kind == "end" else ""

    def _pay(self, usage: Usage, money: float | None) -> None:
        self.spent, self.money = self.spent + usage, self.money + (money or 0.0)


def _candidates(data: list[dict[str, Any]]) -> Iterator[Candidate]:
    return map(Candidate.from_json, data)
