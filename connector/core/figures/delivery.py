"""Figures of a project's delivery: how much is done, on time, overdue, and how much gets done each week."""

from connector.core.fields import current_due, is_done, issue_number
from connector.core.figures import flow, on_time
from connector.core.figures.figure import Figure
from connector.core.figures.on_time import DueItem
from connector.core.figures.once import once
from connector.core.figures.population import Population
from connector.core.figures.project_flow import items_of, since
from connector.core.figures.reading import Reading, figure, measured, null, share
from connector.core.issue import Issue

THROUGHPUT_WEEKS = 4


def completion(population: Population) -> Figure:
    """Done items of all items in scope.

    Ratio of counts; items called off have left the scope. Null `no_data` without any item.
    Source: the project's definition of done in rules/README.md, section "Figures".
    """
    done = [issue.key for issue in population.work if is_done(issue)]
    reading = share(done, [issue.key for issue in population.work])
    return figure(reading, name="completion", unit="ratio", as_of=population.as_of, query=population.query)


def on_time_rate(population: Population) -> Figure:
    """Items finished by their due date, of all items whose due date has come.

    Ratio of counts. Unfinished late items stay in the denominator: dividing by the finished ones alone would hide
    them. The baseline's due date counts where there is one. Finished items without a due date are left out and
    shown in the coverage; under half covered the figure is null `low_coverage`, without a due item `no_data`.
    """
    reading = on_time.on_time_rate(due_items(population), population.today)
    return figure(reading, name="on_time_rate", unit="ratio", as_of=population.as_of, query=population.query)


def on_time_rate_current(population: Population) -> Figure:
    """Items finished by their due date as it stands now, of all items whose current due date has come.

    As `on_time_rate`, but due dates that were moved later count as moved: the difference is what the slips hide.
    """
    reading = on_time.on_time_rate(due_items(population), population.today, against="current")
    return figure(reading, name="on_time_rate_current", unit="ratio", as_of=population.as_of, query=population.query)


def mean_delay(population: Population) -> Figure:
    """How late the late items are, on average: from their due date to their finish, or to today while they are open.

    Working days of the project's calendar, the due date itself not counted; the baseline's due date goes before the
    current one. Null `no_data` where nothing is late.
    """
    reading = on_time.mean_delay(due_items(population), population.today, population.calendar.networkdays)
    return figure(reading, name="mean_delay", unit="working days", as_of=population.as_of, query=population.query)


def overdue(population: Population) -> Figure:
    """Items not done whose current due date has passed. A count; null `no_data` when no open item has a due date."""
    reading = on_time.overdue(due_items(population), population.today)
    in_order = [issue.key for issue in overdue_issues(population)]
    if reading.value is not None:
        reading = measured(reading.value, used=reading.used, behind=in_order, left_out=reading.left_out)
    return figure(reading, name="overdue", unit="count", as_of=population.as_of, query=population.query)


def throughput(population: Population) -> Figure:
    """Items finished in a week, over the last four whole weeks (Monday to Sunday). Weeks with none count as data.

    Items a week. The week under way is left out. Null `no_data` without any item, `not_started` while the oldest item
    is younger than one whole week. Source: Vacanti, Actionable Agile Metrics for Predictability (2015).
    """
    reading = _throughput(population)
    return figure(reading, name="throughput", unit="per week", as_of=population.as_of, query=population.query)


def overdue_issues(population: Population) -> list[Issue]:
    """The open items whose current due date has passed, longest overdue first. A due date means the end of that day."""
    late = [
        (day, issue)
        for issue in population.work
        if not is_done(issue) and (day := current_due(issue)) is not None and day < population.today
    ]
    return [issue for _, issue in sorted(late, key=lambda pair: (pair[0], issue_number(pair[1])))]


@once
def due_items(population: Population) -> tuple[DueItem, ...]:
    """The project's work items with their dates. What the baseline does not know is held to its current due date."""
    return tuple(
        DueItem(
            key=issue.key,
            baseline=population.due(issue),
            current=current_due(issue),
            finished=population.finished_on(issue),
            is_done=is_done(issue),
            slips=issue.facts.slips,
        )
        for issue in population.work
    )


def _throughput(population: Population) -> Reading:
    items = items_of(population)
    if not any(one.created for one in items):
        return null("no_data")
    weeks = flow.whole_weeks(since(items, population), population.today, at_most=THROUGHPUT_WEEKS)
    mean = flow.mean_throughput(items, weeks)
    if mean.value is None:
        return mean
    finished = [one.key for one in items if any(week.holds(one.finished) for week in weeks)]
    return measured(mean.value, used=len(items), behind=finished)
