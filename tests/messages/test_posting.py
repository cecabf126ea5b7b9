import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests
import responses

from connector.messages.channels import Address
from connector.messages.posting import MaybeSent, NoAddress, NotSent, Sent, post
from tests.messages.chat import LOST, SECRET, Chat, chat

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.fixture
def service() -> Iterator[Chat]:
    with chat() as held:
        yield held


def at(url: str) -> Address:
    return Address(name="ops, address 1 (json)", url=url)


def test_a_message_arrives_as_plain_text(service: Chat) -> None:
    done = post(at(service.url()), "Late: <b>OPS-7</b>", "[x](javascript:1) *a* :smile: \\n <!channel>\n甲")

    assert done == Sent()
    assert service.got == [
        {
            "room": "room",
            "title": "Late: <b>OPS-7</b>",
            "message": "[x](javascript:1) *a* :smile: \\n <!channel>\n甲",
        }
    ]


@responses.activate
def test_a_service_with_markup_of_its_own_gets_the_text_escaped() -> None:
    told = responses.post(SLACK, body="ok")

    done = post(at("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#ops"), "", "<!channel> & <https://x|y>")

    assert done == Sent()
    body = str(told.calls[0].request.body)
    assert "&lt;!channel&gt;" in body
    assert "<!channel>" not in body


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(400, NotSent, id="bad-request"),
        pytest.param(404, NotSent, id="not-found"),
        pytest.param(429, NotSent, id="too-many"),
        pytest.param(500, NotSent, id="error"),
        pytest.param(503, NotSent, id="unavailable"),
        pytest.param(302, NotSent, id="redirected"),
        pytest.param(502, MaybeSent, id="bad-gateway"),
        pytest.param(504, MaybeSent, id="gateway-timed-out"),
        pytest.param(LOST, MaybeSent, id="reply-lost"),
    ],
)
def test_what_became_of_it_is_told_as_far_as_it_is_known(service: Chat, status: int, expected: type) -> None:
    service.answers = [status]

    done = post(at(service.url()), "", "Hello")

    assert type(done) is expected
    assert len(service.got) == 1


@responses.activate
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(requests.exceptions.ReadTimeout("Read timed out. (read timeout=20)"), MaybeSent, id="no-answer"),
        pytest.param(requests.exceptions.ConnectTimeout("ConnectTimeoutError"), NotSent, id="no-connection-in-time"),
        pytest.param(ValueError("what a plug-in did not expect"), MaybeSent, id="plug-in-fails"),
    ],
)
def test_a_broken_connection_is_judged_by_how_far_it_came(error: Exception, expected: type) -> None:
    responses.post("http://127.0.0.1:9/room", body=error)

    assert type(post(at("json://127.0.0.1:9/room"), "", "Connection refused error=404")) is expected


def test_a_message_that_nobody_listens_to_was_surely_not_sent() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert post(at(f"json://127.0.0.1:{port}/x"), "", "Hello") == NotSent(
        reason="ops, address 1 (json): there was no connection"
    )


@responses.activate
def test_what_some_have_and_others_have_not_is_not_sent_again() -> None:
    responses.post(SLACK, body="ok")
    responses.post(SLACK, status=503)

    done = post(at("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#a/#b"), "", "Hello")

    assert done == MaybeSent(reason="ops, address 1 (json): some of those it is for have it, and some have not")


def test_a_mail_server_that_nobody_runs_has_surely_not_got_it() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    done = post(at(f"mailto://user:{SECRET}@127.0.0.1:{port}?from=a@example.com&to=b@example.com"), "Late", "Hello")

    assert done == NotSent(reason="ops, address 1 (json): there was no connection")


def test_the_messages_own_words_never_decide_what_became_of_it(service: Chat) -> None:
    service.answers = [LOST]

    done = post(at(service.url()), "error=404", "Socket Exception: Connection refused error=404")

    assert type(done) is MaybeSent


def test_what_is_no_address_is_told_without_telling_it() -> None:
    done = post(at(f"nonsense://{SECRET}"), "", "Hello")

    assert type(done) is NoAddress
    assert SECRET not in repr(done)


def test_no_secret_reaches_the_log_or_a_reason(service: Chat) -> None:
    service.answers = [200, 404, LOST]
    program = f"""
from connector.logs import set_up_logs
set_up_logs("DEBUG")
from connector.messages.channels import Address
from connector.messages.posting import post
address = Address(name="ops", url={service.url()!r})
print(address, *(post(address, "Title", "Hello") for _ in range(3)))
print(post(Address(name="ops", url="nonsense://{SECRET}"), "", "Hello"))
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert service.says() == ["Hello"] * 3
    assert [done.stdout.count(one) for one in ("Sent()", "NotSent(", "MaybeSent(", "NoAddress(")] == [1, 1, 1, 1]
    assert SECRET not in done.stdout + done.stderr
