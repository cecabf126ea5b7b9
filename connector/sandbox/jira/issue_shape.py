"""Draws an issue: every field in REST shape, and the same issue as the JQL room reads it."""

from collections.abc import Callable

from connector.core.fields import instant_of
from connector.core.issue import Change as CoreChange
from connector.core.issue import Issue
from connector.sandbox.jira.rows import FieldRow, IssueRow, Sprint
from connector.sandbox.jira.shapes import Api, Shape, Shapes, duration
from connector.sandbox.jira.template_fields import EPIC_LINK
from connector.sandbox.world import World

#: Shown only when asked for by name or with *all, never in a webhook.
HEAVY = frozenset({"comment", "worklog"})
_WORKED_OUT = frozenset({"labels", "components", "versions", "project", "parent", "epic", "subtasks", "issuelinks"}) | {
    "timetracking",
    "progress",
    "votes",
    "watches",
    "attachment",
}
_SUMS = frozenset(["workratio", "aggregatetimeoriginalestimate", "aggregatetimeestimate", "aggregatetimespent"])
_Drawer = Callable[[Shapes, IssueRow, FieldRow, object], object]


def issue_fields(world: World, issue: IssueRow, api: Api) -> Shape:
    """Every field of the issue but the heavy ones; null where it has no value. Kept until the issue changes."""
    kept = world.jira.shapes.setdefault(issue.id, {})
    fields = kept.get(api)
    if not isinstance(fields, dict):
        fields = _draw_all(Shapes(world, api), issue)
        kept[api] = fields
    return fields


def _draw_all(shapes: Shapes, issue: IssueRow) -> Shape:
    """Null for every field, then what the issue holds, then what is worked out for each issue."""
    jira = shapes.jira
    plan = jira.drawing
    if plan is None or plan[0] != len(jira.fields):
        empty: Shape = dict.fromkeys(one for one in jira.fields if one not in HEAVY)
        worked_out = [one for one in jira.fields.values() if one.kind in _WORKED_OUT or one.id in _SUMS]
        plan = jira.drawing = (len(jira.fields), empty, worked_out)
    fields = dict(plan[1])
    for name, value in issue.fields.items():
        if value is not None and name in fields:
            fields[name] = _draw(shapes, issue, jira.fields[name], value)
    for row in plan[2]:
        fields[row.id] = _draw(shapes, issue, row, issue.fields.get(row.id))
    return fields


def heavy_field(world: World, issue: IssueRow, name: str, api: Api) -> Shape:
    """The comments or the worklogs, as a field shows them."""
    shapes = Shapes(world, api)
    if name == "comment":
        comments = [shapes.comment(issue, one) for one in issue.comments]
        own = {"self": f"{shapes.root}/issue/{issue.id}/comment"} if world.is_cloud else {}
        return {"comments": comments, **own, "maxResults": len(comments), "total": len(comments), "startAt": 0}
    worklogs = [shapes.worklog(issue, one) for one in issue.worklogs[:20]]
    return {"startAt": 0, "maxResults": 20, "total": len(issue.worklogs), "worklogs": worklogs}


def chosen_fields(world: World, issue: IssueRow, wanted: list[str], api: Api) -> Shape:
    """The fields that a request asks for: ids, `*all`, `*navigable`, or `-id` to leave one out."""
    added = [one for one in wanted if not one.startswith("-")]
    dropped = {one[1:] for one in wanted if one.startswith("-")}
    everything = issue_fields(world, issue, api)
    if not added or "*all" in added:
        heavy = {name: heavy_field(world, issue, name, api) for name in sorted(HEAVY - dropped)}
        found = {**everything, **heavy}
    elif "*navigable" in added:
        found = {name: value for name, value in everything.items() if name != "attachment"}
        found |= {name: heavy_field(world, issue, name, api) for name in added if name in HEAVY}
    else:
        found = {
            name: heavy_field(world, issue, name, api) if name in HEAVY else everything[name]
            for name in (_field_id(world, one) for one in added)
            if name in HEAVY or name in everything
        }
    return {name: value for name, value in found.items() if name not in dropped} if dropped else found


def _field_id(world: World, name: str) -> str:
    """A field by its id, or by its shown name."""
    if name in world.jira.fields:
        return name
    wanted = name.casefold()
    return next((one.id for one in world.jira.fields.values() if one.name.casefold() == wanted), name)


