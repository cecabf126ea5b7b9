"""From the name in a clause to the field it means."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.core.fields import Field, FieldCatalog
from connector.jql.ast import FieldName
from connector.jql.kinds import (
    CHANGE,
    CONTAINS,
    EMPTINESS,
    EQUALITY,
    OPERATORS,
    ORDERING,
    PAST,
    HistoryNames,
    KindName,
    kind_of,
)
from connector.jql.reading import (
    Read,
    each,
    epic_parent,
    field_of,
    first_of,
    flag,
    inside,
    itself,
    joined,
    project_of,
    property_of,
    texts_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A field that a query asks about: what it holds, how it is read, and which operators it takes.

    `id` is the field's id in the issue. `is_plain` says that the value is simply `fields[id]`. `sources` are the ids
    of the fields that it is read from, of which one is enough; none where every issue tells it.
    """

    id: str
    kind: KindName
    operators: frozenset[str]
    read: Read
    sources: tuple[str, ...]
    is_plain: bool = False
    history: HistoryNames | None = None


def _target(
    field_id: str,
    kind: KindName,
    operators: frozenset[str] | None = None,
    read: Read | None = None,
    history: HistoryNames | None = None,
    sources: tuple[str, ...] | None = None,
) -> Target:
    return Target(
        id=field_id,
        kind=kind,
        operators=OPERATORS[kind] if operators is None else operators,
        read=read or field_of(field_id),
        sources=(field_id,) if sources is None else sources,
        is_plain=read is None,
        history=history,
    )


def _called(*names: str, is_list: bool = False) -> HistoryNames:
    return HistoryNames(frozenset(names), is_list)


_ASKED_IN_PAST = EQUALITY | EMPTINESS | PAST
_SYSTEM: dict[tuple[str, ...], Target] = {
    ("project",): _target("project", "project", read=project_of, sources=()),
    ("category",): _target("project", "named", read=inside("project", "projectCategory")),
    ("projecttype",): _target("project", "label", EQUALITY, inside("project", "projectTypeKey")),
    ("issuekey", "key", "issue", "id"): _target("key", "issue", EQUALITY | EMPTINESS | ORDERING, itself, sources=()),
    ("issuetype", "type"): _target("issuetype", "named"),
    ("hierarchylevel",): _target("issuetype", "number", read=inside("issuetype", "hierarchyLevel")),
    ("status",): _target("status", "named", _ASKED_IN_PAST | CHANGE, history=_called("status")),
    ("statuscategory",): _target("status", "category", read=inside("status", "statusCategory")),
    ("statuscategorychangeddate",): _target("statuscategorychangedate", "instant"),
    ("priority",): _target("priority", "named", _ASKED_IN_PAST | CHANGE | ORDERING, history=_called("priority")),
    ("resolution",): _target("resolution", "named", _ASKED_IN_PAST | CHANGE | ORDERING, history=_called("resolution")),
    ("assignee",): _target("assignee", "user", _ASKED_IN_PAST | CHANGE, history=_called("assignee")),
    ("reporter",): _target("reporter", "user", _ASKED_IN_PAST | CHANGE, history=_called("reporter")),
    ("creator",): _target("creator", "user", _ASKED_IN_PAST, history=_called("creator")),
    ("fixversion",): _target(
        "fixVersions",
        "version",
        OPERATORS["version"] | PAST | CHANGE,
        history=_called("fixversions", "fix version", is_list=True),
    ),
    ("affectedversion",): _target("versions", "version"),
    ("component",): _target("components", "named"),
    ("labels",): _target("labels", "label"),
    ("level",): _target("security", "named"),
    ("summary",): _target("summary", "text"),
    ("description",): _target("description", "text"),
    ("environment",): _target("environment", "text"),
    ("comment",): _target("comment", "text", CONTAINS, each("comment", "comments", of=("body",))),
    ("created", "createddate"): _target("created", "instant"),
    ("updated", "updateddate"): _target("updated", "instant"),
    ("resolved", "resolutiondate"): _target("resolutiondate", "instant"),
    ("lastviewed",): _target("lastViewed", "instant"),
    ("due", "duedate"): _target("duedate", "date"),
    ("originalestimate", "timeoriginalestimate"): _target(
        "timeoriginalestimate",
        "duration",
        read=first_of(field_of("timeoriginalestimate"), inside("timetracking", "originalEstimateSeconds")),
        sources=("timeoriginalestimate", "timetracking"),
    ),
    ("remainingestimate", "timeestimate"): _target(
        "timeestimate",
        "duration",
        read=first_of(field_of("timeestimate"), inside("timetracking", "remainingEstimateSeconds")),
        sources=("timeestimate", "timetracking"),
    ),
    ("timespent",): _target(
        "timespent",
        "duration",
        read=first_of(field_of("timespent"), inside("timetracking", "timeSpentSeconds")),
        sources=("timespent", "timetracking"),
    ),
    ("workratio",): _target("workratio", "number"),
    ("votes",): _target("votes", "number", EQUALITY | ORDERING, inside("votes", "votes")),
    ("watchers",): _target("watches", "number", EQUALITY | ORDERING, inside("watches", "watchCount")),
    ("attachments",): _target("attachment", "attachment"),
    ("parent",): _target("parent", "issue", EQUALITY),
    ("subtasks",): _target("subtasks", "issue"),
    ("issuelinktype",): _target("issuelinks", "link type"),
    ("worklogauthor",): _target("worklog", "user", read=each("worklog", "worklogs", of=("author",))),
    ("worklogdate",): _target("worklog", "instant", EQUALITY | ORDERING, each("worklog", "worklogs", of=("started",))),
    ("worklogcomment",): _target("worklog", "text", CONTAINS, each("worklog", "worklogs", of=("comment",))),
}
_BY_NAME = {name: target for names, target in _SYSTEM.items() for name in names}
_BY_ID = {target.id: target for target in _SYSTEM.values() if target.is_plain} | {"project": _BY_NAME["project"]}
_TEXT = frozenset({"summary", "description", "environment"})
_BY_CUSTOM_NAME: dict[str, KindName] = {"sprint": "sprint", "epic link": "issue", "parent link": "issue"}
_WITHOUT_CUSTOM: dict[str, Target] = {
    "sprint": _target("sprint", "sprint", read=joined("sprint", "closedSprints"), sources=("sprint", "closedSprints")),
    "epic link": _target("epic", "issue", read=first_of(field_of("epic"), epic_parent), sources=("epic", "parent")),
    "flagged": _target("flagged", "option", read=flag, sources=("flagged",)),
}
"""Jira Software's own fields where the site has no custom field of the name: an agile board's issues carry them under
these ids, and on Cloud the parent says what the epic link said."""

