"""Works out a site from issues: its people, statuses, types, versions, fields and sprints."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import cast

from connector.sandbox.jira.rows import (
    Board,
    Component,
    FieldRow,
    IssueType,
    LinkType,
    Named,
    Project,
    Sprint,
    Status,
    Transition,
    Version,
    Workflow,
)
from connector.sandbox.jira.sprints import create_board
from connector.sandbox.jira.template_fields import SPRINT, field_row
from connector.sandbox.world import World

Object = Mapping[str, object]
_DONE = re.compile(r"done|closed|resolved|complete|cancel|reject|完成|关闭|解决|取消", re.IGNORECASE)
_ACTIVE = re.compile(r"progress|review|test|uat|develop|doing|进行|评审|测试", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class SiteSeeder:
    """Learns from each issue; `settle` then makes the projects' workflows and screens."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.jira = world.jira
        self._template = {
            name: set(getattr(self.jira, name))
            for name in ("statuses", "types", "priorities", "resolutions", "link_types")
        }
        self._used: dict[str, Counter[str]] = {}
        self._types: dict[str, dict[str, None]] = {}
        self._names: dict[str, str] = {}

    def learn(self, issue: Object) -> None:
        """Take up everything that an issue tells of its site."""
        fields = objects(issue["fields"])
        project = self.project(issue)
        self._status(objects(fields["status"]), is_resolved=bool(fields.get("resolution")))
        self._type(objects(fields["issuetype"]))
        self._used.setdefault(project.id, Counter())[str(objects(fields["status"])["id"])] += 1
        self._types.setdefault(project.id, {})[str(objects(fields["issuetype"])["id"])] = None
        for name, table in (("priority", self.jira.priorities), ("resolution", self.jira.resolutions)):
            value = fields.get(name)
            if isinstance(value, Mapping):
                plural = "priorities" if name == "priority" else "resolutions"
                self._room(plural, str(value["id"]), str(value["name"]))
                table.setdefault(str(value["id"]), _named(value))
        for value in fields.values():
            self.person(value)
        for history in histories(issue):
            self.person(history.get("author"))
            self._learn_names(history)
        self._things(project, fields)
        self._links(fields)
        self._sprints(project, fields)
        for name, value in fields.items():
            if name.startswith("customfield_") and value not in (None, [], ""):
                self._custom(name, value)

    def settle(self) -> None:
        """Give each project the workflow that its issues show: every status reachable from every other."""
        for project in self.jira.projects.values():
            if project.id in self._used:
                self._workflow(project)
                settable = [one.id for one in self.jira.fields.values() if one.settable]
                for type_id in self._types[project.id]:
                    project.workflows[type_id] = f"seeded-{project.key}"
                    project.screens[type_id] = list(settable)
                self._board(project)
        for name, shown in self._names.items():
            if name in self.jira.fields and name.startswith("customfield_") and not self.jira.fields[name].word:
                self.jira.fields[name].name = shown

    def project(self, issue: Object) -> Project:
        """The project of an issue; where the issue does not show it, the one that its key names."""
        key = str(issue["key"]).rpartition("-")[0]
        value = objects(objects(issue["fields"]).get("project"))
        known = self.jira.projects.get(str(value["id"])) if value else self.jira.project(key)
        return known or self._new_project(key, value)

    def _new_project(self, key: str, value: Object) -> Project:
        category = value.get("projectCategory")
        number = str(value.get("id") or self.world.next_id("project"))
        project = Project(
            id=number,
            key=str(value.get("key") or key),
            name=str(value.get("name") or key),
            lead=next(one for one in self.world.users.all() if one.is_admin and not one.is_app).id,
            category=_plain(category, "id", "name", "description") if isinstance(category, Mapping) else None,
        )
        self.jira.projects[number] = project
        self.world.keep_above("project", int(number))
        return project

    def person(self, value: object) -> str | None:
        """The account id of a user object, who gets an account when not known yet."""
        if not isinstance(value, Mapping) or "displayName" not in value:
            return None
        account, name = value.get("accountId"), value.get("name")
        known = self.world.users.find(account) or self.world.users.find(name)
        if known is None:
            shown = str(value["displayName"])
            known = self.world.users.add(
                name=str(name or uuid.uuid5(uuid.NAMESPACE_OID, str(account)).hex[:12]),
                display_name=shown,
                account_id=str(account) if account else None,
                key=str(value["key"]) if value.get("key") else None,
                time_zone=str(value["timeZone"]) if value.get("timeZone") else None,
                is_active=value.get("active") is not False,
            )
        return known.id

    def _status(self, value: Object, *, is_resolved: bool) -> None:
        number, name = str(value["id"]), str(value["name"])
        self._room("statuses", number, name)
        if number in self.jira.statuses:
            return
        category = value.get("statusCategory")
        key = str(category["key"]) if isinstance(category, Mapping) else _guess(name, is_resolved)
        self.jira.statuses[number] = Status(
            id=number, name=name, category=key, description=str(value.get("description") or "")
        )

    def _type(self, value: Object) -> None:
        number, name = str(value["id"]), str(value["name"])
        self._room("types", number, name)
        if number in self.jira.types:
            return
        level = value.get("hierarchyLevel")
        if not isinstance(level, int):
            level = -1 if value.get("subtask") else 1 if name in ("Epic", "史诗") else 0
        self.jira.types[number] = IssueType(
            id=number, name=name, level=level, description=str(value.get("description") or "")
        )

    def _room(self, table: str, number: str, name: str) -> None:
        """A row of the template that has the number of another thing moves to a number of its own."""
        rows = cast("dict[str, Status | IssueType | Named | LinkType]", getattr(self.jira, table))
        row = rows.get(number)
        if row is None or number not in self._template[table] or row.name == name:
            return
        self._template[table].discard(number)
        del rows[number]
        row.id = f"9{number.zfill(5)}"
        rows[row.id] = row
        self.jira.moved[f"{table}:{number}"] = row.id
        if table == "statuses":
            self._rename_in_workflows(number, row.id)

    def _rename_in_workflows(self, old: str, new: str) -> None:
        for workflow in self.jira.workflows.values():
            workflow.start = new if workflow.start == old else workflow.start
            workflow.statuses = [new if one == old else one for one in workflow.statuses]
            for move in workflow.transitions:
                move.to = new if move.to == old else move.to
                move.sources = [new if one == old else one for one in move.sources]

    def _learn_names(self, history: Object) -> None:
        for item in cast("list[Object]", history.get("items") or []):
            if isinstance(item.get("fieldId"), str):
                self._names.setdefault(str(item["fieldId"]), str(item["field"]))

    def _things(self, project: Project, fields: Object) -> None:
        for name in ("fixVersions", "versions"):
            for value in each(fields.get(name)):
                number = str(value["id"])
                if number not in self.jira.versions:
                    self.jira.versions[number] = Version(
                        id=number,
                        project=project.id,
                        name=str(value["name"]),
                        description=str(value.get("description") or ""),
                        archived=value.get("archived") is True,
                        released=value.get("released") is True,
                        release_date=str(value["releaseDate"])[:10] if value.get("releaseDate") else None,
                    )
                    project.versions.append(number)
                    self.world.keep_above("version", int(number))
        for value in each(fields.get("components")):
            number = str(value["id"])
            if number not in self.jira.components:
                self.jira.components[number] = Component(
                    id=number,
                    project=project.id,
                    name=str(value["name"]),
                    description=str(value.get("description") or ""),
                )
                project.components.append(number)
                self.world.keep_above("component", int(number))

    def _links(self, fields: Object) -> None:
        for value in each(fields.get("issuelinks")):
            kind = objects(value["type"])
            number = str(kind["id"])
            self._room("link_types", number, str(kind["name"]))
            if number not in self.jira.link_types:
                self.jira.link_types[number] = LinkType(
                    id=number,
                    name=str(kind["name"]),
                    outward=str(kind.get("outward", "")),
                    inward=str(kind.get("inward", "")),
                )

    def _sprints(self, project: Project, fields: Object) -> None:
        for value in sprints_of(fields):
            number = int(str(value["id"]))
            board = int(str(value.get("originBoardId") or value.get("boardId") or 1))
            if board not in self.jira.boards:
                made = create_board(self.world, project, f"{project.key} {self.world.words('board')} {board}")
                del self.jira.boards[made.id]
                made.id = board
                self.jira.boards[board] = made
            self.jira.sprints[number] = Sprint(
                id=number,
                board=board,
                name=str(value["name"]),
                state=str(value.get("state", "closed")).lower(),
                goal=str(value.get("goal") or ""),
                start=_text(value.get("startDate")),
                end=_text(value.get("endDate")),
                complete=_text(value.get("completeDate")),
            )
            self.world.keep_above("sprint", 10000 + number)
            self.world.keep_above("board", 10000 + board)

    def _custom(self, name: str, value: object) -> None:
        row = self.jira.fields.get(name)
        if row is None:
            row = field_row(number=name, name=self._names.get(name, f"Field {name[12:]}"), kind=_kind(value))
            self.jira.fields[name] = row
        elif not row.word and row.kind != _kind(value):
            row.kind, row.type = "any", "any"
        if row.kind in ("option", "options"):
            self._options(row, value)

    def _options(self, row: FieldRow, value: object) -> None:
        for one in each(value) if isinstance(value, list) else [objects(value)]:
            row.options.setdefault(str(one.get("id", one["value"])), str(one["value"]))

    def _workflow(self, project: Project) -> None:
        used = sorted(self._used[project.id], key=lambda one: (_order(self.jira.statuses[one]), one))
        self.jira.workflows[f"seeded-{project.key}"] = Workflow(
            name=f"seeded-{project.key}",
            start=used[0],
            statuses=used,
            transitions=[
                Transition(id=str(11 + 10 * at), name=self.jira.statuses[one].name, to=one, screen=["resolution"])
                for at, one in enumerate(used)
            ],
        )

    def _board(self, project: Project) -> None:
        mine: list[Board] = [one for one in self.jira.boards.values() if one.project == project.id]
        if not mine:
            create_board(self.world, project, f"{project.key} {self.world.words('board')}")
        used = self._used[project.id]
        for board in mine:
            for column, category in zip(board.columns, ("new", "indeterminate", "done"), strict=True):
                rows = [one for one in used if self.jira.statuses[one].category == category]
                column["statuses"] = sorted(rows)


