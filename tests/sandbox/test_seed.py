"""Filling a sandbox with issues as Jira's REST API returns them."""

import gzip
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest

from connector.sandbox.seed.fill import BadSeed
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from tests.sandbox.visitor import Visitor

DONE = {"id": 3, "key": "done", "colorName": "green", "name": "Done"}
NEW = {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"}
MIA = {"name": "mia", "key": "JIRAUSER1", "displayName": "Mia Torres", "active": True, "timeZone": "Europe/Madrid"}
NOA = {"accountId": "5f:noa", "displayName": "Noa Levi", "active": True}


def issue(number: int, **fields: Any) -> dict[str, Any]:
    usual = {
        "project": {"id": "11113", "key": "LIB", "name": "Library"},
        "issuetype": {"id": "1", "name": "Bug", "subtask": False},
        "status": {"id": "6", "name": "Closed", "statusCategory": DONE},
        "priority": {"id": "3", "name": "Major"},
        "summary": f"Shelf {number}",
        "created": "2014-05-16T07:56:13.000+0000",
        "updated": "2014-06-22T13:23:11.000+0200",
        "labels": ["old"],
        "reporter": MIA,
    }
    return {"id": str(90000 + number), "key": f"LIB-{number}", "fields": {**usual, **fields}}


def seeded(folder: Path, *issues: dict[str, Any], deployment: Literal["cloud", "datacenter"] = "cloud") -> Visitor:
    path = folder / "seed.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(json.dumps(one) for one in issues).encode()))
    return Visitor(Sandbox(SandboxOptions(port=0, deployment=deployment, seed=path)))


def test_ids_keys_and_dates_stay_as_they_are(tmp_path: Path) -> None:
    v = seeded(tmp_path, issue(7))
    found = v.get("issue/LIB-7").body
    v.box.stop()

    assert (found["id"], found["key"]) == ("90007", "LIB-7")
    assert found["fields"]["created"] == "2014-05-16T07:56:13.000+0000"
    assert found["fields"]["updated"] == "2014-06-22T13:23:11.000+0200"
    assert found["fields"]["status"]["statusCategory"]["key"] == "done"
    assert found["fields"]["priority"]["name"] == "Major"


def test_new_issues_count_on_from_the_seed(tmp_path: Path) -> None:
    v = seeded(tmp_path, issue(7))
    body = {"fields": {"project": {"key": "LIB"}, "issuetype": {"name": "Bug"}, "summary": "New"}}
    made = v.post("issue", body).body
    v.box.stop()

    assert (made["key"], made["id"]) == ("LIB-8", "90008")


def test_a_seeded_project_has_a_space_a_board_and_a_free_workflow(tmp_path: Path) -> None:
    open_ = {"id": "1", "name": "Open", "statusCategory": NEW}
    v = seeded(tmp_path, issue(1), issue(2, status=open_))
    spaces = v.ask("GET", "/wiki/api/v2/spaces").body["results"]
    boards = v.get("{agile}/board", projectKeyOrId="LIB").body["values"]
    moves = v.get("issue/LIB-2/transitions").body["transitions"]
    moved = v.post("issue/LIB-2/transitions", {"transition": {"id": moves[0]["id"]}})
    v.box.stop()

    assert [one["key"] for one in spaces] == ["LIB"]
    assert len(boards) == 1
    assert [one["name"] for one in moves] == ["Closed"]
    assert moved.status == 204


def test_statuses_without_category_get_a_sensible_one(tmp_path: Path) -> None:
    names = ("Backlog", "In Review", "Cancelled", "Parked")
    issues = [
        issue(
            at, status={"id": str(at + 500), "name": name}, resolution={"id": "1", "name": "Fixed"} if at == 4 else None
        )
        for at, name in enumerate(names, 1)
    ]
    v = seeded(tmp_path, *issues)
    found = [v.fields(f"LIB-{at}")["status"]["statusCategory"]["key"] for at in range(1, 5)]
    v.box.stop()

    assert found == ["new", "indeterminate", "done", "done"]


def test_links_and_parents_are_kept_also_to_issues_that_are_not_in_the_file(tmp_path: Path) -> None:
    kind = {"id": "10003", "name": "Relates", "inward": "relates to", "outward": "relates to"}
    elsewhere = {"id": "5", "key": "APP-5", "fields": {"summary": "Elsewhere", "status": {"name": "Open"}}}
    first = issue(
        1,
        issuelinks=[
            {"id": "71", "type": kind, "outwardIssue": {"id": "90002", "key": "LIB-2"}},
            {"id": "72", "type": kind, "inwardIssue": elsewhere},
        ],
    )
    sub = {"id": "5", "name": "Sub-task", "subtask": True}
    second = issue(2, issuetype=sub, parent={"id": "90001", "key": "LIB-1"})
    v = seeded(tmp_path, first, second)
    mine, other = v.fields("LIB-1"), v.fields("LIB-2")
    v.box.stop()

    assert [one["outwardIssue"]["key"] for one in mine["issuelinks"] if "outwardIssue" in one] == ["LIB-2"]
    assert [one["inwardIssue"]["key"] for one in mine["issuelinks"] if "inwardIssue" in one] == ["APP-5"]
    assert [one["inwardIssue"]["key"] for one in other["issuelinks"]] == ["LIB-1"]
    assert other["parent"]["key"] == "LIB-1"
    assert [one["key"] for one in mine["subtasks"]] == ["LIB-2"]


def test_a_history_is_kept_oldest_first_and_searchable(tmp_path: Path) -> None:
    def entry(number: int, day: int, before: str, after: str) -> dict[str, Any]:
        item = {"field": "status", "fieldtype": "jira", "fieldId": "status", "from": before, "to": after}
        texts = {"fromString": f"S{before}", "toString": f"S{after}"}
        created = f"2014-06-{day:02d}T10:00:00.000+0200"
        return {"id": str(number), "author": NOA, "created": created, "items": [{**item, **texts}]}

    one = {**issue(1), "changelog": {"histories": [entry(800, 9, "2", "6"), entry(700, 3, "1", "2")]}}
    v = seeded(tmp_path, one)
    entries = v.get("issue/LIB-1/changelog").body["values"]
    found = v.post("search/jql", {"jql": "status WAS S2", "fields": ["summary"]}).body["issues"]
    v.put("issue/LIB-1", {"fields": {"summary": "Renamed"}})
    newest = v.get("issue/LIB-1/changelog").body["values"][-1]
    v.box.stop()

    assert [(one["id"], one["author"]["displayName"]) for one in entries] == [("700", "Noa Levi"), ("800", "Noa Levi")]
    assert [one["key"] for one in found] == ["LIB-1"]
    assert int(newest["id"]) > 800


def test_unknown_custom_fields_get_a_kind_from_their_values_and_a_name_from_the_history(tmp_path: Path) -> None:
    named = {"field": "Effort", "fieldtype": "custom", "fieldId": "customfield_12345", "toString": "3"}
    history = {"id": "1", "author": NOA, "created": "2014-06-03T10:00:00.000+0000", "items": [named]}
    one = issue(
        1, customfield_12345=3.5, customfield_12346={"id": "9", "value": "Blue"}, customfield_12347="2014-01-01"
    )
    v = seeded(tmp_path, {**one, "changelog": {"histories": [history]}})
    rows = {row["id"]: (row["name"], row["schema"]["type"]) for row in v.get("field").body if row["custom"]}
    fields = v.fields("LIB-1")
    v.box.stop()

    assert rows["customfield_12345"] == ("Effort", "number")
    assert rows["customfield_12346"] == ("Field 12346", "option")
    assert rows["customfield_12347"][1] == "date"
    assert fields["customfield_12345"] == 3.5
    assert fields["customfield_12346"]["value"] == "Blue"


def test_sprints_of_the_agile_api_become_the_sprint_field(tmp_path: Path) -> None:
    closed = {"id": 321, "state": "closed", "name": "March", "originBoardId": 9}
    v = seeded(tmp_path, issue(1, closedSprints=[closed], flagged=True))
    fields = v.fields("LIB-1")
    listed = v.get(f"{v.agile}/board/9/sprint").body["values"]
    v.box.stop()

    assert [(one["id"], one["state"], one["boardId"]) for one in fields["customfield_10020"]] == [(321, "closed", 9)]
    assert fields["customfield_10021"][0]["value"] == "Impediment"
    assert [one["name"] for one in listed] == ["March"]


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_people_of_either_deployment_live_in_both(tmp_path: Path, deployment: Literal["cloud", "datacenter"]) -> None:
    v = seeded(tmp_path, issue(1, assignee=NOA), deployment=deployment)
    fields = v.fields("LIB-1")
    v.box.stop()

    identity = "accountId" if deployment == "cloud" else "name"
    assert (fields["reporter"]["displayName"], fields["assignee"]["displayName"]) == ("Mia Torres", "Noa Levi")
    assert fields["reporter"][identity]
    assert fields["assignee"][identity]


def test_a_project_made_after_a_seed_keeps_its_own_statuses(tmp_path: Path) -> None:
    clash = {"id": "10002", "name": "Waiting for parts", "statusCategory": NEW}
    v = seeded(tmp_path, issue(1, status=clash, issuetype={"id": "10002", "name": "Repair", "subtask": False}))
    v.project()
    key = v.issue()
    v.move(key, "move_done")
    fields = v.fields(key)
    v.box.stop()

    assert (fields["status"]["name"], fields["status"]["statusCategory"]["key"]) == ("Done", "done")
    assert fields["issuetype"]["name"] == "Task"


def test_a_seed_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "seed.jsonl"
    path.write_text("\n".join(json.dumps(issue(number)) for number in range(1, 6)), "utf-8")
    options = SandboxOptions(port=0, seed=path, data=tmp_path / "data")
    first = Sandbox(options)
    Visitor(first).put("issue/LIB-1", {"fields": {"summary": "Changed"}})
    first.stop()
    second = Sandbox(options)
    found = Visitor(second).fields("LIB-1")["summary"]
    second.stop()

    assert found == "Changed"


def test_fifteen_hundred_issues_load_in_well_under_five_seconds(tmp_path: Path) -> None:
    issues = [
        issue(number, status={"id": str(number % 3 + 500), "name": f"S{number % 3}"}) for number in range(1, 1501)
    ]
    begun = time.process_time()
    v = seeded(tmp_path, *issues)
    spent_s = time.process_time() - begun
    statuses = Counter(one.fields["status"] for one in v.box.world.jira.issues.values())
    v.box.stop()

    assert spent_s < 4
    assert statuses == {"500": 500, "501": 500, "502": 500}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("{", "seed.jsonl:2: not JSON", id="no-json"),
        pytest.param('{"id": "1"}', "seed.jsonl:2: not an issue as Jira's REST API returns it", id="no-issue"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "seed.jsonl"
    path.write_text(f"{json.dumps(issue(1))}\n{line}\n", "utf-8")

    with pytest.raises(BadSeed, match=told):
        Sandbox(SandboxOptions(port=0, seed=path))


def test_a_missing_seed_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSeed, match="cannot be read"):
        Sandbox(SandboxOptions(port=0, seed=tmp_path / "none.jsonl"))
