"""Insights as rows: reading them, writing versions, and keeping the full-text index in step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from optwright.errors import InputError
from optwright.experience import labels
from optwright.experience.database import insert, insert_new
from optwright.experience.insight import Content, Insight, Label, Provenance, Stage, Status, Use
from optwright.experience.schema import insight, label, revision, use

_MANY = 500
"""Numbers in one query."""


def chosen(
    numbers: Iterable[int] | None, status: Status | None, under: Label | None
) -> list[tuple[sa.ColumnElement[bool], ...]]:
    """Return the conditions of the queries that together find the insights."""
    fixed: list[sa.ColumnElement[bool]] = []
    if status is not None:
        fixed.append(insight.c.status == status.value)
    if under is not None:
        stage, first, second = under.folded
        fixed.append(insight.c.stage == stage)
        fixed += [label.c.folded_first == first] if first else []
        fixed += [label.c.folded_second == second] if second else []
    if numbers is None:
        return [tuple(fixed)]
    wanted = sorted({*numbers})
    return [(insight.c.number.in_(wanted[at : at + _MANY]), *fixed) for at in range(0, len(wanted), _MANY)]


def load(connection: Connection, conditions: Iterable[tuple[sa.ColumnElement[bool], ...]]) -> list[Insight]:
    """Return insights with what came of them, by number."""
    found = []
    for where in conditions:
        query = sa.select(insight, label.c.first, label.c.second).join(label, label.c.number == insight.c.label)
        query = query.where(*where).order_by(insight.c.number)
        part = [_insight(row) for row in connection.execute(query)]
        told = _uses(connection, where)
        found += [replace(one, uses=told.get(one.number, {})) for one in part]
    return found


def locked(connection: Connection, number: int) -> Insight:
    """Return an insight that nobody else changes until the transaction ends. Raises InputError if there is none."""
    query = sa.select(insight, label.c.first, label.c.second).join(label, label.c.number == insight.c.label)
    row = connection.execute(query.where(insight.c.number == number).with_for_update(of=insight)).one_or_none()
    if row is None:
        raise InputError(f"the library has no insight I{number}; see optwright library list")
    return _insight(row)


def of_fingerprint(connection: Connection, fingerprint: str) -> int | None:
    """Return the number of the insight that says this."""
    return connection.execute(
        sa.select(insight.c.number).where(insight.c.fingerprint == fingerprint)
    ).scalar_one_or_none()


def create(connection: Connection, new: Insight, change: int) -> Insight | None:
    """Insert a new insight; None when somebody else has just inserted the same."""
    new, label_number = _spelt(connection, new)
    values = {**_values(new), "label": label_number, "version": 1}
    statement = insert(connection, insight).values(**values).returning(insight.c.number)
    number = connection.execute(statement).scalar_one_or_none()
    if number is None:
        return None
    made = replace(new, number=int(number), version=1)
    _keep(connection, made, change)
    return made


def free(connection: Connection, numbers: Sequence[int]) -> None:
    """Let the fingerprints of insights go, so that what they say may be said by another."""
    freed = sa.literal("free:") + sa.cast(insight.c.number, sa.String)
    connection.execute(sa.update(insight).where(insight.c.number.in_(numbers)).values(fingerprint=freed))


def renew(connection: Connection, now: Insight, change: int, *, undone: bool = False) -> Insight:
    """Write the next version of a locked insight; what is undone may be said anew by another."""
    last = sa.select(sa.func.max(revision.c.version)).where(revision.c.insight == now.number)
    made, label_number = _spelt(connection, replace(now, version=int(connection.execute(last).scalar_one()) + 1))
    values = {**_values(made), "label": label_number, "version": made.version}
    connection.execute(sa.update(insight).where(insight.c.number == made.number).values(**values))
    if undone:
        free(connection, [made.number])
    _keep(connection, made, change)
    return made


def inherit(connection: Connection, number: int, parents: Sequence[int]) -> None:
    """Give a merged insight what came of its parents."""
    told = connection.execute(sa.select(use).where(use.c.insight.in_(parents))).all()
    insert_new(connection, use, [{**row._asdict(), "insight": number} for row in told])


def since(connection: Connection, mark: int) -> list[tuple[Insight, Insight]]:
    """Return (now, then) for every insight changed after a change; one that was not there yet is version 0 `then`."""
    changed = sa.select(revision.c.insight).where(revision.c.change > mark).distinct().order_by(revision.c.insight)
    pairs = []
    for number in connection.execute(changed).scalars().all():
        now = locked(connection, number)
        query = sa.select(revision).where(revision.c.insight == number, revision.c.change <= mark)
        row = connection.execute(query.order_by(revision.c.version.desc()).limit(1)).one_or_none()
        never = replace(now, status=Status.RETIRED, version=0)
        pairs.append((now, never if row is None else Insight.of_record(number, row.version, row.record)))
    return pairs


def _spelt(connection: Connection, one: Insight) -> tuple[Insight, int]:
    """Return it with its label as the library spells it, and the label's number."""
    number, spelt = labels.place(connection, one.content.label)
    return replace(one, content=replace(one.content, first=spelt.first, second=spelt.second)), number


def _values(one: Insight) -> dict[str, Any]:
    record = one.record()
    kept = {
        name: record[name]
        for name in ("status", "stage", "condition", "explanation", "example", "provenance", "parents")
    }
    return {**kept, "fingerprint": one.content.fingerprint}


def _keep(connection: Connection, one: Insight, change: int) -> None:
    """Write the version and its words for the full-text index."""
    row = {"insight": one.number, "version": one.version, "change": change, "record": one.record()}
    connection.execute(sa.insert(revision).values(**row))
    words = {
        "number": one.number,
        "condition": one.content.condition,
        "labels": f"{one.content.first} {one.content.second}",
    }
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("DELETE FROM insight_text WHERE rowid = :number"), words)
        connection.execute(
            sa.text("INSERT INTO insight_text (rowid, condition, labels) VALUES (:number, :condition, :labels)"), words
        )
    else:
        connection.execute(sa.text("UPDATE insight SET labels = :labels WHERE number = :number"), words)


def _uses(connection: Connection, where: tuple[sa.ColumnElement[bool], ...]) -> dict[int, dict[Use, tuple[str, ...]]]:
    numbers = sa.select(insight.c.number).join(label, label.c.number == insight.c.label).where(*where)
    query = sa.select(use.c.insight, use.c.use, use.c.task).where(use.c.insight.in_(numbers)).distinct()
    told: dict[int, dict[Use, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(query.order_by(use.c.insight, use.c.use, use.c.task)):
        told[row.insight][Use(row.use)].append(row.task)
    return {number: {kind: tuple(tasks) for kind, tasks in kinds.items()} for number, kinds in told.items()}


def _insight(row: Any) -> Insight:
    content = Content(Stage(row.stage), row.first, row.second, row.condition, row.explanation, row.example)
    given = row.provenance
    provenance = Provenance(tuple(given["tasks"]), given["model"], given["run"], given["date"])
    return Insight(row.number, content, provenance, Status(row.status), row.version, tuple(row.parents))
