"""Issues, histories and pages out of the friendly notation. What cannot be built is complained about with its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

from connector.core.events import Event, IssueSeen, Origin
from connector.core.fields import Field, FieldCatalog, name_of
from connector.core.issue import Change, Issue
from connector.normalise.jira_issue import hanging_on
from connector.normalise.reading import Part as Payload
from connector.normalise.rest import rest_page
from connector.rehearsal.cases.shape import IssueShape, PageShape
from connector.rehearsal.cases.site import Statuses, person
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.problem import nearest, shown, suggest

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2}))?")
_ENTRY = re.compile(r"(\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2})?)\s+(.+)", re.DOTALL)
_STEP = re.compile(r"(.*?)\s*(?:->|→)\s*(.*?)(?:\s+by\s+(\S+))?", re.DOTALL)
_EMPTY = frozenset({"", "nothing", "empty"})
_USERS = frozenset({"user"})
_BY_NAME = frozenset({"priority", "resolution", "version", "component"})
_CONTAINERS = frozenset({"Epic", "Initiative", "史诗", "长篇故事"})
_SUBTASKS = frozenset({"Sub-task", "Subtask", "子任务"})
_BEFORE = timedelta(days=30)
"""How long before `now` an issue was made that says nothing else."""


@dataclass(slots=True)
class Builder:
    """Builds what one case names. `project` is its key, `now` its moment, `zone` the project's time zone."""

    project: str
    now: datetime
    zone: ZoneInfo
    catalog: FieldCatalog
    statuses: Statuses
    complaints: Complaints
    ids: dict[str, str] = field(default_factory=dict)
    histories: int = 100
    remarks: int = 50000

    def moment(self, part: Part, text: str) -> datetime:
        """`2026-03-16 09:00` in the project's time zone; without a time its midnight."""
        found = read_moment(text, self.zone)
        if found is None:
            self.complaints.add(part, f"{shown(text)} is no moment", "write for example 2026-03-16 09:00")
        return found or self.now

    def id_of(self, key: str) -> str:
        """The id of an issue."""
        return self.ids.setdefault(key, str(10001 + len(self.ids)))

    def issue(self, part: Part, shape: IssueShape) -> Issue:
        """The issue as it stands, with its history."""
        changes = tuple(
            change for n, one in enumerate(shape.history) for change in self._entry(part.at("history", n), one)
        )
        changes = tuple(sorted(changes, key=lambda one: (one.at, one.history_id)))
        created = self.moment(part.at("created"), shape.created) if shape.created else _first_moment(changes, self.now)
        fields = self._empty(shape, created)
        fields |= {one.field_id: self._after(one) for one in changes if one.field_id != "status"}
        for word, value in (shape.model_extra or {}).items():
            fields |= self.value(part.at(word), word, value)
        fields["status"] = self.status(part.at("status"), shape.status or _last_status(changes) or "To Do")
        fields["issuelinks"] = self._links(shape.links)
        fields["comment"] = {
            "comments": [self._comment(part.at("comments", n), one) for n, one in enumerate(shape.comments)]
        }
        updated = max([created, *(one.at for one in changes)])
        fields["updated"] = updated.isoformat()
        return Issue(
            site="test",
            id=self.id_of(shape.key),
            key=shape.key,
            fields=fields,
            changes=changes,
            updated=updated,
        )

    def value(self, part: Part, word: str, value: object) -> dict[str, object]:
        """A field's value in the shape that Jira gives it, by field id; nothing where there is no such field."""
        found = self.catalog.find(word)
        if found is None:
            mend = suggest(word, self.catalog.names(), "declare it under projects: fields:")
            self.complaints.add_key(part, f"there is no field {shown(word)}", mend)
            return {}
        if found.id == "status":
            return {"status": self.status(part, str(value))}
        return {found.id: self._shaped(found, value)}

    def status(self, part: Part, name: str) -> dict[str, object]:
        """A status by its name."""
        if name not in self.statuses.categories:
            mend = f"say its category at the head of the file: statuses: {{{name}: indeterminate}}"
            near = nearest(name, self.statuses.categories)
            told = f"did you mean {near!r}? If not, {mend}" if near is not None else mend
            self.complaints.add(part, f"there is no status {shown(name)}", told)
            return {"id": "0", "name": name}
        return self.statuses.shown(name)

    def change(self, field_id: str, before: object, after: object, by: str, at: datetime) -> Change:
        """One change of a field, as its history tells it."""
        found = self.catalog.find(field_id)
        self.histories += 1
        old_id, old = _ids(before, field_id)
        new_id, new = _ids(after, field_id)
        return Change(
            history_id=self.histories,
            at=at,
            author=by,
            field=found.name if found is not None and field_id.startswith("customfield_") else field_id,
            field_id=field_id,
            before_id=old_id,
            before=old,
            after_id=new_id,
            after=new,
        )

    def _entry(self, part: Part, entry: str | Mapping[str, str | None]) -> list[Change]:
        """`- 2026-01-05 status: To Do -> In Progress by ana`."""
        text = entry if isinstance(entry, str) else ": ".join(f"{key}: {value or ''}" for key, value in entry.items())
        head, _, step = text.partition(": ")
        when, moved = _ENTRY.fullmatch(head.strip()), _STEP.fullmatch(step.strip())
        found = self.catalog.find(when.group(2)) if when is not None else None
        if when is None or moved is None or found is None:
            what = f"{shown(text)} is no entry of a history"
            if when is not None and moved is not None:
                what = f"there is no field {shown(when.group(2))}"
            self.complaints.add(part, what, "write for example - 2026-01-05 status: To Do -> In Progress by ana")
            return []
        before, after = (self._read(part, found, one) for one in moved.group(1, 2))
        at = self.moment(part, when.group(1))
        return [self.change(found.id, before, after, moved.group(3) or "somebody", at)]

    def _read(self, part: Part, found: Field, text: str) -> object:
        if text.strip().casefold() in _EMPTY:
            return None
        if found.id == "status":
            return self.status(part, text)
        return self._shaped(found, text)

    def _after(self, change: Change) -> object:
        found = self.catalog.find(change.field_id)
        assert found is not None, "only fields of the catalogue have changes here"
        return None if change.after is None else self._shaped(found, change.after)

    def _shaped(self, found: Field, value: object) -> object:
        if value is None or (isinstance(value, str) and value.casefold() in _EMPTY):
            return [] if found.kind == "array" else None
        if found.id == "labels":
            return list(value) if isinstance(value, list) else str(value).split()
        if isinstance(value, list):
            inner = Field(id=found.id, name=found.name, kind=found.items or "any")
            return [self._shaped(inner, one) for one in value]
        if found.id == "parent":
            return {"id": self.id_of(str(value)), "key": str(value)}
        if found.id == "issuetype":
            return issue_type(str(value))
        if found.kind == "array":
            return [self._shaped(Field(id=found.id, name=found.name, kind=found.items or "any"), value)]
        if found.kind in _USERS:
            return person(str(value))
        return {"id": str(value), "name": str(value)} if found.kind in _BY_NAME else _number(found, value)

    def _empty(self, shape: IssueShape, created: datetime) -> dict[str, object]:
        return {
            "summary": shape.summary,
            "issuetype": issue_type(shape.type),
            "project": {"id": "10000", "key": shape.key.rpartition("-")[0], "name": shape.key.rpartition("-")[0]},
            "created": created.isoformat(),
            "resolution": None,
            "labels": [],
            "priority": {"id": "Medium", "name": "Medium"},
            "assignee": None,
            "reporter": person("somebody"),
            "duedate": None,
            "attachment": [],
        }

    def _links(self, links: Mapping[str, list[str]]) -> list[object]:
        return [
            {
                "id": str(90000 + n),
                "type": {"name": kind, "outward": kind.casefold(), "inward": kind.casefold()},
                "outwardIssue": {"id": self.id_of(key), "key": key},
            }
            for n, (kind, key) in enumerate((kind, key) for kind, keys in links.items() for key in keys)
        ]

    def _comment(self, part: Part, entry: str | Mapping[str, str]) -> dict[str, object]:
        """`- 2026-01-06 ana: We are waiting for the supplier`."""
        text = entry if isinstance(entry, str) else ": ".join(f"{key}: {value}" for key, value in entry.items())
        head, _, words = text.partition(": ")
        when = _ENTRY.fullmatch(head.strip())
        if when is None:
            self.complaints.add(part, f"{shown(text)} is no comment", "write for example - 2026-01-06 ana: A word")
        at = self.moment(part, when.group(1)) if when is not None else self.now
        who = when.group(2) if when is not None else "somebody"
        moments = {"created": at.isoformat(), "updated": at.isoformat()}
        self.remarks += 1
        return {"id": str(self.remarks), "author": person(who), "body": words, **moments}


