"""A project's mirrored history as things that happened, one after the other, each with the letter that tells it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from connector.core.asof import issue_as_of
from connector.core.events import EntitySeen, Event, Origin
from connector.core.fields import FieldCatalog, instant_of, user_of
from connector.core.issue import Change, Issue
from connector.core.project import Entity
from connector.rehearsal.letters import Told, issue_told, page_told, part_told
from connector.store import entities, issues, pages, statuses, written

_AT_ISSUES = ("comment", "worklog", "attachment")
_SPRINTS = {"active": "sprint.started", "closed": "sprint.closed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All that the mirror holds of a project's past.

    `versions` are the states of pages, sprints and releases; `own_pages` the ids of those that we write; `trimmed`
    counts issues of which too little is held; `over` lays over an issue what a simulation has written on it.
    """

    project: str
    issues: Mapping[str, Issue]
    categories: Mapping[str, str]
    catalog: FieldCatalog
    parts: tuple[Entity, ...] = ()
    links: tuple[Entity, ...] = ()
    versions: tuple[Entity, ...] = ()
    own_pages: frozenset[str] = frozenset()
    trimmed: int = 0
    account: str | None = None
    over: Callable[[Issue], Issue] = lambda issue: issue

    def issue_at(self, issue_id: str, at: datetime) -> Issue | None:
        """The issue as it was then, with the links it had; None while it did not exist."""
        issue = self.issues.get(issue_id)
        past = issue_as_of(issue, at, categories=self.categories, catalog=self.catalog) if issue is not None else None
        if issue is None or past is None:
            return None
        return self.over(replace(past, fields={**past.fields, "issuelinks": _links_at(issue, at)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened. `order` sorts what happened at one moment; `tell` makes its letter."""

    at: datetime
    order: tuple[int, int, str]
    name: str
    by: str | None
    tell: Callable[[], Told | None]
    shows: tuple[Event, ...] = ()


def read_past(
    conn: Connection, site: str, project: str, space: str, catalog: FieldCatalog, account: str | None
) -> Past:
    """The project's past from one snapshot of the mirror."""
    found = issues.of_project(conn, site, project, with_changes=True)
    parts = entities.of_project(conn, site, project, ["comment", "worklog", "attachment", "link"])
    versions = [
        *written.states_of(conn, site, space, ["page"]),
        *written.states_of(conn, site, project, ["version"]),
        *written.states_of(conn, site, None, ["sprint"]),
    ]
    return Past(
        project=project,
        issues={issue.id: issue for issue in found if not issue.is_trimmed},
        categories=statuses.categories(conn, site),
        catalog=catalog,
        parts=tuple(one for one in parts if one.kind in _AT_ISSUES),
        links=tuple(one for one in parts if one.kind == "link"),
        versions=tuple(versions),
        own_pages=pages.own_ids(conn, site),
        trimmed=sum(issue.is_trimmed for issue in found),
        account=account,
    )


def happenings(past: Past) -> list[Happened]:
    """Everything that happened, oldest first."""
    found = [
        *(one for issue in past.issues.values() for one in _of_issue(past, issue)),
        *(one for part in past.parts for one in _of_part(past, part)),
        *_of_links(past),
        *_of_versions(past),
    ]
    return sorted(found, key=lambda one: (one.at, one.order))


def _of_issue(past: Past, issue: Issue) -> Iterator[Happened]:
    created = instant_of(issue.fields.get("created"))
    if created is not None:
        by = user_of(issue.fields.get("creator")) or user_of(issue.fields.get("reporter"))
        yield _told_issue(past, "issue.created", issue.id, created, by, ())
    for _, some in groupby(issue.changes, key=lambda one: one.history_id):
        changes = tuple(some)
        yield _told_issue(past, "issue.updated", issue.id, changes[0].at, changes[0].author, changes)


def _told_issue(
    past: Past, name: str, issue_id: str, at: datetime, by: str | None, changes: tuple[Change, ...]
) -> Happened:
    def tell() -> Told | None:
        issue = past.issue_at(issue_id, at)
        return issue_told(name, issue, at, by=by, changes=changes) if issue is not None else None

    rank = changes[0].history_id if changes else 0
    return Happened(at=at, order=(0, rank, issue_id), name=name, by=by, tell=tell)


def _of_part(past: Past, part: Entity) -> Iterator[Happened]:
    """A comment, worklog or file at an issue: when it was made, and when it was last edited."""
    created, updated = instant_of(part.data.get("created")), instant_of(part.data.get("updated"))
    if created is None or part.parent not in past.issues:
        return
    by = part.data.get("author")
    author = str(by) if by is not None else None
    yield _told_part(past, f"{part.kind}.created", part, created, author)
    if part.kind != "attachment" and updated is not None and updated > created:
        editor = part.data.get("update_author") or by
        yield _told_part(past, f"{part.kind}.updated", part, updated, str(editor) if editor else None)


def _told_part(past: Past, name: str, part: Entity, at: datetime, by: str | None) -> Happened:
    def tell() -> Told | None:
        issue = past.issue_at(part.parent or "", at)
        return part_told(name, _shape(part), issue, at, by=by) if issue is not None else None

    return Happened(at=at, order=(1, 0, f"{part.kind} {part.id}"), name=name, by=by, tell=tell)


def _shape(part: Entity) -> dict[str, object]:
    """The part in the shape of a payload."""
    data = {name: part.data[name] for name in ("body", "created", "updated", "started", "comment") if name in part.data}
    seconds = {"timeSpentSeconds": part.data["seconds"]} if "seconds" in part.data else {}
    file = {"filename": part.data.get("filename"), "size": part.data.get("size")} if part.kind == "attachment" else {}
    author, editor = part.data.get("author"), part.data.get("update_author")
    named = {"displayName": name} if (name := part.data.get("author_name")) is not None else {}
    made = {"author": {"accountId": author, **named}} if author else {}
    who = {**made, "updateAuthor": {"accountId": editor}} if editor else made
    return {"id": part.id, **who, **data, **seconds, **file, "issueId": part.parent}


def _of_links(past: Past) -> Iterator[Happened]:
    """Links that still stand; the issue's own history says when they were made, better than our first look does."""
    for link in past.links:
        source, target = str(link.data.get("source")), str(link.data.get("target"))
        at = _linked_at(past.issues.get(source), past.issues.get(target)) or instant_of(link.data.get("created"))
        if at is not None:
            yield _told_link(link, source, target, at)


def _told_link(link: Entity, source: str, target: str, at: datetime) -> Happened:
    type_ = {name: link.data.get(key) for name, key in (("name", "type"), ("outwardName", "outward"))}
    body = {
        "id": link.id,
        "sourceIssueId": source,
        "destinationIssueId": target,
        "issueLinkType": {**type_, "inwardName": link.data.get("inward")},
    }
    return Happened(
        at=at,
        order=(2, 0, link.id),
        name="link.created",
        by=None,
        tell=lambda: part_told("link.created", body, None, at, by=None),
    )


def _linked_at(one: Issue | None, other: Issue | None) -> datetime | None:
    ends = ((one, other), (other, one))
    return next((at for issue, end in ends if issue and end and (at := _link_change(issue, end.key))), None)


def _link_change(issue: Issue, key: str) -> datetime | None:
    moments = [one.at for one in issue.changes if one.field.casefold() == "link" and one.after_id == key]
    return moments[-1] if moments else None


def _links_at(issue: Issue, at: datetime) -> list[object]:
    """The links of today that were there then. One that was taken away since is not known any more."""
    links = issue.fields.get("issuelinks")
    return [one for one in links if _was_linked(issue, one, at)] if isinstance(links, list) else []


def _was_linked(issue: Issue, link: object, at: datetime) -> bool:
    if not isinstance(link, Mapping):
        return False
    other = link.get("outwardIssue") or link.get("inwardIssue")
    key = other.get("key") if isinstance(other, Mapping) else None
    made = _link_change(issue, str(key))
    return made is None or made <= at


def _of_versions(past: Past) -> Iterator[Happened]:
    """The states that pages, sprints and releases were seen in, each against the one before it."""
    ordered = sorted(past.versions, key=lambda one: (one.kind, one.id, one.at, one.stamp))
    for _, states in groupby(ordered, key=lambda one: (one.kind, one.id)):
        before: Entity | None = None
        for state in states:
            name = _version_event(before, state)
            if name is not None:
                yield _told_version(past, name, state)
            before = state


def _version_event(before: Entity | None, state: Entity) -> str | None:
    if state.is_trimmed:
        return None
    if state.kind == "page":
        return _page_event(before, state)
    if state.kind == "sprint":
        now = str(state.data.get("state"))
        return _SPRINTS.get(now) if before is not None and before.data.get("state") != now else None
    was_released = before is not None and before.data.get("released") is True
    return (
        "version.released" if state.data.get("released") is True and before is not None and not was_released else None
    )


def _page_event(before: Entity | None, state: Entity) -> str | None:
    if state.is_gone:
        return None if before is None or before.is_gone else "page.trashed"
    if before is None:
        return "page.created"
    if _labels(state) - _labels(before):
        return "page.labelled"
    return "page.updated" if state.data != before.data else None


def _labels(page: Entity) -> set[str]:
    labels = page.data.get("labels")
    return {str(one) for one in labels} if isinstance(labels, list | tuple) else set()


def _told_version(past: Past, name: str, state: Entity) -> Happened:
    origin = Origin(site=state.site, name=f"{state.kind}.seen", at=state.at, is_live=True)
    seen = EntitySeen(
        origin=origin,
        kind="page",
        id=state.id,
        data=state.data,
        project=state.project,
        parent=state.parent,
        revision=state.revision,
        updated=state.at,
    )
    body = _sprint_shape(state) if state.kind == "sprint" else _release_shape(state)
    tell = _tell_page(name, state) if state.kind == "page" else lambda: part_told(name, body, None, state.at, by=None)
    shows = (seen,) if state.kind == "page" else ()
    # Who saved a page is not mirrored: of those that we write, all is taken for ours.
    by = past.account if state.kind == "page" and state.id in past.own_pages else None
    return Happened(at=state.at, order=(3, state.revision, state.id), name=name, by=by, tell=tell, shows=shows)


def _tell_page(name: str, state: Entity) -> Callable[[], Told | None]:
    page = {"id": state.id, "title": state.data.get("title"), "spaceKey": state.project, "version": state.revision}
    labels = sorted(_labels(state))
    more = {"label": {"name": labels[-1]}, "labeled": page} if name == "page.labelled" and labels else {}
    return lambda: page_told(name, page, state.at, by=None, **more)


def _sprint_shape(state: Entity) -> dict[str, object]:
    names = {"name": "name", "state": "state", "goal": "goal", "startDate": "start", "endDate": "end"}
    return {"id": state.id, **_taken(state, {**names, "completeDate": "completed", "originBoardId": "board"})}


def _release_shape(state: Entity) -> dict[str, object]:
    names = {"name": "name", "released": "released", "archived": "archived", "startDate": "start_date"}
    return {"id": state.id, **_taken(state, {**names, "releaseDate": "release_date", "projectId": "project_id"})}


def _taken(state: Entity, names: Mapping[str, str]) -> dict[str, object]:
    return {ours: state.data[theirs] for ours, theirs in names.items() if theirs in state.data}
