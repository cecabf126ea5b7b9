"""One batch: claim, normalise, mirror, judge, mark dirty and finish, all in one transaction.

A letter that makes its batch fail is found by halving and set aside alone; the others go through.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from connector import metrics
from connector.clock import BadClock, Clock, SystemClock
from connector.core.events import EntitySeen, Event, IssueSeen
from connector.core.mirror import needs_read
from connector.core.steering import awake
from connector.normalise.letter import SOURCES, Letter
from connector.normalise.read import normalise
from connector.normalise.verdict import Unreadable
from connector.pages.templates import Template
from connector.pipeline.absorb import PIPELINE
from connector.pipeline.bench import Bench, read_marks
from connector.pipeline.echoes import close_echoes
from connector.pipeline.judging import judge_letter
from connector.pipeline.mirroring import Mirrored, Slice, apply_letter, load_slice, save_slice
from connector.pipeline.reader import Reader
from connector.pipeline.routing import routed
from connector.pipeline.storing import store_plans
from connector.pipeline.unjudged import caught_up, keep_waiting, learn, read_waiting
from connector.pipeline.unread import Unread, note_unread
from connector.siterules import NotReady, SiteRules
from connector.store import accounts, inbox, issues, pauses, projects, timers
from connector.store.engine import reading, writing
from connector.store.inbox import InboxRow
from connector.store.locks import held_lock

log = structlog.get_logger()

BATCH = 200
BATCH_BYTES = 16 * 1024 * 1024
_WORLDS_FAULT = (OperationalError, InterfaceError, OSError, BadClock)
"""What fails whatever the letter says: the batch is tried again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a batch did: letters taken, writes planned, and whether a project wants its rollup at once."""

    letters: int = 0
    planned: int = 0
    is_urgent: bool = False

    def __add__(self, other: "Taken") -> "Taken":
        """Two parts of a batch together."""
        return Taken(
            letters=self.letters + other.letters,
            planned=self.planned + other.planned,
            is_urgent=self.is_urgent or other.is_urgent,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The event path over one database. `rules_of` gives the rules in force at a site, None where it is not ours."""

    engine: Engine
    clock: Clock
    rules_of: Callable[[str], SiteRules | None]
    reader: Reader
    real: Clock = field(default_factory=SystemClock)
    templates: Callable[[], Mapping[str, Template]] = dict

    def take_batch(self, limit: int = BATCH) -> Taken:
        """Carry the oldest waiting letters through. Reads from the products happen before the transaction."""
        waiting, ground = self._waiting(limit)
        taken = self._take(waiting, ground) if waiting else Taken()
        metrics.EVENTS_HANDLED.inc(taken.letters)
        return taken

    def take(self, row: InboxRow) -> Taken:
        """Carry this one letter through, if it still waits; for rehearsals, in which no other goes before it."""
        return self._take([row], {row.site: self.rules_of(row.site)})

    def _waiting(self, limit: int) -> tuple[list[InboxRow], dict[str, SiteRules | None]]:
        """The oldest letters that can be judged now, and their sites' rules.

        A site whose rules are not at hand holds up its own letters alone. Raises NotReady when all that waits does.
        """
        unready: dict[str, NotReady] = {}
        while True:
            with reading(self.engine) as conn:
                waiting = inbox.peek(conn, limit=limit, most_bytes=BATCH_BYTES, but_sites=unready)
            ground: dict[str, SiteRules | None] = {}
            for site in dict.fromkeys(row.site for row in waiting):
                try:
                    ground[site] = self.rules_of(site)
                except NotReady as problem:
                    unready[site] = problem
            if all(row.site in ground for row in waiting):
                break
        if not waiting and unready:
            raise next(iter(unready.values()))
        return waiting, ground

    def _take(self, waiting: list[InboxRow], ground: Mapping[str, SiteRules | None]) -> Taken:
        """Carry these letters through in one transaction, or in two when one of them does not let the others."""
        try:
            return self._take_all(waiting, ground)
        except _WORLDS_FAULT:
            raise
        except Exception as error:
            if len(waiting) == 1:
                log.exception("letter set aside", inbox_id=waiting[0].id, name=waiting[0].name)
                return self._set_aside(waiting[0], f"it could not be carried through: {type(error).__name__}")
        middle = len(waiting) // 2
        return self._take(waiting[:middle], ground) + self._take(waiting[middle:], ground)

    def _take_all(self, waiting: list[InboxRow], ground: Mapping[str, SiteRules | None]) -> Taken:
        told = {row.id: _read(row) for row in waiting}
        extra, unread = self._read_up([row for row in waiting if ground[row.site] is not None], told)
        with writing(self.engine) as conn:
            if not held_lock(conn, PIPELINE):
                return Taken()
            for site, some in unread.items():
                note_unread(conn, site, some)
            still = inbox.hold(conn, [row.id for row in waiting])
            return self._carry(conn, [row for row in waiting if row.id in still], ground, told, extra)

    def _set_aside(self, row: InboxRow, reason: str) -> Taken:
        with writing(self.engine) as conn:
            if inbox.hold(conn, [row.id]):
                inbox.set_aside(conn, row.id, reason)
        return Taken(letters=1)

    def _read_up(
        self, rows: list[InboxRow], told: Mapping[int, tuple[Event, ...] | Unreadable]
    ) -> tuple[dict[int, tuple[Event, ...]], dict[str, Unread]]:
        """What letters left out, read from the products now, by the letter that first needs it; by site what was not.

        A site that could not be asked does not hold its letters up.
        """
        found: defaultdict[int, list[Event]] = defaultdict(list)
        unread: dict[str, Unread] = {}
        for site in dict.fromkeys(row.site for row in rows):
            seen = [(row.id, event) for row in rows if row.site == site for event in _events(told[row.id])]
            wanted = self._unknown_issues(site, seen)
            issues_read = self.reader.issues(site, list(wanted))
            for event in issues_read or ():
                owner = wanted.get(_issue_id(event))
                if owner is not None:
                    found[owner].append(event)
            pages = {one.id: row_id for row_id, one in reversed(seen) if isinstance(one, EntitySeen) and _is_short(one)}
            pages_read = {page_id: self.reader.page(site, page_id) for page_id in pages}
            for page_id, row_id in pages.items():
                found[row_id].extend(pages_read[page_id] or ())
            missed = tuple(page_id for page_id, events in pages_read.items() if events is None)
            if missed or issues_read is None:
                unread[site] = Unread(issues=tuple(wanted) if issues_read is None else (), pages=missed)
        return {row_id: tuple(events) for row_id, events in found.items()}, unread

    def _unknown_issues(self, site: str, seen: list[tuple[int, Event]]) -> dict[str, int]:
        """The issues of which the mirror holds too little, with the letter that told of each first."""
        sightings = [(row_id, event) for row_id, event in seen if isinstance(event, IssueSeen)]
        with reading(self.engine) as conn:
            known = issues.load(conn, site, {event.issue_id for _, event in sightings})
        wanted: dict[str, int] = {}
        for row_id, event in sightings:
            stored = known.get(event.issue_id)
            if needs_read(stored.issue if stored else None, event):
                wanted.setdefault(event.issue_id, row_id)
        return wanted

    def _carry(
        self,
        conn: Connection,
        rows: list[InboxRow],
        ground: Mapping[str, SiteRules | None],
        told: Mapping[int, tuple[Event, ...] | Unreadable],
        extra: Mapping[int, tuple[Event, ...]],
    ) -> Taken:
        problems = {row.id: problem for row in rows if (problem := _problem(row, ground, told))}
        for row in rows:
            if row.id in problems:
                inbox.set_aside(conn, row.id, problems[row.id])
                log.warning("letter set aside", inbox_id=row.id, name=row.name, reason=problems[row.id])
        done = Taken(letters=len(rows))
        for site, rules in ground.items():
            own = [row for row in rows if row.site == site and row.id not in problems]
            if rules is not None and own:
                events = {row.id: (*_events(told[row.id]), *extra.get(row.id, ())) for row in own}
                done += self._carry_site(conn, rules, own, events)
        inbox.finish(conn, [row.id for row in rows if row.id not in problems], self.real.now())
        return done

    def _carry_site(
        self, conn: Connection, rules: SiteRules, rows: list[InboxRow], events: Mapping[int, tuple[Event, ...]]
    ) -> Taken:
        site = rules.site
        piece = load_slice(conn, site, [event for row in rows for event in events[row.id]])
        mirrored = {row.id: apply_letter(piece, events[row.id]) for row in rows}
        save_slice(conn, piece)
        touched = routed(conn, rules, mirrored.values())
        for key in sorted(touched):
            projects.ensure(conn, site, key, at=self.clock.now())
        own = accounts.of_site(conn, site)
        jira = own.get("jira")
        paused = pauses.paused(conn, site)
        bench = Bench(
            conn=conn,
            site=replace(rules, rulebook=awake(rules.rulebook, paused)),
            piece=piece,
            account=jira.account_id if jira else None,
            now=self.clock.now(),
            real_now=self.real.now(),
            run=f"events {uuid.uuid4().hex[:12]}",
            paused=paused,
            templates=self.templates,
            rows={row.key: row for row in projects.all_of(conn, site)},
            marks=read_marks(conn, site, piece.issues),
            timers=_running(conn, rules, piece),
            waiting=read_waiting(conn, site, piece.issues),
        )
        ours = frozenset(one.account_id for one in own.values())
        for row in rows:
            bench.cause = f"inbox {row.id}"
            self._judge(bench, mirrored[row.id], ours)
        keep_waiting(conn, site, bench.learnt)
        planned = store_plans(bench)
        changed = routed(conn, rules, [one for one in mirrored.values() if one.is_changed])
        projects.mark_dirty(conn, site, changed)
        projects.mark_dirty(conn, site, bench.urgent, urgent=True)
        return Taken(planned=planned, is_urgent=bool(bench.urgent))

    def _judge(self, bench: Bench, mirrored: Mirrored, ours: frozenset[str]) -> None:
        """Our own write's echo starts no rule; what told nothing new starts none either, unless it was read before."""
        is_echo = close_echoes(bench.conn, bench.site, mirrored, ours, bench.real_now)
        heard = mirrored if mirrored.is_changed else caught_up(bench.waiting, mirrored)
        if heard is not None and not is_echo:
            judge_letter(bench, heard)
        learnt = learn(bench.waiting, mirrored, is_told=True)
        bench.waiting.update(learnt)
        bench.learnt.update(learnt)


