"""Working calendars as values: which days are worked, how many lie between two dates, and which day comes after n."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, date, timedelta

from connector.core.errors import ConnectorError

MONDAY_TO_FRIDAY = frozenset(range(5))
_LAST = date(MAXYEAR, 12, 31).toordinal()


class NoWorkingDay(ConnectorError):
    """A calendar was asked for a working day that it does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """A project's or a person's working days.

    A day is worked when its weekday is in `week` (Monday is 0) and it is no holiday, or when it is a make-up day
    (调休: a rest day worked in exchange for a holiday). `provisional_years` are those whose official notice is not out
    yet. Holidays on rest days count once only. Unit of all counts: working days.
    """

    week: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    provisional_years: frozenset[int] = frozenset()
    _off: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _extra: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _week_so_far: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        off = (day for day in self.holidays - self.make_up_days if day.weekday() in self.week)
        extra = (day for day in self.make_up_days if day.weekday() not in self.week)
        so_far = tuple(sum(weekday in self.week for weekday in range(n)) for n in range(7))
        object.__setattr__(self, "_off", tuple(sorted(day.toordinal() for day in off)))
        object.__setattr__(self, "_extra", tuple(sorted(day.toordinal() for day in extra)))
        object.__setattr__(self, "_week_so_far", so_far)

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        return day in self.make_up_days or (day.weekday() in self.week and day not in self.holidays)

    def is_provisional(self, day: date) -> bool:
        """Whether the day's year may still change: its official holiday notice has not been published."""
        return day.year in self.provisional_years

    def networkdays(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both counted; negative when `last` comes first.

        Source: Excel's NETWORKDAYS.
        """
        if last < first:
            return -self.networkdays(last, first)
        return self._before(last.toordinal() + 1) - self._before(first.toordinal())

    def steps(self, start: date, end: date) -> int:
        """Working days after `start` until the end of `end`; negative when `end` comes first. The inverse of `add`."""
        return self._before(end.toordinal() + 1) - self._before(start.toordinal() + 1)

    def offset(self, start: date, day: date) -> int:
        """Working days from the morning of `start` to the morning of `day`; negative when `day` comes first."""
        return self._before(day.toordinal()) - self._before(start.toordinal())

    def slip(self, promised: date, actual: date) -> int:
        """By how many working days `actual` misses `promised`: networkdays - 1; negative when it is early."""
        if actual < promised:
            return -self.slip(actual, promised)
        return max(self.networkdays(promised, actual) - 1, 0)

    def add(self, day: date, count: int) -> date:
        """The working day that comes `count` working days after `day` (before it, when negative); 0 is the day itself.

        Raises NoWorkingDay. Source: Excel's WORKDAY.
        """
        if count == 0:
            return day
        done = self._before(day.toordinal() + (1 if count > 0 else 0))
        return self._numbered(done + count - 1 if count > 0 else done + count)

    def day(self, start: date, index: int) -> date:
        """Working day number `index` of a stretch that begins at `start`: 0 is the first worked day on or after it."""
        return self._numbered(self._before(start.toordinal()) + index)

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the next one that is."""
        return self.day(day, 0)

    def last_working(self, day: date) -> date:
        """The day itself when it is worked, else the last one before it that is."""
        return self._numbered(self._before(day.toordinal() + 1) - 1)

    def working_days(self, first: date, last: date) -> tuple[date, ...]:
        """The working days of a stretch, both ends counted, in order."""
        span = range((last - first).days + 1)
        return tuple(day for n in span if self.is_working(day := first + timedelta(days=n)))

    def without(self, days: Iterable[date]) -> "WorkingCalendar":
        """The calendar of somebody who does not work on these days: leave, or work that was suspended."""
        away = frozenset(days)
        return replace(self, holidays=self.holidays | away, make_up_days=self.make_up_days - away)

    def _before(self, ordinal: int) -> int:
        """Working days before the day with this ordinal, since the first of January of the year 1, a Monday."""
        weeks, rest = divmod(ordinal - 1, 7)
        usual = weeks * len(self.week) + self._week_so_far[rest]
        return usual - bisect_left(self._off, ordinal) + bisect_left(self._extra, ordinal)

    def _numbered(self, number: int) -> date:
        """The day before which there are `number` working days, and which is one."""
        days = range(1, _LAST + 1)
        low = high = 0
        if self.week:
            # A week holds so many working days, whatever the exceptions: the day cannot be far from where they say.
            near = number * 7 // len(self.week)
            reach = 14 + 7 * (len(self._off) + len(self._extra))
            low, high = min(max(near - reach, 0), _LAST), min(max(near + reach, 0), _LAST)
        else:
            high = _LAST
        found = low + bisect_left(days[low:high], number + 1, key=lambda one: self._before(one + 1))
        if number < 0 or found >= high:
            raise NoWorkingDay(f"the calendar has no working day number {number}; check its weekly pattern and dates")
        return date.fromordinal(found + 1)


def calendar_of(is_worked: Callable[[date], bool], first: date, last: date) -> WorkingCalendar:
    """A calendar that agrees with `is_worked` from `first` to `last`; elsewhere it knows the usual week alone."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return WorkingCalendar(
        holidays=frozenset(day for day in days if day.weekday() in MONDAY_TO_FRIDAY and not is_worked(day)),
        make_up_days=frozenset(day for day in days if day.weekday() not in MONDAY_TO_FRIDAY and is_worked(day)),
    )
