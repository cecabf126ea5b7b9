"""The webhooks of Jira, in Atlassian's shapes: v2 texts, numbers for link ids, a trimmed issue beside comments."""

from connector.sandbox.jira.issue_shape import heavy_field, issue_fields
from connector.sandbox.jira.rows import (
    Attachment,
    Comment,
    History,
    IssueRow,
    Link,
    Project,
    Sprint,
    Version,
    Worklog,
)
from connector.sandbox.jira.shapes import Shape, Shapes
from connector.sandbox.users import Person
from connector.sandbox.world import World

_TRIMMED = ("summary", "issuetype", "project", "assignee", "priority", "status")


def tell_issue(
    world: World,
    event: str,
    issue: IssueRow,
    actor: Person,
    *,
    kind: str | None = None,
    history: History | None = None,
    comment: Comment | None = None,
) -> None:
    """jira:issue_created, jira:issue_updated or jira:issue_deleted; `kind` is the issue_event_type_name."""
    if not world.webhooks.wants("jira"):
        return
    shapes = Shapes(world, "2")
    body = _head(world, f"jira:{event}")
    if kind:
        body["issue_event_type_name"] = kind
    body["user"] = shapes.user(actor)
    body["issue"] = _whole(world, shapes, issue, with_heavy=event == "issue_deleted")
    if history is not None:
        body["changelog"] = {"id": history.id, "items": shapes.items(history)}
    if comment is not None:
        body["comment"] = shapes.comment(issue, comment)
    world.webhooks.send("jira", f"jira:{event}", body)


def tell_comment(world: World, event: str, issue: IssueRow, comment: Comment, actor: Person) -> None:
    """comment_created, comment_updated or comment_deleted. Data Center also tells it as an update of the issue."""
    if not world.webhooks.wants("jira"):
        return
    shapes = Shapes(world, "2")
    body = {**_head(world, event), "comment": shapes.comment(issue, comment)}
    if world.is_cloud:
        body["issue"] = _trimmed(world, shapes, issue)
    elif event != "comment_created":
        body["user"] = shapes.user(actor)
    world.webhooks.send("jira", event, body)
    if not world.is_cloud:
        kind = {
            "comment_created": "issue_commented",
            "comment_updated": "issue_comment_edited",
            "comment_deleted": "issue_comment_deleted",
        }[event]
        shown = None if event == "comment_deleted" else comment
        tell_issue(world, "issue_updated", issue, actor, kind=kind, comment=shown)


def tell_worklog(world: World, event: str, issue: IssueRow, worklog: Worklog) -> None:
    """worklog_created, worklog_updated or worklog_deleted."""
    if world.webhooks.wants("jira"):
        shape = Shapes(world, "2").worklog(issue, worklog)
        world.webhooks.send("jira", event, {**_head(world, event), "worklog": shape})


def tell_link(world: World, event: str, link: Link) -> None:
    """issuelink_created or issuelink_deleted: ids only, and as numbers."""
    if not world.webhooks.wants("jira"):
        return
    kind = world.jira.link_types[link.type]
    shape: Shape = {
        "id": int(link.id),
        "sourceIssueId": int(link.source),
        "destinationIssueId": int(link.target),
        "issueLinkType": {
            "id": int(kind.id),
            "name": kind.name,
            "outwardName": kind.outward,
            "inwardName": kind.inward,
            "isSubTaskLinkType": False,
            "isSystemLinkType": False,
        },
        "systemLink": False,
    }
    world.webhooks.send("jira", event, {**_head(world, event), "issueLink": shape})


def tell_attachment(world: World, event: str, attachment: Attachment) -> None:
    """attachment_created or attachment_deleted: the file alone, without its issue."""
    if world.webhooks.wants("jira"):
        shape = Shapes(world, "2").attachment(attachment)
        world.webhooks.send("jira", event, {**_head(world, event), "attachment": shape})


def tell_property(world: World, event: str, issue: IssueRow, key: str, value: object, actor: Person) -> None:
    """issue_property_set or issue_property_deleted."""
    if not world.webhooks.wants("jira"):
        return
    shapes = Shapes(world, "2")
    entry: Shape = {"key": key} if event.endswith("deleted") else {"key": key, "value": value}
    body = {**_head(world, event), "user": shapes.user(actor), "issue": _trimmed(world, shapes, issue)}
    world.webhooks.send("jira", event, {**body, "property": entry})


def tell_version(world: World, event: str, version: Version, *, merged_to: Version | None = None) -> None:
    """jira:version_created, …_updated, …_released, …_unreleased, …_moved or …_deleted."""
    if not world.webhooks.wants("jira"):
        return
    shapes = Shapes(world, "2")
    body = {**_head(world, f"jira:{event}"), "version": shapes.version(version)}
    if merged_to is not None:
        body["mergedTo"] = shapes.version(merged_to)
    world.webhooks.send("jira", f"jira:{event}", body)


def tell_project(world: World, event: str, project: Project) -> None:
    """project_created, project_updated or project_deleted."""
    if not world.webhooks.wants("jira"):
        return
    shapes = Shapes(world, "2")
    shape: Shape = {
        "self": f"{shapes.root}/project/{project.id}",
        "id": int(project.id),
        "key": project.key,
        "name": project.name,
        "avatarUrls": shapes.project_icons(project),
        "projectLead": shapes.person(project.lead),
        "assigneeType": "admin.assignee.type.unassigned",
    }
    world.webhooks.send("jira", event, {**_head(world, event), "project": shape})


def sprint_shape(world: World, sprint: Sprint) -> Shape:
    """A sprint as the agile API and webhooks show it."""
    shape: Shape = {
        "id": sprint.id,
        "self": f"{world.jira_url}/rest/agile/1.0/sprint/{sprint.id}",
        "state": sprint.state,
        "name": sprint.name,
    }
    dates = {"startDate": sprint.start, "endDate": sprint.end, "completeDate": sprint.complete}
    shape |= {name: value for name, value in dates.items() if value}
    if world.is_cloud and sprint.created:
        shape["createdDate"] = sprint.created
    return {**shape, "originBoardId": sprint.board, "goal": sprint.goal}


def tell_sprint(world: World, event: str, sprint: Sprint, *, before: Shape | None = None) -> None:
    """sprint_created, sprint_updated, sprint_started, sprint_closed or sprint_deleted."""
    if not world.webhooks.wants("jira"):
        return
    body = {**_head(world, event), "sprint": sprint_shape(world, sprint)}
    if before is not None:
        body["oldValue"] = before
    world.webhooks.send("jira", event, body)


def _head(world: World, event: str) -> Shape:
    return {"timestamp": world.now_ms(), "webhookEvent": event}


def _whole(world: World, shapes: Shapes, issue: IssueRow, *, with_heavy: bool) -> Shape:
    fields = issue_fields(world, issue, "2")
    if with_heavy:
        fields = {**fields, **{one: heavy_field(world, issue, one, "2") for one in ("worklog", "comment")}}
    return {"id": issue.id, "self": f"{shapes.root}/issue/{issue.id}", "key": issue.key, "fields": fields}


def _trimmed(world: World, shapes: Shapes, issue: IssueRow) -> Shape:
    fields = issue_fields(world, issue, "2")
    return {
        "id": issue.id,
        "self": f"{shapes.root}/issue/{issue.id}",
        "key": issue.key,
        "fields": {name: fields[name] for name in _TRIMMED},
    }
