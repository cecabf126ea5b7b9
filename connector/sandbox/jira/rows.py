"""What the sandbox's Jira holds, as plain rows that refer to each other by id."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Status:
    """A status; `category` is new, indeterminate, done or undefined."""

    id: str
    name: str
    category: str
    description: str = ""


@dataclass(slots=True, kw_only=True)
class IssueType:
    """An issue type; `level` is 1 for epics, 0 for standard types, -1 for sub-tasks."""

    id: str
    name: str
    description: str = ""
    level: int = 0


@dataclass(slots=True, kw_only=True)
class Named:
    """A priority or a resolution."""

    id: str
    name: str
    description: str = ""


@dataclass(slots=True, kw_only=True)
class LinkType:
    """A kind of link with the words for both directions."""

    id: str
    name: str
    outward: str
    inward: str


@dataclass(slots=True, kw_only=True)
class FieldRow:
    """A field of the site.

    kind: how a value is held and shown. string, text (wiki and ADF), number, date, datetime, user, users, option,
    options, version, versions, components, labels, sprint, issue (epic link), any, and `system` kinds of their own.
    word: the key of its name in `locale.WORDS`, empty for fields that came with a seed.
    """

    id: str
    name: str
    kind: str
    type: str
    items: str | None = None
    custom: str | None = None
    word: str = ""
    settable: bool = False
    options: dict[str, str] = field(default_factory=dict)

    @property
    def is_custom(self) -> bool:
        """Whether it is a custom field."""
        return self.id.startswith("customfield_")


@dataclass(slots=True, kw_only=True)
class Transition:
    """A move of a workflow. Empty `sources` means from every status; `required` and `screen` are field ids."""

    id: str
    name: str
    to: str
    sources: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    screen: list[str] = field(default_factory=list)
    event: str = "issue_generic"


@dataclass(slots=True, kw_only=True)
class Workflow:
    """The statuses that an issue type may take in a project, and the moves between them."""

    name: str
    start: str
    statuses: list[str]
    transitions: list[Transition]


@dataclass(slots=True, kw_only=True)
class Project:
    """A project: its issue types with the workflow of each, and the fields each type shows."""

    id: str
    key: str
    name: str
    lead: str
    description: str = ""
    category: dict[str, str] | None = None
    counter: int = 0
    workflows: dict[str, str] = field(default_factory=dict)
    screens: dict[str, list[str]] = field(default_factory=dict)
    properties: dict[str, object] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)
    components: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Version:
    """A version of a project."""

    id: str
    project: str
    name: str
    description: str = ""
    archived: bool = False
    released: bool = False
    start_date: str | None = None
    release_date: str | None = None


@dataclass(slots=True, kw_only=True)
class Component:
    """A component of a project."""

    id: str
    project: str
    name: str
    description: str = ""
    lead: str | None = None


@dataclass(slots=True, kw_only=True)
class Change:
    """One field's change; values are kept as Jira's changelog shows them."""

    field: str
    field_id: str | None
    fieldtype: str
    before: str | None = None
    before_text: str | None = None
    after: str | None = None
    after_text: str | None = None


@dataclass(slots=True, kw_only=True)
class History:
    """Everything that one edit changed."""

    id: str
    author: str | None
    created: str
    changes: list[Change]


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment; `body` holds `wiki` and `adf`."""

    id: str
    author: str
    updater: str
    body: dict[str, object]
    created: str
    updated: str
    visibility: dict[str, str] | None = None
    properties: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Worklog:
    """Time that somebody spent on an issue."""

    id: str
    author: str
    updater: str
    comment: dict[str, object] | None
    created: str
    updated: str
    started: str
    seconds: int
    properties: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Attachment:
    """A file of an issue; the bytes are kept as base64."""

    id: str
    author: str
    name: str
    mime: str
    size: int
    created: str
    content: str


@dataclass(slots=True, kw_only=True)
class RemoteLink:
    """A link from an issue to somewhere else, kept once for each globalId."""

    id: int
    global_id: str | None
    data: dict[str, object]


@dataclass(slots=True, kw_only=True)
class IssueRow:
    """An issue. `fields` holds values by field id: ids for what has rows of its own, else plain values.

    status, issuetype, priority, resolution and project are ids; people are account ids; versions and components are
    lists of ids; texts are `{"wiki", "adf"}`; `parent` is an issue id; sprints are a list of numbers.
    """

    id: str
    key: str
    project: str
    fields: dict[str, object]
    histories: list[History] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    remote_links: list[RemoteLink] = field(default_factory=list)
    properties: dict[str, object] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """A field that is a plain text or an id, or None."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else None

    def many(self, name: str) -> list[str]:
        """A field that is a list of ids or words."""
        value = self.fields.get(name)
        return [str(one) for one in value] if isinstance(value, list) else []


@dataclass(slots=True, kw_only=True)
class Link:
    """`source` <outward words> `target`; both are issue ids."""

    id: str
    type: str
    source: str
    target: str


@dataclass(slots=True, kw_only=True)
class Board:
    """A board over one project."""

    id: int
    name: str
    type: str
    project: str
    columns: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Sprint:
    """A sprint of a board; `state` is future, active or closed."""

    id: int
    board: int
    name: str
    state: str = "future"
    goal: str = ""
    start: str | None = None
    end: str | None = None
    complete: str | None = None
    created: str | None = None
