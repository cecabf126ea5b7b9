"""Where the value of a field stands in an issue, for the fields whose value is not simply `fields[id]`."""

from collections.abc import Callable, Iterable, Mapping

from connector.core.issue import Issue

Read = Callable[[Issue], object]
"""Gives the value of a field: None or an empty list when it is empty, a list when there are several."""


def field_of(field_id: str) -> Read:
    """Reads a field as Jira shows it."""
    return lambda issue: issue.fields.get(field_id)


def inside(*steps: str) -> Read:
    """Reads a value inside objects: inside("votes", "votes")."""

    def read(issue: Issue) -> object:
        return _down(issue.fields, steps)

    return read


def first_of(*reads: Read) -> Read:
    """Reads the first place that holds anything."""

    def read(issue: Issue) -> object:
        return next((value for one in reads if (value := one(issue)) is not None), None)

    return read


def joined(*field_ids: str) -> Read:
    """Reads the values of several fields as one list."""

    def read(issue: Issue) -> object:
        values = [issue.fields.get(one) for one in field_ids]
        return [one for value in values if value for one in (value if isinstance(value, list) else [value])]

    return read


def epic_parent(issue: Issue) -> object:
    """The parent, when it is an epic: one level above the standard types."""
    kind = _down(issue.fields, ("parent", "fields", "issuetype"))
    if not isinstance(kind, Mapping):
        return None
    is_epic = kind.get("hierarchyLevel") == 1 or str(kind.get("name")).casefold() in ("epic", "史诗", "史诗故事")
    return issue.fields.get("parent") if is_epic else None


def flag(issue: Issue) -> object:
    """The flag as the option that boards set, where the agile API tells no more than whether there is one."""
    value = issue.fields.get("flagged")
    if isinstance(value, bool):
        return {"value": "Impediment"} if value else None
    return value


def each(*steps: str, of: tuple[str, ...]) -> Read:
    """Reads one value out of every object of a list: each("comment", "comments", of=("body",))."""

    def read(issue: Issue) -> object:
        listed = _down(issue.fields, steps)
        found = [_down(one, of) for one in listed] if isinstance(listed, list) else []
        return [one for one in found if one is not None]

    return read


def itself(issue: Issue) -> object:
    """The issue, for the fields that are about its key."""
    return issue


def project_of(issue: Issue) -> object:
    """The project object, or what the issue's own key says of it."""
    return issue.fields.get("project") or {"key": issue.project_key}


def texts_of(field_ids: Iterable[str]) -> Read:
    """All texts of an issue: these fields and the comments."""
    ids, comments = tuple(field_ids), each("comment", "comments", of=("body",))

    def read(issue: Issue) -> object:
        found = [value for one in ids if isinstance(value := issue.fields.get(one), str)]
        said = comments(issue)
        return found + said if isinstance(said, list) else found

    return read


def property_of(key: str, path: str) -> Read:
    """Reads an entity property, or the value inside it that a dotted path names."""
    steps = tuple(step for step in path.split(".") if step)

    def read(issue: Issue) -> object:
        return _down(issue.properties.get(key), steps)

    return read


def _down(value: object, steps: tuple[str, ...]) -> object:
    for step in steps:
        if isinstance(value, list):
            return [found for one in value if (found := _down(one, (step,))) is not None]
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
