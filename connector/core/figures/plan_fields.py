"""What the figures of a schedule read in an issue: dates, estimates, owners, acceptance criteria and links."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise

from connector.core.fields import current_due, day_of, is_done, name_of, number_of
from connector.core.figures.activities import IssueLink, PlannedIssue, duration_of
from connector.core.figures.actual_cost import SECONDS_AN_HOUR
from connector.core.figures.baseline import BaselineItem
from connector.core.figures.population import Population
from connector.core.figures.schedule_health import PlanItem
from connector.core.issue import Issue

DELIVERABLES = frozenset({"story", "deliverable", "故事", "可交付成果"})
CRITERIA = frozenset({"acceptance criteria", "验收标准", "验收条件"})
_HEADINGS = tuple(f"h{level}." for level in range(1, 7))


def planned_issue(issue: Issue, population: Population) -> PlannedIssue:
    """The issue as the network takes it, by its key."""
    started = issue.facts.started_at
    finished = population.finished_on(issue)
    return PlannedIssue(
        id=issue.key,
        start=_start(issue, population),
        due=current_due(issue),
        estimate_h=_hours(issue, "timeoriginalestimate"),
        remaining_h=_hours(issue, "timeestimate"),
        started=None if started is None else population.day(started),
        finished=finished or (population.today if is_done(issue) else None),
    )


def plan_item(
    issue: Issue,
    own: PlannedIssue,
    planned: BaselineItem | None,
    population: Population,
    spare: int | Decimal | None,
) -> PlanItem:
    """The issue as the checks of the plan take it.

    own: what `planned_issue` read of it; spare: its total float, where the network knows it.
    """
    assignee = issue.fields.get("assignee")
    owned = isinstance(assignee, Mapping)
    is_open = not is_done(issue)
    return PlanItem(
        key=issue.key,
        is_done=not is_open,
        is_deliverable=(name_of(issue.fields.get("issuetype")) or "").casefold() in DELIVERABLES,
        has_parent=_has_parent(issue, population),
        has_active_owner=owned and isinstance(assignee, Mapping) and assignee.get("active") is not False,
        has_resource=owned,
        has_criteria=_has_criteria(issue, population),
        start=own.start,
        due=own.due,
        estimate=own.estimate_h or number_of(issue.fields.get(population.fields.get("story_points", ""))),
        duration=duration_of(own, population.calendar),
        total_float=spare,
        baseline_duration=_length(planned, population),
        baseline_finish=None if planned is None else planned.finish,
        actual_start=own.started,
        actual_finish=own.finished,
        forecast_start=own.start if is_open and own.started is None else None,
        forecast_finish=own.due if is_open else None,
    )


def _length(planned: BaselineItem | None, population: Population) -> int | None:
    if planned is None or planned.start is None or planned.finish is None:
        return None
    return population.calendar.networkdays(planned.start, planned.finish)


def _start(issue: Issue, population: Population) -> date | None:
    return day_of(issue.fields.get(population.fields.get("start_date", "")))


def _hours(issue: Issue, name: str) -> Decimal | None:
    seconds = number_of(issue.fields.get(name))
    return None if seconds is None else seconds / SECONDS_AN_HOUR


def _has_parent(issue: Issue, population: Population) -> bool:
    epic = issue.fields.get(population.fields.get("epic_link", ""))
    return isinstance(issue.fields.get("parent"), Mapping) or bool(epic)


def _has_criteria(issue: Issue, population: Population) -> bool:
    """Whether the field for them is filled, or the description has text below a heading for them."""
    if issue.fields.get(population.fields.get("acceptance_criteria", "")):
        return True
    text = issue.fields.get("description")
    lines = [line.strip() for line in text.splitlines() if line.strip()] if isinstance(text, str) else []
    return any(_heading(line) in CRITERIA and not below.startswith(_HEADINGS) for line, below in pairwise(lines))


def _heading(line: str) -> str:
    """The words of a line, without what makes it a heading."""
    bare = line[len("h1.") :] if line.startswith(_HEADINGS) else line
    return bare.strip(" #*_:：").casefold()


def links_of(issue: Issue) -> Iterator[IssueLink]:
    """The issue's links, by keys; of blocks the source blocks the target."""
    held = issue.fields.get("issuelinks")
    for one in held if isinstance(held, list) else ():
        kind = name_of(one.get("type")) if isinstance(one, Mapping) else None
        if kind is None:
            continue
        for side, is_source in (("outwardIssue", True), ("inwardIssue", False)):
            other = one.get(side)
            if isinstance(other, Mapping) and isinstance(other.get("key"), str):
                ends = (issue.key, str(other["key"])) if is_source else (str(other["key"]), issue.key)
                yield IssueLink(source=ends[0], target=ends[1], type=kind)
