"""The last step of a turn: put what was found into words, and keep the new version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from optwright.agent.explanation import number
from optwright.agent.solution import Solution, Status
from optwright.agent.talk import describe, readings, waiting
from optwright.agent.talk.comparison import CHANGED, Comparison, compare
from optwright.agent.talk.plan import HYPOTHETICAL, Intent, Plan
from optwright.agent.talk.relax import relaxing
from optwright.agent.talk.sensitivity import sensitivity
from optwright.agent.talk.solving import Solved, base
from optwright.agent.talk.state import Around, Json, Talk, current, tables, unpack_tables, version
from optwright.agent.talk.turn import Turn, TurnKind
from optwright.agent.talk.version import Version
from optwright.formulation.edit import diff

_HINT_KEEP = 'This was only tried. Say "keep it" to go on from it.'
_HINT_RELAX = 'Say "relax it" to have exactly that done.'


def tell(talk: Talk, around: Around) -> Talk:
    """Return the turn, the version that it made if any, and what is current now."""
    around.tell("tell")
    plan = Plan.from_json(talk["plan"])
    found = talk.get("solved")
    solved = Solved.from_json(found) if found else Solved()
    if plan.failed:
        changed = _said(talk, TurnKind.NOTICE if plan.intent is Intent.UNCLEAR else TurnKind.FAILURE, plan.failed)
    elif plan.questions:
        changed = _asked(talk, plan)
    elif plan.intent is Intent.PROBLEM:
        changed = _problem(talk, plan, solved)
    elif plan.edits or plan.intent is Intent.DATA:
        changed = _edited(talk, plan, solved)
    else:
        changed = _TELLS[plan.intent](talk, plan, around)
    return {**_stamped(changed, talk, around), "solved": None}


def closed(talk: Talk, kind: TurnKind, text: str, around: Around) -> Talk:
    """Return the turn of a request that was stopped, cut off or failed before its last step."""
    return {**_stamped(_said(talk, kind, text), talk, around), "solved": None, "waiting": None}


def _said(talk: Talk, kind: TurnKind, text: str, **fields: object) -> Talk:
    turn = Turn(kind, _words(talk["request"]), text)
    return {"turns": [replace(turn, **fields).to_json()]}  # type: ignore[arg-type]


def _words(wanted: Json) -> str:
    return str(wanted["said"])


def _stamped(changed: Talk, talk: Talk, around: Around) -> Talk:
    """Fill in what every turn carries."""
    used = around.budget.used
    for turn in changed["turns"]:
        solved = (talk.get("solved") or {}).get("solution")
        cost = used + Solution.from_json(solved).usage if solved else used
        turn |= {
            "number": len(talk.get("turns", [])) + 1,
            "usage": cost.to_json(),
            "model": around.model.name if around.model is not None and cost.calls else "",
            "seconds": round(around.budget.elapsed, 3),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    return changed


def _asked(talk: Talk, plan: Plan) -> Talk:
    changed = _said(talk, TurnKind.QUESTION, waiting.text(plan), questions=plan.questions)
    return {**changed, "waiting": plan.to_json()}


def _problem(talk: Talk, plan: Plan, solved: Solved) -> Talk:
    """Tell the answer of a new problem, or ask about its readings, or say why there is none."""
    solution = solved.solution
    assert solution is not None, "a problem that was solved has a solution"
    if solved.missing:
        return _asked(talk, readings.lacking(solved.missing))
    if solution.failure is not None and solved.readings:
        return _asked(talk, readings.questions(solved.readings))
    if solution.failure is not None and solution.formulation is None:
        return _said(talk, TurnKind.FAILURE, f"I could not model this: {solution.failure.message}")
    made = Version(
        number=len(talk.get("versions", [])) + 1,
        line=len(talk.get("stories", [])) + 1,
        parent=None,
        cause=_words(talk["request"]),
        diff="",
        solution=solution,
    )
    kind = TurnKind.ANSWER if solution.failure is None else TurnKind.FAILURE
    lines = [solution.explanation.text if solution.failure is None else f"It failed: {solution.failure.message}"]
    lines += [f"Assumed: {line}" for line in solution.assumptions]
    offer = _offer(made, lines)
    changed = _said(talk, kind, "\n".join(lines), version=made.number)
    stories = [*talk.get("stories", []), talk["draft"] or {}]
    return {**changed, **_kept(talk, made), "stories": stories, "draft": None, "offer": offer}


def _kept(talk: Talk, made: Version) -> Talk:
    """Return what a new version changes."""
    trail = talk.get("trail", [])
    return {"versions": [made.to_json()], "trail": trail if made.hypothetical else [*trail, made.number]}


def _offer(made: Version, lines: list[str]) -> Json | None:
    """Offer the relaxation that was found for an infeasible model, in the last of the lines."""
    plan = relaxation(made)
    if plan is None:
        return None
    lines.append(_HINT_RELAX)
    return plan.to_json()


def relaxation(made: Version) -> Plan | None:
    """Return the plan to relax a version that is infeasible; None where it is not or nothing was found."""
    solution = made.solution
    if solution.status is not Status.INFEASIBLE or solution.formulation is None or solution.outcome is None:
        return None
    edits = relaxing(solution.outcome.conflict, solution.formulation)
    note = "The limits give way as far as is needed."
    return Plan(Intent.RELAX, edits, note=note, number=made.number) if edits else None


def _standing_offer(talk: Talk) -> Plan | None:
    offer = talk.get("offer")
    return Plan.from_json(offer) if offer else None


def _edited(talk: Talk, plan: Plan, solved: Solved) -> Talk:
    """Tell what the edits changed."""
    before = base(plan, talk)
    if solved.refused:
        return _said(talk, TurnKind.FAILURE, f"That cannot be done: {solved.refused}", version=before.number)
    solution = solved.solution
    assert solution is not None, "edits that were made were solved"
    assert before.formulation is not None, "edits are planned for a formulation"
    if solution.failure is not None:
        text = f"That was not done, since the model would fail: {solution.failure.message}"
        return _said(talk, TurnKind.FAILURE, text, version=before.number)
    assert solution.formulation is not None, "an edited formulation that was solved is there"
    changes = diff(before.formulation, solution.formulation)
    stories = talk["stories"]
    if plan.intent is Intent.DATA:
        stories = [*stories, talk["draft"] or {}]
    made = Version(
        number=len(talk["versions"]) + 1,
        line=len(stories) if plan.intent is Intent.DATA else before.line,
        parent=before.number,
        cause=_words(talk["request"]),
        diff=changes,
        solution=solution,
        hypothetical=plan.intent in HYPOTHETICAL,
    )
    comparison = compare((before.number, made.number), before.solution, solution, changes)
    lines = _compared(plan, made, comparison)
    offer = _offer(made, lines) if plan.intent is not Intent.WHY_NOT else None
    if made.hypothetical:
        lines.append(_HINT_KEEP)
        offer = offer or Plan(Intent.KEEP, number=made.number).to_json()
    changed = _said(talk, TurnKind.COMPARISON, "\n".join(lines), version=made.number, comparison=comparison)
    return {**changed, **_kept(talk, made), "offer": offer, "stories": stories, "draft": None}


def _compared(plan: Plan, made: Version, comparison: Comparison) -> list[str]:
    """Say what was changed and what came of it."""
    lines = [plan.note] if plan.note else []
    lines += [f"- {line.lstrip('~+- ')}" for line in comparison.diff.splitlines()[:12]]
    lines += [made.summary, *(f"- {line}" for line in comparison.lines())]
    if made.solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
        lines += made.solution.explanation.reasons
    if plan.intent is Intent.WHY_NOT:
        lines.append(_because(comparison))
    return lines


def _because(comparison: Comparison) -> str:
    """Answer a why-not by what came of forcing it."""
    if comparison.status_after is Status.INFEASIBLE:
        return "So it cannot be: the requirements above exclude it."
    if comparison.delta is None:
        return "So no best value can be compared."
    if abs(comparison.delta) <= CHANGED * max(1.0, abs(comparison.objective_before or 0.0)):
        return "So it would be just as good: the answer is not the only best one."
    return f"So it is not done because the best value would be worse by {number(abs(comparison.delta))}."


def _undone(talk: Talk, plan: Plan, around: Around) -> Talk:
    trail = talk.get("trail", [])
    tried = _standing_offer(talk)
    if tried is not None and tried.intent is Intent.KEEP:
        text = f"The trial is dropped; version {trail[-1]} stands as it was."
        return {**_said(talk, TurnKind.NOTICE, text, version=trail[-1]), "offer": None}
    if len(trail) < 2:
        return _said(talk, TurnKind.NOTICE, "There is nothing to undo.", version=trail[-1] if trail else None)
    return _at(talk, trail[:-1], "Undone")


def _restored(talk: Talk, plan: Plan, around: Around) -> Talk:
    count = len(talk.get("versions", []))
    if plan.number is None or not 1 <= plan.number <= count:
        line = f"There is no version {plan.number}; there are 1 to {count}." if count else "There is no version yet."
        return _said(talk, TurnKind.NOTICE, line)
    return _at(talk, [*talk.get("trail", []), plan.number], "Restored")


def _at(talk: Talk, trail: list[int], verb: str) -> Talk:
    now = version(talk, trail[-1])
    text = f"{verb}: version {now.number} is current again. {now.summary}"
    return {**_said(talk, TurnKind.NOTICE, text, version=now.number), "trail": trail, "offer": None}


def _keeping(talk: Talk, plan: Plan, around: Around) -> Talk:
    offer = _standing_offer(talk)
    tried = version(talk, offer.number) if offer is not None and offer.number is not None else None
    if tried is None or not tried.hypothetical:
        return _said(talk, TurnKind.NOTICE, "There is no trial to keep: ask a what-if first.")
    text = f"Kept: version {tried.number} is current now. {tried.summary}"
    trail = [*talk.get("trail", []), tried.number]
    return {**_said(talk, TurnKind.NOTICE, text, version=tried.number), "trail": trail, "offer": None}


def _received(talk: Talk, plan: Plan, around: Around) -> Talk:
    draft = talk.get("draft") or {}
    lines = [
        f"Received {table.name}: {len(table.rows)} rows of {', '.join(table.columns)}."
        for table in unpack_tables(draft.get("tables", []))
    ]
    return _said(talk, TurnKind.NOTICE, "\n".join([*lines, "Now tell me what is to be decided with that."]))


def _exported(talk: Talk, plan: Plan, around: Around) -> Talk:
    now = current(talk)
    if now is None or now.formulation is None:
        return _said(talk, TurnKind.NOTICE, "There is no model to export yet.")
    text = f"Version {now.number} as .{plan.export}."
    return _said(talk, TurnKind.NOTICE, text, version=now.number, export=plan.export)


def _explained(text: Callable[[Version, Plan], Iterable[str]]) -> Callable[[Talk, Plan, Around], Talk]:
    """Make a teller of a function that says something about the current version."""

    def explain(talk: Talk, plan: Plan, around: Around) -> Talk:
        now = current(talk)
        if now is None:
            return _said(talk, TurnKind.NOTICE, describe.NO_PROBLEM)
        return _said(talk, TurnKind.EXPLANATION, "\n".join(text(now, plan)), version=now.number)

    return explain


def _sensitive(talk: Talk, plan: Plan, around: Around) -> Talk:
    now = current(talk)
    assert now is not None, "sensitivity is asked of a version"
    lines = sensitivity(now, plan.topic, tables(talk), around)
    return _said(talk, TurnKind.EXPLANATION, "\n".join(lines), version=now.number)


def _helped(talk: Talk, plan: Plan, around: Around) -> Talk:
    return _said(talk, TurnKind.NOTICE, describe.help_text(current(talk), model=around.model is not None))


def _unclear(talk: Talk, plan: Plan, around: Around) -> Talk:
    """Say which words the model does not know, and what can be asked."""
    now = current(talk)
    lines = describe.unclear(_words(talk["request"]), now) if now is not None else []
    lines.append(describe.help_text(now, model=around.model is not None))
    return _said(talk, TurnKind.NOTICE, "\n".join(lines))


_TELLS: dict[Intent, Callable[[Talk, Plan, Around], Talk]] = {
    Intent.UNDO: _undone,
    Intent.RESTORE: _restored,
    Intent.KEEP: _keeping,
    Intent.RELAX: lambda talk, *_: _said(talk, TurnKind.NOTICE, "There is nothing to relax: the model has a solution."),
    Intent.EXPORT: _exported,
    Intent.TABLES: _received,
    Intent.HELP: _helped,
    Intent.UNCLEAR: _unclear,
    Intent.ANSWER: _explained(lambda now, _: [now.solution.explanation.text]),
    Intent.EXPLAIN: _explained(describe.model),
    Intent.BINDING: _explained(describe.binding),
    Intent.WHY_INFEASIBLE: _explained(describe.infeasible),
    Intent.SENSITIVITY: _sensitive,
}
