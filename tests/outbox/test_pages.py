import json
from datetime import timedelta
from urllib.parse import urlsplit

import requests
import responses
from sqlalchemy import Engine

from connector.pages.regions import wrap
from connector.store import pages, projects
from connector.store.engine import reading, writing
from tests.atlassian.sites import WIKI
from tests.outbox.office import NOW, Office, page

V2 = f"{WIKI}/api/v2"
JSON = {"Content-Type": "application/json"}


class Wiki:
    """One page of a Confluence, with what happens to it between a read and a write."""

    def __init__(self, body: str = "", *, conflicts: int = 0, status: str = "current") -> None:
        self.pages = {"9001": {"version": 3, "body": body, "status": status}}
        self.conflicts = conflicts
        self.made: list[str] = []
        self.labels: list[str] = []
        responses.get(f"{V2}/spaces", json={"results": [{"id": "5", "key": "OPS"}]})
        responses.get(f"{V2}/spaces/5", json={"id": "5", "key": "OPS"})
        responses.add_callback(responses.GET, f"{V2}/pages", callback=self._by_title)
        responses.add_callback(responses.POST, f"{V2}/pages", callback=self._make)
        for one in ("9001", "9002"):
            responses.add_callback(responses.GET, f"{V2}/pages/{one}", callback=self._read)
            responses.add_callback(responses.PUT, f"{V2}/pages/{one}", callback=self._write)
            responses.get(f"{V2}/pages/{one}/properties", json={"results": []})
            responses.post(f"{V2}/pages/{one}/properties", json={})
            label = f"{WIKI}/rest/api/content/{one}/label"
            responses.add_callback(responses.POST, label, callback=self._label)

    def body(self, page_id: str = "9001") -> str:
        return str(self.pages[page_id]["body"])

    def _shown(self, page_id: str) -> dict[str, object]:
        held = self.pages[page_id]
        body = {"storage": {"value": held["body"], "representation": "storage"}}
        told = {"title": "Status", "spaceId": "5", "status": held["status"], "body": body}
        return {"id": page_id, **told, "version": {"number": held["version"]}, "labels": {"results": []}}

    def _read(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        page_id = urlsplit(str(request.url)).path.rpartition("/")[2]
        if page_id not in self.pages:
            return 404, JSON, json.dumps({"errors": [{"status": 404, "title": "Not Found"}]})
        return 200, JSON, json.dumps(self._shown(page_id))

    def _by_title(self, _: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        standing = [self._shown(one) for one, held in self.pages.items() if held["status"] == "current"]
        return 200, JSON, json.dumps({"results": standing})

    def _make(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent = json.loads(request.body or b"")
        self.pages["9002"] = {"version": 1, "body": sent["body"]["storage"]["value"], "status": "current"}
        self.made.append("9002")
        return 200, JSON, json.dumps(self._shown("9002"))

    def _write(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent, held = json.loads(request.body or b""), self.pages["9001"]
        if self.conflicts:
            # Somebody saves a sentence of their own between our read and our write.
            self.conflicts -= 1
            held["version"] = int(str(held["version"])) + 1
            held["body"] = f"<p>A sentence {held['version']}</p>{held['body']}"
            return 409, JSON, json.dumps({"errors": [{"status": 409, "title": "Version conflict"}]})
        assert sent["version"]["number"] == int(str(held["version"])) + 1
        held.update(version=sent["version"]["number"], body=sent["body"]["value"])
        return 200, JSON, json.dumps(self._shown("9001"))

    def _label(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.labels += [one["name"] for one in json.loads(request.body or b"")]
        return 200, JSON, json.dumps({"results": []})


def known(engine: Engine) -> Office:
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")
        pages.save(conn, "main", page().natural_key, "9001", 3, {}, NOW - timedelta(days=1))
    return Office(engine)


def left(engine: Engine) -> tuple[str, int]:
    with reading(engine) as conn:
        found = pages.get(conn, "main", page().natural_key)
    assert found is not None
    return found.page_id, found.version


@responses.activate
def test_a_page_that_was_saved_meanwhile_is_read_again_and_keeps_what_was_written(engine: Engine) -> None:
    office, wiki = known(engine), Wiki(wrap("kpis", "<p>old</p>") + "<p>Ours to keep</p>", conflicts=2)
    (row_id,) = office.plan(page("new"))

    office.send()

    assert wiki.body() == (
        "<p>A sentence 5</p><p>A sentence 4</p>" + wrap("kpis", "<p>new</p>") + "<p>Ours to keep</p>"
    )
    assert office.row(row_id).state == "confirmed"
    assert left(engine) == ("9001", 6)


@responses.activate
def test_a_page_that_others_keep_saving_is_left_for_later(engine: Engine) -> None:
    office, wiki = known(engine), Wiki(wrap("kpis", "<p>old</p>"), conflicts=99)
    (row_id,) = office.plan(page("new"))

    office.send()

    assert (office.row(row_id).state, 99 - wiki.conflicts) == ("planned", 5)
    assert "saved by others 5 times" in (office.row(row_id).reason or "")
    assert wrap("kpis", "<p>old</p>") in wiki.body()


@responses.activate
def test_nothing_is_written_when_the_page_says_it_already(engine: Engine) -> None:
    office = known(engine)
    Wiki(wrap("kpis", "<p>new</p>"))
    (row_id,) = office.plan(page("new"))

    office.send()

    assert office.row(row_id).state == "confirmed"
    assert [one.request.method for one in responses.calls] == ["GET"] * len(responses.calls)
    with reading(engine) as conn:
        assert [one.pages_at for one in projects.all_of(conn, "main")] == [None]


@responses.activate
def test_a_page_that_was_deleted_for_good_is_made_again(engine: Engine) -> None:
    office, wiki = known(engine), Wiki()
    del wiki.pages["9001"]
    (row_id,) = office.plan(page("new"))

    office.send()

    assert (office.row(row_id).state, wiki.made) == ("confirmed", ["9002"])
    assert left(engine) == ("9002", 1)


@responses.activate
def test_a_page_in_the_trash_is_a_dead_letter_that_says_what_to_do(engine: Engine) -> None:
    office, wiki = known(engine), Wiki(wrap("kpis", "<p>old</p>"), status="trashed")
    (row_id,) = office.plan(page("new"))

    office.send()

    assert (office.row(row_id).state, wiki.made) == ("refused", [])
    assert office.row(row_id).reason == "page 9001 (Status) is trashed; restore it, or delete it for good"


@responses.activate
def test_a_page_whose_answer_was_lost_is_found_marked_and_labelled(engine: Engine) -> None:
    office, wiki = Office(engine), Wiki(wrap("kpis", "<p>new</p>"))
    wiki.pages["9001"]["version"] = 1
    (row_id,) = office.plan(page("new", labels=("project-status",)))

    office.send()

    assert (office.row(row_id).state, wiki.made, wiki.labels) == ("confirmed", [], ["project-status"])
    assert any(
        one.request.method == "POST" and str(one.request.url).endswith("/9001/properties") for one in responses.calls
    )


@responses.activate
def test_a_page_of_a_person_with_our_title_is_never_written(engine: Engine) -> None:
    office, wiki = Office(engine), Wiki("<p>A person's page</p>")
    (row_id,) = office.plan(page("new"))

    office.send()

    assert (office.row(row_id).state, wiki.body()) == ("refused", "<p>A person's page</p>")
    assert "already has a page titled 'Status'" in (office.row(row_id).reason or "")
