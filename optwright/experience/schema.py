"""The tables, the same on SQLite and PostgreSQL. Changing one means a migration beside it in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

change = Table(
    "change",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("time", String(32), nullable=False),
    Column("action", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("note", Text, nullable=False),
)
"""One row for every transaction that changed something: what can be rolled back to."""

label = Table(
    "label",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("stage", String(32), nullable=False),
    Column("first", String(200), nullable=False),
    Column("second", String(200), nullable=False),
    Column("folded_first", String(200), nullable=False),
    Column("folded_second", String(200), nullable=False),
    Column("definition", Text, nullable=False),
    Column("condition", Text, nullable=False),
    UniqueConstraint("stage", "folded_first", "folded_second", name="label_once"),
)

insight = Table(
    "insight",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("label", Integer, ForeignKey("label.number"), nullable=False),
    Column("condition", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("provenance", JSON, nullable=False),
    Column("parents", JSON, nullable=False),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Index("insight_by_status", "status", "stage"),
    Index("insight_by_label", "label"),
    sqlite_autoincrement=True,
)
"""Every insight as it is now. `fingerprint` makes equal contents one row, whoever adds them at once."""

revision = Table(
    "revision",
    metadata,
    Column("insight", Integer, ForeignKey("insight.number"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("change", Integer, ForeignKey("change.number"), nullable=False),
    Column("record", JSON, nullable=False),
    Index("revision_by_change", "change"),
)
"""Every version that an insight ever had, whole."""

use = Table(
    "use",
    metadata,
    Column("insight", Integer, ForeignKey("insight.number"), primary_key=True),
    Column("task", String(200), primary_key=True),
    Column("use", String(16), primary_key=True),
    Column("run", String(200), primary_key=True),
    Column("time", String(32), nullable=False),
)
"""What came of insights on tasks; a fact is never changed, and told twice it is one."""

embedding = Table(
    "embedding",
    metadata,
    Column("insight", Integer, ForeignKey("insight.number"), primary_key=True),
    Column("model", String(200), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)
"""Vectors of conditions, 32-bit floats of unit length, of the version that they were computed from."""
