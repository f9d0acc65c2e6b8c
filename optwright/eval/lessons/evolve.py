"""Care of what was learned: retrievals diagnosed, conditions refined, harm retired, duplicates merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from optwright.errors import OptwrightError
from optwright.eval.lessons.laboratory import Laboratory, Task, Try
from optwright.eval.lessons.learn import Point, point
from optwright.eval.lessons.merge import ALIKE, alike, joined
from optwright.eval.lessons.trial import credits, verified
from optwright.experience.insight import Insight, Stage, Status, Use, number_of
from optwright.experience.library import Used
from optwright.experience.search import told

VARIANTS = 5
"""Conditions proposed for an insight that is retrieved wrongly (AlphaOPT's number)."""
_SHOWN = 6
"""Problems of each kind that a refinement sees."""
_USES = {
    "type": "object",
    "properties": {"use": {"enum": [Use.NEGATIVE.value, Use.INVALID.value, Use.IRRELEVANT.value]}},
    "required": ["use"],
    "additionalProperties": False,
}


@dataclass(slots=True)
class Evolved:
    """What a round came to."""

    before: Point
    after: Point
    refined: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    rolled_back: bool = False
    """Whether the whole round was undone, since the held-out accuracy fell."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        points = {"before": self.before.to_json(), "after": self.after.to_json()}
        names = {name: getattr(self, name) for name in ("refined", "retired", "merged", "rolled_back")}
        return {**points, **names}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evolved:
        """Rebuild from `to_json`."""
        return cls(**{**data, "before": Point(**data["before"]), "after": Point(**data["after"])})


def evolve(laboratory: Laboratory, tasks: Sequence[Task], held_out: Sequence[Task], *, name: str) -> Evolved:
    """Care for the library by what it does on `tasks`; undo the round when the held-out accuracy falls.

    The insights that the round touched are brought back one by one, so that what others write meanwhile stays. A round
    that was cut off is undone and begun again with what it had found out; one that is over is not done again.
    Raises BudgetError when the budget is spent, LLMError when the server fails: the round is undone then too.
    """
    journal = laboratory.journal
    begun = _begun(laboratory, name)
    if f"{name}: over" in journal:
        return Evolved.from_json(journal.once(f"{name}: over", dict))
    begun.undo(laboratory, Status.CANDIDATE, "it was cut off")
    try:
        evolved = _round(laboratory, name, begun, (tasks, held_out))
    except OptwrightError:
        begun.undo(laboratory, Status.CANDIDATE, "it was cut off")
        raise
    return Evolved.from_json(journal.once(f"{name}: over", evolved.to_json))


@dataclass(frozen=True, slots=True)
class _Begun:
    """The library as it was when a round began."""

    mark: int
    admitted: Mapping[int, Insight]

    def undo(self, laboratory: Laboratory, status: Status, why: str) -> None:
        """Bring back what the round has changed, and give what it admitted this status; others' changes stay."""
        library, note = laboratory.library, f"the round was undone: {why}"
        touched = library.touched(self.mark)
        since = [one.number for one in library.find(touched, status=Status.ADMITTED) if one.number not in self.admitted]
        if since:
            library.settle(since, status, note=note)
        if changed := [one for number, one in self.admitted.items() if number in touched]:
            library.restore(changed, note=note)


def _begun(laboratory: Laboratory, name: str) -> _Begun:
    """Note what is admitted, or return what was when the round that goes on began."""
    library = laboratory.library

    def work() -> dict[str, Any]:
        mark, found = library.mark(), library.find(status=Status.ADMITTED)
        admitted = [{"number": one.number, "version": one.version, "record": one.record()} for one in found]
        return {"mark": mark, "admitted": admitted}

    noted = laboratory.journal.once(f"{name}: begun", work)
    insights = [Insight.of_record(entry["number"], entry["version"], entry["record"]) for entry in noted["admitted"]]
    return _Begun(noted["mark"], {one.number: one for one in insights})


def _round(laboratory: Laboratory, name: str, begun: _Begun, parts: tuple[Sequence[Task], Sequence[Task]]) -> Evolved:
    tasks, held_out = parts
    known = {task.id: task for task in tasks}
    before = point(laboratory, held_out, len(tasks), 0)
    uses = diagnosed(laboratory, name, tasks)
    evolved = Evolved(before, before)
    for one in begun.admitted.values():
        _care(laboratory, name, one, uses.get(one.number, {}), known, evolved)
    _merge(laboratory, name, known, evolved)
    evolved.after = point(laboratory, held_out, len(tasks), 0)
    if evolved.after.accuracy < before.accuracy:
        begun.undo(laboratory, Status.RETIRED, "the held-out accuracy fell")
        evolved.rolled_back = True
    return evolved


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
    numbers = [one.number for one in shelf.candidates(task.problem.text, tuple(Stage), ()) if one.id not in tried.shown]
    facts = []
    for number in numbers[:_SHOWN]:
        alone = laboratory.shelf(only=frozenset([number]), judged=False)
        again = laboratory.attempt(f"{name}: alone I{number}", task, alone)
        if again.right:
            facts.append(Used(number, task.id, Use.UNRETRIEVED, laboratory.run))
    return facts


def _care(
    laboratory: Laboratory,
    name: str,
    one: Insight,
    uses: Mapping[Use, Sequence[str]],
    known: Mapping[str, Task],
    evolved: Evolved,
) -> None:
    """Retire what hurts more than it helps; refine the condition of what appears in the wrong places."""
    helps = [*uses.get(Use.POSITIVE, ()), *uses.get(Use.UNRETRIEVED, ())]
    misleads = [*uses.get(Use.NEGATIVE, ()), *uses.get(Use.IRRELEVANT, ())]
    if len(uses.get(Use.NEGATIVE, ())) > len(uses.get(Use.POSITIVE, ())):
        laboratory.library.settle([one.number], Status.RETIRED, note=f"{name}: hurts more than it helps")
        evolved.retired.append(one.id)
    elif (misleads or uses.get(Use.UNRETRIEVED)) and _refined(laboratory, name, one, (helps, misleads), known):
        evolved.refined.append(one.id)


def _refined(
    laboratory: Laboratory, name: str, one: Insight, seen: tuple[list[str], list[str]], known: Mapping[str, Task]
) -> bool:
    """Give an insight the best of several conditions, if it retrieves better and still solves the sources."""
    helps, misleads = ([known[task] for task in tasks[:_SHOWN]] for tasks in seen)
    variables = {
        "count": str(VARIANTS),
        "insight": told(one),
        "helps": _listed(helps),
        "misleads": _listed(misleads),
    }
    reply = laboratory.ask(f"{name}: {one.id} v{one.version}", "lesson_refine", variables)
    proposed = reply.get("conditions")
    texts = [str(text).strip() for text in proposed if str(text).strip()] if isinstance(proposed, list) else []
    conditions = [one.content.condition, *texts[:VARIANTS]]
    scores = _scores(laboratory, f"{name}: {one.id} v{one.version}", conditions, helps, misleads)
    best = max(range(len(conditions)), key=lambda at: (scores[at], -at))
    if scores[best] <= scores[0]:
        return False
    content = replace(one.content, condition=conditions[best])
    better = laboratory.library.edit(one.number, content, note=f"{name}: {scores[0]:.2f} to {scores[best]:.2f}")
    sources = [known[task] for task in one.provenance.tasks if task in known]
    if verified(laboratory, name, better, sources):
        return True
    laboratory.library.restore([one], note=f"{name}: the new condition loses a source")
    return False


def _scores(
    laboratory: Laboratory, key: str, conditions: Sequence[str], helps: Sequence[Task], misleads: Sequence[Task]
) -> list[float]:
    """Replay the retrieval with every condition at once; return the balanced share of right decisions of each."""
    listed = "\n".join(f"[I{at}] {text}" for at, text in enumerate(conditions))

    def applying(task: Task) -> set[str]:
        variables = {"problem": task.problem.text, "conditions": listed}
        reply = laboratory.ask(f"{key}: {task.id}", "applicable", variables)
        named = reply.get("applies")
        return set(map(str, named)) if isinstance(named, list) else set()

    wanted, unwanted = laboratory.map(applying, helps), laboratory.map(applying, misleads)
    scores = []
    for at in range(len(conditions)):
        right = [sum(f"I{at}" in found for found in wanted) / len(wanted)] if wanted else []
        right += [sum(f"I{at}" not in found for found in unwanted) / len(unwanted)] if unwanted else []
        scores.append(sum(right) / len(right) if right else 0.0)
    return scores


def _merge(laboratory: Laboratory, name: str, known: Mapping[str, Task], evolved: Evolved) -> None:
    """Join admitted insights that look alike, two at a time."""
    library = laboratory.library
    left = library.find(status=Status.ADMITTED)
    while left:
        one = left.pop(0)
        other = max(left, key=lambda candidate: alike(one, candidate), default=None)
        if other is None or alike(one, other) < ALIKE:
            continue
        whole = joined(laboratory, name, [one, other], known)
        if whole is not None:
            library.settle([one.number, other.number], Status.RETIRED, note=f"{name}: merged into {whole.id}")
            library.settle([whole.number], Status.ADMITTED, note=f"{name}: for {one.id} and {other.id}")
            evolved.merged.append(whole.id)
            left.remove(other)


def _listed(tasks: Sequence[Task]) -> str:
    return "\n\n".join(f"- {task.problem.text[:1500]}" for task in tasks) or "- none known"
