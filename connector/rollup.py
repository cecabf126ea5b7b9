"""The rollup path: one project's snapshot in, findings, gate runs, KPI series and planned writes out.

Reads what `pipeline` mirrored, at most once a project and window; what changed goes to `outbox`.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine

from connector import metrics
from connector.clock import Clock, SystemClock
from connector.core.actions import Planned, WritePage
from connector.core.findings import Findings, TimelineEntry
from connector.core.judge import Judged, Past, issues_whose_history_counts, judge
from connector.core.project import Project
from connector.core.rulebook import PageRule, ProjectRules
from connector.core.rules.gates import OPENING, latest_decided
from connector.pages.languages import translate
from connector.pages.render import render_page
from connector.pages.templates import Template
from connector.pages.words import Links
from connector.siterules import SiteRules
from connector.store import (
    accounts,
    changes,
    entities,
    findings,
    gate_runs,
    issues,
    kpis,
    outbox,
    pages,
    planning,
    projects,
)
from connector.store.coding import rebuild
from connector.store.engine import reading, writing
from connector.store.locks import exclusive
from connector.store.projects import ProjectRow

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """What a rollup did: its findings, the writes that follow, and how many were new. Observed ones are only shown."""

    findings: Findings
    planned: tuple[Planned, ...]
    stored: int
    is_observed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A project as one snapshot showed it, with what the rules say."""

    row: ProjectRow
    dirty_n: int
    is_urgent: bool
    was_red: bool
    judged: Judged


CatchUp = Callable[[str, str, str], None]
"""Reads again what changed lately in a site's project and space. Raises NotReady when that cannot be done now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """The rollup path over one database. `page_window_s` is the least time between two writes of a project's pages."""

    engine: Engine
    clock: Clock
    rules_of: Callable[[str], SiteRules | None]
    templates: Callable[[], Mapping[str, Template]]
    page_window_s: float = 900
    catch_up: CatchUp = lambda site, project, space: None
    real: Clock = field(default_factory=SystemClock)

    def run(self, site: str, key: str, *, is_urgent: bool = False, mode: str | None = None) -> RolledUp | None:
        """Roll up one project. None when it is not under rules or another process is at it.

        mode: "write" overrules the project's own for this run; "observe" only looks, and keeps nothing at all.
        """
        ground = self.rules_of(site)
        rules = ground.rulebook.project_for(key) if ground is not None else None
        if ground is None or rules is None:
            return None
        started = time.perf_counter()
        # Held until the end, so that no two processes judge one project at once.
        with exclusive(self.engine, f"rollup {site} {key}") as is_ours:
            if not is_ours:
                return None
            done = self._run(ground, rules, key, is_urgent=is_urgent, mode=mode)
        metrics.ROLLUP_SECONDS.observe(time.perf_counter() - started)
        return done

    def _run(
        self, ground: SiteRules, rules: ProjectRules, key: str, *, is_urgent: bool, mode: str | None
    ) -> RolledUp | None:
        seen = self._look(ground, rules, key)
        is_returned = seen is not None and any(run.was_returned for run in seen.judged.runs)
        if seen is not None and is_returned and not _is_observed(seen.row, rules, mode):
            # No gate goes back on a mirror that lags: what people have just put right may still be on its way to us.
            self.catch_up(ground.site, key, rules.space)
            seen = self._look(ground, rules, key)
        if seen is None:
            return None
        judged = seen.judged
        written = self._pages(ground, rules, judged.findings)
        has_turned = seen.was_red != (judged.findings.light == "red")
        is_urgent = is_urgent or seen.is_urgent or has_turned or any(run.trigger is not None for run in judged.runs)
        with writing(self.engine) as conn:
            return self._keep(
                conn, ground, rules, seen.row, judged, written, seen.dirty_n, is_urgent=is_urgent, mode=mode
            )

    def _look(self, ground: SiteRules, rules: ProjectRules, key: str) -> "_Seen | None":
        """One consistent snapshot of the project, judged; None where nothing is known of it."""
        with reading(self.engine) as conn:
            row = projects.get(conn, ground.site, key)
            if row is None:
                return None
            dirty_n = projects.dirty_n(conn, ground.site, key)
            # Asked here, in the same snapshot: a mark made since the project was called due counts with what it marks.
            is_urgent = projects.is_urgent(conn, ground.site, key)
            was_red = _was_red(conn, ground.site, key)
            project = load_project(conn, ground, rules, row, self.clock.now())
            past = load_past(conn, ground.site, key)
        say = translate(rules.locale, rules.timezone)
        judged = judge(project, ground.rulebook, ground.fields_of(rules), past, say)
        return _Seen(row=row, dirty_n=dirty_n, is_urgent=is_urgent, was_red=was_red, judged=judged)

    def _pages(self, ground: SiteRules, rules: ProjectRules, found: Findings) -> list[Planned]:
        links = Links(jira_url=ground.jira_url, people="ri:account-id" if ground.is_cloud else "ri:username")
        templates = self.templates()
        planned = []
        for page in ground.rulebook.pages:
            if is_due(page, found):
                rendered = render_page(templates[page.template], found, ground.rulebook, rules, page, links)
                write = WritePage(
                    project=found.project,
                    page=page.id,
                    space=rules.space,
                    title=rendered.title,
                    parent=rules.parent_page,
                    body=rendered.body,
                    regions=rendered.regions,
                    compare=rendered.compare,
                    labels=rendered.labels,
                    is_report=page.behaviour == "report",
                )
                planned.append(Planned(write=write, rule=f"page {page.id}", place=str(page.place)))
        return planned

    def _keep(
        self,
        conn: Connection,
        ground: SiteRules,
        rules: ProjectRules,
        row: ProjectRow,
        judged: Judged,
        written: list[Planned],
        dirty_n: int,
        *,
        is_urgent: bool,
        mode: str | None,
    ) -> RolledUp:
        site, key, found = ground.site, row.key, judged.findings
        is_observed = _is_observed(row, rules, mode)
        changed = [one for one in written if self._is_changed(conn, site, one)]
        if mode == "observe":
            # What waits stays, and no decision counts as answered: the next rollup finds all of it as it was.
            return RolledUp(findings=found, planned=(*judged.planned, *changed), stored=0, is_observed=True)
        for run in judged.runs:
            # A return that was only shown is not answered: once the project is written to, the gate still goes back.
            kept = replace(run, trigger=None) if is_observed and run.was_returned else run
            gate_runs.save_gate_run(conn, site, key, kept)
        kpis.save_kpis(conn, site, key, found.kpis, ground.rulebook.hash)
        findings.save_rollup(conn, site, key, found.as_of, ground.rulebook.hash, found)
        if judged.baseline_due is not None:
            findings.set_judgement(conn, site, f"project {key}", "baseline", dict(judged.baseline_due))
        if is_observed:
            outbox.withdraw(conn, site, key)
        now = self.real.now()
        stored = planning.plan_all(
            conn,
            site,
            key,
            judged.planned,
            now=now,
            run=_run_name(key),
            rules=ground.rulebook.hash,
            is_observed=is_observed,
        )
        stored += planning.plan_all(
            conn,
            site,
            key,
            changed,
            now=now,
            run=_run_name(key),
            rules=ground.rulebook.hash,
            is_observed=is_observed,
            not_before=None if is_urgent else self._page_moment(row),
        )
        projects.rolled_up(conn, site, key, dirty_n, now)
        log.info("rolled up", site=site, project=key, issues=sum(found.by_category.values()), writes=len(stored))
        return RolledUp(
            findings=found,
            planned=(*judged.planned, *changed),
            stored=sum(row_id is not None for row_id in stored),
            is_observed=is_observed,
        )

    def _is_changed(self, conn: Connection, site: str, planned: Planned) -> bool:
        """Whether the page's regions, stamps left aside, differ from what was last written; a report is made once."""
        assert isinstance(planned.write, WritePage), "only pages are compared"
        last = pages.get(conn, site, planned.write.natural_key)
        if last is None:
            return True
        return not planned.write.is_report and planned.write.fingerprints() != last.compare

    def _page_moment(self, row: ProjectRow) -> datetime | None:
        """When the project's pages may be written again."""
        return row.pages_at + timedelta(seconds=self.page_window_s) if row.pages_at else None


