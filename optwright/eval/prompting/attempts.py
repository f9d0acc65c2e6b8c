"""Every attempt of a candidate at an item, made once: kept in a file that only grows before it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from optwright.budget import Usage
from optwright.datasets.sample import Sample
from optwright.errors import InputError, LibraryError, LLMError, OptwrightError, ParseError, SandboxError
from optwright.eval.evaluate import engine_of
from optwright.eval.prediction import Prediction
from optwright.eval.score import RULES, Gold
from optwright.eval.settings import Settings
from optwright.eval.work import Attempt, Feed, Task
from optwright.prompts.pack import Pack
from optwright.prompts.search.candidate import Candidate
from optwright.runlog import RunLog

TRIES = 3
"""How often an attempt is made whose server fails while others succeed: a failing server is no candidate's fault."""
PATIENCE = 20
"""Server failures in a row after which the run stops, to be gone on with."""
_AT_FIRST = 2
"""The same while nothing has succeeded yet: a wrong key or address is told soon."""
_ERRORS: dict[str, type[OptwrightError]] = {"sandbox": SandboxError, "library": LibraryError}


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one attempt."""

    right: bool
    failure: str = ""
    """One word for why it is not right: the prediction's, or `wrong value`, `wrong status`."""
    evidence: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0


Pair = tuple[str, str]
"""Ids of a candidate and an item."""
Observer = Callable[[int, int], None]
"""Told how many of the attempts asked for are made."""
Check = Callable[[Usage], None]
"""Called with what the attempts made so far cost; raises BudgetError when that is enough."""


class Attempts:
    """The attempts of a run, and the decisions that were taken on them. One process writes."""

    def __init__(self, path: Path, settings: Settings, samples: Iterable[Sample], key: str | None = None) -> None:
        """Read what the file holds. Raises InputError for a file of something else."""
        self.observe: Observer = lambda *_: None
        self._settings, self._key, self._log = settings, key, RunLog(path)
        self._samples = {sample.id: sample for sample in samples}
        self._tried: dict[Pair, Tried] = {}
        self._decided: dict[tuple[str, int], str] = {}
        try:
            for record in self._log.read():
                self._apply(record)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path}: not a file of trials ({error!r})") from None

    def __len__(self) -> int:
        """Return how many attempts are kept."""
        return len(self._tried)

    @property
    def usage(self) -> Usage:
        """What all attempts cost."""
        return sum((tried.usage for tried in self._tried.values()), Usage())

    def tried(self, candidate: str, item: str) -> Tried:
        """Return an attempt that was made."""
        return self._tried[candidate, item]

    def known(self, candidate: str) -> dict[str, Tried]:
        """Return all attempts of a candidate, by item."""
        return {item: tried for (name, item), tried in self._tried.items() if name == candidate}

    def decided(self, candidate: str, size: int) -> str | None:
        """Return why a candidate was dropped after so many items, "" if it was kept, None while nobody decided."""
        return self._decided.get((candidate, size))

    def decide(self, size: int, reasons: Mapping[str, str]) -> None:
        """Keep what was decided after so many items, for all candidates together: a reason, or "" to go on."""
        self._append({"event": "rung", "size": size, "reasons": dict(reasons)})

    def make(self, candidates: Sequence[Candidate], items: Sequence[str], check: Check = lambda _: None) -> None:
        """Make what is missing of every candidate at every item, all together behind one turnstile.

        Raises BudgetError as `check` does, LLMError or SandboxError when the server or the sandbox fails for good, and
        ParseError for a candidate that cannot be sent. What was made until then is kept.
        """
        tasks = [task for one in candidates for task in self._tasks(one, items)]
        total = len(candidates) * len(items)
        spent = sum((self._tried[one.id, i].usage for one in candidates for i in items if self._has(one, i)), Usage())
        if not tasks:
            return
        check(spent)
        self.observe(total - len(tasks), total)
        with closing(self._made(tasks)) as made:
            for number, tried in enumerate(made, total - len(tasks) + 1):
                spent += tried.usage
                self.observe(number, total)
                check(spent)

    def _made(self, tasks: Sequence[Task]) -> Generator[Tried]:
        """Yield attempts as they are made and kept; closed, no further one is begun."""
        feed, failing, in_a_row = Feed(tasks), Counter[str](), 0
        try:
            for attempt in engine_of(self._settings, self._key).attempts(feed):
                if attempt.trouble:
                    in_a_row, failing[attempt.task.id] = in_a_row + 1, failing[attempt.task.id] + 1
                    self._give_up(attempt, in_a_row, failing[attempt.task.id])
                    feed.again(attempt.task)
                elif feed.done(attempt.task):
                    in_a_row = 0
                    yield self._keep(attempt)
        finally:
            feed.close()

    def _has(self, one: Candidate, item: str) -> bool:
        return (one.id, item) in self._tried

    def _tasks(self, one: Candidate, items: Sequence[str]) -> list[Task]:
        missing = [item for item in items if not self._has(one, item)]
        prompts = self._prompts(one) if missing else {}
        labels = self._settings.labels
        return [Task(f"{one.id} {item}", 0, self._samples[item].version(labels).question, prompts) for item in missing]

    def _prompts(self, one: Candidate) -> dict[str, str]:
        """Return all texts that an attempt is made with: those of the run's pack, and the candidate's in their place.

        Raises ParseError for a candidate that no pack could hold.
        """
        given = self._settings.prompts
        try:
            return dict(Pack.of({**(given.parts if given else {}), **one.parts}, name="trial").parts)
        except InputError as error:
            raise ParseError(str(error)) from None

    def _give_up(self, attempt: Attempt, in_a_row: int, times: int) -> None:
        if times < TRIES and in_a_row < (PATIENCE if self._tried else _AT_FIRST):
            return
        kind = _ERRORS.get(attempt.prediction.failure, LLMError)
        raise kind(f"{attempt.trouble} (nothing that was done is lost; go on later with --resume)")

    def _keep(self, attempt: Attempt) -> Tried:
        candidate, _, item = attempt.task.id.partition(" ")
        label = self._samples[item].version(self._settings.labels).label
        assert label is not None  # items without an answer to judge by are in no split
        right = RULES["strict"].judge(Gold(label), attempt.prediction) is True
        found = replace(attempt.prediction, evidence="") if right else attempt.prediction
        record = {"candidate": candidate, "item": item, "right": right, "prediction": found.to_json()}
        self._append({"event": "attempt", **record})
        return self._tried[candidate, item]

    def _append(self, record: dict[str, Any]) -> None:
        self._log.append(record)
        self._apply(record)

    def _apply(self, record: Mapping[str, Any]) -> None:
        if record["event"] == "rung":
            self._decided |= {(name, record["size"]): reason for name, reason in record["reasons"].items()}
            return
        found, right = Prediction.from_json(record["prediction"]), bool(record["right"])
        failure = "" if right else found.failure or ("wrong value" if found.status == "optimal" else "wrong status")
        tried = Tried(right, failure, found.evidence, found.usage, found.seconds)
        self._tried.setdefault((record["candidate"], record["item"]), tried)
