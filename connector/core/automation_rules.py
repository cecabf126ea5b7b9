"""What automations may do: the actions of a rule, compiled from an administrator's YAML.

Texts and values that depend on the event arrive as callables over the values of `core.values`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Values = Mapping[str, object]
Fill = Callable[[Values], str]
"""A text with its {{ }} places filled."""
Worth = Callable[[Values], object]
"""A value worked out for one event, in the shape that Jira takes."""
Prose = Callable[[Values, Callable[[str], str]], str]
"""Markdown with its {{ }} places filled by what the second argument makes of each value: text never becomes markup."""

TEXT_NAMES = frozenset({"issue", "trigger", "event", "project", "figure", "kpi", "gate", "today", "now", "days"})
"""What the {{ }} places of a rule's texts may name: see core.values."""
CONDITION_NAMES = TEXT_NAMES - {"issue", "trigger"}
"""What `only_when` may name: the project, its last figures and the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsureIssue:
    """Action: an issue with this natural key exists; made when it does not.

    `type_names` and `link_names` are what sites call the two, the rule's own name first. `fields` is by field id, in
    REST shape, `worked` by field id what is worked out for the event; `text` is the description.
    """

    key: Fill
    type: str
    summary: Fill
    link: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    type_names: tuple[str, ...] = ()
    link_names: tuple[str, ...] = ()
    worked: Mapping[str, Worth] = field(default_factory=dict)
    text: Fill | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFields:
    """Action: the issue's fields hold these values. By field id, in REST shape; `worked` for each event anew."""

    values: Mapping[str, object] = field(default_factory=dict)
    worked: Mapping[str, Worth] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Action: the issue is assigned to the reporter, the project's lead, nobody, or `who`: a person's id, or a role."""

    to: Literal["reporter", "lead", "nobody", "person", "role"]
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTransition:
    """Action: the issue is in one of these statuses (by name, also the site's own); the first one offered is taken."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLabel:
    """Action: the issue carries this label."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SayComment:
    """Action: the issue has one comment for this purpose, with this text."""

    purpose: str
    text: Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsureLink:
    """Action: the issue is linked to another: `to` is its key, or where `is_made` what an ensure_issue calls it."""

    type: str
    to: Fill
    names: tuple[str, ...] = ()
    is_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProperty:
    """Action: the issue's entity property holds this value."""

    name: str
    value: Worth


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsurePage:
    """Action: a page known by `key` stands in the project's space. Made once, of Markdown or of a template."""

    key: Fill
    title: Fill
    text: Prose | None = None
    template: str | None = None
    parent: Fill | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTarget:
    """Which page: one that a rule writes (`name`), one of the space by its title, or else that of the event."""

    name: Fill | None = None
    title: Fill | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRegion:
    """Action: a region of a page holds this text. `region` is its id on the page."""

    page: PageTarget
    region: str
    text: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class SayOnPage:
    """Action: a page has one comment for this purpose, with this text."""

    page: PageTarget
    purpose: str
    text: Prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Action: a channel of chat or mail is told this once for each event. `number` tells a rule's messages apart."""

    channel: str
    text: Fill
    title: Fill | None = None
    number: int = 0


OfIssue = SetFields | Assign | TakeTransition | AddLabel | SayComment | EnsureLink | SetProperty
"""Actions that do something to an issue, so that there must be one."""
RuleAction = EnsureIssue | OfIssue | EnsurePage | PutRegion | SayOnPage | Notify


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """An event of `when` said more exactly: a rule hears it only when each of `wanted` is one of these.

    wanted: what the event tells (kpi, into, gate, decision, band, working_day, schedule …) with the accepted values,
    in lower case.
    """

    event: str
    wanted: Mapping[str, tuple[str, ...]]

    def fits(self, about: Mapping[str, object]) -> bool:
        """Whether the event is one of those that are meant."""
        return all(_told(about.get(name)) & set(values) for name, values in self.wanted.items())


def _told(value: object) -> set[str]:
    """What an event tells under one name, as a rule would write it."""
    values = value if isinstance(value, tuple) else (value,)
    return {str(one).casefold() for one in values if one is not None}
