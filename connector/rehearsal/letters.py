"""Letters as the products would send them, made of states that are known here: they go through the real doors' reader.

Bodies are in the shape of Jira's and Confluence's webhooks, so that a rehearsal leaves nothing of the event path out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import orjson

from connector.core.issue import Change, Issue
from connector.store.inbox import NewLetter

Source = Literal["jira", "confluence", "clock"]
_STEP = timedelta(milliseconds=1)
_ISSUE_EVENTS = {"issue.created": "jira:issue_created", "issue.deleted": "jira:issue_deleted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A letter's body and how it comes in. `is_live` is False for what no rule shall answer to."""

    name: str
    at: datetime
    body: Mapping[str, object]
    source: Source = "jira"
    is_live: bool = True


def as_letter(told: Told, site: str, number: int) -> NewLetter:
    """The letter for the inbox; the number makes it one of its own."""
    body = orjson.dumps(dict(told.body))
    return NewLetter(
        site=site,
        source=told.source,
        delivery=f"rehearsal {number}",
        body_hash=hashlib.sha256(body).hexdigest(),
        name=told.name if told.source != "jira" else None,
        trace=None,
        received_at=told.at,
        body=body,
        is_live=told.is_live,
    )


def issue_told(
    name: str, issue: Issue, at: datetime, *, by: str | None, changes: Sequence[Change] = (), is_live: bool = True
) -> Told:
    """An issue was created, updated or deleted. changes: of one entry of its history."""
    items = [_item(one) for one in changes]
    changelog = {"changelog": {"id": str(changes[0].history_id), "items": items}} if changes else {}
    return Told(
        name=name,
        at=at,
        is_live=is_live,
        body={
            "webhookEvent": _ISSUE_EVENTS.get(name, "jira:issue_updated"),
            **_when_and_who(at, by),
            "issue": shown(issue),
            **changelog,
        },
    )


def part_told(name: str, part: Mapping[str, object], issue: Issue | None, at: datetime, *, by: str | None) -> Told:
    """A comment, worklog, link, attachment, property, sprint or version was made, changed or removed."""
    kind, _, verb = name.partition(".")
    key = {"link": "issueLink"}.get(kind, kind)
    raw = {"link": f"issuelink_{verb}", "property": f"issue_property_{verb}", "version": f"jira:version_{verb}"}
    beside = {"issue": shown(issue)} if issue is not None else {}
    body = {"webhookEvent": raw.get(kind, f"{kind}_{verb}"), **_when_and_who(at, by), key: dict(part), **beside}
    return Told(name=name, at=at, body=body)


def page_told(name: str, page: Mapping[str, object], at: datetime, *, by: str | None, **more: object) -> Told:
    """Something happened to a page. The letter names it; what the page holds is read up."""
    who = {"userAccountId": by} if by else {}
    event = {"page.labelled": "label_added", "page.commented": "comment_created"}.get(name, name.replace(".", "_"))
    body = {"event": event, "timestamp": _ms(at), **who, "page": dict(page), **more}
    return Told(name=event, at=at, body=body, source="confluence")


def tick_told(name: str, project: str, at: datetime, **more: object) -> Told:
    """Time passed in a project: a day began."""
    body = {"event": name, "project": project, "at": at.isoformat(), **more}
    return Told(name=name, at=at, body=body, source="clock")


def shown(issue: Issue) -> dict[str, object]:
    """The issue as a payload shows it."""
    return {"id": issue.id, "key": issue.key, "fields": dict(issue.fields)}


@dataclass(slots=True)
class Moments:
    """Hands out moments that only ever grow, so that of two states the later told one counts."""

    last: datetime | None = field(default=None)

    def after(self, at: datetime) -> datetime:
        """This moment, or the next one that is free."""
        free = at if self.last is None or at > self.last else self.last + _STEP
        self.last = free
        return free


def _item(change: Change) -> dict[str, object]:
    return {
        "field": change.field,
        "fieldId": change.field_id,
        "from": change.before_id,
        "fromString": change.before,
        "to": change.after_id,
        "toString": change.after,
    }


def _when_and_who(at: datetime, by: str | None) -> dict[str, object]:
    return {"timestamp": _ms(at), **({"user": {"accountId": by, "displayName": by}} if by else {})}


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
