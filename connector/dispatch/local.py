"""Local dispatch: bells between the processes of one `serve`. Any database will do."""

import threading
from contextlib import closing
from dataclasses import dataclass

from connector.dispatch.bells import Bells, Room
from connector.dispatch.rounds import rounds
from connector.dispatch.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDispatch:
    """Wakes the rooms of this `serve` by their bells; the sweep finds what no bell told of."""

    bells: Bells
    sweep_s: float

    def ring(self, room: Room) -> None:
        """Wake a room. Never waits."""
        self.bells.ring(room)

    def run(self, room: Room, work: Work, stop: threading.Event) -> None:
        """Work in a room until `stop`."""
        with closing(self.bells.hear(room)) as bell:
            rounds(room, work.sweep, bell.wait, self.sweep_s, stop)

    def close(self) -> None:
        """Nothing is left to do: what was rung is on its way."""