def read_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC; None for what is none."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day, hour = date.fromisoformat(found.group(1)), time.fromisoformat((found.group(2) or "00:00").zfill(5))
    except ValueError:
        return None
    return datetime.combine(day, hour, zone).astimezone(UTC)


def issue_type(name: str) -> dict[str, object]:
    """An issue type: epics stand above other issues, sub-tasks below."""
    level = 1 if name in _CONTAINERS else -1 if name in _SUBTASKS else 0
    return {"id": name, "name": name, "subtask": level < 0, "hierarchyLevel": level}


def issue_seen(issue: Issue, site: str, at: datetime) -> IssueSeen:
    """The issue as a read of the whole of it shows it."""
    origin = Origin(site=site, name="issue.seen", at=at, is_live=False)
    return IssueSeen(origin=origin, issue_id=issue.id, key=issue.key, fields=issue.fields, changes=issue.changes)


def comments_seen(issue: Issue, site: str, at: datetime) -> tuple[Event, ...]:
    """The issue's comments as a read of the whole of it shows them."""
    origin = Origin(site=site, name="issue.seen", at=at, is_live=False)
    shown_there = Payload({"id": issue.id, "key": issue.key, "fields": issue.fields})
    return tuple(one for one in hanging_on(shown_there, origin) if one.kind == "comment")


