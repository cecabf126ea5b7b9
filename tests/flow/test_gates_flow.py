from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.siterules import NotReady
from connector.wiring.catching_up import CatchingUp
from connector.wiring.clients import Clients
from tests.flow.town import Town, town

CHARTER = "<h2>Goals</h2><p>Happier customers</p><h2>Scope</h2><p>Support desk</p>"


def confluence(place: Town, method: str, path: str, body: object = None, **params: object) -> object:
    return place.ask(method, f"{place.box.world.confluence_url}/{path}", body, **params)


def write_charter(place: Town) -> str:
    space = confluence(place, "GET", "api/v2/spaces", keys="OPS")["results"][0]
    page = confluence(
        place,
        "POST",
        "api/v2/pages",
        {
            "spaceId": space["id"],
            "status": "current",
            "title": "Charter",
            "parentId": space["homepageId"],
            "body": {"representation": "storage", "value": CHARTER},
        },
    )
    confluence(place, "POST", f"rest/api/content/{page['id']}/label", [{"prefix": "global", "name": "charter"}])
    return str(page["id"])


def goals(place: Town, *, actual: int | None = None) -> list[str]:
    keys = []
    for number in range(3):
        key = place.make("Goal", f"Goal {number}", goal_target=10)
        if actual is not None:
            place.edit(key, goal_actual=actual)
        keys.append(key)
    return keys


def owned_task(place: Town) -> str:
    ben = place.box.world.users.find("ben")
    return place.make("Task", "Write the survey", assignee={"id": ben.id}, duedate="2027-01-29")


def gate(place: Town, label: str) -> str:
    return place.make("Phase Gate", f"Gate {label}", labels=[label])


def pass_gate(place: Town, key: str) -> None:
    if place.issue(key)["status"]["name"] != "Gate Review":
        place.move(key, "Gate Review")
        place.step()
    offered = place.ask("GET", f"api/2/issue/{key}/transitions", expand="transitions.fields")["transitions"]
    chosen = next(one for one in offered if one["to"]["name"] == "Passed")
    fields = {
        name: {"id": field["allowedValues"][0]["id"]} if field.get("allowedValues") else "2026-01-01"
        for name, field in chosen.get("fields", {}).items()
        if field["required"]
    }
    place.ask("POST", f"api/2/issue/{key}/transitions", {"transition": {"id": chosen["id"]}, "fields": fields})
    place.step()


def test_no_gate_goes_back_while_jira_cannot_be_read(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        goals(place)
        key = gate(place, "plan-baseline")
        place.move(key, "Gate Review")
        place.step()
        place.move(key, "Passed")
        place.hear()
        while place.house.pipeline.take_batch().letters:
            pass
        impatient = Clients(sites=place.house.clients.sites, read_attempts=1)
        catch_up = CatchingUp(impatient, engine, place.house.clock)
        place.box.world.faults.switches.server_error_next = 5

        with pytest.raises(NotReady, match="a gate of OPS waits until main can be read again"):
            replace(place.house.rollup, catch_up=catch_up).run("main", "OPS")

        place.box.world.faults.switches.server_error_next = 0
        assert place.comments(key) == []
        place.step()
        assert place.issue(key)["status"]["name"] == "Returned"


def test_a_gate_passed_too_early_comes_back_with_its_reasons_and_passes_once_mended(
    tmp_path: Path, engine: Engine
) -> None:
    with town(tmp_path, engine) as place:
        goals(place)
        bare = place.make("Task", "Nobody's work")
        key = gate(place, "plan-baseline")
        pass_gate(place, key)

        assert place.issue(key)["status"]["name"] == "Returned"
        (comment,) = place.comments(key)
        assert bare in comment
        assert "charter" in comment
        returned = place.ask("GET", f"api/2/issue/{key}/properties/lifecycle.gate")["value"]
        assert (returned["blocked"], returned["recommendation"]) == (True, "NOT_READY")

        write_charter(place)
        ben = place.box.world.users.find("ben")
        place.edit(bare, assignee={"id": ben.id}, duedate="2027-01-29")
        place.make("Risk", "Small", probability=1, impact=2)
        place.step()
        pass_gate(place, key)

        assert place.issue(key)["status"]["name"] == "Passed"
        assert len(place.comments(key)) == 2
        assert place.ask("GET", f"api/2/issue/{key}/properties/lifecycle.gate")["value"]["decision"] == "GO"


def test_a_project_closes_and_its_retrospective_is_drafted_once(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        goals(place, actual=12)
        write_charter(place)
        task = owned_task(place)
        plan, closing = gate(place, "plan-baseline"), gate(place, "closure")
        pass_gate(place, plan)
        place.move(task, "In Progress")
        place.move(task, "Done")
        place.step()
        pass_gate(place, closing)
        retrospective = place.page("OPS closeout report and retrospective")

        assert place.issue(closing)["status"]["name"] == "Passed"
        assert retrospective is not None, [page.title for page in place.box.world.confluence.pages("OPS")]
        assert retrospective.latest.number == 1
        place.edit(task, summary="A late edit")
        place.step()
        assert place.page(retrospective.title).latest.number == 1


def test_a_gate_is_not_returned_for_what_was_put_right_but_not_told_yet(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        goals(place)
        write_charter(place)
        place.make("Risk", "Small", probability=1, impact=2)
        bare = place.make("Task", "Nobody's work")
        key = gate(place, "plan-baseline")
        place.move(key, "Gate Review")
        place.step()
        ben = place.box.world.users.find("ben")
        place.box.world.faults.switches.webhook_drop = 1.0
        place.edit(bare, assignee={"id": ben.id}, duedate="2027-01-29")
        place.hear()
        place.box.world.faults.switches.webhook_drop = 0.0
        pass_gate(place, key)

        assert place.issue(key)["status"]["name"] == "Passed"
