"""Searching, reading many and paging."""

from typing import Any

from tests.sandbox.visitor import Visitor


def keys(answer: Any) -> list[str]:
    return [one["key"] for one in answer.body["issues"]]


def test_pages_follow_each_other_by_token_and_the_last_says_so(ada: Visitor) -> None:
    made = [ada.issue(summary=f"Call {number}") for number in range(5)]
    query: dict[str, Any] = {"jql": "project = OPS ORDER BY key ASC", "maxResults": 2, "fields": ["summary"]}
    seen: list[str] = []
    pages = 0
    while True:
        page = ada.post("search/jql", query)
        seen += keys(page)
        pages += 1
        if page.body["isLast"]:
            break
        query["nextPageToken"] = page.body["nextPageToken"]

    assert (seen, pages) == (made, 3)
    assert "nextPageToken" not in page.body
    assert "total" not in page.body


def test_a_token_belongs_to_its_query(ada: Visitor) -> None:
    for number in range(3):
        ada.issue(summary=f"Call {number}")
    token = ada.post("search/jql", {"jql": "project = OPS", "maxResults": 1}).body["nextPageToken"]

    other = ada.post("search/jql", {"jql": "project = OPS ORDER BY key", "nextPageToken": token})
    assert other.status == 400
    assert ada.post("search/jql", {"jql": "project = OPS", "nextPageToken": "nonsense"}).status == 400


def test_without_fields_only_ids_come_back(ada: Visitor) -> None:
    ada.issue()

    assert ada.post("search/jql", {"jql": "project = OPS"}).body["issues"] == [{"id": "10001"}]


def test_fields_can_be_chosen_all_and_left_out(ada: Visitor) -> None:
    key = ada.issue()
    chosen = ada.get(f"issue/{key}", fields="summary,status").body["fields"]
    everything = ada.get(f"issue/{key}").body["fields"]
    without = ada.get(f"issue/{key}", fields="*all,-comment").body["fields"]

    assert sorted(chosen) == ["status", "summary"]
    assert {"comment", "worklog", "customfield_10250", "attachment"} <= everything.keys()
    assert everything.keys() - without.keys() == {"comment"}


def test_words_of_the_sites_language_find_issues(ada_zh: Visitor) -> None:
    risk = ada_zh.issue("risk", "人手不足", customfield_10250=4)
    ada_zh.issue("task", "接电话")

    found = ada_zh.post("search/jql", {"jql": "issuetype = 风险 AND 概率 >= 4 AND status = 待办", "fields": ["key"]})
    assert keys(found) == [risk]


def test_the_status_of_the_past_can_be_searched(ada: Visitor) -> None:
    moved, still = ada.issue(), ada.issue()
    ada.move(moved, "move_start", "move_done")

    def found(jql: str) -> list[str]:
        return keys(ada.post("search/jql", {"jql": jql, "fields": ["summary"]}))

    assert found('project = OPS AND status WAS "In Progress"') == [moved]
    assert found("project = OPS AND statusCategory != Done") == [still]
    assert found("project = OPS AND status CHANGED BY currentUser()") == [moved]


def test_what_belongs_to_an_issue_can_be_searched(ada: Visitor) -> None:
    epic = ada.issue("epic")
    below = ada.issue(parent={"key": epic}, assignee=ada.person("chen"), labels=["phone"])

    def found(jql: str) -> list[str]:
        return keys(ada.post("search/jql", {"jql": jql, "fields": ["summary"]}))

    assert found(f"parent = {epic}") == [below]
    assert found("project = OPS AND labels = phone AND assignee IS NOT EMPTY") == [below]


def test_many_issues_come_in_one_request_and_missing_ones_are_named(ada: Visitor) -> None:
    first, second = ada.issue(), ada.issue()
    body = {"issueIdsOrKeys": [second, first, "OPS-77"], "fields": ["summary"]}
    found = ada.post("issue/bulkfetch", body)

    assert keys(found) == [first, second]
    assert [one["id"] for one in found.body["issueErrors"]] == ["OPS-77"]


def test_changelogs_of_many_issues_come_page_by_page(ada: Visitor) -> None:
    first, second = ada.issue(), ada.issue()
    for key in (first, second):
        ada.put(f"issue/{key}", {"fields": {"duedate": "2026-02-01"}})
        ada.put(f"issue/{key}", {"fields": {"summary": "B"}})

    query: dict[str, Any] = {"issueIdsOrKeys": [first, second], "maxResults": 3}
    page = ada.post("changelog/bulkfetch", query).body
    rest = ada.post("changelog/bulkfetch", {**query, "nextPageToken": page["nextPageToken"]}).body
    due = ada.post("changelog/bulkfetch", {"issueIdsOrKeys": [first], "fieldIds": ["duedate"]}).body

    assert [(one["issueId"], len(one["changeHistories"])) for one in page["issueChangeLogs"]] == [
        ("10001", 2),
        ("10002", 1),
    ]
    assert [(one["issueId"], len(one["changeHistories"])) for one in rest["issueChangeLogs"]] == [("10002", 1)]
    assert "nextPageToken" not in rest
    assert [one["items"][0]["field"] for one in due["issueChangeLogs"][0]["changeHistories"]] == ["duedate"]


def test_data_centers_search_pages_by_number_and_counts(ada_dc: Visitor) -> None:
    made = [ada_dc.issue(summary=f"Call {number}") for number in range(3)]
    page = ada_dc.get("search", jql="project = OPS ORDER BY key", startAt=1, maxResults=1, fields="summary")

    assert keys(page) == [made[1]]
    assert (page.body["total"], page.body["startAt"], page.body["maxResults"]) == (3, 1, 1)


def test_comments_keep_their_properties(ada: Visitor) -> None:
    key = ada.issue()
    mark = [{"key": "lc", "value": {"purpose": "risk"}}]
    said = ada.post(f"issue/{key}/comment", {"body": ada.text("High risk."), "properties": mark}).body

    found = ada.get(f"issue/{key}/comment", expand="properties").body["comments"]
    assert [one["properties"] for one in found] == [mark]
    assert ada.get(f"comment/{said['id']}/properties/lc").body == mark[0]


def test_an_issue_can_be_made_with_properties_to_be_found_by(ada: Visitor) -> None:
    body = {
        "fields": {"project": {"key": "OPS"}, "issuetype": {"name": "Risk"}, "summary": "Late"},
        "properties": [{"key": "lc", "value": {"key": "slip-OPS-1"}}],
    }
    key = ada.post("issue", body).body["key"]

    assert ada.get(f"issue/{key}", properties="lc").body["properties"] == {"lc": {"key": "slip-OPS-1"}}
    found = ada.post("search/jql", {"jql": 'issue.property[lc].key = "slip-OPS-1"', "fields": ["summary"]})
    assert keys(found) == [key]
