"""Values for fields: as they stand, or with {{ }} places, in the shape that Jira's REST API takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from connector.core.automation_rules import Worth
from connector.core.errors import ConnectorError
from connector.core.fields import Field
from connector.expressions.compile import compile_expression
from connector.expressions.errors import ExpressionError
from connector.rulefiles.desk import Desk
from connector.rulefiles.part import Part
from connector.rulefiles.texts import known
from connector.rulefiles.words import MISSING

READ_ONLY = {
    "status": "a status changes by a transition: use 'transition'",
    "project": "an issue is moved in Jira",
    "issuetype": "a type is changed in Jira",
    "created": "Jira sets it",
    "updated": "Jira sets it",
    "creator": "Jira sets it",
    "resolutiondate": "Jira sets it",
    "issuelinks": "links are no field: use 'ensure_link'",
}
BY_NAME = frozenset({"priority", "resolution", "version", "component"})
PLACE = "{{"


class WrongValue(ConnectorError):
    """What a rule works out is no value for the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValues:
    """Values by field id: those that stand, and those that are worked out for each event."""

    fixed: Mapping[str, object] = field(default_factory=dict)
    worked: Mapping[str, Worth] = field(default_factory=dict)


def compile_values(part: Part, values: Mapping[str, object], desk: Desk, names: frozenset[str]) -> FieldValues:
    """The values of a mapping of fields. names: what their {{ }} places may name."""
    fixed: dict[str, object] = {}
    worked: dict[str, Worth] = {}
    for name, value in values.items():
        found = desk.field(part.at(name), name)
        if found is None:
            continue
        if found.id in READ_ONLY:
            desk.complaints.add_key(part.at(name), f"{name!r} cannot be set", READ_ONLY[found.id])
        if found.id.startswith(MISSING) and name in desk.words.missing:
            desk.complaints.add_key(part.at(name), f"this site has no field for {name!r}", "make it in Jira first")
        if has_place(value):
            worked[found.id] = _worth(part.at(name), found, value, desk, names)
        else:
            fixed[found.id] = rest_value(found, value)
    return FieldValues(fixed=fixed, worked=worked)


def has_place(value: object) -> bool:
    """Whether there is a {{ }} place in a value, however deep."""
    if isinstance(value, str):
        return PLACE in value or "{%" in value
    if isinstance(value, Mapping):
        return any(has_place(one) for one in value.values())
    return isinstance(value, list) and any(has_place(one) for one in value)


def rest_value(found: Field, value: object) -> object:
    """A value as Jira's REST API wants it: a priority by its name, an option by its value, lists of them likewise."""
    if isinstance(value, list):
        item = replace(found, kind=found.items or "any", items=None)
        return [rest_value(item, one) for one in value]
    if not isinstance(value, str):
        return value
    if found.kind in BY_NAME:
        return {"name": value}
    return {"value": value} if found.kind == "option" else value


def _worth(part: Part, found: Field, value: object, desk: Desk, names: frozenset[str]) -> Worth:
    if isinstance(value, list):
        item = replace(found, kind=found.items or "any", items=None)
        several = [_worth(part.at(index), item, one, desk, names) for index, one in enumerate(value)]
        return lambda values: [one(values) for one in several]
    if not isinstance(value, str):
        return lambda _: value
    if found.kind == "number":
        return _number(part, value, found, desk, names)
    fill = desk.text(part, value, names)
    read = _READERS.get(found.kind, _text)
    return lambda values: read(found, fill(values))


def _number(part: Part, text: str, found: Field, desk: Desk, names: frozenset[str]) -> Worth:
    """One expression, and nothing around it, so that its value stays a number."""
    expression = text.strip()
    if not (expression.startswith(PLACE) and expression.endswith("}}") and expression.count(PLACE) == 1):
        desk.complaints.add(part, f"{found.name} is a number", "write one {{ … }} and nothing around it")
        return lambda _: None
    start = text.index(PLACE) + len(PLACE)
    desk.check_values(part, text)
    try:
        compiled = compile_expression(expression[len(PLACE) : -2], names)
    except ExpressionError as error:
        offset = start + error.column - 1
        desk.complaints.add(part, f"text: {error.what}", error.would_do or "mend the expression", offset=offset)
        return lambda _: None
    missing = desk.words.missing
    return lambda values: as_number(found, compiled.evaluate(known(values, missing)))


def as_number(found: Field, value: object) -> int | float | None:
    """A number as Jira takes it: whole where it is whole."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise WrongValue(f"{found.name} is to be {str(value)[:60]!r}, which is no number")
    return int(value) if value == int(value) else float(value)


def _date(found: Field, text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise WrongValue(f"{found.name} is to be {text[:60]!r}, which is no day such as 2026-12-31") from error


def _moment(found: Field, text: str) -> str | None:
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongValue(f"{found.name} is to be {text[:60]!r}, which is no moment") from error
    return (
        moment.strftime("%Y-%m-%dT%H:%M:%S.000%z") if moment.tzinfo else moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    )


def _text(found: Field, text: str) -> object:
    return rest_value(found, text)


_READERS: Mapping[str, Callable[[Field, str], object]] = {"date": _date, "datetime": _moment}


def compile_json(part: Part, value: object, desk: Desk, names: frozenset[str]) -> Worth:
    """Any JSON value, with the {{ }} places of its texts filled."""
    if isinstance(value, Mapping):
        inner = {str(key): compile_json(part.at(str(key)), one, desk, names) for key, one in value.items()}
        return lambda values: {key: one(values) for key, one in inner.items()}
    if isinstance(value, list):
        several = [compile_json(part.at(index), one, desk, names) for index, one in enumerate(value)]
        return lambda values: [one(values) for one in several]
    if isinstance(value, str) and has_place(value):
        fill = desk.text(part, value, names)
        return lambda values: fill(values)
    return lambda _: value
