"""One walk through every operation of each deployment, recorded as `--record` records."""

from pathlib import Path

import orjson

from tests.sandbox.confluence_site import Site, dc_update, update, upload

TOKEN = {"X-Atlassian-Token": "nocheck"}
V2, V1, DC = "/wiki/api/v2", "/wiki/rest/api", "/confluence/rest/api"


def refusals(record: Path) -> list[tuple[str, int]]:
    lines = [orjson.loads(line) for line in record.read_bytes().splitlines()]
    return [(line["method"], line["status"]) for line in lines if line["status"] >= 400]


def unvisited(site: Site, record: Path) -> set[tuple[str, str]]:
    """The operations (method, rule) of the app that no line of the record asked for."""
    adapter = site.app.url_map.bind("127.0.0.1")
    left = {
        (method, rule.rule)
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if "/download/attachments/" not in rule.rule
    }
    for line in map(orjson.loads, record.read_bytes().splitlines()):
        rule, _ = adapter.match(line["path"], method=line["method"], return_rule=True)
        left.discard((line["method"], rule.rule))
    return left


def test_cloud_answers_every_operation_and_records_it(tmp_path: Path) -> None:
    record = tmp_path / "cloud.jsonl"
    site = Site("cloud", record=record)
    space = str(site.space.id)

    site.get(f"{V1}/user/current")
    site.get(f"{V1}/user", accountId=site.world.users.app.id)
    assert site.get(f"{V2}/spaces", keys="OPS")["results"][0]["homepageId"] == site.home
    site.get(f"{V2}/spaces/{space}")
    page = site.new_page("Status", "<p>Waits for review</p><p>Waits again</p>")
    child = site.new_page("Details", parent=page)
    site.get(f"{V2}/pages/{page}", body_format="storage", include_labels="true", include_versions="true")
    site.get(f"{V2}/pages", space_id=space, title="Status", body_format="storage")
    site.get(f"{V2}/pages", space_id=space, sort="-modified-date", limit=1)
    site.get(f"{V2}/spaces/{space}/pages", depth="root")
    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p>Waits for review</p>", "second"))
    assert site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p/>"), status=409)
    site.send("PUT", f"{V2}/pages/{page}/title", {"status": "current", "title": "Live status"})
    site.get(f"{V2}/pages/{page}", version=1, body_format="storage")
    for part in ("versions", "children", "direct-children", "ancestors", "descendants"):
        site.get(f"{V2}/pages/{page}/{part}")
    site.get(f"{V2}/pages/{page}/versions/2")

    made = site.send("POST", f"{V2}/pages/{page}/properties", {"key": "lifecycle", "value": {"hash": "abc"}})
    one = f"{V2}/pages/{page}/properties/{made['id']}"
    site.get(f"{V2}/pages/{page}/properties", key="lifecycle")
    site.send("PUT", one, {"key": "lifecycle", "value": [1], "version": {"number": 2, "message": "new"}})
    site.get(one)
    site.send("DELETE", one, status=204)

    site.send("POST", f"{V1}/content/{page}/label", [{"prefix": "global", "name": "status"}])
    site.send("POST", f"{V1}/content/{page}/label", {"prefix": "global", "name": "red"})
    site.get(f"{V2}/pages/{page}/labels", prefix="global", sort="-name")
    site.send("DELETE", f"{V1}/content/{page}/label/red", status=204)
    site.send("POST", f"{V1}/content/{page}/label", {"prefix": "global", "name": "blue"})
    site.told(site.ask("DELETE", f"{V1}/content/{page}/label", name="blue"), 204)
    site.get(f"{V1}/search", cql="type = page AND space = OPS AND label = status", expand="content.version")
    site.get(f"{V1}/search", cql="text ~ review", start=0, limit=5)
    site.get(f"{V1}/content/search", cql="title = 'Live status'", expand="body.storage,version,space,history,ancestors")

    storage = {"representation": "storage", "value": "<p>Who?</p>"}
    foot = site.send("POST", f"{V2}/footer-comments", {"pageId": page, "body": storage}, status=201)
    answer = {"parentCommentId": foot["id"], "body": storage}
    site.send("POST", f"{V2}/footer-comments", answer, status=201)
    mark = {"textSelection": "review", "textSelectionMatchCount": 1, "textSelectionMatchIndex": 0}
    asked = {"pageId": page, "body": storage, "inlineCommentProperties": mark}
    inline = site.send("POST", f"{V2}/inline-comments", asked, status=201)
    site.get(f"{V2}/pages/{page}/footer-comments", body_format="storage")
    site.get(f"{V2}/pages/{page}/inline-comments", resolution_status="open")
    site.get(f"{V2}/footer-comments/{foot['id']}", body_format="storage")
    site.get(f"{V2}/footer-comments/{foot['id']}/children")
    site.send("PUT", f"{V2}/footer-comments/{foot['id']}", {"version": {"number": 2}, "body": storage})
    changed = {"version": {"number": 2}, "body": storage, "resolved": True}
    site.send("PUT", f"{V2}/inline-comments/{inline['id']}", changed)
    site.send("POST", f"{V2}/inline-comments", {**answer, "parentCommentId": inline["id"]}, status=201)
    site.get(f"{V2}/inline-comments/{inline['id']}/children", body_format="storage")
    site.get(f"{V2}/inline-comments/{inline['id']}")
    site.send("DELETE", f"{V2}/inline-comments/{inline['id']}", status=204)
    site.send("DELETE", f"{V2}/footer-comments/{foot['id']}", status=204)

    files = f"{V1}/content/{page}/child/attachment"
    put = site.told(site.ask("PUT", files, files=upload("a.png", b"1"), headers=TOKEN), 200)["results"][0]
    site.told(site.ask("POST", files, files=upload("b.png", b"2"), headers=TOKEN), 200)
    site.told(site.ask("POST", f"{files}/{put['id']}/data", files=upload("a.png", b"3"), headers=TOKEN), 200)
    site.told(site.ask("POST", files, files=upload("b.png", b"4"), headers=TOKEN), 400)
    site.told(site.ask("POST", files, files=upload("c.png", b"5")), 403)
    site.told(site.ask("GET", f"{files}/{put['id']}/download"), 302)
    site.get(f"{V2}/pages/{page}/attachments", filename="a.png")
    site.get(f"{V2}/attachments/{put['id']}")
    site.send("DELETE", f"{V2}/attachments/{put['id'].removeprefix('att')}", status=204)

    site.send("PUT", f"{V1}/content/{child}/move/append/{site.home}")
    restore = {"operationKey": "restore", "params": {"versionNumber": 1, "message": "back", "restoreTitle": True}}
    site.send("POST", f"{V1}/content/{page}/version", restore)
    site.send("DELETE", f"{V2}/pages/{page}", status=204)
    site.get(f"{V2}/pages/{page}", status="trashed")
    site.send("PUT", f"{V2}/pages/{page}", update(page, 5, "Status", "<p/>"))
    site.send("DELETE", f"{V2}/pages/{child}", status=204)
    site.told(site.ask("DELETE", f"{V2}/pages/{child}", purge="true"), 204)
    site.told(site.ask("GET", f"{V2}/pages/{child}"), 404)
    site.send("POST", f"{V1}/space", {"key": "HR", "name": "People"})

    assert unvisited(site, record) == set()
    assert refusals(record) == [
        ("PUT", 409),
        ("POST", 400),
        ("POST", 403),
        ("GET", 404),
    ]


