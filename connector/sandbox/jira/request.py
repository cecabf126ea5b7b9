"""Reads the body of an issue write: which fields it sets, with every problem in Jira's words at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import orjson

from connector.sandbox.jira.rows import FieldRow, IssueRow, Project
from connector.sandbox.jira.shapes import Api
from connector.sandbox.jira.template_fields import EPIC_LINK
from connector.sandbox.jira.values import NOT_ON_SCREEN, BadValue, Values
from connector.sandbox.refusal import field_refusal, jira_refusal
from connector.sandbox.world import World

_LIST_KINDS = frozenset({"labels", "components", "versions", "options", "users"})


@dataclass(slots=True, kw_only=True)
class Wanted:
    """What a request asks for: stored values by field, comments and links to add, properties to set."""

    values: dict[str, object] = field(default_factory=dict)
    comments: list[dict[str, object]] = field(default_factory=list)
    links: list[dict[str, object]] = field(default_factory=list)
    worklogs: list[dict[str, object]] = field(default_factory=list)
    properties: dict[str, object] = field(default_factory=dict)


class RequestReader:
    """Reads `fields`, `update` and `properties` for one project and, when it exists already, one issue."""

    def __init__(
        self, world: World, project: Project, api: Api, *, allowed: list[str], issue: IssueRow | None = None
    ) -> None:
        self.world = world
        self.values = Values(world, project, api)
        self.allowed = allowed
        self.issue = issue
        self.errors: dict[str, str] = {}
        self.wanted = Wanted()

    def read(self, body: Mapping[str, object]) -> Wanted:
        """Everything that the body asks for. Raises Jira's 400 that names every field it does not take."""
        fields = _object(body.get("fields"), "fields")
        update = _object(body.get("update"), "update")
        for name in fields.keys() & update.keys():
            self.errors[name] = f"Field '{name}' cannot appear in both 'fields' and 'update'"
        for name, value in fields.items():
            if name not in self.errors:
                self._one(name, partial(self._read_value, value))
        for name, operations in update.items():
            if name not in self.errors:
                self._operations(name, operations)
        self._properties(body.get("properties"))
        return self.wanted

    def refuse(self) -> None:
        """Raise what was found wrong, if anything was."""
        if self.errors:
            raise field_refusal(self.errors)

    def _read_value(self, value: object, row: FieldRow) -> object:
        return self.values.read(row, value)

    def _row(self, name: str) -> FieldRow | None:
        row = self.world.jira.fields.get(name)
        if row is None or name not in self.allowed:
            self.errors[name] = NOT_ON_SCREEN.format(name)
            return None
        return row

    def _one(self, name: str, read: Callable[[FieldRow], object]) -> None:
        row = self._row(name)
        if row is None:
            return
        try:
            self.wanted.values[name] = read(row)
        except BadValue as problem:
            self.errors[name] = str(problem)

    def _operations(self, name: str, operations: object) -> None:
        if not isinstance(operations, list) or not all(isinstance(one, Mapping) for one in operations):
            self.errors[name] = "data was not an array"
            return
        if name in ("comment", "issuelinks", "worklog"):
            self._additions(name, operations)
            return
        for operation in operations:
            for verb, value in operation.items():
                self._operation(name, str(verb), value)

    def _additions(self, name: str, operations: list[Mapping[str, object]]) -> None:
        target = {"comment": self.wanted.comments, "issuelinks": self.wanted.links, "worklog": self.wanted.worklogs}
        for operation in operations:
            if set(operation) != {"add"} or not isinstance(operation["add"], Mapping):
                self.errors[name] = "Only the operation 'add' with an object is supported here."
                return
            target[name].append(dict(operation["add"]))
        if name == "comment":
            self._check_comments()

    def _check_comments(self) -> None:
        for one in self.wanted.comments:
            try:
                one["text"] = self.values.read_text(one.get("body"))
            except BadValue:
                self.errors["comment"] = "Comment body is not valid!"

    def _operation(self, name: str, verb: str, value: object) -> None:
        if verb in ("set", "edit"):
            self._one(name, lambda row: self.values.read(row, value))
            return
        row = self._row(name)
        if row is None:
            return
        if verb not in ("add", "remove") or row.kind not in _LIST_KINDS:
            self.errors[name] = f"Field '{name}' does not support operation '{verb}'."
            return
        self._one(name, lambda row: self._added_or_removed(row, verb, value))

    def _added_or_removed(self, row: FieldRow, verb: str, value: object) -> object:
        named = self.values.read(row, [value])
        start = self.wanted.values.get(row.id, self.issue.fields.get(row.id) if self.issue else None)
        now = list(start) if isinstance(start, list) else []
        ids = named if isinstance(named, list) else []
        if verb == "remove":
            return [one for one in now if one not in ids]
        joined = list(dict.fromkeys([*now, *ids]))
        return sorted(map(str, joined)) if row.kind == "labels" else joined

    def _properties(self, properties: object) -> None:
        if properties is None:
            return
        if not isinstance(properties, list):
            raise jira_refusal(400, "The properties are not a list of key and value.")
        for one in properties:
            if not isinstance(one, Mapping) or not isinstance(one.get("key"), str) or "value" not in one:
                raise jira_refusal(400, "The properties are not a list of key and value.")
            check_property(one["key"], one["value"])
            self.wanted.properties[one["key"]] = one["value"]


def check_property(key: str, value: object) -> None:
    """Refuse a property whose key is longer than 255 characters or whose value is longer than 32,768."""
    if not key or len(key) > 255:
        raise jira_refusal(400, "The property key cannot be empty or longer than 255 characters.")
    if len(orjson.dumps(value).decode()) > 32768:
        raise jira_refusal(400, "The property value cannot be longer than 32768 characters.")


def parent_problem(world: World, type_id: str, values: Mapping[str, object]) -> dict[str, str]:
    """What is wrong with the parent for an issue of this type, as Jira names it; empty when nothing is."""
    jira = world.jira
    level = jira.types[type_id].level
    parent_id = values.get("parent") or values.get(EPIC_LINK)
    if level < 0 and not parent_id:
        return {"parent": "Issue type is a sub-task but parent issue key or id not specified."}
    parent = jira.issues.get(str(parent_id)) if parent_id else None
    if parent is None:
        return {}
    if jira.types[str(parent.fields["issuetype"])].level != level + 1:
        return {"parentId": "Given parent work item does not belong to appropriate hierarchy."}
    return {}


def _object(value: object, name: str) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise jira_refusal(400, f"Can not deserialize '{name}': it is not an object.")
    return cast("dict[str, object]", value)
