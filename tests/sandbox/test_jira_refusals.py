"""What Jira would not take, the sandbox does not take either."""

from typing import Any

import pytest

from tests.sandbox.visitor import Visitor

TASK = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Call"}


def errors(v: Visitor, **fields: Any) -> dict[str, str]:
    answer = v.post("issue", {"fields": {**TASK, **fields}})
    assert answer.status == 400, answer.body
    return dict(answer.body["errors"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("summary", "", id="empty-summary"),
        pytest.param("summary", "two\nlines", id="two-lines"),
        pytest.param("summary", "x" * 256, id="long-summary"),
        pytest.param("description", "plain text", id="no-document"),
        pytest.param("description", {"type": "doc", "version": 1, "content": [{"type": "text"}]}, id="bad-document"),
        pytest.param("duedate", "10.2.2026", id="bad-date"),
        pytest.param("duedate", "2026-02-30", id="no-such-day"),
        pytest.param("labels", ["two words"], id="label-with-space"),
        pytest.param("labels", "one", id="labels-no-list"),
        pytest.param("priority", {"name": "Urgent"}, id="unknown-priority"),
        pytest.param("assignee", {"accountId": "nobody"}, id="unknown-person"),
        pytest.param("fixVersions", [{"name": "R9"}], id="unknown-version"),
        pytest.param("components", [{"id": "1"}], id="unknown-component"),
        pytest.param("customfield_10016", "5", id="number-as-text"),
        pytest.param("customfield_10250", 3, id="not-on-this-screen"),
        pytest.param("customfield_99999", 3, id="unknown-field"),
        pytest.param("customfield_10280", {"value": "Sales"}, id="unknown-option"),
        pytest.param("timetracking", {"originalEstimate": "soon"}, id="no-duration"),
        pytest.param("status", {"name": "Done"}, id="status-is-no-field"),
    ],
)
def test_a_bad_value_is_refused_beside_its_field(ada: Visitor, field: str, value: object) -> None:
    assert list(errors(ada, **{field: value})) == [field]


def test_all_bad_values_are_named_at_once(ada: Visitor) -> None:
    found = errors(ada, summary="", duedate="soon", customfield_99999=1)

    assert sorted(found) == ["customfield_99999", "duedate", "summary"]


def test_nothing_is_made_of_a_refused_request(ada: Visitor) -> None:
    errors(ada, duedate="soon")

    assert ada.box.world.jira.issues == {}


def test_documents_are_refused_on_v2_and_wiki_on_v3(ada: Visitor) -> None:
    key = ada.issue()
    wiki_on_3 = ada.post(f"issue/{key}/comment", {"body": "words"})
    document_on_2 = ada.post(f"/rest/api/2/issue/{key}/comment", {"body": ada.text("words")})
    wiki_on_2 = ada.post(f"/rest/api/2/issue/{key}/comment", {"body": "words"})

    assert (wiki_on_3.status, wiki_on_3.body["errors"]) == (400, {"comment": "Comment body is not valid!"})
    assert document_on_2.status == 400
    assert (wiki_on_2.status, wiki_on_2.body["body"]) == (201, "words")


def test_a_transition_needs_a_text_id(ada: Visitor) -> None:
    key = ada.issue()

    assert ada.post(f"issue/{key}/transitions", {"transition": {"id": 11}}).status == 400
    assert ada.post(f"issue/{key}/transitions", {"transition": "11"}).status == 400
    assert ada.post(f"issue/{key}/transitions", {}).status == 400


def test_a_transition_is_possible_only_from_the_present_status(ada: Visitor) -> None:
    key = ada.issue()
    refused = ada.post(f"issue/{key}/transitions", {"transition": {"id": "41"}})

    assert refused.status == 400
    assert "not valid for the current state" in refused.body["errorMessages"][0]
    assert ada.fields(key)["status"]["name"] == "To Do"


def test_a_transition_names_the_field_it_needs(ada: Visitor) -> None:
    key = ada.issue("bug")
    refused = ada.post(f"issue/{key}/transitions", {"transition": {"id": "31"}})
    ada.move(key, "move_done", resolution={"name": "Won't Do"})

    assert refused.body["errors"] == {"resolution": "Resolution is required."}
    assert ada.fields(key)["resolution"]["name"] == "Won't Do"


def test_a_gate_asks_for_its_conditions_when_it_passes_with_conditions(ada: Visitor) -> None:
    key = ada.issue("phase_gate", "Plan baseline")
    ada.move(key, "move_gate_open")
    refused = ada.post(f"issue/{key}/transitions", {"transition": {"id": "131"}})
    ada.move(key, "move_gate_condition", customfield_10273=ada.text("Owners by Friday"))

    assert refused.body["errors"] == {"customfield_10273": "Gate conditions is required."}
    assert ada.fields(key)["status"]["name"] == "Conditionally Passed"


def test_a_field_that_the_transition_does_not_show_is_refused(ada: Visitor) -> None:
    key = ada.issue()
    refused = ada.post(f"issue/{key}/transitions", {"transition": {"id": "11"}, "fields": {"summary": "B"}})

    assert list(refused.body["errors"]) == ["summary"]


