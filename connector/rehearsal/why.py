"""Why something happened, or did not: told from the rows that the real thing left, judged again as of then.

What is no longer known is said plainly, and never made up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from connector.core.asof import issue_as_of
from connector.core.errors import ConnectorError
from connector.core.events import EntityGone, EntitySeen, Event, IssueGone, IssueSeen, Origin, Ticked
from connector.core.fields import name_of, summary_of
from connector.core.issue import Change, Issue
from connector.core.project import Entity, Project
from connector.core.rulebook import ProjectRules, Rulebook
from connector.normalise.letter import SOURCES, Letter
from connector.normalise.read import normalise
from connector.normalise.verdict import Unreadable
from connector.rehearsal.answers import (
    Came,
    EventShort,
    EventTold,
    IssueTold,
    PageTold,
    RegionWrite,
    figures_then,
    how_it_went,
)
from connector.rehearsal.looking import Looked, Sight, looks
from connector.rehearsal.telling import Naming, headline, told_write
from connector.rulefiles.files import RuleFile
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files
from connector.siterules import SiteRules
from connector.store import (
    accounts,
    entities,
    gate_runs,
    in_force,
    inbox,
    issues,
    pages,
    remotes,
    rulebooks,
    statuses,
    written,
)
from connector.store.engine import reading
from connector.store.inbox import InboxRow
from connector.store.outbox import OutboxRow
from connector.store.surroundings import around

LAST = 10
"""So many events of an issue are told, the newest."""
LOOKED_THROUGH = 5_000
"""So many letters are looked through for them."""
AT_ONCE = 250


class NotKnown(ConnectorError):
    """What was asked about is not in the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Answers for one site. `ground` are today's rules; `defaults` and `templates` compile those of an earlier day."""

    engine: Engine
    ground: SiteRules
    defaults: Defaults
    templates: frozenset[str] = frozenset()

    def anything(self, name: str, last: int = LAST) -> EventTold | IssueTold | PageTold:
        """What is known of an event (inbox id or delivery id), an issue (key) or a page (id or title).

        Raises NotKnown.
        """
        with reading(self.engine) as conn:
            letter = self._letter(conn, name)
            if letter is not None:
                return self._event(conn, letter)
            issue = issues.by_key(conn, self.ground.site, [name]).get(name)
            if issue is not None:
                return self._issue(conn, issue, last)
            page = self._page_named(conn, name)
            if page is not None:
                return self._page(conn, page)
        raise NotKnown(
            f"{name!r} is no letter, issue or page of site {self.ground.site}; name an inbox id or delivery id, an "
            "issue's key, or a page's id or title"
        )

    def _letter(self, conn: Connection, name: str) -> InboxRow | None:
        number = name.removeprefix("inbox ")
        found = inbox.get(conn, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
        if found is not None and found.site == self.ground.site:
            return found
        delivered = inbox.by_delivery(conn, self.ground.site, name)
        return delivered[-1] if delivered else None

    def _event(self, conn: Connection, letter: InboxRow) -> EventTold:
        rows = written.of_cause(conn, self.ground.site, f"inbox {letter.id}")
        ground, about_rules = self._rules_then(conn, rows, letter.received_at)
        events, notes = _events(letter)
        if about_rules:
            notes.append(about_rules)
        own = events[0] if events else None
        issue_ids = list(dict.fromkeys(_issue_ids(events)))
        looked = {
            key: found
            for issue_id in issue_ids
            if (told := self._looks(conn, ground, issue_id, events)) is not None
            for key, found in [told]
        }
        if own is not None and own.origin.actor in {
            one.account_id for one in accounts.of_site(conn, letter.site).values()
        }:
            notes.append(_OUR_OWN)
        if isinstance(own, Ticked):
            notes.append(f"a {own.origin.name} asks the rules about every issue of {own.project}; ask about one issue")
        if looked:
            notes.append(_NOT_KEPT)
        return EventTold(
            inbox_id=letter.id,
            name=own.origin.name if own is not None else letter.name or "unknown",
            at=own.origin.at if own is not None else letter.received_at,
            received_at=letter.received_at,
            by=own.origin.actor if own is not None else None,
            state=letter.state if not letter.reason else f"{letter.state}: {letter.reason}",
            issues=looked,
            came=tuple(self._came(conn, rows)),
            notes=tuple(notes),
        )

    def _looks(
        self, conn: Connection, ground: SiteRules, issue_id: str, events: Sequence[Event]
    ) -> tuple[str, tuple[Looked, ...]] | None:
        """How the rules of then saw the issue as it was right after the event."""
        site, origin = self.ground.site, events[0].origin
        stored = issues.load(conn, site, [issue_id], with_changes=True).get(issue_id)
        if stored is None:
            return None
        shown = [
            one for one in events if isinstance(one, IssueSeen) and one.issue_id == issue_id and not one.is_trimmed
        ]
        categories = statuses.categories(conn, site)
        past = issue_as_of(stored.issue, origin.at, categories=categories, catalog=self.ground.catalog)
        # The letter itself shows the issue better than any reckoning back.
        issue = past or stored.issue
        issue = replace(issue, fields=shown[0].fields) if shown else issue
        own = ground.rulebook.project_for(issue.project_key)
        if own is None:
            note = f"project {issue.project_key} is under no rules"
            return issue.key, (Looked(rule="rules", place="", outcome="not asked", because=note),)
        changes = tuple(one for event in shown for one in event.changes)
        sight, project = self._sight(conn, ground, own, origin, issue, changes)
        return issue.key, tuple(looks(sight, project))

    def _sight(
        self,
        conn: Connection,
        ground: SiteRules,
        own: ProjectRules,
        origin: Origin,
        issue: Issue,
        changes: tuple[Change, ...],
    ) -> tuple[Sight, Project]:
        site = self.ground.site
        account = accounts.of_site(conn, site).get("jira")
        user = account.account_id if account is not None else None
        nearby = around(conn, site, issue.project_key, [issue])
        scope = nearby.scope(
            now=origin.at, timezone=own.timezone, user=user, issue=lambda name: _find(conn, site, name)
        )
        sight = Sight(
            origin=origin,
            issue=issue,
            changes=changes,
            scope=scope,
            rulebook=ground.rulebook.for_project(issue.project_key),
            fields=ground.fields_of(own),
            runs=tuple(gate_runs.all_gate_runs(conn, site, issue.project_key)),
        )
        project = Project(
            site=site, key=issue.project_key, name=issue.project_key, rules=own, as_of=origin.at, issues=(issue,)
        )
        return sight, project

    def _rules_then(self, conn: Connection, rows: Sequence[OutboxRow], at: datetime) -> tuple[SiteRules, str]:
        """The rules that were in force, and what is to be said about how that is known."""
        today = self.ground.rulebook.hash
        then = self._hash_then(conn, rows, at)
        if then is None:
            return self.ground, "which rules were in force then is not known; today's are asked"
        if then == today:
            return self.ground, ""
        rulebook = self._compiled(conn, then)
        if rulebook is None:
            return (
                self.ground,
                f"the rules of then ({then[:12]}) are not kept or cannot be read any more; today's are asked",
            )
        return replace(self.ground, rulebook=rulebook), f"judged by the rules of then ({then[:12]}), not by today's"

    def _hash_then(self, conn: Connection, rows: Sequence[OutboxRow], at: datetime) -> str | None:
        """By the writes that the event brought about, by when today's rules came, by the writes around it."""
        told = {row.rules for row in rows}
        now = in_force.told(conn, [self.ground.site]).get(self.ground.site)
        if len(told) == 1:
            return next(iter(told))
        if now is not None and now.since <= at:
            return now.rules
        before, after = written.rules_around(conn, self.ground.site, at)
        return before if before == after else None

    def _compiled(self, conn: Connection, rules: str) -> Rulebook | None:
        files = rulebooks.get(conn, rules)
        if files is None:
            return None
        read = [RuleFile(name=name, content=text.encode()) for name, text in sorted(files.items())]
        found = read_files(read, self.ground.catalog, self.defaults, templates=self.templates or None)
        return found if isinstance(found, Rulebook) else None

    def _issue(self, conn: Connection, issue: Issue, last: int) -> IssueTold:
        site = self.ground.site
        made = [key for key in remotes.by_remote(conn, site, issue.id) if key.startswith("project ")]
        keys = [f"issue {issue.id} ", f"link {issue.id} ", *made]
        rows = written.of_keys(conn, site, *keys)
        events, looked_through = self._letters_of(conn, issue, last)
        notes = []
        if len(events) < last and looked_through >= LOOKED_THROUGH:
            notes.append(f"older events are not looked for: the newest {LOOKED_THROUGH} letters were")
        return IssueTold(
            key=issue.key,
            summary=summary_of(issue),
            status=name_of(issue.fields.get("status")),
            events=tuple(events),
            came=tuple(self._came(conn, rows)),
            notes=tuple(notes),
        )

    def _letters_of(self, conn: Connection, issue: Issue, last: int) -> tuple[list[EventShort], int]:
        """The newest letters that are about the issue, oldest of them first, and how many were looked through."""
        found: list[EventShort] = []
        before, seen = None, 0
        while len(found) < last and seen < LOOKED_THROUGH:
            letters = inbox.newest(conn, self.ground.site, before=before, limit=AT_ONCE)
            if not letters:
                break
            before, seen = letters[-1].id, seen + len(letters)
            found += [told for letter in letters if (told := self._short(conn, letter, issue)) is not None]
        return found[:last][::-1], seen

    def _short(self, conn: Connection, letter: InboxRow, issue: Issue) -> EventShort | None:
        if issue.id.encode() not in letter.body and issue.key.encode() not in letter.body:
            return None
        events, _ = _events(letter)
        if not events or issue.id not in _issue_ids(events[:1]):
            return None
        own = events[0]
        changes = own.changes if isinstance(own, IssueSeen) else ()
        rows = written.of_cause(conn, self.ground.site, f"inbox {letter.id}")
        return EventShort(
            inbox_id=letter.id,
            name=own.origin.name,
            at=own.origin.at,
            by=own.origin.actor,
            changed=tuple(f"{one.field}: {one.before or 'nothing'} → {one.after or 'nothing'}" for one in changes),
            wrote=tuple(dict.fromkeys(row.rule for row in rows)),
        )

    def _page_named(self, conn: Connection, name: str) -> Entity | None:
        site = self.ground.site
        found = entities.load(conn, site, [("page", name)]).get(("page", name))
        return found or written.page_titled(conn, site, name)

    def _page(self, conn: Connection, page: Entity) -> PageTold:
        site = self.ground.site
        known = pages.by_page(conn, site, page.id)
        title = str(page.data.get("title", page.id))
        if known is None:
            note = "the connector has written nothing on this page"
            return PageTold(page_id=page.id, title=title, writes=(), notes=(note,))
        rows = [row for row in written.of_keys(conn, site, known.natural_key) if row.natural_key == known.natural_key]
        writes, before = [], dict[str, str]()
        for row in rows:
            now = row.write.fingerprints() if hasattr(row.write, "fingerprints") else {}
            changed = tuple(name for name, mark in now.items() if before.get(name) != mark)
            if row.state != "replaced":
                before = dict(now)
            writes.append(RegionWrite(came=self._one(conn, row), regions=changed, figures=figures_then(conn, row)))
        notes = ("of an earlier write's figures only the KPIs' series is kept, as they stood at that moment",)
        return PageTold(page_id=page.id, title=title, writes=tuple(writes), notes=notes)

    def _came(self, conn: Connection, rows: Sequence[OutboxRow]) -> Iterator[Came]:
        for row in rows:
            yield self._one(conn, row)

    def _one(self, conn: Connection, row: OutboxRow) -> Came:
        own = self.ground.rulebook.project_for(row.project)
        words = self.ground.fields_of(own) if own is not None else {}
        naming = Naming(words=words, catalog=self.ground.catalog)
        return Came(
            id=row.id,
            at=row.created_at,
            text=headline(told_write(row.write, naming)),
            rule=row.rule,
            place=row.place,
            run=row.run,
            cause=row.cause,
            state=row.state,
            how=how_it_went(row),
            remote_id=row.remote_id,
        )


_OUR_OWN = (
    "the connector's own account did this: the echo of a write of ours starts no rule, whatever is said of them here"
)
_NOT_KEPT = (
    "judged on the issue as it was; of other issues, figures and what had been told about a risk before, only today's "
    "state is kept"
)


def _events(letter: InboxRow) -> tuple[tuple[Event, ...], list[str]]:
    """What the letter tells, and what is to be said when it tells nothing."""
    try:
        found = normalise(
            Letter(
                site=letter.site,
                source=SOURCES[letter.source],
                name=letter.name,
                body=letter.body,
                trace=letter.trace,
                received_at=letter.received_at,
                is_live=letter.is_live,
            )
        )
    except Unreadable as problem:
        return (), [f"the letter cannot be read: {problem}"]
    notes = [] if letter.is_live else ["it was taken in late or by a backfill, so that no rule was asked"]
    return found, notes


def _issue_ids(events: Sequence[Event]) -> Iterator[str]:
    for one in events:
        if isinstance(one, IssueSeen | IssueGone):
            yield one.issue_id
        elif isinstance(one, EntitySeen | EntityGone) and one.parent and not one.kind.startswith("page"):
            yield one.parent


def _find(conn: Connection, site: str, name: str) -> Issue | None:
    if name.isdigit():
        stored = issues.load(conn, site, [name]).get(name)
        return stored.issue if stored is not None else None
    return issues.by_key(conn, site, [name]).get(name)
