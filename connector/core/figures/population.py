"""The issues that figures count: leaf work items, without containers and without what was called off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connector.core.fields import day_of, instant_of, is_done, name_of
from connector.core.figures.actual_cost import Booking, Rate, Worklog
from connector.core.figures.baseline import Baseline, narrowed_baseline
from connector.core.figures.calendar import WorkingCalendar
from connector.core.findings import RiskFound
from connector.core.issue import Issue

# Names of resolutions that mean the work will not be delivered, as Jira ships them in English and Chinese.
NON_DELIVERY = frozenset(
    name.casefold()
    for name in (
        "Won't Do",
        "Won't Fix",
        "Duplicate",
        "Cannot Reproduce",
        "Cancelled",
        "Canceled",
        "Declined",
        "Invalid",
        "Not A Bug",
        "Incomplete",
        "不做",
        "不予处理",
        "重复",
        "无法重现",
        "已取消",
        "取消",
        "已拒绝",
        "无效",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Population:
    """What the figures of one project are computed from.

    `work` holds the delivery items left in scope; `descoped` those that were called off. `baseline_due` maps issue ids
    to the due date that was fixed at the planning gate; empty while there is no baseline. `baseline` is the whole plan
    that was fixed there, with estimates, where it was kept. `worklogs` None: only sums of hours by issue are known.
    `rates` and `bookings` make money of them; `calendar` has the project's working days, `fields` the ids of the fields
    that rules call start_date, story_points, acceptance_criteria and epic_link.
    """

    work: tuple[Issue, ...]
    as_of: datetime
    timezone: ZoneInfo
    descoped: tuple[Issue, ...] = ()
    risks: tuple[RiskFound, ...] = ()
    baseline_due: Mapping[str, date] = field(default_factory=dict)
    query: str = ""
    baseline: Baseline | None = None
    worklogs: tuple[Worklog, ...] | None = None
    rates: tuple[Rate, ...] = ()
    bookings: tuple[Booking, ...] = ()
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The date in the project's time zone."""
        return self.day(self.as_of)

    def narrowed(self, holds: Callable[[Issue], bool], query: str) -> "Population":
        """The issues of which `holds` is true, with what the plan and the worklogs say of them and of no others.

        Costs that belong to no issue are left behind.
        """
        work = tuple(one for one in self.work if holds(one))
        descoped = tuple(one for one in self.descoped if holds(one))
        kept = {one.id for one in (*work, *descoped)}
        plan, logs = self.baseline, self.worklogs
        return replace(
            self,
            work=work,
            descoped=descoped,
            query=query,
            baseline_due={one: due for one, due in self.baseline_due.items() if one in kept},
            baseline=None if plan is None else narrowed_baseline(plan, kept),
            worklogs=None if logs is None else tuple(one for one in logs if one.issue in kept),
            bookings=(),
        )

    def day(self, moment: datetime) -> date:
        """The date of a moment in the project's time zone."""
        return moment.astimezone(self.timezone).date()

    def due(self, issue: Issue) -> date | None:
        """The date the issue is held to: the baseline's where there is one, else its current due date."""
        return self.baseline_due.get(issue.id) or day_of(issue.fields.get("duedate"))

    def finished_on(self, issue: Issue) -> date | None:
        """The date of the last entry into done that still stands."""
        if not is_done(issue):
            return None
        if issue.facts.finished_at is not None:
            return self.day(issue.facts.finished_at)
        # A product that sends no history (an import, an old Data Center) still dates the resolution.
        resolved = instant_of(issue.fields.get("resolutiondate"))
        return None if resolved is None else self.day(resolved)


def is_container(issue: Issue) -> bool:
    """Whether the issue only holds others: an epic or anything above it in the hierarchy."""
    kind = issue.fields.get("issuetype")
    if not isinstance(kind, Mapping):
        return False
    level = kind.get("hierarchyLevel")
    return level > 0 if isinstance(level, int) else name_of(kind) in {"Epic", "史诗", "长篇故事"}


def is_subtask(issue: Issue) -> bool:
    """Whether the issue is a sub-task, counted through its parent."""
    kind = issue.fields.get("issuetype")
    return isinstance(kind, Mapping) and kind.get("subtask") is True


def is_called_off(issue: Issue) -> bool:
    """Whether the issue was closed without being delivered (duplicate, won't do …)."""
    resolution = name_of(issue.fields.get("resolution"))
    return is_done(issue) and resolution is not None and resolution.casefold() in NON_DELIVERY