def test_data_center_answers_every_operation_and_records_it(tmp_path: Path) -> None:
    record = tmp_path / "dc.jsonl"
    site = Site("datacenter", record=record)

    site.get(f"{DC}/user/current")
    site.get(f"{DC}/user", username="ben")
    site.get(f"{DC}/server-information")
    site.get(f"{DC}/space/OPS", expand="homepage,description")
    site.get(f"{DC}/space", spaceKey="OPS")
    page = site.new_page("Status", "<p>Waits for review</p>")
    child = site.new_page("Details", parent=page)
    content = f"{DC}/content/{page}"
    everything = (
        "body.storage,version,space,ancestors,history.lastUpdated,metadata.labels,metadata.properties,"
        "container,children.page,children.attachment,operations"
    )
    site.get(content, expand=everything)
    site.get(content)
    site.get(f"{DC}/content", spaceKey="OPS", title="Status", expand="body.storage,version")
    site.get(f"{DC}/content", type="page", spaceKey="OPS", limit=1, start=1)
    site.send("PUT", content, dc_update(2, "Status", "<p>Waits for review</p>", minorEdit=True, message="second"))
    site.send("PUT", content, dc_update(2, "Status", "<p/>"), status=409)
    site.get(content, version=1, status="historical", expand="body.storage")
    site.get(f"{content}/history", expand="contributors")
    site.send("POST", f"{content}/label", [{"prefix": "global", "name": "status"}, {"name": "red"}])
    site.get(f"{content}/label", prefix="global")
    site.send("DELETE", f"{content}/label/red", status=204)
    site.told(site.ask("DELETE", f"{content}/label", name="red"), 404)

    site.send("POST", f"{content}/property", {"key": "lifecycle", "value": {"value": "abc"}})
    site.send(
        "PUT",
        f"{content}/property/lifecycle",
        {"key": "lifecycle", "value": {"value": "def"}, "version": {"number": 2}},
    )
    site.send("PUT", f"{content}/property/other", {"key": "other", "value": {"value": "1"}, "version": {"number": 1}})
    site.send("POST", f"{content}/property/third", {"key": "third", "value": {"value": "2"}})
    site.get(f"{content}/property/lifecycle", expand="version,content")
    site.get(f"{content}/property")
    site.send("DELETE", f"{content}/property/other", status=204)

    comment = {
        "type": "comment",
        "container": {"id": page, "type": "page"},
        "body": {"storage": {"value": "<p>Who?</p>", "representation": "storage"}},
    }
    foot = site.send("POST", f"{DC}/content", comment)
    site.send("POST", f"{DC}/content", {**comment, "ancestors": [{"id": foot["id"]}]})
    inline = {"location": "inline", "inlineProperties": {"originalSelection": "review"}}
    site.send("POST", f"{DC}/content", {**comment, "extensions": inline})
    site.get(f"{content}/child/comment", depth="all", expand="body.storage,extensions.inlineProperties,ancestors")
    site.get(f"{content}/child/comment", location="inline")
    site.get(f"{DC}/content/{foot['id']}", expand="container,version")
    comment_update = {**dc_update(2, foot["title"], "<p>Ada</p>"), "type": "comment"}
    site.send("PUT", f"{DC}/content/{foot['id']}", comment_update)
    site.send("DELETE", f"{DC}/content/{foot['id']}", status=204)

    files = f"{content}/child/attachment"
    made = site.told(site.ask("POST", files, files=upload("a.png", b"1"), headers=TOKEN), 200)["results"][0]
    site.told(site.ask("POST", files, files=upload("a.png", b"2"), headers=TOKEN), 400)
    site.told(site.ask("POST", f"{files}/{made['id']}/data", files=upload("a.png", b"3"), headers=TOKEN), 200)
    site.get(files, filename="a.png", expand="version,container")
    site.get(f"{DC}/content/{made['id']}", expand="version,history,space,container")
    site.send("DELETE", f"{files}/{made['id']}", status=204)

    site.get(f"{content}/child", expand="page,comment.version")
    site.get(f"{content}/child/page", expand="version")
    site.get(f"{DC}/content/{site.home}/descendant/page")
    site.get(f"{DC}/space/OPS/content", depth="root")
    site.get(f"{DC}/space/OPS/content/page", expand="version", limit=2)
    site.get(f"{DC}/search", cql="type = page AND space = OPS AND label = status", expand="content.version")
    site.get(f"{DC}/content/search", cql="title ~ Status", expand="body.storage,version")
    site.told(site.ask("GET", f"{DC}/search", cql="type ="), 400)

    site.send("PUT", f"{DC}/content/{child}", {**dc_update(2, "Details", "<p/>"), "ancestors": [{"id": site.home}]})
    site.send("DELETE", content, status=204)
    site.told(site.ask("GET", content), 404)
    site.get(content, status="trashed")
    site.send("PUT", content, {"type": "page", "title": "Status", "status": "current", "version": {"number": 3}})
    site.send("DELETE", f"{DC}/content/{child}", status=204)
    site.told(site.ask("DELETE", f"{DC}/content/{child}", status="trashed"), 204)
    site.send("POST", f"{DC}/space", {"key": "HR", "name": "People"})

    assert unvisited(site, record) == set()
    assert refusals(record) == [
        ("PUT", 409),
        ("DELETE", 404),
        ("POST", 400),
        ("GET", 400),
        ("GET", 404),
    ]
