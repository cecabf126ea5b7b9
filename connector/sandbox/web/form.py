"""Forms over an issue's fields: what each field shows and offers, and what was changed, as REST would be told it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from connector.sandbox.jira.rows import FieldRow, IssueRow, Project
from connector.sandbox.jira.shapes import duration
from connector.sandbox.jira.text import wiki_of
from connector.sandbox.users import Person
from connector.sandbox.world import World

#: How each kind of field is asked for; kinds that are not here are not asked for.
_INPUTS = {
    "string": "line",
    "text": "text",
    "number": "number",
    "date": "date",
    "user": "one",
    "users": "many",
    "option": "one",
    "options": "many",
    "labels": "line",
    "versions": "many",
    "components": "many",
    "priority": "one",
    "resolution": "one",
    "sprint": "one",
    "parent": "line",
    "epic": "line",
}
_TIMES = (("originalEstimate", "timeoriginalestimate"), ("remainingEstimate", "timeestimate"))
_Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of a form. input: line, text, number, date, one (of the choices) or many; `values` is what it shows."""

    id: str
    name: str
    input: str
    values: tuple[str, ...] = ()
    choices: _Choices = ()
    required: bool = False


class FieldForm:
    """The form of one project's fields, over an issue or, where there is none yet, over nothing."""

    def __init__(self, world: World, project: Project, type_id: str, issue: IssueRow | None = None) -> None:
        self.world = world
        self.project = project
        self.issue = issue
        self._is_sub = world.jira.types[type_id].level < 0

    def fields(
        self, names: Sequence[str], sent: "MultiDict[str, str] | None" = None, required: Sequence[str] = ("summary",)
    ) -> list[FormField]:
        """The fields that can be asked for, showing what was sent before, else what the issue holds."""
        found: list[FormField] = []
        for name in names:
            row = self.world.jira.fields[name]
            if row.kind == "timetracking":
                found += self._time_fields(sent)
            elif row.kind in _INPUTS and self._is_asked(row):
                found.append(self._field(row, sent, name in required))
        return found

    def changed(self, names: Sequence[str], sent: "MultiDict[str, str]") -> dict[str, object]:
        """The values that differ from what the issue holds, as version 2 of REST takes them."""
        wanted: dict[str, object] = {}
        for field in self.fields(names):
            if field.id not in sent.getlist("has"):
                continue
            given = _clean(sent.getlist(field.id))
            if given == field.values:
                continue
            if ":" in field.id:
                times = wanted.setdefault("timetracking", {})
                assert isinstance(times, dict)
                times[field.id.partition(":")[2]] = given[0] if given else None
            else:
                wanted[field.id] = self._rest_value(self.world.jira.fields[field.id], given)
        return wanted

    def _is_asked(self, row: FieldRow) -> bool:
        if row.kind == "parent":
            return self.world.is_cloud or self._is_sub
        return row.kind != "epic" or not (self.world.is_cloud or self._is_sub)

    def _field(self, row: FieldRow, sent: "MultiDict[str, str] | None", required: bool) -> FormField:
        values = self._held(row) if sent is None or row.id not in sent.getlist("has") else _clean(sent.getlist(row.id))
        return FormField(
            id=row.id,
            name=row.name,
            input=_INPUTS[row.kind],
            values=values,
            choices=self._choices(row),
            required=required,
        )

    def _time_fields(self, sent: "MultiDict[str, str] | None") -> list[FormField]:
        found = []
        for name, stored in _TIMES:
            held = self.issue.fields.get(stored) if self.issue else None
            values: tuple[str, ...] = (duration(held),) if isinstance(held, int) else ()
            field_id = f"timetracking:{name}"
            if sent is not None and field_id in sent.getlist("has"):
                values = _clean(sent.getlist(field_id))
            shown = self.world.jira.fields[stored].name
            found.append(FormField(id=field_id, name=shown, input="line", values=values))
        return found

    def _held(self, row: FieldRow) -> tuple[str, ...]:
        value = self.issue.fields.get("parent" if row.kind == "epic" else row.id) if self.issue else None
        if value is None or value == []:
            return ()
        if row.kind == "text":
            return _clean([wiki_of(value) or ""])
        if row.kind == "labels":
            return (" ".join(map(str, value)),) if isinstance(value, list) else ()
        if row.kind == "sprint":
            return self._open_sprint(value)
        if row.kind in ("parent", "epic"):
            parent = self.world.jira.issues.get(str(value))
            return (parent.key,) if parent else ()
        if row.kind == "number":
            return (f"{value:.10g}" if isinstance(value, float) else str(value),)
        values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        return tuple(self._person_value(one) for one in values) if row.kind in ("user", "users") else _clean(values)

    def _open_sprint(self, value: object) -> tuple[str, ...]:
        known = self.world.jira.sprints
        held = [one for one in value if one in known] if isinstance(value, list) else []
        return tuple(str(one) for one in held if known[one].state != "closed")[-1:]

    def _person_value(self, account_id: str) -> str:
        person = self.world.users.find(account_id)
        return self._named(person) if person else account_id

    def _named(self, person: Person) -> str:
        return person.id if self.world.is_cloud else person.name

    def _choices(self, row: FieldRow) -> _Choices:
        jira = self.world.jira
        if row.kind in ("user", "users"):
            return tuple((self._named(one), one.display_name) for one in self.world.users.all() if one.is_active)
        if row.kind in ("option", "options"):
            return tuple(row.options.items())
        if row.kind == "versions":
            return tuple((one, jira.versions[one].name) for one in self.project.versions)
        if row.kind == "components":
            return tuple((one, jira.components[one].name) for one in self.project.components)
        if row.kind == "sprint":
            boards = {one.id for one in jira.boards.values() if one.project == self.project.id}
            mine = (one for one in jira.sprints.values() if one.board in boards and one.state != "closed")
            return tuple((str(one.id), one.name) for one in mine)
        table = {"priority": jira.priorities, "resolution": jira.resolutions}.get(row.kind, {})
        return tuple((one.id, one.name) for one in table.values())

    def _rest_value(self, row: FieldRow, given: tuple[str, ...]) -> object:
        first = given[0] if given else None
        reader = _REST.get(row.kind)
        if reader is not None:
            return reader(given)
        if row.kind == "user":
            return self._user(first)
        if row.kind == "users":
            return [self._user(one) for one in given]
        if row.kind == "string" and row.id == "summary":
            return first or ""
        return first

    def _user(self, named: str | None) -> dict[str, object]:
        return {"accountId" if self.world.is_cloud else "name": named}


def _clean(values: Sequence[str]) -> tuple[str, ...]:
    """What a browser sent, with the line ends that we keep; empty values are none."""
    plain = (one.replace("\r\n", "\n").strip() for one in values)
    return tuple(one for one in plain if one)


def _number(given: tuple[str, ...]) -> object:
    if not given:
        return None
    try:
        found = float(given[0])
    except ValueError:
        return given[0]
    if found != found or found in (float("inf"), float("-inf")):
        return given[0]
    return int(found) if found.is_integer() else found


def _ids(given: tuple[str, ...]) -> object:
    return [{"id": one} for one in given]


def _id(given: tuple[str, ...]) -> object:
    return {"id": given[0]} if given else None


_REST: Mapping[str, Callable[[tuple[str, ...]], object]] = {
    "number": _number,
    "labels": lambda given: given[0].split() if given else [],
    "options": _ids,
    "versions": _ids,
    "components": _ids,
    "option": _id,
    "priority": _id,
    "resolution": _id,
    "parent": lambda given: {"key": given[0]} if given else None,
    "epic": lambda given: given[0] if given else None,
}
