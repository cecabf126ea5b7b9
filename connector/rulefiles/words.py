"""The words that rule files may use: the site's fields and the names declared under projects[].fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connector.core.fields import Field, FieldCatalog

MISSING = "missing."

_SYSTEM = (
    ("summary", "Summary", "string", None, ()),
    ("description", "Description", "string", None, ()),
    ("environment", "Environment", "string", None, ()),
    ("issuetype", "Issue Type", "issuetype", None, ("type",)),
    ("project", "Project", "project", None, ()),
    ("status", "Status", "status", None, ()),
    ("priority", "Priority", "priority", None, ()),
    ("resolution", "Resolution", "resolution", None, ()),
    ("assignee", "Assignee", "user", None, ()),
    ("reporter", "Reporter", "user", None, ()),
    ("creator", "Creator", "user", None, ()),
    ("created", "Created", "datetime", None, ("createdDate",)),
    ("updated", "Updated", "datetime", None, ("updatedDate",)),
    ("resolutiondate", "Resolved", "datetime", None, ("resolutionDate",)),
    ("duedate", "Due date", "date", None, ("due",)),
    ("labels", "Labels", "array", "string", ()),
    ("components", "Components", "array", "component", ("component",)),
    ("fixVersions", "Fix versions", "array", "version", ("fixVersion",)),
    ("versions", "Affects versions", "array", "version", ("affectedVersion",)),
    ("timeoriginalestimate", "Original estimate", "number", None, ("originalEstimate",)),
    ("timeestimate", "Remaining Estimate", "number", None, ("remainingEstimate",)),
    ("timespent", "Time Spent", "number", None, ()),
    ("issuelinks", "Linked Issues", "array", "issuelinks", ()),
    ("parent", "Parent", "any", None, ()),
    ("subtasks", "Sub-tasks", "array", "issuelinks", ()),
    ("votes", "Votes", "any", None, ()),
    ("watches", "Watchers", "any", None, ("watchers",)),
    ("security", "Security Level", "any", None, ("level",)),
    ("attachment", "Attachment", "array", "attachment", ("attachments",)),
    ("comment", "Comment", "any", None, ()),
    ("worklog", "Log Work", "any", None, ()),
    ("sprint", "Sprint", "array", "any", ()),
    ("storypoints", "Story Points", "number", None, ("Story point estimate",)),
    ("flagged", "Flagged", "array", "option", ()),
    ("startdate", "Start date", "date", None, ()),
    ("epiclink", "Epic Link", "any", None, ()),
)


def offline_catalog() -> FieldCatalog:
    """Jira's own fields, for when no site is at hand: a site's custom fields are then taken on trust."""
    return FieldCatalog(
        Field(id=one, name=name, kind=kind, items=items, aliases=aliases) for one, name, kind, items, aliases in _SYSTEM
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The catalogue with the declared words in it.

    `ids` binds each word to the site's field id; `missing` are the words that no field of the site answers to. These
    are in the catalogue too, under an id that no issue has: what reads them finds them empty.
    """

    catalog: FieldCatalog
    ids: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()


def bind_words(declared: Mapping[str, tuple[str, ...]], site: FieldCatalog | None) -> Words:
    """Bind each declared word to the first of its names that the site has a field for.

    site: None when no site is at hand; every declared field is then believed to exist.
    """
    catalog = offline_catalog() if site is None else site
    bound: dict[str, Field] = {}
    ids: dict[str, str] = {}
    for word, names in declared.items():
        found = next((one for name in names if (one := catalog.find(name)) is not None), None)
        if found is None:
            found = Field(id=f"{MISSING}{word}", name=names[0], aliases=tuple(names[1:]))
        if site is None or not found.id.startswith(MISSING):
            ids[word] = found.id
        known = bound.get(found.id, found)
        bound[found.id] = replace(known, aliases=(*known.aliases, word))
    rest = [one for one in catalog.fields if one.id not in bound]
    # A declared word goes before a field of the site that happens to have this name.
    return Words(
        catalog=FieldCatalog([*bound.values(), *rest], reach=catalog.reach),
        ids=ids,
        missing=frozenset(declared.keys() - ids.keys()),
    )
