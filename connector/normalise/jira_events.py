"""Jira's webhooks as events, one reader for each kind of thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from connector.core.events import EntityGone, EntityKind, Event, IssueGone, Origin
from connector.core.mirror import FINAL_KINDS
from connector.normalise import jira_parts as parts
from connector.normalise.jira_issue import changes_in, hanging_on, issue_seen, owner_of
from connector.normalise.jira_parts import Owner
from connector.normalise.reading import Part

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "issue": ("issue.id", "issue.key"),
    "comment": ("comment.id",),
    "worklog": ("worklog.id",),
    "link": ("issueLink.id", "issueLink.sourceIssueId", "issueLink.destinationIssueId"),
    "sprint": ("sprint.id",),
    "version": ("version.id",),
    "project": ("project.id", "project.key"),
    "attachment": ("attachment.id",),
    "property": ("issue.id",),
}


def missing_in(name: str, body: Part) -> str | None:
    """The place of something that an event of this name must hold and this body does not."""
    for place in _NEEDS[name.partition(".")[0]]:
        if body.at(*place.split(".")).maybe_id() is None:
            return place
    if name.startswith("property.") and _property_key(body) is None:
        return "property.key"
    return None


def is_system_link(body: Part) -> bool:
    """Whether a link event is about a sub-task or epic: the issue's own fields tell of those."""
    link = body.at("issueLink")
    flags = (link.at("systemLink"), link.at("issueLinkType", "isSystemLinkType"))
    return any(flag.value is True for flag in (*flags, link.at("issueLinkType", "isSubTaskLinkType")))


def actor_of(body: Part) -> str | None:
    """Who did it. A comment's event names no user, so its author stands in."""
    comment, worklog = body.at("comment"), body.at("worklog")
    people = (
        body.at("user"),
        *(thing.at(role) for thing in (comment, worklog) for role in ("updateAuthor", "author")),
        body.at("attachment", "author"),
    )
    return next((found for one in people if (found := one.user())), None)


def jira_events(name: str, body: Part, origin: Origin) -> tuple[Event, ...]:
    """Everything that a Jira webhook tells, its own event first."""
    kind = name.partition(".")[0]
    return tuple(_READERS[kind](_Told(body=body, origin=origin)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    body: Part
    origin: Origin

    @property
    def verb(self) -> str:
        return self.origin.name.partition(".")[2]

    @property
    def owner(self) -> Owner:
        return owner_of(self.body.at("issue"))

    def as_seen(self, kind: str) -> Origin:
        return replace(self.origin, name=f"{kind}.seen")

    def gone(self, kind: EntityKind, id_: str, owner: Owner) -> EntityGone:
        return EntityGone(
            origin=self.origin,
            kind=kind,
            id=id_,
            project=owner.project,
            parent=owner.issue,
            is_final=kind in FINAL_KINDS,
        )

    def issue_beside(self) -> Iterable[Event]:
        """The issue that a payload shows beside its own event, usually trimmed."""
        issue = self.body.at("issue")
        if issue.at("id").maybe_id() and issue.at("key").maybe_id():
            yield issue_seen(issue, self.as_seen("issue"))


def _issue(told: _Told) -> Iterable[Event]:
    body, issue = told.body, told.body.at("issue")
    if told.verb == "deleted":
        yield IssueGone(origin=told.origin, issue_id=issue.at("id").id(), key=issue.at("key").id())
        yield issue_seen(issue, told.as_seen("issue"))
        return
    # The changelog of a new issue lists its first values; the history that REST gives does not have that entry.
    is_new = told.verb == "created"
    changes = () if is_new else changes_in(body.at("changelog"), told.origin.at, told.origin.actor)
    yield issue_seen(issue, told.origin, changes)
    own = told.body.at("comment")
    if own.at("id").maybe_id():
        is_edit = body.at("issue_event_type_name").text() == "issue_comment_edited" or _was_edited(own)
        verb = "updated" if is_edit else "created"
        yield parts.comment(own, replace(told.origin, name=f"comment.{verb}"), told.owner)
    beside = hanging_on(issue, told.origin)
    yield from (one for one in beside if (one.kind, one.id) != ("comment", own.at("id").maybe_id()))


def _was_edited(comment: Part) -> bool:
    created, updated = comment.at("created").moment(), comment.at("updated").moment()
    return created is not None and updated is not None and updated > created


def _comment(told: _Told) -> Iterable[Event]:
    seen = parts.comment(told.body.at("comment"), told.origin, told.owner)
    if told.verb == "deleted":
        yield told.gone("comment", seen.id, Owner(issue=seen.parent, project=seen.project))
    else:
        yield seen
    yield from told.issue_beside()


def _worklog(told: _Told) -> Iterable[Event]:
    seen = parts.worklog(told.body.at("worklog"), told.origin, told.owner)
    if told.verb == "deleted":
        yield told.gone("worklog", seen.id, Owner(issue=seen.parent, project=seen.project))
    else:
        yield seen
    yield from told.issue_beside()


def _link(told: _Told) -> Iterable[Event]:
    seen = parts.link(told.body.at("issueLink"), told.origin)
    if told.verb == "deleted":
        yield told.gone("link", seen.id, Owner(issue=seen.parent))
        # The mirror keeps what the link was; a link that is only known as gone would say nothing.
        yield replace(seen, origin=told.as_seen("link"), is_trimmed=True)
    else:
        yield seen


def _sprint(told: _Told) -> Iterable[Event]:
    sprint = told.body.at("sprint")
    if told.verb == "deleted":
        yield told.gone("sprint", sprint.at("id").id(), Owner())
    else:
        yield parts.sprint(sprint, told.origin)


def _version(told: _Told) -> Iterable[Event]:
    version = told.body.at("version")
    if told.verb != "deleted":
        yield parts.version(version, told.origin)
        return
    yield told.gone("version", version.at("id").id(), Owner())
    if told.body.at("mergedTo", "id").maybe_id():
        yield parts.version(told.body.at("mergedTo"), told.as_seen("version"))


def _project(told: _Told) -> Iterable[Event]:
    project = told.body.at("project")
    if told.verb == "deleted":
        yield told.gone("project", project.at("id").id(), Owner(project=project.at("key").id()))
    else:
        yield parts.project(project, told.origin)


def _attachment(told: _Told) -> Iterable[Event]:
    attachment = told.body.at("attachment")
    if told.verb == "deleted":
        yield told.gone("attachment", attachment.at("id").id(), told.owner)
    else:
        yield parts.attachment(attachment, told.origin, told.owner)
    yield from told.issue_beside()


def _property(told: _Told) -> Iterable[Event]:
    key = _property_key(told.body) or ""
    if told.verb == "deleted":
        yield told.gone("property", f"{told.owner.issue}:{key}", told.owner)
    else:
        value = told.body.at("property", "value").value
        yield parts.issue_property(key, value, told.origin, told.owner)
    yield from told.issue_beside()


def _property_key(body: Part) -> str | None:
    return body.at("property", "key").maybe_id() or body.at("propertyKey").maybe_id()


_READERS: Mapping[str, Callable[[_Told], Iterable[Event]]] = {
    "issue": _issue,
    "comment": _comment,
    "worklog": _worklog,
    "link": _link,
    "sprint": _sprint,
    "version": _version,
    "project": _project,
    "attachment": _attachment,
    "property": _property,
}
