"""Recognising the event of our own write: it updates the mirror, closes its outbox row and starts no rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SetIssueFields,
    SetIssueProperty,
    WriteComment,
    WritePage,
    WritePageComment,
    WriteRegion,
)
from connector.core.events import EntityGone, EntitySeen, Event, IssueSeen
from connector.core.fields import name_of, number_of
from connector.core.issue import Change
from connector.core.taking_back import (
    DeleteComment,
    PutBackFields,
    PutBackProperty,
    PutBackRegions,
    TakeOffLabel,
    Unlink,
)
from connector.pipeline.mirroring import Mirrored
from connector.siterules import SiteRules
from connector.store import entities, outbox, pages, remotes
from connector.store.outbox import OutboxRow

LOOK_BACK = timedelta(days=1)
"""A write whose echo has not come for so long is no explanation for an event of today."""
_NAMELESS = frozenset({"link", "property"})
"""Kinds whose events do not say who did it: there the exact thing must be ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one letter tells: its own event, all it shows, the changes it reports and what its things are called.

    `keys` are the natural keys of ours by the product's id, `pages` what writes call the page that it is about.
    """

    own: Event
    events: tuple[Event, ...]
    changes: tuple[Change, ...]
    changed: frozenset[str]
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pages: frozenset[str] = frozenset()


def close_echoes(conn: Connection, rules: SiteRules, mirrored: Mirrored, own: frozenset[str], at: datetime) -> bool:
    """Close the outbox rows whose writes this letter shows. True when its cause was our own write.

    own: the ids of the connector's own accounts. Another bot, or a person using our account, is no echo: the letter
    must show what a row of ours wrote. Nor is a letter that brings news of somebody else besides.
    """
    if not mirrored.events or not _may_be_ours(mirrored.events[0], own):
        return False
    if _is_own_label(conn, rules.site, mirrored.events[0]):
        return True
    told = _told(conn, rules, mirrored)
    rows = outbox.recent(conn, rules.site, *_subjects(told), since=at - LOOK_BACK)
    shown = [row for row in rows if _shows(told, row)]
    for row in shown:
        outbox.echo(conn, rules.site, row.id, at)
    news = (change.author for some in mirrored.changes.values() for change in some)
    return bool(shown) and all(author is None or author in own for author in news)


def _is_own_label(conn: Connection, site: str, own: Event) -> bool:
    """Whether we labelled a page that we made: no row of its own tells of that."""
    if not isinstance(own, EntitySeen) or own.kind != "page_label":
        return False
    return pages.by_page(conn, site, own.parent or "") is not None


def _may_be_ours(event: Event, own: frozenset[str]) -> bool:
    if event.origin.actor is None:
        return isinstance(event, EntitySeen | EntityGone) and event.kind in _NAMELESS
    return event.origin.actor in own


def _told(conn: Connection, rules: SiteRules, mirrored: Mirrored) -> _Told:
    own = mirrored.events[0]
    reported = own.changes if isinstance(own, IssueSeen) else ()
    # A body without a changelog is read up: then what was new in the history is what it reports.
    changes = reported or tuple(change for some in mirrored.changes.values() for change in some)
    found = {change.field_id: rules.catalog.find(change.field_id) for change in changes}
    return _Told(
        own=own,
        events=mirrored.events,
        changes=changes,
        changed=frozenset(name for id_, known in found.items() for name in (id_, known.id if known else id_)),
        keys=_keys(conn, rules.site, mirrored),
        pages=_page_names(conn, rules.site, own),
    )


def _page_names(conn: Connection, site: str, own: Event) -> frozenset[str]:
    """What writes may call the page that a letter is about: by id, by title, by the natural key it was made under."""
    if not isinstance(own, EntitySeen) or not own.kind.startswith("page"):
        return frozenset()
    page_id = own.id if own.kind == "page" else own.parent or ""
    known = pages.by_page(conn, site, page_id)
    held = entities.load(conn, site, [("page", page_id)]).get(("page", page_id))
    title = own.data.get("title") or (held.data.get("title") if held else None)
    space = own.project or (held.project if held else None)
    return frozenset({f"page {page_id}", f"space {space} titled {title}", *({known.natural_key} if known else set())})


def _keys(conn: Connection, site: str, mirrored: Mirrored) -> dict[str, frozenset[str]]:
    own = mirrored.events[0]
    link = _link_in(mirrored.events)
    if link is not None:
        return {end: frozenset({end, *remotes.by_remote(conn, site, end)}) for end in _ends(link)}
    if isinstance(own, EntitySeen) and own.kind == "page":
        known = pages.by_page(conn, site, own.id)
        return {own.id: frozenset({known.natural_key})} if known is not None else {}
    return {}


def _link_in(events: Sequence[Event]) -> EntitySeen | None:
    """The link that a letter is about; one that was removed is shown beside."""
    if not isinstance(events[0], EntitySeen | EntityGone) or events[0].kind != "link":
        return None
    return next((one for one in events if isinstance(one, EntitySeen) and one.kind == "link"), None)


def _ends(link: EntitySeen) -> list[str]:
    return [str(link.data.get("source")), str(link.data.get("target"))]


def _subjects(told: _Told) -> list[str]:
    """The beginnings of the natural keys that the letter may close."""
    match told.own:
        case IssueSeen() as event if event.origin.name == "issue.created":
            return [f"project {event.key.rpartition('-')[0]} issue "]
        case IssueSeen() as event:
            return [f"issue {event.issue_id} "]
        case EntitySeen() as event if event.kind == "link":
            return [f"link {name} " for names in told.keys.values() for name in sorted(names)]
        case EntitySeen() as event if event.kind == "page":
            named = [*told.keys.get(event.id, frozenset())] or ["project "]
            return [*named, *(f"{name} region " for name in sorted(told.pages))]
        case EntitySeen() as event if event.kind == "page_comment":
            return [f"{name} comment " for name in sorted(told.pages)]
        case EntityGone() as event if event.kind == "link" and _link_in(told.events) is not None:
            return [f"link {name} " for names in told.keys.values() for name in sorted(names)]
        case EntitySeen() | EntityGone() as event if event.parent is not None:
            return [f"issue {event.parent} "]
        case _:
            return []


def _shows(told: _Told, row: OutboxRow) -> bool:
    """Whether the letter shows what this row wrote."""
    own = told.own
    match row.write:
        case SetIssueFields() as write:
            return _reports(told, write.values) and _holds(told, write.values)
        case EnsureLabel() as write:
            return _reports(told, {"labels"}) and any(write.label in _labels(one) for one in _sightings(told))
        case MoveIssue() as write:
            names = {name.casefold() for name in write.to_status}
            return any(one.field_id == "status" and (one.after or "").casefold() in names for one in told.changes)
        case MakeIssue() as write if isinstance(own, IssueSeen):
            is_same = row.remote_id in {None, own.issue_id}
            return is_same and any(one.fields.get("summary") == write.summary for one in _sightings(told))
        case WriteComment() as write:
            comments = [one for one in told.events if isinstance(one, EntitySeen) and _is_news_of(one, "comment")]
            return any(row.remote_id in {None, one.id} and _says(one.data, write) for one in comments)
        case SetIssueProperty() as write if isinstance(own, EntitySeen):
            return own.id == f"{write.issue}:{write.name}" and own.data.get("value") == write.value
        case LinkIssues() as write if isinstance(own, EntitySeen) and own.kind == "link":
            source, target = (told.keys[end] for end in _ends(own))
            ways = ((source, target), (target, source))
            return any(write.source in one and write.target in other for one, other in ways)
        case WritePage() as write if isinstance(own, EntitySeen) and own.kind == "page":
            named = told.keys.get(own.id)
            return row.natural_key in named if named else any(_is_page(one, write) for one in told.events)
        case WriteRegion() as write if isinstance(own, EntitySeen) and own.kind == "page":
            return write.page in told.pages
        case WritePageComment() as write if isinstance(own, EntitySeen) and own.kind == "page_comment":
            return write.page in told.pages and row.remote_id in {None, own.id}
        case PutBackFields() as write:
            return _reports(told, write.values) and _holds(told, write.values)
        case TakeOffLabel() as write:
            return _reports(told, {"labels"}) and all(write.label not in _labels(one) for one in _sightings(told))
        case DeleteComment() as write if isinstance(own, EntityGone):
            return (own.kind, own.id) == ("comment", write.comment)
        case PutBackProperty() as write if isinstance(own, EntityGone):
            return write.value is None and own.id == f"{write.issue}:{write.name}"
        case PutBackProperty() as write if isinstance(own, EntitySeen):
            return own.id == f"{write.issue}:{write.name}" and own.data.get("value") == write.value
        case Unlink() as write if isinstance(own, EntityGone):
            link = _link_in(told.events)
            return link is not None and {write.source, write.target} == set(_ends(link))
        case PutBackRegions() as write if isinstance(own, EntitySeen) and own.kind == "page":
            return own.id == write.page
    return False


def _reports(told: _Told, fields: Iterable[str]) -> bool:
    """Whether the letter tells of a change to one of the fields, or may: a trimmed body does not say which changed."""
    if not isinstance(told.own, IssueSeen):
        return False
    return not told.changed.isdisjoint(fields) or (told.own.is_trimmed and not told.changes)


def _sightings(told: _Told) -> list[IssueSeen]:
    """The letter's issue as the letter and what was read up for it show it."""
    own = told.own
    if not isinstance(own, IssueSeen):
        return []
    return [one for one in told.events if isinstance(one, IssueSeen) and one.issue_id == own.issue_id]


def _holds(told: _Told, values: Mapping[str, object]) -> bool:
    return any(
        not one.is_trimmed and all(_same(one.fields.get(name), value) for name, value in values.items())
        for one in _sightings(told)
    )


def _labels(issue: IssueSeen) -> tuple[object, ...]:
    labels = issue.fields.get("labels")
    return tuple(labels) if isinstance(labels, list | tuple) else ()


def _is_news_of(event: EntitySeen, kind: str) -> bool:
    """Whether the event happened, and was not only shown beside another one."""
    return event.kind == kind and not event.origin.name.endswith(".seen")


def _is_page(event: Event, write: WritePage) -> bool:
    if not isinstance(event, EntitySeen) or event.kind != "page":
        return False
    return event.data.get("title") == write.title and event.project in {None, write.space}


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
