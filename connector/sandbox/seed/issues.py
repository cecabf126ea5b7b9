"""Turns issues of a seed into rows: fields by kind, links, parents, comments, worklogs and histories."""

from collections.abc import Callable, Mapping
from typing import cast

from connector.core.fields import instant_of
from connector.sandbox.jira.rows import Change, Comment, FieldRow, History, IssueRow, Link, Worklog
from connector.sandbox.jira.template_fields import EPIC_LINK, FLAGGED, SPRINT
from connector.sandbox.jira.text import from_adf, from_wiki
from connector.sandbox.seed.site import Object, SiteSeeder, each, histories, objects, sprints_of
from connector.sandbox.world import World

_AS_IT_IS = (
    "summary",
    "created",
    "updated",
    "resolutiondate",
    "duedate",
    "statuscategorychangedate",
    "lastViewed",
    "timeoriginalestimate",
    "timeestimate",
    "timespent",
)
_BRIEF = ("summary", "status", "priority", "issuetype")


class IssueSeeder:
    """Loads the issues of a seed into a site that was learnt from them."""

    def __init__(self, world: World, site: SiteSeeder) -> None:
        self.world = world
        self.jira = world.jira
        self.site = site

    def load(self, issues: list[dict[str, object]]) -> None:
        """Every issue first, then what ties them to each other."""
        for issue in issues:
            self._put(issue)
        for issue in issues:
            self._tie(issue)

    def _put(self, issue: Object) -> None:
        fields, project = objects(issue["fields"]), self.site.project(issue)
        row = IssueRow(
            id=str(issue["id"]),
            key=str(issue["key"]),
            project=project.id,
            fields={**self._fields(fields), "project": project.id},
            histories=self._histories(issue),
            comments=[self._comment(one) for one in each(objects(fields.get("comment")).get("comments"))],
            worklogs=[self._worklog(one) for one in each(objects(fields.get("worklog")).get("worklogs"))],
            properties=dict(objects(issue.get("properties"))),
        )
        row.fields.setdefault("updated", row.histories[-1].created if row.histories else row.fields["created"])
        self.jira.put(row)
        project.counter = max(project.counter, int(row.key.rpartition("-")[2]))
        self.world.keep_above("issue", int(row.id))

    def _fields(self, fields: Object) -> dict[str, object]:
        now = self.world.now_text()
        found: dict[str, object] = {name: fields[name] for name in _AS_IT_IS if fields.get(name) is not None}
        found.setdefault("summary", "")
        found.setdefault("created", now)
        for name in ("status", "issuetype", "priority", "resolution"):
            value = fields.get(name)
            found[name] = str(value["id"]) if isinstance(value, Mapping) else None
        for name in ("assignee", "reporter", "creator"):
            found[name] = self.site.person(fields.get(name))
        for name in ("components", "fixVersions", "versions"):
            found[name] = [str(one["id"]) for one in each(fields.get(name))]
        found["labels"] = list(cast("list[str]", fields.get("labels") or []))
        for name in ("description", "environment"):
            found[name] = _text(fields.get(name))
        found |= self._agile(fields)
        for name, value in fields.items():
            row = self.jira.fields.get(name)
            if row is not None and row.is_custom and name not in (SPRINT, EPIC_LINK) and value not in (None, [], ""):
                found[name] = self._custom(row, value)
        return found

    def _agile(self, fields: Object) -> dict[str, object]:
        found: dict[str, object] = {}
        held = list(dict.fromkeys(int(str(one["id"])) for one in sprints_of(fields)))
        if held:
            found[SPRINT] = held
        if fields.get("flagged") is True:
            found[FLAGGED] = list(self.jira.fields[FLAGGED].options)[:1]
        return found

    def _custom(self, row: FieldRow, value: object) -> object:
        reader = _CUSTOM.get(row.kind)
        return reader(self, value) if reader else value

    def _user(self, value: object) -> object:
        return self.site.person(value)

    def _users(self, value: object) -> object:
        return [one for one in map(self.site.person, each(value)) if one]

    def _option(self, value: object) -> object:
        one = objects(value)
        return str(one.get("id", one.get("value")))

    def _options(self, value: object) -> object:
        return [str(one.get("id", one.get("value"))) for one in each(value)]

    def _textual(self, value: object) -> object:
        return _text(value)

    def _histories(self, issue: Object) -> list[History]:
        rows = [self._history(one) for one in histories(issue)]
        rows.sort(key=lambda one: (_moment(one.created), int(one.id)))
        return rows

    def _history(self, entry: Object) -> History:
        self.world.keep_above("history", int(str(entry["id"])))
        return History(
            id=str(entry["id"]),
            author=self.site.person(entry.get("author")),
            created=str(entry["created"]),
            changes=[_change(one) for one in each(entry.get("items"))],
        )

    def _comment(self, value: Object) -> Comment:
        number, created = str(value["id"]), str(value["created"])
        self.world.keep_above("comment", int(number))
        author = self.site.person(value.get("author")) or self.world.users.app.id
        return Comment(
            id=number,
            author=author,
            updater=self.site.person(value.get("updateAuthor")) or author,
            body=_text(value.get("body")) or from_wiki(""),
            created=created,
            updated=str(value.get("updated") or created),
        )

    def _worklog(self, value: Object) -> Worklog:
        number, created = str(value["id"]), str(value["created"])
        self.world.keep_above("worklog", int(number))
        author = self.site.person(value.get("author")) or self.world.users.app.id
        return Worklog(
            id=number,
            author=author,
            updater=self.site.person(value.get("updateAuthor")) or author,
            comment=_text(value.get("comment")),
            created=created,
            updated=str(value.get("updated") or created),
            started=str(value.get("started") or created),
            seconds=int(str(value.get("timeSpentSeconds") or 0)),
        )

    def _tie(self, issue: Object) -> None:
        fields, row = objects(issue["fields"]), self.jira.issues[str(issue["id"])]
        for value in each(fields.get("issuelinks")):
            self._link(row, value)
        parent = self._parent(fields)
        if parent is not None:
            row.fields["parent"] = parent
            if parent in self.jira.issues:
                self.jira.issues[parent].children.append(row.id)

    def _parent(self, fields: Object) -> str | None:
        parent = fields.get("parent")
        if isinstance(parent, Mapping):
            return self._known(parent)
        epic = fields.get("epic")
        named = epic.get("key") if isinstance(epic, Mapping) else fields.get(EPIC_LINK)
        found = self.jira.issue(str(named)) if named else None
        return found.id if found else None

    def _known(self, other: Object) -> str:
        """The id of an issue that another one shows; one that the file does not hold is kept as it was shown."""
        number = str(other["id"])
        if number not in self.jira.issues and number not in self.jira.ghosts:
            shown = objects(other.get("fields"))
            brief = {name: shown[name] for name in _BRIEF if name in shown}
            self.jira.ghosts[number] = {"id": number, "key": str(other["key"]), "fields": brief}
        return number

    def _link(self, row: IssueRow, value: Object) -> None:
        number = str(value["id"])
        outward = isinstance(value.get("outwardIssue"), Mapping)
        other = self._known(objects(value["outwardIssue"] if outward else value.get("inwardIssue")))
        if number not in self.jira.links:
            ends = (row.id, other) if outward else (other, row.id)
            kind = str(objects(value["type"])["id"])
            self.jira.links[number] = Link(id=number, type=kind, source=ends[0], target=ends[1])
            self.world.keep_above("link", int(number))
        for end in (row.id, other):
            if end in self.jira.issues and number not in self.jira.issues[end].links:
                self.jira.issues[end].links.append(number)


_CUSTOM: dict[str, Callable[[IssueSeeder, object], object]] = {
    "user": IssueSeeder._user,
    "users": IssueSeeder._users,
    "option": IssueSeeder._option,
    "options": IssueSeeder._options,
    "text": IssueSeeder._textual,
}


def _text(value: object) -> dict[str, object] | None:
    if isinstance(value, str) and value:
        return from_wiki(value)
    return from_adf(value) if isinstance(value, Mapping) else None


def _moment(text: str) -> float:
    found = instant_of(text)
    return found.timestamp() if found else 0.0


def _change(item: Object) -> Change:
    def text(name: str) -> str | None:
        return None if item.get(name) is None else str(item[name])

    return Change(
        field=str(item["field"]),
        field_id=text("fieldId"),
        fieldtype=str(item.get("fieldtype", "jira")),
        before=text("from"),
        before_text=text("fromString"),
        after=text("to"),
        after_text=text("toString"),
    )
