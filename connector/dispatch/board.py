"""Where wake-ups are put up as jobs, after the commit of what they are about."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import Engine, text

from connector.dispatch.bells import Room
from connector.dispatch.jobtables import SCHEMA, use_job_tables
from connector.dispatch.wakeups import WakeUp, called_for
from connector.store.engine import reading, writing

log = structlog.get_logger()

REST_S = 0.05
"""The rows are looked at no more often, however often somebody rings: the doors have other things to do."""


def queue_of(room: Room) -> str:
    """The queue of a room's jobs; its name is one of the whole database's, so it says whose it is."""
    return f"connector {room}"


@dataclass(slots=True, kw_only=True)
class Board:
    """Puts jobs up, one of a lock at a time. The connections are the engine's."""

    engine: Engine
    # Never opened: every statement is given its connection.
    _app: App = field(default_factory=lambda: App(connector=SyncPsycopgConnector()))

    def put(self, wake_ups: Iterable[WakeUp]) -> int:
        """Put up the wake-ups whose lock no waiting job has. Gives how many that were."""
        by_lock = {one.lock: one for one in wake_ups}
        # Asked first, for PostgreSQL logs each refusal as an error. What begins after this was asked sees our rows too.
        waiting = self._waiting(list(by_lock)) if by_lock else set()
        return sum(self._put(one) for lock, one in by_lock.items() if lock not in waiting)

    def _waiting(self, locks: list[str]) -> set[str]:
        todo = f"SELECT queueing_lock FROM {SCHEMA}.procrastinate_jobs WHERE status = 'todo'"  # noqa: S608
        with reading(self.engine) as conn:
            found = conn.execute(text(f"{todo} AND queueing_lock = ANY(:locks)"), {"locks": locks})
            return {str(lock) for lock in found.scalars()}

    def _put(self, wake_up: WakeUp) -> bool:
        """Whether the job was put up; False where somebody else was quicker."""
        try:
            # A transaction of its own: the refusal of a second job with this lock would take others down with it.
            with writing(self.engine) as conn:
                use_job_tables(conn)
                job = self._app.configure_task(
                    wake_up.room,
                    queue=queue_of(wake_up.room),
                    queueing_lock=wake_up.lock,
                    priority=int(wake_up.is_urgent),
                    schedule_in={"seconds": wake_up.in_s} if wake_up.in_s else None,
                    connection=conn.connection.driver_connection,
                )
                job.defer(site=wake_up.site, project=wake_up.project, is_urgent=wake_up.is_urgent)
        except AlreadyEnqueued:
            return False
        return True


@contextmanager
def only_hints(room: Room) -> Iterator[None]:
    """What fails in the block is logged: it was about wake-ups, and the sweep finds what they were about."""
    try:
        yield
    except Exception as error:
        log.warning("wake-up lost", room=room, error=type(error).__name__)


@dataclass(slots=True, kw_only=True)
class Ringer:
    """Puts up, in a thread of its own, what the rows call for. Who rings never waits and is told of no failure."""

    board: Board
    sites: tuple[str, ...]
    window_s: float
    _rung: set[Room] = field(default_factory=set)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def ring(self, room: Room) -> None:
        """Have the room's rows looked at. Rings that come together count as one."""
        with self._news:
            self._rung.add(room)
            if self._thread is None:
                # Started late: a process that is forked or spawned has no thread of its parent's.
                self._thread = threading.Thread(target=self._run, name="ringer", daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self) -> None:
        """Put up what was rung for, then stop."""
        self._closing.set()
        with self._news:
            self._news.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._rung or self._closing.is_set())
                rung, self._rung = self._rung, set()
            if not rung:
                return
            for room in sorted(rung):
                with only_hints(room):
                    self._look(room)
            self._closing.wait(REST_S)

    def _look(self, room: Room) -> None:
        with reading(self.board.engine) as conn:
            wake_ups = called_for(conn, room, self.sites, self.window_s)
        self.board.put(wake_ups)
