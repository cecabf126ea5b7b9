"""What taking writes back asks of the products, in the documented shapes of both deployments."""

import pytest
import responses

from connector.atlassian.confluence import Confluence, PageCommentRead
from connector.atlassian.jira import CommentRead, Jira
from connector.atlassian.jira_taking_back import as_sent
from tests.atlassian.sites import (
    CLOUD_API,
    CLOUD_V2,
    DC_API,
    DC_WIKI_API,
    WIKI,
    cloud_jira,
    cloud_wiki,
    dc_jira,
    dc_wiki,
    query,
    sent,
)

JIRAS = pytest.mark.parametrize(
    ("jira", "own", "v2"),
    [pytest.param(cloud_jira, CLOUD_API, CLOUD_V2, id="cloud"), pytest.param(dc_jira, DC_API, DC_API, id="datacenter")],
)
BODY = {"body": {"storage": {"value": "<p>x</p>", "representation": "storage"}}}


@JIRAS
@responses.activate
def test_values_are_read_and_put_back_as_v2_tells_them(jira: object, own: str, v2: str) -> None:
    assert callable(jira)
    client: Jira = jira()
    asked = [query({"fields": "priority,duedate"})]
    responses.get(f"{v2}/issue/10001", json={"fields": {"priority": {"id": "2", "name": "High"}}}, match=asked)
    responses.put(f"{v2}/issue/10001", status=204)

    held = client.values_of("10001", ("priority", "duedate"))
    client.put_back("10001", {"priority": {"id": "2", "name": "High", "self": "x"}, "duedate": None})

    assert held == {"priority": {"id": "2", "name": "High"}}
    assert sent() == {"fields": {"priority": {"id": "2"}, "duedate": None}}


@JIRAS
@responses.activate
def test_labels_comments_properties_and_links_are_taken_off(jira: object, own: str, v2: str) -> None:
    assert callable(jira)
    client: Jira = jira()
    responses.put(f"{own}/issue/10001", status=204)
    gone = ["issue/10001/comment/77", "issue/10001/properties/lifecycle.gate", "issueLink/5"]
    for path in gone:
        responses.delete(f"{own}/{path}", status=204)

    client.take_off_label("10001", "late")
    client.delete_comment("10001", "77")
    client.delete_property("10001", "lifecycle.gate")
    client.unlink("5")

    assert sent(0) == {"update": {"labels": [{"remove": "late"}]}}
    assert [(one.request.method, one.request.url) for one in responses.calls][1:] == [
        ("DELETE", f"{own}/{path}") for path in gone
    ]


@JIRAS
@responses.activate
def test_comments_are_told_with_all_ids_of_who_wrote_and_who_edited_them(jira: object, own: str, v2: str) -> None:
    assert callable(jira)
    client: Jira = jira()
    ada, ben = {"name": "ada", "key": "JIRAUSER1", "displayName": "Ada"}, {"accountId": "5b1", "displayName": "Ben"}
    told = {"id": "77", "body": "*High*", "author": ada, "updateAuthor": ben}
    responses.get(f"{v2}/issue/10001/comment", json={"comments": [told], "total": 1})

    assert client.comments("10001") == (
        CommentRead(
            id="77",
            authors=frozenset({"ada", "JIRAUSER1"}),
            editors=frozenset({"5b1"}),
            editor="Ben",
            text="*High*",
        ),
    )


@responses.activate
def test_a_page_is_read_as_it_was_in_a_version() -> None:
    asked = {"body-format": "storage", "version": "3"}
    responses.get(f"{WIKI}/api/v2/pages/7", json=BODY, match=[query(asked)])
    old = {"status": "historical", "version": "3", "expand": "body.storage"}
    responses.get(f"{DC_WIKI_API}/content/7", json=BODY, match=[query(old)])

    assert [client.body_at("7", 3) for client in (cloud_wiki(), dc_wiki())] == ["<p>x</p>", "<p>x</p>"]


@responses.activate
def test_a_version_that_is_not_there_any_more_is_none() -> None:
    responses.get(f"{WIKI}/api/v2/pages/7", status=404, json={"errors": [{"title": "Not Found"}]})
    responses.get(f"{DC_WIKI_API}/content/7", status=404, json={"message": "No content"})

    assert [client.body_at("7", 3) for client in (cloud_wiki(), dc_wiki())] == [None, None]


@pytest.mark.parametrize(
    ("wiki", "path", "answers"),
    [
        pytest.param(cloud_wiki, f"{WIKI}/api/v2/footer-comments/9", "children", id="cloud"),
        pytest.param(dc_wiki, f"{DC_WIKI_API}/content/9", "child/comment", id="datacenter"),
    ],
)
@pytest.mark.parametrize("count", [0, 1])
@responses.activate
def test_a_comment_on_a_page_is_told_with_whether_it_was_answered(
    wiki: object, path: str, answers: str, count: int
) -> None:
    assert callable(wiki)
    client: Confluence = wiki()
    responses.get(path, json=BODY)
    responses.get(f"{path}/{answers}", json={"results": [{"id": "10"}] * count})
    responses.delete(path, status=204)

    found = client.page_comment("9")
    client.delete_page_comment("9")

    assert found == PageCommentRead(id="9", body="<p>x</p>", is_answered=count > 0)
    assert responses.calls[-1].request.method == "DELETE"


@pytest.mark.parametrize(
    ("read", "written"),
    [
        pytest.param(None, None, id="nothing"),
        pytest.param("*wiki*", "*wiki*", id="text"),
        pytest.param({"self": "x", "accountId": "5b1", "displayName": "Ben"}, {"accountId": "5b1"}, id="user"),
        pytest.param({"name": "ada", "key": "JIRAUSER1"}, {"name": "ada"}, id="user-of-a-data-center"),
        pytest.param([{"id": "1", "name": "1.0"}, {"id": "2"}], [{"id": "1"}, {"id": "2"}], id="versions"),
        pytest.param(
            {"id": "1", "value": "A", "child": {"id": "2", "value": "B"}},
            {"id": "1", "child": {"id": "2"}},
            id="cascade",
        ),
    ],
)
def test_a_value_that_was_read_is_written_by_what_names_it(read: object, written: object) -> None:
    assert as_sent(read) == written
