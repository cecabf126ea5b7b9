"""What Jira's changelog says when a field goes from one stored value to another."""

from collections.abc import Mapping
from datetime import date

from connector.sandbox.jira.rows import Change, FieldRow, IssueType, Named, Status
from connector.sandbox.jira.text import wiki_of
from connector.sandbox.world import World

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NAMES = {"components": "Component", "fixVersions": "Fix Version", "versions": "Version"}
_Shown = tuple[str | None, str | None]


def changes_of(world: World, row: FieldRow, before: object, after: object) -> list[Change]:
    """The changelog items of one field: one for most, one for each version or component added or removed."""
    if before == after or (not before and not after and before != 0 and after != 0):
        return []
    if row.kind in ("versions", "components"):
        return _one_by_one(world, row, before, after)
    if row.kind in ("parent", "epic"):
        return _parent(world, before, after)
    old, new = shown(world, row, before), shown(world, row, after)
    return [
        Change(
            field=row.name if row.is_custom else row.id,
            field_id=row.id,
            fieldtype="custom" if row.is_custom else "jira",
            before=old[0],
            before_text=old[1],
            after=new[0],
            after_text=new[1],
        )
    ]


def shown(world: World, row: FieldRow, value: object) -> _Shown:
    """The raw value and the text of a stored value, as the changelog shows them."""
    if row.kind == "labels":
        return None, " ".join(map(str, value)) if isinstance(value, list) else ""
    if value is None or value == []:
        return None, None
    if row.kind == "text":
        return None, wiki_of(value)
    if row.kind == "number":
        return (None, f"{value:g}") if row.is_custom else (str(value), str(value))
    if row.kind == "date":
        return _date(row, str(value))
    if row.kind in ("status", "issuetype", "priority", "resolution", "option"):
        return str(value), _name(world, row, str(value))
    if row.kind == "user":
        return _user(world, str(value))
    if isinstance(value, list):
        return _listed(world, row, value)
    return None, str(value)


def _listed(world: World, row: FieldRow, value: list[object]) -> _Shown:
    if row.kind == "sprint":
        names = [world.jira.sprints[int(str(one))].name for one in value if int(str(one)) in world.jira.sprints]
        return ", ".join(map(str, value)), ", ".join(names)
    if row.kind == "users":
        people = [_user(world, str(one)) for one in value]
        ids, shown_names = (", ".join(str(one[at]) for one in people) for at in (0, 1))
        return f"[{ids}]", f"[{shown_names}]"
    return f"[{', '.join(map(str, value))}]", ",".join(row.options.get(str(one), str(one)) for one in value)


def _date(row: FieldRow, text: str) -> _Shown:
    if not row.is_custom:
        return text, f"{text} 00:00:00.0"
    day = date.fromisoformat(text)
    return text, f"{day.day}/{_MONTHS[day.month - 1]}/{day.year % 100:02d}"


def _name(world: World, row: FieldRow, value: str) -> str | None:
    if row.kind == "option":
        return row.options.get(value)
    jira = world.jira
    tables: dict[str, Mapping[str, Status | IssueType | Named]] = {
        "status": jira.statuses,
        "issuetype": jira.types,
        "priority": jira.priorities,
        "resolution": jira.resolutions,
    }
    found = tables[row.kind].get(value)
    return found.name if found else None


def _user(world: World, account_id: str) -> _Shown:
    person = world.users.find(account_id)
    if person is None:
        return account_id, account_id
    return (person.id if world.is_cloud else person.key), person.display_name


def _one_by_one(world: World, row: FieldRow, before: object, after: object) -> list[Change]:
    old = [str(one) for one in before] if isinstance(before, list) else []
    new = [str(one) for one in after] if isinstance(after, list) else []
    field = _NAMES[row.id]
    gone = [
        Change(field=field, field_id=row.id, fieldtype="jira", before=one, before_text=_thing(world, row, one))
        for one in old
        if one not in new
    ]
    come = [
        Change(field=field, field_id=row.id, fieldtype="jira", after=one, after_text=_thing(world, row, one))
        for one in new
        if one not in old
    ]
    return gone + come


def _thing(world: World, row: FieldRow, one: str) -> str:
    found = world.jira.components.get(one) if row.kind == "components" else world.jira.versions.get(one)
    return found.name if found else one


def _parent(world: World, before: object, after: object) -> list[Change]:
    """Cloud notes the new parent as IssueParentAssociation; Data Center as the Epic Link."""

    def key(issue_id: object) -> str | None:
        issue = world.jira.issues.get(str(issue_id)) if issue_id else None
        ghost = world.jira.ghosts.get(str(issue_id)) if issue_id else None
        return issue.key if issue else str(ghost["key"]) if ghost else None

    epic = next((one for one in world.jira.fields.values() if one.kind == "epic"), None)
    is_cloud = world.is_cloud or epic is None
    return [
        Change(
            field="IssueParentAssociation" if is_cloud or epic is None else epic.name,
            field_id=None if is_cloud or epic is None else epic.id,
            fieldtype="jira" if is_cloud else "custom",
            before=str(before) if before else None,
            before_text=key(before),
            after=str(after) if after else None,
            after_text=key(after),
        )
    ]
