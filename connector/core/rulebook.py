"""The rules in force, compiled: what `rulefiles` makes of an administrator's YAML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from connector.core.automation_rules import Narrowing, RuleAction, TakeTransition
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.figure import Unit
from connector.core.roles import Approvals, Role
from connector.core.selecting import (
    CLOCK_EVENTS,
    SUNDAY,
    ClauseSeen,
    Explained,
    Mode,
    Place,
    Selector,
    SelectorScope,
    Text,
    Threshold,
)

# What comes from `selecting` and `roles` is known from here, too.
__all__ = ["CLOCK_EVENTS", "SUNDAY", "Approvals", "ClauseSeen", "Explained", "Mode", "Place", "Role"]
__all__ += ["Selector", "SelectorScope", "Text", "Threshold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryIssue:
    """Criterion: every issue that `every` selects also matches `has`. Fails by naming the issues that do not."""

    every: Selector
    has: Selector
    at_least: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeIssues:
    """Criterion: the number of issues that `count` selects satisfies `is_`."""

    count: Selector
    is_: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStands:
    """Criterion: a page of the project's space with this label exists and every one of `headings` has text below it.

    A heading may be written in any language: each entry is a tuple of accepted spellings.
    """

    label: str
    headings: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiHolds:
    """Criterion: the KPI's value satisfies `is_`; a value that is null makes the criterion unknown."""

    kpi: str
    is_: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePassed:
    """Criterion: another gate was decided GO or COND_GO."""

    gate: str


Check = EveryIssue | SomeIssues | PageStands | KpiHolds | GatePassed


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of a gate's list. `is_must` separates must from should; `waivable` says whether it may be waived."""

    id: str
    title: Text
    check: Check
    is_must: bool = True
    waivable: bool = True
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A phase gate: the phase it leaves and opens, the issue people decide it on, and what must hold.

    `decided` holds by decision code (GO, HOLD …) the statuses of the gate issue that mean it, in any language.
    `return_to` is the status an early pass goes back to.
    """

    id: str
    title: Text
    leaves: str
    opens: str
    gate_issue: Selector
    criteria: tuple[Criterion, ...]
    decided: Mapping[str, tuple[str, ...]]
    on_early_pass: Literal["return", "flag"] = "flag"
    return_to: tuple[str, ...] = ()
    sets_baseline: bool = False
    closes_project: bool = False
    approvals: Approvals | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range of risk scores with a name, highest first in the rulebook."""

    id: str
    from_: Threshold
    review_every: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRules:
    """How risks are scored: score = probability × impact, bands, and the score at which a risk is escalated."""

    select: Selector
    probability: str
    impact: str
    score: str | None
    scale: tuple[int, int]
    bands: tuple[Band, ...]
    escalate_at: Threshold | None = None
    escalate_label: str | None = None
    escalate_to: tuple[str | Text, ...] = ()
    place: Place


