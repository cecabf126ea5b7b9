"""The language's shape: which keys stand where and what they hold. What they mean together is checked later."""

from typing import Literal

from pydantic import Field

from connector.rulefiles.literals import Word
from connector.rulefiles.mapping import Shape
from connector.rulefiles.shape_automations import AutomationShape
from connector.rulefiles.shape_gates import GateShape, PhaseShape
from connector.rulefiles.shape_measures import (
    ChangesShape,
    GoalsShape,
    KpiShape,
    MilestonesShape,
    ResourcesShape,
    RisksShape,
)
from connector.rulefiles.shape_pages import CloseoutShape, PageShape, ReportShape
from connector.rulefiles.shape_projects import CalendarShape, ParameterShape, ProjectShape, RoleShape


class FileShape(Shape):
    """A rule file. Every file of a directory may hold any of the keys."""

    language: Literal[1] = Field(description="The number of the language; every file begins with it")
    parameters: dict[Word, ParameterShape] = Field(
        default_factory=dict, description="Values that rules name as $word, and that projects may have their own of"
    )
    projects: list[ProjectShape] = Field(default_factory=list, description="Which Jira projects are looked after")
    calendars: list[CalendarShape] = Field(default_factory=list, description="Which days are worked")
    roles: list[RoleShape] = Field(default_factory=list, description="The parts that people play")
    people_file: str | None = Field(
        default=None, description="A file outside of the rules with people's capacity, rates and leave"
    )
    phases: list[PhaseShape] | None = Field(default=None, description="The phases of a project's life, in their order")
    gates: list[GateShape] = Field(default_factory=list, description="The gates between phases")
    risks: RisksShape | None = Field(default=None, description="How risks are found and scored")
    kpis: list[KpiShape] = Field(default_factory=list, description="The figures that matter, with their targets")
    goals: GoalsShape | None = Field(default=None, description="Which issues are goals")
    milestones: MilestonesShape | None = Field(default=None, description="Which issues are milestones")
    changes: ChangesShape | None = Field(default=None, description="Which issues are change requests")
    resources: ResourcesShape | None = Field(default=None, description="What people's load is measured by")
    pages: list[PageShape] = Field(default_factory=list, description="The pages that write themselves")
    reports: list[ReportShape] = Field(default_factory=list, description="The pages drafted every week or month")
    closeout: CloseoutShape | None = Field(default=None, description="How a project ends")
    automations: list[AutomationShape] = Field(default_factory=list, description="What happens by itself")
