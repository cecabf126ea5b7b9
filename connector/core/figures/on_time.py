"""On time: what was finished by the day it was promised for, and how late the rest is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from connector.core.figures.reading import Reading, mean, measured, null, share

Networkdays = Callable[[date, date], int]
"""Working days from the first to the last day, both counted; the last is not before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """An item with its due dates (the baseline's and the present one), its finish, and how often it was put off."""

    key: str
    baseline: date | None = None
    current: date | None = None
    finished: date | None = None
    is_done: bool = False
    slips: int = 0

    def due(self, against: Literal["baseline", "current"]) -> date | None:
        """The date it is held to."""
        return self.baseline if against == "baseline" else self.current


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTime:
    """The on-time rate against the baseline, against the current due dates, and the number of slips beside them."""

    against_baseline: Reading
    against_current: Reading
    slips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A milestone's forecast at one report, and how many working days it then was behind its baseline."""

    reported: date
    forecast: date
    slip: int


def on_time_rate(
    items: Iterable[DueItem],
    today: date,
    *,
    against: Literal["baseline", "current"] = "baseline",
    since: date = date.min,
    until: date = date.max,
) -> Reading:
    """On-time rate: items with their due date in the window finished by it, of all items with it in the window.

    Ratio of counts. A due date means the end of that day: one that is not over counts only for what is finished.
    Unfinished late items stay in the denominator: dividing by the finished ones alone would hide them. Finished items
    without a due date are left out and weigh on the coverage; null `low_coverage` or `no_data`.
    """
    known = list(items)
    due = [one for one in known if _has_come(one.due(against), one, today, since, until)]
    undated = tuple(one.key for one in known if one.is_done and one.due(against) is None)
    kept = [one.key for one in due if _was_kept(one.due(against), one.finished)]
    return share(kept, [one.key for one in due], left_out=undated)


def on_time(items: Sequence[DueItem], today: date, *, since: date = date.min, until: date = date.max) -> OnTime:
    """Both rates and the slips. Without any baseline date the first is null `no_baseline`."""
    rate = on_time_rate(items, today, since=since, until=until)
    return OnTime(
        against_baseline=rate if any(one.baseline for one in items) else null("no_baseline", total=len(items)),
        against_current=on_time_rate(items, today, against="current", since=since, until=until),
        slips=sum(one.slips for one in items),
    )


def mean_delay(items: Iterable[DueItem], today: date, networkdays: Networkdays) -> Reading:
    """Mean delay of the late items: working days from the due date to the finish, or to today while unfinished.

    Working days, the due date itself not counted. Null `no_data` where nothing is late.
    """
    late = {}
    for one in items:
        due, ended = one.baseline or one.current, one.finished or today
        if due is not None and ended > due and not (one.is_done and one.finished is None):
            late[one.key] = slip(due, ended, networkdays)
    found = mean(list(late.values()))
    return found if found.value is None else measured(found.value, used=len(late), behind=tuple(late))


def slip(baseline: date, forecast: date, networkdays: Networkdays) -> int:
    """Milestone slip: forecast − baseline in working days; negative when it comes early."""
    if forecast >= baseline:
        return max(networkdays(baseline, forecast) - 1, 0)
    return -max(networkdays(forecast, baseline) - 1, 0)


def milestone_trend(baseline: date, reports: Iterable[tuple[date, date]], networkdays: Networkdays) -> list[Trend]:
    """MTA, milestone trend analysis: the forecast of each report (date, forecast) against the baseline, in order."""
    return [
        Trend(reported=at, forecast=forecast, slip=slip(baseline, forecast, networkdays))
        for at, forecast in sorted(reports)
    ]


def overdue(items: Iterable[DueItem], today: date) -> Reading:
    """Items not done whose current due date is over. A count; open items without a due date are left out.

    Null `no_data` where no open item has one.
    """
    still_open = [one for one in items if not one.is_done]
    dated = [one for one in still_open if one.current is not None]
    undated = tuple(one.key for one in still_open if one.current is None)
    if undated and not dated:
        return null("no_data", total=len(still_open), left_out=undated)
    late = tuple(one.key for one in dated if one.current is not None and one.current < today)
    return measured(len(late), used=len(dated), behind=late, left_out=undated)


def _has_come(due: date | None, item: DueItem, today: date, since: date, until: date) -> bool:
    """Whether the due date lies in the window and is over, or is that of an item already finished."""
    return due is not None and since <= due <= until and (due < today or item.is_done)


def _was_kept(due: date | None, finished: date | None) -> bool:
    return due is not None and finished is not None and finished <= due
