"""What people are answered who ask why: events, issues and pages with what was written, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from connector.rehearsal.looking import Looked
from connector.store import kpis
from connector.store.outbox import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A write and what came back. `how` says in words what became of it."""

    id: int
    at: datetime
    text: str
    rule: str
    place: str
    run: str
    cause: str | None
    state: str
    how: str
    remote_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTold:
    """One letter: the rules that looked at each issue it touched, what was written, and what is not known."""

    inbox_id: int
    name: str
    at: datetime
    received_at: datetime
    by: str | None
    state: str
    issues: Mapping[str, tuple[Looked, ...]] = field(default_factory=dict)
    came: tuple[Came, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventShort:
    """One letter in a line."""

    inbox_id: int
    name: str
    at: datetime
    by: str | None
    changed: tuple[str, ...]
    wrote: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTold:
    """An issue: its last events, and everything that was ever written to it."""

    key: str
    summary: str
    status: str | None
    events: tuple[EventShort, ...]
    came: tuple[Came, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionWrite:
    """One write of a page: which regions it changed, and the KPIs as they stood then."""

    came: Came
    regions: tuple[str, ...]
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTold:
    """A page and every write of it that is still known."""

    page_id: str
    title: str
    writes: tuple[RegionWrite, ...]
    notes: tuple[str, ...] = ()


def figures_then(conn: Connection, row: OutboxRow) -> dict[str, str]:
    """The KPIs as they stood when the write was decided."""
    stood = {}
    for kpi in kpis.latest_kpis(conn, row.site, row.project):
        points = [one for one in kpis.kpi_series(conn, row.site, row.project, kpi) if one.as_of <= row.created_at]
        if points:
            last = points[-1]
            value = f"{last.value} {last.unit}" if last.value is not None else f"none, because {last.reason}"
            stood[kpi] = f"{value} ({last.light}, {last.used} of {last.total} issues)"
    return stood


def how_it_went(row: OutboxRow) -> str:
    """What became of the write, in words."""
    moment = (row.confirmed_at or row.sent_at or row.created_at).isoformat(timespec="seconds")
    match row.state:
        case "confirmed":
            echo = (
                f", echoed {row.echoed_at.isoformat(timespec='seconds')}" if row.echoed_at else ", no echo has come yet"
            )
            return f"confirmed {moment}" + (f" as {row.remote_id}" if row.remote_id else "") + echo
        case "refused":
            return f"refused {moment}: {row.reason}"
        case "unknown":
            return f"sent {moment}, its outcome is not known yet: {row.reason}"
        case "sent":
            return f"sent {moment}, no answer yet"
        case "held":
            return "held back: beyond its rule's limit, until it is released"
        case "observed":
            return "only shown: the project was in mode observe, paused, or the write beyond its rule's limit"
        case "replaced":
            return "replaced by a newer write before it was needed"
        case _:
            later = f", not before {row.next_try_at.isoformat(timespec='seconds')}" if row.next_try_at else ""
            return f"waits to be sent{later}" + (f": {row.reason}" if row.reason else "")
