"""Decided writes into the outbox, unless the same is there, on its way or done already."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, text, update

from connector.core.actions import (
    LinkIssues,
    MakeIssue,
    MoveIssue,
    Planned,
    SendMessage,
    SetIssueFields,
    Write,
    WriteComment,
    WritePage,
    WritePageComment,
    WriteRegion,
    turn_of,
)
from connector.core.steering import UNDO
from connector.store import projects
from connector.store.coding import encode, rebuild
from connector.store.outbox import OutboxRow
from connector.store.statements import add_missing, chunks, insert
from connector.store.tables import outbox, outbox_after

ECHO_WITHIN = timedelta(minutes=30)
"""How late Jira may send the event of our own write (retries included)."""
_ONCE = (MoveIssue, MakeIssue, LinkIssues)
_NEVER_AGAIN = (*_ONCE, WriteComment)
_SAID_ONCE = (*_NEVER_AGAIN, WriteRegion, WritePageComment)
_SEEN = (
    *("natural_key", "state", "payload_hash", "rule", "reason"),
    *("echoed_at", "confirmed_at", "next_try_at", "attempt"),
)
_REPLACED = ("planned", "held", "observed", "refused")
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
    is_paused: bool = False,
) -> int | None:
    """Plan one write. See `plan_all`."""
    (row_id,) = plan_all(
        conn,
        site,
        project,
        [planned],
        now=now,
        run=run,
        rules=rules,
        is_observed=is_observed,
        not_before=not_before,
        is_paused=is_paused,
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
    is_paused: bool = False,
    is_held: bool = False,
) -> list[int | None]:
    """Put writes into the outbox, in a handful of statements. Gives the row id of each, None where none was needed.

    None is needed when the newest row of the natural key asks for the same and is planned, under way, observed as this
    one would be, or confirmed without its echo yet. Moved, made and linked is once for all, commented once a text.
    A message that left once, or may have, is never planned again: only a person sends it once more.
    A waiting row with the same key is replaced, and so is a dead letter. `is_observed`: shown, and never sent.
    `not_before`: sent then at the earliest, a page for the sake of its watchers. What takes the place of a waiting row
    is sent as soon as that would have been, and no sooner than a product asked for.
    `is_paused`: shown, and what waits under the same key is kept up to date, to leave in its place after the pause.
    `is_held`: kept back until a person releases it. They leave in the order of their turns.
    What a person has taken back stays so until something else is asked for under its key.
    An echo that did not come within `ECHO_WITHIN` was lost on its way and is not waited for any longer.
    Of several writes with one natural key the last one counts.
    """
    last = {one.write.natural_key: one for one in planned}
    newest = _newest(conn, site, list(last))
    shown = {key: (is_observed or is_paused) and not (is_paused and _waits(newest.get(key))) for key in last}
    wanted = {
        key: one
        for key, one in sorted(last.items(), key=lambda item: turn_of(item[1].write))
        if not _is_settled(newest.get(key), one, now, is_observed=shown[key], not_before=not_before)
    }
    if not wanted:
        return [None for _ in planned]
    _replace(conn, site, list(wanted))
    shared = {"site": site, "project": project, "run": run, "rules": rules, "created_at": now, "attempt": 0}
    held = {key for key, one in wanted.items() if is_held or _is_held(newest.get(key), one)}
    states = {key: "observed" if shown[key] else "held" if key in held else "planned" for key in wanted}
    moments = {key: _moment(newest.get(key), not_before) for key in wanted}
    rows = [
        {**shared, **_values(one), "state": states[key], "next_try_at": moments[key]} for key, one in wanted.items()
    ]
    ids = _insert(conn, rows)
    _set_after(conn, {ids[key]: one.after for key, one in wanted.items()})
    return [ids.get(one.write.natural_key) if last[one.write.natural_key] is one else None for one in planned]


def unsettled(conn: Connection, site: str, planned: Sequence[Planned], *, now: datetime) -> set[str]:
    """The natural keys of those writes that `plan_all` would put into the outbox to be sent."""
    last = {one.write.natural_key: one for one in planned}
    newest = _newest(conn, site, list(last))
    return {
        key
        for key, one in last.items()
        if not _is_settled(newest.get(key), one, now, is_observed=False, not_before=None)
    }


def under_way(conn: Connection, site: str, issue_ids: Sequence[str], *, now: datetime) -> dict[str, dict[str, object]]:
    """What fields of issues will hold once the writes on their way are done, by issue id and field id.

    A field that was written together with others is known by itself here, whatever the natural key of its row.
    """
    found: dict[str, dict[str, object]] = {}
    columns: list[Any] = [outbox.c.write, outbox.c.state, outbox.c.echoed_at, outbox.c.confirmed_at]
    states = outbox.c.state.in_(("planned", "sent", "unknown", "confirmed"))
    open_ones = (states, outbox.c.echoed_at.is_(None), outbox.c.kind == SetIssueFields.__name__)
    for some in chunks(sorted(set(issue_ids)), 100):
        begins = [f"issue {one} fields " for one in some]
        mine = or_(*(and_(outbox.c.natural_key >= one, outbox.c.natural_key < one + "\U0010ffff") for one in begins))
        rows = conn.execute(select(*columns).where(outbox.c.site == site, mine, *open_ones).order_by(outbox.c.id))
        for row in rows:
            if row.state != "confirmed" or _awaits_echo(row, now):
                write = rebuild(SetIssueFields, row.write)
                found.setdefault(write.issue, {}).update(write.values)
    return found


def release(conn: Connection, site: str, rule: str, project: str | None = None) -> int:
    """Let what was kept back beyond a rule's limit leave, in one project or in all. Gives how many writes.

    rule: its id, or its full name as writes bear it.
    """
    mine = [outbox.c.site == site, outbox.c.state == "held", outbox.c.rule.in_((rule, f"automation {rule}"))]
    if project is not None:
        mine.append(outbox.c.project == project)
    freed = update(outbox).where(*mine).values(state="planned", next_try_at=None).returning(outbox.c.project)
    found = list(conn.execute(freed).scalars())
    projects.mark_dirty(conn, site, sorted(set(found)))
    return len(found)


def take_back(
    conn: Connection, site: str, writes: Sequence[tuple[Write, OutboxRow]], *, now: datetime, run: str
) -> list[int]:
    """Put writes into the outbox that take back what other rows wrote, each under the key of the row beside it.

    They bear the hash of what they take back: a rule that still asks for the same finds it settled.
    """
    if not writes:
        return []
    _replace(conn, site, [row.natural_key for _, row in writes])
    rows = [_taking_back(write, row, now, run) for write, row in writes]
    ids = _insert(conn, rows)
    return [ids[row.natural_key] for _, row in writes]


def withdraw(conn: Connection, rows: Sequence[OutboxRow], reason: str) -> list[int]:
    """Take waiting writes back before they are sent, for this reason. Gives the ids of those that still waited."""
    taken = []
    for some in chunks([row.id for row in rows]):
        waiting = update(outbox).where(outbox.c.id.in_(some), outbox.c.state.in_(("planned", "held")))
        shown = waiting.values(state="observed", reason=reason, next_try_at=None)
        taken += [row.id for row in conn.execute(shown.returning(outbox.c.id))]
    return sorted(taken)


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
        parts = [outbox.c[name] for name in _SEEN]
        found |= {row.natural_key: row for row in conn.execute(select(*parts).where(outbox.c.id.in_(ids)))}
    return found


def _is_settled(
    newest: Row[Any] | None, planned: Planned, now: datetime, *, is_observed: bool, not_before: datetime | None
) -> bool:
    write = planned.write
    if newest is None:
        return False
    is_once = isinstance(write, _ONCE) or (isinstance(write, WritePage) and write.is_report)
    if is_once and newest.state in {"sent", "unknown", "confirmed"}:
        return True
    if isinstance(write, SendMessage) and newest.state in {"sent", "unknown", "confirmed", "refused"}:
        return True
    if newest.payload_hash != payload_hash(write):
        return False
    if newest.rule == UNDO or (newest.state == "observed" and newest.reason is not None):
        # A person has taken this back.
        return True
    match newest.state:
        case "planned":
            return not is_observed and _moment(newest, not_before) == newest.next_try_at
        case "sent" | "unknown":
            return True
        case "confirmed":
            return _awaits_echo(newest, now) or isinstance(write, _SAID_ONCE)
        case "held":
            return not is_observed and _is_held(newest, planned)
        case "refused":
            return isinstance(write, _NEVER_AGAIN)
        case _:
            return is_observed


def _is_held(newest: Row[Any] | None, planned: Planned) -> bool:
    """Whether the rule's own write under this key is kept back: only a person lets it go."""
    return newest is not None and newest.state == "held" and newest.rule == planned.rule


def _waits(newest: Row[Any] | None) -> bool:
    return newest is not None and newest.state == "planned"


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
        conn.execute(mine.where(outbox.c.state.in_(_REPLACED)).values(state="replaced"))


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


def _taking_back(write: Write, row: OutboxRow, now: datetime, run: str) -> dict[str, object]:
    planned = Planned(write=write, rule=UNDO, place=row.place, cause=f"outbox {row.id}")
    own = {"natural_key": row.natural_key, "payload_hash": row.payload_hash, "next_try_at": None}
    shared = {"site": row.site, "project": row.project, "run": run, "rules": row.rules, "created_at": now, "attempt": 0}
    return {**shared, **_values(planned), **own, "state": "planned"}


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
