"""An issue as the mirror knows it: its fields, its change history and the facts drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item of one changelog entry: a field that went from one value to another.

    `history_id` is Jira's id of the entry and grows with time; `before_id`/`after_id` are the raw `from`/`to`,
    `before`/`after` the shown `fromString`/`toString`. Where Jira sends no fieldId, `field_id` is the REST id of a
    well-known field (Fix Version: fixVersions) and otherwise equals `field`.
    """

    history_id: int
    at: datetime
    author: str | None
    field: str
    field_id: str
    before_id: str | None = None
    before: str | None = None
    after_id: str | None = None
    after: str | None = None

    @property
    def identity(self) -> tuple[int, str, str, str, str, str]:
        """What makes two reports of a change the same change, wherever they came from."""
        values = (self.before_id, self.before, self.after_id, self.after)
        a, b, c, d = ("" if value is None else value for value in values)
        return (self.history_id, self.field_id.casefold(), a, b, c, d)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one issue's history says about it, kept up to date on the event path.

    All instants are UTC. `finished_at` is None again after a reopening; `was_never_started` marks work that went
    straight to done. `blocked_s` counts the blocked time that is over, `blocked_since` is when the present block began.
    Source: the project's definitions in rules/README.md, section "Facts".
    """

    committed_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    first_finished_at: datetime | None = None
    reopened_n: int = 0
    blocked_s: int = 0
    blocked_since: datetime | None = None
    slips: int = 0
    was_never_started: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue. `fields` is Jira's REST v2 shape (texts are wiki strings), keyed by field id.

    `changes` is oldest first and may be left empty by a reader that does not need the history.
    `properties` are the entity properties by key. `updated` is None while only a trimmed copy has been seen.
    """

    site: str
    id: str
    key: str
    fields: Mapping[str, object] = field(default_factory=dict)
    updated: datetime | None = None
    changes: tuple[Change, ...] = ()
    properties: Mapping[str, object] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    is_trimmed: bool = False
    is_gone: bool = False

    @property
    def project_key(self) -> str:
        """The project's key, from the `project` field or else from the issue's own key."""
        project = self.fields.get("project")
        if isinstance(project, Mapping) and isinstance(project.get("key"), str):
            return str(project["key"])
        return self.key.rpartition("-")[0]
