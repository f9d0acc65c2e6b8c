"""The first step of a turn: what does the user want? Nothing is changed or solved here."""

from __future__ import annotations

from dataclasses import replace

from optwright.agent.talk import commands, follow_up, grammar, waiting
from optwright.agent.talk.plan import Intent, Plan, read_edits
from optwright.agent.talk.state import Around, Json, Talk, current, story, tables
from optwright.agent.talk.tell import relaxation
from optwright.agent.talk.version import Version


def hear(talk: Talk, around: Around) -> Talk:
    """Return the plan, and the draft of the problem where one is told."""
    around.tell("hear")
    request = talk["request"]
    before = talk.get("waiting")
    plan = _planned(request, Plan.from_json(before) if before else None, talk, around)
    changed: Talk = {"plan": plan.to_json(), "cost": around.budget.used.to_json(), "solved": None, "waiting": None}
    if plan.intent in (Intent.PROBLEM, Intent.TABLES) and not plan.questions:
        changed["draft"] = _draft(plan, request, talk)
    elif plan.intent is Intent.DATA:
        changed["draft"] = {**story(talk), "tables": _renewed(story(talk)["tables"], request["tables"])}
    return changed


def _planned(request: Json, before: Plan | None, talk: Talk, around: Around) -> Plan:
    version = current(talk)
    if "restore" in request:
        return Plan(Intent.RESTORE, number=request["restore"]) if request["restore"] else Plan(Intent.UNDO)
    if "edits" in request:
        return Plan(Intent.CHANGE, read_edits(request["edits"]))
    said = request["said"]
    if request.get("tables") and before is None and (plan := _with_tables(said, request, talk)) is not None:
        return plan
    if (command := commands.read(said, version)) is not None and (before is None or command.intent in _ALWAYS):
        return _relaxing(command, talk, version) if command.intent is Intent.RELAX else command
    if before is not None:
        return _answered(said, before)
    if version is None or commands.tells_problem(said):
        return Plan(Intent.PROBLEM)
    return _meant(said, version, talk, around)


_ALWAYS = frozenset({Intent.UNDO, Intent.RESTORE, Intent.HELP})
"""Commands that leave a question unanswered."""


def _with_tables(said: str, request: Json, talk: Talk) -> Plan | None:
    """Return the plan for a message that brings tables and does not tell a problem."""
    if said and (current(talk) is None or commands.tells_problem(said)):
        return None
    names = {table["name"] for table in request["tables"]}
    known = {table["name"] for table in story(talk).get("tables", [])}
    if not names <= known:
        return Plan(Intent.TABLES)
    note = f"Solved again with other data in {', '.join(sorted(names))}."
    return Plan(Intent.DATA if _bound(talk) else Intent.PROBLEM, note=note)


def _bound(talk: Talk) -> bool:
    """Whether the current model takes its numbers from the tables, so that it need not be made again."""
    version = current(talk)
    formulation = version.formulation if version is not None else None
    if formulation is None:
        return False
    return any(part.table for part in formulation.sets) or any(part.table for part in formulation.parameters)


def _renewed(tables: list[Json], fresh: list[Json]) -> list[Json]:
    """Return tables, those of the same name replaced."""
    names = {table["name"] for table in fresh}
    return [*(table for table in tables if table["name"] not in names), *fresh]


def _relaxing(command: Plan, talk: Talk, version: Version | None) -> Plan:
    """Return the relaxation that was offered last, else that of the current version."""
    offered = talk.get("offer")
    plan = Plan.from_json(offered) if offered else None
    if plan is not None and plan.intent is Intent.RELAX:
        return plan
    return (relaxation(version) if version is not None else None) or command


def _meant(said: str, version: Version, talk: Talk, around: Around) -> Plan:
    """Read a follow-up by the grammar; what it cannot read goes to the language model where there is one."""
    if version.formulation is None:
        return Plan(Intent.UNCLEAR, failed="There is no model of the problem to talk about; tell the problem again.")
    plan = grammar.read(said, version, tables(talk))
    if around.model is None or plan.intent is not Intent.UNCLEAR:
        return plan
    return follow_up.read(said, version, talk, around)


def _answered(said: str, before: Plan) -> Plan:
    """Say what the answer to the questions of a plan decides."""
    if before.options:
        number = waiting.chosen(said, len(before.options))
        if number is None and waiting.goes_on(said):
            number = 0
        if number is not None:
            return before.answered(number)
        if commands.tells_problem(said):
            return Plan(Intent.PROBLEM)
        note = f'That names none of the readings: say a number from 1 to {len(before.options)}, or "go on".'
        return replace(before, note=note)
    if commands.tells_problem(said):
        return Plan(Intent.PROBLEM)
    answers = waiting.assumed(before.questions) if waiting.goes_on(said) else (said,)
    if not answers:
        return replace(before, note="There is nothing that I could assume instead.")
    return Plan(Intent.PROBLEM, answers=answers)


def _draft(plan: Plan, request: Json, talk: Talk) -> Json:
    """Return the story of the problem: a new one, or the one that was asked about with its answers."""
    draft = talk.get("draft")
    attached = request.get("tables", [])
    if draft is not None and (plan.answers or plan.formulation is not None):
        answers = [*draft["answers"], *plan.answers]
        return {**draft, "answers": answers, "tables": _renewed(draft["tables"], attached)}
    if draft is not None and not draft["text"]:
        attached = _renewed(draft["tables"], attached)
    if plan.intent is Intent.PROBLEM and plan.note:  # the same problem with other tables
        return {**story(talk), "tables": _renewed(story(talk)["tables"], attached)}
    text = "" if plan.intent is Intent.TABLES else commands.story(request["said"])
    return {"text": text, "answers": [], "tables": attached, "asked": False}
