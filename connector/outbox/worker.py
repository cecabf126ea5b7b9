"""The outbox's round: claim what is due, send it, note what became of it."""

import random
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connector.atlassian.failures import AtlassianFailure
from connector.atlassian.retry import wait_s
from connector.clock import Clock, SystemClock
from connector.outbox.jira_writes import JiraDesk
from connector.outbox.message_writes import MessageDesk
from connector.outbox.outcome import Done, Impossible, NotYet, Outcome, Unsure
from connector.outbox.page_writes import PageDesk
from connector.outbox.sender import send
from connector.store import outbox, pages, projects, remotes
from connector.store.engine import reading, writing
from connector.store.locks import held_lock
from connector.store.outbox import OutboxRow

log = structlog.get_logger()

AT_ONCE = 40
GIVE_UP_AFTER = timedelta(days=3)
LEAST_ATTEMPTS = 20
"""A write that could not be done for so long and so often becomes a dead letter, with the last reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """The way out over one database. `desks` gives the desks of a site, one pair for each thread that asks.

    `messages` is the desk of those writes that go to no site.
    """

    engine: Engine
    desks: Callable[[str], tuple[JiraDesk, PageDesk]]
    messages: MessageDesk
    owner: str
    real: Clock = field(default_factory=SystemClock)
    jitter: Callable[[], float] = field(default=lambda: random.uniform(0.7, 1.3))
    threads: int = 4

    def send_due(self, limit: int = AT_ONCE) -> int:
        """Send what is due now. One project's writes go one after another, in order. Gives how many rows were taken."""
        with writing(self.engine) as conn:
            # One claim after another, so that each sees which projects the one before it has taken.
            is_ours = held_lock(conn, "outbox")
            rows = outbox.claim(conn, self.real.now(), limit, owner=self.owner) if is_ours else []
        by_project: defaultdict[tuple[str, str], list[OutboxRow]] = defaultdict(list)
        for row in rows:
            by_project[(row.site, row.project)].append(row)
        if len(by_project) == 1:
            self._send_all(rows)
        elif by_project:
            with ThreadPoolExecutor(min(self.threads, len(by_project))) as pool:
                list(pool.map(self._send_all, by_project.values()))
        return len(rows)

    def _send_all(self, rows: list[OutboxRow]) -> None:
        for row in rows:
            with writing(self.engine) as conn:
                is_still_ours = outbox.renew(conn, row, self.real.now()) and not outbox.put_back(conn, row)
            if not is_still_ours:
                # Its lease lapsed and somebody else has it, or it was paused since it was claimed.
                continue
            self._settle(row, self._send(row))

    def _send(self, row: OutboxRow) -> Outcome:
        """Send one row. One that cannot even be sent properly must not hold up those behind it."""
        try:
            return send(row, self.desks, self.messages)
        except AtlassianFailure as failure:
            # Only making the client lets one through: nothing was sent.
            return NotYet(reason=str(failure))
        except Exception as error:
            log.exception("write failed", **_about(row))
            return Unsure(reason=f"it could not be carried out: {type(error).__name__}")

    def _settle(self, row: OutboxRow, outcome: Outcome) -> None:
        """Note what came of a row. A newer one may be planned at that very moment: the second look finds it."""
        try:
            with writing(self.engine) as conn:
                self._note(conn, row, outcome)
        except IntegrityError:
            with writing(self.engine) as conn:
                self._note(conn, row, outcome)

    def _note(self, conn: Connection, row: OutboxRow, outcome: Outcome) -> None:
        now = self.real.now()
        if not isinstance(outcome, Done) and not outbox.renew(conn, row, now):
            # Its lease lapsed and somebody else has it: what we know of it is old.
            return
        match outcome:
            case Done():
                self._note_done(conn, row, outcome, now)
            case Impossible():
                outbox.refuse(conn, row.id, outcome.reason, now)
                log.warning("refused", **_about(row), reason=outcome.reason)
            case NotYet() | Unsure() if row.attempt >= LEAST_ATTEMPTS and now - row.created_at > GIVE_UP_AFTER:
                outbox.refuse(conn, row.id, f"given up after {row.attempt} attempts: {outcome.reason}", now)
                log.warning("given up", **_about(row), reason=outcome.reason)
            case NotYet() if row.needs_look_up:
                # This time it was not sent; whether it was an earlier time is still to be found out.
                outbox.unknown(conn, row.id, outcome.reason, now + self._wait(row, outcome.wait_s, now))
                log.info("put off", **_about(row), reason=outcome.reason)
            case NotYet():
                outbox.later(conn, row.id, now + self._wait(row, outcome.wait_s, now), outcome.reason)
                log.info("put off", **_about(row), reason=outcome.reason)
            case Unsure():
                outbox.unknown(conn, row.id, outcome.reason, now + self._wait(row, outcome.wait_s, now))
                log.info("outcome unknown", **_about(row), reason=outcome.reason)

    def _note_done(self, conn: Connection, row: OutboxRow, done: Done, now: datetime) -> None:
        if done.remote_id is not None:
            remotes.remember(conn, row.site, row.natural_key, done.remote_id)
        if done.is_gone:
            remotes.forget(conn, row.site, row.natural_key)
        if done.page is not None:
            left = done.page
            pages.save(conn, row.site, row.natural_key, left.page_id, left.version, left.fingerprints, now)
            if left.was_written:
                projects.pages_written(conn, row.site, row.project, now)
        outbox.confirm(conn, row.id, done.remote_id, now)
        log.info("delivered", **_about(row))

    def _wait(self, row: OutboxRow, asked_s: float | None, now: datetime) -> timedelta:
        return timedelta(seconds=wait_s(row.attempt, asked_s, now, self.jitter()))


def message_desk(engine: Engine, file: Path | None) -> MessageDesk:
    """A desk for messages that remembers in the database which address has which message."""

    def has_it(site: str, natural_key: str) -> bool:
        with reading(engine) as conn:
            return remotes.find(conn, site, natural_key) is not None

    def note(site: str, natural_key: str) -> None:
        with writing(engine) as conn:
            remotes.remember(conn, site, natural_key, "sent")

    return MessageDesk(file=file, has_it=has_it, note=note)


def remote_finder(engine: Engine, site: str) -> Callable[[str], str | None]:
    """Finds the product's id of what a natural key names."""

    def find(natural_key: str) -> str | None:
        with reading(engine) as conn:
            return remotes.find(conn, site, natural_key)

    return find


def page_finder(engine: Engine, site: str) -> Callable[[str], pages.WrittenPage | None]:
    """Finds the state in which we last left a page."""

    def find(natural_key: str) -> pages.WrittenPage | None:
        with reading(engine) as conn:
            return pages.get(conn, site, natural_key)

    return find


def _about(row: OutboxRow) -> dict[str, object]:
    return {
        "outbox_id": row.id,
        "project": row.project,
        "write": row.natural_key,
        "rule": row.rule,
        "attempt": row.attempt,
    }
