"""The shape of `pages`, `reports` and `closeout`."""

from typing import Literal

from pydantic import Field

from connector.rulefiles.literals import Name, Title
from connector.rulefiles.mapping import Shape


class PageShape(Shape):
    """A page that writes itself from a template."""

    id: Name
    template: Name = Field(description="The page template, a folder in templates/")
    title: Title = Field(description="The page's title; may hold {project} and {name}")
    behaviour: Literal["live", "report"] = Field(
        default="live", description="live is kept up to date; report is drafted once and then yours"
    )
    after_gate: str | None = Field(default=None, description="The page is made when this gate is passed")
    labels: list[str] = Field(default_factory=list, description="Labels that the page bears")


class ReportShape(Shape):
    """A page that is drafted anew for every week or month, and then yours."""

    id: Name
    template: Name = Field(description="The page template, a folder in templates/")
    title: Title = Field(description="The page's title; holds {period}, and may hold {project} and {name}")
    every: Literal["week", "month"] = Field(description="One page for every week, or for every month")
    on: Literal["first", "last"] = Field(
        default="last", description="The working day of the week or month on which it is drafted"
    )
    labels: list[str] = Field(default_factory=list, description="Labels that the page bears")


class CloseoutShape(Shape):
    """The gate whose pass closes the project, and the page that is drafted then."""

    gate: str = Field(description="The gate whose pass closes the project")
    page: str = Field(description="The page that is drafted then, as a report")
