"""The shape of what is measured: `risks`, `kpis`, `goals`, `milestones`, `changes`, `resources`."""

from typing import Literal

from pydantic import Field

from connector.rulefiles.literals import Duration, Hours, Jql, Name, Texts, ThresholdText, Title, Value
from connector.rulefiles.mapping import Shape


class ScaleShape(Shape):
    """How far the two scales of a risk reach, from 1."""

    probability: int = Field(default=5, ge=2, le=10, description="The highest probability")
    impact: int = Field(default=5, ge=2, le=10, description="The highest impact")


class EscalateShape(Shape):
    """From which score on a risk is escalated, to whom, and with which label."""

    at: ThresholdText = Field(description='The scores that are escalated: ">= 20"')
    to: Texts | None = Field(
        default=None, description="Whom the comment names: roles by id, or people as you call them"
    )
    label: str | None = Field(default=None, description="The label that an escalated risk gets")


class RisksShape(Shape):
    """How risks are found and scored."""

    select: Jql = Field(description="JQL: the issues that are risks", examples=["issuetype = Risk"])
    probability: str = Field(default="probability", description="The field of the probability")
    impact: str = Field(default="impact", description="The field of the impact")
    score: str | None = Field(default=None, description="The field that the score is written to; without it, none")
    scale: ScaleShape = Field(default_factory=ScaleShape, description="How far the two scales reach, from 1")
    bands: dict[Name, ThresholdText] = Field(
        min_length=1, description="Names for ranges of the score", examples=[{"high": ">= 15", "medium": ">= 8"}]
    )
    review_every: dict[Name, Duration] = Field(
        default_factory=dict, description="How often risks of a band are looked at", examples=[{"high": "7d"}]
    )
    escalate: EscalateShape | None = Field(default=None, description="When and to whom a risk is escalated")


class KpiShape(Shape):
    """A figure with a target."""

    id: Name
    title: Title | None = Field(default=None, description="What people call it; without it, the id")
    value: Value
    unit: Literal["count", "ratio", "days", "hours", "per week", "points"] | None = Field(
        default=None, description="What the value is shown as; without it, a quotient is a ratio"
    )
    target: ThresholdText | None = Field(default=None, description='What is green: ">= 90 %"')
    amber: ThresholdText | None = Field(default=None, description="What misses the target and is not yet red")


class GoalsShape(Shape):
    """Which issues are goals, and the fields that hold what they promise and what was reached."""

    select: Jql = Field(description="JQL: the issues that are goals")
    target: str = Field(description="The field of what was promised")
    actual: str = Field(description="The field of what was reached")
    unit: str | None = Field(default=None, description="The field of the unit")
    direction: str | None = Field(default=None, description="The field that says whether more or less is better")


class MilestonesShape(Shape):
    """Which issues are milestones."""

    select: Jql = Field(description="JQL: the issues that are milestones")


class ChangesShape(Shape):
    """Which issues are requests to change what was agreed. They are no work items."""

    select: Jql = Field(description="JQL: the issues that are change requests")
    approved: Texts | None = Field(default=None, description="Statuses that mean that a change was approved")
    days: str | None = Field(default=None, description="The field of the days that a change costs")
    cost: str | None = Field(default=None, description="The field of the money that it costs")


class ResourcesShape(Shape):
    """What people's load is measured by."""

    effort: str = Field(default="timeestimate", description="The field of the effort that is left")
    capacity: Hours = Field(description="Hours that a person has in a week, where the people file says nothing: 32h")
    overload: ThresholdText = Field(description='The share of the capacity that is too much: "> 110 %"')
