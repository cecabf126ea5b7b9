"""Section 7: what people can do, what is asked of them, and where the two collide.

Hours by day, shown by week: daily figures are noisy. Source: PMI, PMBOK Guide, resource management; spreading remaining
work evenly until its due date is this project's own rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.network import Days, Times
from connector.core.figures.reading import Reading, measured, null

ZERO = Decimal(0)
Bucket = Literal["day", "week"]
Gap = Literal["no_due", "no_estimate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works: hours a day, the share of them that this plan may have, and days of their own.

    `calendar` is their own, without whole days of leave; `leave_h` takes single hours off a day.
    """

    id: str
    hours_a_day: Decimal = Decimal(8)
    allocation: Decimal = Decimal(1)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    leave_h: Mapping[date, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An open issue that a person still has to work on. `total_float` in working days, where the network knows it."""

    key: str
    project: str
    person: str
    remaining_h: Decimal | None = None
    start: date | None = None
    due: date | None = None
    total_float: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A person's hours in one bucket, which begins on `start`. `by_issue` are the hours asked for by issue key."""

    person: str
    start: date
    capacity_h: Decimal
    by_issue: Mapping[str, Decimal]

    @property
    def load_h(self) -> Decimal:
        """All hours asked for."""
        return sum(self.by_issue.values(), ZERO)

    @property
    def over_h(self) -> Decimal:
        """The hours beyond what is possible."""
        return max(self.load_h - self.capacity_h, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Competitor:
    """An issue that competes for a person, and how it could give way: within its float (smoothing) or only by moving
    its finish (levelling). The connector proposes and never moves."""

    key: str
    project: str
    hours: Decimal
    total_float: Days | None
    way: Literal["smoothing", "levelling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A bucket in which two or more issues ask more of a person than is possible; those with most float first."""

    load: Load
    competitors: tuple[Competitor, ...]
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """All people's loads in a window, by person and then by time. `unscheduled` says by key what an issue lacks."""

    loads: tuple[Load, ...]
    assignments: tuple[Assignment, ...]
    unscheduled: Mapping[str, Gap]


def capacity(person: Person, day: date) -> Decimal:
    """Hours a person has on a day: hours a day × allocation - leave; 0 on a day that is not worked."""
    if not person.calendar.is_working(day):
        return ZERO
    return max(person.hours_a_day * person.allocation - person.leave_h.get(day, ZERO), ZERO)


def spread(work: Assignment, today: date, calendar: WorkingCalendar, until: date) -> dict[date, Decimal]:
    """Hours by day up to `until`: what remains, evenly over the working days from its start (or today) to its due date.

    What is overdue falls on today. Where no day of the span is worked, all falls on the due date: hours nobody has.
    Empty without a due date or an estimate.
    """
    if work.due is None or work.remaining_h is None or work.remaining_h <= 0:
        return {}
    if work.due < today:
        return {today: work.remaining_h}
    first = max(work.start or today, today)
    count = calendar.networkdays(first, work.due) if first <= work.due else 0
    if count == 0:
        return {work.due: work.remaining_h} if work.due <= until else {}
    return dict.fromkeys(calendar.working_days(first, min(work.due, until)), work.remaining_h / count)


def workload(
    people: Sequence[Person],
    assignments: Iterable[Assignment],
    *,
    today: date,
    until: date,
    bucket: Bucket = "week",
) -> Workload:
    """Load and capacity of each person from `today` to `until`, both counted. Weeks begin on Monday.

    Only this window's days count, in the first and last week, too. Issues of people it does not know are left aside.
    """
    by_id = {one.id: one for one in people}
    mine = tuple(one for one in assignments if one.person in by_id)
    asked: dict[tuple[str, date], dict[str, Decimal]] = {}
    for one in mine:
        for day, hours in spread(one, today, by_id[one.person].calendar, until).items():
            held = asked.setdefault((one.person, _bucket(day, bucket)), {})
            held[one.key] = held.get(one.key, ZERO) + hours
    days = [today + timedelta(days=n) for n in range((until - today).days + 1)]
    loads = [
        Load(
            person=person.id,
            start=start,
            capacity_h=sum((capacity(person, day) for day in days if _bucket(day, bucket) == start), ZERO),
            by_issue=asked.get((person.id, start), {}),
        )
        for person in people
        for start in dict.fromkeys(_bucket(day, bucket) for day in days)
    ]
    return Workload(
        loads=tuple(loads),
        assignments=mine,
        unscheduled={one.key: gap for one in mine if (gap := _gap(one)) is not None},
    )


def utilisation(loads: Iterable[Load]) -> Reading:
    """Σ load / Σ capacity over the window. A ratio, above 1 is too much.

    Null `div_zero` without capacity, with the note resource_conflict where work is asked for all the same.
    """
    seen = list(loads)
    asked, possible = sum((one.load_h for one in seen), ZERO), sum((one.capacity_h for one in seen), ZERO)
    if possible > 0:
        return measured(asked / possible, behind=_issues(seen))
    return null("div_zero", notes=("resource_conflict",) if asked > 0 else ())


def over_allocation(loads: Iterable[Load]) -> Reading:
    """Σ max(0, load - capacity) over the buckets. Hours; null `no_data` without a bucket."""
    seen = list(loads)
    if not seen:
        return null("no_data")
    over = [one for one in seen if one.over_h > 0]
    return measured(sum((one.over_h for one in over), ZERO), behind=_issues(over))


def conflicts(found: Workload) -> tuple[Conflict, ...]:
    """Where a person has more to do than time, and two or more issues compete for it: who could give way comes first.

    Issues with the same float are told in the order of their hours, the most first.
    """
    known = {one.key: one for one in found.assignments}
    return tuple(
        Conflict(
            load=load,
            competitors=_competitors(load, known),
            projects=tuple(dict.fromkeys(known[key].project for key in load.by_issue)),
        )
        for load in found.loads
        if load.over_h > 0 and len(load.by_issue) > 1
    )


def over_allocated_periods(
    times: Mapping[str, Times], demand: Mapping[str, int], available: int
) -> tuple[tuple[int, int], ...]:
    """Periods (the first is 1) in which activities of an early-start schedule together need more than is available.

    demand: units of one resource by activity id. Gives pairs of period and need.
    """
    need: dict[int, int] = {}
    for name, units in demand.items():
        for period in range(int(times[name].early_start) + 1, int(times[name].early_finish) + 1):
            need[period] = need.get(period, 0) + units
    return tuple((period, units) for period, units in sorted(need.items()) if units > available)


def _bucket(day: date, bucket: Bucket) -> date:
    return day - timedelta(days=day.weekday()) if bucket == "week" else day


def _gap(work: Assignment) -> Gap | None:
    if work.remaining_h is None:
        return "no_estimate"
    return "no_due" if work.due is None and work.remaining_h > 0 else None


def _issues(loads: Iterable[Load]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for one in loads for key in one.by_issue))


def _competitors(load: Load, known: Mapping[str, Assignment]) -> tuple[Competitor, ...]:
    ones = [
        Competitor(
            key=key,
            project=known[key].project,
            hours=hours,
            total_float=known[key].total_float,
            way="smoothing" if (known[key].total_float or 0) > 0 else "levelling",
        )
        for key, hours in load.by_issue.items()
    ]
    return tuple(sorted(ones, key=lambda one: (-(one.total_float or 0), -one.hours, one.key)))
