"""Letters as they came, in the order of their arrival."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Row, delete, func, literal_column, select, update

from connector.store.statements import chunks, insert
from connector.store.tables import inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """A letter for the inbox. `delivery` is the sender's id of it; without one its body alone tells it from others.

    source: jira, confluence or clock. `body_hash` is the SHA-256 of the body in hex.
    """

    site: str
    source: str
    delivery: str | None
    body_hash: str
    name: str | None
    trace: str | None
    received_at: datetime
    body: bytes
    is_live: bool = True

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What two copies of one letter share: site, source, delivery and hash."""
        return (self.site, self.source, self.delivery or f"sha256:{self.body_hash}", self.body_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A letter in the inbox. state: waiting, done or aside; `reason` says why it was set aside."""

    id: int
    site: str
    source: str
    delivery: str
    body_hash: str
    name: str | None
    trace: str | None
    received_at: datetime
    body: bytes
    is_live: bool
    state: str
    reason: str | None
    finished_at: datetime | None


_COLUMNS = [inbox.c[name] for name in InboxRow.__dataclass_fields__]
# Written out, not bound: a partial index serves only a condition that the database can read.
_IS_WAITING = inbox.c.state == literal_column("'waiting'")
_IS_ASIDE = inbox.c.state == literal_column("'aside'")
_IDENTITY = (inbox.c.site, inbox.c.source, inbox.c.delivery, inbox.c.body_hash)


def put(conn: Connection, letters: Sequence[NewLetter]) -> list[int | None]:
    """Store the letters in one statement. Gives the row id of each, None for one that was seen before."""
    if not letters:
        return []
    statement = insert(conn, inbox).on_conflict_do_nothing().returning(inbox.c.id, *_IDENTITY)
    stored = conn.execute(statement, [_values(letter) for letter in letters])
    # Two copies in one call have one id: the first takes it.
    ids: dict[tuple[str, ...], int] = {tuple(rest): row_id for row_id, *rest in stored}
    return [ids.pop(letter.identity, None) for letter in letters]


def claim(conn: Connection, *, limit: int, site: str | None = None) -> list[InboxRow]:
    """The oldest waiting letters, this transaction's own until it ends; those another one holds are passed over."""
    statement = select(*_COLUMNS).where(_IS_WAITING).order_by(inbox.c.id).limit(limit)
    if site is not None:
        statement = statement.where(inbox.c.site == site)
    return [_row(row) for row in conn.execute(statement.with_for_update(skip_locked=True))]


def peek(
    conn: Connection, *, limit: int, most_bytes: int | None = None, but_sites: Collection[str] = ()
) -> list[InboxRow]:
    """The oldest waiting letters, for who reads ahead; nobody is kept from them.

    most_bytes: no more letters than have bodies of this size together, but always the oldest one.
    but_sites: leaves out these sites' letters.
    """
    statement = select(inbox.c.id, func.length(inbox.c.body).label("size")).where(_IS_WAITING)
    if but_sites:
        statement = statement.where(inbox.c.site.not_in(but_sites))
    oldest = list(conn.execute(statement.order_by(inbox.c.id).limit(limit)))
    sizes = accumulate(row.size for row in oldest)
    ids = [row.id for n, (row, size) in enumerate(zip(oldest, sizes, strict=True)) if n == 0 or _fits(size, most_bytes)]
    found = [row for some in chunks(ids) for row in conn.execute(select(*_COLUMNS).where(inbox.c.id.in_(some)))]
    return sorted((_row(row) for row in found), key=lambda row: row.id)


def hold(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Which of these letters still wait: they are this transaction's own until it ends. Reads no bodies."""
    found: set[int] = set()
    for some in chunks(ids):
        mine = select(inbox.c.id).where(_IS_WAITING, inbox.c.id.in_(some)).with_for_update(skip_locked=True)
        found.update(conn.execute(mine).scalars())
    return found


def finish(conn: Connection, ids: Sequence[int], at: datetime) -> None:
    """Mark letters as carried through."""
    for some in chunks(ids):
        conn.execute(update(inbox).where(inbox.c.id.in_(some)).values(state="done", reason=None, finished_at=at))


def set_aside(conn: Connection, row_id: int, reason: str) -> None:
    """Take a letter out of the way that cannot be carried through, for a person to look at."""
    conn.execute(update(inbox).where(inbox.c.id == row_id).values(state="aside", reason=reason))


def requeue(conn: Connection, ids: Sequence[int]) -> None:
    """Let letters wait again, whatever became of them."""
    for some in chunks(ids):
        again = update(inbox).where(inbox.c.id.in_(some))
        conn.execute(again.values(state="waiting", reason=None, finished_at=None))


def drop_done(conn: Connection) -> None:
    """Forget the letters that were carried through: for rehearsals, which need them no longer."""
    conn.execute(delete(inbox).where(inbox.c.state == "done"))


def newest(conn: Connection, site: str, *, before: int | None = None, limit: int = 200) -> list[InboxRow]:
    """The newest letters of a site, newest first; those with smaller ids than `before`, for reading on."""
    older = [inbox.c.id < before] if before is not None else []
    statement = select(*_COLUMNS).where(inbox.c.site == site, *older).order_by(inbox.c.id.desc()).limit(limit)
    return [_row(row) for row in conn.execute(statement)]


def by_delivery(conn: Connection, site: str, delivery: str) -> list[InboxRow]:
    """The letters that the sender gave this id, oldest first."""
    mine = (inbox.c.site == site, inbox.c.delivery == delivery)
    return [_row(row) for row in conn.execute(select(*_COLUMNS).where(*mine).order_by(inbox.c.id))]


def is_waiting(conn: Connection, site: str) -> bool:
    """Whether a letter of the site waits."""
    return bool(conn.execute(select(select(inbox.c.id).where(_IS_WAITING, inbox.c.site == site).exists())).scalar())


def waiting(conn: Connection) -> int:
    """How many letters wait."""
    return conn.execute(select(func.count()).where(_IS_WAITING)).scalar_one()


def aside(conn: Connection, limit: int = 100) -> list[InboxRow]:
    """The letters that were set aside, newest first."""
    statement = select(*_COLUMNS).where(_IS_ASIDE).order_by(inbox.c.id.desc()).limit(limit)
    return [_row(row) for row in conn.execute(statement)]


def count_aside(conn: Connection) -> int:
    """How many letters were set aside."""
    return conn.execute(select(func.count()).where(_IS_ASIDE)).scalar_one()


def get(conn: Connection, row_id: int) -> InboxRow | None:
    """One letter."""
    found = conn.execute(select(*_COLUMNS).where(inbox.c.id == row_id)).first()
    return None if found is None else _row(found)


def _fits(size: int, most_bytes: int | None) -> bool:
    return most_bytes is None or size <= most_bytes


def _values(letter: NewLetter) -> Mapping[str, object]:
    return {
        "site": letter.site,
        "source": letter.source,
        "delivery": letter.identity[2],
        "body_hash": letter.body_hash,
        "name": letter.name,
        "trace": letter.trace,
        "received_at": letter.received_at,
        "body": letter.body,
        "is_live": letter.is_live,
        "state": "waiting",
    }


def _row(row: Row[Any]) -> InboxRow:
    return InboxRow(**row._mapping)
