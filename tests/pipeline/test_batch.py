from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from connector.core.actions import EnsureLabel
from connector.core.automation_rules import AddLabel
from connector.pipeline.batch import Taken
from connector.siterules import NotReady, SiteRules
from connector.store import inbox, projects
from connector.store.engine import reading, writing
from connector.store.locks import held_lock
from tests.conftest import POSTGRES, opened
from tests.core.build import RISKS, jql, rulebook
from tests.pipeline.desk import NOW, Desk, about, created, item, later, moved, rule, shown, stamp, updated

SEEN = rule("seen", AddLabel(label="seen"))
DONE = rule("done", AddLabel(label="was-moved"), when="issue.transitioned")


def dirty(engine: Engine) -> list[tuple[str, bool]]:
    with reading(engine) as conn:
        return [(one.key, one.urgent) for one in projects.due(conn)]


class Bomb:
    """A selector that fails on one issue, as a bug would."""

    text = "bomb"
    reads_time = False

    def matches(self, issue, scope) -> bool:
        if issue.key == "OPS-3":
            raise ZeroDivisionError("a bug")
        return False


def test_a_letter_that_cannot_be_carried_is_set_aside_alone_and_the_others_go_through(engine: Engine) -> None:
    desk = Desk(engine, replace(SEEN, if_=Bomb(), when=("issue.created",)))

    taken = desk.tell(*(created(n) for n in range(1, 6)))

    assert taken.letters == 5
    assert desk.left("aside") == ["it could not be carried through: ZeroDivisionError"]
    assert desk.left("waiting") == []
    assert [desk.issue(f"100{n}").key for n in (1, 2, 4, 5)] == ["OPS-1", "OPS-2", "OPS-4", "OPS-5"]


def test_a_letter_that_was_set_aside_is_carried_once_what_stopped_it_is_mended(engine: Engine) -> None:
    Desk(engine, replace(SEEN, if_=Bomb(), when=("issue.created",))).tell(created(3))
    mended = Desk(engine)
    with writing(engine) as conn:
        inbox.requeue(conn, [row.id for row in inbox.aside(conn)])

    mended.run()

    assert mended.issue("1003").key == "OPS-3"
    assert mended.left("aside") == []


def test_what_is_no_event_is_set_aside_with_what_was_expected(engine: Engine) -> None:
    desk = Desk(engine)

    desk.tell(b"[1, 2]", created(1))

    (reason,) = desk.left("aside")
    assert reason is not None
    assert "instead of a JSON object" in reason
    assert desk.issue("1001").key == "OPS-1"


def test_a_letter_of_a_site_that_left_the_settings_is_kept_for_a_person(engine: Engine) -> None:
    desk = Desk(engine)

    desk.tell(created(1), site="old")

    assert desk.left("aside") == ["site old is not in the settings; name it there again and replay the letter"]


def test_a_site_whose_rules_are_not_at_hand_holds_up_its_own_letters_alone(engine: Engine) -> None:
    def rules_of(site: str) -> SiteRules | None:
        if site == "young":
            raise NotReady("site young has not been asked yet")
        return desk.pipeline.rules_of(site)

    desk = Desk(engine)
    patient = replace(desk.pipeline, rules_of=rules_of)
    desk.put(created(1), created(2), site="young")
    desk.put(created(3))

    taken = patient.take_batch(limit=1)

    assert (taken.letters, desk.issue("1003").key, len(desk.left("waiting"))) == (1, "OPS-3", 2)
    with pytest.raises(NotReady, match="young"):
        patient.take_batch()


def test_a_database_that_does_not_answer_sets_nothing_aside(tmp_path: Path, engine: Engine) -> None:
    class Away:
        def issues(self, site, ids):
            raise ConnectionResetError

        def page(self, site, page_id):
            raise ConnectionResetError

    desk = Desk(engine)
    desk.put(created(1))
    away = replace(desk.pipeline, reader=Away())

    with pytest.raises(ConnectionResetError):
        away.take_batch()

    assert len(desk.left("waiting")) == 1


def test_large_letters_are_taken_a_few_at_a_time(engine: Engine) -> None:
    desk = Desk(engine)
    desk.put(*(created(n, description="x" * 1000) for n in range(1, 4)))

    with reading(engine) as conn:
        size = len(inbox.peek(conn, limit=1)[0].body)
        found = [len(inbox.peek(conn, limit=10, most_bytes=most)) for most in (1, size, 2 * size + 100, 9 * size)]

    assert found == [1, 1, 2, 3]


def test_what_is_half_told_is_read_in_one_go_for_the_whole_batch(engine: Engine) -> None:
    desk = Desk(engine, SEEN)
    desk.shelf.issues_by_id = {str(1000 + n): shown(n, summary="Read in full") for n in (1, 2)}
    short = [{**shown(n), "fields": {"summary": "Short"}} for n in (1, 2)]

    desk.tell(*(updated(one) for one in short))

    assert desk.shelf.asked == [["1001", "1002"]]
    assert [desk.issue(one).fields["summary"] for one in ("1001", "1002")] == ["Read in full", "Read in full"]
    assert [type(one) for one in desk.writes()] == [EnsureLabel, EnsureLabel]


