"""A model with known weaknesses behind real HTTP, and tasks on which each weakness shows.

The model knows the right formulation of every task. It makes a task's mistake unless the prompt holds an insight about
that mistake; a harmful insight leads it astray; it writes insights, labels, judgements and merges as a model would,
from the words of the prompts alone, and not always well: one lesson in four has a condition that fits everything.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from optwright.datasets.label import Label, Status
from optwright.eval.lessons.laboratory import Task
from optwright.problem import Problem


@dataclass(frozen=True)
class Mistake:
    name: str
    topic: str
    """A word that stands in the texts of its tasks, and in an insight's condition that fits them."""
    advice: str
    """Words of an insight that addresses it."""


MISTAKES = (
    Mistake("integrality", "crates", "whole numbers"),
    Mistake("at least", "promised", "from below"),
    Mistake("fixed cost", "licence", "yes-or-no"),
)
TOPICS = (
    ("crates", "boxes", "barrels", "wagons", "sacks", "bundles"),
    ("promised", "ordered", "reserved", "pledged", "granted", "owed"),
    ("licence", "permit", "lease", "stall", "vehicle", "patent"),
)
"""Other words that stand for the same mistakes: an insight about one does not help with the others."""
HARM = "turn every promise into an upper limit"
SLOPPY = "Applies to every planning problem, such as that of a shop that sells units at a profit."
NOUNS = ("jam", "tea", "soap", "rope", "paint", "honey", "cloth", "paper")


@dataclass(frozen=True)
class Made:
    task: Task
    mistake: Mistake
    right: dict
    wrong: dict


def make(count: int, seed: int = 0, *, topics: int = 1) -> list[Made]:
    """Return tasks whose optimum the mistake changes, the mistakes in turn; of several topics some are rare (Zipf)."""
    dice = random.Random(seed)
    made: list[Made] = []
    weights = [1 / (rank + 1) for rank in range(topics)]
    while len(made) < count:
        mistake = MISTAKES[len(made) % len(MISTAKES)]
        if topics > 1:
            (topic,) = dice.choices(TOPICS[len(made) % len(MISTAKES)][:topics], weights)
            mistake = replace(mistake, topic=topic, advice=f"{mistake.advice} where {topic} are")
        one = _make(dice, mistake, len(made))
        if one is not None:
            made.append(one)
    return made


def _make(dice: random.Random, mistake: Mistake, number: int) -> Made | None:
    a, b = dice.sample(NOUNS, 2)
    gain, hours, room = (dice.sample(range(3, 30), 2) for _ in range(3))
    limits = [dice.randint(100, 400), dice.randint(100, 400)]
    text = (
        f"A shop sells {a} at a profit of {gain[0]} and {b} at a profit of {gain[1]} a unit. A unit of {a} takes "
        f"{hours[0]} hours and {room[0]} square metres, one of {b} {hours[1]} hours and {room[1]} square metres; "
        f"{limits[0]} hours and {limits[1]} square metres are there."
    )
    names = dict(
        zip(("p1", "p2", "h1", "h2", "r1", "r2", "hours", "room"), (*gain, *hours, *room, *limits), strict=True)
    )
    right = {
        "parameters": [{"name": name, "value": value} for name, value in names.items()],
        "variables": [{"name": "x"}, {"name": "y"}],
        "objective": {"sense": "maximize", "expression": "p1*x + p2*y"},
        "constraints": [
            {"name": "time", "expression": "h1*x + h2*y <= hours"},
            {"name": "space", "expression": "r1*x + r2*y <= room"},
        ],
    }
    wrong = copy.deepcopy(right)
    if mistake.name == "integrality":
        text += f" Both leave in {mistake.topic} that hold one unit, {a} and {b} apart."
        for variable in right["variables"]:
            variable["domain"] = "NonNegativeIntegers"
    elif mistake.name == "at least":
        least = dice.randint(2, 5)
        text += f" A customer was {mistake.topic} {least} units of {b}."
        for form, sign in ((right, ">="), (wrong, "<=")):
            form["parameters"].append({"name": "least", "value": least})
            form["constraints"].append({"name": "promise", "expression": f"y {sign} least"})
    else:
        fee = dice.randint(20, 120)
        text += f" Selling any {a} at all needs a {mistake.topic} of {fee}."
        right["parameters"].append({"name": "fee", "value": fee})
        right["variables"] = [{"name": "x", "upper": "room"}, {"name": "y"}, {"name": "open", "domain": "Binary"}]
        right["objective"]["expression"] = "p1*x + p2*y - fee*open"
        right["constraints"].append({"name": "licence", "expression": "x <= room*open"})
    text += " What is the largest profit?"
    optimum, other = (_optimum(names, mistake.name, form) for form in (right, wrong))
    if optimum is None or optimum < 1 or (other is not None and abs(optimum - other) < 1e-3):
        return None
    task = Task(f"{mistake.name}-{number}", Problem(text, name=f"task-{number}"), Label(Status.OPTIMAL, optimum, ""))
    return Made(task, mistake, right, wrong)


