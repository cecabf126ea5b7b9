"""Planned writes on their way out: claimed, sent, looked up, confirmed or refused. `planning` puts them here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, literal, or_, select, update

from connector.core.actions import Write
from connector.core.steering import UNDO
from connector.store.coding import rebuild
from connector.store.statements import chunks
from connector.store.tables import outbox, outbox_after, pauses

State = Literal["planned", "held", "sent", "unknown", "confirmed", "refused", "replaced", "observed"]
LEASE = timedelta(minutes=2)
"""After this time a write that was sent and never reported on is taken for one of a process that died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A write with its way so far. `was` is the state in which `claim` found it, `tried_at` when it was sent before."""

    id: int
    site: str
    project: str
    natural_key: str
    kind: str
    write: Write
    payload_hash: str
    rule: str
    place: str
    run: str
    rules: str
    after: tuple[str, ...]
    state: State
    attempt: int
    next_try_at: datetime | None
    lease_until: datetime | None
    owner: str | None
    reason: str | None
    remote_id: str | None
    created_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    echoed_at: datetime | None
    cause: str | None
    before: Mapping[str, object] | None
    was: State
    tried_at: datetime | None = None

    @property
    def needs_look_up(self) -> bool:
        """Whether the write may have been done already, so that it must be looked for before it is sent again."""
        return self.was in {"sent", "unknown"}


_FIELDS = tuple(name for name in OutboxRow.__dataclass_fields__ if name not in {"was", "tried_at"})
_PARTS = [outbox.c[name] for name in _FIELDS]
_KINDS: dict[str, type[Write]] = {kind.__name__: kind for kind in get_args(Write)}
_IS_OPEN = outbox.c.state.in_(("planned", "sent", "unknown"))


def claim(conn: Connection, now: datetime, limit: int, *, owner: str = "", site: str | None = None) -> list[OutboxRow]:
    """Writes that are to be sent or looked up now, oldest first; each is marked as sent, under a lease.

    A write waits until it is due, until those it comes after are confirmed, while an earlier one with its key is under
    way, while another process is at work on its project, and while its site, project or rule is paused. What another
    transaction holds is passed over.
    """
    statement = select(*_PARTS).where(_IS_OPEN, _is_ready(now), ~_is_paused()).order_by(outbox.c.id).limit(limit)
    if site is not None:
        statement = statement.where(outbox.c.site == site)
    rows = [_row(row) for row in conn.execute(statement.with_for_update(skip_locked=True, of=outbox))]
    taken = {"state": "sent", "sent_at": now, "lease_until": now + LEASE, "owner": owner}
    for some in chunks([row.id for row in rows]):
        more = update(outbox).where(outbox.c.id.in_(some))
        conn.execute(more.values(**taken, attempt=outbox.c.attempt + 1))
    now_ours = cast("dict[str, Any]", taken)
    return [replace(row, **now_ours, attempt=row.attempt + 1, tried_at=row.sent_at) for row in rows]


def renew(conn: Connection, row: OutboxRow, now: datetime) -> bool:
    """Lengthen the lease of a claimed write right before it is sent. False: it lapsed and somebody else has it now."""
    mine = (outbox.c.id == row.id, outbox.c.state == "sent", outbox.c.attempt == row.attempt)
    renewed = update(outbox).where(*mine, outbox.c.owner == row.owner)
    return conn.execute(renewed.values(lease_until=now + LEASE, sent_at=now)).rowcount == 1


def put_back(conn: Connection, row: OutboxRow) -> bool:
    """Give a claimed write its place in the waiting line back, if it was paused since. True when it was.

    Asked right before it is sent: what may have been sent before is still to be looked up.
    """
    state = case((_has_newer(), "replaced"), else_="planned") if row.was == "planned" else "unknown"
    mine = update(outbox).where(outbox.c.id == row.id, outbox.c.state == "sent", outbox.c.attempt == row.attempt)
    before: dict[str, object] = {"attempt": row.attempt - 1, "sent_at": row.tried_at, "lease_until": None}
    return conn.execute(mine.where(_is_paused()).values(state=state, **before)).rowcount == 1


def confirm(conn: Connection, row_id: int, remote_id: str | None, at: datetime) -> None:
    """The write was done."""
    _settle(conn, row_id, state="confirmed", remote_id=remote_id, confirmed_at=at, reason=None)


def refuse(conn: Connection, row_id: int, reason: str, at: datetime) -> None:
    """The write cannot be done: a dead letter, kept with its reason until a person or a newer write comes."""
    _settle(conn, row_id, state="refused", reason=reason, next_try_at=None, sent_at=at)


def unknown(conn: Connection, row_id: int, reason: str, look_up_at: datetime) -> None:
    """Nobody knows whether the write was done: look for it at that moment."""
    _settle(conn, row_id, state="unknown", reason=reason, next_try_at=look_up_at)


def later(conn: Connection, row_id: int, at: datetime, reason: str) -> None:
    """The write was surely not done: send it at that moment, unless a newer one with its key was planned meanwhile."""
    state = case((_has_newer(), "replaced"), else_="planned")
    _settle(conn, row_id, state=state, reason=reason, next_try_at=at)


def retry(conn: Connection, ids: Sequence[int]) -> int:
    """Send dead letters once more, but for those that a newer one has replaced. Gives how many there were."""
    dead_ones = update(outbox).where(outbox.c.id.in_(ids), outbox.c.state == "refused", ~_has_newer())
    again = {"state": "planned", "attempt": 0, "next_try_at": None, "reason": None}
    return conn.execute(dead_ones.values(**again)).rowcount


def withdraw(conn: Connection, site: str, project: str) -> int:
    """Show what rules have waiting in a project instead of sending it. What is under way is seen to its end.

    Gives how many.
    """
    waits = outbox.c.state.in_(("planned", "held"))
    mine = (outbox.c.site == site, outbox.c.project == project, waits, outbox.c.rule != UNDO)
    return conn.execute(update(outbox).where(*mine).values(state="observed", next_try_at=None)).rowcount


def echo(conn: Connection, site: str, row: int | str, at: datetime) -> int:
    """The event of our own write arrived: by row id, or by natural key for all of its open rows. Gives how many."""
    which = outbox.c.id == row if isinstance(row, int) else outbox.c.natural_key == row
    echoed = update(outbox).where(outbox.c.site == site, which, *_awaits_echo())
    return conn.execute(echoed.values(echoed_at=at)).rowcount


def recent(conn: Connection, site: str, *key_prefixes: str, since: datetime | None = None) -> list[OutboxRow]:
    """The writes whose echo has not come yet and whose natural key begins so, oldest first.

    since: without those that were confirmed before then, whose echo was lost.
    """
    begins = [and_(outbox.c.natural_key >= one, outbox.c.natural_key < one + "\U0010ffff") for one in key_prefixes]
    if not begins:
        return []
    statement = select(*_PARTS).where(outbox.c.site == site, or_(*begins), *_awaits_echo())
    if since is not None:
        statement = statement.where(or_(outbox.c.confirmed_at.is_(None), outbox.c.confirmed_at >= since))
    return [_row(row) for row in conn.execute(statement.order_by(outbox.c.id))]


def release_leases(conn: Connection, owner: str) -> int:
    """What this owner had sent before it died may be claimed at once. Gives how many."""
    left = update(outbox).where(outbox.c.state == "sent", outbox.c.owner == owner)
    return conn.execute(left.values(lease_until=None)).rowcount


def is_planned(conn: Connection, site: str) -> bool:
    """Whether a write of the site waits to be sent."""
    found = select(outbox.c.id).where(outbox.c.state == "planned", outbox.c.site == site)
    return bool(conn.execute(select(found.exists())).scalar())


def waiting(conn: Connection) -> int:
    """How many writes are not settled yet."""
    return conn.execute(select(func.count()).select_from(outbox).where(_IS_OPEN)).scalar_one()


def dead(conn: Connection, limit: int = 1000) -> list[OutboxRow]:
    """The dead letters, newest first."""
    return listed(conn, state="refused", limit=limit)


def listed(
    conn: Connection,
    *,
    site: str | None = None,
    project: str | None = None,
    state: State | None = None,
    limit: int = 100,
) -> list[OutboxRow]:
    """The newest writes, narrowed by what is given."""
    wanted = {"site": site, "project": project, "state": state}
    where = [outbox.c[name] == value for name, value in wanted.items() if value is not None]
    statement = select(*_PARTS).where(*where).order_by(outbox.c.id.desc()).limit(limit)
    return [_row(row) for row in conn.execute(statement)]


def held(conn: Connection, site: str, project: str | None = None) -> list[OutboxRow]:
    """What goes beyond its rule's limit and waits for a person's release, oldest first."""
    mine = [outbox.c.site == site, outbox.c.state == "held"]
    if project is not None:
        mine.append(outbox.c.project == project)
    return [_row(row) for row in conn.execute(select(*_PARTS).where(*mine).order_by(outbox.c.id))]


def get(conn: Connection, row_id: int) -> OutboxRow | None:
    """One write."""
    found = conn.execute(select(*_PARTS).where(outbox.c.id == row_id)).first()
    return None if found is None else _row(found)


def found(conn: Connection, *where: ColumnElement[bool]) -> list[OutboxRow]:
    """The writes for which all of this holds, oldest first."""
    return [_row(row) for row in conn.execute(select(*_PARTS).where(*where).order_by(outbox.c.id))]


def is_of_rule(name: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the rule with this full name asked for the write, alone or together with others (`risks, gate plan`)."""
    all_names = literal(", ").concat(outbox.c.rule).concat(literal(", "))
    one_name = literal(", ").concat(name).concat(literal(", "))
    return func.replace(all_names, one_name, "") != all_names


