"""The shape of `automations`: what is waited for, and what is then done."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from connector.rulefiles.literals import Duration, Expression, FieldValue, Jql, Name, Texts, Wording
from connector.rulefiles.mapping import Shape

RegionName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$", description="Small letters, digits and hyphens: a region's name")
]

CHANNEL_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
ChannelName = Annotated[
    str,
    # Looked at when the rule is compiled: what stands here by mistake may be an address with its secret.
    Field(
        json_schema_extra={"pattern": CHANNEL_NAME},
        description="A channel of the channels file, which lies outside of the rules",
    ),
]


class WhenShape(Shape):
    """An event said more exactly: `event` with what narrows it, or `schedule`."""

    event: str | None = Field(default=None, description="The event that is narrowed by the keys beside it")
    schedule: str | None = Field(
        default=None, description="A time in cron form, in the project's zone: 0 9 * * MON-FRI"
    )
    kpi: Texts | None = Field(default=None, description="With kpi.crossed: which KPIs")
    into: Texts | None = Field(
        default=None, description="With kpi.crossed: into which light; with issue.transitioned: into which status"
    )
    gate: Texts | None = Field(default=None, description="With gate.decided: which gates")
    decision: Texts | None = Field(default=None, description="With gate.decided: which decisions, such as GO")
    band: Texts | None = Field(default=None, description="With risk.band_changed: into which bands")
    field: Texts | None = Field(default=None, description="With issue.updated: a change of which fields")
    label: Texts | None = Field(default=None, description="With page.labelled: which labels")
    working_days: Literal[True] | None = Field(
        default=None, description="With day.began: working days only; with week.began: on the week's first one"
    )


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "list"
    return "text" if isinstance(value, str) else "mapping"


_Text = Annotated[str, Tag("text")]
_Mapping = Annotated[WhenShape, Tag("mapping")]
When = Annotated[_Text | _Mapping, Discriminator(_kind)]
Whens = Annotated[
    Annotated[list[When], Field(min_length=1), Tag("list")] | _Text | _Mapping,
    Discriminator(_kind),
]


class EnsureIssueShape(Shape):
    """An issue that shall exist."""

    key: Expression = Field(description="A name of your own for it; made when no issue has it")
    type: str = Field(description="Its issue type")
    summary: Wording = Field(description="Its summary")
    text: Wording | None = Field(default=None, description="Its description, a paragraph a line")
    link: str | None = Field(default=None, description="The type of its link to the issue that the rule acts on")
    fields: dict[str, FieldValue] = Field(default_factory=dict, description="Its fields")


class RaiseRiskShape(Shape):
    """A risk that shall be on the register."""

    key: Expression = Field(description="A name of your own for it; made when no issue has it")
    summary: Wording = Field(description="Its summary")
    text: Wording | None = Field(default=None, description="Its description, a paragraph a line")
    probability: int | None = Field(default=None, ge=1, le=10, description="Its probability on the scale of `risks`")
    impact: int | None = Field(default=None, ge=1, le=10, description="Its impact on the scale of `risks`")
    link: str | None = Field(default=None, description="The type of its link to the issue that the rule acts on")
    fields: dict[str, FieldValue] = Field(default_factory=dict, description="Its other fields")


class OpenDecisionShape(Shape):
    """A decision that shall be open."""

    key: Expression = Field(description="A name of your own for it; made when no issue has it")
    summary: Wording = Field(description="What is to be decided")
    text: Wording | None = Field(default=None, description="Its description, a paragraph a line")
    link: str | None = Field(default=None, description="The type of its link to the issue that the rule acts on")
    fields: dict[str, FieldValue] = Field(default_factory=dict, description="Its other fields")


class CommentShape(Shape):
    """A comment that an issue shall have once, for a purpose."""

    purpose: Name = Field(description="What it is for: one comment for each purpose")
    text: Wording = Field(description="What it says, a paragraph a line")


class AssignShape(Shape):
    """Who shall have the issue: exactly one of these keys."""

    to: Literal["reporter", "lead", "nobody"] | None = Field(default=None, description="reporter, lead or nobody")
    person: str | None = Field(default=None, description="An account id (Cloud) or user name (Data Center)")
    role: str | None = Field(default=None, description="A role of the section `roles`: the first of its people")


class EnsureLinkShape(Shape):
    """A link that shall be there: `link` to exactly one of `to` and `made`."""

    link: str = Field(description="The link type")
    to: Expression | None = Field(default=None, description="The other issue's key")
    made: Expression | None = Field(default=None, description="The key that an ensure_issue gave the other issue")


class SetPropertyShape(Shape):
    """An entity property that the issue shall have."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,199}$")] = Field(description="The property's name")
    value: FieldValue = Field(description="Its value; texts in it may hold {{ }}")


