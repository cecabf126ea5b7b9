"""Distributed dispatch: jobs in PostgreSQL, taken by whichever machine is free; the sweep does what no job tells of."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from connector.dispatch.bells import Room
from connector.dispatch.board import Board, Ringer
from connector.dispatch.rounds import rounds
from connector.dispatch.taker import Taker
from connector.dispatch.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributedDispatch:
    """Wakes one process of a room, on any machine, for each piece of work."""

    board: Board
    ringer: Ringer
    sweep_s: float
    has_wake_ups: bool = True

    def ring(self, room: Room) -> None:
        """Wake whoever is free for what waits in the room's rows. Never waits."""
        if self.has_wake_ups:
            self.ringer.ring(room)

    def run(self, room: Room, work: Work, stop: threading.Event) -> None:
        """Work in a room until `stop`: jobs as they come, and a sweep of the rows between them."""
        turns = threading.Lock()

        def job(site: str, project: str) -> float | None:
            with turns:
                return work.job(site, project)

        def sweep() -> float | None:
            with turns:
                return work.sweep()

        if not self.has_wake_ups:
            rounds(room, sweep, _unwoken(stop), self.sweep_s, stop)
            return
        with Taker(room=room, job=job, board=self.board, stop=stop).working():
            rounds(room, sweep, _unwoken(stop), self.sweep_s, stop)

    def close(self) -> None:
        """Put up what was rung for last."""
        self.ringer.close()


def _unwoken(stop: threading.Event) -> Callable[[float], bool]:
    """Waits like a bell that nobody rings."""

    def wait(timeout_s: float) -> bool:
        stop.wait(timeout_s)
        return False

    return wait
