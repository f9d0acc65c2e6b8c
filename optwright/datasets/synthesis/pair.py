"""A pair of words and formulation, made from nothing but a task: the record of a data set, or why there is none."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from optwright.datasets.synthesis.catalogue import family
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.instance import Reason, Rejection, Solved, draw
from optwright.datasets.synthesis.presence import absent, deletions
from optwright.datasets.synthesis.realise import Telling, Told, tell
from optwright.datasets.synthesis.split import Split, split_of
from optwright.datasets.synthesis.style import Style
from optwright.errors import OptwrightError

Record = dict[str, Any]
"""One line of a data set, as docs/synthesis.md describes it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be made: equal tasks make equal pairs."""

    family: str
    level: Level
    seed: str
    attempt: int
    style: Style
    knobs: Mapping[str, Range]
    attach: bool | None = None

    @property
    def id(self) -> str:
        """The name of what comes of it."""
        return f"{self.family}/{self.level}/{self.attempt}"

    @property
    def dice(self) -> Dice:
        """A fresh source of everything random."""
        return Dice(f"{self.seed}/{self.id}", self.knobs)


def make(task: Task) -> Record | Rejection:
    """Make one pair. A fault of the family's own module is a rejection that says where it is."""
    try:
        dice = task.dice
        solved = draw(family(task.family), dice, task.level)
        if isinstance(solved, Rejection):
            return solved
        split = split_of(task.family, f"{task.seed}/{task.id}")
        telling = Telling(task.style, unseen=split is Split.UNSEEN_TEMPLATE, attach=task.attach)
        told = tell(solved.draft, dice, telling)
        if missing := absent(told):
            return Rejection(Reason.UNTOLD, "; ".join(missing[:3]))
        if unnoticed := deletions(told).unnoticed:
            return Rejection(Reason.UNNOTICED, ", ".join(unnoticed[:5]))
    except Exception as error:  # noqa: BLE001 - seventy modules of others: one fault must not end the run
        return Rejection(Reason.FAULT, _where(error))
    return _record(task, dice, solved, told, split)


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    message = str(error).split("\n", 1)[0] if isinstance(error, OptwrightError) else repr(error)
    return f"{message} ({last.name}, line {last.lineno})"


def _record(task: Task, dice: Dice, solved: Solved, told: Told, split: Split) -> Record:
    measured = solved.complexity
    return {
        "id": task.id,
        "family": task.family,
        "level": str(task.level),
        "style": str(task.style),
        "split": str(split),
        "question": told.question,
        "formulation": told.formulation.model_dump(mode="json", exclude_defaults=True),
        "objective": solved.objective,
        "tables": [
            {
                "name": one.name,
                "file": one.source,
                "columns": list(one.columns),
                "rows": [list(row) for row in one.rows],
            }
            for one in told.tables
        ],
        "provenance": {
            "seed": task.seed,
            "attempt": task.attempt,
            "sector": dice.sector,
            "knobs": dice.drawn,
            "words": "grammar",
            "wording": told.wording,
            "proof": ["construction", "presence", "deletion"],
            "problem_class": solved.outcome.problem_class,
            "solver": solved.outcome.solver,
            "solver_seconds": round(solved.outcome.solver_seconds, 4),
            "score": measured.score,
            "counts": asdict(measured),
        },
    }
