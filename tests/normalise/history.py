"""A small project that lives: steps that people take, and the deliveries that a Jira and a Confluence send of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

from connector.core.events import Event
from connector.normalise.letter import Letter, Source
from connector.normalise.read import normalise
from connector.normalise.rest import rest_issue, rest_page

Delivery = tuple[Event, ...]
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
STATUSES = {"1": ("To Do", "new"), "3": ("In Progress", "indeterminate"), "5": ("Done", "done")}
PEOPLE = {"5f0a11": "Mina Okafor", "5f0b22": "Tomas Lindqvist"}


@dataclass
class _Issue:
    id: str
    key: str
    created: str
    status: str = "1"
    due: str | None = "2026-03-01"
    flagged: bool = False
    labels: list[str] = field(default_factory=list)
    assignee: str | None = None
    updated: str = ""
    histories: list[dict[str, object]] = field(default_factory=list)
    comments: dict[str, dict[str, object]] = field(default_factory=dict)
    worklogs: dict[str, dict[str, object]] = field(default_factory=dict)
    is_gone: bool = False


@dataclass
class Story:
    """What is true, and what was delivered of it, in the order it happened."""

    now: datetime = START
    issues: dict[str, _Issue] = field(default_factory=dict)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    properties: dict[str, object] = field(default_factory=dict)
    sprint: dict[str, object] = field(default_factory=lambda: {"id": 61, "name": "Week 1", "state": "future"})
    version: dict[str, object] = field(default_factory=lambda: {"id": "70001", "name": "Spring", "projectId": 10100})
    is_version_gone: bool = False
    page_version: int = 0
    page_title: str = "Goals"
    is_page_gone: bool = False
    deliveries: list[Delivery] = field(default_factory=list)
    _last_id: int = 100

    def take(self, step: str, pick: int, wait_s: int) -> None:
        """Wait, then let somebody take this step, on the issue or thing that `pick` points at."""
        self.now += timedelta(seconds=wait_s)
        STEPS[step](self, pick)

    # Issues

    def create(self, _: int) -> None:
        number = self._next_id()
        issue = _Issue(id=str(20000 + number), key=f"OPS-{number}", created=self._iso(), updated=self._iso())
        self.issues[issue.id] = issue
        self._jira("jira:issue_created", issue=self._shown(issue), user=self._user(0))

    def move_status(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None:
            after = [one for one in STATUSES if one != issue.status][pick % 2]
            item = _item("status", issue.status, STATUSES[issue.status][0], after, STATUSES[after][0])
            issue.status = after
            self._changed(issue, item, pick)

    def move_due(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None:
            after = f"2026-03-{1 + pick % 28:02d}"
            item = _item("duedate", issue.due, issue.due, after, after)
            issue.due = after
            self._changed(issue, item, pick)

    def flag(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None:
            words = ("Impediment", "") if issue.flagged else ("", "Impediment")
            issue.flagged = not issue.flagged
            item = {**_item("Flagged", None, words[0], None, words[1]), "fieldId": "customfield_10021"}
            self._changed(issue, item, pick)

    def assign(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None:
            after = [None, *PEOPLE][pick % 3]
            item = _item("assignee", issue.assignee, PEOPLE.get(issue.assignee or ""), after, PEOPLE.get(after or ""))
            issue.assignee = after
            self._changed(issue, item, pick)

    def relocate(self, pick: int) -> None:
        """The issue moves to the other project and back: its key changes, its id stays."""
        issue = self._issue(pick)
        if issue is not None:
            project, number = issue.key.split("-")
            after = f"{'MKT' if project == 'OPS' else 'OPS'}-{number}"
            item = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": issue.key, "to": None}
            issue.key = after
            self._changed(issue, {**item, "toString": after}, pick)

    def delete(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None and len(self.issues) > 1:
            issue.is_gone = True
            self._jira("jira:issue_deleted", issue=self._shown(issue), user=self._user(pick))

    def read(self, pick: int) -> None:
        """The connector reads an issue through REST."""
        issue = self._issue(pick)
        if issue is not None:
            raw = {**self._shown(issue), "changelog": {"histories": issue.histories[::-1]}}
            self.deliveries.append(rest_issue("main", raw, self.now))

    # What hangs on issues

    def comment(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None:
            number, who = str(self._next_id()), self._user(pick)
            one = {"id": number, "author": who, "body": f"Text {number}", "created": self._iso()}
            issue.comments[number] = {**one, "updated": self._iso(), "self": f"/issue/{issue.id}/comment/{number}"}
            self._about_comment("comment_created", issue, number, pick)

    def edit_comment(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None and issue.comments:
            number = list(issue.comments)[pick % len(issue.comments)]
            edited = {"body": f"Edited {self._next_id()}", "updated": self._iso()}
            issue.comments[number] = {**issue.comments[number], **edited}
            self._about_comment("comment_updated", issue, number, pick)

    def delete_comment(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None and issue.comments:
            number = list(issue.comments)[pick % len(issue.comments)]
            self._about_comment("comment_deleted", issue, number, pick)
            del issue.comments[number]

    def log_work(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None:
            number = str(self._next_id())
            one = {"id": number, "issueId": issue.id, "author": self._user(pick), "timeSpentSeconds": 600 + pick}
            issue.worklogs[number] = {**one, "started": self._iso(), "created": self._iso(), "updated": self._iso()}
            self._jira("worklog_created", worklog=issue.worklogs[number])

    def correct_work(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None and issue.worklogs:
            number = list(issue.worklogs)[pick % len(issue.worklogs)]
            corrected = {"timeSpentSeconds": 60 * pick, "updated": self._iso()}
            issue.worklogs[number] = {**issue.worklogs[number], **corrected}
            self._jira("worklog_updated", worklog=issue.worklogs[number])

    def delete_work(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None and issue.worklogs:
            number = list(issue.worklogs)[pick % len(issue.worklogs)]
            self._jira("worklog_deleted", worklog=issue.worklogs.pop(number))

    def link(self, pick: int) -> None:
        alive = self._alive()
        if len(alive) > 1:
            source, target = alive[pick % len(alive)], alive[(pick + 1) % len(alive)]
            number = str(self._next_id())
            self.links[number] = (source.id, target.id)
            self._about_link("issuelink_created", number)

    def unlink(self, pick: int) -> None:
        if self.links:
            number = list(self.links)[pick % len(self.links)]
            self._about_link("issuelink_deleted", number)
            del self.links[number]

    def set_property(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None:
            self.properties[issue.id] = pick
            self._jira("issue_property_set", issue=_trimmed(issue), property={"key": "lifecycle", "value": pick})

    def delete_property(self, pick: int) -> None:
        issue = self._issue(pick)
        if issue is not None and issue.id in self.properties:
            del self.properties[issue.id]
            self._jira("issue_property_deleted", issue=_trimmed(issue), property={"key": "lifecycle"})

    # Sprints, versions, pages

    def turn_sprint(self, pick: int) -> None:
        event, state = [("updated", "future"), ("started", "active"), ("closed", "closed")][pick % 3]
        self.sprint = {**self.sprint, "state": state, "name": f"Week {pick}", "originBoardId": 7}
        self._jira(f"sprint_{event}", sprint=self.sprint)

    def turn_version(self, pick: int) -> None:
        event = ("created", "updated", "released", "unreleased", "deleted")[pick % 5]
        self.version = {**self.version, "released": event == "released", "name": f"Spring {pick}"}
        self.is_version_gone = event == "deleted"
        self._jira(f"jira:version_{event}", version=self.version)

    def edit_page(self, pick: int) -> None:
        self.page_version += 1
        self.page_title = f"Goals {pick}"
        self.is_page_gone = False
        event = "page_created" if self.page_version == 1 else "page_updated"
        self._confluence(event, is_full=pick % 2 == 0)

    def turn_page(self, pick: int) -> None:
        if self.page_version:
            event = ("page_trashed", "page_restored", "page_moved", "page_removed")[pick % 4]
            self.is_page_gone = event in ("page_trashed", "page_removed")
            self._confluence(event, is_full=pick % 3 == 0)

    def read_page(self, _: int) -> None:
        if self.page_version:
            raw = {
                "id": "98001",
                "title": self.page_title,
                "status": "trashed" if self.is_page_gone else "current",
                "space": {"key": "OPS"},
                "version": {"number": self.page_version},
                "body": {"storage": {"value": f"<h1>{self.page_title}</h1>"}},
            }
            self.deliveries.append(rest_page("main", raw, self.now))

    def label_page(self, pick: int) -> None:
        if self.page_version and not self.is_page_gone:
            event = "label_added" if pick % 2 else "label_removed"
            body = {"event": event, "labeled": {"id": 98001}, "label": {"name": "charter"}}
            self._deliver("confluence", body)

    # How it is told

    def _changed(self, issue: _Issue, item: dict[str, object], pick: int) -> None:
        issue.updated = self._iso()
        number, who = str(self._next_id()), self._user(pick)
        issue.histories.append({"id": number, "author": who, "created": self._iso(), "items": [item]})
        log = {"id": number, "items": [item]}
        shown = _trimmed(issue) if pick % 7 == 0 else self._shown(issue)
        self._jira("jira:issue_updated", issue=shown, user=who, changelog=log)

    def _about_comment(self, event: str, issue: _Issue, number: str, pick: int) -> None:
        beside = {"issue": _trimmed(issue)} if pick % 2 else {}
        self._jira(event, comment=issue.comments[number], **beside)

    def _about_link(self, event: str, number: str) -> None:
        source, target = self.links[number]
        link_type = {"name": "Blocks", "outwardName": "blocks", "inwardName": "is blocked by"}
        ends = {"sourceIssueId": int(source), "destinationIssueId": int(target)}
        self._jira(event, issueLink={"id": int(number), **ends, "issueLinkType": link_type})

    def _shown(self, issue: _Issue) -> dict[str, object]:
        fields = {
            "created": issue.created,
            "updated": issue.updated,
            "resolution": None,
            "labels": issue.labels,
            "duedate": issue.due,
            "assignee": {"accountId": issue.assignee} if issue.assignee else None,
            "comment": {"comments": list(issue.comments.values())},
            "worklog": {"worklogs": list(issue.worklogs.values())},
            "issuelinks": [one for number in self.links for one in self._link_shown(issue, number)],
        }
        trimmed = _trimmed(issue)
        return {**trimmed, "fields": {**trimmed["fields"], **fields}}  # type: ignore[dict-item]

    def _link_shown(self, issue: _Issue, number: str) -> list[dict[str, object]]:
        source, target = self.links[number]
        if issue.id not in (source, target):
            return []
        side, other = ("outwardIssue", target) if issue.id == source else ("inwardIssue", source)
        link_type = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
        return [{"id": number, "type": link_type, side: {"id": other, "key": self.issues[other].key}}]

    def _jira(self, event: str, **body: object) -> None:
        self._deliver("jira", {"webhookEvent": event, **body})

    def _confluence(self, event: str, *, is_full: bool) -> None:
        page: dict[str, object] = {"id": 98001}
        if is_full:
            page |= {"title": self.page_title, "spaceKey": "OPS", "version": self.page_version}
        self._deliver("confluence", {"event": event, "userKey": "mina", "page": page})

    def _deliver(self, source: Source, body: Mapping[str, object]) -> None:
        raw = orjson.dumps({"timestamp": int(self.now.timestamp() * 1000), **body})
        letter = Letter(site="main", source=source, name=None, body=raw, received_at=self.now)
        self.deliveries.append(normalise(letter))

    def _alive(self) -> list[_Issue]:
        return [one for one in self.issues.values() if not one.is_gone]

    def _issue(self, pick: int) -> _Issue | None:
        alive = self._alive()
        return alive[pick % len(alive)] if alive else None

    def _user(self, pick: int) -> dict[str, object]:
        account = list(PEOPLE)[pick % len(PEOPLE)]
        return {"accountId": account, "displayName": PEOPLE[account]}

    def _iso(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id


STEPS: dict[str, Callable[[Story, int], None]] = {
    "create": Story.create,
    "move_status": Story.move_status,
    "move_due": Story.move_due,
    "flag": Story.flag,
    "assign": Story.assign,
    "relocate": Story.relocate,
    "delete": Story.delete,
    "read": Story.read,
    "comment": Story.comment,
    "edit_comment": Story.edit_comment,
    "delete_comment": Story.delete_comment,
    "log_work": Story.log_work,
    "correct_work": Story.correct_work,
    "delete_work": Story.delete_work,
    "link": Story.link,
    "unlink": Story.unlink,
    "set_property": Story.set_property,
    "delete_property": Story.delete_property,
    "turn_sprint": Story.turn_sprint,
    "turn_version": Story.turn_version,
    "edit_page": Story.edit_page,
    "turn_page": Story.turn_page,
    "read_page": Story.read_page,
    "label_page": Story.label_page,
}


def _item(
    field_: str, before_id: str | None, before: str | None, after_id: str | None, after: str | None
) -> dict[str, object]:
    ends = {"from": before_id, "fromString": before, "to": after_id, "toString": after}
    return {"field": field_, "fieldId": field_, "fieldtype": "jira", **ends}


def _trimmed(issue: _Issue) -> dict[str, object]:
    name, category = STATUSES[issue.status]
    status = {"id": issue.status, "name": name, "statusCategory": {"key": category}}
    project = issue.key.partition("-")[0]
    fields = {"summary": f"Task {issue.id}", "status": status, "project": {"id": f"10{project}", "key": project}}
    return {"id": issue.id, "key": issue.key, "fields": fields}
