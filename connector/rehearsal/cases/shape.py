"""The notation of rule tests: which keys stand where. Field words and references are checked while building."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Category = Literal["new", "indeterminate", "done"]


class Shape(BaseModel):
    """A mapping with known keys and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def one_or_more(value: object) -> object:
    """One text or number, or a list of them."""
    return value if isinstance(value, list) else [value]


def by_word(value: object) -> object:
    """`rollup`, `day` and `week` stand for themselves; all else is a mapping."""
    return {value: True} if value in ("rollup", "day", "week") else value


def nothing(value: object) -> object:
    """`nothing` expects no write."""
    return {"writes": []} if value == "nothing" else value


Many = Annotated[list[str | int | float], BeforeValidator(one_or_more)]
Names = Annotated[list[str], BeforeValidator(one_or_more)]


class IssueShape(BaseModel):
    """An issue as it stands at `now`. Any other key is a field, by the rules' word for it or by its name."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    key: str
    type: str = "Task"
    status: str | None = None
    summary: str = "Work"
    created: str | None = None
    history: list[str | dict[str, str | None]] = Field(default_factory=list)
    comments: list[str | dict[str, str]] = Field(default_factory=list)
    links: dict[str, Names] = Field(default_factory=dict)


class PageShape(Shape):
    """A page of the project's space, with the text below each of its headings."""

    title: str
    labels: Names = Field(default_factory=list)
    headings: dict[str, str] = Field(default_factory=dict)


class GivenShape(Shape):
    """What is there before anything happens. `gates` were decided before, `baseline` holds due dates by issue."""

    issues: list[IssueShape] = Field(default_factory=list)
    pages: list[PageShape] = Field(default_factory=list)
    gates: dict[str, Literal["GO", "COND_GO", "HOLD", "KILL", "RECYCLE", "REDIRECT"]] = Field(default_factory=dict)
    baseline: dict[str, str] = Field(default_factory=dict)


class WhenShape(Shape):
    """One thing that happens: exactly one of the first keys, and what belongs to it."""

    created: str | None = None
    updated: str | None = None
    deleted: str | None = None
    commented: str | None = None
    worked: str | None = None
    linked: str | None = None
    page_created: str | None = None
    page_updated: str | None = None
    page_labelled: str | None = None
    page_commented: str | None = None
    day: bool | None = None
    week: bool | None = None
    schedule: str | None = None
    rollup: bool | None = None
    at: str | None = None
    by: str = "somebody"
    change: dict[str, object] = Field(default_factory=dict)
    says: str = "A word"
    hours: float | int = 1
    to: str | None = None
    type: str = "Relates"
    label: str | None = None


When = Annotated[WhenShape, BeforeValidator(by_word)]


class GateShape(Shape):
    """How a gate stands afterwards. `fails` and `unknown` name all criteria that do."""

    recommendation: Literal["READY", "READY_WITH_GAPS", "NOT_READY", "UNKNOWN"] | None = None
    state: str | None = None
    decision: str | None = None
    returned: bool | None = None
    fails: Names | None = None
    unknown: Names | None = None


class KpiShape(Shape):
    """A KPI's value (`nothing` where it has none, with the reason) and light."""

    value: float | int | str | None = None
    light: Literal["green", "amber", "red", "grey"] | None = None
    reason: str | None = None


class RiskShape(Shape):
    """A risk's score and band."""

    score: int | None = None
    band: str | None = None
    escalated: bool | None = None


class ExpectShape(Shape):
    """What comes of it. `writes` is all that is written to issues; what is not named of the rest is not looked at."""

    writes: list[dict[str, object]] = Field(default_factory=list)
    pages: dict[str, Many] | None = None
    gates: dict[str, GateShape] = Field(default_factory=dict)
    kpis: dict[str, KpiShape] = Field(default_factory=dict)
    risks: dict[str, RiskShape] = Field(default_factory=dict)
    goals: dict[str, Literal["met", "missed", "open"]] = Field(default_factory=dict)
    milestones: Names | None = None
    phase: str | None = None
    light: Literal["green", "amber", "red", "grey"] | None = None


class CaseShape(Shape):
    """One case: what is given, what happens, what is expected of it."""

    name: str
    now: str
    project: str | None = None
    given: GivenShape = Field(default_factory=GivenShape)
    before: list[When] = Field(default_factory=list)
    when: When
    expect: Annotated[ExpectShape, BeforeValidator(nothing)]


class FileShape(Shape):
    """A file of rule tests. `statuses` adds statuses by name with their category."""

    language: Literal[1]
    project: str | None = None
    statuses: dict[str, Category] = Field(default_factory=dict)
    cases: list[CaseShape] = Field(min_length=1)
