import io
import json
import queue
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from connector.intake.committer import Committer
from connector.intake.doors import LARGEST_BODY
from connector.settings import Door
from connector.store import inbox
from connector.store.engine import make_engine, reading, writing
from connector.store.inbox import InboxRow
from tests.intake.doorway import NEW, NOW, OLD, client_of, delivery, doorway, issue_updated, signed


def stored(engine: Engine) -> list[InboxRow]:
    with reading(engine) as conn:
        return inbox.peek(conn, limit=100)


def test_an_event_is_accepted_and_stands_in_the_inbox_as_it_came(engine: Engine) -> None:
    body = issue_updated()
    with doorway(engine) as client:
        headers = signed(body) | delivery("one") | {"X-Atlassian-Webhook-Trace": "a-trace"}
        answer = client.post("/hooks/jira", data=body, headers=headers)

    assert (answer.status_code, answer.json) == (202, {"status": "accepted", "event": "issue.updated"})
    (row,) = stored(engine)
    assert (row.site, row.source, row.delivery, row.name, row.trace) == (
        "main",
        "jira",
        "one",
        "issue.updated",
        "a-trace",
    )
    assert (row.body, row.received_at, row.state, row.is_live) == (body, NOW, "waiting", True)


def test_a_delivery_seen_before_has_no_second_effect(engine: Engine) -> None:
    body = issue_updated()
    with doorway(engine) as client:
        answers = [client.post("/hooks/jira", data=body, headers=signed(body) | delivery("one")) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 200, 200]
    assert answers[1].json == {"status": "seen before"}
    assert len(stored(engine)) == 1


def test_the_id_is_not_signed_so_another_body_under_it_is_another_letter(engine: Engine) -> None:
    first, second = issue_updated(1), issue_updated(2)
    with doorway(engine) as client:
        answers = [client.post("/hooks/jira", data=b, headers=signed(b) | delivery("one")) for b in (first, second)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert [row.body for row in stored(engine)] == [first, second]


def test_the_same_body_under_another_id_is_another_letter(engine: Engine) -> None:
    body = issue_updated()
    with doorway(engine) as client:
        answers = [client.post("/hooks/jira", data=body, headers=signed(body) | delivery(name)) for name in "ab"]

    assert [answer.status_code for answer in answers] == [202, 202]


def test_a_delivery_without_an_id_is_known_by_its_body(engine: Engine) -> None:
    body = issue_updated()
    with doorway(engine) as client:
        answers = [client.post("/hooks/jira", data=body, headers=signed(body)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 200]


def test_the_two_doors_do_not_know_each_others_deliveries(engine: Engine) -> None:
    page = json.dumps({"event": "page_updated", "page": {"id": 4711, "title": "Status"}}).encode()
    body = issue_updated()
    with doorway(engine) as client:
        jira = client.post("/hooks/jira", data=body, headers=signed(body) | delivery("one"))
        confluence = client.post("/hooks/confluence", data=page, headers=signed(page) | delivery("one"))

    assert (jira.status_code, confluence.status_code) == (202, 202)
    assert [row.source for row in stored(engine)] == ["jira", "confluence"]


@pytest.mark.parametrize(
    ("product", "body", "reason"),
    [
        pytest.param(
            "jira",
            {"webhookEvent": "user_created", "user": {"accountId": "1"}},
            "people are not mirrored: an issue names them",
            id="jira",
        ),
        pytest.param(
            "confluence", {"event": "blog_created", "blog": {"id": 1}}, "blog posts are not mirrored", id="confluence"
        ),
    ],
)
def test_a_known_event_that_we_leave_alone_is_answered_with_the_reason(
    engine: Engine, product: str, body: object, reason: str
) -> None:
    raw = json.dumps(body).encode()
    with doorway(engine) as client:
        answer = client.post(f"/hooks/{product}", data=raw, headers=signed(raw))

    assert (answer.status_code, answer.json) == (200, {"status": "left alone", "reason": reason})
    assert stored(engine) == []


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(("/hooks/confluence", {"X-Event-Key": "page_moved"}), id="header"),
        pytest.param(("/hooks/confluence/page_moved", {}), id="path"),
        pytest.param(("/sites/main/hooks/confluence/page_moved", {}), id="path-of-a-site"),
    ],
)
def test_a_body_without_an_event_name_takes_it_from_header_or_path(
    engine: Engine, named: tuple[str, dict[str, str]]
) -> None:
    path, headers = named
    body = json.dumps({"userAccountId": "5b10", "page": {"id": 4711, "spaceKey": "OPS", "title": "Status"}}).encode()
    with doorway(engine) as client:
        answer = client.post(path, data=body, headers=signed(body) | headers)

    assert (answer.status_code, answer.json) == (202, {"status": "accepted", "event": "page.moved"})


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(b"not json", "not JSON (", id="no-json"),
        pytest.param(b"", "not JSON (", id="empty"),
        pytest.param(b"\xff\xfe", "not JSON (", id="no-utf8"),
        pytest.param(b"[1, 2]", "a list instead of a JSON object", id="a-list"),
        pytest.param(b'{"a": 1}', "no webhookEvent", id="no-event"),
        pytest.param(b'{"webhookEvent": "jira:issue_updated"}', "jira:issue_updated without issue", id="no-issue"),
        pytest.param(b'{"a":' * 150 + b"1" + b"}" * 150, "nested more than 100 levels deep", id="too-deep"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, "n", id="far-too-deep"),
    ],
)
def test_what_is_no_event_is_refused_with_what_was_found_and_expected(engine: Engine, body: bytes, found: str) -> None:
    with doorway(engine) as client:
        answer = client.post("/hooks/jira", data=body, headers=signed(body))

    assert answer.status_code == 400
    assert answer.json is not None
    assert list(answer.json) == ["error"]
    error = answer.json["error"]
    assert sorted(error) == ["code", "expected", "found"]
    assert error["code"] == "not an event"
    assert error["found"].startswith(found)
    assert error["expected"]
    assert stored(engine) == []


