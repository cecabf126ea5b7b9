from dataclasses import replace

from sqlalchemy import Engine

from connector.core.actions import EnsureLabel, LinkIssues, MakeIssue, SetIssueFields, WriteComment
from connector.core.automation_rules import AddLabel, EnsureIssue
from connector.core.rules.risks import RiskMark
from connector.pipeline.bench import read_marks
from connector.store import findings, outbox, projects
from connector.store.engine import reading, writing
from tests.core.build import project_rules, status
from tests.pipeline.desk import (
    NOW,
    US,
    WORDS,
    Desk,
    about,
    created,
    item,
    later,
    moved,
    rule,
    shown,
    stamp,
    updated,
)

SLIP = EnsureIssue(
    key=lambda values: f"slip-{values['issue']['key']}",  # type: ignore[index]
    type="Risk",
    summary=lambda values: f"{values['issue']['key']} is late",  # type: ignore[index]
    link="Relates",
)


def risk(number: int, probability: int, impact: int, **fields) -> dict[str, object]:
    return shown(number, type="Risk", customfield_1=probability, customfield_2=impact, **fields)


def rescored(probability: int, impact: int, minutes: int, **more) -> dict[str, object]:
    changes = item("customfield_1", 0, probability)
    by = {key: more.pop(key) for key in ("by",) if key in more}
    shown_now = risk(1, probability, impact, updated=stamp(later(minutes)), **more)
    return updated(shown_now, changes, at=later(minutes), n=minutes, **by)


def labels_only(desk: Desk, state: str) -> list[str]:
    return [one.key for one in desk.writes(state) if isinstance(one, EnsureLabel)]


def mark(engine: Engine) -> RiskMark:
    with reading(engine) as conn:
        return read_marks(conn, "main", ["1001"])["1001"]


def test_a_rule_acts_on_as_many_issues_as_it_may_whatever_it_does_to_each(engine: Engine) -> None:
    desk = Desk(engine, rule("slip", SLIP, when="issue.created", at_most=2))

    desk.tell(*(created(n) for n in range(1, 5)))

    made = [one.name for one in desk.writes("planned") if isinstance(one, MakeIssue)]
    held = [one.name for one in desk.writes("held") if isinstance(one, MakeIssue)]
    links = [one for one in desk.writes("planned") if isinstance(one, LinkIssues)]
    assert (made, held) == (["slip-OPS-1", "slip-OPS-2"], ["slip-OPS-3", "slip-OPS-4"])
    assert [one.target for one in links] == ["1001", "1002"]


def test_what_a_rule_has_done_already_does_not_use_up_its_limit(engine: Engine) -> None:
    desk = Desk(engine, rule("seen", AddLabel(label="seen"), when="day.began", at_most=2))
    desk.tell(*(created(n) for n in range(1, 3)))
    for n in (1, 2):
        desk.has_sent(EnsureLabel(issue=f"100{n}", key=f"OPS-{n}", label="seen"))
    desk.tell(created(3), created(4))

    desk.tell({"event": "day.began", "project": "OPS", "at": "2026-03-16T16:00:00+00:00"}, source="clock")

    assert labels_only(desk, "planned") == ["OPS-3", "OPS-4"]
    assert labels_only(desk, "held") == []


def test_several_letters_about_one_issue_count_once(engine: Engine) -> None:
    desk = Desk(engine, rule("seen", AddLabel(label="seen"), at_most=1))
    desk.tell(created(1))

    desk.tell(
        *(
            updated(shown(1, summary=f"{n}", updated=stamp(later(n))), item("summary", "a", n), at=later(n), n=n)
            for n in range(2, 6)
        )
    )

    assert labels_only(desk, "planned") == ["OPS-1"]


def test_a_risk_that_was_only_watched_is_told_of_once_the_project_is_written_to(engine: Engine) -> None:
    desk = Desk(engine, mode="observe")
    desk.tell(about("jira:issue_created", risk(1, 4, 5)))
    desk.tell(rescored(4, 5, 1, summary="Said again"))
    assert {row.state for row in desk.rows()} == {"observed"}
    assert mark(engine) == RiskMark(band="high", score=20, edition=1, is_escalated=True, is_told=False)

    with writing(engine) as conn:
        projects.set_mode(conn, "main", "OPS", "write")
    desk.tell(rescored(4, 5, 2, summary="And again"))

    assert sorted(type(one).__name__ for one in desk.writes("planned")) == [
        "EnsureLabel",
        "SetIssueFields",
        "WriteComment",
    ]
    assert mark(engine).is_told is True


def test_a_watched_crossing_is_noted_once_in_the_story(engine: Engine) -> None:
    desk = Desk(engine, mode="observe")

    desk.tell(about("jira:issue_created", risk(1, 4, 4)))
    desk.tell(*(rescored(4, 4, n, summary=f"{n}") for n in range(1, 4)))

    with reading(engine) as conn:
        notes = findings.topics_of(conn, "main", "timeline OPS")
    assert len(notes) == 1


