"""What does not say that it is JSON is not taken: a page of another site cannot have a browser post here."""

import pytest

from tests.sandbox.confluence_site import Site
from tests.sandbox.visitor import Visitor

# All that a browser posts for a page of another site without asking first; None is a body of no type.
FOREIGN = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None]
foreign = pytest.mark.parametrize("kind", FOREIGN)


@foreign
def test_a_switch_is_not_turned_by_what_is_not_json(ada: Visitor, kind: str | None) -> None:
    refused = ada.client.post("/sandbox/faults", data=b'{"server_error_next": 3}', content_type=kind)

    shown = (kind or "nothing in particular").partition(";")[0]
    assert refused.status_code == 415
    assert refused.get_json() == {"error": f"the body was sent as {shown}; send it with Content-Type: application/json"}
    assert ada.client.get("/sandbox/faults").get_json()["server_error_next"] == 0


@foreign
def test_jira_makes_no_issue_of_what_is_not_json(ada: Visitor, kind: str | None) -> None:
    body = b'{"fields": {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Call"}}'
    refused = ada.ask("POST", "issue", data=body, content_type=kind)

    assert (refused.status, refused.body) == (415, {"errorMessages": ["HTTP 415 Unsupported Media Type"], "errors": {}})
    assert ada.ask("POST", "issue", data=body, content_type="application/json; charset=utf-8").status == 201


def test_a_post_without_a_body_and_a_put_with_one_must_say_json_too(ada: Visitor) -> None:
    key = ada.issue()

    assert ada.ask("POST", f"issue/{key}/watchers").status == 415
    assert ada.ask("PUT", f"issue/{key}", data=b"{}", content_type="text/plain").status == 415
    assert ada.ask("DELETE", f"issue/{key}").status == 204


def test_files_are_taken_as_multipart_only(ada: Visitor) -> None:
    key = ada.issue()
    path, headers = f"issue/{key}/attachments", {"X-Atlassian-Token": "no-check"}

    assert ada.ask("POST", path, data=b"{}", content_type="application/json", headers=headers).status == 415
    assert ada.ask("POST", path, data={"file": (b"", "a.txt")}, content_type="multipart/form-data").status == 403


@pytest.mark.parametrize(
    ("deployment", "path", "body"),
    [
        pytest.param(
            "cloud",
            "/wiki/api/v2/pages",
            {
                "errors": [
                    {
                        "status": 415,
                        "code": "UNSUPPORTED_MEDIA_TYPE",
                        "title": "Unsupported Media Type",
                        "detail": None,
                    }
                ]
            },
            id="cloud-v2",
        ),
        pytest.param(
            "cloud",
            "/wiki/rest/api/content/1/label",
            {"statusCode": 415, "message": "HTTP 415 Unsupported Media Type"},
            id="cloud-v1",
        ),
        pytest.param(
            "datacenter",
            "/confluence/rest/api/content",
            {"statusCode": 415, "message": "HTTP 415 Unsupported Media Type"},
            id="data-center",
        ),
    ],
)
def test_confluence_says_so_in_the_shape_of_each_api(deployment: str, path: str, body: object) -> None:
    refused = Site(deployment).ask("POST", path, headers={"Content-Type": "text/plain"})

    assert (refused.status_code, refused.get_json()) == (415, body)
