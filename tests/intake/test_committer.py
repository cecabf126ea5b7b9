import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import StatementError

from connector.intake.committer import Committer, Overloaded
from connector.store import inbox
from connector.store.engine import reading, writing
from connector.store.inbox import NewLetter
from tests.intake.doorway import NOW


def letter(number: int) -> NewLetter:
    body = f'{{"n": {number}}}'.encode()
    return NewLetter(
        site="main",
        source="jira",
        delivery=f"letter {number}",
        body_hash=hashlib.sha256(body).hexdigest(),
        name="issue.updated",
        trace=None,
        received_at=NOW,
        body=body,
    )


@contextmanager
def committing(engine: Engine, ring: Callable[[], None] = lambda: None) -> Iterator[Committer]:
    committer = Committer(engine, ring)
    try:
        yield committer
    finally:
        committer.close()


@contextmanager
def nobody_can_store(engine: Engine) -> Iterator[None]:
    with writing(engine) as conn:
        conn.execute(text("DELETE FROM inbox" if engine.dialect.name == "sqlite" else "LOCK TABLE inbox"))
        yield


@contextmanager
def counted_commits(engine: Engine) -> Iterator[list[int]]:
    """How many letters stood in the table after each commit that the committer's thread made."""
    seen: list[int] = []

    def note(conn: Connection) -> None:
        if threading.current_thread().name == "committer":
            seen.append(conn.execute(text("SELECT count(*) FROM inbox")).scalar_one())

    event.listen(engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(engine, "commit", note)


def test_letters_that_come_together_share_one_commit(engine: Engine) -> None:
    with committing(engine) as committer, counted_commits(engine) as commits, ThreadPoolExecutor(40) as pool:
        with nobody_can_store(engine):
            sent = [pool.submit(committer.store, letter(number)) for number in range(40)]
            wait(sent, timeout=0.5)
        stored = [one.result() for one in sent]

    assert stored == [True] * 40
    assert commits[-1] == 40
    # The first takes what had come when it began; all others share what follows.
    assert len(commits) <= 3


def test_nobody_is_told_that_a_letter_is_stored_before_the_commit_returned(engine: Engine) -> None:
    committing_now, may_return = threading.Event(), threading.Event()

    def hold(conn: Connection) -> None:
        if threading.current_thread().name == "committer":
            conn.connection.commit()
            committing_now.set()
            may_return.wait(10)

    event.listen(engine, "commit", hold)
    with committing(engine) as committer, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(committer.store, letter(1))
        assert committing_now.wait(10)
        wait([sent], timeout=0.2)
        was_told = sent.done()
        may_return.set()
        is_new = sent.result(10)

    assert (was_told, is_new) == (False, True)


def test_a_commit_that_fails_is_told_to_everybody_in_it_and_nothing_is_kept(engine: Engine) -> None:
    def fail(conn: Connection) -> None:
        if threading.current_thread().name == "committer":
            # What a full disk looks like at the end of a transaction.
            conn.execute(text("SELECT no_such_column FROM inbox"))

    event.listen(engine, "commit", fail)
    with committing(engine) as committer, pytest.raises(Exception, match="no_such_column"):
        committer.store(letter(1))
    event.remove(engine, "commit", fail)
    with committing(engine) as committer:
        is_new = committer.store(letter(1))

    assert is_new is True


def test_the_committer_lives_on_after_a_failure(engine: Engine) -> None:
    failures = iter([True])

    def fail_once(conn: Connection) -> None:
        if threading.current_thread().name == "committer" and next(failures, False):
            conn.execute(text("SELECT no_such_column FROM inbox"))

    event.listen(engine, "commit", fail_once)
    with committing(engine) as committer:
        with pytest.raises(Exception, match="no_such_column"):
            committer.store(letter(1))
        is_new = committer.store(letter(1))

    assert is_new is True


def test_a_letter_twice_in_one_group_is_new_once(engine: Engine) -> None:
    with committing(engine) as committer, ThreadPoolExecutor(10) as pool:
        with nobody_can_store(engine):
            sent = [pool.submit(committer.store, letter(1)) for _ in range(10)]
            wait(sent, timeout=0.3)
        stored = [one.result() for one in sent]

    assert sorted(stored) == [False] * 9 + [True]


def test_the_bell_rings_after_the_commit_and_only_for_what_is_new(engine: Engine) -> None:
    rung: list[int] = []

    def ring() -> None:
        with reading(engine) as conn:
            rung.append(inbox.waiting(conn))

    with committing(engine, ring) as committer:
        for number in (1, 1, 2):
            committer.store(letter(number))

    assert rung == [1, 2]


def test_a_letter_that_waits_too_long_is_told_as_overload_and_stored_all_the_same(engine: Engine) -> None:
    with committing(engine) as committer:
        with nobody_can_store(engine), pytest.raises(Overloaded):
            committer.store(letter(1), timeout_s=0.1)
        again = committer.store(letter(1))

    assert again is False


def test_closing_stores_what_waits(engine: Engine) -> None:
    committer = Committer(engine, lambda: None)
    with ThreadPoolExecutor(5) as pool:
        with nobody_can_store(engine):
            sent = [pool.submit(committer.store, letter(number)) for number in range(5)]
            wait(sent, timeout=0.3)
        committer.close()
        stored = [one.result() for one in sent]

    assert stored == [True] * 5


def test_a_letter_that_cannot_be_stored_takes_no_other_with_it(engine: Engine) -> None:
    bad = replace(letter(0), received_at=NOW.replace(tzinfo=None))
    with committing(engine) as committer, ThreadPoolExecutor(8) as pool:
        with nobody_can_store(engine):
            sent = [pool.submit(committer.store, one) for one in (letter(1), bad, letter(2), letter(3))]
            wait(sent, timeout=0.5)
        with pytest.raises(StatementError):
            sent[1].result()
        stored = [sent[n].result() for n in (0, 2, 3)]

        assert stored == [True] * 3
        assert committer.store(letter(4)) is True
