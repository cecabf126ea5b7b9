"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_letters()
    _make_mirror()
    _make_projects()
    _make_writes()
    _make_findings()
    _make_rest()


def _make_letters() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", ROW_ID, sa.Identity(always=False), nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("delivery", TEXT, nullable=False),
        sa.Column("body_hash", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("trace", TEXT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("site", "source", "delivery", "body_hash", name="inbox_site_source_delivery_body_hash_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "inbox_aside",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'aside'"),
        postgresql_where=sa.text("state = 'aside'"),
    )
    op.create_index(
        "inbox_waiting",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _make_mirror() -> None:
    op.create_table(
        "issues",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("status_id", TEXT, nullable=True),
        sa.Column("updated", INSTANT, nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("is_trimmed", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("site", "id"),
    )
    op.create_index("issues_by_key", "issues", ["site", "key"], unique=False)
    op.create_index("issues_by_project", "issues", ["site", "project", "number"], unique=False)
    op.create_index("issues_by_status", "issues", ["site", "status_id"], unique=False)
    op.create_table(
        "issue_changes",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("issue_id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("history_id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author", TEXT, nullable=True),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("field_id", TEXT, nullable=False),
        sa.Column("before_id", TEXT, nullable=True),
        sa.Column("before", TEXT, nullable=True),
        sa.Column("after_id", TEXT, nullable=True),
        sa.Column("after", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("site", "issue_id", "digest"),
    )
    op.create_index(
        "issue_changes_of_status",
        "issue_changes",
        ["site", "after_id"],
        unique=False,
        sqlite_where=sa.text("field_id = 'status'"),
        postgresql_where=sa.text("field_id = 'status'"),
    )
    op.create_table(
        "entities",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("project", TEXT, nullable=True),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("is_trimmed", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "kind", "id"),
    )
    op.create_index("entities_by_parent", "entities", ["site", "parent", "kind"], unique=False)
    op.create_index("entities_by_project", "entities", ["site", "project", "kind"], unique=False)
    op.create_table(
        "entity_versions",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("stamp", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("project", TEXT, nullable=True),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("is_trimmed", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "kind", "id", "stamp"),
    )
    op.create_table(
        "statuses",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("site", "id"),
    )


def _make_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("mode", TEXT, nullable=True),
        sa.Column("is_caught_up", sa.Boolean(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=True),
        sa.Column("rolled_n", sa.BigInteger(), nullable=False),
        sa.Column("rolled_at", INSTANT, nullable=True),
        sa.Column("pages_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("site", "key"),
    )
    op.create_table(
        "project_marks",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("dirty_n", sa.BigInteger(), nullable=False),
        sa.Column("urgent_n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "key"),
    )


def _make_writes() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, sa.Identity(always=False), nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("write", sa.Text(), nullable=False),
        sa.Column("payload_hash", TEXT, nullable=False),
        sa.Column("rule", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("rules", TEXT, nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("remote_id", TEXT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("echoed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_by_key", "outbox", ["site", "natural_key", "id"], unique=False)
    op.create_index("outbox_by_state", "outbox", ["state", "id"], unique=False)
    op.create_index(
        "outbox_one_planned",
        "outbox",
        ["site", "natural_key"],
        unique=True,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_table(
        "outbox_after",
        sa.Column("outbox_id", ROW_ID, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="outbox_after_outbox_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("outbox_id", "natural_key"),
    )
    op.create_table(
        "remotes",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("remote_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("site", "natural_key"),
    )
    op.create_index("remotes_by_remote", "remotes", ["site", "remote_id"], unique=False)
    op.create_table(
        "pages",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("natural_key", TEXT, nullable=False),
        sa.Column("page_id", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("compare", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "natural_key"),
    )
    op.create_index("pages_by_page", "pages", ["site", "page_id"], unique=False)


def _make_findings() -> None:
    op.create_table(
        "gate_runs",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("gate", TEXT, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_decided", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "project", "gate", "sequence"),
    )
    op.create_table(
        "kpi_points",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("kpi", TEXT, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("value", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("light", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=True),
        sa.Column("amber", TEXT, nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("rules", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("site", "project", "kpi", "as_of"),
    )
    op.create_table(
        "rollups",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("rules", TEXT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "project"),
    )
    op.create_table(
        "judgements",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "subject", "topic"),
    )


def _make_rest() -> None:
    op.create_table(
        "rulebooks",
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "accounts",
        sa.Column("site", TEXT, nullable=False),
        sa.Column("product", TEXT, nullable=False),
        sa.Column("account_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("site", "product"),
    )
