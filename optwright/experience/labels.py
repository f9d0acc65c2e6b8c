"""The taxonomy in the database: labels that grow by proposals and merge without regard to case."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from optwright.experience.database import insert_new
from optwright.experience.insight import Label, Stage
from optwright.experience.schema import label as table


def settle(connection: Connection, proposed: Label) -> Label:
    """Return the label that stands for the proposed one, adding it or what a known one lacks."""
    stage, first, second = proposed.folded
    known = sa.select(table.c.first).where(table.c.stage == stage, table.c.folded_first == first[:200])
    spelt = connection.execute(known.order_by(table.c.number).limit(1)).scalar_one_or_none()
    row = {
        "stage": stage,
        "first": spelt or " ".join(proposed.first.split())[:200],
        "second": " ".join(proposed.second.split())[:200],
        "folded_first": first[:200],
        "folded_second": second[:200],
        "definition": proposed.definition.strip(),
        "condition": proposed.condition.strip(),
    }
    insert_new(connection, table, [row])
    found = connection.execute(sa.select(table).where(*_same(proposed))).one()
    lacking = {name: row[name] for name in ("definition", "condition") if row[name] and not getattr(found, name)}
    if lacking:
        connection.execute(sa.update(table).where(table.c.number == found.number).values(**lacking))
    return label_of({**found._asdict(), **lacking})


def place(connection: Connection, wanted: Label) -> tuple[int, Label]:
    """Return a label's number and the label as it is spelt in the library, adding it where it is new."""
    spelt = settle(connection, wanted)
    return int(connection.execute(sa.select(table.c.number).where(*_same(wanted))).scalar_one()), spelt


def all_of(connection: Connection) -> list[Label]:
    """Return every label, sorted by stage and name."""
    query = sa.select(table).order_by(table.c.stage, table.c.folded_first, table.c.folded_second)
    return [label_of(row._asdict()) for row in connection.execute(query)]


def label_of(row: dict[str, str]) -> Label:
    """Return the label of a row."""
    return Label(Stage(row["stage"]), row["first"], row["second"], row["definition"], row["condition"])


def _same(wanted: Label) -> tuple[sa.ColumnElement[bool], ...]:
    stage, first, second = wanted.folded
    return table.c.stage == stage, table.c.folded_first == first[:200], table.c.folded_second == second[:200]
