"""The baseline taken of a plan as it stands: what a planning gate fixes."""

from collections.abc import Mapping

from connector.core.fields import name_of, number_of, user_of
from connector.core.figures.baseline import Baseline, BaselineItem, Prices, budget_of
from connector.core.figures.plan_fields import planned_issue
from connector.core.figures.population import Population
from connector.core.issue import Issue


def plan_snapshot(
    population: Population,
    *,
    version: int = 1,
    approver: str | None = None,
    prices: Prices | None = None,
    is_provisional: bool = False,
) -> Baseline:
    """The work items with their dates, budgets, owners and parents as of the population's instant.

    Budgets are original estimates in hours, at the price of an hour where there is one; story points only where no item
    at all has hours, because the two are never mixed. Items without either have no budget.
    """
    in_hours = any((planned_issue(one, population).estimate_h or 0) > 0 for one in population.work)
    return Baseline(
        version=version,
        at=population.as_of,
        items=tuple(_item(one, population, prices, in_hours=in_hours) for one in population.work),
        approver=approver,
        is_provisional=is_provisional,
    )


def _item(issue: Issue, population: Population, prices: Prices | None, *, in_hours: bool) -> BaselineItem:
    planned = planned_issue(issue, population)
    points = number_of(issue.fields.get(population.fields.get("story_points", "")))
    parent = issue.fields.get("parent")
    held = parent.get("key") if isinstance(parent, Mapping) else None
    return BaselineItem(
        issue=issue.id,
        key=issue.key,
        start=planned.start,
        finish=planned.due,
        budget=budget_of(
            hours=planned.estimate_h if in_hours else None, points=None if in_hours else points, prices=prices
        ),
        owner=user_of(issue.fields.get("assignee")),
        parent=held if isinstance(held, str) else None,
        type=name_of(issue.fields.get("issuetype")) or "",
    )
