"""The rules in force, compiled: what `rulefiles` makes of an administrator's YAML.

Selectors arrive as callables so that the core stays free of the languages they are written in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from connector.core.issue import Issue

Mode = Literal["observe", "write"]
Text = Mapping[str, str]
"""A text by locale (en, zh_CN). A shipped one has the single key `id`: its message id in the catalogues."""
TEXT_NAMES = frozenset({"issue"})
"""What the {{ }} places of a rule's texts may name: see core.automate.issue_values."""


class Selector(Protocol):
    """A compiled JQL query."""

    @property
    def text(self) -> str:
        """The query as it was written."""

    @property
    def needs_history(self) -> bool:
        """Whether the issue's changes must be loaded to answer."""

    @property
    def reads_time(self) -> bool:
        """Whether the answer depends on the moment."""

    def matches(self, issue: Issue, scope: "SelectorScope") -> bool:
        """Whether the issue is selected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorScope:
    """What a selector may look at besides the issue. `issue` finds another mirrored issue by key or id."""

    now: datetime
    timezone: ZoneInfo
    user: str | None = None
    issue: Callable[[str], Issue | None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A comparison with a number, as rules write it: `>= 0.9`."""

    operator: Literal["<", "<=", "=", ">=", ">"]
    value: Decimal

    def holds(self, number: Decimal) -> bool:
        """Whether the number satisfies the comparison. Never rounds."""
        match self.operator:
            case "<":
                return number < self.value
            case "<=":
                return number <= self.value
            case "=":
                return number == self.value
            case ">=":
                return number >= self.value
            case ">":
                return number > self.value

    def __str__(self) -> str:
        return f"{self.operator} {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule stands, for messages: file, line, column (from 1)."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


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
    escalate_to: tuple[str, ...] = ()
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A figure with a goal. `figure` names it in core/figures; `select` narrows the issues behind it."""

    id: str
    title: Text
    figure: str
    select: Selector | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
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
class EnsureIssue:
    """Action: an issue with this natural key exists; made when it does not.

    `type_names` and `link_names` are what sites call the two, the rule's own name first. `fields` is by field id, in
    REST shape.
    """

    key: Callable[[Mapping[str, object]], str]
    type: str
    summary: Callable[[Mapping[str, object]], str]
    link: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    type_names: tuple[str, ...] = ()
    link_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFields:
    """Action: the issue's fields hold these values. By field id, in REST shape."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLabel:
    """Action: the issue carries this label."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SayComment:
    """Action: the issue has one comment for this purpose, with this text."""

    purpose: str
    text: Callable[[Mapping[str, object]], str]


RuleAction = EnsureIssue | SetFields | AddLabel | SayComment


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """When one of the events happens to an issue that `if_` selects, do these things."""

    id: str
    when: tuple[str, ...]
    if_: Selector
    then: tuple[RuleAction, ...]
    at_most: int = 20
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRules:
    """One project under the rules: which Jira project, how to speak, which fields are called what.

    `fields` maps our word (probability, impact, score …) to the site's field names; the first that exists is
    bound. `field_ids` holds the words that are bound, each with its field id in the site the rules were read for.
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

    def gate(self, gate_id: str) -> Gate | None:
        """The gate with this id."""
        return next((gate for gate in self.gates if gate.id == gate_id), None)

    def reads_time(self) -> bool:
        """Whether any rule's answer depends on the moment, so that the project needs a daily tick."""
        selectors = [rule.if_ for rule in self.automations] + [one.select for one in self.kpis if one.select]
        ticks = any("day.began" in rule.when for rule in self.automations)
        return ticks or any(one.reads_time for one in selectors)
