"""Queries that name what the site does not have."""

import pytest

from tests.sandbox.visitor import Visitor

NO_PROJECT = "The value 'NOPE' does not exist for the field 'project'."
NOT_THERE = [
    pytest.param("project = NOPE", NO_PROJECT, id="project"),
    pytest.param(
        "project = 4711", "A value with ID '4711' does not exist for the field 'project'.", id="project-by-id"
    ),
    pytest.param("project = '4711'", "The value '4711' does not exist for the field 'project'.", id="number-as-a-name"),
    pytest.param(
        "project = OPS AND fixVersion IN (R1, R9)",
        "The value 'R9' does not exist for the field 'fixVersion'.",
        id="one-version-of-a-list",
    ),
    pytest.param(
        "project = OPS AND affectedVersion < R9",
        "The value 'R9' does not exist for the field 'affectedVersion'.",
        id="version-in-a-comparison",
    ),
    pytest.param("status = Frozen", "The value 'Frozen' does not exist for the field 'status'.", id="status"),
    pytest.param("NOT status = Frozen", "The value 'Frozen' does not exist for the field 'status'.", id="inside-a-not"),
    pytest.param("type = Wish", "The value 'Wish' does not exist for the field 'type'.", id="type"),
    pytest.param("priority = P0", "The value 'P0' does not exist for the field 'priority'.", id="priority"),
    pytest.param("resolution = Eaten", "The value 'Eaten' does not exist for the field 'resolution'.", id="resolution"),
    pytest.param("component = Wheels", "The value 'Wheels' does not exist for the field 'component'.", id="component"),
    pytest.param("key = OPS-99", "An issue with key 'OPS-99' does not exist for field 'key'.", id="issue"),
    pytest.param("status WAS Frozen", "The value 'Frozen' does not exist for the field 'status'.", id="past-status"),
    pytest.param("assignee WAS nobody", "The value 'nobody' does not exist for the field 'assignee'.", id="past-user"),
    pytest.param(
        "status CHANGED TO Frozen",
        "The value 'Frozen' does not exist for the field 'status'.",
        id="status-changed-to",
    ),
    pytest.param(
        "status CHANGED BY nobody",
        "The user 'nobody' does not exist and cannot be used in the 'by' predicate.",
        id="changed-by",
    ),
]


@pytest.mark.parametrize(("jql", "message"), NOT_THERE)
def test_cloud_refuses_a_query_that_names_what_is_not_there(ada: Visitor, jql: str, message: str) -> None:
    ada.post("version", {"name": "R1", "project": "OPS"})

    refused = {"errorMessages": [message], "errors": {}}
    found = ada.post("search/jql", {"jql": jql})
    counted = ada.post("search/approximate-count", {"jql": jql})
    assert (found.status, found.body) == (400, refused)
    assert (counted.status, counted.body) == (400, refused)


@pytest.mark.parametrize(("jql", "message"), NOT_THERE)
def test_data_center_refuses_it_unless_validation_is_off(ada_dc: Visitor, jql: str, message: str) -> None:
    ada_dc.post("version", {"name": "R1", "project": "OPS"})

    posted = ada_dc.post("search", {"jql": jql})
    assert (posted.status, posted.body) == (400, {"errorMessages": [message], "warningMessages": []})
    assert ada_dc.get("search", jql=jql).status == 400
    assert ada_dc.get("search", jql=jql, validateQuery="false").body["total"] == 0
    assert ada_dc.post("search", {"jql": jql, "validateQuery": False}).body["issues"] == []


def test_everything_that_is_not_there_is_told_at_once(ada: Visitor) -> None:
    refused = ada.get("search/jql", jql="project = NOPE AND status IN (Frozen, Done) OR project = NOPE")

    assert refused.body["errorMessages"] == [NO_PROJECT, "The value 'Frozen' does not exist for the field 'status'."]


def test_a_person_who_is_not_there_finds_nothing_and_data_center_warns(ada: Visitor, ada_dc: Visitor) -> None:
    for visitor in (ada, ada_dc):
        visitor.issue(assignee=visitor.person("ben"))
    jql = "project = OPS AND assignee = nobody"

    on_cloud, on_data_center = ada.post("search/jql", {"jql": jql}), ada_dc.post("search", {"jql": jql})

    assert (on_cloud.status, on_cloud.body) == (200, {"issues": [], "isLast": True})
    assert (on_data_center.status, on_data_center.body["issues"]) == (200, [])
    assert on_data_center.body["warningMessages"] == ["The value 'nobody' does not exist for the field 'assignee'."]


def test_without_a_doubtful_name_there_is_no_warning(ada_dc: Visitor) -> None:
    ada_dc.issue(assignee=ada_dc.person("ben"))

    found = ada_dc.get("search", jql="assignee = ben AND reporter = 'ada@example.com'").body

    assert (found["total"], "warningMessages" in found) == (1, False)


def test_values_are_known_by_name_in_any_case_by_id_and_by_key(ada: Visitor) -> None:
    key = ada.issue()
    project = ada.get("project/OPS").body["id"]

    for jql in ("project = ops", f"project = {project}", "project = operations", "status = 'to do'", f"key = {key}"):
        assert ada.post("search/approximate-count", {"jql": jql}).body == {"count": 1}, jql


def test_a_status_that_only_a_history_knows_can_be_asked_for_in_the_past(ada: Visitor) -> None:
    key = ada.issue()
    ada.move(key, "move_start")
    jira = ada.box.world.jira
    for one in jira.statuses.values():
        if one.name == "To Do":
            one.name = "Open"
    jira.forget_shapes()

    assert ada.post("search/approximate-count", {"jql": "status WAS 'To Do'"}).status == 200
    assert ada.post("search/approximate-count", {"jql": "status = 'To Do'"}).status == 400
