from datetime import UTC, datetime

import pytest
import requests
import responses

from connector.atlassian.confluence import PageRead, Space
from connector.atlassian.failures import Conflict, NotSent, OutcomeUnknown, Refused, SignInFailed, Throttled
from connector.atlassian.jira import Account
from tests.atlassian.sites import DC_WIKI, DC_WIKI_API, dc_wiki, json_body, query, sent

WHOLE = "body.storage,version,space,ancestors,metadata.labels"
UPDATE = {"title": "Status", "status": "current", "body": "<p/>", "version": 8, "message": "m", "is_quiet": True}


def raw_page(page: str = "47") -> dict[str, object]:
    return {
        "id": page,
        "type": "page",
        "title": "Status",
        "status": "current",
        "space": {"id": 11, "key": "OPS", "name": "Operations"},
        "version": {"number": 7, "when": "2026-05-04T10:00:00.000+0800"},
        "ancestors": [{"id": "100"}, {"id": "101"}],
        "body": {"storage": {"value": "<p>概率</p>", "representation": "storage"}},
        "metadata": {"labels": {"results": [{"prefix": "global", "name": "status", "id": "1"}]}},
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
        parent="101",
        url=f"{DC_WIKI}/pages/viewpage.action?pageId={page}",
        labels=("status",),
        raw=raw,
    )


def packed(value: str, number: int = 1) -> dict[str, object]:
    return {"id": "9", "key": "lifecycle", "value": {"value": value}, "version": {"number": number}}


@responses.activate
def test_account_has_the_user_key_and_the_name() -> None:
    said = {"type": "known", "username": "bot", "userKey": "ff80", "displayName": "Connector"}
    responses.get(f"{DC_WIKI_API}/user/current", json=said)

    found = dc_wiki().account()

    assert found == Account(id="ff80", name="Connector", others=("bot",))


@responses.activate
def test_a_space_is_found_by_its_key() -> None:
    said = {"id": 11, "key": "OPS", "name": "Operations", "homepage": {"id": "100", "type": "page"}}
    responses.get(f"{DC_WIKI_API}/space/OPS", json=said, match=[query({"expand": "homepage"})])

    found = dc_wiki().space("OPS")

    assert found == Space(id="11", key="OPS", name="Operations", homepage="100")


@responses.activate
def test_a_page_is_read_with_body_and_labels() -> None:
    raw = raw_page()
    responses.get(f"{DC_WIKI_API}/content/47", json=raw, match=[query({"expand": WHOLE})])

    found = dc_wiki().page("47")

    assert found == read_page(raw)


@responses.activate
def test_a_missing_page_is_a_refusal() -> None:
    body = {"statusCode": 404, "message": "No content found with id: 48"}
    responses.get(f"{DC_WIKI_API}/content/48", status=404, json=body)
    with pytest.raises(Refused) as told:
        dc_wiki().page("48")

    assert (told.value.status, told.value.reasons) == (404, ("No content found with id: 48",))


@responses.activate
@pytest.mark.parametrize("is_there", [True, False])
def test_a_page_is_found_by_its_title(is_there: bool) -> None:
    raw = raw_page()
    asked = query({"spaceKey": "OPS", "title": "Status", "type": "page", "expand": WHOLE})
    results = [raw] if is_there else []
    responses.get(f"{DC_WIKI_API}/content", json={"results": results}, match=[asked])

    found = dc_wiki().page_by_title("OPS", "Status")

    assert found == (read_page(raw) if is_there else None)


@responses.activate
def test_pages_of_a_space_are_counted_through_and_old_ones_left_out() -> None:
    asked = {"spaceKey": "OPS", "type": "page", "expand": "version", "limit": "100"}

    def listed(page: str, day: int) -> dict[str, object]:
        return {"id": page, "version": {"number": 7, "when": f"2026-05-0{day}T10:00:00.000+0800"}}

    first = {"results": [listed("46", 3), listed("47", 4)], "_links": {"next": "/rest/api/content?start=2"}}
    second = {"results": [listed("48", 5)], "_links": {}}
    responses.get(f"{DC_WIKI_API}/content", json=first, match=[query({**asked, "start": "0"})])
    responses.get(f"{DC_WIKI_API}/content", json=second, match=[query({**asked, "start": "2"})])
    raw = raw_page("48")
    responses.get(f"{DC_WIKI_API}/content/48", json=raw)

    found = list(dc_wiki().pages_of("OPS", since=datetime(2026, 5, 4, 2, tzinfo=UTC)))

    assert found == [read_page(raw)]


