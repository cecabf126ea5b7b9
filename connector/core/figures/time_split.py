"""Where an item's time went: worked on, waiting or blocked. Flow efficiency is the first of the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from connector.core.figures.reading import Reading, covered, measured, null

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stretch of time in one status, by its id."""

    status: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds between start and finish (or now), each counted once: blocked goes before the rest."""

    active_s: int
    waiting_s: int
    blocked_s: int

    @property
    def total_s(self) -> int:
        """All of it."""
        return self.active_s + self.waiting_s + self.blocked_s


def spent(stays: Iterable[Stay], active: frozenset[str], blocked: Sequence[Interval]) -> Spent:
    """Split an item's stays between its start and finish. active: ids of the statuses in which work is being done.

    blocked: when something stood in the way; overlapping stretches count once.
    """
    held = _joined(blocked)
    worked = waited = stopped = 0
    for one in stays:
        whole = int((one.until - one.since).total_seconds())
        stuck = int(sum(_overlap(one, each) for each in held))
        stopped += stuck
        if one.status in active:
            worked += whole - stuck
        else:
            waited += whole - stuck
    return Spent(active_s=worked, waiting_s=waited, blocked_s=stopped)


def flow_efficiency(times: dict[str, Spent | None]) -> Reading:
    """Active time of active + waiting + blocked time, over all items together.

    Ratio of seconds. Items whose history is not known (None) are left out; null `no_data` without any item,
    `low_coverage` where most histories are missing, `div_zero` where no time went by.
    Source: The Kanban Guide community's flow efficiency; Modig and Åhlström, This is Lean (2012).
    """
    known = {key: one for key, one in times.items() if one is not None}
    left_out = tuple(key for key in times if key not in known)
    if not times:
        return null("no_data")
    total = sum(one.total_s for one in known.values())
    if known and total == 0:
        return null("div_zero", used=len(known), total=len(times), left_out=left_out)
    ratio = Fraction(sum(one.active_s for one in known.values()), total or 1)
    return covered(measured(ratio, used=len(known), behind=tuple(known), left_out=left_out))


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for since, until in sorted(intervals):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def _overlap(stay: Stay, interval: Interval) -> float:
    return max((min(stay.until, interval[1]) - max(stay.since, interval[0])).total_seconds(), 0.0)
