"""Real sockets where the point is what happens to a connection, `responses` where it is what is answered."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
import responses

from connector.atlassian.connect import SiteAccess, open_jira
from connector.atlassian.failures import NotSent, OutcomeUnknown, Refused, SignInFailed, Throttled
from connector.atlassian.jira import Jira
from connector.atlassian.transport import Terms
from connector.core.actions import Line
from tests.atlassian.sites import CLOUD_API, CLOUD_V2, TOKEN, cloud_jira, terms

MYSELF = {"accountId": "5b10", "displayName": "Connector"}


@contextmanager
def listener(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A site that reads what comes, hands the connection to `answer` and shuts it; with all that it received."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    received.append(connection.recv(65536))
                    answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", received
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def hang_up(_: socket.socket) -> None:
    """Answer nothing."""


def break_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")


def jira_at(url: str, how: Terms) -> Jira:
    return open_jira(SiteAccess(site="acme", url=url, token=TOKEN, user="bot", deployment="cloud"), how)


@pytest.mark.parametrize("answer", [hang_up, break_off])
def test_a_write_whose_reply_is_lost_is_sent_once_and_told_as_unknown(
    answer: Callable[[socket.socket], None],
) -> None:
    with listener(answer) as (url, received), pytest.raises(OutcomeUnknown) as told:
        jira_at(url, terms()).add_comment("10001", [Line(text="late")], "m")

    assert len(received) == 1
    assert str(told.value) == (
        "POST /rest/api/3/issue/10001/comment: the connection broke before the answer was there; "
        "whether it was done must be looked up before it is sent again"
    )


def test_a_write_that_times_out_is_told_as_unknown() -> None:
    until = threading.Event()

    def wait(_: socket.socket) -> None:
        until.wait(10)

    how = Terms(answer_s=0.05, pause=lambda _: None)
    with listener(wait) as (url, received):
        with pytest.raises(OutcomeUnknown, match="no answer came in time"):
            jira_at(url, how).set_label("10001", "late")
        until.set()

    assert len(received) == 1


def test_a_read_whose_reply_is_lost_is_repeated() -> None:
    pauses: list[float] = []
    with listener(hang_up) as (url, received), pytest.raises(NotSent):
        jira_at(url, terms(pause=pauses.append, read_attempts=3)).account()

    assert len(received) == 3
    assert pauses == [2.0, 4.0]


def test_a_write_to_a_closed_door_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotSent) as told:
        jira_at(f"http://127.0.0.1:{port}", terms()).add_comment("10001", [], "m")

    assert f"http://127.0.0.1:{port} could not be reached" in str(told.value)


def test_a_write_to_an_unknown_host_was_not_sent() -> None:
    with pytest.raises(NotSent):
        jira_at("http://no-such-host.invalid", terms()).add_comment("10001", [], "m")


@responses.activate
def test_a_throttled_read_waits_as_asked_and_goes_on() -> None:
    pauses: list[float] = []
    responses.get(f"{CLOUD_API}/myself", status=429, headers={"Retry-After": "11"})
    responses.get(f"{CLOUD_API}/myself", json=MYSELF)

    found = cloud_jira(terms(pause=pauses.append)).account()

    assert (found.id, pauses) == ("5b10", [11.0])


@responses.activate
def test_a_throttled_read_understands_a_date() -> None:
    pauses: list[float] = []
    headers = {"Retry-After": "Mon, 04 May 2026 12:00:09 GMT", "Date": "Mon, 04 May 2026 12:00:00 GMT"}
    responses.get(f"{CLOUD_API}/myself", status=429, headers=headers)
    responses.get(f"{CLOUD_API}/myself", json=MYSELF)
    cloud_jira(terms(pause=pauses.append)).account()

    assert pauses == [9.0]


@responses.activate
def test_a_read_that_is_to_wait_too_long_is_given_back() -> None:
    responses.get(f"{CLOUD_API}/myself", status=429, headers={"Retry-After": "1847"})
    with pytest.raises(Throttled) as told:
        cloud_jira().account()

    assert told.value.retry_after_s == 1847.0
    assert len(responses.calls) == 1


@responses.activate
def test_a_read_sent_with_post_is_repeated_like_a_read() -> None:
    responses.post(f"{CLOUD_API}/search/approximate-count", status=502)
    responses.post(f"{CLOUD_API}/search/approximate-count", json={"count": 7})

    found = cloud_jira().count("project = OPS")

    assert found == 7


@responses.activate
@pytest.mark.parametrize(
    ("status", "kind"), [(429, Throttled), (503, OutcomeUnknown), (401, SignInFailed), (400, Refused)]
)
def test_a_write_is_never_repeated_by_itself(status: int, kind: type[Exception]) -> None:
    responses.post(f"{CLOUD_API}/issue/10001/comment", status=status)
    with pytest.raises(kind):
        cloud_jira().add_comment("10001", [Line(text="late")], "m")

    assert len(responses.calls) == 1


@responses.activate
def test_writes_to_jira_bear_our_trace_and_reads_do_not() -> None:
    responses.get(f"{CLOUD_API}/myself", json=MYSELF)
    responses.put(f"{CLOUD_API}/issue/10001", status=204)
    jira = cloud_jira(terms(trace="acme-1"))
    jira.account()
    jira.set_label("10001", "late")

    traces = [call.request.headers.get("X-Atlassian-Webhook-Trace") for call in responses.calls]
    assert traces == [None, "acme-1"]


@responses.activate
def test_writes_to_one_issue_are_paced() -> None:
    responses.put(f"{CLOUD_API}/issue/10001", status=204)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 1:
            raise TimeoutError

    jira = cloud_jira(terms(pause=pause))
    for _ in range(18):
        jira.set_label("10001", "late")
    with pytest.raises(TimeoutError):
        jira.set_label("10001", "late")

    assert len(responses.calls) == 18
    assert 0 < pauses[0] <= 2.0


@responses.activate
def test_every_request_is_counted() -> None:
    counted: list[tuple[str, str, str]] = []
    responses.get(f"{CLOUD_API}/myself", json=MYSELF)
    responses.put(f"{CLOUD_API}/issue/10001", body=requests.ReadTimeout())
    responses.post(f"{CLOUD_V2}/search/jql", status=400)
    how = Terms(on_request=lambda product, method, status, _: counted.append((product, method, status)))
    jira = cloud_jira(how)
    jira.account()
    with pytest.raises(OutcomeUnknown):
        jira.set_label("10001", "late")
    with pytest.raises(Refused):
        list(jira.search("nonsense"))

    assert counted == [("jira", "GET", "200"), ("jira", "PUT", "lost"), ("jira", "POST", "400")]


@responses.activate
def test_our_timeouts_are_used_whatever_the_library_says() -> None:
    responses.get(f"{CLOUD_API}/myself", json=MYSELF)
    cloud_jira(Terms(connect_s=1.5, answer_s=9.0)).account()

    assert responses.calls[0].request.req_kwargs["timeout"] == (1.5, 9.0)  # type: ignore[attr-defined]


@responses.activate
def test_no_token_header_or_query_reaches_an_error() -> None:
    responses.post(f"{CLOUD_V2}/search/jql", status=401, json={"message": "no"}, headers={"X-Secret": "hush"})
    with pytest.raises(SignInFailed) as told:
        list(cloud_jira().search('summary ~ "salary"'))

    shown = f"{told.value!r} {told.value.__cause__!r} {told.value.__context__!r}"
    assert not [word for word in (TOKEN, "Basic", "hush", "salary") if word in shown]
