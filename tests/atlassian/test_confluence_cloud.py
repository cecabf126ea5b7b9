from datetime import UTC, datetime

import pytest
import requests
import responses

from connector.atlassian.confluence import PageRead, Space
from connector.atlassian.failures import Conflict, NotSent, OutcomeUnknown, Refused, SignInFailed, Throttled
from connector.atlassian.jira import Account
from tests.atlassian.sites import WIKI, cloud_wiki, json_body, query, sent, terms

V2 = f"{WIKI}/api/v2"
V1 = f"{WIKI}/rest/api"
OPS = {"id": "11", "key": "OPS", "name": "Operations", "homepageId": "100"}
CURRENT = query({"body-format": "storage", "include-labels": "true"})
UPDATE = {"title": "Status", "status": "current", "body": "<p/>", "version": 8, "message": "m", "is_quiet": True}


def raw_page(page: str = "47", **more: object) -> dict[str, object]:
    return {
        "id": page,
        "title": "Status",
        "status": "current",
        "spaceId": "11",
        "parentId": "100",
        "parentType": "page",
        "version": {"number": 7, "createdAt": "2026-05-04T10:00:00.000Z"},
        "body": {"storage": {"representation": "storage", "value": "<p>概率</p>"}},
        "labels": {"results": [{"id": "1", "name": "status", "prefix": "global"}], "meta": {"hasMore": False}},
        **more,
    }


def read_page(raw: dict[str, object]) -> PageRead:
    page = str(raw["id"])
    return PageRead(
        id=page,
        title="Status",
        version=7,
        status="current",
        space="OPS",
        body="<p>概率</p>",
        parent="100",
        url=f"{WIKI}/spaces/OPS/pages/{page}",
        labels=("status",),
        raw=raw,
    )


def serve_space() -> None:
    asked = query({"keys": "OPS", "limit": "1"})
    responses.get(f"{V2}/spaces", json={"results": [OPS], "_links": {}}, match=[asked])
    responses.get(f"{V2}/spaces/11", json=OPS)


@responses.activate
def test_account_is_the_one_whose_token_is_used() -> None:
    said = {"type": "known", "accountId": "5b10", "publicName": "bot", "displayName": "Connector"}
    responses.get(f"{V1}/user/current", json=said)

    found = cloud_wiki().account()

    assert found == Account(id="5b10", name="Connector")


@responses.activate
def test_a_space_is_found_by_its_key() -> None:
    serve_space()

    found = cloud_wiki().space("OPS")

    assert found == Space(id="11", key="OPS", name="Operations", homepage="100")


@responses.activate
def test_a_space_that_is_not_there_is_a_refusal() -> None:
    responses.get(f"{V2}/spaces", json={"results": [], "_links": {}})
    with pytest.raises(Refused) as told:
        cloud_wiki().space("NOPE")

    assert told.value.status == 404
    assert "there is no space NOPE" in str(told.value)


@responses.activate
def test_a_page_is_read_with_body_and_labels() -> None:
    serve_space()
    raw = raw_page()
    responses.get(f"{V2}/pages/47", json=raw, match=[CURRENT])

    found = cloud_wiki().page("47")

    assert found == read_page(raw)


@responses.activate
def test_a_page_in_a_folder_has_no_parent_page() -> None:
    serve_space()
    responses.get(f"{V2}/pages/47", json=raw_page(parentType="folder"))

    found = cloud_wiki().page("47")

    assert found.parent is None


@responses.activate
def test_labels_that_did_not_fit_are_read_too() -> None:
    serve_space()
    responses.get(f"{V2}/pages/47", json=raw_page(labels={"results": [], "meta": {"hasMore": True}}))
    labels = {"results": [{"name": "a"}, {"name": "b"}], "_links": {}}
    responses.get(f"{V2}/pages/47/labels", json=labels, match=[query({"limit": "250"})])

    found = cloud_wiki().page("47")

    assert found.labels == ("a", "b")


