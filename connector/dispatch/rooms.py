"""The rounds of the worker rooms: woken by a bell, found by the sweep, stopped between two steps."""

import threading
import time
from collections.abc import Callable
from contextlib import closing

import structlog
from sqlalchemy import Engine

from connector.core.errors import ConnectorError
from connector.dispatch.bells import Bells
from connector.dispatch.windows import Windows
from connector.outbox.worker import Outbox
from connector.pipeline.batch import Pipeline
from connector.rollup import Rollup
from connector.siterules import NotReady
from connector.store import projects
from connector.store.engine import reading
from connector.store.projects import DueProject

log = structlog.get_logger()

PAUSE_AFTER_FAILURE_S = 1.0
LOOK_UP_EVERY_S = 0.3


def work_pipeline(pipeline: Pipeline, bells: Bells, sweep_s: float, stop: threading.Event) -> None:
    """Take batches as long as letters wait; then listen for the bell, and look anyway when the sweep is due."""

    def step() -> float | None:
        taken = pipeline.take_batch()
        if taken.letters:
            bells.ring("rollup")
        if taken.planned:
            bells.ring("outbox")
        return 0.0 if taken.letters else None

    with closing(bells.hear("pipeline")) as bell:
        _rounds("pipeline", step, bell.wait, sweep_s, stop)


def work_rollup(
    rollup: Rollup, engine: Engine, windows: Windows, bells: Bells, sweep_s: float, stop: threading.Event
) -> None:
    """Roll up the projects whose window is over, urgent ones at once."""

    def step() -> float | None:
        with reading(engine) as conn:
            dirty = projects.due(conn)
        for project in windows.ready(dirty, time.monotonic()):
            if stop.is_set():
                break
            if _roll_up(rollup, project):
                windows.done(project)
                bells.ring("outbox")
            else:
                windows.put_off(project, time.monotonic())
        return windows.next_s(time.monotonic())

    with closing(bells.hear("rollup")) as bell:
        _rounds("rollup", step, bell.wait, sweep_s, stop)


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


def work_outbox(outbox: Outbox, bells: Bells, sweep_s: float, stop: threading.Event) -> None:
    """Send what is due. A write that waits for another, or for its time, is found by the sweep."""

    def step() -> float | None:
        return 0.0 if outbox.send_due() else None

    with closing(bells.hear("outbox")) as bell:
        _rounds("outbox", step, bell.wait, sweep_s, stop)


def _rounds(
    room: str,
    step: Callable[[], float | None],
    wait: Callable[[float], bool],
    sweep_s: float,
    stop: threading.Event,
) -> None:
    """Step and wait in turn. A step says after how many seconds it has more to do, None when it knows of nothing."""
    while not stop.is_set():
        try:
            more_s = step()
        except NotReady as problem:
            log.info("waiting", room=room, reason=str(problem))
            more_s = PAUSE_AFTER_FAILURE_S
        except ConnectorError as problem:
            log.error("step failed", room=room, problem=str(problem))
            more_s = PAUSE_AFTER_FAILURE_S
        except Exception:
            # Rows are the truth: what this step did not commit still waits and is taken up again.
            log.exception("step failed", room=room)
            more_s = PAUSE_AFTER_FAILURE_S
        pause_s = sweep_s if more_s is None else min(more_s, sweep_s)
        _pause(wait, pause_s, stop)


def _pause(wait: Callable[[float], bool], pause_s: float, stop: threading.Event) -> None:
    """Wait for the bell or the end of the pause, and look up now and then whether all is to end."""
    until_s = time.monotonic() + pause_s
    while not stop.is_set() and (left_s := until_s - time.monotonic()) > 0:
        if wait(min(left_s, LOOK_UP_EVERY_S)):
            return