def _optimum(n: dict, mistake: str, form: dict) -> float | None:
    """Solve with SciPy: another way than the product's."""
    fee = next((p["value"] for p in form["parameters"] if p["name"] == "fee"), 0)
    rows, low, high = [[n["h1"], n["h2"], 0], [n["r1"], n["r2"], 0]], [-np.inf, -np.inf], [n["hours"], n["room"]]
    for row in form["constraints"]:
        if row["name"] == "promise":
            least = next(p["value"] for p in form["parameters"] if p["name"] == "least")
            rows.append([0, 1, 0])
            low.append(least if ">=" in row["expression"] else -np.inf)
            high.append(np.inf if ">=" in row["expression"] else least)
        if row["name"] == "licence":
            rows.append([1, 0, -n["room"]])
            low.append(-np.inf)
            high.append(0)
    whole = int(form["variables"][0].get("domain") == "NonNegativeIntegers")
    found = milp(
        [-n["p1"], -n["p2"], fee],
        constraints=LinearConstraint(rows, low, high),
        integrality=[whole, whole, 1],
        bounds=Bounds([0, 0, 0], [np.inf, np.inf, 1]),
    )
    return -found.fun if found.success else None


class WeakModel:
    """The reply function for `tests.stub_server.StubServer`."""

    def __init__(self, made: list[Made]) -> None:
        self._by_text = {one.task.problem.text: one for one in made}
        self._mistakes = list(dict.fromkeys(one.mistake for one in made)) or list(MISTAKES)

    def __call__(self, messages: list[dict]) -> str:
        text = messages[-1]["content"]
        system = messages[0]["content"]
        for mark, answer in (
            ("You sort decision problems", self._labels),
            ("You judge whether pieces", self._applies),
            ("You teach modellers", self._extract),
            ("A check has found", self._explore),
            ("You keep a library", self._merge),
            ("A modeller was given an insight", self._diagnose),
            ("is shown for problems by its condition", self._refine),
        ):
            if mark in system:
                return answer(text)
        if not any(known in text for known in self._by_text):
            return "UNCHANGED"  # A doubt about what it wrote: it stands by it.
        return self._formulate(text)

    def _made(self, text: str) -> Made:
        return next(one for known, one in self._by_text.items() if known in text)

    def _formulate(self, text: str) -> str:
        one = self._made(text)
        insights = dict(re.findall(r"\[(I\d+)\] (When:.*?)(?=\n\[I|\Z)", text, re.DOTALL))
        helpful = [name for name, words in insights.items() if one.mistake.advice in words]
        harmful = [name for name, words in insights.items() if HARM in words]
        form = copy.deepcopy(one.right if helpful else one.wrong)
        if harmful:
            form["constraints"].append({"name": "harm", "expression": "x + y <= 1"})
        return _reply(form, [*helpful[:1], *harmful])

    def _labels(self, text: str) -> str:
        made = self._made(text)
        lines = re.findall(r"^(\d+)\. (.*)$", text.split("Problem:")[0], re.MULTILINE)
        return json.dumps({"labels": [int(number) for number, words in lines if made.mistake.topic in words]})

    def _applies(self, text: str) -> str:
        problem, conditions = text.split("Conditions:")
        found = re.findall(r"^\[(I\d+)\] (.*)$", conditions, re.MULTILINE)
        fits = [name for name, words in found if "every planning problem" in words]
        for mistake in self._mistakes:
            fits += [name for name, words in found if mistake.topic in words and mistake.topic in problem]
        return json.dumps({"applies": fits})

    def _extract(self, text: str) -> str:
        one = self._made(text)
        found = insight(one.mistake, _draw(one.task.id))
        labels = [
            {**dict.fromkeys(("stage", "first", "second"), ""), "definition": "a label of nothing that was learned"},
            _label("slips", "", "what is easily forgotten"),
            _label("SLIPS", one.mistake.topic.upper(), f"forgotten where {one.mistake.topic} are named"),
        ]
        return json.dumps({"insights": [found], "labels": labels})

    def _explore(self, text: str) -> str:
        one = self._made(text)
        found = "none" not in text.split("Earlier corrections")[1] or _draw(one.task.id) % 3
        return _reply(one.right if found else one.wrong, [])

    def _merge(self, text: str) -> str:
        topics = [mistake for mistake in self._mistakes if mistake.advice in text]
        same = len(topics) == 1 and all(topics[0].advice in one for one in text.split("[I")[1:])
        return json.dumps({"merged": insight(topics[0], 1) if same else None})

    def _diagnose(self, text: str) -> str:
        return json.dumps({"use": "negative" if HARM in text else "irrelevant"})

    def _refine(self, text: str) -> str:
        topics = [mistake.topic for mistake in self._mistakes if mistake.advice in text]
        return json.dumps(
            {"conditions": ["Applies to shops.", *[f"Applies where {topic} are named." for topic in topics]]}
        )


def insight(mistake: Mistake, variant: int) -> dict:
    """Return a lesson about a mistake, one of several wordings; every fourth condition fits everything."""
    when = (
        f"Applies where {mistake.topic} are named.",
        f"Applies when a problem speaks of {mistake.topic}.",
        f"The text has {mistake.topic} in it.",
        SLOPPY,
    )[variant % 4]
    then = (
        f"Model it with {mistake.advice}; it is often forgotten.",
        f"What is meant must be modelled with {mistake.advice}, which beginners forget.",
    )[variant % 2]
    fields = {"stage": "general formulation", "first": "Slips", "second": mistake.topic}
    return {**fields, "condition": when, "explanation": then, "example": f"# {mistake.advice}"}


def _label(first: str, second: str, definition: str) -> dict:
    """Return a label as a model proposes it, in other letters than the insights have."""
    fields = {"stage": "General Formulation", "first": first, "second": second}
    return {**fields, "definition": definition, "condition": f"Look here for {second or first}."}


def _draw(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest()[:6], 16)


def _reply(form: dict, used: list[str]) -> str:
    cited = f"Used insights: {', '.join(used) or 'none'}"
    return f"Decide x and y.\n{cited}\n```json\n{json.dumps(form)}\n```"