def test_a_full_letter_about_a_known_issue_asks_nobody(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(created(1))

    desk.tell(updated(shown(1, summary="New", updated=stamp(later(1))), item("summary", "Work 1", "New"), at=later(1)))

    assert desk.shelf.asked == []
    assert desk.issue("1001").fields["summary"] == "New"


def test_late_catch_up_fills_the_mirror_and_fires_nothing(engine: Engine) -> None:
    desk = Desk(engine, SEEN)

    desk.tell(created(1, type="Risk", customfield_1=5, customfield_2=5), is_live=False)
    desk.tell(updated(shown(2)), is_live=False)

    assert desk.rows() == []
    assert desk.issue("1001").fields["customfield_1"] == 5
    assert dirty(engine) == [("OPS", False)]


def test_history_that_a_read_brings_along_is_no_transition_of_today(engine: Engine) -> None:
    desk = Desk(engine, DONE)
    histories = [{"id": "7", "created": "2026-01-07T09:00:00.000+0000", "items": [moved("To Do", "In Progress")]}]
    desk.shelf.issues_by_id = {"1001": {**shown(1, is_at="In Progress"), "changelog": {"histories": histories}}}

    desk.tell(updated(shown(1, is_at="In Progress"), item("summary", "a", "b")))
    assert len(desk.issue("1001").changes) == 2
    assert desk.rows() == []

    now = updated(shown(1, is_at="Done", updated=stamp(later(1))), moved("In Progress", "Done"), at=later(1), n=9)
    desk.tell(now)
    assert [row.rule for row in desk.rows()] == ["automation done"]


def test_a_letter_that_tells_nothing_new_starts_no_rule(engine: Engine) -> None:
    desk = Desk(engine, SEEN)
    desk.tell(created(1))
    change = updated(shown(1, summary="b"), item("summary", "a", "b"))
    desk.tell(change)
    with writing(engine) as conn:
        conn.exec_driver_sql("DELETE FROM outbox")

    desk.tell({**change, "matchedWebhookIds": [4]})

    assert desk.rows() == []


def test_a_project_without_rules_is_mirrored_and_left_alone(engine: Engine) -> None:
    desk = Desk(engine, replace(SEEN, when=("issue.created",)))

    desk.tell(about("jira:issue_created", shown(1, key="HR-1")))

    assert desk.issue("1001").project_key == "HR"
    assert (desk.rows(), dirty(engine)) == ([], [])


def test_a_project_that_is_being_filled_is_mirrored_and_not_judged(engine: Engine) -> None:
    desk = Desk(engine, replace(SEEN, when=("issue.created",)))
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")
        projects.set_caught_up(conn, "main", "OPS", is_caught_up=False)

    desk.tell(created(1))

    assert (desk.rows(), dirty(engine)) == ([], [])


def test_a_new_day_asks_its_rules_about_every_whole_issue_and_tells_no_risk_again(engine: Engine) -> None:
    day = rule("overdue", AddLabel(label="late"), when="day.began", if_="duedate < startOfDay()")
    desk = Desk(engine, day)
    desk.tell(created(1, duedate="2026-03-01"), created(2, type="Risk", customfield_1=4, customfield_2=4))
    desk.shelf.issues_by_id = {}
    desk.tell(updated({**shown(3), "fields": {"duedate": "2026-01-01"}}))
    before = len(desk.rows())

    desk.tell({"event": "day.began", "project": "OPS", "at": "2026-03-16T16:00:00+00:00"}, source="clock")

    assert [row.write for row in desk.rows()[before:]] == [EnsureLabel(issue="1001", key="OPS-1", label="late")]


def test_a_surprising_field_does_not_stop_the_letter(engine: Engine) -> None:
    desk = Desk(engine, rules=rulebook(risks=replace(RISKS, select=jql("issuetype = Risk"))))

    odd = {"customfield_1": {"value": ["4"]}, "labels": {"not": "a list"}, "duedate": 7, "status": "none"}
    desk.tell(created(1, type="Risk", **odd))

    assert desk.left("aside") == []
    assert desk.issue("1001").fields["labels"] == {"not": "a list"}


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_only_one_process_at_a_time_changes_the_mirror(engine: Engine, database_url: str) -> None:
    desk = Desk(engine)
    desk.put(created(1))

    with opened(database_url) as other, writing(other) as conn:
        assert held_lock(conn, "pipeline")
        assert desk.pipeline.take_batch() == Taken()

    assert desk.run().letters == 1


def test_an_event_from_long_ago_is_carried_like_any_other(engine: Engine) -> None:
    desk = Desk(engine, SEEN)
    desk.tell(created(1))

    old = NOW - timedelta(days=3)
    desk.tell(updated(shown(1, updated=stamp(old)), item("summary", "a", "b"), at=old, n=2))

    assert [row.rule for row in desk.rows()] == ["automation seen"]
    assert orjson.dumps(desk.issue("1001").fields["summary"]) == b'"Work 1"'
