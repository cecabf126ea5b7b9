"""The shape of `projects` and of what they share: parameters, calendars, roles."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from connector.rulefiles.literals import Kind, Name, Off, ParameterValue, Stretches, Texts, Title, Weekdays, Word
from connector.rulefiles.mapping import Shape


class ParameterShape(Shape):
    """A value that rules name as `$word`, and that a project may have its own of. Short: the default alone."""

    type: Kind | None = Field(default=None, description="What its values are; without it, what the default is")
    default: ParameterValue = Field(description="The value where a project has none of its own")
    about: str | None = Field(default=None, description="What it is for, for who sets it")

    @model_validator(mode="before")
    @classmethod
    def _from_default(cls, value: Any) -> Any:
        """A parameter that is only its default."""
        return value if isinstance(value, Mapping) else {"default": value}


class NamesShape(Shape):
    """What the site calls the types, statuses … that rules name in English, by English name."""

    types: dict[str, Texts] = Field(default_factory=dict, description="Issue types: {Risk: 风险}")
    statuses: dict[str, Texts] = Field(default_factory=dict, description="Statuses: {Passed: 通过}")
    priorities: dict[str, Texts] = Field(default_factory=dict, description="Priorities: {Highest: 最高}")
    links: dict[str, Texts] = Field(default_factory=dict, description="Link types: {Relates: 关联}")


class OverrideShape(Shape):
    """What is otherwise in these projects: by a rule's id, the keys it has there instead, or `off`."""

    gates: dict[Name, Off] = Field(default_factory=dict, description="Gates by id")
    kpis: dict[Name, Off] = Field(default_factory=dict, description="KPIs by id")
    automations: dict[Name, Off] = Field(default_factory=dict, description="Automations by id")


class ProjectShape(Shape):
    """Which Jira projects, and how the connector behaves there."""

    jira: Texts | None = Field(default=None, description='The project\'s key, several keys, or "*" for every other')
    category: str | None = Field(default=None, description="Instead of jira: every project of this category")
    mode: Literal["observe", "write"] = Field(
        default="observe", description="observe shows what would be written and writes nothing; write writes"
    )
    space: str | None = Field(default=None, description="The Confluence space of the pages; else the project's key")
    parent_page: str | None = Field(default=None, description="The title of the page under which new pages are put")
    locale: Literal["en", "zh_CN"] | None = Field(default=None, description="The language of pages and comments")
    timezone: str | None = Field(default=None, description="An IANA name such as Asia/Shanghai", examples=["UTC"])
    calendar: str | None = Field(
        default=None, description="Working days: a calendar's id, or a country such as CN or DE-BY", examples=["CN"]
    )
    fields: dict[Word, Texts] = Field(
        default_factory=dict, description="Words of your own for Jira fields: a name, an id, or several names"
    )
    names: NamesShape = Field(default_factory=NamesShape, description="What your site calls types, statuses …")
    with_: dict[str, ParameterValue] = Field(
        default_factory=dict, alias="with", description="These projects' own values for parameters"
    )
    override: OverrideShape = Field(
        default_factory=OverrideShape, description="Rules that are otherwise here: other values for keys, or off"
    )


class CalendarShape(Shape):
    """Which days are worked: a country's, a weekly pattern, and days of your own."""

    id: Name
    country: str | None = Field(default=None, description="Whose holidays and make-up days count: CN, DE-BY")
    week: Weekdays | None = Field(default=None, description="The days worked; else the country's week")
    holidays: Stretches = Field(default=(), description="Days off beside the country's: 2026-12-31")
    workdays: Stretches = Field(default=(), description="Make-up days (调休): worked although they rest")


class RoleShape(Shape):
    """A part that people play."""

    id: Name
    title: Title | None = Field(default=None, description="What people call it; without it, the id")
    people: Texts | None = Field(default=None, description="Jira users: account ids (Cloud) or user names")
    groups: Texts | None = Field(default=None, description="Jira groups")
    jira_role: str | None = Field(default=None, description="A role of the Jira project, by name")
