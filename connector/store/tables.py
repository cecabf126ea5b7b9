"""Every table. The key of each begins with the site, so that one database can hold several."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from connector.store.columns import Coded, Instant, Json, PlainText, RowId

metadata = MetaData(
    naming_convention={"uq": "%(table_name)s_%(column_0_N_name)s_key", "fk": "%(table_name)s_%(column_0_name)s_fkey"}
)

_WAITING = text("state = 'waiting'")
_ASIDE = text("state = 'aside'")
_PLANNED = text("state = 'planned'")
_OF_STATUS = text("field_id = 'status'")

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, Identity(), primary_key=True),
    Column("site", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("delivery", PlainText, nullable=False),
    Column("body_hash", PlainText, nullable=False),
    Column("name", PlainText),
    Column("trace", PlainText),
    Column("received_at", Instant, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("is_live", Boolean, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("reason", PlainText),
    Column("finished_at", Instant),
    UniqueConstraint("site", "source", "delivery", "body_hash"),
    Index("inbox_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("inbox_aside", "id", sqlite_where=_ASIDE, postgresql_where=_ASIDE),
    sqlite_autoincrement=True,
)
"""Letters as they came. state: waiting, done, aside."""

issues = Table(
    "issues",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("id", PlainText, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("key", PlainText, nullable=False),
    Column("project", PlainText, nullable=False),
    Column("status_id", PlainText),
    Column("updated", Instant),
    Column("fields", Json, nullable=False),
    Column("properties", Json, nullable=False),
    Column("facts", Coded, nullable=False),
    Column("is_trimmed", Boolean, nullable=False),
    Column("is_gone", Boolean, nullable=False),
    Column("stamp", PlainText, nullable=False),
    Index("issues_by_key", "site", "key"),
    Index("issues_by_project", "site", "project", "number"),
    Index("issues_by_status", "site", "status_id"),
)
"""The mirror's issues. `number` is the id as a number, 0 where it is none."""

issue_changes = Table(
    "issue_changes",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("issue_id", PlainText, primary_key=True),
    Column("digest", PlainText, primary_key=True),
    Column("history_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", PlainText),
    Column("field", PlainText, nullable=False),
    Column("field_id", PlainText, nullable=False),
    Column("before_id", PlainText),
    Column("before", PlainText),
    Column("after_id", PlainText),
    Column("after", PlainText),
    Index("issue_changes_of_status", "site", "after_id", sqlite_where=_OF_STATUS, postgresql_where=_OF_STATUS),
)
"""The issues' histories, a row for each field that changed. `digest` is the hash of Change.identity."""