def mirror_of(world: World, issue: IssueRow) -> Issue:
    """The issue as JQL reads it. Kept until the issue changes."""
    kept = world.jira.mirrors.get(issue.id)
    if kept is None:
        fields = dict(issue_fields(world, issue, "2"))
        fields["comment"] = heavy_field(world, issue, "comment", "2")
        fields["worklog"] = heavy_field(world, issue, "worklog", "2")
        kept = Issue(
            site="sandbox",
            id=issue.id,
            key=issue.key,
            fields=fields,
            updated=instant_of(issue.fields.get("updated")),
            changes=_changes(issue),
            properties=issue.properties,
        )
        world.jira.mirrors[issue.id] = kept
    return kept


def _changes(issue: IssueRow) -> tuple[CoreChange, ...]:
    found = []
    for history in issue.histories:
        at = instant_of(history.created)
        assert at is not None
        found += [
            CoreChange(
                history_id=int(history.id),
                at=at,
                author=history.author,
                field=one.field,
                field_id=one.field_id or one.field,
                before_id=one.before,
                before=one.before_text,
                after_id=one.after,
                after=one.after_text,
            )
            for one in history.changes
        ]
    return tuple(found)


def _draw(shapes: Shapes, issue: IssueRow, row: FieldRow, value: object) -> object:
    drawer = _DRAWERS.get(row.kind)
    return value if drawer is None else drawer(shapes, issue, row, value)


def _many(draw: Callable[[Shapes, str], object]) -> _Drawer:
    def drawn(shapes: Shapes, _issue: IssueRow, _row: FieldRow, value: object) -> object:
        return [draw(shapes, str(one)) for one in value] if isinstance(value, list) else []

    return drawn


def _option(shapes: Shapes, row: FieldRow, option: str) -> Shape:
    return {
        "self": f"{shapes.root}/customFieldOption/{option}",
        "value": row.options.get(option, option),
        "id": option,
    }


def _options(shapes: Shapes, _issue: IssueRow, row: FieldRow, value: object) -> object:
    return [_option(shapes, row, str(one)) for one in value] if isinstance(value, list) and value else None


def _users(shapes: Shapes, _issue: IssueRow, _row: FieldRow, value: object) -> object:
    return [shapes.person(one) for one in value] if isinstance(value, list) and value else None


def _sprints(shapes: Shapes, _issue: IssueRow, _row: FieldRow, value: object) -> object:
    if not isinstance(value, list) or not value:
        return None
    rows = [shapes.jira.sprints[one] for one in value if one in shapes.jira.sprints]
    return [_sprint(one) if shapes.world.is_cloud else _sprint_text(one) for one in rows]


def _sprint(row: Sprint) -> Shape:
    shape: Shape = {"id": row.id, "name": row.name, "state": row.state, "boardId": row.board, "goal": row.goal}
    dates = {"startDate": row.start, "endDate": row.end, "completeDate": row.complete}
    return {**shape, **{name: value for name, value in dates.items() if value}}


def _sprint_text(row: Sprint) -> str:
    """A sprint the way Data Center prints its object into the field."""
    return (
        f"com.atlassian.greenhopper.service.sprint.Sprint@{row.id:x}[id={row.id},rapidViewId={row.board},"
        f"state={row.state.upper()},name={row.name},startDate={row.start or '<null>'},endDate={row.end or '<null>'},"
        f"completeDate={row.complete or '<null>'},activatedDate={row.start or '<null>'},sequence={row.id},"
        f"goal={row.goal},autoStartStop=false]"
    )


def _parent(shapes: Shapes, issue: IssueRow, _row: FieldRow, value: object) -> object:
    """On Data Center only sub-tasks have a parent; an epic is named by the Epic Link field."""
    if not isinstance(value, str):
        return None
    is_subtask = shapes.jira.types[str(issue.fields["issuetype"])].level < 0
    return shapes.brief(value) if shapes.world.is_cloud or is_subtask else None


def _epic_link(shapes: Shapes, issue: IssueRow, row: FieldRow, _value: object) -> object:
    parent = issue.text("parent")
    epic = shapes.brief(parent) if parent else None
    is_subtask = shapes.jira.types[str(issue.fields["issuetype"])].level < 0
    return epic["key"] if epic and row.id == EPIC_LINK and not is_subtask else None


