"""Automations as they are compiled: events, values with their types, texts, conditions."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connector.core.automation_rules import (
    Assign,
    EnsureIssue,
    EnsureLink,
    EnsurePage,
    Narrowing,
    Notify,
    PutRegion,
    SayOnPage,
    SetFields,
    SetProperty,
    TakeTransition,
)
from connector.core.errors import ConnectorError
from connector.core.fields import Field, FieldCatalog
from connector.core.rulebook import Automation
from connector.rulefiles.files import RuleFile
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files
from tests.rulefiles.reading import CASES, rulebook

VALUES = {
    "issue": {"key": "OPS-7", "points": 4, "summary": "Keys", "assignee": None},
    "trigger": {"key": "OPS-1"},
    "event": {"gate": "plan"},
    "project": {"name": "Operations"},
    "today": date(2026, 3, 16),
    "now": datetime(2026, 3, 16, 9, tzinfo=UTC),
    "days": lambda number: timedelta(days=number),
    "locale": "zh_CN",
}


def read() -> tuple[Automation, Automation]:
    text = (Path(CASES) / "automations.good.yaml").read_text("utf-8")
    first, second = rulebook(text).automations
    return first, second


def marked(text: str) -> str:
    return f"<{text}>"


def setting(value: str, kind: str = "number", items: str | None = None) -> object:
    """What a rule that sets one field of this kind works out."""
    site = FieldCatalog([Field(id="customfield_1", name="Points", kind=kind, items=items)])
    rules = f"  - id: a\n    when: issue.created\n    then: [{{set_fields: {{Points: {value}}}}}]\n"
    (rule,) = rulebook(f"language: 1\nautomations:\n{rules}", site=site).automations
    (action,) = rule.then
    assert isinstance(action, SetFields)
    return {**action.values, **{name: worth(VALUES) for name, worth in action.worked.items()}}["customfield_1"]


def test_events_are_heard_as_exactly_as_they_are_said() -> None:
    first, second = read()

    assert first.when == ("issue.created", "issue.transitioned", "issue.updated")
    assert first.narrowed[0] == Narrowing(event="issue.transitioned", wanted={"into": ("done", "完成")})
    assert first.hears("issue.created", {}) is True
    assert first.hears("issue.transitioned", {"into": "Done"}) is True
    assert first.hears("issue.transitioned", {"into": "Closed"}) is False
    assert second.when == ("gate.decided", "schedule", "week.worked")
    assert second.hears("schedule", {"schedule": "0 9 * * mon-fri"}) is True


def test_every_action_on_an_issue_is_compiled() -> None:
    fields, move, assign, link, property, risk, decision = read()[0].then

    assert isinstance(fields, SetFields)
    assert {name: worth(VALUES) for name, worth in fields.worked.items()} == {
        "storypoints": 8,
        "duedate": "2026-03-23",
        "labels": ["OPS-1"],
    }
    assert (move, assign) == (TakeTransition(to=("Done", "完成", "Closed")), Assign(to="role", who="pm"))
    assert isinstance(link, EnsureLink)
    assert (link.names, link.to(VALUES), link.is_made) == (("Relates", "关联"), "OPS-1", False)
    assert isinstance(property, SetProperty)
    assert property.value(VALUES) == {"by": ["OPS-7"], "n": 1}
    assert isinstance(risk, EnsureIssue)
    assert (risk.type_names, sorted(map(str, risk.fields.values()))) == (("Risk",), ["15", "3", "5"])
    assert isinstance(decision, EnsureIssue)
    assert (decision.type_names, decision.fields) == (("Decision", "决策", "Task"), {"labels": ["x", "decision"]})


def test_every_action_on_a_page_is_compiled() -> None:
    page, region, comment, _ = read()[1].then

    assert isinstance(page, EnsurePage)
    assert (page.key(VALUES), page.title(VALUES), page.template) == ("k", "Operations", "status")
    assert isinstance(region, PutRegion)
    assert (region.region, region.text(VALUES, marked)) == ("rule-facts", "<plan>")
    assert isinstance(comment, SayOnPage)
    assert comment.text(VALUES, marked) == "甲"


def test_a_message_is_compiled_with_its_number_among_the_actions() -> None:
    notify = read()[1].then[3]

    assert isinstance(notify, Notify)
    assert notify.title is not None
    assert (notify.channel, notify.number, notify.title(VALUES), notify.text(VALUES)) == (
        "ops",
        4,
        "评审 plan",
        "Operations",
    )


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        pytest.param("{channel: ops}", "text", id="no-text"),
        pytest.param("{text: Hello}", "channel", id="no-channel"),
        pytest.param("{channel: 'slack://T1/B2/x', text: Hello}", "no channel's name", id="address-instead-of-a-name"),
        pytest.param("{channel: ops, text: Hello, titel: A}", "did you mean 'title'?", id="unknown-key"),
        pytest.param('{channel: ops, text: "{{ issue.key }}"}', "issue", id="no-issue-to-name"),
        pytest.param('{channel: ops, text: "{{ }"}', "text:", id="not-jinja"),
    ],
)
def test_a_message_that_cannot_be_sent_as_written_is_a_problem(action: str, problem: str) -> None:
    file = RuleFile(
        name="a.yaml",
        content=f"language: 1\nautomations: [{{id: a, when: day.began, then: [{{notify: {action}}}]}}]\n".encode(),
    )

    found = read_files([file], None, Defaults())

    assert isinstance(found, Problems)
    assert problem in str(found)
    assert "slack" not in str(found)


def test_a_condition_on_figures_is_true_or_false() -> None:
    (rule, _) = read()
    lights = {"figure": lambda name: 4, "kpi": lambda name: {"light": "red"}}

    assert rule.only_when is not None
    assert rule.only_when({**VALUES, **lights}) is True
    assert rule.only_when({**VALUES, **lights, "figure": lambda name: 3}) is False
    assert (rule.unless_done_within, rule.at_most) == (timedelta(days=2), 3)


@pytest.mark.parametrize(
    ("value", "kind", "items", "expected"),
    [
        pytest.param('"{{ 2 * 4 }}"', "number", None, 8, id="whole-number"),
        pytest.param('"{{ 4 / 8 }}"', "number", None, 0.5, id="fraction"),
        pytest.param('"{{ issue.assignee }}"', "number", None, None, id="nothing"),
        pytest.param('"{{ today + days(7) }}"', "date", None, "2026-03-23", id="date"),
        pytest.param('"{{ issue.assignee }}"', "date", None, None, id="no-date"),
        pytest.param('"{{ now }}"', "datetime", None, "2026-03-16T09:00:00.000+0000", id="moment"),
        pytest.param('"Seen {{ issue.key }}"', "string", None, "Seen OPS-7", id="text"),
        pytest.param('"{{ issue.key }}"', "option", None, {"value": "OPS-7"}, id="option"),
        pytest.param('"{{ issue.key }}"', "priority", None, {"name": "OPS-7"}, id="by-name"),
        pytest.param('["{{ issue.key }}", b]', "array", "string", ["OPS-7", "b"], id="list"),
        pytest.param("7", "number", None, 7, id="as-it-stands"),
    ],
)
def test_what_is_worked_out_keeps_the_fields_type(value: str, kind: str, items: str | None, expected: object) -> None:
    assert setting(value, kind, items) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [('"{{ issue.key }}"', "number"), ('"{{ issue.key }}"', "date"), ('"{{ issue.key }}"', "datetime")],
)
def test_what_is_no_value_for_the_field_is_refused_when_it_is_worked_out(value: str, kind: str) -> None:
    with pytest.raises(ConnectorError, match="Points is to be 'OPS-7', which is no"):
        setting(value, kind)
