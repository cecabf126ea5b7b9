"""Rules that wait for an issue: they act when the moment comes and it has not been done by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, or_, select

from connector.store.statements import add_missing, chunks
from connector.store.tables import timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A rule's wait for an issue. `cause` is the letter that it began with."""

    site: str
    rule: str
    issue: str
    project: str
    due_at: datetime
    cause: str | None = None


_PARTS = [timers.c[name] for name in Timer.__dataclass_fields__]


def start(conn: Connection, begun: Sequence[Timer]) -> None:
    """Let waits begin. One that runs already keeps its moment."""
    rows = [{name: getattr(one, name) for name in Timer.__dataclass_fields__} for one in begun]
    add_missing(conn, timers, rows)


def stop(conn: Connection, site: str, pairs: Iterable[tuple[str, str]]) -> None:
    """End the waits of these rules for these issues."""
    for some in chunks(sorted(set(pairs)), 200):
        mine = or_(*(and_(timers.c.rule == rule, timers.c.issue == issue) for rule, issue in some))
        conn.execute(delete(timers).where(timers.c.site == site, mine))


def running(conn: Connection, site: str, issue_ids: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The waits that run for these issues, by rule and issue."""
    found: set[tuple[str, str]] = set()
    for some in chunks(sorted(set(issue_ids))):
        mine = select(timers.c.rule, timers.c.issue).where(timers.c.site == site, timers.c.issue.in_(some))
        found.update((row.rule, row.issue) for row in conn.execute(mine))
    return frozenset(found)


def due(conn: Connection, site: str, now: datetime, limit: int = 500) -> list[Timer]:
    """The waits that are over, oldest first."""
    mine = select(*_PARTS).where(timers.c.site == site, timers.c.due_at <= now)
    rows = conn.execute(mine.order_by(timers.c.due_at, timers.c.rule, timers.c.issue).limit(limit))
    return [Timer(**row._mapping) for row in rows]
