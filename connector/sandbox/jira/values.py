"""Reads field values that a request brings, as strictly as Jira does, into what rows hold."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from connector.sandbox.jira.adf import adf_problem
from connector.sandbox.jira.rows import FieldRow, Project
from connector.sandbox.jira.shapes import Api
from connector.sandbox.jira.text import from_adf, from_wiki
from connector.sandbox.world import World

NOT_ON_SCREEN = "Field '{0}' cannot be set. It is not on the appropriate screen, or unknown."
NOT_A_DOCUMENT = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*([wdhm])")
_UNITS_S = {"w": 144000, "d": 28800, "h": 3600, "m": 60}
LONGEST_TEXT = 32767


class BadValue(Exception):
    """A value that the field does not take; the text is the one Jira shows beside the field."""


class Values:
    """Reads the values of one request: which project's versions count, and which API's texts."""

    def __init__(self, world: World, project: Project, api: Api) -> None:
        self.world = world
        self.jira = world.jira
        self.project = project
        self.api = api

    def read(self, row: FieldRow, value: object) -> object:
        """The stored form of a value. Raises BadValue."""
        if row.kind == "string" and row.id == "summary":
            return self._summary(value)
        if value is None:
            return [] if row.kind in ("labels", "components", "versions") else None
        return _READERS.get(row.kind, Values._any)(self, row, value)

    def read_text(self, value: object) -> dict[str, object]:
        """A comment's or description's text in this version's form. Raises BadValue."""
        if self.api == "3":
            if not isinstance(value, Mapping) or adf_problem(value) is not None:
                raise BadValue(NOT_A_DOCUMENT)
            return self._short(from_adf(value))
        if not isinstance(value, str):
            raise BadValue("Operation value must be a string")
        return self._short(from_wiki(value))

    def user(self, value: object) -> str | None:
        """The account id behind a user object. Raises BadValue for somebody unknown."""
        names = ("accountId", "id") if self.world.is_cloud else ("name", "key")
        if not isinstance(value, Mapping) or not any(isinstance(value.get(one), str) for one in names):
            if isinstance(value, Mapping) and any(one in value and value[one] is None for one in names):
                return None
            raise BadValue("data was not an object" if not isinstance(value, Mapping) else "expected Object")
        named = str(next(value[one] for one in names if isinstance(value.get(one), str)))
        if named in ("", "-1"):
            return None
        person = self.world.users.find(named)
        known = person is not None and named in ((person.id,) if self.world.is_cloud else (person.name, person.key))
        if person is None or not known or not person.is_active:
            raise BadValue(
                "Specify a valid value for the user" if self.world.is_cloud else f"User '{named}' does not exist."
            )
        return person.id

    def _summary(self, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise BadValue("You must specify a summary of the issue.")
        if "\n" in value or "\r" in value:
            raise BadValue("The summary is invalid because it contains newline characters.")
        if len(value) > 255:
            raise BadValue("Summary can't exceed 255 characters.")
        return value.strip()

    def _short(self, text: dict[str, object]) -> dict[str, object]:
        if len(str(text["wiki"])) > LONGEST_TEXT:
            raise BadValue(
                f"The entered text is too long. It exceeds the allowed limit of {LONGEST_TEXT:,} characters."
            )
        return text

    def _string(self, _row: FieldRow, value: object) -> object:
        if not isinstance(value, str):
            raise BadValue("Operation value must be a string")
        if len(value) > 255:
            raise BadValue("The entered text is too long. It exceeds the allowed limit of 255 characters.")
        return value or None

    def _text(self, _row: FieldRow, value: object) -> object:
        if value == "" and self.api == "2":
            return None
        return self.read_text(value)

    def _number(self, _row: FieldRow, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadValue("Operation value must be a number")
        return value

    def _date(self, _row: FieldRow, value: object) -> object:
        try:
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
        raise BadValue(
            "Error parsing date string: " + str(value) if isinstance(value, str) else "data was not a string"
        )

    def _user(self, _row: FieldRow, value: object) -> object:
        return self.user(value)

    def _users(self, _row: FieldRow, value: object) -> object:
        return [one for one in (self.user(item) for item in _list(value)) if one]

    def _labels(self, _row: FieldRow, value: object) -> object:
        for one in _list(value):
            if not isinstance(one, str) or not one:
                raise BadValue("Operation value must be a string")
            if re.search(r"\s", one):
                raise BadValue(f"The label '{one}' contains spaces which is invalid.")
            if len(one) > 255:
                raise BadValue(f"The label '{one}' exceeds the maximum length of 255 characters.")
        return sorted(set(cast("list[str]", value)))

    def _versions(self, row: FieldRow, value: object) -> object:
        known = {one: self.jira.versions[one].name for one in self.project.versions}
        return list(dict.fromkeys(_pick(item, known, "Version") for item in _list(value)))

    def _components(self, _row: FieldRow, value: object) -> object:
        known = {one: self.jira.components[one].name for one in self.project.components}
        return list(dict.fromkeys(_pick(item, known, "Component") for item in _list(value)))

    def _priority(self, _row: FieldRow, value: object) -> object:
        known = {one.id: one.name for one in self.jira.priorities.values()}
        return _named(value, known, "Specify the Priority (id or name) in the string format", "priority")

    def _resolution(self, _row: FieldRow, value: object) -> object:
        known = {one.id: one.name for one in self.jira.resolutions.values()}
        return _named(value, known, "Could not find valid 'id' or 'name' in resolution object.", "resolution")

    def _issuetype(self, _row: FieldRow, value: object) -> object:
        known = {one: self.jira.types[one].name for one in self.project.workflows}
        return _named(value, known, "Specify an issue type", "issue type")

    def _project(self, _row: FieldRow, value: object) -> object:
        raise BadValue("The project of an existing issue cannot be changed this way.")

    def _option(self, row: FieldRow, value: object) -> object:
        if not isinstance(value, Mapping):
            raise BadValue("Specify a valid 'id' or 'value' for " + row.name)
        return _option(row, value)

    def _options(self, row: FieldRow, value: object) -> object:
        for item in _list(value):
            if not isinstance(item, Mapping):
                raise BadValue("Specify a valid 'id' or 'value' for " + row.name)
        return [_option(row, cast("Mapping[str, object]", item)) for item in _list(value)] or None

    def _sprint(self, _row: FieldRow, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdigit():
            raise BadValue("Number value expected as the Sprint id.")
        sprint = self.jira.sprints.get(int(value))
        if sprint is None or sprint.state == "closed":
            raise BadValue(f"Issue can be assigned only active or future sprints: {value}.")
        return sprint.id

    def _parent(self, _row: FieldRow, value: object) -> object:
        named = value.get("key", value.get("id")) if isinstance(value, Mapping) else value
        parent = self.jira.issue(str(named)) if isinstance(named, str | int) else None
        if parent is None:
            raise BadValue("Could not find issue by id or key.")
        return parent.id

    def _timetracking(self, _row: FieldRow, value: object) -> object:
        if not isinstance(value, Mapping):
            raise BadValue("expected Object containing a 'originalEstimate' or 'remainingEstimate' field")
        found: dict[str, int | None] = {}
        for name, target in (("originalEstimate", "timeoriginalestimate"), ("remainingEstimate", "timeestimate")):
            if name in value:
                found[target] = None if value[name] in (None, "") else seconds_of(value[name])
        return found

    def _any(self, row: FieldRow, _value: object) -> object:
        raise BadValue(NOT_ON_SCREEN.format(row.id))


def seconds_of(text: object) -> int:
    """Seconds of a duration such as `1w 2d 3h 4m`; a bare number is minutes. Raises BadValue."""
    if isinstance(text, str) and text.strip():
        clean = text.strip()
        if clean.isdigit():
            return int(clean) * 60
        if re.fullmatch(r"(\d+(?:\.\d+)?\s*[wdhm]\s*)+", clean):
            return round(sum(float(number) * _UNITS_S[unit] for number, unit in _TIME.findall(clean)))
    raise BadValue(f"'{text}' is not a valid duration; write it as 2d 4h")


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise BadValue("data was not an array")
    return value


def _pick(item: object, known: Mapping[str, str], what: str) -> str:
    if isinstance(item, Mapping) and isinstance(item.get("id"), str | int):
        found = str(item["id"])
        if found in known:
            return found
        raise BadValue(f"{what} id '{found}' is not valid")
    name = item.get("name") if isinstance(item, Mapping) else None
    for one, shown in known.items():
        if shown == name:
            return one
    raise BadValue(f"{what} name '{name}' is not valid")


def _named(value: object, known: Mapping[str, str], no_object: str, what: str) -> str:
    if not isinstance(value, Mapping) or not any(isinstance(value.get(one), str) for one in ("id", "name")):
        raise BadValue(no_object)
    if isinstance(value.get("id"), str):
        if value["id"] in known:
            return str(value["id"])
        raise BadValue(f"The {what} selected is invalid.")
    for one, shown in known.items():
        if shown == value["name"]:
            return one
    raise BadValue(f"The {what} selected is invalid.")


def _option(row: FieldRow, value: Mapping[str, object]) -> str:
    if isinstance(value.get("id"), str):
        if value["id"] in row.options:
            return str(value["id"])
        raise BadValue(f"Option id '{value['id']}' is not valid")
    for one, shown in row.options.items():
        if shown == value.get("value"):
            return one
    raise BadValue(f"Option value '{value.get('value')}' is not valid")


_Reader = Callable[[Values, FieldRow, object], object]
_READERS: dict[str, _Reader] = {
    "string": Values._string,
    "text": Values._text,
    "number": Values._number,
    "date": Values._date,
    "user": Values._user,
    "users": Values._users,
    "labels": Values._labels,
    "versions": Values._versions,
    "components": Values._components,
    "priority": Values._priority,
    "resolution": Values._resolution,
    "issuetype": Values._issuetype,
    "project": Values._project,
    "option": Values._option,
    "options": Values._options,
    "sprint": Values._sprint,
    "parent": Values._parent,
    "epic": Values._parent,
    "timetracking": Values._timetracking,
}
