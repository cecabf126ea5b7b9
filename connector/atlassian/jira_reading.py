"""Jira's answers as values."""

from collections.abc import Iterable, Mapping

from connector.atlassian.jira import Account, IssueType, JiraProject, Link, Transition
from connector.atlassian.shapes import as_map, as_maps, as_text, within
from connector.core.fields import Field, FieldCatalog, user_of

_KINDS = frozenset(
    {
        "array",
        "component",
        "date",
        "datetime",
        "issuelinks",
        "issuetype",
        "number",
        "option",
        "priority",
        "progress",
        "project",
        "resolution",
        "status",
        "string",
        "timetracking",
        "user",
        "version",
    }
)
RICH_SYSTEM = frozenset({"description", "environment"})


def account_from(raw: object) -> Account:
    """The account of `myself`."""
    said = as_map(raw)
    ids = [as_text(said.get(key)) for key in ("accountId", "name", "key")]
    known = [one for one in ids if one]
    return Account(id=known[0] if known else "", name=as_text(said.get("displayName")), others=tuple(known[1:]))


def catalog_from(raw: Iterable[Mapping[str, object]]) -> FieldCatalog:
    """The site's fields."""
    return FieldCatalog(_field(one) for one in raw if as_text(one.get("id")))


def rich_fields(raw: Iterable[Mapping[str, object]]) -> frozenset[str]:
    """The ids of the fields whose v3 value is a document."""
    return frozenset(as_text(one.get("id")) for one in raw if _is_rich(one))


def types_from(raw: object) -> tuple[IssueType, ...]:
    """The issue types of a project."""
    return tuple(
        IssueType(id=as_text(one.get("id")), name=as_text(one.get("name")), is_subtask=one.get("subtask") is True)
        for one in as_maps(within(raw, "issueTypes"))
    )


def project_from(raw: Mapping[str, object]) -> JiraProject:
    """A project of a list of projects."""
    return JiraProject(id=as_text(raw.get("id")), key=as_text(raw.get("key")), name=as_text(raw.get("name")))


def leads_from(raw: Iterable[Mapping[str, object]], by: str = "key") -> dict[str, str]:
    """The leads of projects by project key, or of components by component id."""
    return {as_text(one.get(by)): lead for one in raw if (lead := user_of(one.get("lead"))) is not None}


def project_categories_from(raw: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """The name of each project's category, by project key."""
    named = ((as_text(one.get("key")), as_text(within(one, "projectCategory", "name"))) for one in raw)
    return {key: name for key, name in named if name}


def names_and_ids(raw: Iterable[Mapping[str, object]]) -> tuple[tuple[str, str], ...]:
    """What the values of a list are called, in its order."""
    return tuple((as_text(one.get("name")), as_text(one.get("id"))) for one in raw)


def categories_from(raw: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """The category of each status, by id."""
    return {as_text(one.get("id")): as_text(within(one, "statusCategory", "key")) or "undefined" for one in raw}


def transition_from(raw: Mapping[str, object]) -> Transition:
    """A transition, with the fields that it demands and does not fill by itself."""
    fields = as_map(raw.get("fields"))
    required = tuple(
        name
        for name, meta in fields.items()
        if within(meta, "required") is True and within(meta, "hasDefaultValue") is not True
    )
    return Transition(
        id=as_text(raw.get("id")),
        name=as_text(raw.get("name")),
        to_status_id=as_text(within(raw, "to", "id")),
        to_status_name=as_text(within(raw, "to", "name")),
        to_category=as_text(within(raw, "to", "statusCategory", "key")) or None,
        required=required,
    )


def links_from(raw: object) -> tuple[Link, ...]:
    """The links in an issue's `issuelinks` field."""
    issue = as_map(raw)
    own = as_text(issue.get("id"))
    return tuple(_link(one, own) for one in as_maps(within(issue, "fields", "issuelinks")))


def _link(raw: Mapping[str, object], own: str) -> Link:
    outward, inward = as_text(within(raw, "outwardIssue", "id")), as_text(within(raw, "inwardIssue", "id"))
    return Link(
        id=as_text(raw.get("id")),
        type=as_text(within(raw, "type", "name")),
        source=own if outward else inward,
        target=outward or own,
    )


def _field(raw: Mapping[str, object]) -> Field:
    field_id, name = as_text(raw.get("id")), as_text(raw.get("name"))
    kind = as_text(within(raw, "schema", "type"))
    clauses = raw.get("clauseNames")
    names = [as_text(one) for one in clauses] if isinstance(clauses, list) else []
    return Field(
        id=field_id,
        name=name or field_id,
        kind=kind if kind in _KINDS else "any",
        items=as_text(within(raw, "schema", "items")) or None,
        aliases=tuple(one for one in dict.fromkeys(names) if one and one not in (field_id, name)),
    )


def _is_rich(raw: Mapping[str, object]) -> bool:
    system, custom = as_text(within(raw, "schema", "system")), as_text(within(raw, "schema", "custom"))
    return system in RICH_SYSTEM or custom.endswith(":textarea")
