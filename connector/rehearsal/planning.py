"""What an event or a rollup would write: the real thing, on the live rows, in a transaction that is rolled back.

Products are only read, and never while the transaction is open: what a letter left out is asked for between two runs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from connector.clock import FixedClock
from connector.core.actions import SetIssueFields, WritePage
from connector.core.errors import ConnectorError
from connector.core.issue import Issue
from connector.normalise.read import classify
from connector.normalise.verdict import Known, LeftAlone, NotAnEvent
from connector.pages.templates import Template
from connector.pipeline.absorb import PIPELINE
from connector.pipeline.batch import Pipeline
from connector.pipeline.reader import Reader
from connector.rehearsal.letters import Source, as_letter, tick_told
from connector.rehearsal.page_text import region_diff, regions_of
from connector.rehearsal.reading_up import ReadSoFar
from connector.rehearsal.telling import Naming, headline, plain, shown, told_write
from connector.rollup import Rollup
from connector.siterules import SiteRules
from connector.store import entities, inbox, issues, pages, projects, written
from connector.store.engine import reading, rehearsing, writing
from connector.store.inbox import NewLetter
from connector.store.locks import wait_for_lock
from connector.store.outbox import OutboxRow

MOST_RUNS = 4
"""How often a letter is carried through anew because something more had to be read for it."""


class BadEvent(ConnectorError):
    """A body that no door would take, or that could not be carried through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field before and after, as people know the values."""

    field: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.field}: {shown(self.before)} → {shown(self.after)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldWrite:
    """A write that would happen. state: planned, held (beyond its rule's limit) or observed (only shown).

    `differences` are its fields before and after, `diff` the lines of a page's regions that change.
    """

    state: str
    told: Mapping[str, object]
    rule: str
    place: str
    project: str
    not_before: datetime | None = None
    differences: tuple[Difference, ...] = ()
    diff: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The write in one line."""
        return headline(dict(self.told))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that would be written, and what a person should know besides."""

    about: str
    rules: str
    as_of: datetime
    writes: tuple[WouldWrite, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans on one site's live rows. `reader` reads from the products what a letter left out."""

    engine: Engine
    ground: SiteRules
    templates: Callable[[], Mapping[str, Template]]
    reader: Reader
    now: datetime

    def event(self, body: bytes, source: Source | None = None, name: str | None = None) -> Plan:
        """What a webhook's body would bring about. Raises BadEvent for what no door would take.

        name: the event's name, where a header tells it instead of the body.
        """
        chosen, verdict = _source_of(body, source, name)
        if isinstance(verdict, LeftAlone):
            return self._plan(f"{chosen} event", notes=(f"the event is left alone: {verdict.reason}",))
        letter = NewLetter(
            site=self.ground.site,
            source=chosen,
            delivery=f"rehearsal {self.now.isoformat()}",
            body_hash="rehearsal",
            name=verdict.name,
            trace=None,
            received_at=self.now,
            body=body,
        )
        return self._rehearse(verdict.name, [letter], ())

    def project(self, key: str) -> Plan:
        """What the project's rollup and a day that begins now would bring about."""
        tick = as_letter(tick_told("day.began", key, self.now), self.ground.site, 1)
        return self._rehearse(f"project {key}", [tick], (key,))

    def _rehearse(self, about: str, letters: Sequence[NewLetter], keys: Sequence[str]) -> Plan:
        answers = ReadSoFar()
        plan = self._plan(about)
        for _ in range(MOST_RUNS):
            with rehearsing(self.engine) as stage:
                plan = self._run(stage, about, letters, keys, answers)
            if not answers.ask(self.reader, self.ground.site):
                break
        missed = answers.missed()
        return replace(plan, notes=(*plan.notes, *missed))

    def _run(
        self, stage: Engine, about: str, letters: Sequence[NewLetter], keys: Sequence[str], answers: ReadSoFar
    ) -> Plan:
        site, clock = self.ground.site, FixedClock(self.now)
        with writing(stage) as conn:
            wait_for_lock(conn, PIPELINE)
            last = written.last_id(conn)
            marked = _marks(conn, site)
            # What was only shown before is shown again.
            written.forget_shown(conn, site, list(marked))
            ids = [row_id for row_id in inbox.put(conn, letters) if row_id is not None]
        pipeline = Pipeline(
            engine=stage, clock=clock, rules_of=self._rules, reader=answers, real=clock, templates=self.templates
        )
        notes = [note for row_id in ids for note in self._take(stage, pipeline, row_id)]
        rollup = Rollup(engine=stage, clock=clock, rules_of=self._rules, templates=self.templates, real=clock)
        with reading(stage) as conn:
            touched = {key for key, mark in _marks(conn, site).items() if mark != marked.get(key)} | set(keys)
        missed = [key for key in sorted(touched) if rollup.run(site, key, is_urgent=True) is None]
        notes += [
            f"project {key} is not rolled up: it is under no rules, or another process is at it" for key in missed
        ]
        with reading(stage) as conn:
            writes = self._told(conn, written.since(conn, last))
        return self._plan(about, writes, tuple(notes))

    def _rules(self, site: str) -> SiteRules | None:
        return self.ground if site == self.ground.site else None

    def _take(self, stage: Engine, pipeline: Pipeline, row_id: int) -> list[str]:
        with reading(stage) as conn:
            row = inbox.get(conn, row_id)
        assert row is not None, "it was put there in this transaction"
        pipeline.take(row)
        with reading(stage) as conn:
            after = inbox.get(conn, row_id)
        if after is not None and after.state == "aside":
            return [f"the letter would be set aside: {after.reason}"]
        return []

    def _plan(self, about: str, writes: tuple[WouldWrite, ...] = (), notes: tuple[str, ...] = ()) -> Plan:
        return Plan(about=about, rules=self.ground.rulebook.hash, as_of=self.now, writes=writes, notes=notes)

    def _told(self, conn: Connection, rows: Sequence[OutboxRow]) -> tuple[WouldWrite, ...]:
        found = issues.load(conn, self.ground.site, _issue_ids(rows))
        known = {issue_id: stored.issue for issue_id, stored in found.items()}
        return tuple(self._would_write(conn, row, known) for row in rows)

    def _would_write(self, conn: Connection, row: OutboxRow, known: Mapping[str, Issue]) -> WouldWrite:
        rules = self.ground.rulebook.project_for(row.project)
        words = self.ground.fields_of(rules) if rules is not None else {}
        keys = {issue_id: issue.key for issue_id, issue in known.items()}
        naming = Naming(words=words, catalog=self.ground.catalog, keys=keys)
        return WouldWrite(
            state=row.state,
            told=told_write(row.write, naming),
            rule=row.rule,
            place=row.place,
            project=row.project,
            not_before=row.next_try_at,
            differences=_differences(row, known, naming),
            diff=_page_diff(conn, row) if isinstance(row.write, WritePage) else (),
        )


def _source_of(body: bytes, source: Source | None, name: str | None) -> tuple[Source, Known | LeftAlone]:
    """The product that the body is of, and what its door would say."""
    tried: tuple[Source, ...] = (source,) if source is not None else ("jira", "confluence")
    refused: list[str] = []
    for one in tried:
        verdict = classify(one, body, name)
        if not isinstance(verdict, NotAnEvent):
            return one, verdict
        refused.append(f"{verdict.found}; expected {verdict.expected}")
    raise BadEvent("this is no webhook's body: " + "; or ".join(dict.fromkeys(refused)))


def _marks(conn: Connection, site: str) -> dict[str, int]:
    return {row.key: projects.dirty_n(conn, site, row.key) for row in projects.all_of(conn, site)}


def _issue_ids(rows: Sequence[OutboxRow]) -> set[str]:
    named = {str(getattr(row.write, name, "")) for row in rows for name in ("issue", "source", "target")}
    return {one for one in named if one and " " not in one}


def _differences(row: OutboxRow, known: Mapping[str, Issue], naming: Naming) -> tuple[Difference, ...]:
    """The fields of a write with what they hold now."""
    if not isinstance(row.write, SetIssueFields):
        return ()
    issue = known.get(row.write.issue)
    held: Mapping[str, object] = issue.fields if issue is not None else (row.before or {})
    return tuple(
        Difference(field=naming.field(name), before=plain(held.get(name)), after=plain(value))
        for name, value in row.write.values.items()
    )


def _page_diff(conn: Connection, row: OutboxRow) -> tuple[str, ...]:
    """The lines that change in the page's regions, against the page as the mirror holds it."""
    assert isinstance(row.write, WritePage), "only pages have regions"
    last = pages.get(conn, row.site, row.natural_key)
    page = entities.load(conn, row.site, [("page", last.page_id)]).get(("page", last.page_id)) if last else None
    body = page.data.get("body") if page is not None and not page.is_gone else None
    if last is not None and row.write.is_report:
        return ()
    standing = regions_of(body) if isinstance(body, str) else {}
    changed = [name for name in row.write.regions if last is None or _is_changed(row.write, name, last.compare)]
    return tuple(line for name in changed for line in region_diff(name, standing.get(name), row.write.regions[name]))


def _is_changed(write: WritePage, region: str, known: Mapping[str, str]) -> bool:
    return write.fingerprints().get(region) != known.get(region)
