"""Automations against each other: conflicts and endless loops are told, everything else is left alone."""

import pytest

from connector.core.rulebook import Rulebook
from tests.rulefiles.reading import problems, read

AROUND = (
    "language: 1\n"
    "projects: [{jira: OPS, fields: {points: customfield_7}, names: {priorities: {High: 高}}}]\n"
    "automations:\n"
)


def rule(id: str, condition: str, then: str, when: str = "issue.updated", more: str = "") -> str:
    return f"  - {{id: {id}, when: [{when}], if: '{condition}', then: [{then}]{more}}}\n"


def sets(field: str, value: str) -> str:
    return f"set_fields: {{{field}: {value}}}"


LOW, HIGH = sets("priority", "Low"), sets("priority", "High")


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(rule("a", "labels = a", LOW) + rule("b", "labels = b", LOW), id="same-value"),
        pytest.param(rule("a", "issuetype = Bug", LOW) + rule("b", "issuetype = Task", HIGH), id="different-types"),
        pytest.param(
            rule("a", "issuetype in (Bug, Risk) AND labels = a", LOW) + rule("b", "type not in (Bug, Risk)", HIGH),
            id="in-and-not-in",
        ),
        pytest.param(rule("a", "points >= 5", LOW) + rule("b", "points < 5", HIGH), id="ranges"),
        pytest.param(rule("a", "points > 5", LOW) + rule("b", "points in (1, 2, 5)", HIGH), id="range-and-values"),
        pytest.param(rule("a", "assignee is EMPTY", LOW) + rule("b", "assignee is not EMPTY", HIGH), id="empty-or-not"),
        pytest.param(
            rule("a", "assignee is EMPTY", LOW) + rule("b", "assignee != li", HIGH), id="empty-matches-no-not"
        ),
        pytest.param(
            rule("a", "statusCategory = Done", LOW) + rule("b", "NOT (statusCategory = Done)", HIGH), id="not"
        ),
        pytest.param(
            rule("a", "issuetype = Bug OR issuetype = Risk", LOW) + rule("b", "issuetype = Task", HIGH), id="or"
        ),
        pytest.param(
            rule("a", "priority = High", sets("duedate", "2026-01-01"))
            + rule("b", "priority != 高", sets("duedate", "2026-01-02")),
            id="other-names-of-one-value",
        ),
        pytest.param(
            rule("a", "labels = a", LOW, when="issue.created") + rule("b", "labels = b", HIGH, when="comment.created"),
            id="different-events",
        ),
        pytest.param(
            rule("a", "labels = a", LOW) + rule("b", "labels = b", HIGH, more=", ignore_conflict_with: [a]"), id="meant"
        ),
        pytest.param(rule("a", "labels = a", "add_label: x") + rule("b", "labels = b", "add_label: y"), id="labels"),
        pytest.param(rule("a", "labels = x", "add_label: x"), id="a-label-that-is-there"),
        pytest.param(
            rule("a", "priority = High AND duedate is EMPTY", sets("duedate", "2026-01-01"))
            + rule("b", "duedate is not EMPTY", sets("priority", "High")),
            id="a-circle-that-comes-to-rest",
        ),
        pytest.param(
            rule("a", "priority = Low AND issuetype = Bug", HIGH)
            + rule("b", "priority = High AND issuetype = Task", LOW),
            id="a-circle-that-no-issue-goes-round",
        ),
        pytest.param(
            rule("a", "points < 5", sets("points", "5")) + rule("b", "points > 5", sets("points", "5")), id="cap"
        ),
    ],
)
def test_rules_that_get_on_are_left_alone(rules: str) -> None:
    found = read(AROUND + rules)

    assert isinstance(found, Rulebook), str(found)


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(rule("a", "labels = a", LOW) + rule("b", "labels = b", HIGH), id="one-issue-may-have-both-labels"),
        pytest.param(rule("a", "issuetype = Bug", LOW) + rule("b", "labels = b", HIGH), id="different-fields"),
        pytest.param(
            rule("a", "labels = a", LOW) + rule("b", "labels = b", HIGH, when="issue.transitioned"),
            id="a-transition-is-an-update",
        ),
        pytest.param(
            rule("a", "labels = a", LOW) + rule("b", "labels = b", "set_fields: {Priority: High}"),
            id="one-field-two-names",
        ),
        pytest.param(rule("a", "points >= 5", LOW) + rule("b", "points <= 5", HIGH), id="ranges-that-touch"),
        pytest.param(
            rule("a", "issuetype in (Bug, Task)", LOW) + rule("b", "issuetype in (Task, Epic)", HIGH),
            id="one-type-in-both",
        ),
    ],
)
def test_two_rules_that_write_one_field_differently_are_told(rules: str) -> None:
    found = problems(AROUND + rules)

    assert len(found) == 1
    assert "b: it sets '" in found[0]
    assert "to 'high', and 'a' at 1.yaml:4:" in found[0]
    assert found[0].endswith("to 'low'; let their conditions exclude each other, or write 'ignore_conflict_with: [a]'")


def test_a_conflict_is_told_at_the_value_with_the_place_of_the_other() -> None:
    found = problems(AROUND + rule("a", "labels = a", LOW) + rule("b", "labels = b", HIGH))

    assert found == [
        "1.yaml:5:84: b: it sets 'priority' to 'high', and 'a' at 1.yaml:4:84 to 'low'; "
        "let their conditions exclude each other, or write 'ignore_conflict_with: [a]'"
    ]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param(
            rule("a", "priority = High", LOW) + rule("b", "priority = Low", HIGH),
            "1.yaml:4:65: a: these rules start each other without end: 'a' sets priority to 'low', "
            "then 'b' sets priority to 'high', then 'a'; let one of them leave the field alone once it is set, "
            "or write 'ignore_conflict_with: [b]'",
            id="two",
        ),
        pytest.param(
            rule("a", "priority = High", sets("priority", "Medium"))
            + rule("b", "priority = Medium", LOW)
            + rule("c", "priority = Low", HIGH),
            "'a' sets priority to 'medium', then 'b' sets priority to 'low', "
            "then 'c' sets priority to 'high', then 'a'",
            id="three",
        ),
        pytest.param(
            rule("a", "points > 0", 'set_fields: {points: "{{ issue.points + 1 }}"}'),
            "'a' sets points to what is worked out, then 'a'",
            id="one-that-counts",
        ),
    ],
)
def test_rules_that_start_each_other_for_ever_are_told_with_their_links(rules: str, told: str) -> None:
    found = problems(AROUND + rules)

    assert len(found) == 1
    assert told in found[0]


def test_a_loop_that_is_meant_is_left_alone() -> None:
    found = read(
        AROUND
        + rule("a", "priority = High", LOW)
        + rule("b", "priority = Low", HIGH, more=", ignore_conflict_with: [a]")
    )

    assert isinstance(found, Rulebook), str(found)


def test_a_rule_that_is_not_there_cannot_be_ignored() -> None:
    found = problems(AROUND + rule("late", "labels = a", LOW, more=", ignore_conflict_with: [latte]"))

    assert found == ["1.yaml:4:116: late: there is no automation 'latte'; did you mean 'late'?"]


def test_more_automations_than_can_be_compared_are_refused() -> None:
    rules = "".join(rule(f"r{number}", "labels = a", LOW) for number in range(301))

    found = problems(AROUND + rules)

    assert found == ["1.yaml:304:5: r300: 301 automations are more than 300; merge some of them"]
