"""What the rest of the house may ask of a Jira, whichever deployment it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.atlassian.shapes import Raw
from connector.core.actions import Line
from connector.core.fields import FieldCatalog

MARKER = "lifecycle"
"""The entity property under which a comment, an issue or a page carries the natural key of the write that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who we are signed in as. `others` are further ids that the same account bears (user key beside user name)."""

    id: str
    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueType:
    """A type that issues of a project can have."""

    id: str
    name: str
    is_subtask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraProject:
    """A project that our account may see."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A way out of an issue's present status. `required` are ids of fields that must be sent along.

    `to_category` is new, indeterminate, done or None.
    """

    id: str
    name: str
    to_status_id: str
    to_status_name: str
    to_category: str | None
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNames:
    """What a site calls its statuses, issue types, priorities, resolutions and kinds of links."""

    statuses: tuple[str, ...]
    types: tuple[str, ...]
    priorities: tuple[str, ...]
    resolutions: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link between two issues, by issue ids: `source` does to `target` what the type's outward name says."""

    id: str
    type: str
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRead:
    """A comment of an issue: the ids that its author and its last editor bear, and its text as a wiki string."""

    id: str
    authors: frozenset[str]
    editors: frozenset[str]
    editor: str
    text: str


class Jira(Protocol):
    """One Jira site. Issues are named by id or key, raw ones are in the shape of REST v2 (texts are wiki strings).

    Every method raises one of `failures` when it cannot do what it says.
    """

    @property
    def browse_url(self) -> str:
        """The address people see the site at, without a slash at the end."""

    def account(self) -> Account:
        """The account whose token is used. The start check: a wrong token often reads as an empty site."""

    def fields(self) -> FieldCatalog:
        """All fields of the site."""

    def statuses(self) -> dict[str, str]:
        """The category (new, indeterminate, done, undefined) of each status, by status id."""

    def ranks(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Name and id of every priority and resolution, by field id, the site's first (the most important) first."""

    def leads(self) -> dict[str, str]:
        """The account of each project's lead, by project key, as far as our account may see it."""

    def project_categories(self) -> dict[str, str]:
        """The name of each project's category, by project key; projects without one are left out."""

    def component_leads(self, project: str) -> dict[str, str]:
        """The account of each component's lead in a project, by component id."""

    def members(self, group: str) -> tuple[str, ...]:
        """The accounts in a group. Refused where our account may not browse users and groups."""

    def issue_types(self, project: str) -> tuple[IssueType, ...]:
        """The types of a project."""

    def projects(self) -> tuple[JiraProject, ...]:
        """The projects our account may see, in the site's order."""

    def search(
        self, jql: str, *, fields: Sequence[str] | None = None, with_changelog: bool = False
    ) -> Iterator[list[Raw]]:
        """The issues a query finds, page by page. `fields` None means all of them."""

    def count(self, jql: str) -> int:
        """About how many issues a query finds (Cloud estimates)."""

    def issues(self, ids: Sequence[str]) -> list[Raw]:
        """The issues with all fields, comments, worklogs and the whole changelog; those that are gone are left out."""

    def fields_of(self, issue: str, names: Sequence[str]) -> Raw:
        """Some fields of an issue, by field id, as they stand now. Texts may be in the site's own form (ADF)."""

    def set_fields(self, issue: str, values: Mapping[str, object]) -> None:
        """The issue's fields hold these values (REST v2 shape)."""

    def set_label(self, issue: str, label: str) -> None:
        """The issue carries the label; its others stay."""

    def add_comment(self, issue: str, lines: Sequence[Line], marker: str) -> str:
        """Write a new comment that bears the marker; its id."""

    def find_comment(self, issue: str, marker: str) -> str | None:
        """The id of the newest comment that bears the marker."""

    def edit_comment(self, issue: str, comment: str, lines: Sequence[Line], marker: str) -> None:
        """The comment has this text and still bears the marker."""

    def transitions(self, issue: str) -> tuple[Transition, ...]:
        """The ways out of the issue's present status that our account may take."""

    def transition(self, issue: str, transition: str, fields: Mapping[str, object]) -> None:
        """Take the transition with this id."""

    def create_issue(
        self,
        project: str,
        type_id: str,
        summary: str,
        values: Mapping[str, object],
        lines: Sequence[Line],
        label: str,
        marker: str,
    ) -> tuple[str, str]:
        """Make an issue that carries the label and the marker; its id and key. Never repeated by itself."""

    def find_issue(self, project: str, label: str, marker: str) -> tuple[str, str] | None:
        """The id and key of the issue with this label and marker. On Cloud the search index may lag behind."""

    def link(self, source: str, target: str, link_type: str) -> None:
        """Link two issues by the name of a link type."""

    def links_of(self, issue: str) -> tuple[Link, ...]:
        """The links of an issue."""

    def set_property(self, issue: str, name: str, value: object) -> None:
        """The issue's entity property holds the value (at most 32 768 characters as JSON)."""

    def property(self, issue: str, name: str) -> object:
        """The issue's entity property; None when it is not set."""

    def names(self) -> SiteNames:
        """What the site calls things."""

    def has_person(self, person: str) -> bool:
        """Whether there is a person with this account id (Cloud) or user name (Data Center)."""

    def groups_like(self, name: str) -> tuple[str, ...]:
        """The names of the groups in whose names this one stands, some of them where there are many."""

    def roles_of(self, project: str) -> tuple[str, ...]:
        """The names of a project's roles."""

    def values_of(self, issue: str, names: Sequence[str]) -> Raw:
        """Some fields of an issue, by field id, as they stand now, in the shape in which the mirror keeps them."""

    def put_back(self, issue: str, values: Mapping[str, object]) -> None:
        """The issue's fields hold these values again, which are as `values_of` gave them."""

    def take_off_label(self, issue: str, label: str) -> None:
        """The issue does not carry the label; its others stay."""

    def comments(self, issue: str) -> tuple[CommentRead, ...]:
        """The comments of an issue, oldest first."""

    def delete_comment(self, issue: str, comment: str) -> None:
        """The comment is gone."""

    def delete_property(self, issue: str, name: str) -> None:
        """The issue's entity property is not set."""

    def unlink(self, link: str) -> None:
        """The link with this id is gone."""