def counts_by_state(conn: Connection) -> dict[State, int]:
    """How many writes are in each state."""
    rows = conn.execute(select(outbox.c.state, func.count().label("n")).group_by(outbox.c.state))
    return {row.state: row.n for row in rows}


def _is_ready(now: datetime) -> ColumnElement[bool]:
    is_due = or_(outbox.c.next_try_at.is_(None), outbox.c.next_try_at <= now)
    has_lapsed = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
    return or_(
        and_(outbox.c.state == "planned", is_due, ~_is_under_way(), ~_must_wait(), ~_is_project_taken(now)),
        and_(outbox.c.state == "unknown", is_due, ~_is_project_taken(now)),
        and_(outbox.c.state == "sent", has_lapsed),
    )


def _is_paused() -> ColumnElement[bool]:
    """Whether a person has paused the write's site, project or rule. What takes writes back goes on."""
    kind, name = pauses.c.kind, pauses.c.name
    its_own = or_(
        kind == "site", and_(kind == "project", name == outbox.c.project), and_(kind == "rule", is_of_rule(name))
    )
    return and_(outbox.c.rule != UNDO, exists().where(pauses.c.site == outbox.c.site, its_own))


def _is_under_way() -> ColumnElement[bool]:
    earlier = outbox.alias("earlier")
    same = and_(earlier.c.site == outbox.c.site, earlier.c.natural_key == outbox.c.natural_key)
    return exists().where(same, earlier.c.id < outbox.c.id, earlier.c.state.in_(("sent", "unknown")))


