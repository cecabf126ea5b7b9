"""How Cloud's API refuses, pages and restores."""

from typing import Any

import pytest

from tests.sandbox.confluence_site import Site, update, upload

V2, V1 = "/wiki/api/v2", "/wiki/rest/api"
STORAGE = {"representation": "storage", "value": "<p>Why?</p>"}


@pytest.fixture
def site() -> Site:
    return Site("cloud")


def errors(answer: Any) -> list[tuple[int, str, str]]:
    return [(one["status"], one["code"], one["title"]) for one in answer["errors"]]


def test_a_stale_version_is_a_conflict_that_names_both_numbers(site: Site) -> None:
    page = site.new_page("Status")
    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p>two</p>"))

    answer = site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p>lost</p>"), status=409)

    title = "Version must be incremented when updating a page. Current Version: [2]. Provided version: [2]"
    assert answer == {"errors": [{"status": 409, "code": "CONFLICT", "title": title, "detail": None}]}
    assert site.body_of(page) == "<p>two</p>"


@pytest.mark.parametrize("number", [1, 3])
def test_only_the_next_number_is_taken(site: Site, number: int) -> None:
    page = site.new_page("Status")

    site.send("PUT", f"{V2}/pages/{page}", update(page, number, "Status", "<p/>"), status=409)

    assert len(site.world.confluence.page(page).editions) == 1


def test_a_title_is_taken_once_in_a_space_whatever_its_case(site: Site) -> None:
    site.new_page("Status")
    other = site.new_page("Other")
    request = {"spaceId": str(site.space.id), "status": "current", "title": " STATUS", "body": STORAGE}

    created = site.send("POST", f"{V2}/pages", request, status=400)
    renamed = site.send("PUT", f"{V2}/pages/{other}", update(other, 2, "status", "<p/>"), status=400)

    assert "A page with this title already exists" in errors(created)[0][2]
    assert "A page with this title already exists" in errors(renamed)[0][2]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param({"spaceId": None}, "'spaceId' is required.", id="no-space"),
        pytest.param({"title": "  "}, "A title is required for a page.", id="no-title"),
        pytest.param({"title": "x" * 256}, "Title cannot be longer than 255 characters.", id="long-title"),
        pytest.param(
            {"status": "draft"},
            "The status is 'draft'; this Confluence keeps no drafts, only 'current' pages.",
            id="draft",
        ),
        pytest.param(
            {"body": {"representation": "wiki", "value": "h1. x"}},
            "The body's representation is 'wiki'; this Confluence takes 'storage'.",
            id="wiki",
        ),
        pytest.param(
            {"body": {"value": "<p/>"}},
            "The body's representation is None; this Confluence takes 'storage'.",
            id="no-representation",
        ),
        pytest.param({"spaceId": 7}, "'spaceId' must be a string.", id="number-for-text"),
    ],
)
def test_a_page_that_cannot_be_made_is_refused(site: Site, change: dict[str, object], what: str) -> None:
    request = {"spaceId": str(site.space.id), "status": "current", "title": "New", "body": STORAGE, **change}

    answer = site.send("POST", f"{V2}/pages", request, status=400)

    assert errors(answer) == [(400, "INVALID_REQUEST_PARAMETER", what)]


def test_bad_storage_is_refused_and_nothing_is_written(site: Site) -> None:
    page = site.new_page("Status", "<p>kept</p>")

    answer = site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p>open"), status=400)

    assert "Error parsing xhtml: mismatched tag" in errors(answer)[0][2]
    assert site.body_of(page) == "<p>kept</p>"


