"""Figures of delivery: how much is done, on time, overdue, and how much gets done each week."""

from datetime import date, timedelta
from decimal import Decimal

from connector.core.fields import current_due, instant_of, is_done, issue_number
from connector.core.figures.figure import Figure, Unit
from connector.core.figures.population import Population
from connector.core.issue import Issue

THROUGHPUT_WEEKS = 4


def completion(population: Population) -> Figure:
    """Done items of all items in scope.

    Ratio of counts; items called off have left the scope. Null `no_data` without any item.
    Source: the project's definition of done in rules/README.md, section "Figures".
    """
    done = [issue for issue in population.work if is_done(issue)]
    if not population.work:
        return _missing("completion", "ratio", population)
    return Figure(
        name="completion",
        unit="ratio",
        as_of=population.as_of,
        value=Decimal(len(done)) / len(population.work),
        used=len(population.work),
        total=len(population.work),
        query=population.query,
        issues=_keys(done),
    )


def on_time_rate(population: Population) -> Figure:
    """Items finished by their due date, of all items whose due date has come.

    Ratio of counts. Unfinished late items stay in the denominator: dividing by the finished ones alone would hide
    them. The baseline's due date counts where there is one. Finished items without a due date are left out and
    shown in the coverage; under half covered the figure is null `low_coverage`, without a due item `no_data`.
    """
    due = [issue for issue in population.work if _is_due(population, issue)]
    undated = [issue for issue in population.work if is_done(issue) and population.due(issue) is None]
    total = len(due) + len(undated)
    if not due and not undated:
        return _missing("on_time_rate", "ratio", population)
    if len(due) * 2 < total:
        return Figure(
            name="on_time_rate",
            unit="ratio",
            as_of=population.as_of,
            value=None,
            reason="low_coverage",
            used=len(due),
            total=total,
            query=population.query,
            left_out=_keys(undated),
        )
    kept = [issue for issue in due if _was_on_time(population, issue)]
    return Figure(
        name="on_time_rate",
        unit="ratio",
        as_of=population.as_of,
        value=Decimal(len(kept)) / len(due),
        used=len(due),
        total=total,
        query=population.query,
        issues=_keys(kept),
        left_out=_keys(undated),
    )


def overdue(population: Population) -> Figure:
    """Items not done whose current due date has passed. A count; null `no_data` when no open item has a due date."""
    still_open = [issue for issue in population.work if not is_done(issue)]
    dated = [issue for issue in still_open if current_due(issue) is not None]
    if still_open and not dated:
        return _missing("overdue", "count", population, total=len(still_open), left_out=_keys(still_open))
    late = overdue_issues(population)
    return Figure(
        name="overdue",
        unit="count",
        as_of=population.as_of,
        value=Decimal(len(late)),
        used=len(dated),
        total=len(still_open),
        query=population.query,
        issues=_keys(late),
        left_out=_keys([issue for issue in still_open if current_due(issue) is None]),
    )


def throughput(population: Population) -> Figure:
    """Items finished in a week, over the last four whole weeks (Monday to Sunday). Weeks with none count as data.

    Items a week. The week under way is left out. Null `not_started` while the oldest item is younger than one whole
    week. Source: Vacanti, Actionable Agile Metrics for Predictability (2015).
    """
    monday = population.today - timedelta(days=population.today.weekday())
    born = [day for issue in population.work if (day := _created_on(population, issue)) is not None]
    if not born:
        return _missing("throughput", "per week", population)
    weeks = min(THROUGHPUT_WEEKS, (monday - min(born)).days // 7)
    if weeks < 1:
        return Figure(
            name="throughput",
            unit="per week",
            as_of=population.as_of,
            value=None,
            reason="not_started",
            query=population.query,
        )
    first = monday - timedelta(weeks=weeks)
    finished = [
        issue
        for issue in population.work
        if (day := population.finished_on(issue)) is not None and first <= day < monday
    ]
    return Figure(
        name="throughput",
        unit="per week",
        as_of=population.as_of,
        value=Decimal(len(finished)) / weeks,
        used=len(population.work),
        total=len(population.work),
        query=population.query,
        issues=_keys(finished),
    )


def overdue_issues(population: Population) -> list[Issue]:
    """The open items whose current due date has passed, longest overdue first. A due date means the end of that day."""
    late = [
        (day, issue)
        for issue in population.work
        if not is_done(issue) and (day := current_due(issue)) is not None and day < population.today
    ]
    return [issue for _, issue in sorted(late, key=lambda pair: (pair[0], issue_number(pair[1])))]


def _is_due(population: Population, issue: Issue) -> bool:
    """Whether the issue's due date has come: a day that is over, or one on which it is already finished."""
    due = population.due(issue)
    return due is not None and (due < population.today or is_done(issue))


def _was_on_time(population: Population, issue: Issue) -> bool:
    due, finished = population.due(issue), population.finished_on(issue)
    return due is not None and finished is not None and finished <= due


def _created_on(population: Population, issue: Issue) -> date | None:
    created = instant_of(issue.fields.get("created"))
    return population.day(created) if created is not None else None


def _keys(issues: list[Issue]) -> tuple[str, ...]:
    return tuple(issue.key for issue in issues)


def _missing(name: str, unit: Unit, population: Population, total: int = 0, left_out: tuple[str, ...] = ()) -> Figure:
    return Figure(
        name=name,
        unit=unit,
        as_of=population.as_of,
        value=None,
        reason="no_data",
        total=total,
        query=population.query,
        left_out=left_out,
    )
