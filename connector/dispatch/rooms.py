"""What each room does when it is woken, whoever wakes it, and what it does when the sweep is due."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine

from connector.core.errors import ConnectorError
from connector.dispatch.windows import SHORTEST_REST_S, Windows
from connector.dispatch.work import Ring
from connector.outbox.worker import Outbox
from connector.pipeline.batch import Pipeline
from connector.rollup import Rollup
from connector.siterules import NotReady
from connector.store import inbox, projects
from connector.store.engine import reading
from connector.store.locks import exclusive
from connector.store.projects import DueProject

log = structlog.get_logger()

LONGEST_TURN_S = 10.0
"""After so long a job ends and lets another machine go on."""
LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineWork:
    """Takes batches as long as letters wait."""

    pipeline: Pipeline
    ring: Ring
    stop: threading.Event

    def sweep(self) -> float | None:
        """Take one batch."""
        taken = self.pipeline.take_batch()
        if taken.letters:
            self.ring("rollup")
        if taken.planned:
            self.ring("outbox")
        return 0.0 if taken.letters else None

    def job(self, site: str, project: str) -> float | None:
        """Take batches until no letter waits; a batch takes those of all sites. Another machine at it goes on alone."""
        # Asked for before reading ahead: two machines would read the same letters, and one of them in vain.
        with exclusive(self.pipeline.engine, "pipeline job") as is_ours:
            if not is_ours:
                return None
            again_s = _until_done(self.sweep, self.stop)
        # Whoever came while this was ending found it taken and went away: look once more for what they came for.
        return self._left(site) if again_s is None else again_s

    def _left(self, site: str) -> float | None:
        with reading(self.pipeline.engine) as conn:
            return LOOK_AGAIN_S if inbox.is_waiting(conn, site) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollupWork:
    """Rolls up the projects whose window is over, urgent ones at once."""

    rollup: Rollup
    engine: Engine
    windows: Windows
    ring: Ring
    stop: threading.Event

    def sweep(self) -> float | None:
        """Roll up what is due by the windows that this process has seen begin."""
        with reading(self.engine) as conn:
            dirty = projects.due(conn)
        for project in self.windows.ready(dirty, time.monotonic()):
            if self.stop.is_set():
                break
            if _roll_up(self.rollup, project):
                self.windows.done(project)
                self.ring("outbox")
            else:
                self.windows.put_off(project, time.monotonic())
        return self.windows.next_s(time.monotonic())

    def job(self, site: str, project: str) -> float | None:
        """Roll up one project where it is still due: whoever put the wake-up has waited for its window."""
        with exclusive(self.engine, f"rollup job {site} {project}") as is_ours:
            if not is_ours:
                # A mark made since the other one looked is seen by nobody else before the sweep.
                return LOOK_AGAIN_S
            due = self._due(site, project)
            if due is None:
                return None
            if not _roll_up(self.rollup, due):
                return max(self.windows.window_s, SHORTEST_REST_S)
        self.ring("outbox")
        return None

    def _due(self, site: str, project: str) -> DueProject | None:
        with reading(self.engine) as conn:
            return next((one for one in projects.due(conn, site) if one.key == project), None)


def _roll_up(rollup: Rollup, project: DueProject) -> bool:
    """Whether the project was rolled up. One that fails must not hold up those behind it."""
    try:
        return rollup.run(project.site, project.key, is_urgent=project.urgent) is not None
    except NotReady as problem:
        log.info("waiting", room="rollup", reason=str(problem))
    except ConnectorError as problem:
        log.error("not rolled up", site=project.site, project=project.key, problem=str(problem))
    except Exception:
        log.exception("not rolled up", site=project.site, project=project.key)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxWork:
    """Sends what is due. A write that waits for another, or for its time, is found by the sweep."""

    outbox: Outbox
    stop: threading.Event

    def sweep(self) -> float | None:
        """Send one lot."""
        return 0.0 if self.outbox.send_due() else None

    def job(self, site: str, project: str) -> float | None:
        """Send until nothing is due. Several machines may: a project's writes are in one machine's hands."""
        return _until_done(self.sweep, self.stop)


def _until_done(step: Callable[[], float | None], stop: threading.Event) -> float | None:
    """Step until there is nothing left; 0 when there may be more, but it was long enough or all is to end."""
    until_s = time.monotonic() + LONGEST_TURN_S
    while (more_s := step()) == 0.0:
        if stop.is_set() or time.monotonic() > until_s:
            return 0.0
    return more_s