@pytest.mark.parametrize("name", ["id", "status", "title", "body", "version"])
def test_an_update_needs_all_of_its_parts(site: Site, name: str) -> None:
    page = site.new_page("Status")
    request = update(page, 2, "Status", "<p/>")
    del request[name]

    answer = site.send("PUT", f"{V2}/pages/{page}", request, status=400)

    assert errors(answer) == [(400, "INVALID_REQUEST_PARAMETER", f"'{name}' is required.")]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(f"{V2}/pages/999", 404, id="no-such-page"),
        pytest.param(f"{V2}/pages/none", 400, id="no-number"),
        pytest.param(f"{V2}/pages?body-format=none", 400, id="no-body-format"),
        pytest.param(f"{V2}/pages?limit=251", 400, id="limit-too-large"),
        pytest.param(f"{V2}/pages?sort=colour", 400, id="no-such-order"),
        pytest.param(f"{V2}/pages?cursor=xx", 400, id="no-such-cursor"),
        pytest.param(f"{V2}/nothing", 404, id="no-such-address"),
        pytest.param(f"{V2}/search", 404, id="search-is-not-in-v2"),
    ],
)
def test_reading_what_is_not_there_is_refused_as_v2_refuses(site: Site, path: str, status: int) -> None:
    answer = site.told(site.ask("GET", path), status)

    assert [one[0] for one in errors(answer)] == [status]


def test_a_wrong_token_is_401(site: Site) -> None:
    answer = site.client.get(f"{V2}/pages", headers={"Authorization": "Basic bm9ib2R5Ong="})

    assert answer.status_code == 401


def test_who_may_only_look_cannot_write(site: Site) -> None:
    page = site.new_page("Status")

    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p/>"), who="ivo", status=403)

    assert site.world.confluence.page(page).latest.number == 1


def test_a_list_is_followed_by_its_next_links_to_the_end(site: Site) -> None:
    made = [site.new_page(f"Page {number}") for number in range(5)]
    path, seen = f"{V2}/pages?space-id={site.space.id}&limit=2&sort=title", []
    while path:
        answer = site.told(site.ask("GET", path), 200)
        seen += [one["id"] for one in answer["results"]]
        path = answer["_links"].get("next", "")

    assert seen == [site.home, *made]


def test_the_newest_change_comes_first_when_asked_so(site: Site) -> None:
    first, second = site.new_page("A"), site.new_page("B")
    site.send("PUT", f"{V2}/pages/{first}", update(first, 2, "A", "<p>newer</p>"))

    found = site.get(f"{V2}/pages", space_id=site.space.id, sort="-modified-date", limit=2)

    assert [one["id"] for one in found["results"]] == [first, second]


def test_a_page_goes_below_the_home_page_unless_it_says_otherwise(site: Site) -> None:
    page = site.new_page("Status")
    root = {"spaceId": str(site.space.id), "status": "current", "title": "Top", "body": STORAGE}

    top = site.told(site.ask("POST", f"{V2}/pages", root, root_level="true"), 200)

    assert site.get(f"{V2}/pages/{page}")["parentId"] == site.home
    assert "parentId" not in top


def test_a_page_in_the_trash_says_so_leaves_lists_and_searches_and_comes_back_unchanged(site: Site) -> None:
    page = site.new_page("Status", "<p>kept</p>")
    child = site.new_page("Child", parent=page)
    site.send("DELETE", f"{V2}/pages/{page}", status=204)

    assert site.get(f"{V2}/pages/{page}")["status"] == "trashed"
    assert site.get(f"{V2}/pages", title="Status")["results"] == []
    assert site.get(f"{V1}/search", cql="title = Status")["results"] == []
    assert site.get(f"{V2}/pages/{child}")["parentId"] == site.home
    site.send("DELETE", f"{V2}/pages/{page}", status=404)

    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Other title", "<p>other</p>"))

    back = site.get(f"{V2}/pages/{page}", body_format="storage")
    assert (back["status"], back["title"], back["version"]["number"]) == ("current", "Status", 2)
    assert back["body"]["storage"]["value"] == "<p>kept</p>"
    assert site.get(f"{V1}/search", cql="title = Status")["totalSize"] == 1


def test_a_trashed_title_can_be_used_again_and_then_the_old_page_cannot_come_back(site: Site) -> None:
    old = site.new_page("Status")
    site.send("DELETE", f"{V2}/pages/{old}", status=204)
    site.new_page("Status")

    site.send("PUT", f"{V2}/pages/{old}", update(old, 2, "Status", "<p/>"), status=400)

    assert site.get(f"{V2}/pages/{old}")["status"] == "trashed"


