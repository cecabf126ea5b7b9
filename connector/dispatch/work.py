"""What the two dispatches agree on: how a room is woken, and what it does then."""

import threading
from collections.abc import Callable
from typing import Protocol

from connector.dispatch.bells import Room

Ring = Callable[[Room], None]


class Work(Protocol):
    """The work of one room."""

    def sweep(self) -> float | None:
        """Look for work and do some. Says after how many seconds there is more, None when it knows of nothing."""

    def job(self, site: str, project: str) -> float | None:
        """Do what one wake-up is about, as far as no other machine is at it. `project` is empty where none is meant.

        Says after how many seconds to come back, None when the wake-up is answered.
        """


class Dispatch(Protocol):
    """Wakes rooms, and keeps a room at its work."""

    def ring(self, room: Room) -> None:
        """Have a room look at its rows, after they were committed. Never waits and never fails."""

    def run(self, room: Room, work: Work, stop: threading.Event) -> None:
        """Work in a room until `stop`."""

    def close(self) -> None:
        """Let go of what is held; what was rung before is still told, if it can be."""
