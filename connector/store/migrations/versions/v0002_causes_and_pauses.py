"""What a write came of and what stood there before; pauses; timers of rules that wait."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("cause", TEXT, nullable=True))
    op.add_column("outbox", sa.Column("before", sa.Text(), nullable=True))
    op.create_index("outbox_by_cause", "outbox", ["site", "cause"])
    op.create_index("outbox_by_run", "outbox", ["run"])
    op.create_table(
        "pauses",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("site", "kind", "name"),
    )
    op.create_table(
        "timers",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("issue", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("cause", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("site", "rule", "issue"),
    )
    op.create_index("timers_by_moment", "timers", ["site", "due_at"])
