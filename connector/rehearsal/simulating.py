"""A project's history under other rules, day by day: what would have fired, when, and what would have come of it.

The whole past is played on a scratch house, so that gates, bands and natural keys carry along; only what falls between
the two days is told. What people did stays as it was, whatever the simulated rules would have said to them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from connector.core.findings import Findings
from connector.core.issue import Issue
from connector.core.rulebook import ProjectRules
from connector.pages.templates import Template
from connector.rehearsal.history import Happened, Past, happenings
from connector.rehearsal.scratch import US, Scratch, Ticks, scratch
from connector.rehearsal.simulated import Fired, OfRule, Simulated, Turned
from connector.rehearsal.telling import Naming, headline, shown, told_write
from connector.siterules import SiteRules
from connector.store.outbox import OutboxRow

MOST_FIRED = 20_000
"""So many writes are told one by one; more are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The project and the days, both included, that a simulation is about."""

    project: str
    since: date
    until: date


def simulate(
    past: Past,
    ground: SiteRules,
    templates: Mapping[str, Template],
    span: Span,
    *,
    ticks: Ticks,
    on_day: Callable[[date], None] = lambda _: None,
) -> Simulated:
    """Play the past under these rules. Same past and same rules, same result.

    ticks: puts the ticks that are due by a moment into the inbox of a database. on_day: told as each day begins.
    """
    own = ground.rulebook.project_for(span.project)
    assert own is not None, "the caller has looked"
    happened = _until(happenings(past), _midnight(span.until + timedelta(days=1), own.timezone))
    first = min(span.since, happened[0].at.astimezone(own.timezone).date()) if happened else span.since
    began, account = _midnight(first, own.timezone), past.account or US
    with scratch(
        ground, templates, span.project, began, categories=past.categories, ticks=ticks, account=account
    ) as house:
        play = _Play(house=house, past=past, own=own, span=span)
        play.past = replace(past, over=play.over)
        # Made anew, because their letters show what is written meanwhile.
        again = _until(happenings(play.past), _midnight(span.until + timedelta(days=1), own.timezone))
        by_day = {day: list(some) for day, some in groupby(again, key=lambda one: _day(one, own.timezone))}
        for day in _days(first, span.until):
            on_day(day)
            play.day(day, by_day.pop(day, []))
    return play.told()


@dataclass(slots=True)
class _Play:
    """A simulation under way."""

    house: Scratch
    past: Past
    own: ProjectRules
    span: Span
    events: int = 0
    untold: int = 0
    fired: list[Fired] = field(default_factory=list)
    turned: list[Turned] = field(default_factory=list)
    counts: dict[str, "_Count"] = field(default_factory=dict)
    stood: dict[str, str] = field(default_factory=dict)

    def over(self, issue: Issue) -> Issue:
        """The issue with what was written on it, under a moment of its own."""
        written = self.house.overlay.over(issue)
        at = self.house.moments.after(issue.updated or self.house.clock.now())
        return replace(written, fields={**written.fields, "updated": at.isoformat()})

    @property
    def has_schedules(self) -> bool:
        """Whether rules wait for times within a day."""
        rules = self.house.ground.for_project(self.span.project).rulebook.automations
        return any("schedule" in rule.when for rule in rules)

    def day(self, day: date, happened: Sequence[Happened]) -> None:
        """One day from its midnight to its last second."""
        is_told, began = day >= self.span.since, _midnight(day, self.own.timezone)
        self._ring(began, is_told=is_told)
        hours = [began + timedelta(hours=n) for n in range(1, 24)] if self.has_schedules else []
        for one in happened:
            for hour in [hour for hour in hours if self.house.clock.moment < hour <= one.at]:
                self._ring(hour, is_told=is_told)
            self._tell(one, is_told=is_told)
        for hour in [hour for hour in hours if self.house.clock.moment < hour]:
            self._ring(hour, is_told=is_told)
        if is_told or happened:
            ended = _midnight(day + timedelta(days=1), self.own.timezone) - timedelta(seconds=1)
            done = self.house.roll_up(self.span.project, ended)
            self._look(is_told=is_told)
            if done is not None:
                self._compare(day, done.findings, is_told=is_told)
        self.house.forget_letters()

    def told(self) -> Simulated:
        """What came out."""
        notes = []
        if self.past.trimmed:
            notes.append(f"{self.past.trimmed} issues are left out: of these the mirror holds too little")
        if self.untold:
            notes.append(f"{self.untold} more writes are counted and not told one by one")
        return Simulated(
            project=self.span.project,
            since=self.span.since,
            until=self.span.until,
            rules=self.house.ground.rulebook.hash,
            events=self.events,
            by_rule=tuple(self.counts[rule].told(rule) for rule in sorted(self.counts)),
            fired=tuple(self.fired),
            turned=tuple(self.turned),
            untold=self.untold,
            notes=tuple(notes),
        )

    def _ring(self, at: datetime, *, is_told: bool) -> None:
        self.house.ring(at)
        self._look(is_told=is_told)

    def _tell(self, one: Happened, *, is_told: bool) -> None:
        letter = one.tell()
        if letter is None:
            return
        for event in one.shows:
            self.house.answers.pages[getattr(event, "id", "")] = (event,)
        # What the connector itself did was told to no rule.
        is_ours = one.by is not None and one.by == self.past.account
        self.house.tell(replace(letter, is_live=not is_ours))
        self.events += is_told and not is_ours
        self._look(is_told=is_told)

    def _look(self, *, is_told: bool) -> None:
        rows = self.house.decided()
        if is_told:
            for row in rows:
                self._record(row)
        self.house.carry_out(rows)

    def _record(self, row: OutboxRow) -> None:
        at = row.created_at
        self.counts.setdefault(row.rule, _Count(place=row.place, first=at)).add(row, self.own.timezone)
        if len(self.fired) >= MOST_FIRED:
            self.untold += 1
            return
        words = self.house.ground.fields_of(self.own)
        keys = {issue_id: issue.key for issue_id, issue in self.past.issues.items()}
        naming = Naming(words=words, catalog=self.house.ground.catalog, keys=keys)
        text = headline(told_write(row.write, naming))
        self.fired.append(
            Fired(at=at, rule=row.rule, place=row.place, natural_key=row.natural_key, text=text, state=row.state)
        )

    def _compare(self, day: date, found: Findings, *, is_told: bool) -> None:
        stands = _standing(found)
        for what in sorted({*stands, *self.stood}):
            before, after = self.stood.get(what, "nothing"), stands.get(what, "nothing")
            if before != after and is_told:
                self.turned.append(Turned(day=day, what=what, before=before, after=after))
        self.stood = stands


@dataclass(slots=True)
class _Count:
    """A rule's writes so far."""

    place: str
    first: datetime
    last: datetime | None = None
    states: Counter[str] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)

    def add(self, row: OutboxRow, zone: ZoneInfo) -> None:
        """One write more."""
        self.states[row.state] += 1
        self.days.add(row.created_at.astimezone(zone).date())
        self.last = row.created_at

    def told(self, rule: str) -> OfRule:
        """The sums."""
        held = self.states["held"]
        return OfRule(
            rule=rule,
            place=self.place,
            writes=self.states.total() - held,
            held=held,
            days=len(self.days),
            first=self.first,
            last=self.last or self.first,
        )


def _standing(found: Findings) -> dict[str, str]:
    """What is worth telling when it changes."""
    stands = {"phase": found.phase or "nothing", "light": found.light}
    stands |= {f"kpi {one.kpi}": one.light for one in found.kpis if one.light != "grey"}
    stands |= {f"risk {one.key}": one.band or "nothing" for one in found.risks if one.is_open}
    for run in sorted(found.gates, key=lambda run: run.sequence):
        decided = "returned" if run.was_returned else run.decision
        stands[f"gate {run.gate}"] = f"{shown(decided)} (run {run.sequence})" if decided else run.recommendation
    return stands


def _until(happened: Iterable[Happened], end: datetime) -> list[Happened]:
    return [one for one in happened if one.at < end]


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _day(one: Happened, zone: ZoneInfo) -> date:
    return one.at.astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
