"""The tables of the first version, and the full-text index of each dialect."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "change",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "label",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("first", sa.String(200), nullable=False),
        sa.Column("second", sa.String(200), nullable=False),
        sa.Column("folded_first", sa.String(200), nullable=False),
        sa.Column("folded_second", sa.String(200), nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.UniqueConstraint("stage", "folded_first", "folded_second", name="label_once"),
    )
    op.create_table(
        "insight",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("label", sa.Integer, sa.ForeignKey("label.number"), nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("example", sa.Text, nullable=False),
        sa.Column("provenance", sa.JSON, nullable=False),
        sa.Column("parents", sa.JSON, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_index("insight_by_status", "insight", ["status", "stage"])
    op.create_index("insight_by_label", "insight", ["label"])
    op.create_table(
        "revision",
        sa.Column("insight", sa.Integer, sa.ForeignKey("insight.number"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("change", sa.Integer, sa.ForeignKey("change.number"), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
    )
    op.create_index("revision_by_change", "revision", ["change"])
    op.create_table(
        "use",
        sa.Column("insight", sa.Integer, sa.ForeignKey("insight.number"), primary_key=True),
        sa.Column("task", sa.String(200), primary_key=True),
        sa.Column("use", sa.String(16), primary_key=True),
        sa.Column("run", sa.String(200), primary_key=True),
        sa.Column("time", sa.String(32), nullable=False),
    )
    op.create_table(
        "embedding",
        sa.Column("insight", sa.Integer, sa.ForeignKey("insight.number"), primary_key=True),
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    _index_text(op.get_bind().dialect.name)


def _index_text(dialect: str) -> None:
    """Make the full-text index: an FTS5 table beside the insights, or a `tsvector` column with a GIN index."""
    if dialect == "sqlite":
        op.execute("CREATE VIRTUAL TABLE insight_text USING fts5(condition, labels, tokenize = 'porter unicode61')")
        op.execute("CREATE VIRTUAL TABLE insight_term USING fts5vocab(insight_text, row)")
        return
    op.execute("ALTER TABLE insight ADD COLUMN labels text NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE insight ADD COLUMN words tsvector GENERATED ALWAYS AS "
        "(setweight(to_tsvector('english', labels), 'A') || setweight(to_tsvector('english', condition), 'B')) STORED"
    )
    op.execute("CREATE INDEX insight_by_words ON insight USING gin (words)")