def test_only_a_trashed_page_can_be_purged(site: Site) -> None:
    page = site.new_page("Status")

    site.told(site.ask("DELETE", f"{V2}/pages/{page}", purge="true"), 400)
    site.send("DELETE", f"{V2}/pages/{page}", status=204)
    site.told(site.ask("DELETE", f"{V2}/pages/{page}", purge="true"), 204)

    site.told(site.ask("GET", f"{V2}/pages/{page}"), 404)


def test_a_page_cannot_be_put_below_itself(site: Site) -> None:
    page = site.new_page("Status")
    child = site.new_page("Child", parent=page)

    answer = site.send("PUT", f"{V1}/content/{page}/move/append/{child}", status=400)

    assert answer["message"].endswith("A page cannot be moved below itself.")


def test_moving_before_and_after_orders_the_children(site: Site) -> None:
    a, b, c = (site.new_page(title) for title in "abc")

    site.send("PUT", f"{V1}/content/{c}/move/before/{a}")
    site.send("PUT", f"{V1}/content/{a}/move/after/{b}")

    children = site.get(f"{V2}/pages/{site.home}/direct-children")["results"]
    assert [one["id"] for one in children] == [c, b, a]
    assert site.world.confluence.page(c).latest.number == 1


def test_an_update_with_another_parent_moves_the_page(site: Site) -> None:
    page, parent = site.new_page("Status"), site.new_page("Reports")

    site.send("PUT", f"{V2}/pages/{page}", {**update(page, 2, "Status", "<p/>"), "parentId": parent})

    assert [one["id"] for one in site.get(f"{V2}/pages/{page}/ancestors")["results"]] == [site.home, parent]


def test_a_property_is_updated_by_id_with_the_next_number(site: Site) -> None:
    page = site.new_page("Status")
    path = f"{V2}/pages/{page}/properties"
    made = site.send("POST", path, {"key": "lifecycle", "value": {"hash": "a"}})
    new = {"key": "lifecycle", "value": {"hash": "b"}, "version": {"number": 2}}
    site.send("PUT", f"{path}/{made['id']}", new)

    site.send("PUT", f"{path}/{made['id']}", new, status=409)
    site.send("PUT", f"{path}/lifecycle", new, status=400)
    site.send("POST", path, {"key": "lifecycle", "value": 1}, status=400)
    site.send("POST", path, {"key": "big", "value": "x" * 32768}, status=413)

    [found] = site.get(path, key="lifecycle")["results"]
    assert (found["id"], found["value"], found["version"]["number"]) == (made["id"], {"hash": "b"}, 2)


@pytest.mark.parametrize("name", ["two words", "a:b", "what?", "", "x" * 256])
def test_a_label_of_wrong_characters_is_refused(site: Site, name: str) -> None:
    page = site.new_page("Status")

    site.send("POST", f"{V1}/content/{page}/label", {"prefix": "global", "name": name}, status=400)

    assert site.get(f"{V2}/pages/{page}/labels")["results"] == []


def test_labels_are_lower_case_and_stand_once(site: Site) -> None:
    page = site.new_page("Status")
    wanted = [{"prefix": "global", "name": "Status"}, {"prefix": "global", "name": "状态"}]
    site.send("POST", f"{V1}/content/{page}/label", wanted)

    answer = site.send("POST", f"{V1}/content/{page}/label", wanted)

    assert [one["name"] for one in answer["results"]] == ["status", "状态"]


def test_a_comment_on_text_marks_the_body_and_leaves_the_version(site: Site) -> None:
    page = site.new_page("Status", "<p>late, very late</p>")
    place = {"textSelection": "late", "textSelectionMatchCount": 2, "textSelectionMatchIndex": 1}
    request = {"pageId": page, "body": STORAGE, "inlineCommentProperties": place}

    made = site.send("POST", f"{V2}/inline-comments", request, status=201)

    ref = made["properties"]["inlineMarkerRef"]
    marker = f'<ac:inline-comment-marker ac:ref="{ref}">late</ac:inline-comment-marker>'
    assert site.body_of(page) == f"<p>late, very {marker}</p>"
    assert site.get(f"{V2}/pages/{page}")["version"]["number"] == 1
    wrong = {**request, "inlineCommentProperties": {**place, "textSelectionMatchCount": 3}}
    site.send("POST", f"{V2}/inline-comments", wrong, status=400)


