"""An issue as it was."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.core.asof import issue_as_of
from connector.core.fields import Field, FieldCatalog
from connector.core.issue import Change, Issue

MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)
CATEGORIES = {"1": "new", "3": "indeterminate", "5": "done"}
End = tuple[str | None, str | None]


def day(days: int) -> datetime:
    return MADE + timedelta(days=days)


def change(days: int, field_id: str, before: End, after: End, field: str | None = None) -> Change:
    return Change(
        history_id=days,
        at=day(days),
        author="mina",
        field=field or field_id,
        field_id=field_id,
        before_id=before[0],
        before=before[1],
        after_id=after[0],
        after=after[1],
    )


def issue(*changes: Change, **fields: object) -> Issue:
    own = {"created": MADE.isoformat(), "updated": day(9).isoformat()}
    return Issue(site="main", id="1", key="OPS-1", fields={**own, **fields}, updated=day(9), changes=changes)


def field_then(name: str, present: object, moved: Change, catalog: FieldCatalog | None = None) -> object:
    past = issue_as_of(issue(moved, **{name: present}), day(1), catalog=catalog)
    assert past is not None
    return past.fields[name]


NONE: End = (None, None)
HIGH = {"id": "2", "value": "High"}


def test_before_it_was_made_there_is_no_issue() -> None:
    assert issue_as_of(issue(), MADE - timedelta(seconds=1)) is None
    assert issue_as_of(issue(), MADE) is not None


def test_an_issue_that_did_not_change_since_is_what_it_is() -> None:
    found = issue(change(2, "summary", (None, "a"), (None, "b")), summary="b")
    past = issue_as_of(found, day(2))

    assert past is not None
    assert (past.fields, past.changes, past.updated) == (found.fields, found.changes, found.updated)


def test_a_status_is_undone_with_its_category_and_the_facts_of_then() -> None:
    found = issue(
        change(2, "status", ("1", "To Do"), ("3", "In Progress")),
        change(5, "status", ("3", "In Progress"), ("5", "Done")),
        change(5, "resolution", NONE, ("9", "Fixed")),
        status={"id": "5", "name": "Done"},
        resolution={"id": "9", "name": "Fixed"},
        resolutiondate=day(5).isoformat(),
    )
    past = issue_as_of(found, day(3), categories=CATEGORIES)
    at_first = issue_as_of(found, day(1), categories=CATEGORIES)

    assert past is not None
    assert at_first is not None
    assert past.fields["status"] == {
        "id": "3",
        "name": "In Progress",
        "statusCategory": {"key": "indeterminate"},
    }
    assert (past.fields["resolution"], past.fields["resolutiondate"]) == (None, None)
    assert (past.facts.started_at, past.facts.finished_at) == (day(2), None)
    assert (past.updated, past.fields["updated"], len(past.changes)) == (day(2), day(2).isoformat(), 1)
    assert at_first.fields["status"] == {"id": "1", "name": "To Do", "statusCategory": {"key": "new"}}
    assert (at_first.updated, at_first.facts.started_at) == (MADE, None)


def test_the_date_of_a_resolution_is_the_one_in_force_then() -> None:
    found = issue(
        change(2, "resolution", NONE, ("9", "Fixed")),
        change(3, "resolution", ("9", "Fixed"), NONE),
        change(5, "resolution", NONE, ("8", "Done")),
        resolution={"id": "8", "name": "Done"},
        resolutiondate=day(5).isoformat(),
    )
    past = issue_as_of(found, day(2))

    assert past is not None
    assert (past.fields["resolution"], past.fields["resolutiondate"]) == (
        {"id": "9", "name": "Fixed"},
        day(2).isoformat(),
    )


@pytest.mark.parametrize(
    ("name", "present", "before", "after", "expected"),
    [
        ("summary", "new", (None, "old"), (None, "new"), "old"),
        ("description", "x", NONE, (None, "x"), None),
        ("duedate", "2026-03-08", ("2026-03-01", "2026-03-01 00:00:00.0"), ("2026-03-08", ""), "2026-03-01"),
        ("duedate", "2026-03-08", (None, "2026-03-01 00:00:00.0"), NONE, "2026-03-01"),
        ("duedate", "2026-03-08", NONE, ("2026-03-08", ""), None),
        ("labels", ["a", "c"], (None, "a b"), (None, "a c"), ["a", "b"]),
        ("labels", ["a"], (None, ""), (None, "a"), []),
        ("priority", {"id": "1"}, ("3", "Medium"), ("1", "High"), {"id": "3", "name": "Medium"}),
        ("issuetype", {"id": "2"}, ("1", "Bug"), ("2", "Task"), {"id": "1", "name": "Bug"}),
        ("timeestimate", 3600, ("28800", "28800"), ("3600", "3600"), 28800),
        ("timeoriginalestimate", 3600, NONE, ("3600", "3600"), None),
        ("parent", None, ("7", "OPS-7"), NONE, {"id": "7", "key": "OPS-7"}),
        ("parent", {"id": "7"}, NONE, ("7", "OPS-7"), None),
    ],
)
def test_a_field_has_the_value_it_had(name: str, present: object, before: End, after: End, expected: object) -> None:
    assert field_then(name, present, change(2, name, before, after)) == expected


def test_team_managed_projects_call_the_parent_otherwise() -> None:
    past = issue_as_of(
        issue(change(2, "IssueParentAssociation", NONE, ("7", "OPS-7")), parent={"id": "7", "key": "OPS-7"}), day(1)
    )

    assert past is not None
    assert past.fields["parent"] is None


def test_an_assignee_is_a_person_of_the_site_s_kind() -> None:
    def then(**fields: object) -> object:
        past = issue_as_of(issue(change(2, "assignee", ("5f0a", "Mina"), NONE), assignee=None, **fields), day(1))
        assert past is not None
        return past.fields["assignee"]

    assert then(reporter={"accountId": "5f0b"}) == {"accountId": "5f0a", "displayName": "Mina"}
    assert then(reporter={"name": "tomas"}) == {"name": "5f0a", "key": "5f0a", "displayName": "Mina"}
    assert field_then("assignee", {"accountId": "5f0a"}, change(2, "assignee", NONE, ("5f0a", "Mina"))) is None


@pytest.mark.parametrize("name", ["fixVersions", "versions", "components"])
def test_lists_are_undone_element_by_element(name: str) -> None:
    found = issue(
        change(2, name, NONE, ("1", "Spring")),
        change(3, name, NONE, ("2", "Summer")),
        change(4, name, ("1", "Spring"), NONE),
        **{name: [{"id": "2", "name": "Summer", "released": True}]},
    )

    values = [past.fields[name] for n in range(1, 5) if (past := issue_as_of(found, day(n))) is not None]
    assert values == [
        [],
        [{"id": "1", "name": "Spring"}],
        [{"id": "2", "name": "Summer", "released": True}, {"id": "1", "name": "Spring"}],
        [{"id": "2", "name": "Summer", "released": True}],
    ]


@pytest.mark.parametrize(
    ("present", "before", "after", "expected"),
    [
        pytest.param(5.0, (None, "3"), (None, "5"), 3, id="number"),
        pytest.param(5.0, (None, "2.5"), (None, "5"), 2.5, id="fraction"),
        pytest.param(5.0, NONE, (None, "5"), None, id="number-not-set"),
        pytest.param(None, (None, "3"), NONE, 3, id="number-now-empty"),
        pytest.param("2026-02-01", ("2026-01-01", "01/Jan/26"), ("2026-02-01", ""), "2026-01-01", id="date"),
        pytest.param(None, ("2026-01-01", "01/Jan/26"), ("", ""), "2026-01-01", id="date-now-empty"),
        pytest.param(
            {"id": "2", "value": "High"}, ("1", "Low"), ("2", "High"), {"id": "1", "value": "Low"}, id="option"
        ),
        pytest.param({"id": "2", "value": "High"}, NONE, ("2", "High"), None, id="option-not-set"),
        pytest.param("new", (None, "old"), (None, "new"), "old", id="text"),
        pytest.param(
            {"accountId": "b", "displayName": "B"},
            ("a:1", "A"),
            ("b", "B"),
            {"accountId": "a:1", "displayName": "A"},
            id="person",
        ),
    ],
)
def test_a_custom_field_has_the_value_it_had(present: object, before: End, after: End, expected: object) -> None:
    assert field_then("customfield_1", present, change(2, "customfield_1", before, after, "Mine")) == expected


def test_a_sprint_field_keeps_what_is_known_of_the_sprints_it_still_holds() -> None:
    week1 = {"id": 61, "name": "Week 1", "state": "closed", "boardId": 7}
    week2 = {"id": 62, "name": "Week 2", "state": "active", "boardId": 7}
    found = change(2, "customfield_1", ("60, 61", "Week 0, Week 1"), ("61, 62", "Week 1, Week 2"), "Sprint")

    assert field_then("customfield_1", [week1, week2], found) == [
        {"id": "60", "name": "Week 0", "value": "Week 0"},
        week1,
    ]
    assert field_then("customfield_1", [week1], change(2, "customfield_1", ("", ""), ("61", "Week 1"), "Sprint")) == []


def test_the_catalog_decides_what_a_field_holds_and_which_one_is_meant() -> None:
    catalog = FieldCatalog([Field(id="customfield_1", name="Story Points", kind="number")])
    found = change(2, "Story Points", (None, "8"), NONE)

    assert field_then("customfield_1", None, found, catalog) == 8


def test_what_is_no_field_of_the_issue_is_passed_over() -> None:
    found = issue(change(2, "Rank", ("", ""), ("", "Ranked higher")), summary="x")
    past = issue_as_of(found, day(1))

    assert past is not None
    assert "Rank" not in past.fields


def test_a_moved_issue_has_its_old_key_and_project() -> None:
    found = issue(
        change(2, "Key", (None, "IDEA-7"), (None, "OPS-1")),
        change(2, "project", ("10001", "Ideas"), ("10002", "Operations")),
        project={"id": "10002", "key": "OPS", "name": "Operations"},
    )
    past = issue_as_of(found, day(1))

    assert past is not None
    assert (past.key, past.project_key) == ("IDEA-7", "IDEA")
    assert past.fields["project"] == {"id": "10001", "name": "Ideas", "key": "IDEA"}


def test_comments_worklogs_and_files_added_later_were_not_there() -> None:
    def at(days: int) -> dict[str, object]:
        return {"id": str(days), "created": day(days).isoformat()}

    found = issue(
        comment={"total": 2, "comments": [at(1), at(3)]},
        worklog={"worklogs": [at(1), at(3)]},
        attachment=[at(1), at(3)],
    )
    past = issue_as_of(found, day(2))

    assert past is not None
    assert past.fields["comment"] == {"total": 2, "comments": [at(1)]}
    assert past.fields["worklog"] == {"worklogs": [at(1)]}
    assert past.fields["attachment"] == [at(1)]


def test_the_present_issue_is_left_as_it_is() -> None:
    found = issue(change(2, "summary", (None, "old"), (None, "new")), summary="new")
    issue_as_of(found, day(1))

    assert found.fields["summary"] == "new"
