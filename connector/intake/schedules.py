"""When the times of a schedule come, in a project's time zone."""

from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from connector.core.cron import Cron

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def last_time(cron: Cron, zone: ZoneInfo, *, after: datetime, until: datetime) -> datetime | None:
    """The schedule's last time later than `after` and not later than `until`; None where it did not come."""
    return max((at for one in _triggers(cron, zone) if (at := _last(one, after, until)) is not None), default=None)


def _triggers(cron: Cron, zone: ZoneInfo) -> list[CronTrigger]:
    """What APScheduler makes of it. It counts weekdays from Monday and wants both kinds of day, so it is told names."""
    shared = {"minute": _listed(cron.minutes), "hour": _listed(cron.hours), "month": _listed(cron.months)}
    weekdays = ",".join(_WEEKDAYS[day] for day in sorted(cron.weekdays))
    if cron.has_either_day:
        by_number = CronTrigger(**shared, second="0", day=_listed(cron.days), timezone=zone)
        return [by_number, CronTrigger(**shared, second="0", day_of_week=weekdays, timezone=zone)]
    return [CronTrigger(**shared, second="0", day=_listed(cron.days), day_of_week=weekdays, timezone=zone)]


def _listed(numbers: frozenset[int]) -> str:
    return ",".join(str(number) for number in sorted(numbers))


def _last(trigger: CronTrigger, after: datetime, until: datetime) -> datetime | None:
    """Looks backwards in growing steps, so that a long gap is not walked minute by minute."""
    step = timedelta(hours=1)
    begin = until
    while begin > after:
        begin = max(after, until - step)
        found = _next(trigger, begin + timedelta(microseconds=1))
        if found is not None and found <= until:
            return _walk(trigger, found, until)
        step *= 4
    return None


def _walk(trigger: CronTrigger, first: datetime, until: datetime) -> datetime:
    last = first
    while (found := _next(trigger, last + timedelta(microseconds=1))) is not None and found <= until:
        last = found
    return last


def _next(trigger: CronTrigger, at: datetime) -> datetime | None:
    found = cast("datetime | None", trigger.get_next_fire_time(None, at))
    return None if found is None else found.astimezone(UTC)