@responses.activate
def test_the_space_of_pages_is_asked_for_once() -> None:
    serve_space()
    responses.get(f"{V2}/pages/47", json=raw_page())
    wiki = cloud_wiki()
    wiki.page("47")
    wiki.page("47")

    asked = [call.request.url for call in responses.calls if "/spaces/" in str(call.request.url)]
    assert asked == [f"{V2}/spaces/11"]


@responses.activate
def test_a_missing_page_is_a_refusal() -> None:
    error = {"errors": [{"status": 404, "code": "NOT_FOUND", "title": "Not Found", "detail": None}]}
    responses.get(f"{V2}/pages/48", status=404, json=error)
    with pytest.raises(Refused) as told:
        cloud_wiki().page("48")

    assert (told.value.status, told.value.reasons) == (404, ("Not Found",))


@responses.activate
@pytest.mark.parametrize(("title", "is_there"), [("Status", True), ("status", False)])
def test_a_page_is_found_by_its_exact_title(title: str, is_there: bool) -> None:
    serve_space()
    raw = raw_page()
    asked = query({"space-id": "11", "title": title, "status": "current", "body-format": "storage"})
    responses.get(f"{V2}/pages", json={"results": [raw], "_links": {}}, match=[asked])
    responses.get(f"{V2}/pages/47", json=raw)

    found = cloud_wiki().page_by_title("OPS", title)

    assert found == (read_page(raw) if is_there else None)


@responses.activate
def test_pages_of_a_space_follow_the_cursor_and_stop_at_what_is_known() -> None:
    serve_space()
    asked = {"status": "current", "sort": "-modified-date", "limit": "250"}
    link = "/wiki/api/v2/spaces/11/pages?cursor=next%3D1&limit=250"

    def listed(page: str, day: int) -> dict[str, object]:
        return {"id": page, "version": {"number": 7, "createdAt": f"2026-05-0{day}T10:00:00.000Z"}}

    first = {"results": [listed("49", 6)], "_links": {"next": link}}
    second = {"results": [listed("48", 5), listed("47", 4), listed("46", 3)], "_links": {}}
    responses.get(f"{V2}/spaces/11/pages", json=first, match=[query(asked)])
    responses.get(f"{V2}/spaces/11/pages", json=second, match=[query({**asked, "cursor": "next=1"})])
    pages = [raw_page("49"), raw_page("48")]
    for raw in pages:
        responses.get(f"{V2}/pages/{raw['id']}", json=raw)

    found = list(cloud_wiki().pages_of("OPS", since=datetime(2026, 5, 4, 10, tzinfo=UTC)))

    assert found == [read_page(raw) for raw in pages]


@responses.activate
def test_a_page_is_made_then_marked_then_labelled() -> None:
    serve_space()
    responses.post(f"{V2}/pages", json={"id": "47"})
    responses.get(f"{V2}/pages/47/properties", json={"results": [], "_links": {}})
    responses.post(f"{V2}/pages/47/properties", json={"id": "9"})
    responses.post(f"{V1}/content/47/label", json={"results": [], "size": 0})
    raw = raw_page()
    responses.get(f"{V2}/pages/47", json=raw)

    found = cloud_wiki().create_page("OPS", "Status", "100", "<p/>", ("status", "ops"), "project OPS page status")

    assert found == read_page(raw)
    assert [sent(n) for n, call in enumerate(responses.calls) if call.request.method == "POST"] == [
        {
            "spaceId": "11",
            "status": "current",
            "title": "Status",
            "parentId": "100",
            "body": {"storage": {"value": "<p/>", "representation": "storage"}},
        },
        {"key": "lifecycle", "value": "project OPS page status"},
        [{"prefix": "global", "name": "status"}, {"prefix": "global", "name": "ops"}],
    ]