def is_due(page: PageRule, found: Findings) -> bool:
    """Whether the page is to be there yet: always, or once its gate was decided GO."""
    if page.after_gate is None:
        return True
    run = latest_decided(found.gates).get(page.after_gate)
    return run is not None and run.decision in OPENING


def load_project(conn: Connection, ground: SiteRules, rules: ProjectRules, row: ProjectRow, as_of: datetime) -> Project:
    """The project's mirrored state now, with the histories that judging needs."""
    site = ground.site
    own = accounts.of_site(conn, site).get("jira")
    project = Project(
        site=site,
        key=row.key,
        name=row.name,
        rules=rules,
        as_of=as_of,
        issues=tuple(issues.of_project(conn, site, row.key)),
        pages=tuple(entities.of_project(conn, site, rules.space, ["page"])),
        account=own.account_id if own else None,
        jira_url=ground.jira_url,
    )
    wanted = issues_whose_history_counts(project, ground.rulebook)
    histories = changes.changes_in(conn, site, sorted(wanted))
    told = tuple(
        replace(issue, changes=histories.get(issue.id, ())) if issue.id in wanted else issue for issue in project.issues
    )
    return replace(project, issues=told, name=_name_of(project))


def load_past(conn: Connection, site: str, key: str) -> Past:
    """What earlier rollups and the event path left for this project."""
    baseline = findings.judgement(conn, site, f"project {key}", "baseline")
    notes = findings.topics_of(conn, site, f"timeline {key}").values()
    return Past(
        runs=tuple(gate_runs.all_gate_runs(conn, site, key)),
        baseline_due={str(k): v for k, v in baseline.items() if isinstance(v, date)}
        if isinstance(baseline, dict)
        else {},
        notes=tuple(rebuild(TimelineEntry, note) for note in notes),
    )


def _is_observed(row: ProjectRow, rules: ProjectRules, mode: str | None) -> bool:
    """Whether the project is only watched, as this run says, else as a person chose, else as the rules say."""
    return (mode or row.mode or rules.mode) == "observe"


def _was_red(conn: Connection, site: str, key: str) -> bool:
    """Whether the light was red when the project was rolled up last."""
    last = findings.latest_rollup(conn, site, key)
    return last is not None and isinstance(last.body, Mapping) and last.body.get("light") == "red"


def _name_of(project: Project) -> str:
    """The project's name as its issues tell it, else what was stored."""
    for issue in reversed(project.issues):
        held = issue.fields.get("project")
        if isinstance(held, Mapping) and isinstance(held.get("name"), str):
            return str(held["name"])
    return project.name


def _run_name(key: str) -> str:
    return f"rollup {key} {uuid.uuid4().hex[:12]}"
