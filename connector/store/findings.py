"""The newest findings of each project, and what rules last found about a subject."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from connector.store.statements import chunks, upsert
from connector.store.tables import judgements, rollups


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """What one rollup found. `body` is a tree with Decimal and moments; `coding.rebuild` makes a value of it."""

    as_of: datetime
    rules: str
    body: object


def save_rollup(conn: Connection, site: str, project: str, as_of: datetime, rules: str, body: object) -> None:
    """Keep the findings (a dataclass or JSON tree) as the project's newest; older ones are not kept."""
    row = {"site": site, "project": project, "as_of": as_of, "rules": rules, "body": body}
    upsert(conn, rollups, [row])


def latest_rollup(conn: Connection, site: str, project: str) -> Rollup | None:
    """The project's newest findings."""
    parts = (rollups.c.as_of, rollups.c.rules, rollups.c.body)
    row = conn.execute(select(*parts).where(rollups.c.site == site, rollups.c.project == project)).first()
    return None if row is None else Rollup(**row._mapping)


def judgement(conn: Connection, site: str, subject: str, topic: str) -> object:
    """What was last found about a subject, None where nothing was."""
    return judgements_of(conn, site, [subject], topic).get(subject)


def judgements_of(conn: Connection, site: str, subjects: Iterable[str], topic: str) -> dict[str, object]:
    """What was last found about each of these subjects, those without left out."""
    found: dict[str, object] = {}
    for some in chunks(sorted(set(subjects))):
        mine = (judgements.c.site == site, judgements.c.topic == topic, judgements.c.subject.in_(some))
        rows = conn.execute(select(judgements.c.subject, judgements.c.body).where(*mine))
        found |= {row.subject: row.body for row in rows}
    return found


def topics_of(conn: Connection, site: str, subject: str) -> dict[str, object]:
    """All that was found about one subject, by topic, in the order of the topics."""
    mine = (judgements.c.site == site, judgements.c.subject == subject)
    rows = conn.execute(select(judgements.c.topic, judgements.c.body).where(*mine).order_by(judgements.c.topic))
    return {row.topic: row.body for row in rows}


def forget(conn: Connection, site: str, subject: str, topics: Iterable[str]) -> None:
    """Nothing is known of these topics of the subject any more."""
    for some in chunks(sorted(set(topics))):
        mine = (judgements.c.site == site, judgements.c.subject == subject, judgements.c.topic.in_(some))
        conn.execute(delete(judgements).where(*mine))


def set_judgement(conn: Connection, site: str, subject: str, topic: str, value: object) -> None:
    """Remember what was found about a subject: any JSON value but None."""
    set_judgements(conn, site, topic, {subject: value})


def set_judgements(conn: Connection, site: str, topic: str, values: Mapping[str, object]) -> None:
    """Remember what was found, by subject."""
    rows = [{"site": site, "subject": one, "topic": topic, "body": values[one]} for one in sorted(values)]
    upsert(conn, judgements, rows)
