"""A second evaluator, as plain as can be, to hold the compiler against: it walks the tree over Jira's own JSON.

It knows fewer fields, is slow, shares no code with connector.jql but the tree, and thinks of NOT in another way: a
comparison with an empty field is neither true nor false (None), NOT leaves it so, and only true selects.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connector.jql.ast import And, Clause, Empty, Expression, ListOf, Not, Operand, Or, Value

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 4, 10, 30, tzinfo=ZONE)
PRIORITIES = ["Lowest", "Low", "Medium", "High", "Highest"]
VERSIONS = ["Tower", "Base", "Roof"]
Truth = bool | None


def selects(node: Expression, raw: dict) -> bool:
    return _truth(node, raw) is True


def _truth(node: Expression, raw: dict) -> Truth:
    match node:
        case Not(part):
            found = _truth(part, raw)
            return None if found is None else not found
        case And(parts):
            told = [_truth(one, raw) for one in parts]
            return False if False in told else None if None in told else True
        case Or(parts):
            told = [_truth(one, raw) for one in parts]
            return True if True in told else None if None in told else False
        case Clause():
            return _clause(node, raw)


def _clause(clause: Clause, raw: dict) -> Truth:
    name, operator = clause.field.name.lower(), clause.operator
    wanted = _listed(clause.operand)
    if operator == "changed":
        return any(_is_meant(one, clause) for one in _changes(raw, name))
    if operator.startswith("was"):
        had = [value for _, _, value in _periods(raw, name) if value in wanted or value is None in wanted]
        return bool(had) is ("not" not in operator)
    held = _values(raw, name)
    if operator in ("is", "is not"):
        return (not held) is (operator == "is")
    if not held:
        return None if None not in wanted else (operator in ("in", "="))
    if operator in ("<", "<=", ">", ">="):
        return any(_measured(name, one, operator, wanted[0]) for one in held)
    if operator in ("~", "!~"):
        found = any(wanted[0].lower() in re.findall(r"[一-鿿]|[a-z0-9]+", text.lower()) for text in held)
    else:
        found = any(_same(name, one, two) for one in held for two in wanted if two is not None)
    return found is (operator in ("=", "in", "~"))


def _listed(operand: Operand | None) -> list:
    match operand:
        case ListOf(items):
            return [one for item in items for one in _listed(item)]
        case Value(text):
            return [text]
        case Empty():
            return [None]
    return []


def _values(raw: dict, name: str) -> list:
    f = raw["fields"]
    found = {
        "project": lambda: [f["project"]["key"]],
        "key": lambda: [raw["key"]],
        "type": lambda: [f["issuetype"]["name"]],
        "status": lambda: [f["status"]["name"]],
        "priority": lambda: [f["priority"]["name"]],
        "resolution": lambda: [f["resolution"] and f["resolution"]["name"]],
        "assignee": lambda: [f["assignee"] and f["assignee"]["displayName"]],
        "labels": lambda: f["labels"],
        "component": lambda: [one["name"] for one in f["components"]],
        "fixversion": lambda: [one["name"] for one in f["fixVersions"]],
        "duedate": lambda: [f["duedate"]],
        "created": lambda: [f["created"]],
        "votes": lambda: [f["votes"]["votes"]],
        "cf[10016]": lambda: [f["customfield_10016"]],
        "summary": lambda: [f["summary"]],
        "description": lambda: [f["description"]],
    }[name]()
    return [one for one in found if one is not None]


def _same(name: str, held: object, wanted: str) -> bool:
    if name == "duedate":
        return held == _moment(wanted).date().isoformat()
    if name == "created":
        return datetime.fromisoformat(str(held)).replace(microsecond=0) == _moment(wanted)
    if name in ("votes", "cf[10016]"):
        return float(str(held)) == float(wanted)
    return str(held).lower() == wanted.lower()


def _measured(name: str, held: object, operator: str, wanted: str) -> bool:
    one, two = {
        "duedate": lambda: (held, _moment(wanted).date().isoformat()),
        "created": lambda: (datetime.fromisoformat(str(held)), _moment(wanted)),
        "priority": lambda: (PRIORITIES.index(str(held)), PRIORITIES.index(wanted)),
        "votes": lambda: (float(str(held)), float(wanted)),
        "cf[10016]": lambda: (float(str(held)), float(wanted)),
    }[name]()
    return {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[operator]  # type: ignore[operator]


def _moment(text: str) -> datetime:
    if found := re.fullmatch(r"-(\d+)([wdh])", text):
        return NOW - timedelta(**{{"w": "weeks", "d": "days", "h": "hours"}[found[2]]: int(found[1])})
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _changes(raw: dict, name: str) -> list[tuple[datetime, str, str | None, str | None]]:
    entries = sorted(raw["changelog"]["histories"], key=lambda one: datetime.fromisoformat(one["created"]))
    return [
        (datetime.fromisoformat(entry["created"]), entry["author"]["displayName"], item["fromString"], item["toString"])
        for entry in entries
        for item in entry["items"]
        if item["field"].lower() == name
    ]


def _periods(raw: dict, name: str) -> list[tuple[datetime, datetime | None, str | None]]:
    changes = _changes(raw, name)
    starts = [datetime.fromisoformat(raw["fields"]["created"]), *(at for at, *_ in changes)]
    values = [changes[0][2], *(after for *_, after in changes)] if changes else [next(iter(_values(raw, name)), None)]
    return list(zip(starts, [*starts[1:], None], values, strict=True))


def _is_meant(change: tuple[datetime, str, str | None, str | None], clause: Clause) -> bool:
    at, author, before, after = change
    for one in clause.predicates:
        wanted = _listed(one.operand)
        is_so = {
            "from": lambda wanted=wanted: before in wanted,
            "to": lambda wanted=wanted: after in wanted,
            "by": lambda wanted=wanted: author in wanted,
            "before": lambda wanted=wanted: at < _moment(wanted[0]),
            "after": lambda wanted=wanted: at > _moment(wanted[0]),
        }[one.when]
        if not is_so():
            return False
    return True
