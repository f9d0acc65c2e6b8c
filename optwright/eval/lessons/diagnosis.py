"""What came of every retrieval: insights that helped, misled, were wrong or out of place, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from optwright.eval.lessons.laboratory import Laboratory, Task, Try
from optwright.eval.lessons.trial import credits
from optwright.experience.insight import Stage, Use, number_of
from optwright.experience.library import Used
from optwright.experience.search import told

MOST_MISSED = 6
"""Insights that are tried on a failed task for which they were not shown."""
_USES = {
    "type": "object",
    "properties": {"use": {"enum": [Use.NEGATIVE.value, Use.INVALID.value, Use.IRRELEVANT.value]}},
    "required": ["use"],
    "additionalProperties": False,
}


def diagnosed(laboratory: Laboratory, name: str, tasks: Sequence[Task]) -> dict[int, dict[Use, list[str]]]:
    """Try the tasks; say of every retrieval what came of it, and what would have helped; record all of it."""
    tries = laboratory.attempts(f"{name}: attempt", tasks, laboratory.shelf())
    pairs = list(zip(tasks, tries, strict=True))
    facts = [*credits(tries, laboratory.run)]
    facts += [fact for part in laboratory.map(lambda pair: _retrieved(laboratory, name, *pair), pairs) for fact in part]
    failed = [pair for pair in pairs if not pair[1].right]
    facts += [fact for part in laboratory.map(lambda pair: _missed(laboratory, name, *pair), failed) for fact in part]
    laboratory.library.record(facts)
    found: dict[int, dict[Use, list[str]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        found[fact.insight][fact.use].append(fact.task)
    return found


def _retrieved(laboratory: Laboratory, name: str, task: Task, tried: Try) -> list[Used]:
    """Judge the insights that were shown: in a right attempt one that is not cited was not needed."""
    facts = []
    for shown in tried.shown:
        if tried.right and shown in tried.used:
            continue  # Credited already.
        use = Use.IRRELEVANT if tried.right else _blame(laboratory, name, task, tried, shown)
        facts.append(Used(number_of(shown), task.id, use, laboratory.run))
    return facts


def _blame(laboratory: Laboratory, name: str, task: Task, tried: Try, shown: str) -> Use:
    one = laboratory.library.get(number_of(shown))
    variables = {"insight": told(one), "problem": task.problem.text, "model": tried.model or "(none)"}
    reply = laboratory.ask(f"{name}: {task.id}: {shown}", "lesson_diagnose", variables, _USES)
    try:
        return Use(str(reply.get("use")))
    except ValueError:
        return Use.INVALID


def _missed(laboratory: Laboratory, name: str, task: Task, tried: Try) -> list[Used]:
    """Return the insights that were not shown for a failed task, and with which alone it is solved."""
    shelf = laboratory.shelf()
    numbers = [
        one.number for one in shelf.look(task.problem.text, tuple(Stage)).candidates() if one.id not in tried.shown
    ]
    facts = []
    for number in numbers[:MOST_MISSED]:
        alone = laboratory.shelf(only=frozenset([number]), judged=False)
        again = laboratory.attempt(f"{name}: alone I{number}", task, alone)
        if again.right:
            facts.append(Used(number, task.id, Use.UNRETRIEVED, laboratory.run))
    return facts