def _entity_columns(*, is_version: bool) -> list[Column[object]]:
    return [
        Column("site", PlainText, primary_key=True),
        Column("kind", PlainText, primary_key=True),
        Column("id", PlainText, primary_key=True),
        Column("stamp", PlainText, primary_key=is_version, nullable=False),
        Column("number", BigInteger, nullable=False),
        Column("project", PlainText),
        Column("parent", PlainText),
        Column("at", Instant, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Column("data", Json, nullable=False),
        Column("is_trimmed", Boolean, nullable=False),
        Column("is_gone", Boolean, nullable=False),
    ]


entities = Table(
    "entities",
    metadata,
    *_entity_columns(is_version=False),
    Index("entities_by_project", "site", "project", "kind"),
    Index("entities_by_parent", "site", "parent", "kind"),
)
"""Everything mirrored but issues, as it is now."""

entity_versions = Table("entity_versions", metadata, *_entity_columns(is_version=True))
"""Every state an entity was seen in."""

statuses = Table(
    "statuses",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("id", PlainText, primary_key=True),
    Column("category", PlainText, nullable=False),
)
"""Which category (new, indeterminate, done) a status belongs to."""

projects = Table(
    "projects",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("mode", PlainText),
    Column("is_caught_up", Boolean, nullable=False),
    Column("started_at", Instant),
    Column("rolled_n", BigInteger, nullable=False),
    Column("rolled_at", Instant),
    Column("pages_at", Instant),
)
"""The projects that were seen. A rollup holds this row locked, so the event path marks `project_marks` instead."""

project_marks = Table(
    "project_marks",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("dirty_n", BigInteger, nullable=False),
    Column("urgent_n", BigInteger, nullable=False),
)
"""How often a project was marked dirty, and the count at its last urgent mark. Only ever grows."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, Identity(), primary_key=True),
    Column("site", PlainText, nullable=False),
    Column("project", PlainText, nullable=False),
    Column("natural_key", PlainText, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("write", Coded, nullable=False),
    Column("payload_hash", PlainText, nullable=False),
    Column("rule", PlainText, nullable=False),
    Column("place", PlainText, nullable=False),
    Column("run", PlainText, nullable=False),
    Column("rules", PlainText, nullable=False),
    Column("after", Json, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("lease_until", Instant),
    Column("owner", PlainText),
    Column("reason", PlainText),
    Column("remote_id", PlainText),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("confirmed_at", Instant),
    Column("echoed_at", Instant),
    Column("cause", PlainText),
    Column("before", Coded),
    Index("outbox_by_cause", "site", "cause"),
    Index("outbox_by_run", "run"),
    Index("outbox_by_key", "site", "natural_key", "id"),
    Index("outbox_by_state", "state", "id"),
    Index(
        "outbox_one_planned",
        "site",
        "natural_key",
        unique=True,
        sqlite_where=_PLANNED,
        postgresql_where=_PLANNED,
    ),
    sqlite_autoincrement=True,
)
"""Decided writes. state: planned, held, sent, unknown, confirmed, refused, replaced, observed.

`held` is what goes beyond a rule's limit and waits for a person's release. `cause` is the letter it came of (`inbox 7`)
or nothing for a rollup; `before` what the fields it writes held when it was decided.
"""

outbox_after = Table(
    "outbox_after",
    metadata,
    Column("outbox_id", RowId, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("natural_key", PlainText, primary_key=True),
)
"""The natural keys that a write waits for."""

remotes = Table(
    "remotes",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("natural_key", PlainText, primary_key=True),
    Column("remote_id", PlainText, nullable=False),
    Index("remotes_by_remote", "site", "remote_id"),
)
"""The product's id of what a natural key names."""

pages = Table(
    "pages",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("natural_key", PlainText, primary_key=True),
    Column("page_id", PlainText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("compare", Json, nullable=False),
    Column("written_at", Instant, nullable=False),
    Index("pages_by_page", "site", "page_id"),
)
"""What we last wrote on a page: hashes of its regions without their stamps."""

gate_runs = Table(
    "gate_runs",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("project", PlainText, primary_key=True),
    Column("gate", PlainText, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("is_decided", Boolean, nullable=False),
    Column("body", Coded, nullable=False),
)
"""Runs of gates. A decided one never changes again."""

kpi_points = Table(
    "kpi_points",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("project", PlainText, primary_key=True),
    Column("kpi", PlainText, primary_key=True),
    Column("as_of", Instant, primary_key=True),
    Column("value", PlainText),
    Column("reason", PlainText),
    Column("unit", PlainText, nullable=False),
    Column("light", PlainText, nullable=False),
    Column("target", PlainText),
    Column("amber", PlainText),
    Column("used", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("rules", PlainText, nullable=False),
)
"""The series of each KPI: a point whenever it changed. `value` is the exact decimal as text."""

rollups = Table(
    "rollups",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("project", PlainText, primary_key=True),
    Column("as_of", Instant, nullable=False),
    Column("rules", PlainText, nullable=False),
    Column("body", Coded, nullable=False),
)
"""The newest findings of each project."""

judgements = Table(
    "judgements",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("subject", PlainText, primary_key=True),
    Column("topic", PlainText, primary_key=True),
    Column("body", Coded, nullable=False),
)
"""What a rule last found about a subject, to tell what is new (the band of a risk)."""

pauses = Table(
    "pauses",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("kind", PlainText, primary_key=True),
    Column("name", PlainText, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("reason", PlainText, nullable=False),
)
"""What a person has paused. kind: site, project, rule; `name` is the key or the rule, `*` for a whole site."""

timers = Table(
    "timers",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("rule", PlainText, primary_key=True),
    Column("issue", PlainText, primary_key=True),
    Column("project", PlainText, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("cause", PlainText),
    Index("timers_by_moment", "site", "due_at"),
)
"""Rules that wait for an issue: they act when the moment comes and it has not been done by then."""

rulebooks = Table(
    "rulebooks",
    metadata,
    Column("hash", PlainText, primary_key=True),
    Column("files", Json, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
"""Rule files by the hash of their content, which is the same on every site."""

accounts = Table(
    "accounts",
    metadata,
    Column("site", PlainText, primary_key=True),
    Column("product", PlainText, primary_key=True),
    Column("account_id", PlainText, nullable=False),
    Column("name", PlainText, nullable=False),
)
"""The connector's own users."""
