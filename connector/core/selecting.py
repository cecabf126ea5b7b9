"""What every rule is made of: queries and what they may look at, comparisons, texts, and where a rule stands.

Selectors arrive as callables so that the core stays free of the languages they are written in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from connector.core.issue import Issue

Mode = Literal["observe", "write"]
Text = Mapping[str, str]
"""A text by locale (en, zh_CN). A shipped one has the single key `id`: its message id in the catalogues."""


class Selector(Protocol):
    """A compiled JQL query."""

    @property
    def text(self) -> str:
        """The query as it was written."""

    @property
    def needs_history(self) -> bool:
        """Whether the issue's changes must be loaded to answer."""

    @property
    def reads_time(self) -> bool:
        """Whether the answer depends on the moment."""

    def matches(self, issue: Issue, scope: "SelectorScope") -> bool:
        """Whether the issue is selected."""

    def explain(self, issue: Issue, scope: "SelectorScope") -> "Explained":
        """The same answer, with what each clause saw."""


@dataclass(frozen=True, slots=True)
class ClauseSeen:
    """One clause of a selector, asked about one issue: how it reads, whether it holds, and what the issue has there."""

    text: str
    holds: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a selector selects an issue or leaves it: every clause in the order written, AND, OR and NOT taken away."""

    matches: bool
    clauses: tuple[ClauseSeen, ...]


SUNDAY = 6
CLOCK_EVENTS = frozenset({"day.began", "week.began", "week.worked", "schedule"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorScope:
    """The moment and the surroundings of a question: what a selector may look at besides the issue.

    `user` is who asks, `login` when their session began (the moment itself, where there is no session). `issue` finds
    another mirrored issue by key or id. `versions` holds a project's versions as Jira gives them, in the project's own
    order, by each of the project's names (key, name, id); `sprints` a sprint by its id; `members` user ids by group
    name; `people` finds what Jira shows of a user by their id. `ranks` holds by field id (priority, resolution) what
    each value is called, by name and id, in the site's order, the most important first. `leads` holds the user id of a
    project's lead by project key, `component_leads` that of a component's by component id. `week_starts` is the first
    day of the week as `date.weekday` counts.
    """

    now: datetime
    timezone: ZoneInfo
    user: str | None = None
    login: datetime | None = None
    issue: Callable[[str], Issue | None] = lambda _: None
    versions: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    sprints: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    people: Callable[[str], object] = lambda _: None
    ranks: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)
    component_leads: Mapping[str, str] = field(default_factory=dict)
    week_starts: int = SUNDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A comparison with a number, as rules write it: `>= 0.9`."""

    operator: Literal["<", "<=", "=", ">=", ">"]
    value: Decimal

    def holds(self, number: Decimal) -> bool:
        """Whether the number satisfies the comparison. Never rounds."""
        match self.operator:
            case "<":
                return number < self.value
            case "<=":
                return number <= self.value
            case "=":
                return number == self.value
            case ">=":
                return number >= self.value
            case ">":
                return number > self.value

    def __str__(self) -> str:
        return f"{self.operator} {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule stands, for messages: file, line, column (from 1)."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
