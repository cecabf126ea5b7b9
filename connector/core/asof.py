"""An issue as it was at a past instant: its present fields with every later change undone.

Links are not rewound here: the mirror holds each as an entity with its own past.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from connector.core.facts import facts_of
from connector.core.fields import FieldCatalog, instant_of
from connector.core.issue import Change, Issue

_SECONDS = frozenset({"timeestimate", "timeoriginalestimate", "timespent", "aggregatetimeestimate"})
_LISTS = frozenset({"fixVersions", "versions", "components"})
_TEXTS = frozenset({"summary", "description", "environment"})
_USERS = frozenset({"assignee", "reporter", "creator"})
_NAMED = frozenset({"priority", "resolution", "issuetype", "securitylevel"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_GROWING = {"comment": "comments", "worklog": "worklogs"}


def issue_as_of(
    issue: Issue,
    t: datetime,
    *,
    categories: Mapping[str, str] | None = None,
    catalog: FieldCatalog | None = None,
) -> Issue | None:
    """The issue at instant `t` with the changes and facts of then, or None while it did not exist.

    The issue carries its whole history. categories: status id → category, for the statuses it was in.
    catalog: tells what custom fields hold; without it their present value and the change itself do.
    """
    created = instant_of(issue.fields.get("created"))
    if created is not None and t < created:
        return None
    later = [one for one in issue.changes if one.at > t]
    earlier = tuple(one for one in issue.changes if one.at <= t)
    fields = _without_later_additions(issue.fields, t)
    key = issue.key
    for change in reversed(later):
        if change.field.casefold() == "key":
            key = change.before or key
        _undo(fields, change, categories or {}, catalog)
    if later:
        _set_moments(fields, earlier, created)
        _set_project_key(fields, key)
    past = replace(
        issue, key=key, fields=fields, changes=earlier, updated=_last(earlier, created) if later else issue.updated
    )
    return replace(past, facts=facts_of(past, categories or {}))


def _undo(
    fields: dict[str, object], change: Change, categories: Mapping[str, str], catalog: FieldCatalog | None
) -> None:
    name = change.field_id
    if name == "status":
        fields["status"] = _status(change, categories)
    elif name in _LISTS:
        fields[name] = _list_before(fields.get(name), change)
    elif name in _UNDO:
        fields[name] = _UNDO[name](change, fields)
    elif name.casefold() in ("parent", "issueparentassociation"):
        fields["parent"] = {"id": change.before_id, "key": change.before} if change.before_id else None
    else:
        _undo_custom(fields, change, catalog)


def _status(change: Change, categories: Mapping[str, str]) -> dict[str, object]:
    status: dict[str, object] = {"id": change.before_id, "name": change.before}
    category = categories.get(change.before_id or "")
    return {**status, "statusCategory": {"key": category}} if category else status


def _list_before(value: object, change: Change) -> list[object]:
    """Undo one addition (`after`), removal (`before`) or both of a list whose changes come one element at a time."""
    kept = [one for one in value if not _is(one, change.after_id)] if isinstance(value, list) else []
    return [*kept, {"id": change.before_id, "name": change.before}] if change.before_id else kept


def _is(value: object, identity: str | None) -> bool:
    return identity is not None and isinstance(value, Mapping) and str(value.get("id")) == identity


def _named(change: Change, _: Mapping[str, object]) -> object:
    return {"id": change.before_id, "name": change.before} if change.before_id or change.before else None


def _user(change: Change, fields: Mapping[str, object]) -> object:
    if not change.before_id:
        return None
    people = (fields.get(name) for name in ("creator", "reporter", "assignee"))
    is_cloud = any(isinstance(one, Mapping) and "accountId" in one for one in people) or ":" in change.before_id
    names = {"accountId": change.before_id} if is_cloud else {"name": change.before_id, "key": change.before_id}
    return {**names, "displayName": change.before}


def _text(change: Change, _: Mapping[str, object]) -> object:
    return change.before or None


def _seconds(change: Change, _: Mapping[str, object]) -> object:
    text = change.before_id or change.before or ""
    return int(text) if text.isdigit() else None


def _day(change: Change, _: Mapping[str, object]) -> object:
    found = _DAY.match(change.before_id or change.before or "")
    return found.group() if found else None


def _labels(change: Change, _: Mapping[str, object]) -> object:
    return (change.before or "").split()


def _project(change: Change, fields: Mapping[str, object]) -> object:
    return {"id": change.before_id, "name": change.before} if change.before_id else fields.get("project")


_UNDO: Mapping[str, Callable[[Change, Mapping[str, object]], object]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_USERS, _user),
    **dict.fromkeys(_NAMED, _named),
    **dict.fromkeys(_SECONDS, _seconds),
    "duedate": _day,
    "labels": _labels,
    "project": _project,
}


def _undo_custom(fields: dict[str, object], change: Change, catalog: FieldCatalog | None) -> None:
    found = catalog.find(change.field_id) if catalog else None
    name = found.id if found else change.field_id
    if name not in fields and not name.startswith("customfield_"):
        return
    kind = found.kind if found and found.kind != "any" else _kind_of(fields.get(name), change)
    fields[name] = _value_before(kind, change, fields)


def _value_before(kind: str, change: Change, fields: Mapping[str, object]) -> object:
    match kind:
        case "number":
            return _number(change.before)
        case "date":
            return _day(change, fields)
        case "datetime":
            return change.before_id or change.before or None
        case "user":
            return _user(change, fields)
        case "option":
            return {"id": change.before_id, "value": change.before} if change.before_id or change.before else None
        case "array":
            return _many(change, fields.get(change.field_id))
        case _:
            return change.before or None


def _kind_of(value: object, change: Change) -> str:
    """What a custom field holds, judged by its present value and else by the change itself."""
    if isinstance(value, Mapping):
        return "user" if "accountId" in value or "displayName" in value else "option"
    if isinstance(value, list):
        return "array"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    if any(_DAY.fullmatch(one or "") for one in (change.before_id, change.after_id)):
        return "date"
    if value is None and _number(change.before) is not None and not change.before_id:
        return "number"
    return "option" if value is None and (change.before_id or "").isdigit() else "string"


def _number(text: str | None) -> int | float | None:
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _many(change: Change, value: object) -> object:
    """A list that changes as a whole: ids `1, 2` (or `[1, 2]`) with their names, or bare words."""
    ids = [one.strip() for one in (change.before_id or "").strip("[]").split(",") if one.strip()]
    names = [one.strip() for one in (change.before or "").split(",") if one.strip()]
    if not ids:
        are_words = isinstance(value, list) and any(isinstance(one, str) for one in value)
        return (change.before or "").split() if are_words else [{"value": one, "name": one} for one in names]
    if len(names) != len(ids):
        names = list(ids)
    known = {str(one.get("id")): one for one in value if isinstance(one, Mapping)} if isinstance(value, list) else {}
    return [known.get(one, {"id": one, "name": name, "value": name}) for one, name in zip(ids, names, strict=True)]


def _without_later_additions(fields: Mapping[str, object], t: datetime) -> dict[str, object]:
    """The fields without the comments, worklogs and attachments that were added later."""
    kept = dict(fields)
    for name, inner in _GROWING.items():
        value = fields.get(name)
        if isinstance(value, Mapping) and isinstance(value.get(inner), list):
            kept[name] = {**value, inner: _until(value[inner], t)}
    if isinstance(fields.get("attachment"), list):
        kept["attachment"] = _until(fields["attachment"], t)
    return kept


def _until(values: object, t: datetime) -> list[object]:
    return [one for one in values if _existed(one, t)] if isinstance(values, list) else []


def _existed(value: object, t: datetime) -> bool:
    created = instant_of(value.get("created")) if isinstance(value, Mapping) else None
    return created is None or created <= t


def _set_moments(fields: dict[str, object], earlier: Iterable[Change], created: datetime | None) -> None:
    """Put `updated` and `resolutiondate` back to what the history up to then says."""
    kept = list(earlier)
    last = _last(kept, created)
    fields["updated"] = last.isoformat() if last else None
    resolved = [one for one in kept if one.field_id == "resolution" and (one.after_id or one.after)]
    if not fields.get("resolution"):
        fields["resolutiondate"] = None
    elif resolved:
        fields["resolutiondate"] = resolved[-1].at.isoformat()
    fields.pop("statuscategorychangedate", None)


def _last(changes: Iterable[Change], created: datetime | None) -> datetime | None:
    return max((one.at for one in changes), default=created)


def _set_project_key(fields: dict[str, object], key: str) -> None:
    project = fields.get("project")
    if isinstance(project, Mapping) and "key" not in project:
        fields["project"] = {**project, "key": key.rpartition("-")[0]}
