"""Asking the event rules about what a batch changed, and storing what they decided."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from connector.core.actions import Planned
from connector.core.decide import Decided, Judging, decide
from connector.core.events import Ticked
from connector.core.findings import TimelineEntry
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
OWN_CHANGES = timedelta(minutes=5)
"""What changed longer before a letter's event is history that it brought along, and not what happened."""


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
    urgent: set[str] = field(default_factory=set)
    told: dict[str, RiskMark] = field(default_factory=dict)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    learnt: dict[str, list[str]] = field(default_factory=dict)
    plans: defaultdict[tuple[str, bool], list[tuple[str, Planned]]] = field(default_factory=lambda: defaultdict(list))


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
            news = tuple(one for one in mirrored.changes.get(issue_id, ()) if one.at >= origin.at - OWN_CHANGES)
            _keep(bench, rules, issue, decide(origin, issue, news, _judging(bench, rules, issue)))


def store_plans(bench: Bench) -> int:
    """Put everything that was decided into the outbox. Gives the number of writes that were new."""
    marks = {f"issue {issue_id}": mark for issue_id, mark in bench.told.items()}
    findings.set_judgements(bench.conn, bench.site.site, RISK_TOPIC, marks)
    stored = 0
    for (project, is_watched), decided in bench.plans.items():
        held = set() if is_watched else _over_limit(bench, project, decided)
        shown = [planned for issue_id, planned in decided if is_watched or (planned.rule, issue_id) in held]
        sent = [planned for issue_id, planned in decided if not is_watched and (planned.rule, issue_id) not in held]
        stored += _store(bench, project, sent, is_observed=False) + _store(bench, project, shown, is_observed=True)
    return stored


def _store(bench: Bench, project: str, planned: list[Planned], *, is_observed: bool) -> int:
    ids = planning.plan_all(
        bench.conn,
        bench.site.site,
        project,
        planned,
        now=bench.real_now,
        run=bench.run,
        rules=bench.site.rulebook.hash,
        is_observed=is_observed,
    )
    return sum(row_id is not None for row_id in ids)


def _over_limit(bench: Bench, project: str, decided: list[tuple[str, Planned]]) -> set[tuple[str, str]]:
    """Rule and issue of what goes beyond a rule's `at_most` in this run: shown, and not written.

    The limit counts issues, whatever the rule does to each, and only those for which something is still to be done.
    """
    limits = {f"automation {one.id}": one.at_most for one in bench.site.rulebook.automations}
    limited = [(issue_id, planned) for issue_id, planned in decided if planned.rule in limits]
    writes = [planned for _, planned in limited]
    new = planning.unsettled(bench.conn, bench.site.site, writes, now=bench.real_now)
    touched: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for issue_id, planned in limited:
        if planned.write.natural_key in new:
            touched[planned.rule][issue_id] = None
    held = {(rule, one) for rule, issue_ids in touched.items() for one in list(issue_ids)[limits[rule] :]}
    for rule, count in sorted(Counter(rule for rule, _ in held).items()):
        log.warning("over the rule's limit", rule=rule, project=project, at_most=limits[rule], held=count)
    return held


def _judge_day(bench: Bench, event: Ticked) -> None:
    """A day began: the rules that answer to it look at every issue of the project, once a day."""
    rules = _rules_for(bench, event.project)
    if rules is None or not any("day.began" in rule.when for rule in bench.site.rulebook.automations):
        return
    found = list(issues.of_project(bench.conn, bench.site.site, event.project))
    by_name = {name: issue for issue in found for name in (issue.id, issue.key)}
    bench.marks = {**read_marks(bench.conn, bench.site.site, [issue.id for issue in found]), **bench.marks}
    for issue in found:
        if issue.is_trimmed:
            continue
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
    bench.plans[(project, watched)] += [(issue.id, planned) for planned in decided.planned]
    if decided.mark is not None:
        # What was only shown was told to nobody: once the project is written to, it still is to be.
        bench.marks[issue.id] = bench.told[issue.id] = replace(decided.mark, is_told=not watched)
    for note in decided.notes:
        findings.set_judgement(bench.conn, site, f"timeline {project}", _topic(note), note)
    if decided.is_urgent:
        bench.urgent.add(project)
    for problem in decided.problems:
        log.error("rule could not be worked out", problem=problem)
    for rule in decided.cut:
        log.warning("chain of rules cut", rule=rule, project=project, issue=issue.key)


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
