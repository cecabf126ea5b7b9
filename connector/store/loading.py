"""One consistent picture of a project, and what earlier rollups left for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from connector.core.findings import TimelineEntry
from connector.core.judge import Past, issues_whose_comments_count, issues_whose_history_counts
from connector.core.project import Project
from connector.core.rulebook import ProjectRules
from connector.siterules import SiteRules
from connector.store import accounts, changes, entities, findings, gate_runs, issues, runs
from connector.store.coding import rebuild
from connector.store.projects import ProjectRow
from connector.store.surroundings import around


def load_project(conn: Connection, ground: SiteRules, rules: ProjectRules, row: ProjectRow, as_of: datetime) -> Project:
    """The project's mirrored state now, with the histories and comments that judging needs."""
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
    talked_on = issues_whose_comments_count(project, ground.rulebook)
    return replace(
        project,
        issues=told,
        name=_name_of(project),
        around=around(conn, site, row.key, told),
        comments=tuple(entities.of_parents(conn, site, talked_on, ["comment"])),
    )


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
        moved_back=runs.moved_back(conn, site, key),
    )


def _name_of(project: Project) -> str:
    """The project's name as its issues tell it, else what was stored."""
    for issue in reversed(project.issues):
        held = issue.fields.get("project")
        if isinstance(held, Mapping) and isinstance(held.get("name"), str):
            return str(held["name"])
    return project.name
