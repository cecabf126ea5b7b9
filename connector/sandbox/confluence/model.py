"""What Confluence holds: spaces, pages with every edition, labels, properties, comments and attachments."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["current", "trashed"]
CommentKind = Literal["footer", "inline"]


@dataclass(slots=True, kw_only=True)
class Edition:
    """One version of a page or a comment. `body` is storage format; `by` is a person's id."""

    number: int
    title: str
    body: str
    at: datetime
    by: str
    message: str = ""
    is_minor: bool = False


@dataclass(slots=True, kw_only=True)
class Space:
    """A space, with the id of its home page."""

    id: int
    key: str
    name: str
    home: str
    author: str
    created: datetime


@dataclass(slots=True, kw_only=True)
class Label:
    """A label on a page."""

    id: int
    name: str
    prefix: str = "global"


@dataclass(slots=True, kw_only=True)
class Property:
    """A content property: any JSON under a key, with its own version numbers."""

    id: int
    key: str
    value: object
    number: int
    at: datetime
    by: str
    message: str = ""


@dataclass(slots=True, kw_only=True)
class Page:
    """A page. `parent` is a page's id, or None at the top of its space; `position` orders pages of one parent."""

    id: str
    space: str
    parent: str | None
    status: Status
    position: int
    created: datetime
    author: str
    editions: list[Edition]
    labels: list[Label] = field(default_factory=list)
    properties: dict[str, Property] = field(default_factory=dict)

    @property
    def latest(self) -> Edition:
        """The version that readers see."""
        return self.editions[-1]

    @property
    def title(self) -> str:
        """The title that readers see."""
        return self.editions[-1].title


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment on a page, or an answer to one. An inline one has a marker in the page's body."""

    id: str
    page: str
    parent: str | None
    kind: CommentKind
    created: datetime
    author: str
    editions: list[Edition]
    marker: str | None = None
    selection: str | None = None
    resolution: Literal["open", "resolved", "reopened"] = "open"
    resolved_by: str | None = None
    resolved_at: datetime | None = None

    @property
    def latest(self) -> Edition:
        """The version that readers see."""
        return self.editions[-1]


@dataclass(slots=True, kw_only=True)
class FileEdition:
    """One version of an attached file."""

    number: int
    data: bytes
    media_type: str
    at: datetime
    by: str
    comment: str = ""
    is_minor: bool = False


@dataclass(slots=True, kw_only=True)
class Attachment:
    """A file on a page; its id begins with `att`."""

    id: str
    page: str
    name: str
    status: Status
    created: datetime
    author: str
    editions: list[FileEdition]

    @property
    def latest(self) -> FileEdition:
        """The version that readers get."""
        return self.editions[-1]


@dataclass(slots=True, kw_only=True)
class Holdings:
    """Everything, by key (spaces) or id (the rest)."""

    __pydantic_config__ = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}  # noqa: RUF012

    spaces: dict[str, Space] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
