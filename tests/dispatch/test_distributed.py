import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine, text
from structlog.testing import capture_logs

from connector import metrics
from connector.core.rulebook import Rulebook
from connector.dispatch.bells import Room
from connector.dispatch.board import Board, Ringer
from connector.dispatch.distributed import DistributedDispatch
from connector.dispatch.jobtables import SCHEMA
from connector.dispatch.rooms import PipelineWork, RollupWork
from connector.dispatch.wakeups import WakeUp
from connector.dispatch.windows import Windows
from connector.dispatch.work import Work
from connector.store import projects
from connector.store.engine import writing
from connector.store.locks import held_lock
from tests.conftest import POSTGRES
from tests.core.build import project_rules, rulebook
from tests.dispatch.surroundings import clean_job_tables, dirty, is_due, jobs, on_jobs, rolled, rolling, until
from tests.pipeline.desk import Desk, created

pytestmark = pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
NO_SWEEP_S = 3600.0


@pytest.fixture(autouse=True)
def _job_tables(engine: Engine) -> Iterator[None]:
    clean_job_tables(engine)
    yield
    clean_job_tables(engine)


def dispatch_over(
    engine: Engine, *, sweep_s: float = NO_SWEEP_S, window_s: float = 0.5, has_wake_ups: bool = True
) -> DistributedDispatch:
    board = Board(engine=engine)
    ringer = Ringer(board=board, sites=("main",), window_s=window_s)
    return DistributedDispatch(board=board, ringer=ringer, sweep_s=sweep_s, has_wake_ups=has_wake_ups)


