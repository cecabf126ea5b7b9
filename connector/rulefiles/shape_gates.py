"""The shape of `phases` and `gates`."""

from typing import Literal

from pydantic import Field

from connector.rulefiles.literals import Jql, Name, Texts, ThresholdText, Title
from connector.rulefiles.mapping import Shape

Decided = Literal["GO", "COND_GO", "RECYCLE", "HOLD", "KILL", "REDIRECT", "DEFERRED", "VOID"]


class PhaseShape(Shape):
    """A phase of the life cycle."""

    id: Name
    title: Title | None = Field(default=None, description="What people call it; without it, the id")


class PageCriterionShape(Shape):
    """A page that must stand, with text below its headings."""

    label: str = Field(description="The label that the page bears")
    headings: list[Texts] = Field(
        default_factory=list, description="Headings with text below; one may have several spellings: [Scope, 范围]"
    )


class CriterionShape(Shape):
    """One criterion of a gate: `every` with `has`, `count` or `kpi` with `is`, `page`, or `gate`."""

    id: Name
    title: Title | None = Field(default=None, description="What people call it; without it, the id")
    waivable: bool = Field(default=True, description="false: must not be waived")
    every: Jql | None = Field(default=None, description="JQL: each of these issues …")
    has: Jql | None = Field(default=None, description="JQL: … also matches this")
    at_least: int = Field(default=0, ge=0, description="… and there are so many of them")
    count: Jql | None = Field(default=None, description="JQL: the number of these issues …")
    kpi: str | None = Field(default=None, description="The value of the KPI with this id …")
    is_: ThresholdText | None = Field(
        default=None, alias="is", description='… satisfies this comparison: ">= 0.9"', examples=["= 0", ">= 90 %"]
    )
    page: PageCriterionShape | None = Field(default=None, description="A page of the project's space stands")
    gate: str | None = Field(default=None, description="The gate with this id was passed")


class ApprovalsShape(Shape):
    """Who approves the gate by a comment on its issue: `roles`, and the `quorum` of them."""

    roles: Texts = Field(description="The ids of the roles whose people approve", examples=[["sponsor", "pm"]])
    quorum: int | None = Field(
        default=None, ge=1, description="So many different people of these roles; without it, somebody of each role"
    )


class GateShape(Shape):
    """A phase gate."""

    id: Name
    title: Title | None = Field(default=None, description="What people call it; without it, the id")
    from_: str = Field(alias="from", description="The phase that the gate leaves")
    to: str = Field(description="The later phase that it opens")
    gate_issue: Jql = Field(
        description="JQL: the issue that people decide the gate on; the newest one counts",
        examples=['issuetype = "Phase Gate" AND labels = plan-baseline'],
    )
    must: list[CriterionShape] = Field(default_factory=list, description="Criteria without which it is not ready")
    should: list[CriterionShape] = Field(default_factory=list, description="Criteria of which 80 % are to hold")
    decided: dict[Decided, Texts] = Field(
        description="Which statuses of the gate issue are which decision", examples=[{"GO": ["Passed"]}]
    )
    on_early_pass: Literal["return", "flag"] = Field(
        default="flag", description="A pass while a must is open: return moves the issue back, flag only comments"
    )
    return_to: Texts | None = Field(
        default=None, description="The statuses an early pass goes back to, first that is offered"
    )
    sets_baseline: bool = Field(default=False, description="true: passing it fixes the due dates as the baseline")
    closes_project: bool = Field(default=False, description="true: passing it closes the project")
    approvals: ApprovalsShape | None = Field(
        default=None, description="A must: people of these roles have approved by a comment on the gate issue"
    )
