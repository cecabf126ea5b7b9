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
class Link:
    """A link between two issues, by issue ids: `source` does to `target` what the type's outward name says."""

    id: str
    type: str
    source: str
    target: str


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
