"""Which wake-ups the rows call for, whoever wrote them: so that a wake-up never has to be told what was committed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.dispatch.bells import Room
from connector.store import inbox, outbox, projects
from connector.store.projects import DueProject


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeUp:
    """One room is to look at one site, or at one project of it. `in_s` is in how many seconds."""

    room: Room
    site: str
    project: str = ""
    is_urgent: bool = False
    in_s: float = 0.0

    @property
    def lock(self) -> str:
        """Of wake-ups with the same lock one waits at a time: a hundred events make one job.

        A project's wake-up that waits for its window, or rests after a failure, stands for those that come meanwhile;
        a room's that comes back later does not keep from it those that come at once.
        """
        name = " ".join(part for part in (self.room, self.site, self.project) if part)
        if self.project:
            return f"{name} at once" if self.is_urgent else name
        return f"{name} later" if self.in_s else name


def called_for(conn: Connection, room: Room, sites: Iterable[str], window_s: float) -> list[WakeUp]:
    """The wake-ups of a room that the rows call for now.

    window_s: how long a rollup that is not urgent waits for further changes.
    """
    match room:
        case "pipeline":
            return [WakeUp(room=room, site=site) for site in sites if inbox.is_waiting(conn, site)]
        case "outbox":
            return [WakeUp(room=room, site=site) for site in sites if outbox.is_planned(conn, site)]
        case "rollup":
            known = set(sites)
            return [_rollup(one, window_s) for one in projects.due(conn) if one.site in known]


def _rollup(due: DueProject, window_s: float) -> WakeUp:
    in_s = 0.0 if due.urgent else window_s
    return WakeUp(room="rollup", site=due.site, project=due.key, is_urgent=due.urgent, in_s=in_s)
