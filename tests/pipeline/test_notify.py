"""Rules that notify: one message for each event, and none where nothing of the kind happened."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from connector.core.actions import Planned, SendMessage
from connector.store import planning
from connector.store.engine import writing
from tests.core.build import project_rules
from tests.pipeline.desk import NOW, WORDS, Desk, created, item, shown, updated
from tests.rulefiles.reading import rulebook as read

TELL = 'notify: {channel: ops, title: "{{ issue.key }}", text: "{{ issue.summary }}"}'

TWICE = (
    "when: issue.created\n    then:\n"
    "      - notify: {channel: ops, text: one}\n"
    "      - notify: {channel: ops, text: two}",
    "when: issue.created\n    then:\n      - notify: {channel: ops, text: three}",
)


def desk_with(engine: Engine, *rules: str, mode: str = "write") -> Desk:
    listed = "".join(f"  - id: r{number}\n    {rule}\n" for number, rule in enumerate(rules))
    own = project_rules(mode=mode, fields=WORDS)
    book = read(f'language: 1\nprojects: [{{jira: "*"}}]\nautomations:\n{listed}')
    return Desk(engine, rules=replace(book, project_for=lambda key, *_: own if key == "OPS" else None))


def rule(when: str = "issue.updated", then: str = TELL, more: str = "if: issuetype = Task") -> str:
    return f"when: {when}\n    {more}\n    then: [{then}]"


def messages(desk: Desk, state: str | None = None) -> list[tuple[str, str]]:
    return [(one.title, one.text) for one in desk.writes(state) if isinstance(one, SendMessage)]


def renamed(summary: str, before: str = "Work 1", n: int = 1) -> dict[str, object]:
    at = NOW + timedelta(seconds=n)
    return updated(shown(1, summary=summary), item("summary", before, summary), n=n, at=at)


def replay(desk: Desk) -> None:
    """Every letter once more, as if none had been judged."""
    with writing(desk.engine) as conn:
        conn.execute(text("UPDATE inbox SET state = 'waiting'"))
    desk.run()


def test_every_event_makes_one_message_and_the_same_letter_again_makes_none(engine: Engine) -> None:
    desk = desk_with(engine, rule())
    desk.tell(created(1))
    silent = messages(desk)
    desk.tell(renamed("Two"))
    desk.tell(renamed("Three", "Two", n=2))
    replay(desk)
    desk.tell(renamed("Three", "Two", n=2))

    assert silent == []
    assert messages(desk) == [("OPS-1", "Two"), ("OPS-1", "Three")]


def test_an_issue_that_the_rule_does_not_mean_is_told_of_to_nobody(engine: Engine) -> None:
    desk = desk_with(engine, rule(more="if: issuetype = Risk"))
    desk.tell(created(1))
    desk.tell(renamed("Two"))

    assert desk.writes() == []


def test_two_rules_and_two_messages_of_one_rule_do_not_take_each_others_place(engine: Engine) -> None:
    desk = desk_with(engine, *TWICE)
    desk.tell(created(1))

    assert sorted(messages(desk)) == [("", "one"), ("", "three"), ("", "two")]


def test_a_chain_of_rules_tells_once_and_what_holds_at_its_end(engine: Engine) -> None:
    desk = desk_with(engine, rule(), rule(then="set_fields: {summary: Mended}"))
    desk.tell(created(1))
    desk.tell(renamed("Two"))

    assert messages(desk) == [("OPS-1", "Mended")]


def test_a_day_that_began_tells_of_each_issue_and_of_a_project_without_one(engine: Engine) -> None:
    about_project = 'notify: {channel: board, text: "{{ project.key }} {{ event.name }}"}'
    desk = desk_with(engine, rule("day.began"), rule("day.began", about_project, ""))
    desk.tell(created(1), created(2))
    desk.tell({"event": "day.began", "project": "OPS", "at": "2026-03-16T16:00:00+00:00"}, source="clock")
    desk.tell({"event": "day.began", "project": "OPS", "at": "2026-03-17T16:00:00+00:00"}, source="clock")

    once = [("", "OPS day.began"), ("OPS-1", "Work 1"), ("OPS-2", "Work 2")]
    assert sorted(messages(desk)) == sorted([*once, *once])


def test_what_goes_beyond_the_rules_limit_waits_for_a_person(engine: Engine) -> None:
    desk = desk_with(engine, rule("issue.created", more="at_most: 1"))
    desk.tell(*(created(number) for number in range(1, 4)))
    states = [row.state for row in desk.rows()]
    with writing(engine) as conn:
        freed = planning.release(conn, "main", "r0")

    assert (states, freed) == (["planned", "held", "held"], 2)


def test_in_a_project_that_is_only_observed_messages_are_only_shown(engine: Engine) -> None:
    desk = desk_with(engine, rule("issue.created"), mode="observe")
    desk.tell(created(1))

    assert messages(desk) == messages(desk, "observed") == [("OPS-1", "Work 1")]


def test_a_text_that_comes_to_nothing_is_sent_to_nobody(engine: Engine) -> None:
    desk = desk_with(engine, rule("issue.created", "notify: {channel: ops, text: \"{{ issue.assignee or '' }}\"}"))
    desk.tell(created(1))

    assert desk.writes() == []


@pytest.mark.parametrize("state", ["sent", "unknown", "confirmed", "refused"])
def test_a_message_that_may_have_left_is_never_planned_again_by_itself(engine: Engine, state: str) -> None:
    desk = desk_with(engine, rule("issue.created"))
    desk.tell(created(1))
    (write,) = desk.writes()
    assert isinstance(write, SendMessage)
    again = replace(write, text="Told differently")
    with writing(engine) as conn:
        conn.execute(text("UPDATE outbox SET state = :state"), {"state": state})
        planned = planning.plan(
            conn,
            "main",
            "OPS",
            Planned(write=again, rule="automation r0", place="p"),
            now=NOW + timedelta(days=9),
            run="r",
            rules="h",
            is_observed=False,
        )

    assert planned is None
