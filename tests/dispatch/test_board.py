import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from connector.dispatch.board import Board, Ringer
from connector.dispatch.jobtables import SCHEMA
from connector.dispatch.wakeups import WakeUp
from connector.store.engine import writing
from tests.conftest import POSTGRES
from tests.dispatch.surroundings import clean_job_tables, dirty, jobs, on_jobs, until
from tests.pipeline.desk import Desk, created

pytestmark = pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
PIPELINE = WakeUp(room="pipeline", site="main")


@pytest.fixture
def board(engine: Engine) -> Iterator[Board]:
    clean_job_tables(engine)
    yield Board(engine=engine)
    clean_job_tables(engine)


def ringer(board: Board, window_s: float = 30) -> Ringer:
    return Ringer(board=board, sites=("main",), window_s=window_s)


def test_a_hundred_wake_ups_make_one_job(board: Board) -> None:
    with ThreadPoolExecutor(4) as pool:
        put = sum(pool.map(lambda _: board.put([PIPELINE]), range(100)))

    assert put == 1
    assert jobs(board.engine, "queueing_lock", "queue_name", "args", "scheduled_at") == [
        (
            "pipeline main",
            "connector pipeline",
            {"site": "main", "project": "", "is_urgent": False},
            None,
        )
    ]


def test_each_site_and_each_project_has_a_job_of_its_own(board: Board) -> None:
    rollup = WakeUp(room="rollup", site="main", project="OPS")
    other = WakeUp(room="pipeline", site="other")

    assert board.put([PIPELINE, rollup, PIPELINE, other]) == 3
    assert jobs(board.engine) == ["pipeline main", "pipeline other", "rollup main OPS"]


def test_a_job_that_somebody_else_puts_up_first_is_no_failure(
    board: Board, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.put([PIPELINE])
    # As where both asked before either put it up.
    monkeypatch.setattr(Board, "_waiting", lambda *_: set())

    assert board.put([PIPELINE, WakeUp(room="outbox", site="main")]) == 1
    assert jobs(engine) == ["outbox main", "pipeline main"]


def test_what_is_under_way_does_not_stand_for_what_comes_after_it(board: Board, engine: Engine) -> None:
    board.put([PIPELINE])
    on_jobs(engine, "UPDATE procrastinate_jobs SET status = 'doing'")

    assert board.put([PIPELINE]) == 1


def test_what_is_urgent_is_taken_first(board: Board, engine: Engine) -> None:
    board.put([WakeUp(room="rollup", site="main", project=key, is_urgent=key == "MKT") for key in ("OPS", "MKT")])

    assert jobs(engine, "queueing_lock", "priority") == [("rollup main MKT at once", 1), ("rollup main OPS", 0)]


def test_a_wake_up_for_later_says_when(board: Board, engine: Engine) -> None:
    board.put([WakeUp(room="rollup", site="main", project="OPS", in_s=30)])

    ((wait_s,),) = jobs(engine, "extract(epoch FROM scheduled_at - now())::float")
    assert 25 < wait_s <= 30


def test_ringing_puts_up_what_the_rows_call_for(board: Board, engine: Engine) -> None:
    desk = Desk(engine)
    desk.put(created(1))
    dirty(engine, "OPS")
    with closing(ringer(board)) as ringing:
        ringing.ring("pipeline")
        ringing.ring("rollup")
        ringing.ring("outbox")

    assert jobs(engine) == ["pipeline main", "rollup main OPS at once"]


def test_ringing_never_waits_and_a_wake_up_that_cannot_be_put_up_is_told_in_the_log(
    board: Board, engine: Engine
) -> None:
    Desk(engine).put(created(1))
    with writing(engine) as conn:
        conn.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    with capture_logs() as told, closing(ringer(board)) as ringing:
        ringing.ring("pipeline")
        assert until(lambda: "wake-up lost" in {one["event"] for one in told})

        clean_job_tables(engine)
        ringing.ring("pipeline")

    assert jobs(engine) == ["pipeline main"]


def test_who_rings_is_not_held_up_by_who_puts_up(board: Board, engine: Engine) -> None:
    Desk(engine).put(created(1))
    rang = threading.Event()
    with closing(ringer(board)) as ringing, writing(engine) as conn:
        conn.execute(text(f"LOCK TABLE {SCHEMA}.procrastinate_jobs IN ACCESS EXCLUSIVE MODE"))
        for _ in range(1000):
            ringing.ring("pipeline")
        rang.set()
        conn.rollback()

    assert rang.is_set()
    assert jobs(engine) == ["pipeline main"]
