"""How Data Center's API refuses, expands and restores."""

import pytest

from tests.sandbox.confluence_site import Site, dc_update

DC = "/confluence/rest/api"


@pytest.fixture
def site() -> Site:
    return Site("datacenter")


def test_a_stale_version_is_a_conflict_in_the_shape_of_data_center(site: Site) -> None:
    page = site.new_page("Status")

    answer = site.send("PUT", f"{DC}/content/{page}", dc_update(1, "Status", "<p/>"), status=409)

    assert (answer["statusCode"], answer["message"], answer["reason"]) == (
        409,
        "Version must be incremented on update. Current version is: 1",
        "Conflict",
    )


def test_an_update_without_a_version_is_400(site: Site) -> None:
    page = site.new_page("Status")

    answer = site.send("PUT", f"{DC}/content/{page}", {"type": "page", "title": "Status"}, status=400)

    assert answer["message"] == "Must supply an incremented version when updating Content. No version supplied."


def test_a_minor_edit_keeps_its_mark_and_message(site: Site) -> None:
    page = site.new_page("Status")

    told = site.send(
        "PUT", f"{DC}/content/{page}", dc_update(2, "Status", "<p/>", minorEdit=True, message="figures of today")
    )

    version = told["version"]
    assert (version["number"], version["minorEdit"], version["message"]) == (2, True, "figures of today")
    assert version["by"]["username"] == "ada"


def test_a_body_left_out_stays(site: Site) -> None:
    page = site.new_page("Status", "<p>kept</p>")

    site.send("PUT", f"{DC}/content/{page}", {"type": "page", "title": "Renamed", "version": {"number": 2}})

    assert (site.body_of(page), site.world.confluence.page(page).title) == ("<p>kept</p>", "Renamed")


def test_only_what_is_expanded_is_told_and_the_rest_is_offered(site: Site) -> None:
    page = site.new_page("Status", "<p>Hello</p>")

    bare = site.get(f"{DC}/content/{page}", expand="none")
    full = site.get(f"{DC}/content/{page}", expand="body.storage,version,ancestors,space")

    assert set(bare["_expandable"]) >= {"body", "version", "ancestors", "space", "history", "children"}
    assert "body" not in bare
    assert full["body"]["storage"]["value"] == "<p>Hello</p>"
    assert (full["version"]["number"], full["space"]["key"]) == (1, "OPS")
    assert [one["id"] for one in full["ancestors"]] == [site.home]


def test_a_trashed_page_is_404_until_the_status_is_asked_for(site: Site) -> None:
    page = site.new_page("Status", "<p>kept</p>")
    site.send("DELETE", f"{DC}/content/{page}", status=204)

    site.told(site.ask("GET", f"{DC}/content/{page}"), 404)
    assert site.get(f"{DC}/content/{page}", status="any")["status"] == "trashed"
    site.send("PUT", f"{DC}/content/{page}", dc_update(2, "Status", "<p/>"), status=404)

    site.send("PUT", f"{DC}/content/{page}", {"status": "current", "version": {"number": 2}})

    assert site.get(f"{DC}/content/{page}")["status"] == "current"
    assert site.body_of(page) == "<p>kept</p>"


def test_ancestors_move_a_page(site: Site) -> None:
    page, parent = site.new_page("Status"), site.new_page("Reports")

    site.send("PUT", f"{DC}/content/{page}", {**dc_update(2, "Status", "<p/>"), "ancestors": [{"id": int(parent)}]})

    assert [one["id"] for one in site.get(f"{DC}/content/{parent}/child/page")["results"]] == [page]


@pytest.mark.parametrize(
    ("number", "status"),
    [pytest.param(2, 200, id="next"), pytest.param(1, 409, id="same"), pytest.param(3, 409, id="later")],
)
def test_a_property_takes_the_next_number_only(site: Site, number: int, status: int) -> None:
    page = site.new_page("Status")
    path = f"{DC}/content/{page}/property"
    site.send("POST", path, {"key": "lifecycle", "value": {"value": "a"}})

    request = {"key": "lifecycle", "value": {"value": "b"}, "version": {"number": number}}
    site.send("PUT", f"{path}/lifecycle", request, status=status)


def test_a_property_that_is_not_there_is_404_and_version_one_makes_it(site: Site) -> None:
    path = f"{DC}/content/{site.new_page('Status')}/property/lifecycle"

    site.told(site.ask("GET", path), 404)
    site.send("PUT", path, {"key": "lifecycle", "value": {"value": "a"}, "version": {"number": 1}})

    assert site.get(path)["value"] == {"value": "a"}


def test_a_wrong_token_is_401(site: Site) -> None:
    answer = site.client.get(f"{DC}/user/current", headers={"Authorization": "Bearer nobody"})

    assert answer.status_code == 401


def test_bodies_are_listed_fifty_at_most(site: Site) -> None:
    for number in range(55):
        site.new_page(f"Page {number}")

    found = site.get(f"{DC}/content", spaceKey="OPS", limit=200, expand="body.storage")

    assert (found["size"], found["limit"]) == (50, 50)
    rest = site.told(site.ask("GET", "/confluence" + found["_links"]["next"]), 200)
    assert rest["size"] == 6
    assert "next" not in rest["_links"]


def test_a_title_in_use_is_400_in_the_shape_of_data_center(site: Site) -> None:
    site.new_page("Status")
    request = {
        "type": "page",
        "title": "Status",
        "space": {"key": "OPS"},
        "body": {"storage": {"value": "<p/>", "representation": "storage"}},
    }

    answer = site.send("POST", f"{DC}/content", request, status=400)

    assert answer["message"] == (
        "A page with this title already exists: A page already exists with the title Status in the space with key OPS"
    )
