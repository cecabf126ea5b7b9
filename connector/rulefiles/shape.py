"""The language's shape: which keys stand where and what they hold. What they mean together is checked later."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from connector.rulefiles.literals import (
    Duration,
    Expression,
    FieldValue,
    Jql,
    Name,
    Texts,
    ThresholdText,
    Title,
    Word,
    Wording,
)


class Shape(BaseModel):
    """A mapping with known keys and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NamesShape(Shape):
    """What the site calls the types, statuses … that rules name in English, by English name."""

    types: dict[str, Texts] = Field(default_factory=dict)
    statuses: dict[str, Texts] = Field(default_factory=dict)
    priorities: dict[str, Texts] = Field(default_factory=dict)
    links: dict[str, Texts] = Field(default_factory=dict)


class ProjectShape(Shape):
    """Which Jira projects, and how the connector behaves there."""

    jira: Texts | None = None
    category: str | None = None
    mode: Literal["observe", "write"] = "observe"
    space: str | None = None
    parent_page: str | None = None
    locale: Literal["en", "zh_CN"] | None = None
    timezone: str | None = None
    calendar: str | None = None
    fields: dict[Word, Texts] = Field(default_factory=dict)
    names: NamesShape = Field(default_factory=NamesShape)


class PhaseShape(Shape):
    """A phase of the life cycle."""

    id: Name
    title: Title | None = None


class PageCriterionShape(Shape):
    """A page that must stand, with text below its headings."""

    label: str
    headings: list[Texts] = Field(default_factory=list)


class CriterionShape(Shape):
    """One criterion of a gate: `every` with `has`, `count` or `kpi` with `is`, `page`, or `gate`."""

    id: Name
    title: Title | None = None
    waivable: bool = True
    every: Jql | None = None
    has: Jql | None = None
    at_least: int = Field(default=0, ge=0)
    count: Jql | None = None
    kpi: str | None = None
    is_: ThresholdText | None = Field(default=None, alias="is")
    page: PageCriterionShape | None = None
    gate: str | None = None


class GateShape(Shape):
    """A phase gate."""

    id: Name
    title: Title | None = None
    from_: str = Field(alias="from")
    to: str
    gate_issue: Jql
    must: list[CriterionShape] = Field(default_factory=list)
    should: list[CriterionShape] = Field(default_factory=list)
    decided: dict[Literal["GO", "COND_GO", "RECYCLE", "HOLD", "KILL", "REDIRECT", "DEFERRED", "VOID"], Texts]
    on_early_pass: Literal["return", "flag"] = "flag"
    return_to: Texts | None = None
    sets_baseline: bool = False
    closes_project: bool = False


class ScaleShape(Shape):
    """How far the two scales of a risk reach, from 1."""

    probability: int = Field(default=5, ge=2, le=10)
    impact: int = Field(default=5, ge=2, le=10)


class EscalateShape(Shape):
    """From which score on a risk is escalated, to whom, and with which label."""

    at: ThresholdText
    to: Texts | None = None
    label: str | None = None


class RisksShape(Shape):
    """How risks are found and scored."""

    select: Jql
    probability: str = "probability"
    impact: str = "impact"
    score: str | None = None
    scale: ScaleShape = Field(default_factory=ScaleShape)
    bands: dict[Name, ThresholdText] = Field(min_length=1)
    review_every: dict[Name, Duration] = Field(default_factory=dict)
    escalate: EscalateShape | None = None


class KpiShape(Shape):
    """A figure with a target."""

    id: Name
    title: Title | None = None
    value: Expression
    target: ThresholdText | None = None
    amber: ThresholdText | None = None


class GoalsShape(Shape):
    """Which issues are goals, and the fields that hold what they promise and what was reached."""

    select: Jql
    target: str
    actual: str
    unit: str | None = None
    direction: str | None = None


class MilestonesShape(Shape):
    """Which issues are milestones."""

    select: Jql


class PageShape(Shape):
    """A page that writes itself from a template."""

    id: Name
    template: Name
    title: Title
    behaviour: Literal["live", "report"] = "live"
    after_gate: str | None = None
    labels: list[str] = Field(default_factory=list)


class CloseoutShape(Shape):
    """The gate whose pass closes the project, and the page that is drafted then."""

    gate: str
    page: str


class EnsureIssueShape(Shape):
    """An issue that shall exist."""

    key: Expression
    type: str
    summary: Wording
    link: str | None = None
    fields: dict[str, FieldValue] = Field(default_factory=dict)


class CommentShape(Shape):
    """A comment that an issue shall have once, for a purpose."""

    purpose: Name
    text: Wording


class ActionShape(Shape):
    """One thing to do: exactly one of these keys."""

    ensure_issue: EnsureIssueShape | None = None
    set_fields: dict[str, FieldValue] | None = None
    add_label: str | None = None
    comment: CommentShape | None = None


class AutomationShape(Shape):
    """When an event happens to an issue that the query selects, do these things."""

    id: Name
    when: Texts
    if_: Jql = Field(alias="if")
    then: list[ActionShape] = Field(min_length=1)
    at_most: int = Field(default=20, ge=1, le=1000)


class FileShape(Shape):
    """A rule file. Every file of a directory may hold any of the keys."""

    language: Literal[1]
    projects: list[ProjectShape] = Field(default_factory=list)
    phases: list[PhaseShape] | None = None
    gates: list[GateShape] = Field(default_factory=list)
    risks: RisksShape | None = None
    kpis: list[KpiShape] = Field(default_factory=list)
    goals: GoalsShape | None = None
    milestones: MilestonesShape | None = None
    pages: list[PageShape] = Field(default_factory=list)
    closeout: CloseoutShape | None = None
    automations: list[AutomationShape] = Field(default_factory=list)