def page_events(shape: PageShape, page_id: str, space: str, site: str, at: datetime) -> tuple[Event, ...]:
    """The page as a read of the whole of it shows it."""
    body = "".join(
        f"<h2>{escape(heading)}</h2>" + (f"<p>{escape(text)}</p>" if text else "")
        for heading, text in shape.headings.items()
    )
    raw = {
        "id": page_id,
        "title": shape.title,
        "version": {"number": 1, "createdAt": at.isoformat()},
        "body": {"storage": {"value": body}},
    }
    return rest_page(site, raw, at, space=space, labels=shape.labels)


def _number(found: Field, value: object) -> object:
    """A number out of a history's text, where the field holds numbers; else the value as it stands."""
    if isinstance(value, str) and found.id.startswith("customfield_") and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value) if "." in value else int(value)
    return value


def _ids(value: object, field_id: str) -> tuple[str | None, str | None]:
    """How a history tells a value: its id and its name."""
    if value is None or value == []:
        return None, None
    if isinstance(value, list):
        joined = " ".join(name_of(one) or str(one) for one in value)
        return None, joined
    if isinstance(value, Mapping):
        identity = value.get("id") or value.get("accountId")
        return (str(identity) if identity is not None else None), name_of(value)
    return (str(value) if field_id == "duedate" else None), str(value)


def _first_moment(changes: tuple[Change, ...], now: datetime) -> datetime:
    return min([now - _BEFORE, *(one.at - timedelta(days=1) for one in changes)])


def _last_status(changes: tuple[Change, ...]) -> str | None:
    moves = [one.after for one in changes if one.field_id == "status"]
    return moves[-1] if moves else None
