"""A house in a database that is thrown away: the real event path and rollup, under rules that are only tried out.

Whoever plays on it tells letters and days, one after the other, and looks at what was decided. `carry_out` then takes
decided writes for done, as if a product had, so that later decisions see them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from connector.core.actions import EnsureLabel, SetIssueFields, SetIssueProperty, WritePage
from connector.core.errors import ConnectorError
from connector.core.events import EntitySeen, Event, IssueSeen, Origin
from connector.core.issue import Issue
from connector.pages.templates import Template
from connector.pipeline.absorb import absorb, learn_statuses
from connector.pipeline.batch import Pipeline
from connector.rehearsal.letters import Moments, Told, as_letter, tick_told
from connector.rollup import RolledUp, Rollup
from connector.siterules import SiteRules
from connector.store import accounts, inbox, issues, outbox, pages, projects, remotes, timers, written
from connector.store.accounts import OwnAccount
from connector.store.engine import reading, writing
from connector.store.outbox import OutboxRow
from connector.store.scratch import scratch_engine

US = "lifecycle-connector"
"""Who the connector is where no account of it is known."""


Ticks = Callable[[Engine, datetime], object]


class BadLetter(ConnectorError):
    """A letter of a rehearsal could not be carried through."""


@dataclass(slots=True)
class LedClock:
    """A clock that the rehearsal leads."""

    moment: datetime

    def now(self) -> datetime:
        """The moment that was last set."""
        return self.moment


@dataclass(slots=True)
class Answers:
    """Reads from what is at hand, instead of from the products."""

    pages: dict[str, tuple[Event, ...]] = field(default_factory=dict)

    def issues(self, site: str, ids: Iterable[str]) -> list[Event] | None:
        """Nothing: letters of a rehearsal tell their issues whole."""
        return []

    def page(self, site: str, page_id: str) -> list[Event] | None:
        """The page as it was last set."""
        return list(self.pages.get(page_id, ()))


@dataclass(slots=True)
class Overlay:
    """What simulated writes left in fields, until history itself changes the field."""

    by_issue: dict[str, dict[str, tuple[object, datetime]]] = field(default_factory=dict)

    def put(self, issue_id: str, values: Mapping[str, object], at: datetime) -> None:
        """These fields hold these values from now on."""
        self.by_issue.setdefault(issue_id, {}).update({name: (value, at) for name, value in values.items()})

    def over(self, issue: Issue) -> Issue:
        """The issue with what was written since its own history last touched the field."""
        held = self.by_issue.get(issue.id)
        if not held:
            return issue
        changed = {one.field_id: one.at for one in issue.changes}
        values = {name: value for name, (value, at) in held.items() if name not in changed or changed[name] <= at}
        return replace(issue, fields={**issue.fields, **values})


@dataclass(slots=True)
class Scratch:
    """The house. `account` is the id of our own user, `seen` the id of the last outbox row that was looked at.

    `ticks` puts what is due by a moment into the inbox (days, weeks, schedules); without it whoever plays tells days.
    """

    engine: Engine
    ground: SiteRules
    clock: LedClock
    answers: Answers
    pipeline: Pipeline
    rollup: Rollup
    account: str
    ticks: Ticks | None = None
    overlay: Overlay = field(default_factory=Overlay)
    moments: Moments = field(default_factory=Moments)
    letters: int = 0
    seen: int = 0

    def absorb(self, events: Iterable[Event]) -> None:
        """Let the mirror know these; no rule answers."""
        absorb(self.engine, self.ground.site, tuple(events))

    def tell(self, told: Told) -> int:
        """Carry one letter through. Gives its inbox id. Raises BadLetter."""
        self._wait_until(told.at)
        return self._put(told)

    def ring(self, until: datetime) -> None:
        """Let the clock come to this moment: what is due by then is told."""
        self._wait_until(until)
        if self.ticks is not None:
            self.ticks(self.engine, self.clock.moment)
            self._carry_waiting()

    def _wait_until(self, until: datetime) -> None:
        """Lead the clock there; the waits of rules that are over by then end each at its own moment."""
        while self.clock.moment < until:
            with reading(self.engine) as conn:
                over = next(iter(timers.due(conn, self.ground.site, until, 1)), None)
            self.clock.moment = until if over is None else max(over.due_at, self.clock.moment)
            if over is not None:
                self._put(tick_told("timer.due", over.project, self.clock.moment, rule=over.rule, issue=over.issue))

    def _put(self, told: Told) -> int:
        self.letters += 1
        with writing(self.engine) as conn:
            (row_id,) = inbox.put(conn, [as_letter(told, self.ground.site, self.letters)])
        assert row_id is not None, "the number makes each letter one of its own"
        self._carry_waiting()
        return row_id

    def _carry_waiting(self) -> None:
        with reading(self.engine) as conn:
            waiting = inbox.peek(conn, limit=500)
        for row in waiting:
            self.pipeline.take(row)
            with reading(self.engine) as conn:
                after = inbox.get(conn, row.id)
            if after is None or after.state != "done":
                why = after.reason if after is not None else "it is gone"
                raise BadLetter(f"the letter {row.name or row.source} of {row.received_at} was set aside: {why}")

    def roll_up(self, key: str, at: datetime) -> RolledUp | None:
        """Roll the project up as of this moment."""
        self.ring(at)
        return self.rollup.run(self.ground.site, key, is_urgent=True)

    def decided(self) -> list[OutboxRow]:
        """What was decided since this was last asked."""
        with reading(self.engine) as conn:
            rows = written.since(conn, self.seen)
            self.seen = max(self.seen, written.last_id(conn))
        return rows

    def carry_out(self, rows: Iterable[OutboxRow]) -> None:
        """Take planned writes for done, echo and all."""
        done = [row for row in rows if row.state == "planned"]
        if not done:
            return
        now, site = self.clock.now(), self.ground.site
        with writing(self.engine) as conn:
            for row in done:
                remote = f"remote {row.id}"
                outbox.confirm(conn, row.id, remote, now)
                outbox.echo(conn, site, row.id, now)
                remotes.remember(conn, site, row.natural_key, remote)
                if isinstance(row.write, WritePage):
                    pages.save(conn, site, row.natural_key, remote, 1, row.write.fingerprints(), now)
                    projects.pages_written(conn, site, row.project, now)
        for row in done:
            self._show(row)

    def forget_letters(self) -> None:
        """Drop the letters that were carried through: nobody asks for them again."""
        with writing(self.engine) as conn:
            inbox.drop_done(conn)

    def issue(self, issue_id: str) -> Issue | None:
        """The issue as the scratch mirror has it."""
        with reading(self.engine) as conn:
            found = issues.load(conn, self.ground.site, [issue_id], with_changes=True).get(issue_id)
        return found.issue if found else None

    def _show(self, row: OutboxRow) -> None:
        """Let the mirror know what the write left. Comments, moves and made things are not played on."""
        at = self.moments.after(self.clock.now())
        origin = Origin(site=self.ground.site, name="issue.seen", at=at, actor=self.account, is_live=False)
        match row.write:
            case SetIssueFields() as write:
                self._set(write.issue, dict(write.values), origin)
            case EnsureLabel() as write:
                issue = self.issue(write.issue)
                labels = issue.fields.get("labels") if issue else None
                held = list(labels) if isinstance(labels, list) else []
                self._set(write.issue, {"labels": [*(one for one in held if one != write.label), write.label]}, origin)
            case SetIssueProperty() as write:
                seen = EntitySeen(
                    origin=replace(origin, name="property.seen"),
                    kind="property",
                    id=f"{write.issue}:{write.name}",
                    data={"key": write.name, "value": write.value},
                    parent=write.issue,
                )
                self.absorb([seen])

    def _set(self, issue_id: str, values: Mapping[str, object], origin: Origin) -> None:
        issue = self.issue(issue_id)
        if issue is None:
            return
        self.overlay.put(issue_id, values, origin.at)
        fields = {**issue.fields, **values, "updated": origin.at.isoformat()}
        self.absorb([IssueSeen(origin=origin, issue_id=issue_id, key=issue.key, fields=fields)])


@contextmanager
def scratch(
    ground: SiteRules,
    templates: Mapping[str, Template],
    project: str,
    now: datetime,
    *,
    name: str | None = None,
    categories: Mapping[str, str] | None = None,
    account: str = US,
    ticks: Ticks | None = None,
) -> Iterator[Scratch]:
    """A house with one project that writes, whose mirror is empty. categories: status id → category."""
    with scratch_engine() as engine:
        clock, answers = LedClock(now), Answers()
        pipeline = Pipeline(
            engine=engine,
            clock=clock,
            rules_of=lambda site: ground if site == ground.site else None,
            reader=answers,
            real=clock,
            templates=lambda: templates,
        )
        rollup = Rollup(
            engine=engine,
            clock=clock,
            rules_of=lambda site: ground if site == ground.site else None,
            templates=lambda: templates,
            page_window_s=timedelta(0).total_seconds(),
            real=clock,
        )
        with writing(engine) as conn:
            for product in ("jira", "confluence"):
                accounts.remember(conn, OwnAccount(site=ground.site, product=product, account_id=account, name=US))
            projects.ensure(conn, ground.site, project, name or project, now)
            projects.set_mode(conn, ground.site, project, "write")
        learn_statuses(engine, ground.site, categories or {})
        yield Scratch(
            engine=engine,
            ground=ground,
            clock=clock,
            answers=answers,
            pipeline=pipeline,
            rollup=rollup,
            account=account,
            ticks=ticks,
        )