Function = Literal["figure", "count", "sum", "avg", "median", "percentile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One call in a KPI's value: a figure by name, or an aggregate over the issues that a query selects.

    `where` asks of each issue's values whether it counts, `of` gives the number that is added up, `percent` is the
    percentile's. None of `select` are all work items of a figure.
    """

    function: Function
    name: str = ""
    select: Selector | None = None
    where: Callable[[Mapping[str, object]], object] | None = None
    of: Callable[[Mapping[str, object]], object] | None = None
    percent: Decimal = Decimal(50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """Arithmetic over terms. `work_out` asks for terms by their number, and raises ConnectorError where it cannot.

    `unit` None: that of the first term.
    """

    text: str
    terms: tuple[Term, ...]
    work_out: Callable[[Callable[[int], Decimal]], Decimal]
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A figure with a goal. `figure` names it in core/figures; `select` narrows the issues behind it.

    Where `formula` is given, it is worked out instead of the figure.
    """

    id: str
    title: Text
    figure: str
    select: Selector | None = None
    formula: Formula | None = None
    target: Threshold | None = None
    amber: Threshold | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRules:
    """Which issues are goals and which fields hold target, actual and direction (at least, at most)."""

    select: Selector
    target: str
    actual: str
    unit: str | None = None
    direction: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """Which issues are milestones."""

    select: Selector
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a file outside of the rules says of a person: hours a week, cost an hour, days of leave (first, last)."""

    name: str
    capacity: timedelta | None = None
    rate: Decimal | None = field(default=None, repr=False)
    currency: str | None = None
    leave: tuple[tuple[date, date], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRules:
    """Which issues are change requests: no work items. `approved` are the statuses that mean one was approved."""

    select: Selector
    approved: tuple[str, ...] = ()
    days: str | None = None
    cost: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRules:
    """What load is measured by: the field of the effort, a week's capacity, and the share that is too much."""

    effort: str
    capacity: timedelta
    overload: Threshold
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRule:
    """A page that is drafted for every week or month, on the first or last day of it that is worked."""

    id: str
    template: str
    title: Text
    every: Literal["week", "month"]
    on: Literal["first", "last"] = "last"
    labels: tuple[str, ...] = ()
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRule:
    """A page that writes itself. `behaviour`: live log, or report (drafted once, then people's).

    `title` may hold {project} and {name}; `when`: always, or the gate whose GO makes it.
    """

    id: str
    template: str
    title: Text
    behaviour: Literal["live", "report"] = "live"
    after_gate: str | None = None
    labels: tuple[str, ...] = ()
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """When one of the events happens to an issue that `if_` selects, do these things.

    `narrowed` says some of the events of `when` more exactly. `only_when` asks about the project's last figures.
    `for_each` does the actions for every issue that it selects instead. `unless_done_within`: only when, after that
    time, the issue still matches.
    """

    id: str
    when: tuple[str, ...]
    if_: Selector | None = None
    then: tuple[RuleAction, ...]
    at_most: int = 20
    narrowed: tuple[Narrowing, ...] = ()
    only_when: Callable[[Mapping[str, object]], bool] | None = None
    for_each: Selector | None = None
    unless_done_within: timedelta | None = None
    place: Place

    @property
    def name(self) -> str:
        """What its writes carry as their rule."""
        return f"automation {self.id}"

    def hears(self, event: str, about: Mapping[str, object]) -> bool:
        """Whether the rule answers to this event."""
        meant = [one for one in self.narrowed if one.event == event]
        return event in self.when and (not meant or any(one.fits(about) for one in meant))

    @property
    def needs_history(self) -> bool:
        """Whether it looks at how issues came to be as they are. Who moves one must know when it came there."""
        is_moving = any(isinstance(one, TakeTransition) for one in self.then)
        return is_moving or any(one.needs_history for one in self.selectors)

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """The queries that the rule asks."""
        return tuple(one for one in (self.if_, self.for_each) if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRules:
    """One project under the rules: which Jira project, how to speak, which fields are called what.

    `fields` maps our word (probability, impact, score …) to the site's field names; the first that exists is
    bound. `field_ids` holds the words that are bound, each with its field id in the site the rules were read for.
    `days` are the working days of `calendar`; `variant` names the rules made for this entry's parameters.
    """

    jira: str
    mode: Mode
    space: str
    locale: str
    timezone: ZoneInfo
    calendar: str | None
    fields: Mapping[str, tuple[str, ...]]
    parent_page: str | None = None
    field_ids: Mapping[str, str] = field(default_factory=dict)
    days: WorkingCalendar = field(default=WorkingCalendar(), compare=False, repr=False)
    variant: int | None = None


class ProjectFinder(Protocol):
    """Finds the rules of a project: those that name its key, else its category, else those for every project."""

    def __call__(self, key: str, category: str | None = None, /) -> ProjectRules | None:
        """The project's rules, or None where the connector keeps out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules, identified by the hash of the files they were read from.

    `warnings` are what an administrator should hear about though the rules can be used (a field the site lacks).
    """

    hash: str
    phases: tuple[str, ...]
    phase_titles: Mapping[str, Text]
    gates: tuple[Gate, ...]
    risks: RiskRules | None
    kpis: tuple[Kpi, ...]
    goals: GoalRules | None
    milestones: Milestones | None
    pages: tuple[PageRule, ...]
    automations: tuple[Automation, ...]
    project_for: ProjectFinder
    """The project rules for a Jira project key, or None where the connector keeps out."""
    warnings: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    people: tuple[Person, ...] = field(default=(), repr=False)
    changes: ChangeRules | None = None
    resources: ResourceRules | None = None
    reports: tuple[ReportRule, ...] = ()
    variants: Mapping[int, "Rulebook"] = field(default_factory=dict, repr=False)

    def for_project(self, key: str, category: str | None = None) -> "Rulebook":
        """The rules as a project has them: with its own values for parameters, and what it overrides."""
        rules = self.project_for(key, category)
        return self if rules is None or rules.variant is None else self.variants.get(rules.variant, self)

    def gate(self, gate_id: str) -> Gate | None:
        """The gate with this id."""
        return next((gate for gate in self.gates if gate.id == gate_id), None)

    def reads_time(self) -> bool:
        """Whether any rule's answer depends on the moment, so that the project needs a daily tick."""
        if self.reports:
            return True
        terms = [term.select for kpi in self.kpis if kpi.formula for term in kpi.formula.terms]
        asked = [*(kpi.select for kpi in self.kpis), *terms]
        rules = [one for rule in self.automations for one in rule.selectors]
        selectors = [*rules, *(one for one in asked if one is not None)]
        ticks = any(CLOCK_EVENTS & set(rule.when) for rule in self.automations)
        return ticks or any(one.reads_time for one in selectors)
