"""Asking the event rules about what a batch changed, and storing what they decided."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from connector.core.actions import Planned
from connector.core.decide import Decided, Judging, decide
from connector.core.events import Ticked
from connector.core.issue import Issue
from connector.core.rulebook import ProjectRules
from connector.core.rules.risks import RiskMark
from connector.pages.languages import translate
from connector.pipeline.mirroring import Mirrored, Slice
from connector.siterules import SiteRules
from connector.store import findings, issues, planning
from connector.store.coding import rebuild
from connector.store.projects import ProjectRow

log = structlog.get_logger()

RISK_TOPIC = "risk"


@dataclass(slots=True)
class Bench:
    """Where one batch of one site is judged."""

    conn: Connection
    site: SiteRules
    piece: Slice
    account: str | None
    now: datetime
    real_now: datetime
    run: str
    rows: dict[str, ProjectRow] = field(default_factory=dict)
    marks: dict[str, RiskMark] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    urgent: set[str] = field(default_factory=set)
    plans: defaultdict[tuple[str, bool], list[Planned]] = field(default_factory=lambda: defaultdict(list))


def judge_letter(bench: Bench, mirrored: Mirrored) -> None:
    """Judge the issues that a live letter touched. A trimmed copy is not judged: what it lacks would look empty."""
    for event in mirrored.events:
        if isinstance(event, Ticked):
            _judge_day(bench, event)
    origin = next((event.origin for event in mirrored.events if not isinstance(event, Ticked)), None)
    if origin is None or not origin.is_live:
        return
    for issue_id in mirrored.issues:
        issue = bench.piece.issue(issue_id)
        if issue is None or issue.is_trimmed or issue.is_gone:
            continue
        rules = _rules_for(bench, issue.project_key)
        if rules is not None:
            decided = decide(origin, issue, mirrored.changes.get(issue_id, ()), _judging(bench, rules, issue))
            _keep(bench, rules, issue, decided)


def store_plans(bench: Bench) -> int:
    """Put everything that was decided into the outbox. Gives the number of writes that were new."""
    stored = [
        row_id
        for (project, observed), planned in bench.plans.items()
        for row_id in planning.plan_all(
            bench.conn,
            bench.site.site,
            project,
            planned,
            now=bench.real_now,
            run=bench.run,
            rules=bench.site.rulebook.hash,
            is_observed=observed,
        )
    ]
    return sum(row_id is not None for row_id in stored)


def _judge_day(bench: Bench, event: Ticked) -> None:
    """A day began: the rules that answer to it look at every issue of the project, once a day."""
    rules = _rules_for(bench, event.project)
    if rules is None or not any("day.began" in rule.when for rule in bench.site.rulebook.automations):
        return
    found = list(issues.of_project(bench.conn, bench.site.site, event.project))
    by_name = {name: issue for issue in found for name in (issue.id, issue.key)}
    bench.marks = {**read_marks(bench.conn, bench.site.site, [issue.id for issue in found]), **bench.marks}
    for issue in found:
        judging = replace(_judging(bench, rules, issue), find=by_name.get)
        _keep(bench, rules, issue, decide(event.origin, issue, (), judging))


def _rules_for(bench: Bench, project: str) -> ProjectRules | None:
    """The project's rules, unless the connector keeps out of it or is still filling its mirror."""
    row = bench.rows.get(project)
    return bench.site.rulebook.project_for(project) if row is not None and row.is_caught_up else None


def _judging(bench: Bench, rules: ProjectRules, issue: Issue) -> Judging:
    return Judging(
        rulebook=bench.site.rulebook,
        rules=rules,
        fields=bench.site.fields_of(rules),
        now=bench.now,
        say=translate(rules.locale, rules.timezone),
        mark=bench.marks.get(issue.id),
        account=bench.account,
        find=bench.piece.issue,
    )


def _keep(bench: Bench, rules: ProjectRules, issue: Issue, decided: Decided) -> None:
    site, project = bench.site.site, issue.project_key
    watched = is_observed(bench.rows[project], rules)
    for planned in decided.planned:
        observed = watched or _is_over_limit(bench, project, planned.rule)
        bench.plans[(project, observed)].append(planned)
    if decided.mark is not None:
        bench.marks[issue.id] = decided.mark
        findings.set_judgement(bench.conn, site, f"issue {issue.id}", RISK_TOPIC, decided.mark)
    for note in decided.notes:
        topic = f"{note.at.isoformat()} {note.key} {note.what}"
        findings.set_judgement(bench.conn, site, f"timeline {project}", topic, note)
    if decided.is_urgent:
        bench.urgent.add(project)
    for problem in decided.problems:
        log.error("rule could not be worked out", problem=problem)
    for rule in decided.cut:
        log.warning("chain of rules cut", rule=rule, project=project, issue=issue.key)


def is_observed(row: ProjectRow, rules: ProjectRules) -> bool:
    """Whether the project is only watched: a person's choice is stronger than the rules'."""
    return (row.mode or rules.mode) == "observe"


def _is_over_limit(bench: Bench, project: str, rule: str) -> bool:
    """Whether an automation has used up its `at_most` in this run. What is over is shown and not written."""
    limit = next((one.at_most for one in bench.site.rulebook.automations if f"automation {one.id}" == rule), None)
    if limit is None:
        return False
    bench.counts[(project, rule)] += 1
    if bench.counts[(project, rule)] <= limit:
        return False
    log.warning("over the rule's limit", rule=rule, project=project, at_most=limit)
    return True


def read_marks(conn: Connection, site: str, issue_ids: Iterable[str]) -> dict[str, RiskMark]:
    """What was last told about issues as risks, by issue id."""
    found = findings.judgements_of(conn, site, [f"issue {one}" for one in issue_ids], RISK_TOPIC)
    return {subject.removeprefix("issue "): rebuild(RiskMark, tree) for subject, tree in found.items()}
