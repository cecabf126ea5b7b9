"""Decided writes into the outbox, unless the same is there, on its way or done already."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, text, update

from connector.core.actions import LinkIssues, MakeIssue, MoveIssue, Planned, Write, WriteComment, WritePage
from connector.store.coding import encode
from connector.store.statements import add_missing, chunks, insert
from connector.store.tables import outbox, outbox_after

ECHO_WITHIN = timedelta(minutes=30)
"""How late Jira may send the event of our own write (retries included)."""
_ONCE = (MoveIssue, MakeIssue, LinkIssues)
_NEVER_AGAIN = (*_ONCE, WriteComment)
_PAGE_WITHOUT_STAMPS = ("project", "page", "space", "title", "parent", "compare", "labels", "is_report")


def plan(
    conn: Connection,
    site: str,
    project: str,
    planned: Planned,
    *,
    now: datetime,
    run: str,
    rules: str,
    is_observed: bool,
    not_before: datetime | None = None,
) -> int | None:
    """Plan one write. See `plan_all`."""
    (row_id,) = plan_all(
        conn, site, project, [planned], now=now, run=run, rules=rules, is_observed=is_observed, not_before=not_before
    )
    return row_id


def plan_all(
    conn: Connection,
    site: str,
    project: str,
    planned: Sequence[Planned],
    *,
    now: datetime,
    run: str,
    rules: str,
    is_observed: bool,
    not_before: datetime | None = None,
) -> list[int | None]:
    """Put writes into the outbox, in a handful of statements. Gives the row id of each, None where none was needed.

    None is needed when the newest row of the natural key asks for the same and is planned, under way, observed as this
    one would be, or confirmed without its echo yet. Moved, made and linked is once for all, commented once a text.
    A waiting row with the same key is replaced, and so is a dead letter. `is_observed`: shown, and never sent.
    `not_before`: sent then at the earliest, a page for the sake of its watchers. What takes the place of a waiting row
    is sent as soon as that would have been, and no sooner than a product asked for.
    An echo that did not come within `ECHO_WITHIN` was lost on its way and is not waited for any longer.
    Of several writes with one natural key the last one counts.
    """
    last = {one.write.natural_key: one for one in planned}
    newest = _newest(conn, site, list(last))
    wanted = {
        key: one
        for key, one in sorted(last.items())
        if not _is_settled(newest.get(key), one.write, now, is_observed=is_observed, not_before=not_before)
    }
    if not wanted:
        return [None for _ in planned]
    _replace(conn, site, list(wanted))
    shared = {"site": site, "project": project, "run": run, "rules": rules, "created_at": now, "attempt": 0}
    shared |= {"state": "observed" if is_observed else "planned"}
    moments = {key: _moment(newest.get(key), not_before) for key in wanted}
    ids = _insert(conn, [{**shared, **_values(one), "next_try_at": moments[key]} for key, one in wanted.items()])
    _set_after(conn, {ids[key]: one.after for key, one in wanted.items()})
    return [ids.get(one.write.natural_key) if last[one.write.natural_key] is one else None for one in planned]


def unsettled(conn: Connection, site: str, planned: Sequence[Planned], *, now: datetime) -> set[str]:
    """The natural keys of those writes that `plan_all` would put into the outbox to be sent."""
    last = {one.write.natural_key: one for one in planned}
    newest = _newest(conn, site, list(last))
    return {
        key
        for key, one in last.items()
        if not _is_settled(newest.get(key), one.write, now, is_observed=False, not_before=None)
    }


def payload_hash(write: Write) -> str:
    """What tells two writes with one natural key apart. A page's stamps and urgency do not."""
    names = _PAGE_WITHOUT_STAMPS if isinstance(write, WritePage) else [one.name for one in fields(write)]
    payload = {name: getattr(write, name) for name in names}
    return hashlib.sha256(encode([type(write).__name__, payload]).encode()).hexdigest()


def _newest(conn: Connection, site: str, keys: Sequence[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for some in chunks(keys):
        mine = (outbox.c.site == site, outbox.c.natural_key.in_(some), outbox.c.state != "replaced")
        ids = select(func.max(outbox.c.id)).where(*mine).group_by(outbox.c.natural_key)
        names = ("natural_key", "state", "payload_hash", "echoed_at", "confirmed_at", "next_try_at", "attempt")
        parts = [outbox.c[name] for name in names]
        found |= {row.natural_key: row for row in conn.execute(select(*parts).where(outbox.c.id.in_(ids)))}
    return found


def _is_settled(
    newest: Row[Any] | None, write: Write, now: datetime, *, is_observed: bool, not_before: datetime | None
) -> bool:
    if newest is None:
        return False
    if isinstance(write, _ONCE) and newest.state in {"sent", "unknown", "confirmed"}:
        return True
    if newest.payload_hash != payload_hash(write):
        return False
    match newest.state:
        case "planned":
            return not is_observed and _moment(newest, not_before) == newest.next_try_at
        case "sent" | "unknown":
            return True
        case "confirmed":
            return _awaits_echo(newest, now) or isinstance(write, _NEVER_AGAIN)
        case "refused":
            return isinstance(write, _NEVER_AGAIN)
        case _:
            return is_observed


def _awaits_echo(newest: Row[Any], now: datetime) -> bool:
    return newest.echoed_at is None and (newest.confirmed_at is None or now - newest.confirmed_at < ECHO_WITHIN)


def _moment(newest: Row[Any] | None, not_before: datetime | None) -> datetime | None:
    """When the write is to be sent, None for at once: a waiting one is not put off, nor a product's wait cut short."""
    if newest is None or newest.state != "planned":
        return not_before
    waits_until: datetime | None = newest.next_try_at
    if newest.attempt > 0 or waits_until is None:
        return waits_until
    return None if not_before is None else min(waits_until, not_before)


def _replace(conn: Connection, site: str, keys: Sequence[str]) -> None:
    for some in chunks(keys):
        mine = update(outbox).where(outbox.c.site == site, outbox.c.natural_key.in_(some))
        conn.execute(mine.where(outbox.c.state.in_(("planned", "observed", "refused"))).values(state="replaced"))


def _insert(conn: Connection, rows: Sequence[Mapping[str, object]]) -> dict[str, int]:
    """Insert the rows. Where another transaction planned under the same key meanwhile, its row becomes ours."""
    statement = insert(conn, outbox)
    ours = {name: statement.excluded[name] for name in rows[0] if name not in {"site", "natural_key"}}
    statement = statement.on_conflict_do_update(
        index_elements=["site", "natural_key"], index_where=text("state = 'planned'"), set_=ours
    )
    returned = conn.execute(statement.returning(outbox.c.natural_key, outbox.c.id), rows)
    return {row.natural_key: row.id for row in returned}


def _set_after(conn: Connection, after: Mapping[int, Sequence[str]]) -> None:
    for some in chunks(after):
        conn.execute(delete(outbox_after).where(outbox_after.c.outbox_id.in_(some)))
    rows = [{"outbox_id": row_id, "natural_key": key} for row_id, keys in after.items() for key in set(keys)]
    add_missing(conn, outbox_after, rows)


def _values(planned: Planned) -> dict[str, object]:
    return {
        "natural_key": planned.write.natural_key,
        "kind": type(planned.write).__name__,
        "write": planned.write,
        "payload_hash": payload_hash(planned.write),
        "rule": planned.rule,
        "place": planned.place,
        "after": planned.after,
        "cause": planned.cause,
        "before": planned.before,
    }
