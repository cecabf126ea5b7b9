"""Every event that automations may wait for: a rule that answers to it, and what leaves the same rule silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from connector.core.actions import EnsureLabel, MakeIssue, SetIssueFields, WriteComment, WritePage, WritePageComment
from connector.core.findings import Findings
from connector.core.rulebook import Rulebook
from connector.normalise.rest import rest_page
from connector.pipeline.absorb import absorb
from connector.store import findings, planning, projects, timers
from connector.store.engine import reading, writing
from tests.core.build import RISKS, project_rules
from tests.pipeline.desk import ADA, NOW, US, WORDS, Desk, about, created, item, later, moved, shown, stamp, updated
from tests.rulefiles.reading import rulebook as read

DONE = "add_label: heard"
NOTED = 'ensure_issue: {key: "heard", type: Task, summary: "{{ event.name }}"}'
newline = "\n    "
BASE = """
language: 1
projects: [{jira: "*", fields: {probability: Risk probability, impact: Risk impact}}]
risks: {select: issuetype = Risk, bands: {high: ">= 15", medium: ">= 8", low: ">= 1"}}
phases: [{id: planning}, {id: executing}]
gates:
  - {id: plan, from: planning, to: executing, gate_issue: labels = gate, decided: {GO: Passed},
     must: [{id: a, count: labels = never, is: 0}]}
