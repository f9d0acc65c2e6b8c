"""Pairs of words and formulation, made from nothing but a task: records of a data set, or why there are none."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from optwright.datasets.synthesis.augmentation import Augmentation, augment
from optwright.datasets.synthesis.catalogue import catalogue, family
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.describing import describe
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.equivalence import equivalent
from optwright.datasets.synthesis.instance import Reason, Rejection, Solved, draw, solve_draft, solve_model
from optwright.datasets.synthesis.modeller import ChatModeller, Modeller, OfflineModeller
from optwright.datasets.synthesis.prefix import prefix
from optwright.datasets.synthesis.presence import absent, deletions, untold
from optwright.datasets.synthesis.realise import Telling, Told, tell
from optwright.datasets.synthesis.resampling import Model
from optwright.datasets.synthesis.resocratic import ask_question, demonstrate
from optwright.datasets.synthesis.split import Split, split_of
from optwright.datasets.synthesis.style import Style
from optwright.errors import FormulationError, LLMError, OptwrightError, ParseError
from optwright.llm import ChatModel
from optwright.problem import Problem

Record = dict[str, Any]
"""One line of a data set, as docs/synthesis.md describes it."""


class Way(StrEnum):
    """How problems come about."""

    DRAW = "draw"
    """Drawn from a family."""
    PREFIX = "prefix"
    """The first conditions of what is drawn from a family, every prefix a problem."""
    RESOCRATIC = "resocratic"
    """A model's demonstration, step by step, every prefix a problem."""
    AUGMENT = "augment"
    """A model's variation of what is drawn from a family, in one of seven ways."""


