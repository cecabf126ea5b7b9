"""The rounds of a room: work and wait in turn, log what fails and live on, stop between two steps."""

import threading
import time
from collections.abc import Callable

import structlog

from connector.core.errors import ConnectorError
from connector.dispatch.bells import Room
from connector.siterules import NotReady

log = structlog.get_logger()

PAUSE_AFTER_FAILURE_S = 1.0
LOOK_UP_EVERY_S = 0.3

Step = Callable[[], float | None]
"""A piece of work. Says after how many seconds it has more to do, None when it knows of nothing."""


def rounds(room: Room, step: Step, wait: Callable[[float], bool], sweep_s: float, stop: threading.Event) -> None:
    """Work and wait in turn until `stop`. `wait` waits for so many seconds at most; True: it was woken."""
    while not stop.is_set():
        more_s = attempt(room, step)
        pause_s = sweep_s if more_s is None else min(more_s, sweep_s)
        _pause(wait, pause_s, stop)


def attempt(room: Room, step: Step) -> float | None:
    """What the step says; one that fails is logged and wants a pause."""
    try:
        return step()
    except NotReady as problem:
        log.info("waiting", room=room, reason=str(problem))
    except ConnectorError as problem:
        log.error("step failed", room=room, problem=str(problem))
    except Exception:
        # Rows are the truth: what this step did not commit still waits and is taken up again.
        log.exception("step failed", room=room)
    return PAUSE_AFTER_FAILURE_S


def _pause(wait: Callable[[float], bool], pause_s: float, stop: threading.Event) -> None:
    """Wait to be woken or for the end of the pause, and look up now and then whether all is to end."""
    until_s = time.monotonic() + pause_s
    while not stop.is_set() and (left_s := until_s - time.monotonic()) > 0:
        if wait(min(left_s, LOOK_UP_EVERY_S)):
            return