def test_a_body_at_the_limit_is_taken_and_one_byte_more_is_not(engine: Engine) -> None:
    bare = len(issue_updated(padding=0))
    at_limit, over = issue_updated(padding=LARGEST_BODY - bare), issue_updated(padding=LARGEST_BODY - bare + 1)
    with doorway(engine) as client:
        answers = [client.post("/hooks/jira", data=body, headers=signed(body)) for body in (at_limit, over)]

    assert [answer.status_code for answer in answers] == [202, 413]
    assert answers[1].json == {
        "error": {
            "code": "too large",
            "found": "the body is over 10,485,760 bytes",
            "expected": "a body of at most 10 MiB",
        }
    }


def test_a_body_that_does_not_tell_its_length_is_cut_off_at_the_limit(engine: Engine) -> None:
    body = issue_updated(padding=LARGEST_BODY)
    told_by_the_server = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    with doorway(engine) as client:
        answers = [
            client.post(
                "/hooks/jira", input_stream=io.BytesIO(b), headers=signed(b), environ_overrides=told_by_the_server
            )
            for b in (body, issue_updated())
        ]

    assert [answer.status_code for answer in answers] == [413, 202]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/hooks/jira", 405, id="method"),
        pytest.param("POST", "/hooks/trello", 404, id="product"),
        pytest.param("POST", "/sites/mian/hooks/jira", 404, id="site"),
        pytest.param("POST", "/hook", 404, id="path"),
    ],
)
def test_a_wrong_address_is_refused_in_the_shape_of_all_errors(
    engine: Engine, method: str, path: str, status: int
) -> None:
    with doorway(engine) as client:
        answer = client.open(path, method=method, data=b"{}")

    assert answer.status_code == status
    assert answer.json is not None
    assert sorted(answer.json["error"]) == ["code", "expected", "found"]


def test_overload_asks_the_sender_to_come_again_and_loses_none_that_wait(engine: Engine) -> None:
    first: queue.Queue[TestResponse] = queue.Queue()
    with doorway(engine, most_waiting=1) as client, ThreadPoolExecutor(20) as pool:
        with writing(engine) as conn:
            # Nothing can be stored while this transaction holds the table: one group is under way, then one waits.
            conn.execute(text("DELETE FROM inbox" if engine.dialect.name == "sqlite" else "LOCK TABLE inbox"))
            sent = []
            while first.empty():
                body = issue_updated(len(sent))
                sent.append(pool.submit(client.post, "/hooks/jira", data=body, headers=signed(body)))
                sent[-1].add_done_callback(lambda done: first.put(done.result()))
                wait(sent[-1:], timeout=0.2)
            refused = first.get()
        answers = [one.result().status_code for one in sent]

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert refused.json == {
        "error": {
            "code": "overloaded",
            "found": "the delivery could not be stored now",
            "expected": "send it again later",
        }
    }
    assert sorted(answers) == [202] * (len(answers) - 1) + [503]
    assert len(stored(engine)) == len(answers) - 1


def test_a_database_that_refuses_is_told_as_503_and_not_as_accepted(tmp_path: Path) -> None:
    broken = make_engine(f"sqlite:///{tmp_path / 'no' / 'connector.db'}")
    committer = Committer(broken, lambda: None)
    body = issue_updated()
    answer = client_of(committer, Door(method="hmac", secrets=(NEW,))).post(
        "/hooks/jira", data=body, headers=signed(body)
    )
    committer.close()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_a_refused_delivery_is_stored_when_it_comes_again(engine: Engine) -> None:
    body = issue_updated()
    with doorway(engine, secrets=(OLD,)) as client:
        refused = client.post("/hooks/jira", data=body, headers=signed(body, NEW) | delivery("one"))
        accepted = client.post("/hooks/jira", data=body, headers=signed(body, OLD) | delivery("one"))

    assert (refused.status_code, accepted.status_code) == (401, 202)
