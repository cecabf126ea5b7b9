import pytest
from requests import Response
from requests.structures import CaseInsensitiveDict

from connector.atlassian.failures import (
    AtlassianFailure,
    Conflict,
    NotSent,
    OutcomeUnknown,
    Refused,
    SignInFailed,
    Throttled,
)
from connector.atlassian.refusals import failure_of, reasons_of

OPERATION = "PUT /rest/api/3/issue/10001"
JSON = {"Content-Type": "application/json"}


def answer(status: int, body: str = "", **headers: str) -> Response:
    made = Response()
    made.status_code = status
    made._content = body.encode()
    made.headers = CaseInsensitiveDict({**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}})
    return made


def failure(response: Response, repeats_safely: bool = False) -> AtlassianFailure:
    found = failure_of(response, OPERATION, repeats_safely)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            '{"errorMessages": ["Issue is locked"], "errors": {"duedate": "is not a date"}}',
            ("Issue is locked", "duedate: is not a date"),
            id="jira",
        ),
        pytest.param(
            '{"errors": [{"status": 400, "code": "BAD", "title": "Title taken", "detail": "by page 7"}]}',
            ("Title taken: by page 7",),
            id="confluence-v2",
        ),
        pytest.param('{"errors": [{"code": "ONLY_CODE", "title": null}]}', ("ONLY_CODE",), id="code-only"),
        pytest.param('{"statusCode": 403, "message": "No rights"}', ("No rights",), id="confluence-dc"),
        pytest.param('{"errorMessage": "Down"}', ("Down",), id="proxy"),
        pytest.param("<html>secret page</html>", (), id="no-json"),
        pytest.param('["a list"]', (), id="no-object"),
    ],
)
def test_reasons_are_read_from_every_error_shape(body: str, expected: tuple[str, ...]) -> None:
    found = reasons_of(answer(400, body))

    assert found == expected


def test_a_refusal_says_operation_status_and_reason() -> None:
    found = failure(answer(403, '{"errorMessages": ["You may not edit"], "errors": {}}'))

    assert isinstance(found, Refused)
    assert found.reasons == ("You may not edit",)
    assert str(found) == (
        "PUT /rest/api/3/issue/10001: refused with 403 (You may not edit); give the connector's account the permission"
    )


def test_a_long_reason_is_cut_and_flattened() -> None:
    found = failure(answer(400, '{"message": "line one\\nline two ' + "x" * 900 + '"}'))

    assert isinstance(found, Refused)
    assert found.reasons[0].startswith("line one line two xxx")
    assert len(found.reasons[0]) == 500
    assert "\n" not in str(found)


@pytest.mark.parametrize(
    ("status", "repeats_safely", "kind"),
    [
        (500, True, NotSent),
        (500, False, OutcomeUnknown),
        (502, False, OutcomeUnknown),
        (503, True, NotSent),
        (503, False, OutcomeUnknown),
        (408, False, OutcomeUnknown),
    ],
)
def test_an_error_of_the_site_is_unknown_only_where_repeating_would_write_twice(
    status: int, repeats_safely: bool, kind: type[AtlassianFailure]
) -> None:
    found = failure(answer(status), repeats_safely)

    assert type(found) is kind


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"Retry_After": "7"}, 7.0, id="seconds"),
        pytest.param(
            {"Retry_After": "Mon, 04 May 2026 12:00:30 GMT", "Date": "Mon, 04 May 2026 12:00:00 GMT"},
            30.0,
            id="date-by-the-sites-clock",
        ),
        pytest.param({}, None, id="not-said"),
    ],
)
def test_too_many_requests_tell_how_long_to_wait(headers: dict[str, str], expected: float | None) -> None:
    found = failure(answer(429, RateLimit_Reason="jira-burst-based", **headers))

    assert isinstance(found, Throttled)
    assert (found.retry_after_s, found.reason) == (expected, "jira-burst-based")


def test_an_unavailable_site_that_says_when_to_come_back_did_nothing() -> None:
    found = failure(answer(503, Retry_After="20"))

    assert isinstance(found, Throttled)
    assert (found.retry_after_s, found.reason) == (20.0, "status 503")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            '{"errors": [{"status": 409, "code": "CONFLICT", "title": "Version must be incremented when '
            'updating a page. Current Version: [12]. Provided version: [12]", "detail": null}]}',
            12,
            id="cloud",
        ),
        pytest.param(
            '{"statusCode": 409, "message": "Version must be incremented on update. Current version is: 5"}',
            5,
            id="datacenter",
        ),
        pytest.param('{"errorMessages": ["Being changed"], "errors": {}}', None, id="jira"),
    ],
)
def test_a_conflict_tells_the_current_version(body: str, expected: int | None) -> None:
    found = failure(answer(409, body))

    assert isinstance(found, Conflict)
    assert found.current_version == expected


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(answer(401), id="refused"),
        pytest.param(answer(403, X_Authentication_Denied_Reason="CAPTCHA_CHALLENGE"), id="captcha"),
        pytest.param(answer(200, "[]", X_Seraph_LoginReason="AUTHENTICATED_FAILED"), id="taken-for-anonymous"),
    ],
)
def test_credentials_that_are_not_accepted_are_told_as_such(response: Response) -> None:
    found = failure(response)

    assert isinstance(found, SignInFailed)


def test_a_login_page_is_no_success() -> None:
    found = failure(answer(200, "<html>Please sign in</html>", Content_Type="text/html"))

    assert isinstance(found, Refused)
    assert found.status == 200
    assert "sign in" not in str(found)


def test_a_redirect_is_no_success_and_shows_only_the_host() -> None:
    found = failure(answer(302, Location="https://sso.acme.example/login?token=abc"))

    assert isinstance(found, Refused)
    assert "https://sso.acme.example" in str(found)
    assert "abc" not in str(found)


@pytest.mark.parametrize(("status", "body"), [(200, "{}"), (201, ""), (204, ""), (201, "made")])
def test_a_success_is_no_failure(status: int, body: str) -> None:
    found = failure_of(answer(status, body), OPERATION, False)

    assert found is None
