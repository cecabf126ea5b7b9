"""What the history says of each kind of change."""

from typing import Any

import pytest

from tests.sandbox.visitor import Visitor

START, POINTS, DEPARTMENT = "customfield_10015", "customfield_10016", "customfield_10280"


def history(v: Visitor, key: str) -> list[list[dict[str, Any]]]:
    return [one["items"] for one in v.get(f"issue/{key}/changelog").body["values"]]


def item(field: str, field_id: str | None, kind: str = "jira", **values: str) -> dict[str, str]:
    names = {"before": "from", "before_text": "fromString", "after": "to", "after_text": "toString"}
    shape = {"field": field, "fieldtype": kind, **{names[name]: value for name, value in values.items()}}
    return {**shape, "fieldId": field_id} if field_id else shape


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        pytest.param(
            "summary",
            "B",
            [item("summary", "summary", before_text="Answer the phone", after_text="B")],
            id="summary",
        ),
        pytest.param(
            "duedate",
            "2026-02-10",
            [item("duedate", "duedate", after="2026-02-10", after_text="2026-02-10 00:00:00.0")],
            id="due-date",
        ),
        pytest.param(
            START,
            "2026-01-05",
            [item("Start date", START, "custom", after="2026-01-05", after_text="5/Jan/26")],
            id="custom-date",
        ),
        pytest.param(POINTS, 5, [item("Story Points", POINTS, "custom", after_text="5")], id="number"),
        pytest.param(
            DEPARTMENT,
            {"value": "IT"},
            [item("Department", DEPARTMENT, "custom", after="102802", after_text="IT")],
            id="option",
        ),
        pytest.param("labels", ["b", "a"], [item("labels", "labels", before_text="", after_text="a b")], id="labels"),
    ],
)
def test_a_field_change_is_written_as_jira_writes_it(
    ada: Visitor, field: str, value: object, wanted: list[dict[str, str]]
) -> None:
    key = ada.issue()
    edited = ada.put(f"issue/{key}", {"fields": {field: value}})

    assert edited.status == 204, edited.body
    assert history(ada, key) == [wanted]


def test_versions_are_noted_one_by_one(ada: Visitor) -> None:
    number = int(ada.get("project/OPS").body["id"])
    first, second = (ada.post("version", {"name": name, "projectId": number}).body["id"] for name in ("R1", "R2"))
    key = ada.issue(fixVersions=[{"name": "R1"}])
    ada.put(f"issue/{key}", {"fields": {"fixVersions": [{"id": second}]}})

    assert history(ada, key) == [
        [
            item("Fix Version", "fixVersions", before=first, before_text="R1"),
            item("Fix Version", "fixVersions", after=second, after_text="R2"),
        ]
    ]


def test_a_move_to_done_notes_status_and_resolution_and_dates_the_resolution(ada: Visitor) -> None:
    key = ada.issue()
    ada.move(key, "move_done")

    assert history(ada, key) == [
        [
            item("status", "status", before="10000", before_text="To Do", after="10002", after_text="Done"),
            item("resolution", "resolution", after="10000", after_text="Done"),
        ]
    ]
    fields = ada.fields(key)
    assert fields["resolution"]["name"] == "Done"
    assert fields["resolutiondate"] is not None
    assert fields["status"]["statusCategory"]["key"] == "done"


def test_reopening_takes_the_resolution_away(ada: Visitor) -> None:
    key = ada.issue()
    ada.move(key, "move_done", "move_reopen")

    fields = ada.fields(key)
    assert (fields["resolution"], fields["resolutiondate"]) == (None, None)
    assert [one["field"] for one in history(ada, key)[1]] == ["status", "resolution"]


def test_a_link_is_noted_in_both_issues_in_words(ada: Visitor) -> None:
    first, second = ada.issue(), ada.issue()
    kind = {"type": {"name": "Blocks"}, "inwardIssue": {"key": first}, "outwardIssue": {"key": second}}
    ada.post("issueLink", kind)

    assert history(ada, first) == [[item("Link", None, after=second, after_text=f"This issue blocks {second}")]]
    assert history(ada, second) == [[item("Link", None, after=first, after_text=f"This issue is blocked by {first}")]]