class Words(StrEnum):
    """Who tells them."""

    GRAMMAR = "grammar"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be made: equal tasks make equal pairs, as far as no model takes part."""

    family: str
    level: Level
    seed: str
    attempt: int
    style: Style
    knobs: Mapping[str, Range]
    attach: bool | None = None
    way: Way = Way.DRAW
    words: Words = Words.GRAMMAR

    @property
    def id(self) -> str:
        """The name of what comes of it."""
        return f"{self.family}/{self.level}/{self.attempt}"

    @property
    def dice(self) -> Dice:
        """A fresh source of everything random."""
        return Dice(f"{self.seed}/{self.id}", self.knobs)

    @property
    def split(self) -> Split:
        """The part of the data set that it belongs to."""
        return split_of(self.family, f"{self.seed}/{self.id}")


@dataclass(frozen=True, slots=True)
class Pair:
    """Words and formulation on their way to become a record."""

    id: str
    words: Problem
    model: Model
    solved: Solved
    proof: tuple[str, ...]
    provenance: Record = field(default_factory=dict)


def make(task: Task, chat: ChatModel | None = None) -> list[Record | Rejection]:
    """Make the pairs of one task. What is wrong with one is a rejection; only a failing server is raised, as LLMError.

    Args:
        task: what to make.
        chat: a language model; without one only the grammar tells, and the offline reader models again what it can.
    """
    dice = task.dice
    made: list[Record | Rejection] = []
    try:
        made += (
            pair if isinstance(pair, Rejection) else _forward(task, dice, pair, chat)
            for pair in _pairs(task, dice, chat)
        )
    except LLMError:
        raise
    except Exception as error:  # noqa: BLE001 - seventy modules of others: one fault must not end the run
        made.append(Rejection(Reason.FAULT, _where(error)))
    return made


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    message = str(error).split("\n", 1)[0] if isinstance(error, OptwrightError) else repr(error)
    return f"{message} ({last.name}, line {last.lineno})"


def _pairs(task: Task, dice: Dice, chat: ChatModel | None) -> Iterator[Pair | Rejection]:
    if task.way is Way.RESOCRATIC and chat is not None:
        yield from _resocratic(task, dice, chat)
        return
    solved = draw(family(task.family), dice, task.level)
    if isinstance(solved, Rejection):
        yield solved
    elif task.way is Way.AUGMENT and chat is not None:
        yield _augmented(task, dice, solved, chat)
    elif task.way is Way.PREFIX:
        yield from _prefixes(task, dice, solved, chat)
    else:
        yield _told(task, dice, solved, chat)


# Four ways ---------------------------------------------------------------------------------------------------------


def _told(task: Task, dice: Dice, solved: Solved, chat: ChatModel | None, suffix: str = "") -> Pair | Rejection:
    """Tell an instance, by the model or by the grammar."""
    if task.words is Words.MODEL and chat is not None:
        return _described(task, dice, solved, chat, suffix)
    telling = Telling(task.style, unseen=task.split is Split.UNSEEN_TEMPLATE, attach=task.attach)
    told = tell(solved.draft, dice, telling)
    if missing := absent(told):
        return Rejection(Reason.UNTOLD, "; ".join(missing[:3]))
    if unnoticed := deletions(told).unnoticed:
        return Rejection(Reason.UNNOTICED, ", ".join(unnoticed[:5]))
    model = Model(told.formulation, told.tables)
    found = {"words": "grammar", "wording": told.wording}
    return Pair(task.id + suffix, told.problem, model, solved, ("construction", "presence", "deletion"), found)


def _described(task: Task, dice: Dice, solved: Solved, chat: ChatModel, suffix: str) -> Pair | Rejection:
    model = Model(solved.data.formulation)
    said = describe(model, task.style, dice.sector, chat)
    if missing := untold(model, said.text):
        return Rejection(Reason.UNTOLD, "; ".join(missing[:3]))
    found = {"words": chat.name, "rounds": said.rounds, "faults": list(said.faults)}
    return Pair(task.id + suffix, Problem(said.text), model, solved, ("presence",), found)


def _prefixes(task: Task, dice: Dice, solved: Solved, chat: ChatModel | None) -> Iterator[Pair | Rejection]:
    count = len(solved.draft.formulation().constraints)
    for conditions in range(1, count + 1):
        draft: Draft | None = solved.draft if conditions == count else prefix(solved.draft, conditions)
        if draft is None:
            continue
        part = solved if conditions == count else solve_draft(draft, task.level.seconds)
        # The wording of each prefix is its own: a source apart for each.
        own = Dice(f"{task.seed}/{task.id}/{conditions}", task.knobs, dice.sector)
        yield part if isinstance(part, Rejection) else _told(task, own, part, chat, f"/p{conditions}")


def _resocratic(task: Task, dice: Dice, chat: ChatModel) -> Iterator[Pair | Rejection]:
    of = family(task.family)
    table = dice.chance(0.5)
    try:
        stages = demonstrate(f"{of.title}: {of.description}", dice.sector, chat, table=table)
    except (ParseError, FormulationError) as error:
        yield Rejection(Reason.UNREADABLE, str(error))
        return
    for stage in stages:
        solved = solve_model(stage.model, task.level.seconds)
        if isinstance(solved, Rejection):
            yield solved
            continue
        words = ask_question(stage, task.style, chat, table=table)
        found = {"words": chat.name, "units": stage.units, "table": table}
        yield _written(f"{task.id}/p{stage.units}", Problem(words), stage.model, solved, found)


def _augmented(task: Task, dice: Dice, solved: Solved, chat: ChatModel) -> Pair | Rejection:
    first = tell(solved.draft, dice, Telling(task.style, attach=False))
    other = dice.apart("second")
    kind = other.choice(list(Augmentation))
    made = _try_augment(first, _other_problem(task, other), kind, chat)
    if isinstance(made, Rejection):
        return made
    words, model = made
    part = solved if kind is Augmentation.PARAPHRASE else solve_model(model, task.level.seconds)
    if isinstance(part, Rejection):
        return part
    return _written(task.id, Problem(words), model, part, {"words": chat.name, "augmentation": str(kind)})


def _try_augment(first: Told, second: str, kind: Augmentation, chat: ChatModel) -> tuple[str, Model] | Rejection:
    try:
        made = augment(first.question, second, kind, chat)
    except (ParseError, FormulationError) as error:
        return Rejection(Reason.UNREADABLE, str(error))
    return made.words, Model(first.formulation) if kind is Augmentation.PARAPHRASE else made.model


def _other_problem(task: Task, dice: random.Random) -> str:
    """Tell an instance of another family, as small as it can be."""
    others = [one for one in catalogue() if one.name != task.family] or list(catalogue())
    of = dice.choice(others)
    small = Dice(f"{task.seed}/{task.id}/second", {name: Range(one.least, one.least) for name, one in of.knobs.items()})
    return tell(of.draw(small), small, Telling(attach=False)).question


def _written(name: str, words: Problem, model: Model, solved: Solved, found: Record) -> Pair | Rejection:
    if missing := untold(model, words.text):
        return Rejection(Reason.UNTOLD, "; ".join(missing[:3]))
    return Pair(name, words, model, solved, ("presence",), found)


# What they have in common ------------------------------------------------------------------------------------------


def _forward(task: Task, dice: Dice, pair: Pair, chat: ChatModel | None) -> Record | Rejection:
    """Have the words modelled again; what is modelled otherwise is rejected, and kept as a challenge."""
    modeller: Modeller = ChatModeller(chat) if chat is not None else OfflineModeller()
    record = _record(task, dice, pair)
    try:
        said = modeller.model(pair.words)
    except (ParseError, FormulationError) as error:
        if chat is None:
            return record
        return Rejection(Reason.UNREADABLE, str(error).split("\n", 1)[0], record)
    verdict = equivalent(pair.model, said, seed=pair.id, seconds=task.level.seconds)
    if verdict.reason is not None:
        return Rejection(verdict.reason, f"{modeller.name}: {verdict.detail}", record)
    proof = (*pair.proof, f"forward: {modeller.name}, {verdict.step}")
    return _record(task, dice, replace(pair, proof=proof))


def _record(task: Task, dice: Dice, pair: Pair) -> Record:
    outcome, measured = pair.solved.outcome, pair.solved.complexity
    return {
        "id": pair.id,
        "family": task.family,
        "level": str(task.level),
        "style": str(task.style),
        "split": str(task.split),
        "question": pair.words.text,
        "formulation": pair.model.formulation.model_dump(mode="json", exclude_defaults=True),
        "objective": pair.solved.objective,
        "tables": [
            {
                "name": one.name,
                "file": one.source,
                "columns": list(one.columns),
                "rows": [list(row) for row in one.rows],
            }
            for one in pair.words.tables
        ],
        "provenance": {
            "seed": task.seed,
            "attempt": task.attempt,
            "way": str(task.way),
            "sector": dice.sector,
            "knobs": dice.drawn,
            **pair.provenance,
            "proof": list(pair.proof),
            "problem_class": outcome.problem_class,
            "solver": outcome.solver,
            "solver_seconds": round(outcome.solver_seconds, 4),
            "score": measured.score,
            "counts": asdict(measured),
        },
    }