class EnsurePageShape(Shape):
    """A page that shall stand, made once of exactly one of `text` and `template`."""

    key: Expression = Field(description="A name of your own for it; made when no page has it")
    title: Wording = Field(description="Its title")
    text: Wording | None = Field(default=None, description="What stands on it, in Markdown")
    template: Name | None = Field(default=None, description="The template that it is made of")
    parent: Expression | None = Field(default=None, description="The title of the page under which it is put")
    labels: list[str] = Field(default_factory=list, description="Labels that the page bears")


class WriteRegionShape(Shape):
    """A region of a page that shall hold a text."""

    page: Expression | None = Field(default=None, description="The id of a page rule, or the key of an ensure_page")
    title: Expression | None = Field(default=None, description="Or the title of a page of the project's space")
    region: RegionName
    text: Wording = Field(description="What it says, in Markdown")


class PageCommentShape(Shape):
    """A comment that a page shall have once, for a purpose."""

    page: Expression | None = Field(default=None, description="The id of a page rule, or the key of an ensure_page")
    title: Expression | None = Field(default=None, description="Or the title of a page of the project's space")
    purpose: Name = Field(description="What it is for: one comment for each purpose")
    text: Wording = Field(description="What it says, in Markdown")


class NotifyShape(Shape):
    """A message to a channel of chat or mail, once for each event."""

    channel: ChannelName
    title: Wording | None = Field(default=None, description="Its title, where the channel shows one")
    text: Wording = Field(description="What it says, in plain text")


class ActionShape(Shape):
    """One thing to do: exactly one of these keys."""

    ensure_issue: EnsureIssueShape | None = Field(default=None, description="An issue exists")
    raise_risk: RaiseRiskShape | None = Field(default=None, description="A risk is on the register")
    open_decision: OpenDecisionShape | None = Field(default=None, description="A decision is open")
    set_fields: dict[str, FieldValue] | None = Field(default=None, description="Fields hold these values")
    transition: Texts | None = Field(default=None, description="The issue is in the first of these that is offered")
    assign: AssignShape | None = Field(default=None, description="Somebody has the issue")
    add_label: str | None = Field(default=None, description="The issue has the label")
    comment: CommentShape | None = Field(default=None, description="The issue has a comment")
    ensure_link: EnsureLinkShape | None = Field(default=None, description="The issue is linked to another")
    set_property: SetPropertyShape | None = Field(default=None, description="An entity property holds a value")
    ensure_page: EnsurePageShape | None = Field(default=None, description="A page stands")
    write_region: WriteRegionShape | None = Field(default=None, description="A region of a page holds a text")
    add_page_comment: PageCommentShape | None = Field(default=None, description="A page has a comment")
    notify: NotifyShape | None = Field(default=None, description="A channel of chat or mail is told")


class AutomationShape(Shape):
    """When an event happens to an issue that the query selects, do these things."""

    id: Name = Field(description="A name of your own, unique among automations")
    when: Whens = Field(description="The events that the rule answers to")
    if_: Jql | None = Field(default=None, alias="if", description="Which issues are meant, in JQL")
    only_when: Expression | None = Field(default=None, description="What must hold of the project's last figures")
    for_each: Jql | None = Field(default=None, description="Act on every issue that this selects instead, in JQL")
    then: list[ActionShape] = Field(min_length=1, description="What is done, in this order")
    at_most: int = Field(default=20, ge=1, le=1000, description="On how many issues the rule may act in one run")
    unless_done_within: Duration | None = Field(
        default=None, description="Act only when the issue still matches after this time"
    )
    ignore_conflict_with: Texts | None = Field(
        default=None, description="Automations that may write the same field otherwise, or start each other, on purpose"
    )
