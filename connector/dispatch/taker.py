"""Takes jobs off the board and works on them: a Procrastinate worker in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from sqlalchemy import Engine

from connector.dispatch.bells import Room
from connector.dispatch.board import Board, only_hints, queue_of
from connector.dispatch.jobtables import SCHEMA
from connector.dispatch.rounds import LOOK_UP_EVERY_S, attempt
from connector.dispatch.wakeups import WakeUp

log = structlog.get_logger()

LOOK_FOR_DUE_JOBS_S = 1.0
"""A new job is told of at once; one that was put up for later is found by looking."""
TIDY_EVERY_S = 30.0
GONE_AFTER_S = 30.0
"""A worker that gave no sign of life for so long is gone, and the jobs that it had are taken away."""
START_AGAIN_AFTER_S = 1.0

Job = Callable[[str, str], float | None]
"""Works on a site and, where one is named, a project. Says in how many seconds to come back, None when all is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Takes one room's jobs, one at a time. Finished jobs are deleted."""

    room: Room
    job: Job
    board: Board
    stop: threading.Event

    @contextmanager
    def working(self) -> Iterator[None]:
        """Take jobs for as long as the block lasts, which must not end before `stop`; then finish the one under way."""
        thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.stop.set()
            thread.join()

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                asyncio.run(self._take_until_stopped())
            except Exception as error:
                # Meanwhile the sweep does the work.
                log.warning("no jobs can be taken", room=self.room, error=type(error).__name__)
            self.stop.wait(START_AGAIN_AFTER_S)

    async def _take_until_stopped(self) -> None:
        taking = asyncio.create_task(self._take())
        while not taking.done() and not self.stop.is_set():
            await asyncio.wait({taking}, timeout=LOOK_UP_EVERY_S)
        # Cancelled, it takes no more jobs and waits for the one under way.
        taking.cancel()
        with suppress(asyncio.CancelledError):
            await taking

    async def _take(self) -> None:
        """Take jobs until cancelled, or until the database is lost."""
        app = App(connector=PsycopgConnector(kwargs=_address(self.board.engine), min_size=1, max_size=3, timeout=10))
        app.task(name=self.room, queue=queue_of(self.room))(self._work)
        async with app.open_async():
            tidying = asyncio.create_task(self._keep_tidy(app))
            try:
                await app.run_worker_async(
                    queues=[queue_of(self.room)],
                    name=self.room,
                    concurrency=1,
                    fetch_job_polling_interval=LOOK_FOR_DUE_JOBS_S,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    stalled_worker_timeout=GONE_AFTER_S,
                )
            finally:
                # More than once: a query that fails in the moment of its cancellation tells only of the failure.
                while not tidying.done():
                    tidying.cancel()
                    await asyncio.wait({tidying}, timeout=LOOK_UP_EVERY_S)

    def _work(self, site: str, project: str, is_urgent: bool) -> None:
        """Answer one wake-up, and put up another where the work is not done."""
        wake_up = WakeUp(room=self.room, site=site, project=project, is_urgent=is_urgent)
        again_s = attempt(self.room, lambda: self.job(site, project))
        if again_s is not None:
            with only_hints(self.room):
                self.board.put([replace(wake_up, in_s=again_s)])

    async def _keep_tidy(self, app: App) -> None:
        """Take away what workers left that were killed. The rows that their jobs were about still wait."""
        while True:
            # Another machine may be quicker, or the database away: it is tried again anyway.
            with suppress(ConnectorException):
                await app.job_manager.prune_stalled_workers(GONE_AFTER_S)
                for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GONE_AFTER_S):
                    if job.id is not None:
                        await app.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
            await asyncio.sleep(TIDY_EVERY_S)


def _address(engine: Engine) -> dict[str, object]:
    """What psycopg connects with: the engine's own address, and the schema of the job tables."""
    _, given = engine.dialect.create_connect_args(engine.url)
    options = f"{given.get('options', '')} -c search_path={SCHEMA}".strip()
    return {**given, "options": options, "application_name": "lifecycle-connector jobs", "connect_timeout": 10}
