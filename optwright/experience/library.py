"""The library: insights that are added, edited, merged, retired and rolled back, every version kept."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from optwright.errors import InputError
from optwright.experience import labels, rows
from optwright.experience.database import Database, insert_new
from optwright.experience.insight import Content, Insight, Label, Provenance, Status, Use, storable
from optwright.experience.schema import change, insight, revision, use

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One transaction that changed the library."""

    number: int
    time: str
    action: str
    actor: str
    note: str


@dataclass(frozen=True, slots=True)
class Used:
    """What came of an insight on a task in a run."""

    insight: int
    task: str
    use: Use
    run: str = ""


class Library:
    """A library in SQLite (a path) or PostgreSQL (a URL). Safe for many threads, processes and machines at once.

    Every change is one transaction with a row in the journal, and a new version of each insight that it touches.
    Raises InputError, one line, for a database that cannot be used, and for insights that are not there.
    """

    def __init__(self, place: str | Path, *, actor: str = "") -> None:
        self.database = Database(place)
        self.actor = actor
        """Who makes the changes, for the journal: a run, a person."""

    def close(self) -> None:
        """Close the connections."""
        self.database.close()

    def by(self, actor: str) -> Library:
        """Return the same library, over the same connections, for changes that somebody else makes."""
        other = copy.copy(self)
        other.actor = actor
        return other

    # Reading

    def get(self, number: int) -> Insight:
        """Return the latest version with all that came of it."""
        found = self.find([number])
        if not found:
            raise InputError(f"the library has no insight I{number}; see optwright library list")
        return found[0]

    def find(
        self,
        numbers: Iterable[int] | None = None,
        *,
        status: Status | None = None,
        label: Label | None = None,
    ) -> list[Insight]:
        """Return insights by number: all, these, those of a status, those below a label (whole stage: first "")."""
        with self.database.reading() as connection:
            return rows.load(connection, rows.chosen(numbers, status, label))

    def history(self, number: int) -> list[tuple[Change, Insight]]:
        """Return every version of an insight with the change that made it, oldest first."""
        query = sa.select(revision, change).join(change, change.c.number == revision.c.change)
        query = query.where(revision.c.insight == number).order_by(revision.c.version)
        with self.database.reading() as connection:
            found = connection.execute(query).all()
        if not found:
            raise InputError(f"the library has no insight I{number}; see optwright library list")
        return [(_change(row), Insight.of_record(number, row.version, row.record)) for row in found]

    def told(self, run: str) -> list[Used]:
        """Return what a run noted with `record`."""
        query = sa.select(use).where(use.c.run == run).order_by(use.c.insight, use.c.task, use.c.use)
        with self.database.reading() as connection:
            return [Used(row.insight, row.task, Use(row.use), row.run) for row in connection.execute(query)]

    def touched(self, since: int) -> set[int]:
        """Return the numbers of the insights whose latest version this library's actor has made after a change."""
        latest = sa.and_(revision.c.insight == insight.c.number, revision.c.version == insight.c.version)
        query = sa.select(insight.c.number).join(revision, latest).join(change, change.c.number == revision.c.change)
        query = query.where(change.c.actor == storable(self.actor)[:200], change.c.number > since)
        with self.database.reading() as connection:
            return {int(number) for number in connection.execute(query).scalars()}

    def journal(self, most: int = 50) -> list[Change]:
        """Return the latest changes, newest first."""
        with self.database.reading() as connection:
            found = connection.execute(sa.select(change).order_by(change.c.number.desc()).limit(most)).all()
        return [_change(row) for row in found]

    def mark(self) -> int:
        """Return the number of the latest change: what `rollback` takes to come back here."""
        with self.database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(change.c.number), 0))).scalar_one())

    def taxonomy(self) -> list[Label]:
        """Return every label with its definition, sorted."""
        with self.database.reading() as connection:
            return labels.all_of(connection)

    # Writing

    def define(self, proposals: Iterable[Label]) -> list[Label]:
        """Add labels, or fill in what a known one lacks; the same label in other letters is the same. Return them."""
        wanted = list(proposals)
        return self._change("define", "", lambda connection, _: [labels.settle(connection, label) for label in wanted])

    def add(
        self,
        content: Content,
        provenance: Provenance | None = None,
        *,
        status: Status = Status.CANDIDATE,
        parents: Sequence[int] = (),
        note: str = "",
    ) -> Insight:
        """Add an insight; one that says the same is not doubled: it gets the new tasks and is returned as it is."""
        checked = content.checked()
        origin = _dated(provenance or Provenance())
        return self._change(
            "add",
            note,
            lambda connection, number: _add(connection, number, Insight(0, checked, origin, status, 1, tuple(parents))),
        )

    def edit(
        self, number: int, content: Content, *, expected: int | None = None, note: str = "", action: str = "edit"
    ) -> Insight:
        """Change what an insight says; `expected` is the version that the change was made from.

        Raises InputError when somebody else has changed it since, or when another insight says the same.
        """
        checked = content.checked()

        def work(connection: Connection, number_of_change: int) -> Insight:
            now = _unchanged(rows.locked(connection, number), expected)
            same = rows.of_fingerprint(connection, checked.fingerprint)
            if same not in (None, number):
                raise InputError(f"I{same} says this already; merge {now.id} into it instead")
            return rows.renew(connection, replace(now, content=checked), number_of_change)

        return self._change(action, note, work)

    def settle(
        self,
        numbers: Iterable[int],
        status: Status,
        *,
        note: str = "",
        expected: Mapping[int, int] | None = None,
    ) -> list[Insight]:
        """Admit, retire or put back to candidates; those that have the status already get no new version.

        `expected` are the versions that were looked at, by number. Raises InputError when one of them has changed.
        """
        wanted, seen = sorted({*numbers}), expected or {}

        def work(connection: Connection, number: int) -> list[Insight]:
            found = [_unchanged(rows.locked(connection, one), seen.get(one)) for one in wanted]
            return [
                now if now.status is status else rows.renew(connection, replace(now, status=status), number)
                for now in found
            ]

        return self._change(_ACTION[status], note, work)

    def merge(self, numbers: Iterable[int], content: Content, *, status: Status, note: str = "") -> Insight:
        """Put one insight in the place of several, which are retired; it has all their tasks and what came of them."""
        wanted = sorted({*numbers})
        if len(wanted) < 2:
            raise InputError("a merge takes two insights or more")
        checked = content.checked()

        def work(connection: Connection, number: int) -> Insight:
            parents = [rows.locked(connection, one) for one in wanted]
            if gone := [one.id for one in parents if one.status is Status.RETIRED]:
                raise InputError(f"{', '.join(gone)}: retired by now, so that there is nothing to merge")
            tasks = tuple(dict.fromkeys(task for one in parents for task in one.provenance.tasks))
            origin = _dated(replace(parents[0].provenance, tasks=tasks, date=""))
            for one in parents:
                rows.renew(connection, replace(one, status=Status.RETIRED), number)
            merged = _add(connection, number, Insight(0, checked, origin, status, 1, tuple(wanted)))
            rows.inherit(connection, merged.number, wanted)
            return merged

        return self._change("merge", note, work)

    def inherit(self, heir: int, parents: Iterable[int]) -> None:
        """Give an insight what came of those in whose place it stands; what it has already is not doubled."""
        known = sorted({*parents} - {heir})
        self.database.write(lambda connection: rows.inherit(connection, heir, known))

    def record(self, facts: Iterable[Used]) -> None:
        """Note what came of insights; a fact told twice is one."""
        known = [
            {"insight": f.insight, "task": f.task, "use": f.use.value, "run": f.run, "time": _now()} for f in facts
        ]
        if known:
            self.database.write(lambda connection: insert_new(connection, use, known))

    def rollback(self, mark: int, *, note: str = "") -> list[Insight]:
        """Bring every insight back to what it was after change `mark`; later ones are retired. Return what changed.

        Nothing is erased: going back is a change of its own, which can be rolled back too.
        """

        def work(connection: Connection, number: int) -> list[Insight]:
            pairs = [(now, then) for now, then in rows.since(connection, mark) if then.record() != now.record()]
            rows.free(connection, [now.number for now, _ in pairs])
            return [rows.renew(connection, then, number, undone=not then.version) for _, then in pairs]

        if not 0 <= mark <= self.mark():
            raise InputError(f"there is no change {mark}; see optwright library list --changes")
        return self._change("rollback", note or f"to change {mark}", work)

    def restore(self, insights: Iterable[Insight], *, note: str = "") -> list[Insight]:
        """Give insights back the content and status that they had when they were read; return those that changed."""
        wanted = {one.number: one for one in insights}

        def work(connection: Connection, number: int) -> list[Insight]:
            now = {one: rows.locked(connection, one) for one in sorted(wanted)}
            changed = [one for one in now if now[one].record() != wanted[one].record()]
            rows.free(connection, changed)
            return [rows.renew(connection, wanted[one], number) for one in changed]

        return self._change("restore", note, work)

    def _change(self, action: str, note: str, work: Callable[[Connection, int], T]) -> T:
        """Do the work in one transaction under a number in the journal."""
        entry = {"time": _now(), "action": action, "actor": storable(self.actor)[:200], "note": storable(note)}

        def whole(connection: Connection) -> T:
            number = connection.execute(sa.insert(change).values(**entry)).inserted_primary_key
            assert number is not None
            return work(connection, int(number[0]))

        return self.database.write(whole)


_ACTION: Mapping[Status, str] = {Status.ADMITTED: "admit", Status.RETIRED: "retire", Status.CANDIDATE: "reconsider"}


def _add(connection: Connection, number: int, new: Insight) -> Insight:
    same = rows.of_fingerprint(connection, new.content.fingerprint)
    if same is None:
        made = rows.create(connection, new, number)
        if made is not None:
            return made
        same = rows.of_fingerprint(connection, new.content.fingerprint)
        assert same is not None
    now = rows.locked(connection, same)
    tasks = tuple(dict.fromkeys((*now.provenance.tasks, *new.provenance.tasks)))
    if tasks == now.provenance.tasks:
        return now
    return rows.renew(connection, replace(now, provenance=replace(now.provenance, tasks=tasks)), number)


def _unchanged(now: Insight, expected: int | None) -> Insight:
    if expected is not None and now.version != expected:
        raise InputError(f"{now.id} has version {now.version} by now, not {expected}; look at it again")
    return now


def _dated(provenance: Provenance) -> Provenance:
    return provenance if provenance.date else replace(provenance, date=_now())


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _change(row: Any) -> Change:
    return Change(int(row.number), row.time, row.action, row.actor, row.note)