def _subtasks(shapes: Shapes, issue: IssueRow, _row: FieldRow, _value: object) -> object:
    rows = [shapes.jira.issues[one] for one in issue.children if one in shapes.jira.issues]
    below = [one.id for one in rows if shapes.jira.types[str(one.fields["issuetype"])].level < 0]
    return [shapes.brief(one) for one in below]


def _links(shapes: Shapes, issue: IssueRow, _row: FieldRow, _value: object) -> object:
    rows = [shapes.jira.links[one] for one in issue.links if one in shapes.jira.links]
    return [shape for shape in (shapes.link(row, issue.id) for row in rows) if shape is not None]


def _timetracking(_shapes: Shapes, issue: IssueRow, _row: FieldRow, _value: object) -> object:
    shape: Shape = {}
    for name, source in (
        ("originalEstimate", "timeoriginalestimate"),
        ("remainingEstimate", "timeestimate"),
        ("timeSpent", "timespent"),
    ):
        seconds = issue.fields.get(source)
        if isinstance(seconds, int):
            shape |= {name: duration(seconds), f"{name}Seconds": seconds}
    return shape


def _progress(_shapes: Shapes, issue: IssueRow, _row: FieldRow, _value: object) -> object:
    spent, left = (issue.fields.get(one) for one in ("timespent", "timeestimate"))
    done = spent if isinstance(spent, int) else 0
    total = done + (left if isinstance(left, int) else 0)
    return {"progress": done, "total": total, **({"percent": 100 * done // total} if total else {})}


def _number(shapes: Shapes, issue: IssueRow, row: FieldRow, value: object) -> object:
    if row.id == "workratio":
        planned, spent = issue.fields.get("timeoriginalestimate"), issue.fields.get("timespent")
        return 100 * (spent if isinstance(spent, int) else 0) // planned if isinstance(planned, int) and planned else -1
    if row.id.startswith("aggregate"):
        return _sum(shapes, issue, row.id.removeprefix("aggregate"))
    return value


def _sum(shapes: Shapes, issue: IssueRow, name: str) -> int | None:
    if not issue.children:
        own = issue.fields.get(name)
        return own if isinstance(own, int) else None
    rows = [issue, *(shapes.jira.issues[one] for one in issue.children if one in shapes.jira.issues)]
    found = [one.fields.get(name) for one in rows]
    numbers = [one for one in found if isinstance(one, int)]
    return sum(numbers) if numbers else None


def _votes(shapes: Shapes, issue: IssueRow, _row: FieldRow, _value: object) -> object:
    return {"self": f"{shapes.root}/issue/{issue.key}/votes", "votes": 0, "hasVoted": False}


def _watches(shapes: Shapes, issue: IssueRow, _row: FieldRow, _value: object) -> object:
    own = f"{shapes.root}/issue/{issue.key}/watchers"
    return {"self": own, "watchCount": len(issue.watchers), "isWatching": False}


def _attachments(shapes: Shapes, issue: IssueRow, _row: FieldRow, _value: object) -> object:
    return [shapes.attachment(one) for one in issue.attachments]


_DRAWERS: dict[str, _Drawer] = {
    "text": lambda shapes, _issue, _row, value: shapes.text(value),
    "number": _number,
    "status": lambda shapes, _issue, _row, value: shapes.status(value),
    "issuetype": lambda shapes, _issue, _row, value: shapes.type(value),
    "priority": lambda shapes, _issue, _row, value: shapes.priority(value),
    "resolution": lambda shapes, _issue, _row, value: shapes.resolution(value),
    "project": lambda shapes, issue, _row, _value: shapes.project_in_issue(shapes.jira.projects[issue.project]),
    "user": lambda shapes, _issue, _row, value: shapes.person(value),
    "users": _users,
    "labels": lambda _shapes, _issue, _row, value: list(value) if isinstance(value, list) else [],
    "components": _many(Shapes.component_in_issue),
    "versions": _many(Shapes.version_in_issue),
    "option": lambda shapes, _issue, row, value: _option(shapes, row, str(value)) if value else None,
    "options": _options,
    "sprint": _sprints,
    "parent": _parent,
    "epic": _epic_link,
    "subtasks": _subtasks,
    "issuelinks": _links,
    "timetracking": _timetracking,
    "progress": _progress,
    "votes": _votes,
    "watches": _watches,
    "attachment": _attachments,
}