NOT_MIRRORED = frozenset(
    {"approvals", "filter", "lastcommentedby", "organizations", "voter", "watcher", "request-channel-type"}
    | {"request-last-activity-time", "customer request type", "time to resolution", "time to first response"}
)
"""Fields that Jira knows and that say something the mirror does not hold."""


def find(name: FieldName, catalog: FieldCatalog) -> Target | None:
    """The field that is meant, or None when the site has no such field.

    System names come first, as in Jira; then ids, names and aliases of the site's own fields; then a name with the
    type that Cloud writes behind it: "Risk owner[User Picker (single user)]".
    """
    if name.properties:
        return _property(name)
    folded = name.name.casefold()
    if folded == "text":
        ids = _text_fields(catalog)
        return _target("text", "text", frozenset({"~"}), texts_of(ids), sources=(*ids, "comment"))
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    if folded.startswith("cf[") and folded.endswith("]"):
        return _custom(catalog.find(f"customfield_{folded[3:-1].strip()}"), catalog)
    plain = name.name.rpartition("[")[0].strip()
    return _custom(catalog.find(name.name) or catalog.find(plain), catalog) or _WITHOUT_CUSTOM.get(folded)


def known_names(catalog: FieldCatalog) -> Iterable[str]:
    """Every name that a query could use, for suggestions."""
    return (*_BY_NAME, *_WITHOUT_CUSTOM, "text", *catalog.names())


def _custom(found: Field | None, catalog: FieldCatalog) -> Target | None:
    held = catalog.reach.held
    if found is None or (held is not None and found.id not in held and found.name.casefold() in _WITHOUT_CUSTOM):
        return None
    if found.id in _BY_ID:
        return _BY_ID[found.id]
    names = (found.name, *found.aliases)
    by_name = next((kind for one in names if (kind := _BY_CUSTOM_NAME.get(one.casefold()))), None)
    return _target(found.id, by_name or kind_of(found.kind, found.items))


def _property(name: FieldName) -> Target | None:
    if name.name.casefold() not in ("issue.property", "property") or len(name.properties) != 1:
        return None
    step = name.properties[0]
    return _target("properties", "any", read=property_of(step.key, step.path), sources=())


def _text_fields(catalog: FieldCatalog) -> list[str]:
    return [*sorted(_TEXT), *(one.id for one in catalog.fields if one.kind == "string" and one.id not in _TEXT)]
