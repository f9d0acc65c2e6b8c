"""Whether a library is sound: all versions are there, the latest is what the tables say, nothing is double."""

from __future__ import annotations

import sqlalchemy as sa

from optwright.experience import rows
from optwright.experience.insight import Insight, Status
from optwright.experience.library import Library
from optwright.experience.schema import revision, use


def faults(library: Library) -> list[str]:
    """Return a line for every fault, none for a sound library."""
    with library.database.reading() as connection:
        found = _of_the_file(connection) if library.database.sqlite else []
        insights = rows.load(connection, rows.chosen(None, None, None))
        kept: dict[int, dict[int, Insight]] = {}
        for row in connection.execute(sa.select(revision)):
            kept.setdefault(row.insight, {})[row.version] = Insight.of_record(row.insight, row.version, row.record)
        for one in insights:
            found += _of_versions(one, kept.pop(one.number, {}))
        found += [f"I{number}: versions without an insight" for number in sorted(kept)]
        found += _of_words(connection, insights)
        known = {one.number for one in insights}
        told = connection.execute(sa.select(use.c.insight).distinct()).scalars()
        found += [f"I{number}: uses of an insight that is not there" for number in told if number not in known]
    prints: dict[str, str] = {}
    for one in insights:
        if one.status is Status.RETIRED:
            continue
        if (other := prints.setdefault(one.content.fingerprint, one.id)) != one.id:
            found.append(f"{one.id} says the same as {other}")
    return found


def _of_the_file(connection: sa.Connection) -> list[str]:
    found = [line for (line,) in connection.execute(sa.text("PRAGMA integrity_check")) if line != "ok"]
    broken = connection.execute(sa.text("PRAGMA foreign_key_check")).all()
    return found + [f"{row[0]}: a row refers to nothing" for row in broken]


def _of_versions(one: Insight, kept: dict[int, Insight]) -> list[str]:
    if sorted(kept) != list(range(1, one.version + 1)):
        return [f"{one.id}: has versions {sorted(kept)}, should have 1 to {one.version}"]
    return [] if kept[one.version].record() == one.record() else [f"{one.id}: differs from its latest version"]


def _of_words(connection: sa.Connection, insights: list[Insight]) -> list[str]:
    """Compare the full-text index with the insights."""
    if connection.dialect.name != "sqlite":
        return []  # A generated column cannot differ.
    indexed = {row[0]: row[1] for row in connection.execute(sa.text("SELECT rowid, condition FROM insight_text"))}
    wrong = [one.id for one in insights if indexed.pop(one.number, None) != one.content.condition]
    return [f"{name}: the full-text index has another text" for name in wrong] + [
        f"I{number}: indexed, but not there" for number in sorted(indexed)
    ]
