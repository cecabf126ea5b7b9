"""The lists of issues that pages show: overdue, due next, done lately, slipped, milestones."""

from collections import Counter
from datetime import timedelta

from connector.core.fields import current_due, is_done, issue_number, name_of, status_category, summary_of
from connector.core.figures.delivery import overdue_issues
from connector.core.figures.population import Population
from connector.core.findings import IssueLine
from connector.core.issue import Issue
from connector.core.project import Project
from connector.core.rulebook import Rulebook

LATELY = timedelta(days=7)
SOON = timedelta(days=14)


def overdue(population: Population) -> tuple[IssueLine, ...]:
    """Open items past their due date, with the days they are late, longest first."""
    today = population.today
    return tuple(
        line_of(issue, days=(today - due).days)
        for issue in overdue_issues(population)
        if (due := current_due(issue)) is not None
    )


def due_next(population: Population) -> tuple[IssueLine, ...]:
    """Open items due within the next two weeks, soonest first, with the days left."""
    today = population.today
    lines = [
        line_of(issue, days=(due - today).days)
        for issue in population.work
        if not is_done(issue) and (due := current_due(issue)) is not None and today <= due <= today + SOON
    ]
    return tuple(sorted(lines, key=lambda line: (line.days, line.key)))


def done_lately(population: Population) -> tuple[IssueLine, ...]:
    """Items finished in the last seven days, newest first."""
    first = population.today - LATELY
    found = [
        (finished, issue)
        for issue in population.work
        if (finished := population.finished_on(issue)) is not None and finished > first
    ]
    ordered = sorted(found, key=lambda pair: (pair[0], issue_number(pair[1])), reverse=True)
    return tuple(line_of(issue, population=population) for _, issue in ordered)


def slipped(population: Population) -> tuple[IssueLine, ...]:
    """Items now due later than the baseline says, or put off at least once; with the calendar days lost."""
    lines = []
    for issue in population.work:
        base, due = population.baseline_due.get(issue.id), current_due(issue)
        days = (due - base).days if base is not None and due is not None else None
        if (days is not None and days > 0) or (base is None and issue.facts.slips > 0):
            lines.append(line_of(issue, days=days, population=population))
    return tuple(sorted(lines, key=lambda line: (-(line.days or 0), line.key)))


def milestones(project: Project, rulebook: Rulebook) -> tuple[IssueLine, ...]:
    """The project's milestones by due date."""
    if rulebook.milestones is None:
        return ()
    scope, select = project.scope(), rulebook.milestones.select
    population = Population(work=(), as_of=project.as_of, timezone=project.timezone)
    found = [line_of(issue, population=population) for issue in project.issues if select.matches(issue, scope)]
    return tuple(sorted(found, key=lambda line: (line.due is None, line.due or project.as_of.date(), line.key)))


def by_category(issues: tuple[Issue, ...]) -> dict[str, int]:
    """How many issues are in each status category (new, indeterminate, done; undefined where none is known)."""
    return dict(sorted(Counter(status_category(issue) or "undefined" for issue in issues).items()))


def line_of(issue: Issue, days: int | None = None, population: Population | None = None) -> IssueLine:
    """The issue as a list shows it."""
    return IssueLine(
        key=issue.key,
        summary=summary_of(issue),
        owner=name_of(issue.fields.get("assignee")),
        due=current_due(issue),
        status=name_of(issue.fields.get("status")),
        days=days,
        finished=population.finished_on(issue) if population else None,
    )
