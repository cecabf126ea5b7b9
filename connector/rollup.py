"""The rollup path: one project's snapshot in, findings, gate runs, KPI series and planned writes out.

Reads what `pipeline` mirrored, at most once a project and window; what changed goes to `outbox`.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine

from connector import metrics
from connector.clock import Clock, SystemClock
from connector.core.actions import Planned, WritePage
from connector.core.before import with_before
from connector.core.decide import Decided
from connector.core.findings import Findings, Standing
from connector.core.judge import Judged, judge
from connector.core.judging import Happening, Judging
from connector.core.merging import merged
from connector.core.project import Project
from connector.core.reports import due_reports
from connector.core.rulebook import PageRule, ProjectRules
from connector.core.rules.gates import OPENING, latest_decided
from connector.core.rules.risks import RiskMark
from connector.core.steering import Paused, awake
from connector.core.turns import decide_turns, is_heard, turns
from connector.pages.drafting import drafter, storage_of
from connector.pages.languages import translate
from connector.pages.render import render_page
from connector.pages.templates import Template
from connector.pages.words import Links
from connector.siterules import SiteRules
from connector.store import (
    changes,
    findings,
    gate_runs,
    kpis,
    outbox,
    pages,
    pauses,
    planning,
    projects,
    timers,
)
from connector.store.coding import rebuild
from connector.store.decided import keep_decided
from connector.store.engine import reading, writing
from connector.store.loading import load_past, load_project
from connector.store.locks import exclusive
from connector.store.outbox import OutboxRow
from connector.store.projects import ProjectRow

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """What a rollup did: its findings, the writes that follow, and how many were new. Observed ones are only shown.

    `is_paused`: they are only shown because a person has paused the project.
    """

    findings: Findings
    planned: tuple[Planned, ...]
    stored: int
    is_observed: bool
    is_paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A project as one snapshot showed it, with what the rules say."""

    row: ProjectRow
    dirty_n: int
    is_urgent: bool
    was_red: bool
    judged: Judged
    paused: Paused
    decided: Decided


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
            done = self._run(ground.for_project(key), rules, key, is_urgent=is_urgent, mode=mode)
        metrics.ROLLUP_SECONDS.observe(time.perf_counter() - started)
        return done

    def _run(
        self, ground: SiteRules, rules: ProjectRules, key: str, *, is_urgent: bool, mode: str | None
    ) -> RolledUp | None:
        seen = self._look(ground, rules, key)
        is_returned = seen is not None and any(run.was_returned and run.trigger for run in seen.judged.runs)
        if seen is not None and is_returned and not _is_silent(seen, rules, mode):
            # No gate goes back on a mirror that lags: what people have just put right may still be on its way to us.
            self.catch_up(ground.site, key, rules.space)
            seen = self._look(ground, rules, key)
        if seen is None:
            return None
        judged = seen.judged
        written = [one for one in self._pages(ground, rules, judged.findings) if not seen.paused.silences(one.rule)]
        has_turned = seen.was_red != (judged.findings.light == "red")
        is_urgent = is_urgent or seen.is_urgent or has_turned or any(run.trigger is not None for run in judged.runs)
        with writing(self.engine) as conn:
            return self._keep(conn, ground, rules, seen, written, is_urgent=is_urgent, mode=mode)

    def _look(self, ground: SiteRules, rules: ProjectRules, key: str) -> _Seen | None:
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
            paused = pauses.paused(conn, ground.site)
            lights = {one.kpi: one.light for one in kpis.latest_kpis(conn, ground.site, key).values()}
            held = outbox.held(conn, ground.site, key)
        say = translate(rules.locale, rules.timezone)
        judged = _hushed(judge(project, ground.rulebook, ground.fields_of(rules), past, say), paused)
        judged = replace(
            judged,
            findings=replace(judged.findings, standing=_standing(row, rules, paused, held)),
            planned=with_before(judged.planned, project.issues),
        )
        happened = turns(judged.findings, judged.runs, past.runs, lights)
        decided = self._decide(ground, project, judged, happened, paused) if happened else Decided()
        return _Seen(
            row=row,
            dirty_n=dirty_n,
            is_urgent=is_urgent,
            was_red=was_red,
            judged=judged,
            paused=paused,
            decided=decided,
        )

    def _decide(
        self, ground: SiteRules, project: Project, judged: Judged, happened: list[Happening], paused: Paused
    ) -> Decided:
        """What automations say to what this rollup found."""
        site, rules, rulebook = ground.site, project.rules, awake(ground.rulebook, paused)
        if not any(is_heard(rulebook, one) for one in happened):
            return Decided()
        with reading(self.engine) as conn:
            ids = [issue.id for issue in project.issues]
            waits = timers.running(conn, site, ids)
            told = findings.judgements_of(conn, site, [f"issue {one}" for one in ids], "risk")
            past = changes.changes_of_project(conn, site, project.key)
        whole = tuple(replace(one, changes=past.get(one.id, ())) for one in project.issues)
        by_name = {name: issue for issue in whole for name in (issue.id, issue.key)}
        judging = Judging(
            rulebook=rulebook,
            rules=rules,
            fields=ground.fields_of(rules),
            now=project.as_of,
            say=translate(rules.locale, rules.timezone),
            marks={subject.removeprefix("issue "): rebuild(RiskMark, tree) for subject, tree in told.items()},
            account=project.account,
            find=by_name.get,
            issues=lambda: whole,
            findings=lambda: judged.findings,
            around=project.around,
            timers=waits,
            storage=storage_of,
            draft=drafter(self.templates, lambda: judged.findings, rulebook, rules, _links(ground)),
            name=project.name,
            is_cloud=ground.is_cloud,
            occasion=f"rollup {project.as_of.isoformat()}",
        )
        decided = decide_turns(happened, judging)
        return replace(decided, planned=with_before(decided.planned, whole))

    def _pages(self, ground: SiteRules, rules: ProjectRules, found: Findings) -> list[Planned]:
        links, templates = _links(ground), self.templates()
        planned = []
        reports = due_reports(ground.rulebook.reports, found.as_of.astimezone(rules.timezone).date(), rules.days)
        for page in (*ground.rulebook.pages, *reports):
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
        seen: _Seen,
        written: list[Planned],
        *,
        is_urgent: bool,
        mode: str | None,
    ) -> RolledUp:
        judged, row = seen.judged, seen.row
        site, key, found = ground.site, row.key, judged.findings
        is_observed, is_paused = _is_silent(seen, rules, mode), seen.paused.of_project(key) is not None
        changed = [one for one in written if self._is_changed(conn, site, one)]
        done = RolledUp(
            findings=found,
            planned=(*judged.planned, *merged(seen.decided.planned), *changed),
            stored=0,
            is_observed=is_observed,
            is_paused=is_paused,
        )
        if mode == "observe":
            # What waits stays, and no decision counts as answered: the next rollup finds all of it as it was.
            return done
        for run in judged.runs:
            # A return that was only shown is not answered: once the project is written to, the gate still goes back.
            kept = replace(run, trigger=None) if is_observed and run.was_returned else run
            gate_runs.save_gate_run(conn, site, key, kept)
        kpis.save_kpis(conn, site, key, found.kpis, ground.rulebook.hash)
        findings.save_rollup(conn, site, key, found.as_of, ground.rulebook.hash, found)
        if judged.baseline_due is not None:
            findings.set_judgement(conn, site, f"project {key}", "baseline", dict(judged.baseline_due))
        if _is_observed(row, rules, mode):
            outbox.withdraw(conn, site, key)
        now, run_name = self.real.now(), f"rollup {key} {uuid.uuid4().hex[:12]}"
        stored = planning.plan_all(
            conn,
            site,
            key,
            judged.planned,
            now=now,
            run=run_name,
            rules=ground.rulebook.hash,
            is_observed=is_observed,
            is_paused=is_paused,
        )
        stored += planning.plan_all(
            conn,
            site,
            key,
            changed,
            now=now,
            run=run_name,
            rules=ground.rulebook.hash,
            is_observed=is_observed,
            not_before=None if is_urgent else self._page_moment(row),
            is_paused=is_paused,
        )
        stored += keep_decided(
            conn,
            site,
            key,
            seen.decided,
            ground.rulebook,
            now=now,
            run=run_name,
            is_observed=is_observed,
            is_paused=is_paused,
        )
        projects.rolled_up(conn, site, key, seen.dirty_n, now)
        log.info("rolled up", site=site, project=key, issues=sum(found.by_category.values()), writes=len(stored))
        return replace(done, stored=sum(row_id is not None for row_id in stored))

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


