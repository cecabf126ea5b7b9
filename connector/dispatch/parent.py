"""Ending with the parent: a child whose `serve` was killed must not go on beside the children of the next one."""

import os
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()

PARENT = "LIFECYCLE_CONNECTOR_PARENT"
"""Names the process that starts a child. Asked from the child alone, it could have died before the child asks."""
LOOK_EVERY_S = 1.0


def environment_of_child() -> dict[str, str]:
    """The environment for a process that is to end with this one."""
    return {**os.environ, PARENT: str(os.getpid())}


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end`, once, from a thread of its own when the process that started this one is gone."""
    parent = int(os.environ.get(PARENT) or os.getppid())
    threading.Thread(target=_watch, args=(parent, end), name="parent", daemon=True).start()


def _watch(parent: int, end: Callable[[], None]) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    log.error("the process that started this one is gone, so this one ends")
    end()
