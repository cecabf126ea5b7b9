"""What a field holds, and therefore which operators it takes.

Facts from Atlassian's JQL field reference. Where Cloud and Data Center differ, the wider one is taken.
"""

from dataclasses import dataclass
from typing import Literal

KindName = Literal[
    "any",
    "attachment",
    "category",
    "date",
    "duration",
    "instant",
    "issue",
    "label",
    "link type",
    "named",
    "number",
    "option",
    "project",
    "sprint",
    "text",
    "user",
    "version",
]

EQUALITY = frozenset({"=", "!=", "in", "not in"})
EMPTINESS = frozenset({"is", "is not"})
ORDERING = frozenset({"<", "<=", ">", ">="})
CONTAINS = frozenset({"~", "!~"})
PAST = frozenset({"was", "was not", "was in", "was not in"})
CHANGE = frozenset({"changed", "not changed"})

_USUAL = EQUALITY | EMPTINESS
_MEASURED = _USUAL | ORDERING

OPERATORS: dict[KindName, frozenset[str]] = {
    "any": _MEASURED | CONTAINS,
    "attachment": EMPTINESS,
    "category": EQUALITY,
    "date": _MEASURED,
    "duration": _MEASURED,
    "instant": _MEASURED,
    "issue": _USUAL,
    "label": _USUAL,
    "link type": EQUALITY,
    "named": _USUAL,
    "number": _MEASURED,
    "option": _USUAL,
    "project": _USUAL,
    "sprint": _USUAL,
    "text": CONTAINS | EMPTINESS,
    "user": _USUAL,
    "version": _MEASURED | CONTAINS,
}
"""What a field of a kind takes unless the table of system fields says otherwise."""


@dataclass(frozen=True, slots=True)
class HistoryNames:
    """How a field is called in change histories: its id and its names there, case-folded."""

    names: frozenset[str]
    is_list: bool = False


def kind_of(schema: str, items: str | None) -> KindName:
    """The kind of a custom field from Jira's schema type, and that of its elements for an array."""
    if schema == "array":
        return "label" if items == "string" else kind_of(items or "any", None)
    return _BY_SCHEMA.get(schema, "any")


_BY_SCHEMA: dict[str, KindName] = {
    "string": "text",
    "number": "number",
    "date": "date",
    "datetime": "instant",
    "user": "user",
    "group": "named",
    "option": "option",
    "option-with-child": "option",
    "version": "version",
    "component": "named",
    "issuetype": "named",
    "status": "named",
    "priority": "named",
    "resolution": "named",
    "securitylevel": "named",
    "project": "project",
    "issuelink": "issue",
    "issuelinks": "issue",
    "attachment": "attachment",
}
