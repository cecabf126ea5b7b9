"""What the rest of the house may ask of a Confluence, whichever deployment it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from connector.atlassian.jira import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space. `homepage` is the id of its home page, where it has one."""

    id: str
    key: str
    name: str
    homepage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """A page as it stands. `space` is the space's key, `parent` a page id, `body` storage format.

    `raw` is the product's own JSON, for those who keep pages in the mirror.
    """

    id: str
    title: str
    version: int
    status: str
    space: str
    body: str
    parent: str | None
    url: str
    labels: tuple[str, ...] = ()
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCommentRead:
    """A comment at the foot of a page: its body in storage format, and whether anybody has answered it."""

    id: str
    body: str
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCommentSaid:
    """A comment in the list of those at the foot of a page, with the ids that its last editor bears."""

    id: str
    body: str
    editors: frozenset[str]


class Confluence(Protocol):
    """One Confluence site. Every method raises one of `failures` when it cannot do what it says."""

    def account(self) -> Account:
        """The account whose token is used."""

    def spaces(self) -> tuple[str, ...]:
        """The keys of the spaces our account may see."""

    def space(self, key: str) -> Space:
        """The space with this key."""

    def page(self, page: str) -> PageRead:
        """The page with this id."""

    def body_at(self, page: str, version: int) -> str | None:
        """The page's body as it was in that version; None where the product does not have it any more."""

    def page_by_title(self, space: str, title: str) -> PageRead | None:
        """The current page of the space with exactly this title. Titles are unique in a space."""

    def pages_of(self, space: str, since: datetime | None = None) -> Iterator[PageRead]:
        """The current pages of a space, with their labels and bodies; only those written after `since`, if given."""

    def create_page(
        self, space: str, title: str, parent: str | None, body: str, labels: Sequence[str], marker: str
    ) -> PageRead:
        """Make a page, then mark and label it.

        When this fails half-way the page may stand without mark or labels; `page_by_title` finds it.
        """

    def update_page(
        self,
        page: str,
        *,
        title: str,
        status: str,
        body: str,
        version: int,
        message: str,
        is_quiet: bool,
        parent: str | None = None,
    ) -> int:
        """Write the page's version `version`, which is the one that was read plus one; the number it got.

        A stale number is a Conflict. `is_quiet` mails no watcher; Cloud has no such switch and mails all the same.
        `parent` None leaves the page where it is.
        """

    def labels(self, page: str) -> tuple[str, ...]:
        """The page's labels."""

    def add_labels(self, page: str, names: Sequence[str]) -> None:
        """The page carries these labels; its others stay."""

    def property(self, page: str, key: str) -> object:
        """The page's content property; None when it is not set."""

    def set_property(self, page: str, key: str, value: object) -> None:
        """The page's content property holds the value."""

    def page_comment(self, comment: str) -> PageCommentRead | None:
        """The comment at the foot of a page; None when it is gone."""

    def page_comments(self, page: str) -> Iterator[PageCommentSaid]:
        """The comments at the foot of a page, newest first, without the answers to them."""

    def add_page_comment(self, page: str, body: str) -> str:
        """Write at the foot of a page, in storage format; the comment's id."""

    def edit_page_comment(self, comment: str, body: str) -> None:
        """The comment at the foot of a page says this."""

    def delete_page_comment(self, comment: str) -> None:
        """The comment is gone."""
