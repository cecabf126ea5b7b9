"""The webhooks that a sandbox sends."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from tests.sandbox.receiver import Receiver, listening
from tests.sandbox.visitor import Visitor

SECRET = "correct horse"


@pytest.fixture
def door() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


def started(door: Receiver, deployment: Literal["cloud", "datacenter"] = "cloud") -> Sandbox:
    options = SandboxOptions(port=0, deployment=deployment, jira_webhook=door.url, webhook_secret=SECRET)
    box = Sandbox(options)
    box.start()
    return box


@pytest.fixture
def box(door: Receiver) -> Iterator[Sandbox]:
    made = started(door)
    yield made
    made.stop()


@pytest.fixture
def ada(box: Sandbox) -> Visitor:
    visitor = Visitor(box)
    visitor.project()
    return visitor


def quiet(box: Sandbox) -> None:
    assert box.world.webhooks.wait_until_quiet(20)


def shape(body: Any) -> list[str]:
    return sorted(body)


def test_each_delivery_is_signed_over_its_raw_body(ada: Visitor, door: Receiver) -> None:
    ada.issue()
    quiet(ada.box)

    for one in door.deliveries:
        wanted = hmac.new(SECRET.encode(), one.raw, hashlib.sha256).hexdigest()
        assert one.headers["x-hub-signature"] == f"sha256={wanted}"


def test_an_update_carries_user_issue_and_changelog_with_ids_and_texts(ada: Visitor, door: Receiver) -> None:
    key = ada.issue()
    ada.put(f"issue/{key}", {"fields": {"priority": {"name": "High"}}})
    quiet(ada.box)

    (body,) = door.named("jira:issue_updated")
    assert shape(body) == ["changelog", "issue", "issue_event_type_name", "timestamp", "user", "webhookEvent"]
    assert body["issue_event_type_name"] == "issue_updated"
    assert body["user"]["accountId"] == ada.person("ada")["accountId"]
    assert body["issue"]["key"] == key
    assert body["changelog"]["items"] == [
        {
            "field": "priority",
            "fieldtype": "jira",
            "fieldId": "priority",
            "from": "3",
            "fromString": "Medium",
            "to": "2",
            "toString": "High",
        }
    ]


def test_texts_in_webhooks_are_wiki_even_when_written_as_documents(ada: Visitor, door: Receiver) -> None:
    ada.issue(description=ada.text("Please call back."))
    quiet(ada.box)

    assert door.named("jira:issue_created")[0]["issue"]["fields"]["description"] == "Please call back."


def test_a_comment_on_cloud_comes_with_a_trimmed_issue_and_without_user(ada: Visitor, door: Receiver) -> None:
    key = ada.issue()
    ada.post(f"issue/{key}/comment", {"body": ada.text("Done soon.")})
    quiet(ada.box)

    (body,) = door.named("comment_created")
    assert shape(body) == ["comment", "issue", "timestamp", "webhookEvent"]
    assert body["comment"]["body"] == "Done soon."
    assert sorted(body["issue"]["fields"]) == ["assignee", "issuetype", "priority", "project", "status", "summary"]


def test_a_comment_on_data_center_is_also_told_as_an_update_of_the_issue(door: Receiver) -> None:
    box = started(door, "datacenter")
    ada = Visitor(box)
    ada.project()
    key = ada.issue()
    ada.post(f"issue/{key}/comment", {"body": "Done soon."})
    quiet(box)
    box.stop()

    assert door.events()[-2:] == ["comment_created", "jira:issue_updated"]
    assert shape(door.named("comment_created")[0]) == ["comment", "timestamp", "webhookEvent"]
    assert door.named("jira:issue_updated")[0]["issue_event_type_name"] == "issue_commented"
    assert "x-atlassian-webhook-identifier" not in door.deliveries[-1].headers


def test_data_center_changelog_knows_no_field_id(door: Receiver) -> None:
    box = started(door, "datacenter")
    ada = Visitor(box)
    ada.project()
    key = ada.issue()
    ada.put(f"issue/{key}/assignee", {"name": "chen"})
    quiet(box)
    box.stop()

    (body,) = door.named("jira:issue_updated")
    chen = box.world.users.find("chen")
    assert chen is not None
    assert body["issue_event_type_name"] == "issue_assigned"
    assert body["changelog"]["items"] == [
        {
            "field": "assignee",
            "fieldtype": "jira",
            "from": None,
            "fromString": None,
            "to": chen.key,
            "toString": chen.display_name,
        }
    ]


def test_a_failed_delivery_is_tried_again_under_the_same_identifier(ada: Visitor, door: Receiver) -> None:
    quiet(ada.box)
    door.deliveries.clear()
    ada.box.world.faults.set({"webhook_retry_s": 0.01})
    door.answers = [503, 429, 202]
    ada.issue()
    quiet(ada.box)

    assert [one.headers.get("x-atlassian-webhook-retry") for one in door.deliveries] == [None, "1", "2"]
    assert len({one.headers["x-atlassian-webhook-identifier"] for one in door.deliveries}) == 1


def test_a_delivery_is_given_up_after_five_retries(ada: Visitor, door: Receiver) -> None:
    quiet(ada.box)
    door.deliveries.clear()
    ada.box.world.faults.set({"webhook_retry_s": 0.01})
    door.answers = [500] * 6
    ada.issue()
    quiet(ada.box)

    assert len(door.deliveries) == 6
    assert ada.box.world.webhooks.counts["failed"] == 1


@pytest.mark.parametrize("status", [400, 401, 404])
def test_other_client_errors_are_final(ada: Visitor, door: Receiver, status: int) -> None:
    quiet(ada.box)
    door.deliveries.clear()
    door.answers = [status]
    ada.issue()
    quiet(ada.box)

    assert len(door.deliveries) == 1


def test_data_center_does_not_try_again(door: Receiver) -> None:
    door.answers = [503]
    box = started(door, "datacenter")
    Visitor(box).project()
    quiet(box)
    box.stop()

    assert door.events() == ["project_created"]


def test_dropped_webhooks_never_arrive(ada: Visitor, door: Receiver) -> None:
    quiet(ada.box)
    ada.box.world.faults.set({"webhook_drop": 1.0})
    ada.issue()
    quiet(ada.box)

    assert door.events() == ["project_created"]


def test_repeated_webhooks_keep_their_identifier(ada: Visitor, door: Receiver) -> None:
    quiet(ada.box)
    door.deliveries.clear()
    ada.box.world.faults.set({"webhook_repeat": 1.0})
    ada.issue()
    quiet(ada.box)

    first, second = door.deliveries
    assert first.raw == second.raw
    assert first.headers["x-atlassian-webhook-identifier"] == second.headers["x-atlassian-webhook-identifier"]


def test_reordered_webhooks_all_arrive_in_another_order(ada: Visitor, door: Receiver) -> None:
    quiet(ada.box)
    door.deliveries.clear()
    ada.box.world.faults.set({"webhook_reorder": 0.5, "seed": 7})
    keys = [ada.issue(summary=f"Call {number}") for number in range(12)]
    quiet(ada.box)

    came = [body["issue"]["key"] for body in door.named("jira:issue_created")]
    assert sorted(came, key=keys.index) == keys
    assert came != keys


def test_the_trace_header_of_a_write_comes_back_with_its_webhook(ada: Visitor, door: Receiver) -> None:
    key = ada.issue()
    change = {"fields": {"summary": "Traced"}}
    ada.put(f"issue/{key}", change, headers={"X-Atlassian-Webhook-Trace": "lc-1"})
    quiet(ada.box)

    assert door.deliveries[-1].headers["x-atlassian-webhook-trace"] == "lc-1"
    assert "x-atlassian-webhook-trace" not in door.deliveries[-2].headers


def test_every_kind_of_change_has_its_event(ada: Visitor, door: Receiver) -> None:
    first, second = ada.issue(), ada.issue("bug", "It rings twice")
    project = ada.get("project/OPS").body
    version = ada.post("version", {"name": "R1", "projectId": int(project["id"])}).body
    ada.put(f"version/{version['id']}", {"released": True})
    ada.put(f"version/{version['id']}", {"released": False})
    ada.delete(f"version/{version['id']}")
    ada.post(f"issue/{first}/worklog", {"timeSpent": "1h"})
    kind = {"type": {"name": "Blocks"}, "inwardIssue": {"key": first}, "outwardIssue": {"key": second}}
    ada.post("issueLink", kind)
    ada.delete(f"issueLink/{ada.fields(first)['issuelinks'][0]['id']}")
    ada.put(f"issue/{first}/properties/lc", 1)
    ada.delete(f"issue/{first}/properties/lc")
    board = next(iter(ada.box.world.jira.boards))
    dates = {"startDate": "2026-01-05T09:00:00.000Z", "endDate": "2026-01-19T09:00:00.000Z"}
    sprint = ada.post("{agile}/sprint", {"name": "One", "originBoardId": board, **dates}).body["id"]
    ada.post(f"{ada.agile}/sprint/{sprint}", {"goal": "Calm"})
    ada.post(f"{ada.agile}/sprint/{sprint}", {"state": "active"})
    ada.post(f"{ada.agile}/sprint/{sprint}", {"state": "closed"})
    ada.delete(f"{ada.agile}/sprint/{sprint}")
    ada.delete(f"issue/{second}")
    quiet(ada.box)

    assert door.events() == [
        "project_created",
        "jira:issue_created",
        "jira:issue_created",
        "jira:version_created",
        "jira:version_released",
        "jira:version_unreleased",
        "jira:version_deleted",
        "jira:issue_updated",
        "worklog_created",
        "issuelink_created",
        "issuelink_deleted",
        "issue_property_set",
        "issue_property_deleted",
        "sprint_created",
        "sprint_updated",
        "sprint_started",
        "sprint_closed",
        "sprint_deleted",
        "jira:issue_deleted",
    ]


def test_a_link_event_names_both_issues_by_number(ada: Visitor, door: Receiver) -> None:
    first, second = ada.issue(), ada.issue()
    kind = {"type": {"name": "Blocks"}, "inwardIssue": {"key": first}, "outwardIssue": {"key": second}}
    ada.post("issueLink", kind)
    quiet(ada.box)

    (body,) = door.named("issuelink_created")
    world = ada.box.world.jira
    assert body["issueLink"]["sourceIssueId"] == int(world.ids_by_key[first])
    assert body["issueLink"]["destinationIssueId"] == int(world.ids_by_key[second])
    assert body["issueLink"]["issueLinkType"]["outwardName"] == "blocks"


def test_webhooks_can_be_pointed_elsewhere_and_told_about(ada: Visitor, door: Receiver) -> None:
    quiet(ada.box)
    turned = ada.client.post("/sandbox/webhooks", json={"jira": None})
    ada.issue()

    assert turned.status_code == 200
    told = ada.client.get("/sandbox/webhooks").get_json()
    assert (told["waiting"], told["sent"], told["delivered"], told["urls"]["jira"]) == (0, 1, 1, None)
    assert door.events() == ["project_created"]
