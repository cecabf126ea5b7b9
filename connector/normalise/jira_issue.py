"""An issue in a payload, with its changes and with all that hangs on it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from connector.core.events import EntitySeen, IssueSeen, Origin
from connector.core.issue import Change
from connector.normalise import jira_parts as parts
from connector.normalise.jira_parts import Owner
from connector.normalise.reading import Part
from connector.normalise.texts import plain

# A full snapshot names even the fields that are empty. Trimmed ones (comment events, Forge) hold half a dozen.
_IN_EVERY_FULL_ISSUE = frozenset({"created", "updated", "status", "summary", "labels", "resolution"})
_FIELD_IDS = {"fix version": "fixVersions", "version": "versions", "component": "components"}
_SYSTEM_FIELDS = frozenset(
    {
        *("status", "resolution", "assignee", "reporter", "priority", "summary", "description", "environment"),
        *("labels", "duedate", "issuetype", "project", "timeestimate", "timeoriginalestimate", "timespent"),
    }
)


def issue_seen(issue: Part, origin: Origin, changes: tuple[Change, ...] = ()) -> IssueSeen:
    """The issue as a webhook shows it."""
    fields = issue.at("fields").fields
    return IssueSeen(
        origin=origin,
        issue_id=issue.at("id").id(),
        key=issue.at("key").id(),
        fields={key: plain(value) for key, value in fields.items()},
        changes=changes,
        is_trimmed=not fields.keys() >= _IN_EVERY_FULL_ISSUE,
    )


def owner_of(issue: Part) -> Owner:
    """Who owns what hangs on this issue. The project is the one in its fields, or else in its key."""
    key = issue.at("key").text() or ""
    project = issue.at("fields", "project", "key").text() or key.rpartition("-")[0] or None
    return Owner(issue=issue.at("id").maybe_id(), project=project)


def changes_in(changelog: Part, at: datetime, author: str | None) -> tuple[Change, ...]:
    """The changes of one changelog entry. Without its id they could not be told from others, so none are taken."""
    history = changelog.at("id").maybe_id()
    if history is None or not history.isdigit():
        return ()
    return tuple(_change(item, int(history), at, author) for item in changelog.at("items").items)


def histories_in(changelog: Part, otherwise: datetime) -> tuple[Change, ...]:
    """The changes of a whole history as REST gives it, newest or oldest first."""
    return tuple(
        change
        for entry in changelog.at("histories").items
        for change in changes_in(entry, entry.at("created").moment() or otherwise, entry.at("author").user())
    )


def hanging_on(issue: Part, origin: Origin) -> Iterator[EntitySeen]:
    """The comments, worklogs, links and attachments found in an issue's fields."""
    owner, fields = owner_of(issue), issue.at("fields")
    for one in _with_id(fields.at("comment", "comments")):
        yield parts.comment(one, _named(origin, "comment.seen"), owner)
    for one in _with_id(fields.at("worklog", "worklogs")):
        yield parts.worklog(one, _named(origin, "worklog.seen"), owner)
    for one in _with_id(fields.at("attachment")):
        yield parts.attachment(one, _named(origin, "attachment.seen"), owner)
    for one in fields.at("issuelinks").items:
        found = parts.link_of_issue(one, _named(origin, "link.seen"), owner)
        if found is not None:
            yield found


def around(issue: Part, origin: Origin) -> Iterator[EntitySeen]:
    """The project, versions and sprints that an issue's fields name, and its properties.

    Only a REST answer is read for these: it shows them as they are now, while a webhook may come late.
    """
    owner, fields = owner_of(issue), issue.at("fields")
    if fields.at("project", "id").maybe_id():
        yield parts.project(fields.at("project"), _named(origin, "project.seen"), is_trimmed=True)
    for name in ("fixVersions", "versions"):
        for one in _with_id(fields.at(name)):
            yield parts.version(one, _named(origin, "version.seen"), project=owner.project, is_trimmed=True)
    for name, value in fields.fields.items():
        if name.startswith("customfield_") and isinstance(value, list):
            yield from _sprints(Part(value, f"fields.{name}"), _named(origin, "sprint.seen"))
    for key, value in issue.at("properties").fields.items():
        yield parts.issue_property(key, value, _named(origin, "property.seen"), owner)


def _sprints(field: Part, origin: Origin) -> Iterator[EntitySeen]:
    values = field.value if isinstance(field.value, list) else []
    for n, value in enumerate(values):
        read = parts.old_sprint(value) if isinstance(value, str) else value
        if parts.is_sprint(read):
            yield parts.sprint(Part(read, f"{field.place}[{n}]"), origin)


def _with_id(part: Part) -> list[Part]:
    return [one for one in part.items if one.at("id").maybe_id() is not None]


def _named(origin: Origin, name: str) -> Origin:
    return replace(origin, name=name)


def _change(item: Part, history: int, at: datetime, author: str | None) -> Change:
    field = item.at("field").text() or item.at("fieldId").text() or ""
    return Change(
        history_id=history,
        at=at,
        author=author,
        field=field,
        field_id=_field_id(item.at("fieldId").text() or field),
        before_id=_word(item, "from"),
        before=_word(item, "fromString"),
        after_id=_word(item, "to"),
        after=_word(item, "toString"),
    )


def _field_id(name: str) -> str:
    lowered = name.casefold()
    return _FIELD_IDS.get(lowered) or (lowered if lowered in _SYSTEM_FIELDS else name)


def _word(item: Part, key: str) -> str | None:
    value = item.value.get(key) if isinstance(item.value, Mapping) else None
    return None if value is None else str(value)
