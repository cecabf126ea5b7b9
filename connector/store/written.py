"""What people ask about the past: what came of a letter, what an issue was ever written, how a page once stood."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from connector.core.project import Entity
from connector.store import outbox as rows
from connector.store.outbox import OutboxRow
from connector.store.tables import entities, entity_versions, outbox


def last_id(conn: Connection) -> int:
    """The id of the newest row, 0 where there is none."""
    return conn.execute(select(func.max(outbox.c.id))).scalar() or 0


def since(conn: Connection, row_id: int) -> list[OutboxRow]:
    """The rows that are newer than this id, oldest first, without those that were replaced meanwhile."""
    return _rows(conn, [outbox.c.id > row_id, outbox.c.state != "replaced"])


def of_cause(conn: Connection, site: str, cause: str) -> list[OutboxRow]:
    """All that a letter brought about, oldest first."""
    return _rows(conn, [outbox.c.site == site, outbox.c.cause == cause])


def of_keys(conn: Connection, site: str, *beginnings: str, limit: int = 200) -> list[OutboxRow]:
    """The newest rows whose natural key begins so, or ends with a link to it, oldest of them first."""
    which = or_(*(outbox.c.natural_key.startswith(one, autoescape=True) for one in beginnings))
    return _rows(conn, [outbox.c.site == site, which], newest=limit)


def of_rule(conn: Connection, site: str, project: str, rule: str, *, limit: int = 200) -> list[OutboxRow]:
    """The newest rows of one rule in a project, oldest of them first."""
    mine = [outbox.c.site == site, outbox.c.project == project, outbox.c.rule == rule]
    return _rows(conn, mine, newest=limit)


def rules_around(conn: Connection, site: str, at: datetime) -> tuple[str | None, str | None]:
    """The hashes of the rules that the last write until then and the first one after it were decided by."""
    c = outbox.c
    before = select(c.rules).where(c.site == site, c.created_at <= at).order_by(c.created_at.desc(), c.id.desc())
    after = select(c.rules).where(c.site == site, c.created_at > at).order_by(c.created_at, c.id)
    return (
        conn.execute(before.limit(1)).scalar_one_or_none(),
        conn.execute(after.limit(1)).scalar_one_or_none(),
    )


def forget_shown(conn: Connection, site: str, projects: Sequence[str]) -> None:
    """Let writes that were only shown count as never decided: for rehearsals, which show them again."""
    mine = (outbox.c.site == site, outbox.c.project.in_(projects), outbox.c.state == "observed")
    conn.execute(update(outbox).where(*mine).values(state="replaced"))


def page_titled(conn: Connection, site: str, title: str) -> Entity | None:
    """The page with this title; the one seen last where several spaces have one."""
    c = entities.c
    columns = [c[name] for name in Entity.__dataclass_fields__]
    pages = select(*columns).where(c.site == site, c.kind == "page").order_by(c.at.desc(), c.id)
    # Read one by one: titles stand inside the JSON, which the databases read each in its own way.
    with closing(conn.execute(pages, execution_options={"yield_per": 200})) as found:
        return next((Entity(**row._mapping) for row in found if row.data.get("title") == title), None)


def states_of(conn: Connection, site: str, owner: str | None, kinds: Sequence[str]) -> list[Entity]:
    """Every state that entities of these kinds were seen in. owner: the project or space, None for what has none."""
    c = entity_versions.c
    which = c.project == owner if owner is not None else c.project.is_(None)
    columns = [c[name] for name in Entity.__dataclass_fields__]
    statement = select(*columns).where(c.site == site, c.kind.in_(kinds), which)
    found = conn.execute(statement.order_by(c.kind, c.id, c.at, c.stamp), execution_options={"yield_per": 500})
    return [Entity(**row._mapping) for row in found]


def _rows(conn: Connection, where: list[ColumnElement[bool]], *, newest: int | None = None) -> list[OutboxRow]:
    ids = select(outbox.c.id).where(*where).order_by(outbox.c.id.desc())
    chosen = list(conn.execute(ids.limit(newest) if newest is not None else ids).scalars())
    return [row for row_id in reversed(chosen) if (row := rows.get(conn, row_id)) is not None]