def _running(conn: Connection, rules: SiteRules, piece: Slice) -> set[tuple[str, str]]:
    """The waits of rules for the issues of a batch."""
    books = (rules.rulebook, *rules.rulebook.variants.values())
    waits = any(rule.unless_done_within is not None for book in books for rule in book.automations)
    return set(timers.running(conn, rules.site, piece.issues)) if waits else set()


def _read(row: InboxRow) -> tuple[Event, ...] | Unreadable:
    letter = Letter(
        site=row.site,
        source=SOURCES[row.source],
        name=row.name,
        body=row.body,
        trace=row.trace,
        received_at=row.received_at,
        is_live=row.is_live,
    )
    try:
        return normalise(letter)
    except Unreadable as problem:
        return problem


def _problem(
    row: InboxRow, ground: Mapping[str, SiteRules | None], told: Mapping[int, tuple[Event, ...] | Unreadable]
) -> str | None:
    """Why the letter cannot be carried through; None when it can."""
    if ground[row.site] is None:
        return f"site {row.site} is not in the settings; name it there again and replay the letter"
    found = told[row.id]
    return str(found)[:500] if isinstance(found, Unreadable) else None


def _events(told: tuple[Event, ...] | Unreadable) -> tuple[Event, ...]:
    return () if isinstance(told, Unreadable) else told


def _is_short(seen: EntitySeen) -> bool:
    """Whether a page's payload told too little of it (Confluence's never tell the text)."""
    return seen.kind == "page" and seen.is_trimmed


def _issue_id(event: Event) -> str:
    if isinstance(event, IssueSeen):
        return event.issue_id
    return event.parent or "" if isinstance(event, EntitySeen) else ""
