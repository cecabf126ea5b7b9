"""Reports on a calendar: the page that is drafted for a week or a month, once, when its day has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from connector.core.figures.calendar import WorkingCalendar
from connector.core.rulebook import PageRule, ReportRule

STILL_DRAFTED = timedelta(days=3)
"""How long after its day a report is still drafted, where nothing ran on the day itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A week or a month. `name` is how people call it: 2026-W47, 2026-11."""

    name: str
    first: date
    last: date


def due_reports(reports: Sequence[ReportRule], today: date, calendar: WorkingCalendar) -> tuple[PageRule, ...]:
    """The pages that are to be there today: each report's, for the period whose day has come."""
    pages = []
    for report in reports:
        for day in (today, today - STILL_DRAFTED):
            period = period_of(report.every, day)
            due = _day_of(report, period, calendar)
            if due <= today <= due + STILL_DRAFTED:
                pages.append(_page(report, period))
                break
    return tuple(pages)


def period_of(every: Literal["week", "month"], day: date) -> Period:
    """The week (Monday to Sunday, numbered as ISO 8601 does) or the month that a day lies in."""
    if every == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(name=f"{year}-W{week:02d}", first=first, last=first + timedelta(days=6))
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(name=f"{day:%Y-%m}", first=first, last=following - timedelta(days=1))


def _day_of(report: ReportRule, period: Period, calendar: WorkingCalendar) -> date:
    """The day on which the period's report is drafted; where none of its days is worked, the last one."""
    worked = calendar.working_days(period.first, period.last)
    return (worked[0] if report.on == "first" else worked[-1]) if worked else period.last


def _page(report: ReportRule, period: Period) -> PageRule:
    """The report's page for the period: drafted once, under a name of its own."""
    title = {locale: text.replace("{period}", period.name) for locale, text in report.title.items()}
    return PageRule(
        id=f"{report.id} {period.name}",
        template=report.template,
        title=title,
        behaviour="report",
        labels=report.labels,
        place=report.place,
    )
