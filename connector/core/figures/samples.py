"""What a forecast draws its throughput from: whole weeks, or working days where weeks are not alike."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.flow import Period


def weeks_from(monday: date, count: int) -> list[Period]:
    """So many weeks, the first of them beginning on that day."""
    begins = (monday + timedelta(weeks=n) for n in range(count))
    return [Period(first=day, last=day + timedelta(days=6)) for day in begins]


def are_alike(weeks: Iterable[Period], calendar: WorkingCalendar) -> bool:
    """Whether all these weeks have the same number of working days, so that past weeks may stand for future ones."""
    return len({calendar.networkdays(week.first, week.last) for week in weeks}) <= 1


def by_working_day(finishes: Iterable[date], period: Period, calendar: WorkingCalendar) -> list[int]:
    """Items finished on each working day of the period, days with none included.

    What was finished on a day of rest counts for the working day before it, at the beginning for the first one.
    """
    days: Sequence[date] = calendar.working_days(period.first, period.last)
    if not days:
        return []
    places = (max(bisect_right(days, day) - 1, 0) for day in finishes if period.holds(day))
    counts = Counter(places)
    return [counts[n] for n in range(len(days))]