def _is_observed(row: ProjectRow, rules: ProjectRules, mode: str | None) -> bool:
    """Whether the project is only watched, as this run says, else as a person chose, else as the rules say."""
    return (mode or row.mode or rules.mode) == "observe"


def _is_silent(seen: _Seen, rules: ProjectRules, mode: str | None) -> bool:
    """Whether nothing is written in the project: it is only watched, or a person has paused it."""
    return _is_observed(seen.row, rules, mode) or seen.paused.of_project(seen.row.key) is not None


def _hushed(judged: Judged, paused: Paused) -> Judged:
    """Without what paused rules ask for. A gate's return that is not written is not answered either."""
    if not paused.rules:
        return judged
    runs = [
        replace(run, trigger=None) if run.was_returned and paused.silences(f"gate {run.gate}") else run
        for run in judged.runs
    ]
    planned = tuple(one for one in judged.planned if not paused.silences(one.rule))
    return replace(judged, runs=tuple(runs), planned=planned)


def _links(ground: SiteRules) -> Links:
    """How pages of the site name issues and people."""
    return Links(jira_url=ground.jira_url, people="ri:account-id" if ground.is_cloud else "ri:username")


def _standing(row: ProjectRow, rules: ProjectRules, paused: Paused, waiting: list[OutboxRow]) -> Standing:
    """What the project's page says of the connector itself. waiting: what goes beyond a rule's limit."""
    held = paused.of_project(row.key)
    return Standing(
        is_observed=_is_observed(row, rules, None),
        paused_at=held.at if held is not None else None,
        reason=held.reason if held is not None else "",
        rules=tuple(sorted(paused.rules)),
        held=tuple(sorted(Counter(one.rule for one in waiting).items())),
    )


def _was_red(conn: Connection, site: str, key: str) -> bool:
    """Whether the light was red when the project was rolled up last."""
    last = findings.latest_rollup(conn, site, key)
    return last is not None and isinstance(last.body, Mapping) and last.body.get("light") == "red"