def test_a_comment_whose_text_is_written_over_dangles_and_one_that_goes_takes_its_marker(site: Site) -> None:
    page = site.new_page("Status", "<p>late and red</p>")
    places = [{"textSelection": word, "textSelectionMatchCount": 1} for word in ("late", "red")]
    late, red = (
        site.send(
            "POST",
            f"{V2}/inline-comments",
            {"pageId": page, "body": STORAGE, "inlineCommentProperties": one},
            status=201,
        )
        for one in places
    )
    marked = site.body_of(page)
    without = marked.replace(marked[marked.index("<ac:") : marked.index(" and")], "on time")
    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", without))

    site.send("DELETE", f"{V2}/inline-comments/{red['id']}", status=204)

    [left] = site.get(f"{V2}/pages/{page}/inline-comments")["results"]
    assert (left["id"], left["resolutionStatus"]) == (late["id"], "dangling")
    assert site.body_of(page) == "<p>on time and red</p>"


def test_an_upload_needs_the_header_the_file_and_the_minor_edit(site: Site) -> None:
    page = site.new_page("Status")
    path, token = f"{V1}/content/{page}/child/attachment", {"X-Atlassian-Token": "nocheck"}
    without = {name: part for name, part in upload("a.png", b"1").items() if name != "minorEdit"}

    answers = [
        site.ask("PUT", path, files=upload("a.png", b"1")),
        site.ask("PUT", path, files={"minorEdit": "true"}, headers=token),
        site.ask("PUT", path, files=without, headers=token),
        site.ask("PUT", path, files=upload("a.png", b"1"), headers=token),
    ]

    assert [one.status_code for one in answers] == [403, 400, 400, 200]


def test_a_file_is_fetched_in_its_last_and_its_older_version_and_cannot_run(site: Site) -> None:
    page = site.new_page("Status")
    path, token = f"{V1}/content/{page}/child/attachment", {"X-Atlassian-Token": "no-check"}
    for data in (b"one", b"two"):
        site.told(site.ask("PUT", path, files=upload("图 1.png", data), headers=token), 200)
    [one] = site.get(f"{V2}/pages/{page}/attachments")["results"]

    last = site.client.get(f"/wiki{one['downloadLink']}")
    first = site.client.get(f"/wiki{one['downloadLink'].replace('version=2', 'version=1')}")

    assert (first.data, last.data, last.mimetype) == (b"one", b"two", "image/png")
    assert (last.headers["X-Content-Type-Options"], last.headers["Content-Security-Policy"]) == ("nosniff", "sandbox")
    assert one["version"]["number"] == 2


def test_an_old_version_is_written_again_as_the_next_one(site: Site) -> None:
    page = site.new_page("Status", "<p>one</p>")
    site.send("PUT", f"{V2}/pages/{page}", update(page, 2, "Renamed", "<p>two</p>"))
    params = {"versionNumber": 1, "message": "back", "restoreTitle": False}

    told = site.send("POST", f"{V1}/content/{page}/version", {"operationKey": "restore", "params": params})

    now = site.get(f"{V2}/pages/{page}", body_format="storage")
    assert (told["number"], told["message"]) == (3, "back")
    assert (now["title"], now["body"]["storage"]["value"]) == ("Renamed", "<p>one</p>")


def test_a_lost_reply_leaves_the_write_done(site: Site) -> None:
    page = site.new_page("Status")
    site.world.faults.set({"reply_lost_next": 1})

    with pytest.raises(ConnectionResetError):
        site.ask("PUT", f"{V2}/pages/{page}", update(page, 2, "Status", "<p>done</p>"))

    assert site.body_of(page) == "<p>done</p>"
