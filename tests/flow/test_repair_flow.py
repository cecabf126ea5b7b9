from pathlib import Path

from sqlalchemy import Engine

from connector.pipeline.repair import repair
from connector.store import entities, issues
from connector.store.engine import reading
from connector.wiring.reader import SiteReader
from tests.flow.town import town


def test_what_could_not_be_read_when_it_was_told_is_read_later(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        key = place.make("Task", "Known by its comment only")
        place.step()
        with engine.begin() as conn:
            conn.exec_driver_sql("DELETE FROM issue_changes")
            conn.exec_driver_sql("DELETE FROM issues")
        place.ask("POST", f"api/2/issue/{key}/comment", {"body": "half the story"})
        place.hear()
        place.box.world.faults.switches.server_error_next = 50
        while place.house.pipeline.take_batch().letters:
            pass
        with reading(engine) as conn:
            short = issues.trimmed(conn, "main", 10)
        place.box.world.faults.switches.server_error_next = 0
        rested = SiteReader(place.house.clients, place.house.clock)

        read = repair(engine, rested, place.house.rules.rules_of, "main")
        again = repair(engine, rested, place.house.rules.rules_of, "main")

        assert len(short) == 1
        assert (read, again) == (1, 0)
        with reading(engine) as conn:
            (issue,) = issues.of_project(conn, "main", "OPS")
            pages = entities.trimmed(conn, "main", "page", 10)
        assert (issue.fields["summary"], issue.is_trimmed, pages) == ("Known by its comment only", False, [])


def test_a_page_that_could_not_be_read_when_it_changed_is_read_later(tmp_path: Path, engine: Engine) -> None:
    with town(tmp_path, engine) as place:
        wiki = f"{place.box.world.confluence_url}/api/v2"
        space = place.ask("GET", f"{wiki}/spaces", keys="OPS")["results"][0]["id"]
        text = {"representation": "storage", "value": "<h2>Goals</h2><p>Now.</p>"}
        page = place.ask("POST", f"{wiki}/pages", {"spaceId": space, "title": "Charter", "body": text})["id"]
        place.step()
        label = f"{place.box.world.confluence_url}/rest/api/content/{page}/label"
        place.ask("POST", label, [{"prefix": "global", "name": "charter"}])
        place.hear()
        place.box.world.faults.switches.server_error_next = 50
        while place.house.pipeline.take_batch().letters:
            pass
        place.box.world.faults.switches.server_error_next = 0
        before = labels_of(engine, page)
        rested = SiteReader(place.house.clients, place.house.clock)

        repair(engine, rested, place.house.rules.rules_of, "main")
        again = repair(engine, rested, place.house.rules.rules_of, "main")

        assert (before, labels_of(engine, page), again) == ([], ["charter"], 0)


def labels_of(engine: Engine, page: str) -> object:
    with reading(engine) as conn:
        return entities.load(conn, "main", [("page", page)])["page", page].data["labels"]
