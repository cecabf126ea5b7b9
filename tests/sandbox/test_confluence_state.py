"""The state itself: what is saved is what is found again."""

import orjson

from connector.sandbox.confluence.state import ConfluenceState
from tests.sandbox.confluence_site import Site, update, upload

V2, V1 = "/wiki/api/v2", "/wiki/rest/api"


def filled() -> Site:
    site = Site("cloud", locale="zh_CN")
    page = site.new_page("状态", "<p>late</p>")
    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "状态", "<p>late &nbsp; again</p>"))
    site.send("POST", f"{V1}/content/{page}/label", {"prefix": "global", "name": "status"})
    site.send("POST", f"{V2}/pages/{page}/properties", {"key": "lifecycle", "value": {"hash": [1, None, "a"]}})
    place = {"textSelection": "again", "textSelectionMatchCount": 1}
    body = {"representation": "storage", "value": "<p>Why?</p>"}
    asked = {"pageId": page, "body": body, "inlineCommentProperties": place}
    site.send("POST", f"{V2}/inline-comments", asked, status=201)
    files, token = f"{V1}/content/{page}/child/attachment", {"X-Atlassian-Token": "nocheck"}
    site.told(site.ask("PUT", files, files=upload("a.png", bytes(range(256))), headers=token), 200)
    return site


def test_a_loaded_state_equals_the_saved_one_and_is_searchable() -> None:
    site = filled()
    raw = orjson.dumps(site.world.confluence.snapshot())

    loaded = ConfluenceState(site.world)
    loaded.load(orjson.loads(raw))

    assert loaded.held == site.world.confluence.held
    assert {one.id for one in loaded.index.documents()} == {one.id for one in site.world.confluence.index.documents()}
    assert orjson.dumps(loaded.snapshot()) == raw


def test_a_space_has_a_home_page_in_the_language_of_the_site() -> None:
    english, chinese = Site("cloud"), Site("cloud", locale="zh_CN")

    assert english.world.confluence.page(english.home).title == "Operations Home"
    assert chinese.world.confluence.page(chinese.home).title == "Operations 主页"


def test_a_page_keeps_every_version_with_its_writer() -> None:
    site = Site("cloud")
    page = site.new_page("Status", "<p>one</p>")
    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p>two</p>", "because"), who="ben")

    versions = site.get(f"{V2}/pages/{page}/versions", body_format="storage")["results"]

    ben = site.world.users.find("ben")
    assert ben
    assert [(one["number"], one["message"], one["page"]["body"]["storage"]["value"]) for one in versions] == [
        (2, "because", "<p>two</p>"),
        (1, "", "<p>one</p>"),
    ]
    assert versions[0]["authorId"] == ben.id
