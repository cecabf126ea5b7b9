"""Dates and times as a query writes them: 2026-03-01, "2026/03/01 14:00", -4w, startOfMonth(-1)."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from connector.core.fields import day_of, instant_of
from connector.jql.scope import Scope

_DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?: (\d{1,2}):(\d{2}))?")
_STEP = re.compile(r"\s*([+-]?\d+)\s*([wdhm])")
_RELATIVE = re.compile(r"\s*[+-]?\d+\s*[wdhm](?:\s+[+-]?\d+\s*[wdhm])*\s*")
_NUMBER = re.compile(r"[+-]?\d+")
_OFFSET = re.compile(r"([+-]?)(\d+)([yMwdhm]?)")
_SHORTEST_EPOCH_MS = 10**9
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """What a written moment covers: a day without time begins at its midnight and lasts until the next.

    Source: JQL fields, "Created": where no time is given, midnight is assumed. Only ON and DURING speak of whole days.
    """

    start: datetime
    end: datetime


Moment = Callable[[Scope], Span]
"""Works out a written moment for a scope."""

FORMATS = ("2026-03-01", '"2026-03-01 14:00"', "-4w", "startOfDay(-1d)")
"""Ways to write a moment, for messages."""

PERIODS = {"day": "d", "week": "w", "month": "M", "year": "y"}
"""The periods that startOf… and endOf… know, with the unit that is meant when an offset names none."""


def is_relative(text: str) -> bool:
    """Whether a written moment depends on now."""
    return _DATE.fullmatch(text.strip()) is None


def moment(text: str) -> Moment | None:
    """What a written moment means, or None when it is none."""
    written = text.strip()
    if found := _DATE.fullmatch(written):
        return _absolute(found)
    if _NUMBER.fullmatch(written):
        return _numbered(int(written)) if len(written) < 15 else None
    if not _RELATIVE.fullmatch(written):
        return None
    try:
        distance = _distance(written)
        _ = datetime(2026, 1, 1, tzinfo=UTC) + distance
    except OverflowError:
        return None
    return lambda scope: Span(scope.now + distance, scope.now + distance)


def fixed_day(text: str) -> str | None:
    """The day of a written date, with or without a time, as ISO text: the same in every zone."""
    found = _DATE.fullmatch(text.strip())
    if found is None or _absolute(found) is None:
        return None
    year, _, month, day, *_ = found.groups()
    return f"{year}-{int(month):02}-{int(day):02}"


def _distance(text: str) -> timedelta:
    """`-1w 2d` goes back one week and two days: a step without a sign keeps the one before it."""
    total, sign = timedelta(), 1
    for amount, unit in _STEP.findall(text):
        sign = {"-": -1, "+": 1}.get(amount[0], sign)
        total += sign * abs(int(amount)) * _UNITS[unit]
    return total


def _numbered(number: int) -> Moment:
    # A bare number is minutes from now, a long one milliseconds since 1970.
    if abs(number) < _SHORTEST_EPOCH_MS:
        return lambda scope: Span(*[scope.now + timedelta(minutes=number)] * 2)
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=number)
    return lambda _: Span(at, at)


def _absolute(found: re.Match[str]) -> Moment | None:
    year, _, month, day, hour, minute = found.groups()
    try:
        local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))  # noqa: DTZ001
        length = timedelta(minutes=1) if hour else timedelta(days=1)
        after = local + length
    except (ValueError, OverflowError):
        return None
    return lambda scope: Span(_in(local, scope.timezone), _in(after, scope.timezone) - _TICK)


def _in(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def period(name: str, is_end: bool, offset: str | None) -> Moment | None:
    """startOfDay() and its like, or None when the offset cannot be read.

    An offset in the period's own unit moves the period (the end of last month is its last day), any other moves the
    boundary (endOfMonth("+15d") is the 15th of next month). Source: JQL functions, "startOfDay()" and its like.
    """
    amount, unit = _offset(offset, PERIODS[name])
    if unit is None:
        return None

    def work_out(scope: Scope) -> Span:
        here = scope.now.astimezone(scope.timezone).replace(tzinfo=None)
        try:
            if unit == PERIODS[name]:
                edge = _edge(_moved(here, amount, unit), name, is_end, scope.week_starts)
            else:
                edge = _moved(_edge(here, name, is_end, scope.week_starts), amount, unit)
        except (OverflowError, ValueError):
            edge = datetime.max if amount > 0 else datetime.min  # noqa: DTZ901
        return Span(*[_clamped(edge, scope.timezone)] * 2)

    return work_out


def _clamped(local: datetime, zone: ZoneInfo) -> datetime:
    if 1 < local.year < 9999:
        return _in(local, zone)
    return local.replace(tzinfo=UTC)


def _offset(offset: str | None, own_unit: str) -> tuple[int, str | None]:
    if offset is None or not offset.strip():
        return 0, own_unit
    found = _OFFSET.fullmatch(offset.strip())
    if found is None or len(found[2]) > 6:
        return 0, None
    return int(found[1] + found[2]), found[3] or own_unit


def _moved(local: datetime, amount: int, unit: str) -> datetime:
    if unit in _UNITS:
        return local + amount * _UNITS[unit]
    months = local.year * 12 + local.month - 1 + amount * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))


def _edge(local: datetime, name: str, is_end: bool, week_starts: int) -> datetime:
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    start = {
        "day": day,
        "week": day - timedelta(days=(day.weekday() - week_starts) % 7),
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }[name]
    if not is_end:
        return start
    return _moved(start, 1, PERIODS[name]) - _TICK


def instant(value: object) -> datetime | None:
    """A stored timestamp, or None for anything else and for what lies beyond the calendar."""
    return _instant(value) if value.__class__ is str or value.__class__ is int else None


@lru_cache(maxsize=16_384)
def _instant(value: object) -> datetime | None:
    # Remembered, as the same few thousand are asked again and again.
    try:
        return instant_of(value)
    except (OverflowError, ValueError, OSError):
        return None


def day_text(value: object) -> str | None:
    """A stored date as ISO text, which sorts as dates do."""
    if isinstance(value, str) and len(value) == 10:
        return value
    found = day_of(value)
    return found.isoformat() if found else None


_DURATION = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*([wdhm]?)")
_WORKED_MINUTES = {"w": 5 * 8 * 60, "d": 8 * 60, "h": 60, "m": 1, "": 1}


def duration_s(text: str) -> float | None:
    """A working time as a query writes it (4h 30m), in seconds. A day has 8 hours, a week 5 days."""
    steps = _DURATION.findall(text)
    if not steps or _DURATION.sub("", text).strip():
        return None
    return sum(float(amount) * _WORKED_MINUTES[unit] * 60 for amount, unit in steps)
