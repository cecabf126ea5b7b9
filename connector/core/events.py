"""What happened, in our own words: every stranger's payload becomes some of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from connector.core.issue import Change

EntityKind = Literal[
    "comment",
    "worklog",
    "link",
    "sprint",
    "version",
    "project",
    "attachment",
    "property",
    "page",
    "page_label",
    "page_comment",
    "page_attachment",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an event comes from.

    `name` is the rule author's word for it (issue.created, comment.updated, page.moved, day.began). What a payload
    merely shows beside its own event is called `….seen` and no rule can wait for it.
    `at` is the event's own moment in UTC; `actor` the accountId or user name of who caused it.
    `trace` is our own mark on the write that caused it, where the product hands it back.
    `is_live` is False for backfill and late catch-up, which update the mirror and fire no event rule.
    """

    site: str
    name: str
    at: datetime
    actor: str | None = None
    trace: str | None = None
    is_live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSeen:
    """An issue's state as a payload showed it. A trimmed one holds only some of the fields."""

    origin: Origin
    issue_id: str
    key: str
    fields: Mapping[str, object] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    is_trimmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueGone:
    """An issue was deleted. Its id never comes back."""

    origin: Origin
    issue_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySeen:
    """Anything but an issue, as a payload showed it.

    `id` is unique per site and kind (a property's is `issueId:key`, a page label's `pageId:name`). `project` is the
    project's or space's key where known, `parent` the id of the issue or page it belongs to. `revision` is the
    product's own counter (a page's version number), 0 where it has none. `updated` is when this state came about, where
    the product says so (a comment's own `updated`); without it the event's moment stands in.
    """

    origin: Origin
    kind: EntityKind
    id: str
    data: Mapping[str, object] = field(default_factory=dict)
    project: str | None = None
    parent: str | None = None
    revision: int = 0
    updated: datetime | None = None
    is_trimmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityGone:
    """Something was removed. `is_final` when its id can never come back (a comment), not for a trashed page."""

    origin: Origin
    kind: EntityKind
    id: str
    project: str | None = None
    parent: str | None = None
    revision: int = 0
    is_final: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Time passed in a project: day.began, week.began, week.worked (its first working day), schedule, timer.due,
    review.due.

    `about` says more: whether the day is worked, which schedule it was, which rule waited for which issue.
    """

    origin: Origin
    project: str
    about: Mapping[str, object] = field(default_factory=dict)


Event = IssueSeen | IssueGone | EntitySeen | EntityGone | Ticked