def test_a_score_that_a_person_overwrites_is_put_right(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(about("jira:issue_created", risk(1, 3, 4)))
    score = SetIssueFields(issue="1001", key="OPS-1", values={"customfield_3": 12})
    assert score in desk.writes("planned")
    desk.has_sent(SetIssueFields(issue="9", key="OPS-9", values={}))
    with writing(engine) as conn:
        conn.exec_driver_sql("UPDATE outbox SET state = 'confirmed'")
    ours = updated(
        risk(1, 3, 4, customfield_3=12, updated=stamp(later(1))), item("customfield_3", None, 12), by=US, at=later(1)
    )
    by_hand = updated(
        risk(1, 3, 4, customfield_3=3, updated=stamp(later(2))), item("customfield_3", 12, 3), at=later(2), n=2
    )

    desk.tell(ours, by_hand)

    assert desk.writes("planned") == [score]


def test_a_label_that_a_person_takes_off_an_escalated_risk_stays_off(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(about("jira:issue_created", risk(1, 4, 5)))
    with writing(engine) as conn:
        conn.exec_driver_sql("UPDATE outbox SET state = 'confirmed', echoed_at = created_at")
    done = {"customfield_3": 20, "labels": []}

    desk.tell(updated(risk(1, 4, 5, **done, updated=stamp(later(1))), item("labels", "escalated", ""), at=later(1)))

    assert desk.writes("planned") == []


def test_a_slip_is_told_once_though_its_moment_is_told_twice(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(created(1, duedate="2026-03-20"))
    slip = item("duedate", "2026-03-20", "2026-03-27")
    desk.tell(updated(shown(1, duedate="2026-03-27", updated=stamp(later(2))), slip, at=later(2), n=7))
    history = {"id": "7", "author": {"accountId": "5f0ada"}, "created": stamp(later(1)), "items": [slip]}
    whole = shown(1, duedate="2026-03-27", summary="Seen whole", updated=stamp(later(3)))
    desk.shelf.issues_by_id = {"1001": {**whole, "changelog": {"histories": [history]}}}

    desk.tell(updated({**shown(1), "fields": {"summary": "Seen whole"}}, at=later(3), n=8))

    with reading(engine) as conn:
        notes = findings.topics_of(conn, "main", "timeline OPS")
    assert len(desk.shelf.asked) == 1
    assert len(notes) == 1


def test_a_comment_is_planned_once_for_many_letters(engine: Engine) -> None:
    desk = Desk(engine)

    desk.tell(about("jira:issue_created", risk(1, 4, 4)), rescored(4, 4, 1, summary="b"), rescored(4, 5, 2))

    comments = [one for one in desk.writes("planned") if isinstance(one, WriteComment)]
    assert [(one.edition, one.lines[0].text.count("20") > 0) for one in comments] == [("1", True)]


def test_projects_of_one_batch_keep_their_own_mode(engine: Engine) -> None:
    watched, written = (project_rules(mode=mode, fields=WORDS) for mode in ("observe", "write"))
    desk = Desk(engine, rule("seen", AddLabel(label="seen"), when="issue.created"))
    own = {"MKT": watched, "OPS": written}
    desk.rules = replace(desk.rules, project_for=lambda key, *_: replace(own[key], jira=key))

    desk.tell(created(1), about("jira:issue_created", shown(2, key="MKT-2")))

    assert {row.project: row.state for row in desk.rows()} == {"OPS": "planned", "MKT": "observed"}


def test_each_letter_of_a_batch_is_judged_on_the_issue_as_it_left_it(engine: Engine) -> None:
    starts = rule("started", AddLabel(label="started"), when="issue.transitioned", if_='status = "In Progress"')
    reopens = rule("reopened", AddLabel(label="reopened"), when="issue.transitioned", if_='status = "To Do"')
    desk = Desk(engine, starts, reopens)
    desk.tell(created(1))

    desk.tell(
        updated(
            shown(1, status=status("In Progress"), updated=stamp(later(1))),
            moved("To Do", "In Progress"),
            at=later(1),
            n=1,
        ),
        updated(
            shown(1, status=status("Done"), updated=stamp(later(2))), moved("In Progress", "Done"), at=later(2), n=2
        ),
    )

    assert [one.label for one in desk.writes() if isinstance(one, EnsureLabel)] == ["started"]


def test_a_letter_that_comes_after_a_newer_one_is_judged_on_what_is_known_by_then(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(about("jira:issue_created", risk(1, 2, 2)))

    desk.tell(rescored(4, 4, 2), rescored(3, 3, 1))

    assert [one.values for one in desk.writes("planned") if isinstance(one, SetIssueFields)] == [{"customfield_3": 16}]


def everything_is_sent(engine: Engine) -> None:
    with writing(engine) as conn:
        for row in outbox.claim(conn, NOW, 50):
            outbox.confirm(conn, row.id, None, NOW)


def test_a_value_on_its_way_is_not_overtaken_by_one_that_the_same_letters_have_outdated(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(about("jira:issue_created", risk(1, 3, 5)))
    everything_is_sent(engine)

    desk.tell(rescored(3, 4, 1), rescored(3, 5, 2))

    assert [one for one in desk.writes("planned") if isinstance(one, SetIssueFields)] == []


def test_the_last_value_that_letters_ask_for_overtakes_one_on_its_way(engine: Engine) -> None:
    desk = Desk(engine)
    desk.tell(about("jira:issue_created", risk(1, 3, 5)))
    everything_is_sent(engine)

    desk.tell(rescored(3, 5, 1), rescored(3, 4, 2))

    assert [one.values for one in desk.writes("planned") if isinstance(one, SetIssueFields)] == [{"customfield_3": 12}]
