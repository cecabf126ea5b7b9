from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    Planned,
    SetIssueFields,
    Write,
    WriteComment,
)
from connector.core.automation_rules import AddLabel, RuleAction, SetFields
from connector.core.decide import decide
from connector.core.events import Origin
from connector.core.judging import Judging
from connector.core.merging import merged
from connector.core.rulebook import Automation
from tests.core.build import FIELDS, NOW, PLACE, issue, jql, project_rules, rulebook, say

CONDITIONS = ("issuetype = Task", "labels = a", "labels = b", "priority = High", "labels IS EMPTY", "duedate IS EMPTY")
ACTIONS: tuple[RuleAction, ...] = (
    AddLabel(label="a"),
    AddLabel(label="b"),
    SetFields(values={"priority": {"name": "High"}}),
    SetFields(values={"duedate": "2026-04-01"}),
    SetFields(values={"duedate": "2026-04-01", "customfield_3": 4}),
)


def planned(write: Write, rule: str = "automation a") -> Planned:
    return Planned(write=write, rule=rule, place="rules.yaml:1:1", cause="inbox 7")


def fields(**values: object) -> SetIssueFields:
    return SetIssueFields(issue="1001", key="OPS-1", values=values)


def test_fields_of_one_issue_become_one_write_that_names_every_rule() -> None:
    found = merged(
        [
            planned(fields(priority="High"), "automation b"),
            planned(replace(fields(priority="Low"), issue="1002"), "automation b"),
            planned(fields(duedate="2026-04-01", priority="Low"), "automation a"),
        ]
    )

    assert [(one.rule, dict(one.write.values)) for one in found if isinstance(one.write, SetIssueFields)] == [
        ("automation a, automation b", {"priority": "Low", "duedate": "2026-04-01"}),
        ("automation b", {"priority": "Low"}),
    ]


def test_what_was_there_before_is_what_was_there_before_all_of_it() -> None:
    first = replace(planned(fields(priority="High")), before={"priority": "Medium"})
    second = replace(planned(fields(priority="Low", duedate=None)), before={"priority": "High", "duedate": "x"})

    (found,) = merged([first, second])

    assert found.before == {"priority": "Medium", "duedate": "x"}


def test_makes_come_before_links_fields_before_moves_and_comments_at_the_end() -> None:
    writes: list[Write] = [
        WriteComment(issue="1001", key="OPS-1", purpose="p", edition="1", lines=()),
        MoveIssue(issue="1001", key="OPS-1", from_status="1", to_status=("Done",), occasion="o"),
        EnsureLabel(issue="1001", key="OPS-1", label="a"),
        LinkIssues(source="project OPS issue k", target="1001", type="Relates"),
        fields(priority="High"),
        MakeIssue(project="OPS", name="k", type=("Risk",), summary="s"),
    ]

    found = merged(planned(one) for one in writes)

    assert [type(one.write) for one in found] == [
        MakeIssue,
        LinkIssues,
        SetIssueFields,
        EnsureLabel,
        MoveIssue,
        WriteComment,
    ]


rules = st.lists(
    st.tuples(st.sampled_from(CONDITIONS), st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3)),
    min_size=1,
    max_size=4,
)


def written(automations: tuple[Automation, ...], times: int) -> tuple[Planned, ...]:
    judging = Judging(
        rulebook=rulebook(automations=automations), rules=project_rules(), fields=FIELDS, now=NOW, say=say
    )
    origin = Origin(site="main", name="issue.updated", at=NOW, actor="li")
    decided = [decide(origin, issue(1), (), judging) for _ in range(times)]
    assert all(not one.cut and not one.problems for one in decided)
    return merged(one for some in decided for one in some.planned)


@settings(max_examples=150, deadline=None)
@given(drawn=rules, data=st.data(), times=st.integers(1, 3))
def test_neither_the_order_of_rules_nor_an_event_told_again_changes_what_is_written(
    drawn: list[tuple[str, list[RuleAction]]], data: st.DataObject, times: int
) -> None:
    automations = tuple(
        Automation(id=f"r{number}", when=("issue.updated",), if_=jql(condition), then=tuple(then), place=PLACE)
        for number, (condition, then) in enumerate(drawn)
    )
    shuffled = tuple(data.draw(st.permutations(automations)))

    assert written(shuffled, times) == written(automations, 1)
