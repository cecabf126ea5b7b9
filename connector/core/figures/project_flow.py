"""Figures of a project's flow: what `flow` computes, over the project's work items."""

from collections.abc import Sequence
from datetime import date, timedelta

from connector.core.fields import instant_of, is_done, status_category
from connector.core.figures import flow
from connector.core.figures.figure import Figure, Unit
from connector.core.figures.flow import FlowItem, Period
from connector.core.figures.once import once
from connector.core.figures.population import Population
from connector.core.figures.reading import Reading, figure, measured, null
from connector.core.issue import Issue

RECENT_WEEKS = 4
"""Whole weeks that make the last period; the twelve before them say what to expect."""


def work_in_progress(population: Population) -> Figure:
    """WIP: items started and not finished, those sent back to To Do included. A count.

    Source: The Kanban Guide (2020).
    """
    busy = tuple(issue.key for issue in population.work if _is_busy(issue))
    total = len(population.work)
    return _figure("work_in_progress", "count", measured(len(busy), used=total, behind=busy), population)


def cycle_time_median(population: Population) -> Figure:
    """Half of the finished items took this many days or fewer from first start to last finish.

    Calendar days, both ends counted; nearest-rank percentile. Null `no_data` under eight finished items with a known
    start, `low_coverage` where the start of most is unknown. Items whose finish lies before their start are left out.
    Source: Vacanti (2015).
    """
    return _cycle_time("cycle_time_median", 50, population)


def cycle_time_p85(population: Population) -> Figure:
    """85 % of the finished items took this many days or fewer: the usual service level expectation (SLE).

    Days, null as `cycle_time_median`. Source: Vacanti (2015).
    """
    return _cycle_time("cycle_time_p85", 85, population)


def lead_time_p85(population: Population) -> Figure:
    """85 % of the finished items took this many days or fewer from their creation to their finish.

    Calendar days, both ends counted. Null `no_data` under eight finished items. Source: Vacanti (2015).
    """
    return _figure("lead_time_p85", "days", flow.lead_percentile(items_of(population), 85), population)


def oldest_work_item_age(population: Population) -> Figure:
    """The age of the item that has been in progress longest, from its first start to today.

    Calendar days, both ends counted. Null `no_data` while nothing with a known start is in progress.
    Source: The Kanban Guide (2020), work item age.
    """
    ages = flow.ages(items_of(population), population.today)
    unknown = tuple(one.key for one in population.work if _is_busy(one) and one.key not in ages)
    if not ages:
        reading = null("no_data", total=len(unknown), left_out=unknown)
    else:
        oldest = max(ages.values())
        behind = tuple(key for key, age in ages.items() if age == oldest)
        reading = measured(oldest, used=len(ages), behind=behind, left_out=unknown)
    return _figure("oldest_work_item_age", "days", reading, population)


def sle_attainment(population: Population) -> Figure:
    """Share of the items finished in the last four whole weeks that kept within the 85th percentile of before.

    Ratio of counts; what came before is the twelve weeks preceding. Null `no_data` under eight finished items then, or
    without any since. Source: The Kanban Guide (2020), service level expectation.
    """
    items = items_of(population)
    monday = population.today - timedelta(days=population.today.weekday())
    recent = Period(first=monday - timedelta(weeks=RECENT_WEEKS), last=monday - timedelta(days=1))
    past = Period(first=recent.first - timedelta(weeks=flow.PERIODS), last=recent.first - timedelta(days=1))
    level = flow.service_level(
        [one for one in items if past.holds(one.finished)], [one for one in items if recent.holds(one.finished)]
    )
    return _figure("sle_attainment", "ratio", level.attainment, population)


def littles_law(population: Population) -> Figure:
    """Little's-law check: average cycle time × throughput ÷ work in progress, over the last twelve whole weeks.

    A plain ratio, 1 in a stable system; outside 0.8 to 1.2 it carries the note `unstable`, and forecasts mislead. Null
    `not_started` before the first whole week is over, `no_data` where nothing was finished in them.
    """
    items = items_of(population)
    weeks = flow.whole_weeks(since(items, population), population.today)
    if not weeks:
        return _figure("littles_law", "ratio", null("not_started"), population)
    law = flow.littles_law(items, Period(first=weeks[0].first, last=weeks[-1].last))
    found = law.ratio
    if found.value is not None:
        notes = () if law.is_stable else ("unstable",)
        found = measured(found.value, used=law.cycle_time.used, behind=law.cycle_time.behind, notes=notes)
    return _figure("littles_law", "ratio", found, population)


def straight_to_done(population: Population) -> Figure:
    """Share of finished items that went from To Do straight to done, so that nobody saw them in progress.

    Ratio of counts; over 20 % it carries the note `board_not_used`. Null `no_data` while nothing with a known history
    is finished.
    """
    known = [one for one in items_of(population) if one.started is not None]
    return _figure("straight_to_done", "ratio", flow.straight_to_done(known), population)


@once
def items_of(population: Population) -> tuple[FlowItem, ...]:
    """The project's work items with their stamps as dates."""
    return tuple(_item(issue, population) for issue in population.work)


def since(items: Sequence[FlowItem], population: Population) -> date:
    """The day the first item was made, from which weeks count; today while there is none."""
    return min((one.created for one in items if one.created is not None), default=population.today)


def _item(issue: Issue, population: Population) -> FlowItem:
    created, started = instant_of(issue.fields.get("created")), issue.facts.started_at
    return FlowItem(
        key=issue.key,
        created=population.day(created) if created else None,
        started=population.day(started) if started else None,
        finished=population.finished_on(issue),
        was_never_started=issue.facts.was_never_started,
    )


def _is_busy(issue: Issue) -> bool:
    started = issue.facts.started_at is not None or status_category(issue) == "indeterminate"
    return started and not is_done(issue)


def _cycle_time(name: str, percent: int, population: Population) -> Figure:
    return _figure(name, "days", flow.cycle_percentile(items_of(population), percent), population)


def _figure(name: str, unit: Unit, reading: Reading, population: Population) -> Figure:
    return figure(reading, name=name, unit=unit, as_of=population.as_of, query=population.query)
