"""Figures of flow: work in progress, cycle time and reopening."""

from decimal import Decimal

from connector.core.fields import status_category
from connector.core.figures.figure import Figure
from connector.core.figures.population import Population
from connector.core.issue import Issue

ENOUGH_FINISHED = 8
"""Fewer finished items than this say nothing about a percentile."""


def work_in_progress(population: Population) -> Figure:
    """Items started and not finished. A count. Source: The Kanban Guide (2020)."""
    busy = [issue for issue in population.work if status_category(issue) == "indeterminate"]
    return Figure(
        name="work_in_progress",
        unit="count",
        as_of=population.as_of,
        value=Decimal(len(busy)),
        used=len(population.work),
        total=len(population.work),
        query=population.query,
        issues=tuple(issue.key for issue in busy),
    )


def cycle_time_median(population: Population) -> Figure:
    """Half of the finished items took this many days or fewer from first start to last finish.

    Calendar days, both ends counted; nearest-rank percentile. Null `no_data` under eight finished items with a known
    start. Items whose finish lies before their start are left out. Source: Vacanti (2015).
    """
    finished = [issue for issue in population.work if population.finished_on(issue) is not None]
    timed = [(days, issue) for issue in finished if (days := cycle_days(population, issue)) is not None]
    left_out = tuple(issue.key for issue in finished if cycle_days(population, issue) is None)
    if len(timed) < ENOUGH_FINISHED:
        return Figure(
            name="cycle_time_median",
            unit="days",
            as_of=population.as_of,
            value=None,
            reason="no_data",
            used=len(timed),
            total=len(finished),
            query=population.query,
            left_out=left_out,
        )
    return Figure(
        name="cycle_time_median",
        unit="days",
        as_of=population.as_of,
        value=Decimal(nearest_rank([days for days, _ in timed], 50)),
        used=len(timed),
        total=len(finished),
        query=population.query,
        issues=tuple(issue.key for _, issue in timed),
        left_out=left_out,
    )


def reopen_rate(population: Population) -> Figure:
    """Items reopened after they were first finished, of all items ever finished.

    Ratio of counts. Null `no_data` while nothing has been finished or no history is known.
    """
    ever = [issue for issue in population.work if issue.facts.first_finished_at is not None]
    again = [issue for issue in ever if issue.facts.reopened_n > 0]
    return Figure(
        name="reopen_rate",
        unit="ratio",
        as_of=population.as_of,
        value=Decimal(len(again)) / len(ever) if ever else None,
        reason=None if ever else "no_data",
        used=len(ever),
        total=len(ever),
        query=population.query,
        issues=tuple(issue.key for issue in again),
    )


def cycle_days(population: Population, issue: Issue) -> int | None:
    """Calendar days from first start to last finish, both counted; None when either is unknown or they are swapped."""
    started, finished = issue.facts.started_at, issue.facts.finished_at
    if started is None or finished is None or finished < started:
        return None
    return (population.day(finished) - population.day(started)).days + 1


def nearest_rank(values: list[int], percent: int) -> int:
    """The smallest value that at least `percent` % of the values do not exceed. Needs at least one value."""
    ordered = sorted(values)
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]