@contextmanager
def working(dispatch: DistributedDispatch, room: Room, make: Callable[[threading.Event], Work]) -> Iterator[None]:
    """A machine at work in a room until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=dispatch.run, args=(room, make(stop), stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        dispatch.close()
    assert not thread.is_alive()


@dataclass
class Noted:
    """Work that notes what it was asked to do, says what it is told to say, and may be held at it."""

    says: list[float | None] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    sweeps: int = 0
    goes_on: threading.Event = field(default_factory=threading.Event)
    done: int = 0

    def sweep(self) -> float | None:
        self.sweeps += 1
        return None

    def job(self, site: str, project: str) -> float | None:
        self.asked.append((site, project))
        assert self.goes_on.wait(20)
        self.done += 1
        return self.says.pop(0) if self.says else None


def rolling_with(engine: Engine, dispatch: DistributedDispatch, rules: Rulebook, window_s: float = 0.5):
    def make(stop: threading.Event) -> RollupWork:
        return RollupWork(
            rollup=rolling(engine, rules), engine=engine, windows=Windows(window_s), ring=dispatch.ring, stop=stop
        )

    return make


def marked(engine: Engine, *keys: str) -> None:
    with writing(engine) as conn:
        for key in keys:
            projects.ensure(conn, "main", key)
        projects.mark_dirty(conn, "main", keys)


def test_letters_are_carried_through_by_a_job_and_nothing_is_left_of_it(engine: Engine) -> None:
    desk, dispatch = Desk(engine), dispatch_over(engine)
    with working(
        dispatch, "pipeline", lambda stop: PipelineWork(pipeline=desk.pipeline, ring=dispatch.ring, stop=stop)
    ):
        # The sweep at the start finds nothing, and no other comes.
        assert until(lambda: workers(engine) == 1)
        desk.put(*[created(number) for number in range(1, 4)])
        dispatch.ring("pipeline")
        assert until(lambda: desk.left("waiting") == [])
        assert until(lambda: jobs(engine) == ["rollup main OPS"])

    assert (desk.issue("1003").key, workers(engine)) == ("OPS-3", 0)


def test_a_project_is_rolled_up_when_its_window_is_over_and_an_urgent_one_at_once(engine: Engine) -> None:
    dispatch = dispatch_over(engine, window_s=2)
    with working(dispatch, "rollup", rolling_with(engine, dispatch, rulebook(project_for=lambda *_: project_rules()))):
        assert until(lambda: workers(engine) == 1)
        began = time.monotonic()
        marked(engine, "OPS")
        dirty(engine, "MKT")
        dispatch.ring("rollup")
        assert until(lambda: rolled(engine) == {"MKT"})
        assert until(lambda: rolled(engine) == {"MKT", "OPS"})

        assert time.monotonic() - began >= 2
        assert until(lambda: jobs(engine) == [])


def test_two_machines_roll_a_project_up_once(engine: Engine) -> None:
    one, two = dispatch_over(engine), dispatch_over(engine)
    rules = rulebook(project_for=lambda *_: project_rules())
    before = rollups_done()
    with (
        working(one, "rollup", rolling_with(engine, one, rules)),
        working(two, "rollup", rolling_with(engine, two, rules)),
    ):
        assert until(lambda: workers(engine) == 2)
        dirty(engine, "AAA", "BBB", "CCC")
        one.ring("rollup")
        two.ring("rollup")
        assert until(lambda: rolled(engine) == {"AAA", "BBB", "CCC"} and jobs(engine) == [])

    assert rollups_done() - before == 3


def rollups_done() -> float:
    return sum(one.value for one in metrics.ROLLUP_SECONDS.collect()[0].samples if one.name.endswith("_count"))


def test_a_project_that_cannot_be_rolled_up_rests_for_a_window_and_holds_nobody_up(engine: Engine) -> None:
    def find(key: str, category: str | None = None, /):
        if key == "AAA":
            raise ZeroDivisionError("a bug")
        return project_rules()

    dispatch = dispatch_over(engine, window_s=30)
    with working(dispatch, "rollup", rolling_with(engine, dispatch, rulebook(project_for=find), window_s=30)):
        assert until(lambda: workers(engine) == 1)
        dirty(engine, "AAA", "BBB")
        dispatch.ring("rollup")
        assert until(lambda: rolled(engine) == {"BBB"})
        assert until(lambda: jobs(engine, "status::text") == [("todo",)])
        dispatch.ring("rollup")

    ((lock, wait_s),) = jobs(engine, "queueing_lock", "extract(epoch FROM scheduled_at - now())::float")
    assert lock == "rollup main AAA at once"
    assert wait_s > 20
    assert is_due(engine, "AAA")


def test_a_project_that_another_machine_is_at_is_come_back_to(engine: Engine) -> None:
    dispatch = dispatch_over(engine)
    with working(dispatch, "rollup", rolling_with(engine, dispatch, rulebook(project_for=lambda *_: project_rules()))):
        assert until(lambda: workers(engine) == 1)
        dirty(engine, "OPS")
        with engine.begin() as conn:
            assert held_lock(conn, "rollup job main OPS")
            dispatch.ring("rollup")
            assert until(lambda: ("todo", True) in jobs(engine, "status::text", "scheduled_at IS NOT NULL"))
            assert rolled(engine) == set()

        assert until(lambda: rolled(engine) == {"OPS"})


def test_letters_that_another_machine_is_at_are_left_to_it(engine: Engine) -> None:
    desk, dispatch = Desk(engine), dispatch_over(engine)
    desk.put(created(1))
    work = PipelineWork(pipeline=desk.pipeline, ring=dispatch.ring, stop=threading.Event())
    with engine.begin() as conn:
        assert held_lock(conn, "pipeline job")

        assert work.job("main", "") is None

    assert len(desk.left("waiting")) == 1


def test_letters_that_wait_behind_another_lock_are_come_back_to(engine: Engine) -> None:
    desk, dispatch = Desk(engine), dispatch_over(engine)
    desk.put(created(1))
    work = PipelineWork(pipeline=desk.pipeline, ring=lambda room: None, stop=threading.Event())
    with engine.begin() as conn:
        # As while a backfill writes to the mirror.
        assert held_lock(conn, "pipeline")
        assert work.job("main", "") == 1.0

    assert work.job("main", "") is None
    dispatch.close()


def test_when_all_is_to_end_the_job_under_way_is_finished_and_no_other_is_begun(engine: Engine) -> None:
    work, dispatch = Noted(), dispatch_over(engine)
    dispatch.board.put([WakeUp(room="pipeline", site=site) for site in ("main", "other")])
    stop = threading.Event()
    thread = threading.Thread(target=dispatch.run, args=("pipeline", work, stop), daemon=True)
    thread.start()
    assert until(lambda: len(work.asked) == 1)
    stop.set()
    thread.join(0.5)
    assert thread.is_alive()

    work.goes_on.set()
    thread.join(20)

    assert (thread.is_alive(), work.done, len(work.asked)) == (False, 1, 1)
    assert jobs(engine, "status::text") == [("todo",)]
    assert workers(engine) == 0


def test_a_job_that_is_not_done_comes_back(engine: Engine) -> None:
    work, dispatch = Noted(says=[0.0, 0.2, None]), dispatch_over(engine)
    work.goes_on.set()
    dispatch.board.put([WakeUp(room="outbox", site="main")])
    with working(dispatch, "outbox", lambda _: work):
        assert until(lambda: work.done == 3 and jobs(engine) == [])

    assert work.asked == [("main", "")] * 3


def test_what_a_killed_worker_had_is_taken_away_and_keeps_nobody_from_working(engine: Engine) -> None:
    work, dispatch = Noted(), dispatch_over(engine)
    work.goes_on.set()
    on_jobs(engine, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes')")
    dispatch.board.put([WakeUp(room="pipeline", site="main")])
    owner = "(SELECT max(id) FROM procrastinate_workers)"
    on_jobs(engine, f"UPDATE procrastinate_jobs SET status = 'doing', worker_id = {owner}")
    dispatch.board.put([WakeUp(room="pipeline", site="main")])
    with working(dispatch, "pipeline", lambda _: work):
        assert until(lambda: work.done == 1)
        assert until(lambda: jobs(engine) == [])

    assert work.asked == [("main", "")]


def test_with_wake_ups_switched_off_the_sweep_alone_finishes_all(engine: Engine) -> None:
    desk, dispatch = Desk(engine), dispatch_over(engine, sweep_s=0.05, has_wake_ups=False)
    with working(
        dispatch, "pipeline", lambda stop: PipelineWork(pipeline=desk.pipeline, ring=dispatch.ring, stop=stop)
    ):
        desk.put(created(1))
        dispatch.ring("pipeline")
        assert until(lambda: desk.left("waiting") == [])

    assert (jobs(engine), workers(engine)) == ([], 0)


def test_without_the_job_tables_the_sweep_works_and_jobs_are_taken_again_when_they_are_back(
    engine: Engine,
) -> None:
    with writing(engine) as conn:
        conn.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    desk, dispatch = Desk(engine), dispatch_over(engine, sweep_s=0.05)
    with (
        capture_logs() as told,
        working(dispatch, "pipeline", lambda stop: PipelineWork(pipeline=desk.pipeline, ring=dispatch.ring, stop=stop)),
    ):
        desk.put(created(1))
        assert until(lambda: desk.left("waiting") == [])
        assert until(lambda: "no jobs can be taken" in {one["event"] for one in told})
        clean_job_tables(engine)

        assert until(lambda: workers(engine) == 1)


def test_jobs_are_taken_again_after_the_database_threw_everybody_out(engine: Engine) -> None:
    work, dispatch = Noted(), dispatch_over(engine)
    work.goes_on.set()
    with working(dispatch, "pipeline", lambda _: work):
        assert until(lambda: workers(engine) == 1)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            conn.execute(text(f"{everybody} AND pid <> pg_backend_pid()"))
        dispatch.board.put([WakeUp(room="pipeline", site="main")])

        assert until(lambda: work.done == 1)


def workers(engine: Engine) -> int:
    with engine.connect() as conn:
        return int(conn.execute(text(f"SELECT count(*) FROM {SCHEMA}.procrastinate_workers")).scalar_one())