def histories(issue: Object) -> list[Object]:
    """The changelog entries that came with an issue."""
    changelog = issue.get("changelog")
    return cast("list[Object]", changelog.get("histories") or []) if isinstance(changelog, Mapping) else []


def objects(value: object) -> Object:
    """A value that must be an object."""
    return cast("Object", value if isinstance(value, Mapping) else {})


def each(value: object) -> Iterator[Object]:
    """The objects of a list; nothing for what is no list."""
    return (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else iter(())


def sprints_of(fields: Object) -> Iterator[Object]:
    """The sprints of an issue, as the agile API and the Sprint field tell them."""
    yield from each(fields.get("closedSprints"))
    if isinstance(fields.get("sprint"), Mapping):
        yield objects(fields["sprint"])
    yield from each(fields.get(SPRINT))


def _named(value: Object) -> Named:
    return Named(id=str(value["id"]), name=str(value["name"]), description=str(value.get("description") or ""))


def _plain(value: Object, *names: str) -> dict[str, str]:
    return {name: str(value.get(name) or "") for name in names}


def _text(value: object) -> str | None:
    return str(value) if value else None


def _guess(name: str, is_resolved: bool) -> str:
    if is_resolved or _DONE.search(name):
        return "done"
    return "indeterminate" if _ACTIVE.search(name) else "new"


def _order(status: Status) -> int:
    return {"new": 0, "undefined": 1, "indeterminate": 2, "done": 3}[status.category]


def _kind(value: object) -> str:
    """The kind of a custom field, judged by one of its values."""
    if isinstance(value, bool):
        return "any"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "date" if _DATE.fullmatch(value) else "string"
    if isinstance(value, list):
        found = {_kind(one) for one in value}
        return {"option": "options", "user": "users"}.get(found.pop(), "any") if len(found) == 1 else "any"
    if isinstance(value, Mapping):
        if "displayName" in value:
            return "user"
        if value.get("type") == "doc":
            return "text"
        return "option" if "value" in value else "any"
    return "any"
