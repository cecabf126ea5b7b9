"""Recognising the event of our own write: it updates the mirror, closes its outbox row and starts no rule."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SetIssueFields,
    SetIssueProperty,
    Write,
    WriteComment,
    WritePage,
)
from connector.core.events import EntityGone, EntitySeen, Event, IssueSeen
from connector.core.fields import name_of, number_of
from connector.store import outbox


def close_echoes(conn: Connection, site: str, events: tuple[Event, ...], own: frozenset[str], at: datetime) -> bool:
    """Close the outbox rows whose writes these events show. True when every event's cause was our own write.

    own: the ids of the connector's own accounts. Another bot, or a person using our account, is no echo: the event
    must show what a row of ours wrote.
    """
    if not any(event.origin.actor in own for event in events):
        return False
    rows = [row for subject in _subjects(events) for row in outbox.recent(conn, site, subject)]
    shown = [row for row in rows if any(_shows(event, row.write) for event in events)]
    for row in shown:
        outbox.echo(conn, site, row.id, at)
    return bool(shown)


def _subjects(events: tuple[Event, ...]) -> list[str]:
    """The beginnings of the natural keys that these events may close."""
    subjects = dict[str, None]()
    for event in events:
        match event:
            case IssueSeen():
                subjects[f"issue {event.issue_id} "] = None
                if event.origin.name == "issue.created":
                    subjects[f"project {event.key.rpartition('-')[0]} issue "] = None
            case EntitySeen() | EntityGone() if event.kind == "link":
                subjects["link "] = None
            case EntitySeen() | EntityGone() if event.kind.startswith("page"):
                subjects["project "] = None
            case EntitySeen() | EntityGone() if event.parent is not None:
                subjects[f"issue {event.parent} "] = None
            case _:
                pass
    return list(subjects)


def _shows(event: Event, write: Write) -> bool:
    """Whether the event shows what this write wrote."""
    match event, write:
        case IssueSeen(), SetIssueFields():
            return not event.is_trimmed and all(
                _same(event.fields.get(field), value) for field, value in write.values.items()
            )
        case IssueSeen(), EnsureLabel():
            labels = event.fields.get("labels")
            return isinstance(labels, list | tuple) and write.label in labels
        case IssueSeen(), MoveIssue():
            names = {name.casefold() for name in write.to_status}
            return any(
                change.field_id == "status" and (change.after or "").casefold() in names for change in event.changes
            )
        case IssueSeen(), MakeIssue():
            return event.origin.name == "issue.created" and event.fields.get("summary") == write.summary
        case EntitySeen(), WriteComment():
            return event.kind == "comment" and _says(event.data, write)
        case EntitySeen(), SetIssueProperty():
            return event.kind == "property" and event.id == f"{write.issue}:{write.name}"
        case EntitySeen(), LinkIssues():
            ends = {str(event.data.get("source")), str(event.data.get("target"))}
            return event.kind == "link" and write.target in ends
        case EntitySeen(), WritePage():
            return event.kind == "page" and event.data.get("title") == write.title
    return False


def _says(data: Mapping[str, object], write: WriteComment) -> bool:
    """Whether the comment holds the first line of ours (products rewrap the text, they keep its words)."""
    body = data.get("body")
    text = body if isinstance(body, str) else str(body)
    return bool(write.lines) and _bare(write.lines[0].text) in _bare(text)


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _same(held: object, written: object) -> bool:
    if held == written:
        return True
    number = number_of(held)
    return (number is not None and number == number_of(written)) or (
        name_of(held) is not None and name_of(held) == name_of(written)
    )