@responses.activate
def test_a_page_is_made_then_marked_then_labelled() -> None:
    responses.post(f"{DC_WIKI_API}/content", json={"id": "47"})
    responses.get(f"{DC_WIKI_API}/content/47/property/lifecycle", status=404, json={"message": "none"})
    responses.post(f"{DC_WIKI_API}/content/47/property", json=packed('"m"'))
    responses.post(f"{DC_WIKI_API}/content/47/label", json={"results": []})
    raw = raw_page()
    responses.get(f"{DC_WIKI_API}/content/47", json=raw)

    found = dc_wiki().create_page("OPS", "Status", "101", "<p/>", ("status", "ops"), "m")

    assert found == read_page(raw)
    full = {"value": "full-width"}
    assert [sent(n) for n, call in enumerate(responses.calls) if call.request.method == "POST"] == [
        {
            "type": "page",
            "title": "Status",
            "status": "current",
            "space": {"key": "OPS"},
            "body": {"storage": {"value": "<p/>", "representation": "storage"}},
            "metadata": {"properties": {"content-appearance-draft": full, "content-appearance-published": full}},
            "ancestors": [{"type": "page", "id": "101"}],
        },
        {"key": "lifecycle", "value": {"value": '"m"'}},
        {"prefix": "global", "name": "status"},
        {"prefix": "global", "name": "ops"},
    ]


@responses.activate
@pytest.mark.parametrize(("parent", "more"), [(None, {}), ("101", {"ancestors": [{"id": "101"}]})])
def test_a_page_is_written_quietly_with_the_number_after_the_one_read(
    parent: str | None, more: dict[str, object]
) -> None:
    body = {
        "type": "page",
        "title": "Status",
        "status": "current",
        "body": {"storage": {"value": "<p/>", "representation": "storage"}},
        "version": {"number": 8, "minorEdit": True, "message": "m"},
        **more,
    }
    responses.put(f"{DC_WIKI_API}/content/47", json={"version": {"number": 8}}, match=[json_body(body)])

    found = dc_wiki().update_page("47", parent=parent, **UPDATE)  # type: ignore[arg-type]

    assert found == 8


@responses.activate
def test_a_stale_version_is_a_conflict_that_tells_the_current_one() -> None:
    said = "Version must be incremented on update. Current version is: 9"
    responses.put(f"{DC_WIKI_API}/content/47", status=409, json={"statusCode": 409, "message": said})
    with pytest.raises(Conflict) as told:
        dc_wiki().update_page("47", **UPDATE)  # type: ignore[arg-type]

    assert told.value.current_version == 9


@responses.activate
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param({"status": 429, "headers": {"Retry-After": "3"}}, Throttled, id="throttled"),
        pytest.param({"status": 401}, SignInFailed, id="signed-out"),
        pytest.param({"status": 502}, OutcomeUnknown, id="post-may-have-worked"),
        pytest.param({"body": requests.ConnectionError()}, OutcomeUnknown, id="reply-lost"),
    ],
)
def test_a_page_that_may_have_been_made_is_not_made_again(answer: dict[str, object], kind: type[Exception]) -> None:
    responses.post(f"{DC_WIKI_API}/content", **answer)
    with pytest.raises(kind):
        dc_wiki().create_page("OPS", "Status", None, "<p/>", (), "m")

    assert len(responses.calls) == 1


@responses.activate
def test_a_failing_read_is_repeated_a_bounded_number_of_times() -> None:
    responses.get(f"{DC_WIKI_API}/content/47", status=502)
    with pytest.raises(NotSent):
        dc_wiki().page("47")

    assert len(responses.calls) == 5


@responses.activate
def test_labels_are_read() -> None:
    results = [{"prefix": "global", "name": "a"}, {"prefix": "global", "name": "b"}]
    asked = query({"limit": "200"})
    responses.get(f"{DC_WIKI_API}/content/47/label", json={"results": results}, match=[asked])

    found = dc_wiki().labels("47")

    assert found == ("a", "b")


@responses.activate
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"value": '{"hash": "ab"}'}, {"hash": "ab"}, id="ours"),
        pytest.param({"value": "no json"}, {"value": "no json"}, id="somebody-elses-text"),
        pytest.param({"a": 1}, {"a": 1}, id="somebody-elses-object"),
        pytest.param("plain", "plain", id="plain"),
    ],
)
def test_a_property_is_unpacked(value: object, expected: object) -> None:
    said = {"key": "lifecycle", "value": value, "version": {"number": 1}}
    responses.get(f"{DC_WIKI_API}/content/47/property/lifecycle", json=said)

    found = dc_wiki().property("47", "lifecycle")

    assert found == expected


@responses.activate
def test_a_missing_property_is_none_and_a_forbidden_one_a_refusal() -> None:
    responses.get(f"{DC_WIKI_API}/content/47/property/a", status=404, json={"message": "none"})
    responses.get(f"{DC_WIKI_API}/content/47/property/b", status=403, json={"message": "no"})
    wiki = dc_wiki()

    found = wiki.property("47", "a")

    assert found is None
    with pytest.raises(Refused):
        wiki.property("47", "b")


@responses.activate
def test_a_property_that_is_there_gets_its_next_version() -> None:
    address = f"{DC_WIKI_API}/content/47/property/lifecycle"
    responses.get(address, json=packed('"x"', number=3))
    responses.put(address, json=packed('{"hash": "概"}', number=4))
    dc_wiki().set_property("47", "lifecycle", {"hash": "概"})

    assert sent() == {
        "key": "lifecycle",
        "value": {"value": '{"hash": "概"}'},
        "version": {"number": 4, "minorEdit": True},
    }
