import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from connector.store import inbox
from connector.store.engine import reading, writing
from connector.store.inbox import InboxRow, NewLetter
from tests.conftest import POSTGRES, opened

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def letter(body: bytes = b"{}", *, delivery: str | None = "d1", site: str = "main", source: str = "jira") -> NewLetter:
    return NewLetter(
        site=site,
        source=source,
        delivery=delivery,
        body_hash=hashlib.sha256(body).hexdigest(),
        name="jira:issue_updated",
        trace=None,
        received_at=NOW,
        body=body,
    )


def stored(engine: Engine, *letters: NewLetter) -> list[int | None]:
    with writing(engine) as conn:
        return inbox.put(conn, letters)


def test_a_letter_is_claimed_as_it_was_put(engine: Engine) -> None:
    (row_id,) = stored(engine, letter(b"\x00\xff raw", delivery=None))

    with writing(engine) as conn:
        claimed = inbox.claim(conn, limit=10)

    digest = hashlib.sha256(b"\x00\xff raw").hexdigest()
    assert claimed == [
        InboxRow(
            id=row_id or 0,
            site="main",
            source="jira",
            delivery=f"sha256:{digest}",
            body_hash=digest,
            name="jira:issue_updated",
            trace=None,
            received_at=NOW,
            body=b"\x00\xff raw",
            is_live=True,
            state="waiting",
            reason=None,
            finished_at=None,
        )
    ]


@pytest.mark.parametrize(
    ("first", "second", "is_seen"),
    [
        pytest.param(letter(), letter(), True, id="the-same-delivery"),
        pytest.param(letter(b"1"), letter(b"2"), False, id="another-body-under-the-id"),
        pytest.param(letter(delivery="d1"), letter(delivery="d2"), False, id="the-body-under-another-id"),
        pytest.param(letter(delivery=None), letter(delivery=None), True, id="the-body-without-an-id"),
        pytest.param(letter(delivery=None), letter(), False, id="the-body-now-with-an-id"),
        pytest.param(letter(), letter(site="other"), False, id="another-site"),
        pytest.param(letter(), letter(source="confluence"), False, id="another-product"),
    ],
)
def test_a_letter_seen_before_is_told_from_a_new_one(
    engine: Engine, first: NewLetter, second: NewLetter, is_seen: bool
) -> None:
    stored(engine, first)

    (row_id,) = stored(engine, second)

    assert (row_id is None) == is_seen


def test_in_one_call_each_new_letter_has_its_id_and_a_copy_has_none(engine: Engine) -> None:
    stored(engine, letter(b"old"))

    ids = stored(engine, letter(b"a"), letter(b"old"), letter(b"b"), letter(b"a"), letter(b"c"))

    assert [row_id is not None for row_id in ids] == [True, False, True, False, True]
    with reading(engine) as conn:
        bodies = [found.body for row_id in ids if row_id and (found := inbox.get(conn, row_id))]
    assert bodies == [b"a", b"b", b"c"]


def test_a_thousand_letters_are_put_in_a_few_statements_in_their_order(engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    ids = stored(engine, *(letter(str(n).encode()) for n in range(1000)))

    assert len(set(ids)) == 1000
    assert len(statements) <= 12
    with writing(engine) as conn:
        assert [int(row.body) for row in inbox.claim(conn, limit=1000)] == list(range(1000))


def test_a_letter_put_in_a_transaction_that_fails_is_gone_and_new_again(engine: Engine) -> None:
    with suppress(ZeroDivisionError), writing(engine) as conn:
        assert inbox.put(conn, [letter()]) != [None]
        raise ZeroDivisionError

    with reading(engine) as conn:
        assert inbox.waiting(conn) == 0
    assert stored(engine, letter()) != [None]


def test_letters_are_claimed_in_the_order_of_their_arrival_up_to_the_limit(engine: Engine) -> None:
    ids = stored(engine, letter(b"1"), letter(b"2", site="other"), letter(b"3"), letter(b"4"))

    with writing(engine) as conn:
        ahead = [row.id for row in inbox.peek(conn, limit=3)]
        everywhere = [row.id for row in inbox.claim(conn, limit=3)]
        here = [row.id for row in inbox.claim(conn, limit=3, site="main")]

    assert ahead == everywhere == [ids[0], ids[1], ids[2]]
    assert here == [ids[0], ids[2], ids[3]]


def test_what_is_finished_or_aside_waits_no_more_until_it_is_queued_again(engine: Engine) -> None:
    first, second, third = (row_id or 0 for row_id in stored(engine, letter(b"1"), letter(b"2"), letter(b"3")))
    with writing(engine) as conn:
        inbox.finish(conn, [first], NOW + timedelta(seconds=1))
        inbox.set_aside(conn, second, "issue.fields is a list, at body.issue")
        assert [row.id for row in inbox.claim(conn, limit=9)] == [third]
        assert inbox.waiting(conn) == 1

        aside = [(row.id, row.state, row.reason) for row in inbox.aside(conn, limit=9)]
        inbox.requeue(conn, [first, second])

        assert aside == [(second, "aside", "issue.fields is a list, at body.issue")]
        again = [(row.id, row.reason, row.finished_at) for row in inbox.claim(conn, limit=9)]
        assert again == [(first, None, None), (second, None, None), (third, None, None)]


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_two_claimers_get_different_letters(engine: Engine, database_url: str) -> None:
    ids = stored(engine, *(letter(str(n).encode()) for n in range(5)))

    with opened(database_url) as other, writing(engine) as one_conn, writing(other) as other_conn:
        one = [row.id for row in inbox.claim(one_conn, limit=3)]
        two = [row.id for row in inbox.claim(other_conn, limit=3)]

        assert (one, two) == (ids[:3], ids[3:])


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_a_claimer_that_fails_leaves_its_letters_to_others(engine: Engine) -> None:
    ids = stored(engine, letter())
    with suppress(ZeroDivisionError), writing(engine) as conn:
        assert [row.id for row in inbox.claim(conn, limit=3)] == ids
        raise ZeroDivisionError

    with writing(engine) as conn:
        assert [row.id for row in inbox.claim(conn, limit=3)] == ids
