import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from connector.core.actions import SetIssueFields
from connector.core.automation_rules import AddLabel
from connector.normalise.rest import rest_issue
from connector.pipeline.absorb import PIPELINE, absorb, close_project, learn_statuses, open_project
from connector.pipeline.repair import repair
from connector.store import issues, projects
from connector.store.engine import reading, writing
from connector.store.locks import held_lock
from tests.conftest import POSTGRES, opened
from tests.core.build import status
from tests.pipeline.desk import NOW, US, Desk, about, created, item, later, moved, rule, shown, stamp, updated


def test_a_project_that_is_filled_is_held_back_until_its_mirror_is_whole(engine: Engine) -> None:
    open_project(engine, "main", "OPS", "Operations", NOW)
    absorb(engine, "main", rest_issue("main", shown(1), NOW))
    with reading(engine) as conn:
        assert projects.due(conn) == []

    close_project(engine, "main", "OPS")

    with reading(engine) as conn:
        assert [one.key for one in projects.due(conn)] == ["OPS"]


def test_what_was_told_live_meanwhile_stands(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(created(1))
    new = updated(shown(1, summary="New", updated=stamp(later(5))), item("summary", "Work 1", "New"), at=later(5))
    desk.tell(new)

    absorb(engine, "main", rest_issue("main", shown(1), NOW))

    assert desk.issue("1001").fields["summary"] == "New"


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_filling_waits_for_a_batch_that_is_under_way(engine: Engine, database_url: str) -> None:
    filling = threading.Thread(target=absorb, args=(engine, "main", rest_issue("main", shown(1), NOW)))

    with opened(database_url) as other, writing(other) as conn:
        assert held_lock(conn, PIPELINE)
        filling.start()
        filling.join(0.3)
        assert filling.is_alive()
    filling.join(20)

    with reading(engine) as conn:
        assert set(issues.load(conn, "main", ["1001"])) == {"1001"}


def test_facts_are_worked_out_again_when_a_status_turns_out_to_mean_something(engine: Engine) -> None:
    desk = Desk(engine)
    unknown = {"id": "4", "name": "In Review"}
    desk.tell(about("jira:issue_created", shown(1, status=unknown)))
    step = moved("To Do", "In Review")
    desk.tell(updated(shown(1, status=unknown, updated=stamp(later(1))), step, at=later(1)))
    assert desk.issue("1001").facts.started_at is None

    learn_statuses(engine, "main", {"1": "new", "4": "indeterminate"})

    assert desk.issue("1001").facts.started_at == later(1)


def test_the_sweep_reads_what_was_half_told_and_asks_for_a_rollup_of_the_spaces_projects(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(created(1), {"webhookEvent": "comment_created", "comment": _comment(), "issue": _short()})
    desk.shelf.issues_by_id = {"1002": shown(2, status=status("Done"))}
    with writing(engine) as conn:
        for one in projects.due(conn):
            projects.rolled_up(conn, one.site, one.key, one.dirty_n, NOW)

    read = repair(engine, desk.shelf, desk.pipeline.rules_of, "main")

    assert read == 1
    assert desk.issue("1002").is_trimmed is False
    assert desk.rows() == []
    with reading(engine) as conn:
        assert [one.key for one in projects.due(conn)] == ["OPS"]


def _short() -> dict[str, object]:
    return {**shown(2), "fields": {"summary": "Half told"}}


def _comment() -> dict[str, object]:
    moment = stamp(NOW - timedelta(minutes=1))
    return {"id": "5", "author": {"accountId": "5f0ada"}, "body": "Hm", "created": moment, "updated": moment}


def test_an_event_that_was_read_before_its_letter_came_is_judged_once_when_it_comes(engine: Engine) -> None:
    desk = Desk(engine, rule("seen", AddLabel(label="seen")))
    desk.tell(created(1))
    change = item("summary", "Work 1", "New")
    history = {"id": "7", "author": {"accountId": "5f0ada"}, "created": stamp(later(5)), "items": [change]}
    now = shown(1, summary="New", updated=stamp(later(5)))
    absorb(engine, "main", rest_issue("main", {**now, "changelog": {"histories": [history]}}, later(6)))
    assert desk.rows() == []

    desk.tell(updated(now, change, at=later(5), n=7))
    assert [row.rule for row in desk.rows()] == ["automation seen"]

    with writing(engine) as conn:
        conn.exec_driver_sql("DELETE FROM outbox")
    desk.tell({**updated(now, change, at=later(5), n=7), "matchedWebhookIds": [4]})
    assert desk.rows() == []


def test_an_event_that_came_along_with_another_letter_is_judged_when_its_own_comes(engine: Engine) -> None:
    talk, seen = (
        rule("talk", AddLabel(label="talk"), when="comment.created"),
        rule("moved", AddLabel(label="moved"), when="issue.transitioned"),
    )
    desk = Desk(engine, talk, seen)
    desk.tell(created(1))
    step = moved("To Do", "Done")
    history = {"id": "7", "author": {"accountId": "5f0ada"}, "created": stamp(later(5)), "items": [step]}
    now = shown(1, is_at="Done", updated=stamp(later(5)))
    desk.shelf.issues_by_id = {"1001": {**now, "changelog": {"histories": [history]}}}
    half = {**shown(1), "fields": {"status": status("Done")}}
    talked = {"webhookEvent": "comment_created", "comment": _comment(), "issue": half}

    desk.tell({**talked, "timestamp": int(later(6).timestamp() * 1000)})
    assert [row.rule for row in desk.rows()] == ["automation talk"]

    desk.tell(updated(now, step, at=later(5), n=7))
    assert [row.rule for row in desk.rows()] == ["automation talk", "automation moved"]


def test_an_issue_that_the_sweep_saw_first_is_judged_as_new_when_its_letter_comes(engine: Engine) -> None:
    desk = Desk(engine, rule("new", AddLabel(label="new"), when="issue.created"))
    fresh = shown(1, created=stamp(NOW))
    absorb(engine, "main", rest_issue("main", fresh, later(1)))

    desk.tell(about("jira:issue_created", fresh))

    assert [row.rule for row in desk.rows()] == ["automation new"]


def test_our_own_echo_that_was_read_before_it_came_starts_no_rule(engine: Engine) -> None:
    desk = Desk(engine, rule("seen", AddLabel(label="seen")))
    desk.tell(created(1))
    row = desk.has_sent(SetIssueFields(issue="1001", key="OPS-1", values={"customfield_3": 12}))
    change = item("customfield_3", None, 12)
    history = {"id": "7", "author": {"accountId": US}, "created": stamp(later(5)), "items": [change]}
    now = shown(1, customfield_3=12, updated=stamp(later(5)))
    absorb(engine, "main", rest_issue("main", {**now, "changelog": {"histories": [history]}}, later(6)))

    desk.tell(updated(now, change, by=US, at=later(5), n=7))

    assert desk.is_echoed(row)
    assert len(desk.rows()) == 1
