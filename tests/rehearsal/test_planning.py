import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from connector.rehearsal.planning import BadEvent, Plan, Planner
from connector.store import projects
from connector.store.engine import writing
from tests.flow.town import Town, town
from tests.rehearsal.snapshot import all_rows

NO_WRITE = {"GET", "HEAD", "OPTIONS"}
READ_BY_POST = ("/search", "/search/jql", "/issue/bulkfetch", "/changelog/bulkfetch", "/search/approximate-count")


def planner(place: Town) -> Planner:
    ground = place.house.rules.rules_of("main")
    assert ground is not None
    return Planner(
        engine=place.house.engine,
        ground=ground,
        templates=place.house.rules.templates,
        reader=place.house.pipeline.reader,
        now=place.house.clock.now(),
    )


def risk_told(place: Town, key: str, **values: int) -> bytes:
    """The webhook of a risk whose fields somebody has just changed."""
    raw = place.ask("GET", f"api/2/issue/{key}")
    now = place.house.clock.now()
    fields = {**raw["fields"], "updated": now.isoformat(), **{place.field(name): one for name, one in values.items()}}
    items = [
        {"field": place.field(name), "fieldId": place.field(name), "from": None, "fromString": None}
        | {"to": None, "toString": str(one)}
        for name, one in values.items()
    ]
    return orjson.dumps(
        {
            "webhookEvent": "jira:issue_updated",
            "timestamp": int(now.timestamp() * 1000),
            "user": {"accountId": "ada", "displayName": "Ada"},
            "issue": {"id": raw["id"], "key": key, "fields": fields},
            "changelog": {"id": "900001", "items": items},
        }
    )


def asked(place: Town, since: int) -> list[tuple[str, str]]:
    """Method and path of the connector's requests to the sandbox since then."""
    assert place.box.world.recorder.path is not None
    lines = [json.loads(line) for line in place.box.world.recorder.path.read_text().splitlines()[since:]]
    return [(line["method"], line["path"]) for line in lines]


def recorded(place: Town, file: Path) -> int:
    place.box.world.recorder.path = file
    file.touch()
    return len(file.read_text().splitlines())


def is_write(request: tuple[str, str]) -> bool:
    method, path = request
    return method not in NO_WRITE and not path.endswith(READ_BY_POST)


def told(found: Plan) -> list[tuple[str, Any, str, str]]:
    return [(one.state, dict(one.told), one.rule, one.place) for one in found.writes if "page" not in one.told]


def test_an_event_shows_every_write_with_its_rule_and_writes_nothing(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        body = risk_told(place, key, probability=4, impact=5)
        before, since = all_rows(engine), recorded(place, tmp_path / "asked.jsonl")

        found = planner(place).event(body)

        assert {one[1].get("set") or one[1].get("label") or one[1].get("comment") for one in told(found)} == {key}
        assert [one[0] for one in told(found)] == ["planned"] * 3
        assert sorted(next(iter(one[1])) for one in told(found)) == ["comment", "label", "set"]
        assert {(one[2], one[3].rpartition("/")[2].partition(":")[0]) for one in told(found)} == {
            ("risks", "risks.yaml")
        }
        assert [str(one) for write in found.writes for one in write.differences] == ["score: 9 → 20"]
        assert next(one[1]["says"][0] for one in told(found) if "comment" in one[1]) == (
            "Risk level: High. Score 20 = probability 4 × impact 5."
        )
        assert any(line.startswith("+") and "20" in line for write in found.writes for line in write.diff)
        assert all_rows(engine) == before
        assert [one for one in asked(place, since) if is_write(one)] == []


def test_an_issue_that_is_not_mirrored_yet_is_read_from_the_site(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.hear()
        key = place.make("Risk", "The supplier is late", probability=4, impact=4)
        place.hear()
        body = risk_told(place, key, probability=4, impact=5)
        before, since = all_rows(engine), recorded(place, tmp_path / "asked.jsonl")

        found = planner(place).event(body)

        assert sorted(next(iter(one[1])) for one in told(found)) == ["comment", "label", "set"]
        assert all_rows(engine) == before
        assert [one for one in asked(place, since) if is_write(one)] == []
        assert asked(place, since) != []


def test_a_project_in_mode_observe_shows_what_was_shown_before_again(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        with writing(engine) as conn:
            projects.set_mode(conn, "main", "OPS", "observe")
        place.make("Task", "Write the survey")
        place.step()
        before = all_rows(engine)

        found = planner(place).project("OPS")

        assert [(one.state, one.told["page"], one.rule) for one in found.writes] == [
            ("observed", "status", "page status")
        ]
        assert all_rows(engine) == before


def test_a_project_that_stands_as_its_rules_want_has_nothing_to_write(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.make("Risk", "The supplier is late", probability=3, impact=3)
        place.step()
        before = all_rows(engine)

        found = planner(place).project("OPS")

        assert (found.writes, found.notes) == ((), ())
        assert all_rows(engine) == before


def test_a_page_that_would_change_is_told_line_by_line(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        place.make("Task", "Write the survey")
        place.step()
        place.make("Task", "Ask the customers", duedate="2020-01-01")
        place.hear()
        while place.house.pipeline.take_batch().letters:
            pass

        (page,) = planner(place).project("OPS").writes

        assert any(line.startswith("+") and "Ask the customers" in line for line in page.diff)
        assert not any("Write the survey" in line and line.startswith("-") for line in page.diff)


def test_an_event_that_is_left_alone_says_why(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        found = planner(place).event(b'{"webhookEvent": "user_created", "timestamp": 1}')

        assert (found.writes, found.notes) == (
            (),
            ("the event is left alone: people are not mirrored: an issue names them",),
        )


def test_what_is_no_event_is_refused_with_what_was_found_and_expected(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place, pytest.raises(BadEvent, match=r"this is no webhook's body: .*expected"):
        planner(place).event(b"[]")
