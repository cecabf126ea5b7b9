"""Section 4, inputs: from planned issues and their links to the activities and relations of a network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.network import Activity, Days, Link, Relation

HALF_DAY = Decimal("0.5")
HOURS_A_DAY = Decimal(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedIssue:
    """What a plan says of an issue, and what has come of it. `allocation` is the share of the day its owner has for it.

    `not_before` is a constraint of its own. `is_milestone`: it takes no time.
    """

    id: str
    start: date | None = None
    due: date | None = None
    estimate_h: Decimal | None = None
    remaining_h: Decimal | None = None
    allocation: Decimal = Decimal(1)
    not_before: date | None = None
    started: date | None = None
    finished: date | None = None
    is_milestone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLink:
    """A link as Jira has it: `source` → `target` by a link type's name (of blocks: who blocks, who is blocked)."""

    source: str
    target: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """What a link type means: `relation` with a `lag`. `is_inward`: its target comes first."""

    relation: Relation = "FS"
    lag: Days = 0
    is_inward: bool = False


BLOCKS: Mapping[str, LinkRule] = {"blocks": LinkRule()}
"""By lower-case name. All other types (relates, duplicates, clones …) are no logic, nor is parent and child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A network's inputs. `start` is day 0, `data_date` the morning of today.

    `imputed` are the issues whose duration is the median of the others', `invisible` the links that lead to an issue
    that could not be read, `undated` those to an outside issue without a due date.
    """

    activities: tuple[Activity, ...]
    links: tuple[Link, ...]
    start: date
    data_date: int
    imputed: tuple[str, ...] = ()
    invisible: tuple[IssueLink, ...] = ()
    undated: tuple[IssueLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Issues beyond the project, by id: their due date, None for those without. One that is missing is invisible."""

    due: Mapping[str, date | None] = field(default_factory=dict)


def duration_of(issue: PlannedIssue, calendar: WorkingCalendar, hours_a_day: Decimal = HOURS_A_DAY) -> Days | None:
    """Working days from planned start to due date, else estimate / (hours a day × allocation), up to half days.

    None where neither is known. A milestone takes 0.
    """
    if issue.is_milestone:
        return 0
    if issue.start is not None and issue.due is not None and issue.start <= issue.due:
        return calendar.networkdays(issue.start, issue.due)
    known = issue.estimate_h is not None and issue.estimate_h > 0
    return _days(issue.estimate_h, issue.allocation, hours_a_day) if known else None


def remaining_of(
    issue: PlannedIssue, duration: Days, today: date, calendar: WorkingCalendar, hours_a_day: Decimal = HOURS_A_DAY
) -> Days | None:
    """What is left of work under way: remaining hours / (hours a day × allocation), else what the plan leaves, ≥ 1 day.

    None for work that has not begun or is over.
    """
    if issue.started is None or issue.finished is not None:
        return None
    if issue.remaining_h is not None:
        return _days(issue.remaining_h, issue.allocation, hours_a_day) or Decimal(0)
    return max(duration - calendar.offset(issue.started, today), 1)


def plan_of(
    issues: Sequence[PlannedIssue],
    links: Iterable[IssueLink],
    *,
    start: date,
    today: date,
    calendar: WorkingCalendar,
    rules: Mapping[str, LinkRule] = BLOCKS,
    outside: Outside | None = None,
    hours_a_day: Decimal = HOURS_A_DAY,
) -> Plan:
    """The network of a project whose day 0 is `start`, as of the morning of `today`.

    A predecessor outside the project becomes the earliest start after its due date. Durations that nobody gave are the
    median of those that are known, and marked; where none is known they are one day.
    """
    known = {one.id: duration_of(one, calendar, hours_a_day) for one in issues}
    guess = _median([days for days in known.values() if days])
    logic = [(link, rules[link.type.casefold()]) for link in links if link.type.casefold() in rules]
    ordered = [(one, rule, *_ends(one, rule)) for one, rule in logic]
    beyond = outside or Outside()
    foreign = [(one, first, second) for one, _, first, second in ordered if first not in known and second in known]
    late = _promises([(first, second) for _, first, second in foreign], beyond, start, calendar)
    return Plan(
        activities=tuple(
            _activity(one, known[one.id], guess, late.get(one.id), start, today, calendar, hours_a_day)
            for one in issues
        ),
        links=tuple(
            Link(before=first, after=second, type=rule.relation, lag=rule.lag)
            for _, rule, first, second in ordered
            if first in known and second in known
        ),
        start=start,
        data_date=max(calendar.offset(start, today), 0),
        imputed=tuple(one.id for one in issues if known[one.id] is None),
        invisible=tuple(one for one, first, _ in foreign if first not in beyond.due),
        undated=tuple(one for one, first, _ in foreign if first in beyond.due and beyond.due[first] is None),
    )


def _activity(
    issue: PlannedIssue,
    days: Days | None,
    guess: Days,
    promised: Days | None,
    start: date,
    today: date,
    calendar: WorkingCalendar,
    hours_a_day: Decimal,
) -> Activity:
    duration = guess if days is None else days
    own = None if issue.not_before is None else calendar.offset(start, issue.not_before)
    return Activity(
        id=issue.id,
        duration=duration,
        not_before=max((one for one in (own, promised) if one is not None), default=None),
        started=None if issue.started is None else calendar.offset(start, issue.started),
        finished=None if issue.finished is None else _evening(start, issue.finished, calendar),
        remaining=remaining_of(issue, duration, today, calendar, hours_a_day),
        is_imputed=days is None,
    )


def _ends(link: IssueLink, rule: LinkRule) -> tuple[str, str]:
    return (link.target, link.source) if rule.is_inward else (link.source, link.target)


def _promises(
    foreign: Iterable[tuple[str, str]], outside: Outside, start: date, calendar: WorkingCalendar
) -> dict[str, int]:
    """The earliest starts that outside predecessors allow, by issue: after the last of their due dates."""
    found: dict[str, int] = {}
    for first, second in foreign:
        due = outside.due.get(first)
        if due is not None:
            found[second] = max(_evening(start, due, calendar), found.get(second, 0))
    return found


def _evening(start: date, day: date, calendar: WorkingCalendar) -> int:
    """The time at the end of a day."""
    return calendar.offset(start, day) + int(calendar.is_working(day))


def _days(hours: Decimal | None, allocation: Decimal, hours_a_day: Decimal) -> Decimal | None:
    """The days that these hours take, up to the next half."""
    pace = hours_a_day * allocation
    if hours is None or pace <= 0:
        return None
    return (max(hours, Decimal(0)) / pace / HALF_DAY).to_integral_value(ROUND_CEILING) * HALF_DAY


def _median(days: Sequence[Days]) -> Days:
    if not days:
        return 1
    ordered = sorted(days)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return low if low == high else Decimal(low + high) / 2
