"""The sandbox's Jira: its tables, and finding rows in them."""

from collections.abc import Iterator
from typing import cast

from connector.core.fields import FieldCatalog
from connector.core.issue import Issue
from connector.sandbox.jira.rows import (
    Board,
    Component,
    FieldRow,
    IssueRow,
    IssueType,
    Link,
    LinkType,
    Named,
    Project,
    Sprint,
    Status,
    Version,
    Workflow,
)
from connector.sandbox.jira.template import SiteRows, site_rows
from connector.sandbox.locale import Words
from connector.sandbox.thaw import thaw_all

_TABLES: dict[str, type[object]] = {
    "statuses": Status,
    "types": IssueType,
    "priorities": Named,
    "resolutions": Named,
    "link_types": LinkType,
    "fields": FieldRow,
    "workflows": Workflow,
    "projects": Project,
    "versions": Version,
    "components": Component,
    "issues": IssueRow,
    "links": Link,
}


class JiraState:
    """Every table of Jira, by id. Changes go through the modules beside this one, which also write the history."""

    def __init__(self, words: Words, *, is_cloud: bool) -> None:
        self.statuses: dict[str, Status] = {}
        self.types: dict[str, IssueType] = {}
        self.priorities: dict[str, Named] = {}
        self.resolutions: dict[str, Named] = {}
        self.link_types: dict[str, LinkType] = {}
        self.fields: dict[str, FieldRow] = {}
        self.workflows: dict[str, Workflow] = {}
        self.projects: dict[str, Project] = {}
        self.versions: dict[str, Version] = {}
        self.components: dict[str, Component] = {}
        self.issues: dict[str, IssueRow] = {}
        self.links: dict[str, Link] = {}
        self.boards: dict[int, Board] = {}
        self.sprints: dict[int, Sprint] = {}
        self.ghosts: dict[str, dict[str, object]] = {}
        self.moved: dict[str, str] = {}
        self.ids_by_key: dict[str, str] = {}
        self.shapes: dict[str, dict[str, object]] = {}
        self.mirrors: dict[str, Issue] = {}
        self.index_lag: dict[str, tuple[float, Issue | None]] = {}
        self.catalog: tuple[int, FieldCatalog] | None = None
        self.drawing: tuple[int, dict[str, object], list[FieldRow]] | None = None
        self._fill(site_rows(words, is_cloud=is_cloud))

    def _fill(self, rows: SiteRows) -> None:
        self.statuses = {one.id: one for one in rows.statuses}
        self.types = {one.id: one for one in rows.types}
        self.priorities = {one.id: one for one in rows.priorities}
        self.resolutions = {one.id: one for one in rows.resolutions}
        self.link_types = {one.id: one for one in rows.link_types}
        self.fields = {one.id: one for one in rows.fields}
        self.workflows = {one.name: one for one in rows.workflows}

    def own(self, table: str, number: str) -> str:
        """The id that a row of the template has by now: it gives way to a seed that uses its number."""
        return self.moved.get(f"{table}:{number}", number)

    def project(self, id_or_key: str) -> Project | None:
        """A project by id or key (keys without regard to case)."""
        found = self.projects.get(id_or_key)
        if found is not None:
            return found
        return next((one for one in self.projects.values() if one.key.upper() == id_or_key.upper()), None)

    def issue(self, id_or_key: str) -> IssueRow | None:
        """An issue by id or key."""
        return self.issues.get(id_or_key) or self.issues.get(self.ids_by_key.get(id_or_key.upper(), ""))

    def workflow(self, issue: IssueRow) -> Workflow:
        """The workflow that the issue follows."""
        return self.workflow_of(self.projects[issue.project], cast("str", issue.fields["issuetype"]))

    def workflow_of(self, project: Project, type_id: str) -> Workflow:
        """The workflow of a type in a project."""
        return self.workflows[project.workflows[type_id]]

    def in_project(self, project: Project) -> Iterator[IssueRow]:
        """The issues of a project, in order of their numbers."""
        mine = (one for one in self.issues.values() if one.project == project.id)
        return iter(sorted(mine, key=lambda one: int(one.key.rpartition("-")[2])))

    def board_sprints(self, board: int) -> list[Sprint]:
        """The sprints of a board, in order of their making."""
        return [one for one in self.sprints.values() if one.board == board]

    def put(self, issue: IssueRow) -> None:
        """Add an issue to the tables."""
        self.issues[issue.id] = issue
        self.ids_by_key[issue.key] = issue.id

    def drop(self, issue: IssueRow) -> None:
        """Take an issue out of the tables."""
        del self.issues[issue.id]
        self.ids_by_key.pop(issue.key, None)
        self.forget_shape(issue.id)

    def forget_shape(self, issue_id: str) -> None:
        """The issue changed: what was drawn of it, and of those that show it, is out of date."""
        for near in (issue_id, *self._neighbours(issue_id)):
            self.shapes.pop(near, None)
            self.mirrors.pop(near, None)

    def forget_shapes(self) -> None:
        """Something that many issues show changed: a version's name, a sprint, an address."""
        self.shapes.clear()
        self.mirrors.clear()

    def _neighbours(self, issue_id: str) -> list[str]:
        issue = self.issues.get(issue_id)
        if issue is None:
            return []
        ends = [end for link in map(self.links.get, issue.links) if link for end in (link.source, link.target)]
        parent = issue.text("parent")
        return [*ends, *issue.children, *([parent] if parent else [])]

    def snapshot(self) -> dict[str, object]:
        """Every table as data that can be written as JSON."""
        tables: dict[str, object] = {name: getattr(self, name) for name in _TABLES}
        boards = {str(one): board for one, board in self.boards.items()}
        sprints = {str(one): sprint for one, sprint in self.sprints.items()}
        return {**tables, "boards": boards, "sprints": sprints, "ghosts": self.ghosts, "moved": self.moved}

    def load(self, data: dict[str, object]) -> None:
        """Take up the tables of a snapshot that went through JSON."""
        for name, kind in _TABLES.items():
            setattr(self, name, thaw_all(kind, cast("dict[str, object]", data[name])))
        boards = thaw_all(Board, cast("dict[str, object]", data["boards"]))
        sprints = thaw_all(Sprint, cast("dict[str, object]", data["sprints"]))
        self.boards = {one.id: one for one in boards.values()}
        self.sprints = {one.id: one for one in sprints.values()}
        self.ghosts = cast("dict[str, dict[str, object]]", data["ghosts"])
        self.moved = cast("dict[str, str]", data["moved"])
        self.ids_by_key = {one.key: one.id for one in self.issues.values()}
        self.catalog = self.drawing = None
        self.forget_shapes()
