"""Writes that were decided: what Jira and Confluence shall hold, each under its natural key.

A write says what shall be true, never "add one": carried out twice it leaves the same thing. Texts are blocks of
plain text, which the back door turns into ADF or wiki markup; nothing in them is ever read as markup.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.core.taking_back import TakingBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph or bullet of a comment. `issues` are keys shown as links after the text."""

    text: str
    is_bullet: bool = False
    is_strong: bool = False
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIssueFields:
    """The issue's fields hold these values. Values are in REST shape (a number, {"value": …}, a date string)."""

    issue: str
    key: str
    values: Mapping[str, object]

    @property
    def natural_key(self) -> str:
        """One row an issue and set of fields, so that a newer value replaces a waiting older one."""
        return f"issue {self.issue} fields {' '.join(sorted(self.values))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsureLabel:
    """The issue carries this label."""

    issue: str
    key: str
    label: str

    @property
    def natural_key(self) -> str:
        """One row an issue and label."""
        return f"issue {self.issue} label {self.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteComment:
    """The issue has one comment for this purpose with this text; it is edited in place.

    `edition` starts a new comment when it changes (a risk crossed into another band): people are told again.
    """

    issue: str
    key: str
    purpose: str
    edition: str
    lines: tuple[Line, ...]

    @property
    def natural_key(self) -> str:
        """One row an issue, purpose and edition."""
        return f"issue {self.issue} comment {self.purpose} {self.edition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveIssue:
    """The issue is moved out of status `from_status` into one of `to_status` (names, first that a transition offers).

    `from_status` is the id of the status it must still be in: somebody else's later move is never undone.
    `occasion` makes each return of a gate its own write.
    """

    issue: str
    key: str
    from_status: str
    to_status: tuple[str, ...]
    occasion: str

    @property
    def natural_key(self) -> str:
        """One row an issue and occasion."""
        return f"issue {self.issue} move {self.occasion}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeIssue:
    """An issue known by `name` exists in the project. `link_to` is an issue id it is linked to once made."""

    project: str
    name: str
    type: tuple[str, ...]
    summary: str
    values: Mapping[str, object] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()

    @property
    def natural_key(self) -> str:
        """One row a project and name."""
        return f"project {self.project} issue {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssues:
    """Two issues are linked. Ends are issue ids, or the natural key of a MakeIssue that this write waits for.

    `names` are what sites call the link type, tried in their order; empty means `type` alone.
    """

    source: str
    target: str
    type: str
    names: tuple[str, ...] = ()

    @property
    def natural_key(self) -> str:
        """One row a pair and type."""
        return f"link {self.source} {self.type} {self.target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIssueProperty:
    """The issue's entity property holds this value."""

    issue: str
    key: str
    name: str
    value: object

    @property
    def natural_key(self) -> str:
        """One row an issue and property."""
        return f"issue {self.issue} property {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePage:
    """A page of the project exists and its regions hold these bodies (storage format), by region id.

    `body` is the whole page for when it must be made. `compare` holds, by region, the body without its stamps: a write
    is due when one of these changed. `is_report` pages are made once and their regions then left to people.
    """

    project: str
    page: str
    space: str
    title: str
    parent: str | None
    body: str
    regions: Mapping[str, str]
    compare: Mapping[str, str]
    labels: tuple[str, ...] = ()
    is_report: bool = False
    is_urgent: bool = False

    @property
    def natural_key(self) -> str:
        """One row a project and page."""
        return f"project {self.project} page {self.page}"

    def fingerprints(self) -> dict[str, str]:
        """The SHA-256 of each region's body without its stamps, by region id: what a later write is compared with."""
        return {region: hashlib.sha256(body.encode()).hexdigest() for region, body in self.compare.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRegion:
    """A region of a page holds this body (storage format). It is put at the page's end when it was never there.

    `page` says which: `page 4711` by id, `space OPS titled Charter` by title, or the natural key of a WritePage.
    """

    page: str
    region: str
    body: str

    @property
    def natural_key(self) -> str:
        """One row a page and region."""
        return f"{self.page} region {self.region}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePageComment:
    """The page has one comment for this purpose with this body (storage format); it is edited in place.

    `page` is said as in WriteRegion.
    """

    page: str
    purpose: str
    body: str

    @property
    def natural_key(self) -> str:
        """One row a page and purpose."""
        return f"{self.page} comment {self.purpose}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    """A channel is told this once, in plain text. Nobody can look up later whether it was.

    `rule` names the action, `about` is `issue` and its id or `project` and its key, `occasion` what happened.
    """

    channel: str
    rule: str
    about: str
    occasion: str
    text: str
    title: str = ""

    @property
    def natural_key(self) -> str:
        """One row an action, subject and occasion: what happens again is told again."""
        return f"{self.about} message to {self.channel} of {self.rule} after {self.occasion}"


Write = (
    SetIssueFields
    | EnsureLabel
    | WriteComment
    | MoveIssue
    | MakeIssue
    | LinkIssues
    | SetIssueProperty
    | WritePage
    | WriteRegion
    | WritePageComment
    | SendMessage
    | TakingBack
)
_ORDER: tuple[type, ...] = (
    MakeIssue,
    WritePage,
    LinkIssues,
    SetIssueFields,
    EnsureLabel,
    SetIssueProperty,
    MoveIssue,
    WriteComment,
    WriteRegion,
    WritePageComment,
    SendMessage,
)


def turn_of(write: Write) -> tuple[int, str]:
    """When a write's turn is among those of one run: makes before links, fields before moves, words at the end."""
    turn = _ORDER.index(type(write)) if type(write) in _ORDER else len(_ORDER)
    return turn, write.natural_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A write with the rule that asked for it and the natural keys of the writes it waits for.

    `cause` names the letter it came of (`inbox 7`), None for a rollup. `before` holds by name what the write replaces,
    as the mirror knew it when the write was decided; None where nothing is replaced.
    """

    write: Write
    rule: str
    place: str
    after: tuple[str, ...] = ()
    cause: str | None = None
    before: Mapping[str, object] | None = None
