"""What the fields of issues hold, guessed from their values, for files that say no more than the values."""

import re
from collections.abc import Iterable, Mapping

from connector.core.fields import Field
from connector.core.issue import Issue

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_RANK = re.compile(r"\d\|[0-9a-z]+:[0-9a-z]*")
_OLD_SPRINT = re.compile(r".*Sprint@\w+\[id=\d+,.*", re.DOTALL)


def guessed(issues: Iterable[Issue]) -> list[Field]:
    """One field for each custom field in the issues, named by their histories where they name it."""
    kinds: dict[str, set[tuple[str, str | None]]] = {}
    names: dict[str, dict[str, None]] = {}
    for issue in issues:
        for field_id, value in issue.fields.items():
            if field_id.startswith("customfield_"):
                kinds.setdefault(field_id, set()).update({found} if (found := _kind(value)) else ())
        for change in issue.changes:
            if change.field_id.startswith("customfield_"):
                names.setdefault(change.field_id, {})[change.field] = None
    return [_field(one, kinds.get(one, set()), [*names.get(one, {})]) for one in {**kinds, **names}]


def _field(field_id: str, kinds: set[tuple[str, str | None]], names: list[str]) -> Field:
    kind, items = next(iter(kinds)) if len(kinds) == 1 else ("any", None)
    if kinds and {one for one, _ in kinds} <= {"date", "datetime"} and len(kinds) > 1:
        kind, items = "datetime", None
    called = names or (["Sprint"] if items == "sprint" else ["Rank"] if kind == "rank" else [field_id])
    return Field(
        id=field_id,
        name=called[0],
        kind="any" if kind == "rank" else kind,
        items="json" if items == "sprint" else items,
        aliases=tuple(called[1:]),
    )


def _kind(value: object) -> tuple[str, str | None] | None:
    """Jira's schema type of a value, with that of its elements; None where an empty value tells nothing."""
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, list):
        inner = _kind(value[0])
        is_sprint = inner == ("sprint", None)
        return ("array", "sprint" if is_sprint else inner[0] if inner else None)
    if isinstance(value, bool):
        return ("any", None)
    if isinstance(value, int | float):
        return ("number", None)
    return (_object(value) if isinstance(value, Mapping) else _text(str(value)), None)


def _object(value: Mapping[object, object]) -> str:
    if "accountId" in value or "displayName" in value:
        return "user"
    if "state" in value and ("boardId" in value or "originBoardId" in value or "startDate" in value):
        return "sprint"
    if "value" in value:
        return "option-with-child" if "child" in value else "option"
    if "released" in value:
        return "version"
    return "issuelink" if "key" in value and "fields" in value else "any"


def _text(value: str) -> str:
    if _DATE.fullmatch(value):
        return "date"
    if _INSTANT.fullmatch(value):
        return "datetime"
    if _RANK.fullmatch(value):
        return "rank"
    return "sprint" if _OLD_SPRINT.fullmatch(value) else "string"
