"""What belongs to issues and projects, in one shape whether a webhook, an issue or a REST answer shows it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connector.core.events import EntityKind, EntitySeen, Origin
from connector.core.fields import name_of
from connector.normalise.reading import Part, without_empty
from connector.normalise.texts import plain

_OLD_SPRINT = re.compile(r"(\w+)=(.*?)(?=,\w+=|\]$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The issue that a part belongs to, as far as the payload tells."""

    issue: str | None = None
    project: str | None = None


def comment(part: Part, origin: Origin, owner: Owner) -> EntitySeen:
    """A comment. Its own `updated` says which of two texts is newer."""
    data = {
        "author": part.at("author").user(),
        "author_name": name_of(part.at("author", "displayName").value),
        "body": plain(part.at("body").value),
        "created": part.at("created").text(),
        "updated": part.at("updated").text(),
        "update_author": part.at("updateAuthor").user(),
        "is_public": part.at("jsdPublic").value,
    }
    issue = owner.issue or _issue_in_link(part)
    return _seen("comment", part, data, origin, replace(owner, issue=issue), _changed(part))


def worklog(part: Part, origin: Origin, owner: Owner) -> EntitySeen:
    """A worklog. `seconds` were spent from `started` on."""
    data = {
        "author": part.at("author").user(),
        "author_name": name_of(part.at("author", "displayName").value),
        "started": part.at("started").text(),
        "seconds": part.at("timeSpentSeconds").number(),
        "comment": plain(part.at("comment").value),
        "created": part.at("created").text(),
        "updated": part.at("updated").text(),
    }
    issue = owner.issue or part.at("issueId").maybe_id() or _issue_in_link(part)
    return _seen("worklog", part, data, origin, replace(owner, issue=issue), _changed(part))


def attachment(part: Part, origin: Origin, owner: Owner) -> EntitySeen:
    """A file at an issue. Only what describes it, never its content."""
    data = {
        "filename": part.at("filename").text(),
        "size": part.at("size").number(),
        "mime_type": part.at("mimeType").text(),
        "author": part.at("author").user(),
        "created": part.at("created").text(),
    }
    return _seen("attachment", part, data, origin, owner, part.at("created").moment())


def link(part: Part, origin: Origin) -> EntitySeen:
    """A link as its own webhook shows it: ids of both ends, source → target by the outward name."""
    type_ = part.at("issueLinkType")
    data = _link_data(
        origin,
        type_.at("name").text(),
        type_.at("outwardName").text() or type_.at("outward").text(),
        type_.at("inwardName").text() or type_.at("inward").text(),
        (part.at("sourceIssueId").id(), part.at("destinationIssueId").id()),
    )
    return _seen("link", part, data, origin, Owner(issue=part.at("sourceIssueId").id()), None)


def link_of_issue(part: Part, origin: Origin, owner: Owner) -> EntitySeen | None:
    """A link as one of its issues shows it, or None where the other end's id is hidden."""
    outward, inward = part.at("outwardIssue", "id").maybe_id(), part.at("inwardIssue", "id").maybe_id()
    other = outward or inward
    if other is None or owner.issue is None or part.at("id").maybe_id() is None:
        return None
    type_ = part.at("type")
    ends = (owner.issue, other) if outward else (other, owner.issue)
    data = _link_data(origin, type_.at("name").text(), type_.at("outward").text(), type_.at("inward").text(), ends)
    key = part.at("inwardIssue", "key").text()
    project = owner.project if outward else (key or "").rpartition("-")[0] or None
    return _seen("link", part, data, origin, Owner(issue=ends[0], project=project), None)


def sprint(part: Part, origin: Origin) -> EntitySeen:
    """A sprint. It belongs to a board, so it has no project."""
    data = {
        "name": part.at("name").text(),
        "state": (part.at("state").text() or "").lower() or None,
        "goal": part.at("goal").text(),
        "start": part.at("startDate").text(),
        "end": part.at("endDate").text(),
        "completed": part.at("completeDate").text(),
        "board": part.at("originBoardId").maybe_id() or part.at("boardId").maybe_id(),
    }
    return _seen("sprint", part, data, origin, Owner(), None)


def old_sprint(text: str) -> dict[str, object] | None:
    """A sprint in the shape that Data Center's sprint field has: a Java object written out."""
    if ".Sprint@" not in text or "[" not in text:
        return None
    pairs = dict(_OLD_SPRINT.findall(text[text.index("[") + 1 :]))
    known: dict[str, object] = {key: value for key, value in pairs.items() if value not in ("<null>", "")}
    return {**known, "boardId": known.get("rapidViewId")} if "id" in known else None


def version(part: Part, origin: Origin, *, project: str | None = None, is_trimmed: bool = False) -> EntitySeen:
    """A version (release) of a project."""
    data = {
        "name": part.at("name").text(),
        "description": part.at("description").text() or None,
        "released": part.at("released").value is True,
        "archived": part.at("archived").value is True,
        "start_date": part.at("startDate").text(),
        "release_date": part.at("releaseDate").text(),
        "project_id": part.at("projectId").maybe_id(),
    }
    seen = _seen("version", part, data, origin, Owner(project=project), None)
    return replace(seen, is_trimmed=is_trimmed)


def project(part: Part, origin: Origin, *, is_trimmed: bool = False) -> EntitySeen:
    """A project. Its id stays when its key changes."""
    data = {
        "key": part.at("key").text(),
        "name": part.at("name").text(),
        "lead": part.at("projectLead").user() or part.at("lead").user(),
        "archived": True if origin.name == "project.archived" else None,
    }
    seen = _seen("project", part, data, origin, Owner(project=part.at("key").text()), None)
    return replace(seen, is_trimmed=is_trimmed)


def issue_property(key: str, value: object, origin: Origin, owner: Owner) -> EntitySeen:
    """An entity property of an issue."""
    return EntitySeen(
        origin=origin,
        kind="property",
        id=f"{owner.issue}:{key}",
        data={"key": key, "value": value},
        project=owner.project,
        parent=owner.issue,
    )


def is_sprint(value: object) -> bool:
    """Whether an element of a custom field is a sprint."""
    return isinstance(value, Mapping) and {"id", "name", "state"} <= value.keys() and "boardId" in value


def _link_data(
    origin: Origin, name: str | None, outward: str | None, inward: str | None, ends: tuple[str, str]
) -> dict[str, object]:
    """`created` is the first moment the link was seen: of several sightings the mirror keeps the earliest."""
    source, target = ends
    data = {"type": name, "outward": outward, "inward": inward, "source": source, "target": target}
    return {**data, "created": origin.at.isoformat()}


def _seen(
    kind: EntityKind,
    part: Part,
    data: Mapping[str, object],
    origin: Origin,
    owner: Owner,
    updated: datetime | None,
) -> EntitySeen:
    return EntitySeen(
        origin=origin,
        kind=kind,
        id=part.at("id").id(),
        data=without_empty(data),
        project=owner.project,
        parent=owner.issue,
        updated=updated,
    )


def _changed(part: Part) -> datetime | None:
    return part.at("updated").moment() or part.at("created").moment()


def _issue_in_link(part: Part) -> str | None:
    """The issue's id in the address of a comment or worklog, which Data Center sends without its issue."""
    found = re.search(r"/issue/(\d{1,20})/(?:comment|worklog)/", part.at("self").text() or "")
    return found.group(1) if found else None