@responses.activate
def test_a_taken_title_is_a_refusal() -> None:
    serve_space()
    error = {"errors": [{"status": 400, "code": "INVALID", "title": "A page with this title already exists"}]}
    responses.post(f"{V2}/pages", status=400, json=error)
    with pytest.raises(Refused) as told:
        cloud_wiki().create_page("OPS", "Status", None, "<p/>", (), "m")

    assert told.value.reasons == ("A page with this title already exists",)


@responses.activate
@pytest.mark.parametrize(("parent", "more"), [(None, {}), ("101", {"parentId": "101"})])
def test_a_page_is_written_with_the_number_after_the_one_read(parent: str | None, more: dict[str, str]) -> None:
    body = {
        "id": "47",
        "status": "current",
        "title": "Status",
        "body": {"representation": "storage", "value": "<p>中文</p>"},
        "version": {"number": 8, "message": "KPIs of 4 May"},
        **more,
    }
    responses.put(f"{V2}/pages/47", json={"id": "47", "version": {"number": 8}}, match=[json_body(body)])

    found = cloud_wiki().update_page(
        "47",
        title="Status",
        status="current",
        body="<p>中文</p>",
        version=8,
        message="KPIs of 4 May",
        is_quiet=False,
        parent=parent,
    )

    assert found == 8


@responses.activate
def test_a_stale_version_is_a_conflict_that_tells_the_current_one() -> None:
    title = "Version must be incremented when updating a page. Current Version: [9]. Provided version: [8]"
    error = {"errors": [{"status": 409, "code": "CONFLICT", "title": title, "detail": None}]}
    responses.put(f"{V2}/pages/47", status=409, json=error)
    with pytest.raises(Conflict) as told:
        cloud_wiki().update_page("47", **UPDATE)  # type: ignore[arg-type]

    assert told.value.current_version == 9


@responses.activate
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param({"status": 429, "headers": {"Retry-After": "3"}}, Throttled, id="throttled"),
        pytest.param({"status": 401}, SignInFailed, id="signed-out"),
        pytest.param({"status": 500}, NotSent, id="put-may-be-repeated"),
        pytest.param({"body": requests.ConnectionError()}, OutcomeUnknown, id="reply-lost"),
    ],
)
def test_a_page_write_that_fails_is_sent_once_and_says_how(answer: dict[str, object], kind: type[Exception]) -> None:
    pauses: list[float] = []
    responses.put(f"{V2}/pages/47", **answer)
    with pytest.raises(kind):
        cloud_wiki(terms(pause=pauses.append)).update_page("47", **UPDATE)  # type: ignore[arg-type]

    assert len(responses.calls) == 1
    assert pauses == []


@responses.activate
def test_no_labels_are_no_request() -> None:
    cloud_wiki().add_labels("47", ())

    assert len(responses.calls) == 0


@responses.activate
@pytest.mark.parametrize(("found_value", "expected"), [([], None), (["x"], "x")])
def test_a_property_is_looked_up_by_its_key(found_value: list[str], expected: str | None) -> None:
    results = [{"id": "9", "key": "lifecycle", "value": value, "version": {"number": 3}} for value in found_value]
    asked = query({"key": "lifecycle"})
    responses.get(f"{V2}/pages/47/properties", json={"results": results, "_links": {}}, match=[asked])

    found = cloud_wiki().property("47", "lifecycle")

    assert found == expected


@responses.activate
def test_a_property_that_is_there_is_written_by_its_id() -> None:
    known = {"id": "9", "key": "lifecycle", "value": "x", "version": {"number": 3}}
    responses.get(f"{V2}/pages/47/properties", json={"results": [known], "_links": {}})
    responses.put(f"{V2}/pages/47/properties/9", json=known)
    cloud_wiki().set_property("47", "lifecycle", {"hash": "ab"})

    assert sent() == {"key": "lifecycle", "value": {"hash": "ab"}, "version": {"number": 4}}
