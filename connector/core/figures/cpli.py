"""Section 5, points 12 to 14: the critical path test, CPLI, BEI and the hit-task rate."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.network import Activity, Days, Link, Schedule, schedule
from connector.core.figures.reading import Reading, measured, null, share
from connector.core.figures.schedule_health import PlanItem

TEST_DELAY = 600


def is_critical_path_sound(
    activities: Sequence[Activity], links: Sequence[Link], *, data_date: Days = 0, before: Schedule | None = None
) -> bool | None:
    """P18: whether 600 more days on a critical task move the finish by 600 days. None where nothing is left to do.

    The first task of the critical path that is not over is delayed. before: the schedule as it is, where it is at hand.
    Source: DCMA-EA PAM 200.1, point 12.
    """
    usual = before or schedule(activities, links, data_date=data_date)
    if not usual.path:
        return None
    delayed = [_delayed(one) if one.id == usual.path[0] else one for one in activities]
    return schedule(delayed, links, data_date=data_date).finish - usual.finish == TEST_DELAY


def critical_path_length(today: date, forecast_finish: date, calendar: WorkingCalendar) -> int:
    """CPL: working days after `today` until the forecast finish, counted in."""
    return calendar.steps(today, forecast_finish)


def critical_path_length_index(length: Days, total_float: Days) -> Reading:
    """CPLI = (CPL + TF) / CPL, TF against the baseline's finish. A ratio, at least 0.95 asked for.

    Null `div_zero` where no path is left (CPL ≤ 0). Source: DCMA-EA PAM 200.1, point 13.
    """
    if length <= 0:
        return null("div_zero")
    return measured(Decimal(length + total_float) / Decimal(length))


def baseline_execution_index(items: Iterable[PlanItem], today: date) -> Reading:
    """BEI = tasks completed by `today` / tasks with a baseline finish by `today`. A ratio that may exceed 1.

    Without containers, level of effort and milestones; work that the baseline does not know is not part of its
    execution. Null `no_baseline` without any baseline finish, `not_started` before the first has come.
    Source: DCMA-EA PAM 200.1, point 14.
    """
    tasks = [one for one in _tasks(items) if one.baseline_finish is not None]
    if not tasks:
        return null("no_baseline")
    due = [one for one in tasks if one.baseline_finish is not None and one.baseline_finish <= today]
    done = [one.key for one in tasks if one.actual_finish is not None and one.actual_finish <= today]
    return measured(Decimal(len(done)) / len(due), used=len(tasks), behind=done) if due else null("not_started")


def hit_task_rate(items: Iterable[PlanItem], first: date, last: date) -> Reading:
    """HTP: tasks finished by their baseline finish / tasks whose baseline finish lies in the period, both ends counted.

    A ratio. Null `no_baseline` without any baseline finish, `no_data` where none lies in the period.
    """
    tasks = [one for one in _tasks(items) if one.baseline_finish is not None]
    if not tasks:
        return null("no_baseline")
    due = [one for one in tasks if one.baseline_finish is not None and first <= one.baseline_finish <= last]
    hit = [
        one.key
        for one in due
        if one.actual_finish is not None and one.baseline_finish and one.actual_finish <= one.baseline_finish
    ]
    return share(hit, [one.key for one in due])


def _tasks(items: Iterable[PlanItem]) -> list[PlanItem]:
    return [one for one in items if one.is_leaf and not one.is_effort_level and not one.is_milestone]


def _delayed(one: Activity) -> Activity:
    if one.started is not None and one.remaining is not None:
        return replace(one, remaining=one.remaining + TEST_DELAY)
    return replace(one, duration=one.duration + TEST_DELAY)
