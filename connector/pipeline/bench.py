"""Where one batch of one site is judged: what rules may look at, and what they decided so far."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from connector.core.actions import Planned
from connector.core.before import with_before
from connector.core.decide import Decided
from connector.core.findings import Findings, TimelineEntry
from connector.core.issue import Issue
from connector.core.judging import Judging
from connector.core.rulebook import ProjectRules, Rulebook
from connector.core.rules.risks import RiskMark
from connector.core.steering import Paused, awake
from connector.core.surroundings import Surroundings
from connector.pages.drafting import drafter, storage_of
from connector.pages.languages import translate
from connector.pages.templates import Template
from connector.pages.words import Links
from connector.pipeline.mirroring import Slice
from connector.siterules import SiteRules
from connector.store import findings, issues, timers
from connector.store.coding import rebuild
from connector.store.decided import keep_waits, report
from connector.store.projects import ProjectRow
from connector.store.surroundings import around

RISK_TOPIC = "risk"


@dataclass(slots=True)
class Bench:
    """Where one batch of one site is judged. `cause` is the letter that is judged now."""

    conn: Connection
    site: SiteRules
    piece: Slice
    account: str | None
    now: datetime
    real_now: datetime
    run: str
    paused: Paused = field(default_factory=Paused)
    cause: str | None = None
    templates: Callable[[], Mapping[str, Template]] = dict
    rows: dict[str, ProjectRow] = field(default_factory=dict)
    marks: dict[str, RiskMark] = field(default_factory=dict)
    timers: set[tuple[str, str]] = field(default_factory=set)
    urgent: set[str] = field(default_factory=set)
    told: dict[str, RiskMark] = field(default_factory=dict)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    learnt: dict[str, list[str]] = field(default_factory=dict)
    plans: defaultdict[tuple[str, bool], list[tuple[str, Planned]]] = field(default_factory=lambda: defaultdict(list))
    _rulebooks: dict[str, Rulebook] = field(default_factory=dict)
    _issues: dict[str, list[Issue]] = field(default_factory=dict)
    _found: dict[str, Issue | None] = field(default_factory=dict)
    _findings: dict[str, Findings | None] = field(default_factory=dict)
    _around: dict[str, Surroundings] = field(default_factory=dict)

    def rulebook_of(self, project: str) -> Rulebook:
        """The rules as the project has them, without those that are paused."""
        if project not in self._rulebooks:
            whole = self.site.rulebook
            own = whole.for_project(project)
            self._rulebooks[project] = whole if own is whole else awake(own, self.paused)
        return self._rulebooks[project]

    def rules_for(self, project: str) -> ProjectRules | None:
        """The project's rules, unless the connector keeps out of it or is still filling its mirror."""
        row = self.rows.get(project)
        return self.site.rulebook.project_for(project) if row is not None and row.is_caught_up else None

    def judging(self, rules: ProjectRules) -> Judging:
        """What the rules of a project may look at."""
        key, rulebook = rules.jira, self.rulebook_of(rules.jira)
        links = Links(jira_url=self.site.jira_url, people="ri:account-id" if self.site.is_cloud else "ri:username")
        return Judging(
            rulebook=rulebook,
            rules=rules,
            fields=self.site.fields_of(rules),
            now=self.now,
            say=translate(rules.locale, rules.timezone),
            marks=self.marks,
            account=self.account,
            find=self.find,
            issues=lambda: self.issues_of(key),
            around=self._around_of(key),
            findings=lambda: self.findings_of(key),
            timers=self.timers,
            storage=storage_of,
            draft=drafter(self.templates, lambda: self.findings_of(key), rulebook, rules, links),
            name=self.rows[key].name if key in self.rows else key,
            is_cloud=self.site.is_cloud,
            occasion=self.cause or "",
        )

    def as_judged(self, then: Issue) -> Issue | None:
        """An issue as a letter left it. Where no later letter of the batch changed it, with its facts up to date."""
        now = self.piece.issue(then.id)
        is_same = now is not None and now.fields is then.fields and now.changes is then.changes
        if now is None or is_same or now.is_gone:
            return now
        return replace(then, properties=now.properties)

    def find(self, name: str) -> Issue | None:
        """An issue of the mirror by id or key, as it stands after this batch."""
        held = self.piece.issue(name)
        if held is not None:
            return held
        if name not in self._found:
            site = self.site.site
            by_id = issues.load(self.conn, site, [name]) if name.isdigit() else {}
            found = by_id[name].issue if name in by_id else issues.by_key(self.conn, site, [name]).get(name)
            self._found[name] = found if found is not None and not found.is_gone else None
            self._know([found] if found is not None else [])
        return self._found[name]

    def issues_of(self, project: str) -> Sequence[Issue]:
        """Every issue of the project, for rules that select among them; with histories where one looks at those."""
        if project not in self._issues:
            rulebook = self.rulebook_of(project)
            with_changes = any(rule.needs_history for rule in rulebook.automations)
            found = issues.of_project(self.conn, self.site.site, project, with_changes=with_changes)
            self._issues[project] = found
            self._around[project] = around(self.conn, self.site.site, project, found)
            self._know(found)
        return self._issues[project]

    def findings_of(self, project: str) -> Findings | None:
        """What the project's last rollup found."""
        if project not in self._findings:
            last = findings.latest_rollup(self.conn, self.site.site, project)
            self._findings[project] = rebuild(Findings, last.body) if last is not None else None
        return self._findings[project]

    def _around_of(self, project: str) -> Surroundings:
        """What is around the project's issues in this batch, or around all of them once they are loaded."""
        if project not in self._around:
            own = [one.issue for one in self.piece.issues.values() if one.issue.project_key == project]
            self._around[project] = around(self.conn, self.site.site, project, own)
        return self._around[project]

    def _know(self, found: Iterable[Issue]) -> None:
        """Load what was told about these issues as risks, and the waits for them."""
        ids = [issue.id for issue in found]
        self.marks.update({**read_marks(self.conn, self.site.site, ids), **self.marks})
        self.timers.update(timers.running(self.conn, self.site.site, ids))

    def is_watched(self, project: str, rules: ProjectRules) -> bool:
        """Whether what is decided for the project is only shown."""
        return is_observed(self.rows[project], rules) or self.paused.of_project(project) is not None

    def keep(self, rules: ProjectRules, about: Sequence[Issue], decided: Decided) -> None:
        """Remember what was decided for a project. about: the issues that writes may replace something on."""
        project = rules.jira
        watched = self.is_watched(project, rules)
        planned = with_before(decided.planned, about, self.cause)
        self.plans[(project, watched)] += [
            (decided.subjects.get(one.write.natural_key, project), one) for one in planned
        ]
        for issue_id, mark in decided.marks.items():
            # What was only shown was told to nobody: once the project is written to, it still is to be.
            self.marks[issue_id] = self.told[issue_id] = replace(mark, is_told=not watched)
        for note in decided.notes:
            findings.set_judgement(self.conn, self.site.site, f"timeline {project}", _topic(note), note)
        if decided.is_urgent:
            self.urgent.add(project)
        waits = tuple(one for one in decided.waits if (one.rule, one.issue) not in self.timers - set(decided.is_over))
        keep_waits(self.conn, self.site.site, project, replace(decided, waits=waits), cause=self.cause)
        self.timers = (self.timers - set(decided.is_over)) | {(one.rule, one.issue) for one in waits}
        rules_hash = self.site.rulebook.hash
        report(self.conn, self.site.site, project, decided, rules_hash, at=self.real_now, cause=self.cause)


def is_observed(row: ProjectRow, rules: ProjectRules) -> bool:
    """Whether the project is only watched: a person's choice is stronger than the rules'."""
    return (row.mode or rules.mode) == "observe"


def _topic(note: TimelineEntry) -> str:
    """What a note is known by. Of a slip the values and the day: its moment differs between a webhook and a read."""
    if note.what == "timeline.slip":
        return f"{note.at.date().isoformat()} {note.key} {note.what} {note.values['before']} {note.values['after']}"
    return f"{note.at.isoformat()} {note.key} {note.what}"


def read_marks(conn: Connection, site: str, issue_ids: Iterable[str]) -> dict[str, RiskMark]:
    """What was last told about issues as risks, by issue id."""
    found = findings.judgements_of(conn, site, [f"issue {one}" for one in issue_ids], RISK_TOPIC)
    return {subject.removeprefix("issue "): rebuild(RiskMark, tree) for subject, tree in found.items()}
