"""What the outside world hears from Confluence."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from connector.sandbox.world import Deployment
from tests.sandbox.confluence_site import Hooks, Site, dc_update, listening, update, upload

V2, V1, DC = "/wiki/api/v2", "/wiki/rest/api", "/confluence/rest/api"
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW_MS = 1767603600000


@contextmanager
def heard(deployment: Deployment) -> Iterator[tuple[Site, Hooks]]:
    with listening() as (url, hooks):
        site = Site(deployment, webhook=url, secret="pepper")
        site.world.clock.set(NOW)
        site.world.webhooks.start()
        try:
            yield site, hooks
        finally:
            site.world.webhooks.stop()


def events(site: Site, hooks: Hooks) -> list[str]:
    assert site.world.webhooks.wait_until_quiet(10)
    return [
        headers.get("x-event-key") or body["event"]
        for (headers, _), body in zip(hooks.letters, hooks.bodies(), strict=True)
    ]


def test_cloud_tells_the_whole_page_and_names_the_event_in_a_header() -> None:
    with heard("cloud") as (site, hooks):
        page = site.new_page("Status of risks & goals")
        site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status of risks & goals", "<p/>"), who="ben")

        assert events(site, hooks) == ["page_created", "page_updated"]
        ada, ben = (site.world.users.find(name) for name in ("ada", "ben"))
        assert ada is not None
        assert ben is not None
        assert hooks.bodies()[1] == {
            "userAccountId": ben.id,
            "accountType": "customer",
            "updateTrigger": "edit_page",
            "page": {
                "creatorAccountId": ada.id,
                "lastModifierAccountId": ben.id,
                "spaceKey": "OPS",
                "modificationDate": NOW_MS,
                "self": f"{site.world.confluence_url}/spaces/OPS/pages/{page}/Status+of+risks+%26+goals",
                "id": int(page),
                "title": "Status of risks & goals",
                "creationDate": hooks.bodies()[1]["page"]["creationDate"],
                "contentType": "page",
                "version": 2,
            },
            "timestamp": NOW_MS,
        }


def test_every_webhook_is_signed_over_its_raw_body() -> None:
    with heard("cloud") as (site, hooks):
        site.new_page("Status")

        assert events(site, hooks) == ["page_created"]
        headers, body = hooks.letters[0]
        expected = "sha256=" + hmac.new(b"pepper", body, hashlib.sha256).hexdigest()
        assert headers["x-hub-signature"] == expected


def test_data_center_tells_ids_only() -> None:
    with heard("datacenter") as (site, hooks):
        page = site.new_page("Status")

        assert events(site, hooks) == ["page_created"]
        ada = site.world.users.find("ada")
        assert ada
        assert hooks.bodies() == [
            {"timestamp": NOW_MS, "event": "page_created", "userKey": ada.key, "page": {"id": int(page)}}
        ]
        assert "x-event-key" not in hooks.letters[0][0]


def test_data_center_tells_the_whole_page_when_switched_so() -> None:
    with heard("datacenter") as (site, hooks):
        site.world.faults.set({"confluence_full_bodies": True})
        page = site.new_page("Status")

        assert events(site, hooks) == ["page_created"]
        told = hooks.bodies()[0]["page"]
        assert (told["id"], told["title"], told["spaceKey"], told["version"]) == (int(page), "Status", "OPS", 1)
        assert set(told) >= {"creatorKey", "lastModifierKey", "creationDate", "modificationDate", "self", "contentType"}


def test_a_page_is_heard_of_from_its_making_to_its_end() -> None:
    with heard("cloud") as (site, hooks):
        parent, page = site.new_page("Reports"), site.new_page("Status")
        site.send("PUT", f"{V1}/content/{page}/move/append/{parent}")
        site.send("DELETE", f"{V2}/pages/{page}", status=204)
        site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p/>"))
        site.send("DELETE", f"{V2}/pages/{page}", status=204)
        site.told(site.ask("DELETE", f"{V2}/pages/{page}", purge="true"), 204)

        assert events(site, hooks)[2:] == [
            "page_moved",
            "page_trashed",
            "page_restored",
            "page_trashed",
            "page_removed",
        ]
        moved = hooks.bodies()[2]
        assert (moved["oldParent"]["id"], moved["newParent"]["id"]) == (int(site.home), int(parent))


def test_labels_comments_and_files_are_heard_of() -> None:
    with heard("cloud") as (site, hooks):
        page = site.new_page("Status")
        site.send("POST", f"{V1}/content/{page}/label", {"prefix": "global", "name": "red"})
        site.send("DELETE", f"{V1}/content/{page}/label/red", status=204)
        body = {"representation": "storage", "value": "<p>Why?</p>"}
        made = site.send("POST", f"{V2}/footer-comments", {"pageId": page, "body": body}, status=201)
        site.send("PUT", f"{V2}/footer-comments/{made['id']}", {"version": {"number": 2}, "body": body})
        site.send("DELETE", f"{V2}/footer-comments/{made['id']}", status=204)
        files, token = f"{V1}/content/{page}/child/attachment", {"X-Atlassian-Token": "nocheck"}
        for data in (b"1", b"2"):
            site.told(site.ask("PUT", files, files=upload("a.png", data), headers=token), 200)

        assert events(site, hooks)[1:] == [
            "label_added",
            "label_removed",
            "comment_created",
            "comment_updated",
            "comment_removed",
            "attachment_created",
            "attachment_updated",
        ]
        label, comment, file = (hooks.bodies()[place] for place in (1, 3, 6))
        assert (label["label"]["name"], label["labeled"]["id"]) == ("red", int(page))
        assert (comment["comment"]["id"], comment["comment"]["parent"]["id"]) == (int(made["id"]), int(page))
        assert (file["attachments"][0]["fileName"], file["attachedTo"]["id"]) == ("a.png", int(page))


def test_a_refused_write_is_not_heard_of() -> None:
    with heard("datacenter") as (site, hooks):
        page = site.new_page("Status")
        site.send("PUT", f"{DC}/content/{page}", dc_update(5, "Status", "<p/>"), status=409)
        site.send("PUT", f"{DC}/content/{page}", dc_update(2, "Status", "<p>"), status=400)

        assert events(site, hooks) == ["page_created"]


def test_ids_only_holds_for_labels_comments_and_files_too() -> None:
    with heard("datacenter") as (site, hooks):
        page = site.new_page("Status")
        site.send("POST", f"{DC}/content/{page}/label", [{"name": "red"}])
        files, token = f"{DC}/content/{page}/child/attachment", {"X-Atlassian-Token": "nocheck"}
        site.told(site.ask("POST", files, files=upload("a.png", b"1"), headers=token), 200)

        assert events(site, hooks) == ["page_created", "label_added", "attachment_created"]
        told: list[Any] = hooks.bodies()
        assert set(told[1]["label"]) == {"id"}
        assert (told[1]["labeled"], told[2]["attachedTo"]) == ({"id": int(page)}, {"id": int(page)})
        assert set(told[2]["attachments"][0]) == {"id"}
