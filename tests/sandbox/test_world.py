"""The world that a sandbox keeps: clock, people, record, and what is there again after a restart."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from connector.clock import FileClock
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from tests.sandbox.tour import tour
from tests.sandbox.visitor import Visitor


def test_the_clock_stands_where_it_was_put_and_goes_on_when_advanced(ada: Visitor) -> None:
    ada.client.post("/sandbox/clock", json={"now": "2026-01-05T09:00:00+08:00"})
    ada.client.post("/sandbox/clock", json={"advance_s": 90})

    told = ada.client.get("/sandbox/clock").get_json()
    assert (told["now"], told["rate"]) == ("2026-01-05T01:01:30+00:00", 0)


@pytest.mark.parametrize("now", ["2026-01-05T09:00:00", "soon", None])
def test_a_clock_is_not_moved_to_a_moment_without_time_zone(ada: Visitor, now: str | None) -> None:
    assert ada.client.post("/sandbox/clock", json={"now": now}).status_code == 400


def test_the_connectors_clock_follows_the_sandboxs_clock_file(tmp_path: Path) -> None:
    box = Sandbox(SandboxOptions(port=0, data=tmp_path))
    follower = FileClock(tmp_path / "clock.json")
    running = abs((follower.now() - box.world.clock.now()).total_seconds())
    box.app.test_client().post("/sandbox/clock", json={"now": "2026-03-01T00:00:00+00:00"})
    box.stop()

    assert running < 1
    assert follower.now() == datetime(2026, 3, 1, tzinfo=UTC)


def test_the_same_folder_brings_the_same_state_back(tmp_path: Path) -> None:
    first = Sandbox(SandboxOptions(port=0, data=tmp_path))
    tour(Visitor(first))
    before = json.loads(json.dumps(shown(first)))
    first.stop()
    second = Sandbox(SandboxOptions(port=first.port, data=tmp_path))
    after = json.loads(json.dumps(shown(second)))
    new = Visitor(second).issue()
    second.stop()

    assert after == before
    assert new not in before["issues"]


def shown(box: Sandbox) -> dict[str, object]:
    ada = Visitor(box)
    keys = sorted(box.world.jira.ids_by_key)
    return {
        "issues": {key: ada.get(f"issue/{key}", expand="changelog", properties="*all").body for key in keys},
        "projects": ada.get("project").body,
        "versions": ada.get("project/OPS/versions").body,
        "boards": ada.get("{agile}/board").body,
        "sprints": ada.get(f"{ada.agile}/board/1/sprint").body,
        "clock": box.world.clock.rate,
        "spaces": len(ada.ask("GET", "/wiki/api/v2/spaces").body["results"]),
    }


def test_a_folder_is_written_while_the_sandbox_runs(tmp_path: Path) -> None:
    box = Sandbox(SandboxOptions(port=0, data=tmp_path))
    Visitor(box).project()
    box.save()
    saved = json.loads((tmp_path / "state.json").read_text("utf-8"))
    box.stop()

    assert [one["key"] for one in saved["jira"]["projects"].values()] == ["OPS"]


def test_the_record_holds_requests_and_answers_and_no_secret(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    box = Sandbox(SandboxOptions(port=0, record=record))
    ada = Visitor(box)
    ada.project()
    key = ada.issue()
    ada.get(f"issue/{key}", fields="summary")
    box.stop()

    first, second = (json.loads(one) for one in record.read_text("utf-8").splitlines())
    assert "token-ada" not in record.read_text("utf-8")
    assert "authorization" not in first["headers"]
    assert (first["deployment"], first["product"], first["method"], first["path"]) == (
        "cloud",
        "jira",
        "POST",
        "/rest/api/3/issue",
    )
    assert first["body"]["fields"]["summary"] == "Answer the phone"
    assert (first["status"], first["response"]["key"]) == (201, key)
    assert second["query"] == {"fields": "summary"}
    assert second["response"]["fields"] == {"summary": "Answer the phone"}


def test_people_can_be_added_and_act(ada: Visitor) -> None:
    made = ada.client.post("/sandbox/users", json={"name": "zoe", "display_name": "Zoe Kim"}).get_json()
    again = ada.client.post("/sandbox/users", json={"name": "zoe"})
    me = Visitor(ada.box, "zoe").get("myself").body

    assert (me["displayName"], me["accountId"]) == ("Zoe Kim", made["account_id"])
    assert again.status_code == 400


def test_a_new_project_brings_a_space_of_the_same_key(ada: Visitor) -> None:
    spaces = ada.ask("GET", "/wiki/api/v2/spaces").body["results"]

    assert [(one["key"], one["name"]) for one in spaces] == [("OPS", "Operations")]


def test_many_people_at_once_get_keys_without_gaps() -> None:
    with Sandbox(SandboxOptions(port=0)) as box:
        visitor = Visitor(box)
        visitor.project()
        body = {"fields": {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Call"}}
        keys: list[str] = []

        def make() -> None:
            with requests.Session() as session:
                for _ in range(10):
                    made = session.post(f"{box.url}/rest/api/3/issue", json=body, headers=visitor.headers, timeout=20)
                    keys.append(made.json()["key"])

        threads = [threading.Thread(target=make) for _ in range(5)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    assert sorted(keys, key=lambda key: int(key[4:])) == [f"OPS-{number}" for number in range(1, 51)]


def test_state_tells_where_things_are_and_what_fields_are_called(ada: Visitor) -> None:
    told = ada.client.get("/sandbox/state").get_json()

    assert (told["deployment"], told["locale"], told["projects"]) == ("cloud", "en", ["OPS"])
    assert told["confluence"] == f"{told['jira']}/wiki"
    assert told["fields"]["probability"] == "customfield_10250"