def test_a_sprint_change_lists_every_sprint_the_issue_was_in(ada: Visitor) -> None:
    key = ada.issue()
    board = next(iter(ada.box.world.jira.boards))
    dates = {"startDate": "2026-01-05T09:00:00.000Z", "endDate": "2026-01-19T09:00:00.000Z"}
    numbers = [
        ada.post("{agile}/sprint", {"name": name, "originBoardId": board, **dates}).body["id"]
        for name in ("One", "Two")
    ]
    ada.post(f"{ada.agile}/sprint/{numbers[0]}/issue", {"issues": [key]})
    ada.post(f"{ada.agile}/sprint/{numbers[0]}", {"state": "active"})
    ada.post(f"{ada.agile}/sprint/{numbers[0]}", {"state": "closed"})
    ada.post(f"{ada.agile}/sprint/{numbers[1]}/issue", {"issues": [key]})

    sprint = "customfield_10020"
    assert history(ada, key) == [
        [item("Sprint", sprint, "custom", after="1", after_text="One")],
        [item("Sprint", sprint, "custom", before="1", before_text="One", after="1, 2", after_text="One, Two")],
    ]
    assert [(one["name"], one["state"]) for one in ada.fields(key)[sprint]] == [("One", "closed"), ("Two", "future")]


def test_booked_time_goes_from_what_remains(ada: Visitor) -> None:
    key = ada.issue(timetracking={"originalEstimate": "1d"})
    ada.post(f"issue/{key}/worklog", {"timeSpent": "3h"})

    assert [one["field"] for one in history(ada, key)[0]] == ["WorklogId", "timespent", "timeestimate"]
    assert ada.fields(key)["timetracking"] == {
        "originalEstimate": "1d",
        "originalEstimateSeconds": 28800,
        "remainingEstimate": "5h",
        "remainingEstimateSeconds": 18000,
        "timeSpent": "3h",
        "timeSpentSeconds": 10800,
    }


def test_an_edit_that_changes_nothing_leaves_no_history_and_no_new_date(ada: Visitor) -> None:
    key = ada.issue()
    before = ada.fields(key)["updated"]
    ada.put(f"issue/{key}", {"fields": {"summary": "Answer the phone"}})

    assert history(ada, key) == []
    assert ada.fields(key)["updated"] == before


def test_each_update_is_later_than_the_one_before_even_when_the_clock_stands(ada: Visitor) -> None:
    ada.client.post("/sandbox/clock", json={"now": "2026-01-05T09:00:00+00:00"})
    key = ada.issue()
    ada.put(f"issue/{key}", {"fields": {"summary": "B"}})
    ada.put(f"issue/{key}", {"fields": {"summary": "C"}})

    entries = ada.get(f"issue/{key}/changelog").body["values"]
    assert [one["created"] for one in entries] == ["2026-01-05T09:00:00.001+0000", "2026-01-05T09:00:00.002+0000"]
    assert ada.fields(key)["updated"] == "2026-01-05T09:00:00.002+0000"


def test_a_new_parent_is_an_association_on_cloud_and_an_epic_link_on_data_center(ada: Visitor, ada_dc: Visitor) -> None:
    epic, key = ada.issue("epic"), ada.issue()
    ada.put(f"issue/{key}", {"fields": {"parent": {"key": epic}}})
    epic_dc, key_dc = ada_dc.issue("epic"), ada_dc.issue()
    ada_dc.put(f"issue/{key_dc}", {"fields": {"customfield_10014": epic_dc}})

    assert history(ada, key) == [[item("IssueParentAssociation", None, after="10001", after_text=epic)]]
    found = ada_dc.get(f"issue/{key_dc}", expand="changelog").body
    assert found["changelog"]["histories"][0]["items"] == [
        {"field": "Epic Link", "fieldtype": "custom", "to": "10001", "toString": epic_dc}
    ]
    assert found["fields"]["customfield_10014"] == epic_dc
    assert found["fields"]["parent"] is None


def test_names_in_a_chinese_site_are_chinese(ada_zh: Visitor) -> None:
    key = ada_zh.issue("risk", "人手不足", customfield_10250=4)
    ada_zh.move(key, "move_start")

    assert history(ada_zh, key)[0][0]["toString"] == "进行中"
    fields = ada_zh.get(f"issue/{key}", expand="names").body
    assert fields["names"]["customfield_10250"] == "概率"
    assert fields["fields"]["issuetype"]["name"] == "风险"
    assert fields["fields"]["updated"].endswith("+0800")
