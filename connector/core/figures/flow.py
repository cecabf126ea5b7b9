"""Flow: how work moves from its start to its finish. Needs only the two stamps of each item.

Days are dates of the project's time zone. Durations are calendar days with both ends counted, as in Vacanti, Actionable
Agile Metrics for Predictability (2015), and The Kanban Guide (2020).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from connector.core.figures.percentile import percentile
from connector.core.figures.reading import Reading, measured, null, quotient, share

MONDAY = 0
PERIODS = 12
"""Whole weeks that samples are taken from by default."""
BULK = 10
BULK_WITHIN = timedelta(minutes=5)
STABLE = (Fraction(4, 5), Fraction(6, 5))
BOARD_NOT_USED = Fraction(1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowItem:
    """A leaf work item's stamps. A reopened item keeps its first start; `finished` is the last finish still in force.

    `was_never_started` marks work that went straight to done: its start is its finish.
    """

    key: str
    created: date | None = None
    started: date | None = None
    finished: date | None = None
    was_never_started: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def holds(self, day: date | None) -> bool:
        """Whether the day lies in it."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """A service level expectation: `percent` of the items take `days` or fewer, and how the last period did."""

    percent: int
    days: Reading
    attainment: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class LittlesLaw:
    """The three averages of one window. `ratio` is cycle time × throughput ÷ work in progress, 1 in a stable system."""

    work_in_progress: Reading
    throughput: Reading
    cycle_time: Reading
    ratio: Reading

    @property
    def is_stable(self) -> bool | None:
        """Whether the ratio lies within 0.8 and 1.2; None where there is none. Unstable, forecasts mislead."""
        value = self.ratio.value
        return None if value is None else STABLE[0] <= Fraction(value) <= STABLE[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """That somebody finished an item."""

    key: str
    at: datetime
    by: str | None


def days_both_ends(first: date, last: date) -> int:
    """Calendar days from the first to the last, both counted: the same day is 1."""
    return (last - first).days + 1


def cycle_days(item: FlowItem) -> int | None:
    """Cycle time: days from start to finish, both counted. None while unfinished, without a start, or where the finish
    lies before the start (a wrong clock or an edited history), which `swapped` reports.
    """
    if item.started is None or item.finished is None or item.finished < item.started:
        return None
    return days_both_ends(item.started, item.finished)


def lead_days(item: FlowItem) -> int | None:
    """Lead time: days from creation to finish, both counted. None while unfinished or where the two are swapped."""
    if item.created is None or item.finished is None or item.finished < item.created:
        return None
    return days_both_ends(item.created, item.finished)


def age_days(item: FlowItem, today: date) -> int | None:
    """Work item age: days from start to today, both counted, of an item started and not finished; else None."""
    if item.started is None or item.finished is not None or item.started > today:
        return None
    return days_both_ends(item.started, today)


def swapped(items: Iterable[FlowItem]) -> tuple[str, ...]:
    """Keys of the items that finished before they started: a finding, and no cycle time."""
    return tuple(one.key for one in items if one.started and one.finished and one.finished < one.started)


def work_in_progress(items: Iterable[FlowItem], day: date) -> Reading:
    """WIP: items started and not finished at the end of a day. A count, never null."""
    busy = tuple(one.key for one in items if _is_busy(one, day))
    return measured(len(busy), used=len(busy), behind=busy)


def wip_series(items: Sequence[FlowItem], period: Period) -> dict[date, int]:
    """WIP at the end of each day of the period."""
    days = (period.first + timedelta(days=n) for n in range(period.days))
    return {day: sum(_is_busy(one, day) for one in items) for day in days}


def whole_weeks(since: date, today: date, *, at_most: int = PERIODS, starts: int = MONDAY) -> list[Period]:
    """The last whole weeks before today that begin on or after `since`, oldest first. The week under way is left out.

    starts: the weekday a week begins with, Monday is 0.
    """
    this_week = today - timedelta(days=(today.weekday() - starts) % 7)
    first = since + timedelta(days=(starts - since.weekday()) % 7)
    weeks = min(at_most, (this_week - first).days // 7)
    begins = [this_week - timedelta(weeks=n) for n in range(weeks, 0, -1)]
    return [Period(first=day, last=day + timedelta(days=6)) for day in begins]


def throughput(items: Iterable[FlowItem], periods: Sequence[Period]) -> list[int]:
    """Throughput: items finished in each period. Periods with none are data; unfinished items never count."""
    finished = [one.finished for one in items if one.finished is not None]
    return [sum(period.holds(day) for day in finished) for period in periods]


def mean_throughput(items: Iterable[FlowItem], periods: Sequence[Period]) -> Reading:
    """Items a period, over whole periods. Null `not_started` while no period is over."""
    counts = throughput(items, periods)
    return quotient(sum(counts), len(counts), empty="not_started")


def cycle_percentile(items: Iterable[FlowItem], percent: int) -> Reading:
    """Nearest-rank percentile of the cycle times of finished items, in days. Null as `percentile.percentile`."""
    return _percentile_of({one.key: cycle_days(one) for one in items if one.finished is not None}, percent)


def lead_percentile(items: Iterable[FlowItem], percent: int) -> Reading:
    """Nearest-rank percentile of the lead times (from creation) of finished items, in days."""
    return _percentile_of({one.key: lead_days(one) for one in items if one.finished is not None}, percent)


def ages(items: Iterable[FlowItem], today: date) -> dict[str, int]:
    """The age in days of every item in progress, oldest first."""
    found = {one.key: age for one in items if (age := age_days(one, today)) is not None}
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def service_level(past: Iterable[FlowItem], recent: Iterable[FlowItem], percent: int = 85) -> ServiceLevel:
    """SLE: the percentile of past cycle times, and the share of the last period's items that kept within it.

    Days and a ratio. The share is null with the expectation's own reason while there is none.
    """
    days = cycle_percentile(past, percent)
    if days.value is None or days.reason is not None:
        return ServiceLevel(percent=percent, days=days, attainment=null(days.reason or "no_data"))
    limit = days.value
    timed = {one.key: taken for one in recent if (taken := cycle_days(one)) is not None}
    kept = [key for key, taken in timed.items() if taken <= limit]
    return ServiceLevel(percent=percent, days=days, attainment=share(kept, timed))


def littles_law(items: Sequence[FlowItem], period: Period) -> LittlesLaw:
    """Whether average cycle time ≈ average WIP ÷ average throughput over the same window of days.

    WIP here is what was in progress during each day, both ends counted as in the cycle time. The ratio is null
    `no_data` where nothing was finished, and `div_zero` where nothing was in progress.
    Source: Little, Operations Research 9 (1961); the bounds 0.8 and 1.2 are this project's rule.
    """
    timed = {one.key: days for one in items if period.holds(one.finished) and (days := cycle_days(one)) is not None}
    busy = sum(_touched(one, period) for one in items)
    work, rate = measured(Fraction(busy, period.days)), measured(Fraction(len(timed), period.days))
    if not timed:
        return LittlesLaw(work_in_progress=work, throughput=rate, cycle_time=null("no_data"), ratio=null("no_data"))
    taken = Fraction(sum(timed.values()), len(timed))
    return LittlesLaw(
        work_in_progress=work,
        throughput=rate,
        cycle_time=measured(taken, used=len(timed), behind=tuple(timed)),
        ratio=quotient(taken * len(timed), busy),
    )


def straight_to_done(items: Iterable[FlowItem]) -> Reading:
    """Share of finished items that were never in progress. Over 20 % it carries the note `board_not_used`."""
    finished = {one.key: one for one in items if one.finished is not None}
    straight = [key for key, one in finished.items() if one.was_never_started]
    unused = len(straight) > BOARD_NOT_USED * len(finished)
    return share(straight, finished, notes=("board_not_used",) if unused else ())


def bulk_closures(closures: Iterable[Closure]) -> list[tuple[str, ...]]:
    """Keys that one person finished together: ten or more within five minutes. To be flagged, never removed."""
    by_person: dict[str | None, list[Closure]] = {}
    for one in sorted(closures, key=lambda one: (one.at, one.key)):
        by_person.setdefault(one.by, []).append(one)
    bursts = [burst for closed in by_person.values() for burst in _bursts(closed)]
    return [tuple(one.key for one in burst) for burst in sorted(bursts, key=lambda burst: burst[0].at)]


def _bursts(closed: Sequence[Closure]) -> list[list[Closure]]:
    """The stretches in which every run of ten neighbours took five minutes or less. `closed` is in order of time."""
    starts = [n for n in range(len(closed) - BULK + 1) if closed[n + BULK - 1].at - closed[n].at <= BULK_WITHIN]
    found: list[list[Closure]] = []
    reached = 0
    for n in starts:
        if n < reached:
            found[-1].extend(closed[reached : n + BULK])
        else:
            found.append(list(closed[n : n + BULK]))
        reached = n + BULK
    return found


def _percentile_of(days: Mapping[str, int | None], percent: int) -> Reading:
    known = {key: one for key, one in days.items() if one is not None}
    return percentile(known, percent, left_out=tuple(key for key in days if key not in known))


def _is_busy(item: FlowItem, day: date) -> bool:
    return item.started is not None and item.started <= day and (item.finished is None or item.finished > day)


def _touched(item: FlowItem, period: Period) -> int:
    """On how many days of the period the item was in progress, its first and last day included."""
    if item.started is None or (item.finished is not None and item.finished < item.started):
        return 0
    last = min(item.finished or period.last, period.last)
    return max((last - max(item.started, period.first)).days + 1, 0)