def test_a_field_cannot_be_both_set_and_updated(ada: Visitor) -> None:
    key = ada.issue()
    body = {"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}}

    assert list(ada.put(f"issue/{key}", body).body["errors"]) == ["labels"]


def test_the_old_search_is_gone_on_cloud(ada: Visitor) -> None:
    found = ada.get("search", jql="project = OPS")

    assert found.status == 410
    assert found.body["errorMessages"][0].startswith("The requested API has been removed. Please migrate to")


def test_data_center_has_the_old_search_and_not_the_new_one(ada_dc: Visitor) -> None:
    assert ada_dc.get("search", jql="project = OPS").body["total"] == 0
    assert ada_dc.get("search/jql", jql="project = OPS").status == 404
    assert ada_dc.post("issue/bulkfetch", {"issueIdsOrKeys": ["OPS-1"]}).status == 405


def test_a_search_without_restriction_is_refused_on_cloud(ada: Visitor) -> None:
    refused = ada.get("search/jql", jql="ORDER BY created")

    assert refused.status == 400
    assert refused.body["errorMessages"] == [
        "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
    ]


def test_a_query_that_cannot_be_read_is_refused(ada: Visitor) -> None:
    assert ada.get("search/jql", jql="project = = OPS").status == 400


def test_wrong_or_missing_credentials_are_401(ada: Visitor, ada_dc: Visitor) -> None:
    assert Visitor(ada.box, token="wrong").get("myself").status == 401
    assert ada.client.get("/rest/api/3/myself").status_code == 401
    assert Visitor(ada_dc.box, token="wrong").get("myself").status == 401
    assert ada.client.get("/rest/api/3/serverInfo").status_code == 200
    assert ada.client.get("/_edge/tenant_info").status_code == 200


def test_a_viewer_may_read_and_not_write(ada: Visitor) -> None:
    key = ada.issue()
    ivo = Visitor(ada.box, "ivo")

    assert ivo.get(f"issue/{key}").status == 200
    assert ivo.post("search/jql", {"jql": "project = OPS"}).status == 200
    assert ivo.put(f"issue/{key}", {"fields": {"summary": "B"}}).status == 403


def test_only_administrators_set_project_properties(ada: Visitor) -> None:
    assert Visitor(ada.box, "chen").put("project/OPS/properties/lc", 1).status == 403
    assert ada.put("project/OPS/properties/lc", 1).status == 201


def test_a_property_is_limited_to_32768_characters(ada: Visitor) -> None:
    key = ada.issue()

    assert ada.put(f"issue/{key}/properties/lc", "x" * 32766).status == 201
    assert ada.put(f"issue/{key}/properties/lc", "x" * 32767).status == 400


def test_an_attachment_needs_the_no_check_header(ada: Visitor) -> None:
    assert ada.ask("POST", f"issue/{ada.issue()}/attachments").status == 403


def test_a_sub_task_needs_a_parent_of_the_right_level(ada: Visitor) -> None:
    epic = ada.issue("epic")
    sub = {"issuetype": {"name": "Sub-task"}}

    assert list(errors(ada, **sub)) == ["parent"]
    assert list(errors(ada, **sub, parent={"key": epic})) == ["parentId"]


def test_an_issue_with_sub_tasks_is_deleted_only_with_them(ada: Visitor) -> None:
    parent = ada.issue()
    child = ada.issue("sub_task", parent={"key": parent})
    refused = ada.delete(f"issue/{parent}")
    deleted = ada.delete(f"issue/{parent}", deleteSubtasks="true")

    assert (refused.status, deleted.status) == (400, 204)
    assert ada.get(f"issue/{child}").status == 404


def test_a_sprint_goes_only_from_future_to_active_to_closed(ada: Visitor) -> None:
    board = next(iter(ada.box.world.jira.boards))
    number = ada.post("{agile}/sprint", {"name": "One", "originBoardId": board}).body["id"]
    sprint = f"{ada.agile}/sprint/{number}"
    dates = {"startDate": "2026-01-05T09:00:00.000Z", "endDate": "2026-01-19T09:00:00.000Z"}

    assert ada.post(sprint, {"state": "closed"}).status == 400
    assert ada.post(sprint, {"state": "active"}).status == 400
    assert ada.post(sprint, {"state": "active", **dates}).status == 200
    assert ada.post(sprint, {"state": "future"}).status == 400


def test_an_unknown_address_is_404_in_jiras_shape(ada: Visitor) -> None:
    found = ada.get("nothing/here")

    assert (found.status, list(found.body)) == (404, ["errorMessages", "errors"])


def test_a_version_name_is_unique_in_its_project(ada: Visitor) -> None:
    number = int(ada.get("project/OPS").body["id"])
    first = ada.post("version", {"name": "R1", "projectId": number})
    again = ada.post("version", {"name": "r1", "projectId": number})

    assert (first.status, again.status, list(again.body["errors"])) == (201, 400, ["name"])
