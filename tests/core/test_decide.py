from dataclasses import replace

from connector.core.actions import EnsureLabel, LinkIssues, MakeIssue, SetIssueFields, WriteComment
from connector.core.automation_rules import AddLabel, EnsureIssue, SayComment, SetFields
from connector.core.decide import decide, event_names
from connector.core.events import Origin
from connector.core.issue import Change
from connector.core.judging import Judging
from connector.core.rulebook import Automation
from connector.core.rules.risks import RiskMark
from tests.core.build import FIELDS, NOW, PLACE, gate_issue, issue, jql, moved, project_rules, risk, rulebook, say


def judging(*automations: Automation) -> Judging:
    return Judging(rulebook=rulebook(automations=automations), rules=project_rules(), fields=FIELDS, now=NOW, say=say)


def rule(id: str, then, *, when: str = "issue.updated", if_: str = "issuetype = Task", at_most: int = 20) -> Automation:
    return Automation(id=id, when=(when,), if_=jql(if_), then=(then,), at_most=at_most, place=PLACE)


def origin(name: str = "issue.updated") -> Origin:
    return Origin(site="main", name=name, at=NOW, actor="li")


def writes(decided):
    return [planned.write for planned in decided.planned]


def test_a_new_risk_gets_its_score_and_a_comment_and_is_remembered() -> None:
    found = decide(origin("issue.created"), risk(1, 3, 3), (), judging())

    assert [type(write) for write in writes(found)] == [SetIssueFields, WriteComment]
    assert found.marks == {"1001": RiskMark(band="medium", score=9, edition=1, is_escalated=False)}
    assert found.is_urgent is True


def test_a_task_is_no_risk_and_nothing_is_written() -> None:
    assert decide(origin(), issue(1), (), judging()).planned == ()


def test_escalation_is_noted_for_the_timeline() -> None:
    found = decide(origin(), risk(1, 4, 5), (), judging())

    assert [(note.what, note.key, note.values["score"]) for note in found.notes] == [
        ("timeline.risk.escalated", "OPS-1", 20)
    ]


def test_a_due_date_that_moves_later_is_noted_and_one_that_moves_earlier_is_not() -> None:
    later = Change(
        history_id=5,
        at=NOW,
        author="li",
        field="duedate",
        field_id="duedate",
        before_id="2026-03-20",
        after_id="2026-03-27",
    )
    earlier = replace(later, before_id="2026-03-27", after_id="2026-03-20")

    assert [note.values["days"] for note in decide(origin(), issue(1), (later,), judging()).notes] == [7]
    assert decide(origin(), issue(1), (earlier,), judging()).notes == ()


def test_a_status_change_is_a_transition_as_well_as_an_update() -> None:
    assert event_names(origin(), (moved(1, "To Do", "Done"),)) == {"issue.updated", "issue.transitioned"}
    assert event_names(origin(), ()) == {"issue.updated"}


def test_a_rule_answers_only_to_its_own_events() -> None:
    labels = rule("a", AddLabel(label="seen"), when="issue.created")

    assert writes(decide(origin("issue.created"), issue(1), (), judging(labels))) == [
        EnsureLabel(issue="1001", key="OPS-1", label="seen")
    ]
    assert decide(origin(), issue(1), (), judging(labels)).planned == ()


def test_rules_that_answer_each_other_are_worked_out_at_once() -> None:
    first = rule("first", AddLabel(label="late"))
    second = rule("second", SetFields(values={"priority": "High"}), if_="labels = late")

    found = decide(origin(), issue(1), (), judging(first, second))

    assert writes(found) == [
        EnsureLabel(issue="1001", key="OPS-1", label="late"),
        SetIssueFields(issue="1001", key="OPS-1", values={"priority": "High"}),
    ]
    assert found.cut == ()


def test_rules_that_undo_each_other_for_ever_are_cut_and_named() -> None:
    up = rule("up", SetFields(values={"customfield_3": 1}), if_='"Risk score" != 1 OR "Risk score" IS EMPTY')
    down = rule("down", SetFields(values={"customfield_3": 2}), if_='"Risk score" = 1')

    found = decide(origin(), issue(1), (), judging(up, down))

    assert found.cut == (" → ".join(["automation up", "automation down"] * 2 + ["automation up"]),)


def test_an_ensured_issue_is_linked_once_it_is_made() -> None:
    action = EnsureIssue(
        key=lambda values: f"slip-{values['issue']['key']}",  # type: ignore[index]
        type="Risk",
        summary=lambda values: "It is late",
        link="Relates",
    )

    found = decide(origin(), issue(1), (), judging(rule("slip", action)))

    made, link = found.planned
    assert made.write == MakeIssue(project="OPS", name="slip-OPS-1", type=("Risk",), summary="It is late")
    assert link.write == LinkIssues(source="project OPS issue slip-OPS-1", target="1001", type="Relates")
    assert link.after == ("project OPS issue slip-OPS-1",)


def test_a_comment_of_a_rule_has_its_own_purpose() -> None:
    action = SayComment(purpose="hello", text=lambda values: "Hello")

    (write,) = writes(decide(origin(), issue(1), (), judging(rule("talk", action))))

    assert (write.natural_key, write.lines[0].text) == ("issue 1001 comment hello 1", "Hello")


def test_the_texts_of_a_rule_are_told_the_language_of_the_project() -> None:
    action = SayComment(purpose="hello", text=lambda values: f"in {values['locale']}")
    chinese = replace(judging(rule("talk", action)), rules=project_rules(locale="zh_CN"))

    (write,) = writes(decide(origin(), issue(1), (), chinese))

    assert [line.text for line in write.lines] == ["in zh_CN"]


def test_a_gate_issue_asks_for_a_rollup_at_once() -> None:
    assert decide(origin(), gate_issue(is_at="Passed"), (), judging()).is_urgent is True
    assert decide(origin(), issue(1), (), judging()).is_urgent is False
