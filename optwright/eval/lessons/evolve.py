"""Care of what was learned: retrievals diagnosed, conditions refined, harm retired, duplicates merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from optwright.errors import OptwrightError
from optwright.eval.lessons.diagnosis import diagnosed
from optwright.eval.lessons.laboratory import Laboratory, Task
from optwright.eval.lessons.learn import Point, point
from optwright.eval.lessons.redundancy import merge, prune, shown_on
from optwright.eval.lessons.refinement import refined
from optwright.experience.insight import Insight, Status, Use


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
    _thin(laboratory, name, known, evolved)
    evolved.after = point(laboratory, held_out, len(tasks), 0)
    if evolved.after.accuracy < before.accuracy:
        begun.undo(laboratory, Status.RETIRED, "the held-out accuracy fell")
        evolved.rolled_back = True
    return evolved


def _care(
    laboratory: Laboratory,
    name: str,
    one: Insight,
    uses: Mapping[Use, Sequence[str]],
    known: Mapping[str, Task],
    evolved: Evolved,
) -> None:
    """Retire what hurts more than it helps; refine the condition of what appears in the wrong places."""
    sources = [task for task in one.provenance.tasks if task in known]
    helps = list(dict.fromkeys([*uses.get(Use.POSITIVE, ()), *uses.get(Use.UNRETRIEVED, ()), *sources]))
    misleads = [task for use in (Use.NEGATIVE, Use.IRRELEVANT) for task in uses.get(use, ()) if task not in sources]
    if len(uses.get(Use.NEGATIVE, ())) > len(uses.get(Use.POSITIVE, ())):
        laboratory.library.settle([one.number], Status.RETIRED, note=f"{name}: hurts more than it helps")
        evolved.retired.append(one.id)
    elif helps and (misleads or uses.get(Use.UNRETRIEVED)) and refined(laboratory, name, one, (helps, misleads), known):
        evolved.refined.append(one.id)


def _thin(laboratory: Laboratory, name: str, known: Mapping[str, Task], evolved: Evolved) -> None:
    """Look again at what is shown by now; join what says the same, and let go of what is shown in vain."""
    tasks = list(known.values())
    again = laboratory.attempts(f"{name}: second look", tasks, laboratory.shelf())
    evolved.merged += merge(laboratory, name, known, shown_on(again))
    if evolved.merged:
        again = laboratory.attempts(f"{name}: third look", tasks, laboratory.shelf())
    evolved.retired += prune(laboratory, name, known, again)