kpis: [{id: overdue, value: figure("overdue"), target: "= 0"}]
pages: [{id: status, template: status, title: Status}]
"""


def rules_of(*automations: str) -> Rulebook:
    listed = "\n".join(
        f"  - id: r{number}\n    {text.replace('; ', newline)}" for number, text in enumerate(automations)
    )
    own = project_rules(mode="write", fields=WORDS)
    return replace(
        read(f"{BASE}automations:\n{listed}\n"),
        risks=RISKS,
        project_for=lambda key, *_: replace(own, jira=key) if key == "OPS" else None,
    )


def desk_with(engine: Engine, *automations: str) -> Desk:
    return Desk(engine, rules=rules_of(*automations))


def heard(desk: Desk) -> int:
    own = {"automation r0"}
    return sum(row.rule in own for row in desk.rows())


def comment(event: str, number: int = 1, **more: Any) -> dict[str, object]:
    said = {"id": "501", "body": "Hello", "author": {"accountId": ADA}, "created": stamp(NOW), "updated": stamp(NOW)}
    return about(event, shown(number), comment=said, **more)


def worklog(event: str) -> dict[str, object]:
    spent = {"id": "601", "author": {"accountId": ADA}, "timeSpentSeconds": 60, "started": stamp(NOW)}
    return about(event, shown(1), worklog={**spent, "created": stamp(NOW), "updated": stamp(NOW), "issueId": "1001"})


def link(event: str) -> dict[str, object]:
    kind = {"id": 1, "name": "Blocks", "outwardName": "blocks", "inwardName": "is blocked by"}
    ends = {"sourceIssueId": 1001, "destinationIssueId": 1002, "issueLinkType": kind}
    return {"webhookEvent": event, "timestamp": millis(NOW), "issueLink": {"id": 901, **ends}}


def sprint(event: str, state: str = "active", id: int = 7) -> dict[str, object]:
    return {
        "webhookEvent": event,
        "timestamp": millis(NOW),
        "sprint": {"id": id, "name": "Sprint 7", "state": state, "originBoardId": 3},
    }


def version(event: str, *, project: int = 10000) -> dict[str, object]:
    told = {"id": "801", "name": "1.0", "released": event.endswith("released"), "projectId": project}
    return {"webhookEvent": event, "timestamp": millis(NOW), "version": told}


def page(
    event: str, *, space: str = "OPS", label: str | None = None, number: int = 1, id: int = 4711
) -> dict[str, object]:
    body: dict[str, object] = {"event": event, "timestamp": millis(NOW), "userAccountId": ADA}
    told = {"id": id, "title": "Charter", "spaceKey": space, "version": number}
    if label is not None:
        return {**body, "label": {"name": label}, "labeled": told}
    if event.startswith("comment"):
        return {**body, "comment": {"id": 77, "version": 1, "parent": told}}
    return {**body, "page": told}


def tick(name: str = "day.began", **more: object) -> dict[str, object]:
    return {"event": name, "project": "OPS", "at": "2026-03-16T16:00:00+00:00", **more}


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


IN_SPRINT = {"customfield_9": [{"id": 7, "name": "Sprint 7", "state": "active", "boardId": 3}]}
OF_ISSUES = [
    pytest.param("issue.created", [], created(1), updated(shown(2), item("summary", "a", "b")), id="created"),
    pytest.param("issue.updated", [created(1)], updated(shown(1, summary="x"), item("summary", "a", "x")), created(2)),
    pytest.param(
        "issue.transitioned",
        [created(1)],
        updated(shown(1, is_at="Done"), moved("To Do", "Done")),
        updated(shown(1, summary="x"), item("summary", "a", "x")),
    ),
    pytest.param("{event: issue.transitioned, into: Done}", [created(1)],
                 updated(shown(1, is_at="Done"), moved("To Do", "Done")),
                 updated(shown(1, is_at="In Progress"), moved("To Do", "In Progress")), id="transitioned-into"),
    pytest.param("{event: issue.updated, field: [duedate]}", [created(1)],
                 updated(shown(1, duedate="2026-04-01"), item("duedate", None, "2026-04-01")),
                 updated(shown(1, summary="x"), item("summary", "a", "x")), id="updated-field"),
    pytest.param("issue.commented", [created(1)], comment("comment_created"), worklog("worklog_created")),
    pytest.param("comment.created", [created(1)], comment("comment_created"), worklog("worklog_created")),
    pytest.param("worklog.created", [created(1)], worklog("worklog_created"), comment("comment_created")),
    pytest.param("issue.linked", [created(1), created(2)], link("issuelink_created"), comment("comment_created")),
    pytest.param("risk.band_changed", [created(1, type="Risk")],
                 updated(shown(1, type="Risk", customfield_1=3, customfield_2=3), item("customfield_1", None, 3)),
                 updated(shown(1, type="Risk", summary="x"), item("summary", "a", "x"))),
    pytest.param("{event: risk.band_changed, band: high}", [created(1, type="Risk")],
                 updated(shown(1, type="Risk", customfield_1=5, customfield_2=5), item("customfield_1", None, 5)),
                 updated(shown(1, type="Risk", customfield_1=2, customfield_2=1), item("customfield_1", None, 2)),
                 id="band-high"),
]  # fmt: skip
OF_PROJECTS = [
    pytest.param("sprint.started", [created(1, **IN_SPRINT)], sprint("sprint_started"),
                 sprint("sprint_started", id=8), "jira"),
    pytest.param("sprint.closed", [created(1, **IN_SPRINT)], sprint("sprint_closed", "closed"),
                 sprint("sprint_closed", "closed", id=8), "jira"),
    pytest.param("version.released",
                 [created(1, project={"id": "10000", "key": "OPS", "name": "Operations"})],
                 version("jira:version_released"), version("jira:version_released", project=20000), "jira"),
    pytest.param("page.created", [], page("page_created"), page("page_created", space="HR", id=4712), "confluence"),
    pytest.param("page.updated", [], page("page_updated", number=2), page("page_created"), "confluence"),
    pytest.param("{event: page.labelled, label: charter}", [], page("label_added", label="charter"),
                 page("label_added", label="draft"), "confluence", id="labelled"),
    pytest.param("page.commented", [], page("comment_created"), page("page_created"), "confluence"),
    pytest.param("day.began", [], tick(), tick("week.began"), "clock"),
    pytest.param("{event: day.began, working_days: true}", [], tick(working_day=True), tick(working_day=False), "clock",
                 id="working-day"),
    pytest.param("week.began", [], tick("week.began"), tick(), "clock"),
    pytest.param("{event: week.began, working_days: true}", [], tick("week.worked"), tick("week.began"), "clock",
                 id="working-week"),
    pytest.param('{schedule: "0 9 * * MON-FRI"}', [], tick("schedule", schedule="0 9 * * mon-fri"),
                 tick("schedule", schedule="0 9 * * sun"), "clock", id="schedule"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "before", "fires", "leaves"), OF_ISSUES)
def test_a_rule_answers_to_its_event_and_to_no_other(
    engine: Engine, when: str, before: list[Any], fires: Any, leaves: Any
) -> None:
    silent = desk_with(engine, f"when: {when}; if: issuetype IN (Task, Risk); then: [{{{DONE}}}]")
    silent.tell(*before)
    was = heard(silent)
    silent.tell(leaves)
    left_silent = heard(silent)
    silent.tell(fires)

    assert (was, left_silent) == (0, 0)
    assert heard(silent) > 0


@pytest.mark.parametrize(("when", "before", "fires", "leaves", "source"), OF_PROJECTS)
def test_a_rule_without_issues_acts_once_on_the_project(
    engine: Engine, when: str, before: list[Any], fires: Any, leaves: Any, source: str
) -> None:
    desk = desk_with(engine, f"when: {when}; then: [{{{NOTED}}}]")
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS", at=NOW)
    desk.shelf.pages_by_id |= {"4711": page_as_read(), "4712": page_as_read("HR")}
    desk.tell(*before)
    desk.tell(leaves, source=source)
    left_silent = heard(desk)
    desk.shelf.pages_by_id["4711"] = page_as_read(version=fires.get("page", {}).get("version", 1))
    desk.tell(fires, source=source)

    assert left_silent == 0
    assert [type(one) for one in desk.writes()] == [MakeIssue]


def page_as_read(space: str = "OPS", *, version: int = 1) -> dict[str, object]:
    return {
        "id": "4711" if space == "OPS" else "4712",
        "title": "Charter",
        "status": "current",
        "version": {"number": version, "createdAt": f"2026-03-16T09:0{version}:00Z"},
        "body": {"storage": {"value": "<p>Goals</p>", "representation": "storage"}},
        "spaceKey": space,
    }


def test_a_deleted_issue_is_told_of_and_not_written_to(engine: Engine) -> None:
    desk = desk_with(engine, f"when: issue.deleted; if: priority = Medium; then: [{{{NOTED}}}]")
    desk.tell(created(1), created(2, priority={"name": "Low"}))
    desk.tell(about("jira:issue_deleted", shown(2, priority={"name": "Low"})))
    left_silent = heard(desk)
    desk.tell(about("jira:issue_deleted", shown(1)))

    assert (left_silent, heard(desk)) == (0, 1)


def test_for_each_acts_on_every_issue_that_it_selects_and_names_the_one_that_led_to_them(engine: Engine) -> None:
    text = "comment: {purpose: moved, text: '{{ trigger.key }} led to {{ issue.key }}'}"
    rule = f"when: issue.transitioned; if: issuetype = Epic; for_each: labels = part; then: [{{{text}}}]"
    desk = desk_with(engine, rule)
    desk.tell(created(1, type="Epic"), *(created(n, labels=["part"]) for n in (2, 3)), created(4))
    desk.tell(updated(shown(4, is_at="Done"), moved("To Do", "Done")))
    left_silent = heard(desk)
    desk.tell(updated(shown(1, type="Epic", is_at="Done"), moved("To Do", "Done")))

    said = [one.lines[0].text for one in desk.writes() if isinstance(one, WriteComment)]
    assert (left_silent, sorted(said)) == (0, ["OPS-1 led to OPS-2", "OPS-1 led to OPS-3"])


def test_only_when_asks_about_the_last_rollup_and_rests_without_one(engine: Engine) -> None:
    rule = f"when: issue.updated; if: issuetype = Task; only_when: project.light == 'red'; then: [{{{DONE}}}]"
    desk = desk_with(engine, rule, f"when: issue.updated; only_when: figure('overdue') > 3; then: [{{{DONE}}}]")
    desk.tell(created(1), updated(shown(1, summary="x"), item("summary", "a", "x")))
    left_silent = len(desk.rows())
    found = Findings(
        site="main", project="OPS", name="O", as_of=NOW, rules="h", phase="planning", is_closed=False, light="red"
    )
    with writing(engine) as conn:
        findings.save_rollup(conn, "main", "OPS", NOW, "h", found)
    desk.tell(updated(shown(1, summary="y", updated=stamp(later(1))), item("summary", "x", "y"), at=later(1), n=2))

    assert (left_silent, [row.rule for row in desk.rows()]) == (0, ["automation r0"])


def test_unless_done_within_acts_only_on_what_is_still_so(engine: Engine) -> None:
    rule = f'when: issue.created; if: statusCategory = "To Do"; unless_done_within: 3d; then: [{{{DONE}}}]'
    desk = desk_with(engine, rule)
    desk.tell(created(1), created(2))
    with reading(engine) as conn:
        waiting = timers.due(conn, "main", NOW + timedelta(days=3))
    moved_on = shown(2, is_at="In Progress", updated=stamp(later(5)))
    desk.tell(updated(moved_on, moved("To Do", "In Progress"), at=later(5), n=5))
    with reading(engine) as conn:
        left = timers.due(conn, "main", NOW + timedelta(days=3))
    for one in waiting:
        desk.tell(tick("timer.due", rule=one.rule, issue=one.issue), source="clock")

    assert [(one.rule, one.issue, one.due_at) for one in waiting] == [
        ("r0", "1001", NOW + timedelta(days=3)),
        ("r0", "1002", NOW + timedelta(days=3)),
    ]
    assert [one.issue for one in left] == ["1001"]
    assert desk.writes() == [EnsureLabel(issue="1001", key="OPS-1", label="heard")]
    with reading(engine) as conn:
        assert timers.due(conn, "main", datetime(2030, 1, 1, tzinfo=UTC)) == []


def test_fields_that_several_rules_set_on_one_issue_are_one_write_that_names_both(engine: Engine) -> None:
    desk = desk_with(
        engine,
        "when: issue.created; then: [{set_fields: {priority: High}}]",
        "when: issue.created; then: [{set_fields: {duedate: '{{ today + days(7) }}'}}]",
    )
    desk.tell(created(1))

    (row,) = desk.rows()
    assert row.write == SetIssueFields(
        issue="1001", key="OPS-1", values={"priority": {"name": "High"}, "duedate": "2026-03-23"}
    )
    assert (row.rule, row.cause) == ("automation r0, automation r1", "inbox 1")


def test_what_is_on_its_way_already_is_not_written_again_beside_something_else(engine: Engine) -> None:
    desk = desk_with(
        engine,
        "when: [issue.created, issue.updated]; then: [{set_fields: {priority: High}}]",
        "when: {event: issue.updated, field: [summary]}; then: [{set_fields: {duedate: '2026-04-01'}}]",
    )
    desk.tell(created(1))
    desk.tell(updated(shown(1, summary="x", updated=stamp(later(1))), item("summary", "a", "x"), at=later(1), n=2))

    assert [dict(one.values) for one in desk.writes() if isinstance(one, SetIssueFields)] == [
        {"priority": {"name": "High"}},
        {"duedate": "2026-04-01"},
    ]


def test_what_goes_beyond_a_rules_limit_waits_until_a_person_lets_it_go(engine: Engine) -> None:
    desk = desk_with(engine, f"when: [issue.created, day.began]; if: issuetype = Task; at_most: 1; then: [{{{DONE}}}]")
    desk.tell(*(created(n) for n in range(1, 4)))
    desk.tell(tick(), source="clock")
    states = [row.state for row in desk.rows()]
    with writing(engine) as conn:
        freed = planning.release(conn, "main", "r0")

    assert (states, freed) == (["planned", "held", "held"], 2)
    assert [row.state for row in desk.rows()] == ["planned"] * 3


def test_a_chain_of_rules_that_never_rests_is_cut_and_kept_with_its_links(engine: Engine) -> None:
    other = "{set_fields: {priority: Low}}]; ignore_conflict_with: [r0]"
    desk = desk_with(
        engine,
        "when: issue.updated; if: priority != High; then: [{set_fields: {priority: High}}]; ignore_conflict_with: [r1]",
        f"when: issue.updated; if: priority = High; then: [{other}",
    )
    desk.tell(created(1), updated(shown(1, summary="x"), item("summary", "a", "x")))

    with reading(engine) as conn:
        cut = findings.topics_of(conn, "main", "chains cut OPS")
    assert list(cut) == [" → ".join(["automation r0", "automation r1"] * 2 + ["automation r0"])]


def test_pages_are_written_from_markdown_in_which_a_value_is_never_markup(engine: Engine) -> None:
    text = "**{{ issue.key }}** says {{ issue.summary }}"
    actions = (
        f"{{ensure_page: {{key: k, title: T, text: '{text}'}}}}, {{add_page_comment: {{page: k, purpose: p, text: a}}}}"
    )
    desk = desk_with(engine, f"when: issue.created; then: [{actions}]")
    desk.tell(created(1, summary="[x](javascript:a) <b>|</b>"))

    (made,) = [one for one in desk.writes() if isinstance(one, WritePage)]
    assert made.body == "<p><strong>OPS-1</strong> says [x](javascript:a) &lt;b&gt;|&lt;/b&gt;</p>"
    assert [one for one in desk.writes() if isinstance(one, WritePageComment)] == [
        WritePageComment(page="project OPS page k", purpose="p", body="<p>a</p>")
    ]


def test_our_own_comment_on_a_page_starts_no_rule(engine: Engine) -> None:
    desk = desk_with(engine, f"when: page.commented; then: [{{{NOTED}}}]")
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS", at=NOW)
    absorb(engine, "main", list(rest_page("main", page_as_read(), NOW, is_live=False)))
    said = desk.has_sent(WritePageComment(page="page 4711", purpose="p", body="<p>a</p>"), "77")
    desk.tell({**page("comment_created"), "userAccountId": US}, source="confluence")
    by_us = heard(desk)
    other = page("comment_created")
    other["comment"] = {"id": 78, "version": 1, "parent": {"id": 4711, "title": "Charter", "spaceKey": "OPS"}}
    desk.tell(other, source="confluence")

    assert (desk.is_echoed(said), by_us, heard(desk)) == (True, 0, 1)
