"""Figures of when a project's open work will be done, from its own throughput."""

from dataclasses import dataclass
from datetime import date, timedelta

from connector.core.fields import is_done
from connector.core.figures import flow
from connector.core.figures.figure import Figure
from connector.core.figures.flow import Period
from connector.core.figures.forecast import COMMITMENT, Forecast, forecast
from connector.core.figures.once import once
from connector.core.figures.population import Population
from connector.core.figures.project_flow import items_of, since
from connector.core.figures.reading import Reading, figure, measured, null
from connector.core.figures.samples import are_alike, by_working_day, weeks_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """When the open work is done with some probability: in how many weeks from this Monday, and on which day."""

    weeks: Reading
    finish: date | None


def weeks_to_done_p50(population: Population) -> Figure:
    """Weeks from this Monday until the open items are done with 50 % probability: the coin flip.

    See `weeks_to_done_p85`.
    """
    return _figure("weeks_to_done_p50", 50, population)


def weeks_to_done_p85(population: Population) -> Figure:
    """Weeks from this Monday until the open items are done with 85 % probability: what may be promised.

    Exact, by convolution of the throughput of the last twelve whole weeks (zeros included), for the open items as they
    are: the note `no_growth` says that no new work is assumed. Where holidays make the weeks of the past or of the time
    ahead unlike, throughput is drawn by working day (note `by_working_day`). Other notes: `low_confidence` under six
    weeks, `unstable` where Little's law does not hold, `beyond_horizon`. Null `finished` without open items,
    `not_started` before the first whole week is over, `no_data` while nothing gets finished. Source: see `forecast`.
    """
    return _figure("weeks_to_done_p85", COMMITMENT, population)


def outlook(population: Population, percent: int = COMMITMENT) -> Outlook:
    """What the two figures say, with the date: the last working day of the week, or the very day."""
    if not population.work:
        return Outlook(weeks=null("no_data"), finish=None)
    weekly = by_week(population)
    if weekly.backlog and not weekly.samples:
        return Outlook(weeks=null("not_started"), finish=None)
    weeks = weekly.periods(percent)
    if weeks.value is None:
        return Outlook(weeks=weeks, finish=None)
    ahead = weeks_from(_monday(population), int(weeks.value))
    if are_alike([*_past(population), *ahead], population.calendar):
        return Outlook(weeks=weeks, finish=population.calendar.last_working(ahead[-1].last))
    return _daily(population, percent, weeks.notes)


@once
def by_week(population: Population) -> Forecast:
    """The distribution in weeks, the first of them beginning this Monday."""
    return forecast(_backlog(population), flow.throughput(items_of(population), _past(population)))


@once
def by_day(population: Population) -> Forecast:
    """The distribution in working days, the first of them being today or the next."""
    weeks = _past(population)
    period = Period(first=weeks[0].first, last=weeks[-1].last)
    finishes = [one.finished for one in items_of(population) if one.finished is not None]
    return forecast(_backlog(population), by_working_day(finishes, period, population.calendar))


def _daily(population: Population, percent: int, notes: tuple[str, ...]) -> Outlook:
    days = by_day(population).periods(percent)
    if days.value is None:
        return Outlook(weeks=days, finish=None)
    finish = population.calendar.day(population.today, int(days.value) - 1)
    weeks = (finish - _monday(population)).days // 7 + 1
    return Outlook(weeks=measured(weeks, notes=(*notes, "by_working_day")), finish=finish)


def _figure(name: str, percent: int, population: Population) -> Figure:
    reading = outlook(population, percent).weeks
    if reading.value is not None:
        still_open = [issue.key for issue in population.work if not is_done(issue)]
        notes = ("no_growth", *reading.notes, *_stability(population))
        reading = measured(reading.value, used=len(still_open), behind=still_open, notes=notes)
    return figure(reading, name=name, unit="weeks", as_of=population.as_of, query=population.query)


def _stability(population: Population) -> tuple[str, ...]:
    weeks = _past(population)
    law = flow.littles_law(items_of(population), Period(first=weeks[0].first, last=weeks[-1].last))
    return ("unstable",) if law.is_stable is False else ()


def _past(population: Population) -> list[Period]:
    return flow.whole_weeks(since(items_of(population), population), population.today)


def _monday(population: Population) -> date:
    return population.today - timedelta(days=population.today.weekday())


def _backlog(population: Population) -> int:
    return sum(not is_done(issue) for issue in population.work)
