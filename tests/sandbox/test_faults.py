"""The switches that make a sandbox unkind."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from connector.sandbox.faults import Faults
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from tests.sandbox.visitor import Visitor


@pytest.fixture
def served() -> Iterator[Visitor]:
    with Sandbox(SandboxOptions(port=0)) as box:
        visitor = Visitor(box)
        visitor.project()
        yield visitor


def new_issue(summary: str) -> dict[str, object]:
    return {"fields": {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": summary}}


def test_a_lost_reply_closes_the_connection_after_the_write_was_done(served: Visitor) -> None:
    address = f"{served.box.url}/rest/api/3/issue"
    served.client.post("/sandbox/faults", json={"reply_lost_next": 1})
    with pytest.raises(requests.ConnectionError):
        requests.post(address, json=new_issue("Lost"), headers=served.headers, timeout=10)
    second = requests.post(address, json=new_issue("Kept"), headers=served.headers, timeout=10)

    assert second.status_code == 201
    assert [one.fields["summary"] for one in served.box.world.jira.issues.values()] == ["Lost", "Kept"]


def test_replies_to_searches_are_never_lost(served: Visitor) -> None:
    served.client.post("/sandbox/faults", json={"reply_lost": 1.0})
    address = f"{served.box.url}/rest/api/3/search/jql"
    found = requests.post(address, json={"jql": "project = OPS"}, headers=served.headers, timeout=10)

    assert found.json() == {"issues": [], "isLast": True}


def test_a_lagging_index_does_not_show_what_was_just_written(ada: Visitor) -> None:
    old = ada.issue(summary="Old")
    ada.box.world.faults.set({"search_lag_s": 30})
    new = ada.issue(summary="New")
    ada.put(f"issue/{old}", {"fields": {"summary": "Changed"}})

    def found(jql: str, *reconciled: int) -> list[str]:
        body = {"jql": jql, "fields": ["summary"], "reconcileIssues": list(reconciled)}
        return [one["key"] for one in ada.post("search/jql", body).body["issues"]]

    number = int(ada.box.world.jira.ids_by_key[new])
    assert found("project = OPS") == [old]
    assert found('project = OPS AND summary ~ "Old"') == [old]
    assert found("project = OPS", number) == [new, old]
    assert ada.fields(new)["summary"] == "New"


def test_a_deleted_issue_stays_in_a_lagging_index_without_being_shown(ada: Visitor) -> None:
    key = ada.issue()
    ada.box.world.faults.set({"search_lag_s": 30})
    ada.delete(f"issue/{key}")

    assert ada.post("search/jql", {"jql": "project = OPS", "fields": ["summary"]}).body["issues"] == []
    assert ada.get(f"issue/{key}").status == 404


def test_the_index_catches_up_after_its_lag(ada: Visitor) -> None:
    ada.box.world.faults.set({"search_lag_s": 0.05})
    key = ada.issue()
    until = time.monotonic() + 5
    found: list[str] = []
    while not found and time.monotonic() < until:
        hits = ada.post("search/jql", {"jql": "project = OPS", "fields": ["summary"]}).body["issues"]
        found = [one["key"] for one in hits]

    assert found == [key]


def test_too_many_requests_tell_when_to_come_again(ada: Visitor) -> None:
    ada.box.world.faults.set({"rate_limit_next": 1, "retry_after_s": 7})
    refused, served = ada.get("myself"), ada.get("myself")

    assert (refused.status, served.status) == (429, 200)
    assert refused.headers["Retry-After"] == "7"
    assert refused.headers["RateLimit-Reason"] == "jira-burst-based"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert datetime.strptime(refused.headers["X-RateLimit-Reset"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def test_a_rate_per_second_refuses_what_goes_beyond(ada: Visitor) -> None:
    ada.box.world.faults.set({"rate_limit_per_s": 3})

    assert [ada.get("myself").status for _ in range(4)] == [200, 200, 200, 429]


def test_more_than_twenty_writes_to_one_issue_in_two_seconds_are_refused(ada: Visitor) -> None:
    first, second = ada.issue(), ada.issue()
    statuses = [ada.put(f"issue/{first}/properties/lc", number).status for number in range(21)]
    refused = ada.put(f"issue/{first}/properties/lc", 99)

    assert statuses[:20] == [201] + [200] * 19
    assert statuses[20] == 429
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert ada.put(f"issue/{second}/properties/lc", 1).status == 201


def test_data_center_does_not_count_writes_to_one_issue(ada_dc: Visitor) -> None:
    key = ada_dc.issue()

    assert {ada_dc.put(f"issue/{key}/properties/lc", number).status for number in range(25)} == {200, 201}


def test_server_errors_come_as_often_as_asked(ada: Visitor) -> None:
    ada.box.world.faults.set({"server_error_next": 2})

    assert [ada.get("myself").status for _ in range(3)] == [503, 503, 200]


def test_an_unknown_switch_is_refused_with_those_there_are(ada: Visitor) -> None:
    refused = ada.client.post("/sandbox/faults", json={"reply_losst": 1})
    wrong = ada.client.post("/sandbox/faults", json={"reply_lost": "often"})

    assert refused.status_code == 400
    assert "reply_lost_next" in refused.get_json()["error"]
    assert wrong.get_json()["error"] == "the switch 'reply_lost' was given 'often'; it takes a float of 0 or more"


def test_the_same_seed_gives_the_same_chance() -> None:
    def chances(faults: Faults) -> list[bool]:
        faults.set({"seed": 5})
        return [faults.happens(0.5) for _ in range(20)]

    one, other = Faults(), Faults()

    assert chances(one) == chances(other) == chances(one)
    assert len(set(chances(one))) == 2


def test_reset_puts_every_switch_back(ada: Visitor) -> None:
    before = ada.client.get("/sandbox/faults").get_json()
    ada.client.post("/sandbox/faults", json={"search_lag_s": 3, "webhook_drop": 0.5})
    ada.client.post("/sandbox/faults", json={"reset": True})

    assert ada.client.get("/sandbox/faults").get_json() == before