def _is_project_taken(now: datetime) -> ColumnElement[bool]:
    """Whether an earlier write of the project is in somebody's hands: a project's writes leave in order."""
    earlier = outbox.alias("taken")
    same = and_(earlier.c.site == outbox.c.site, earlier.c.project == outbox.c.project)
    return exists().where(same, earlier.c.id < outbox.c.id, earlier.c.state == "sent", earlier.c.lease_until > now)


def _has_newer() -> ColumnElement[bool]:
    """Whether a newer write with the same key waits to be sent."""
    newer = outbox.alias("newer")
    same = and_(newer.c.site == outbox.c.site, newer.c.natural_key == outbox.c.natural_key)
    return exists().where(same, newer.c.id > outbox.c.id, newer.c.state == "planned")


def _must_wait() -> ColumnElement[bool]:
    """Whether the newest write under one of the keys it comes after is anything but confirmed, or missing."""
    newest = outbox.alias("newest")
    state = (
        select(newest.c.state)
        .where(newest.c.site == outbox.c.site, newest.c.natural_key == outbox_after.c.natural_key)
        .where(newest.c.state.not_in(("replaced", "observed")))
        .order_by(newest.c.id.desc())
        .limit(1)
        .correlate(outbox, outbox_after)
        .scalar_subquery()
    )
    return exists().where(outbox_after.c.outbox_id == outbox.c.id, func.coalesce(state, "") != "confirmed")


def _awaits_echo() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return outbox.c.state.in_(("sent", "unknown", "confirmed")), outbox.c.echoed_at.is_(None)


def _settle(conn: Connection, row_id: int, **values: object) -> None:
    conn.execute(update(outbox).where(outbox.c.id == row_id).values(**values, lease_until=None))


def _row(row: Row[Any]) -> OutboxRow:
    values = dict(row._mapping)
    write = rebuild(_KINDS[row.kind], row.write)
    return OutboxRow(**{**values, "write": write, "after": tuple(row.after), "was": row.state})
