"""Decided writes as people read them: plain mappings with the rules' own words, and one line for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal

from connector.core.actions import (
    EnsureLabel,
    Line,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SendMessage,
    SetIssueFields,
    SetIssueProperty,
    WriteComment,
    WritePage,
)
from connector.core.fields import FieldCatalog, name_of

Told = dict[str, object]
"""A write by what it does. Its first key is a verb: set, label, comment, move, make, link, property, page, notify."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What ids are called: fields by the rules' words, else by the site's names; issues by their keys."""

    words: Mapping[str, str] = field(default_factory=dict)
    catalog: FieldCatalog = field(default_factory=FieldCatalog)
    keys: Mapping[str, str] = field(default_factory=dict)

    def field(self, field_id: str) -> str:
        """The field with this id, as a rule would call it."""
        word = next((word for word, bound in self.words.items() if bound == field_id), None)
        found = self.catalog.find(field_id)
        is_custom = field_id.startswith(("customfield_", "missing."))
        return word or (found.name if found is not None and is_custom else field_id)

    def issue(self, name: str) -> str:
        """The key of an issue known by id; of one that is yet to be made, the name that rules give it."""
        if " issue " in name:
            return name.partition(" issue ")[2]
        return self.keys.get(name, name)


def told_write(write: object, naming: Naming) -> Told:
    """The write as a mapping of plain values."""
    match write:
        case SetIssueFields():
            return {"set": write.key, "fields": _named(write.values, naming)}
        case EnsureLabel():
            return {"label": write.key, "add": write.label}
        case WriteComment():
            return {"comment": write.key, "purpose": write.purpose, "says": _lines(write.lines)}
        case MoveIssue():
            return {"move": write.key, "to": list(write.to_status)}
        case MakeIssue():
            values = {"fields": _named(write.values, naming)} if write.values else {}
            says = {"says": _lines(write.lines)} if write.lines else {}
            made: Told = {"make": write.type[0], "name": write.name, "summary": write.summary, "project": write.project}
            return {**made, **values, **says}
        case LinkIssues():
            return {"link": naming.issue(write.source), "type": write.type, "to": naming.issue(write.target)}
        case SetIssueProperty():
            return {"property": write.key, "name": write.name, "value": plain(write.value)}
        case WritePage():
            labels = {"labels": list(write.labels)} if write.labels else {}
            return {"page": write.page, "title": write.title, "space": write.space, **labels}
        case SendMessage():
            titled = {"title": write.title} if write.title else {}
            return {"notify": write.channel, **titled, "says": write.text.splitlines()}
        case _:
            return _otherwise(write)


def headline(told: Told) -> str:
    """The write in one line: `set OPS-7: score 20`."""
    verb, about = next(iter(told.items()))
    rest = {name: value for name, value in told.items() if name != verb}
    return f"{verb} {about}: {_said(verb, rest)}" if rest else f"{verb} {about}"


def _said(verb: str, rest: Mapping[str, object]) -> str:
    if set(rest) == {"fields"} and isinstance(rest["fields"], Mapping):
        return ", ".join(f"{name} {shown(value)}" for name, value in rest["fields"].items())
    if verb == "notify" and "says" in rest:
        return ": ".join((*([str(rest["title"])] if "title" in rest else []), f"“{shown(rest['says'])}”"))
    if verb == "comment" and "says" in rest:
        return f"“{shown(rest['says'])}”"
    if verb == "page" and {"title", "space"} <= rest.keys():
        return f"{rest['title']} (space {rest['space']})"
    return ", ".join(f"{name} {shown(value)}" for name, value in rest.items())


def shown(value: object) -> str:
    """A field's value as a person knows it."""
    if value is None or value in ("", [], ()):
        return "nothing"
    if isinstance(value, list | tuple):
        return " / ".join(shown(one) for one in value)
    named = name_of(value)
    if isinstance(value, Mapping) and named is None:
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    return named if named is not None else str(value)


def plain(value: object) -> object:
    """The value as JSON and YAML hold it, with Jira's objects by their names."""
    if isinstance(value, Mapping):
        named = name_of(value)
        return named if named is not None else {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return _simple(value)


def jsonable(value: object) -> object:
    """The value as JSON holds it, with everything that is in it."""
    if isinstance(value, Mapping):
        return {str(name): jsonable(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: jsonable(getattr(value, one.name)) for one in fields(value)}
    return _simple(value)


def _simple(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _named(values: Mapping[str, object], naming: Naming) -> dict[str, object]:
    return {naming.field(name): plain(value) for name, value in values.items()}


def _lines(lines: tuple[Line, ...]) -> list[str]:
    return [" ".join((one.text, *one.issues)) for one in lines]


def _otherwise(write: object) -> Told:
    assert is_dataclass(write), "every write is a value of core.actions"
    values = {one.name: jsonable(getattr(write, one.name)) for one in fields(write)}
    about = next((str(values.pop(name)) for name in ("key", "page", "name", "project") if name in values), "")
    return {_verb(type(write).__name__): about, **{name: one for name, one in values.items() if one not in (None, [])}}


def _verb(name: str) -> str:
    """CamelCase as words: AssignIssue is `assign_issue`."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")
