"""An issue as REST answers it: chosen fields, and what was asked to be expanded."""

from connector.sandbox.jira.issue_shape import chosen_fields
from connector.sandbox.jira.move import move_shape, possible_moves, schema
from connector.sandbox.jira.rows import IssueRow
from connector.sandbox.jira.shapes import Api, Shape, Shapes
from connector.sandbox.jira.text import html_of
from connector.sandbox.world import World

EXPANDABLE = "operations,versionedRepresentations,editmeta,changelog,renderedFields"


def issue_view(
    world: World,
    issue: IssueRow,
    api: Api,
    *,
    fields: list[str],
    expand: frozenset[str] = frozenset(),
    properties: list[str] | None = None,
) -> Shape:
    """The issue as an answer shows it."""
    shapes = Shapes(world, api)
    shape: Shape = {
        "expand": EXPANDABLE,
        "id": issue.id,
        "self": f"{shapes.root}/issue/{issue.id}",
        "key": issue.key,
    }
    chosen = chosen_fields(world, issue, fields, api)
    if chosen:
        shape["fields"] = chosen
    if properties:
        wanted = issue.properties if "*all" in properties else properties
        shape["properties"] = {one: issue.properties[one] for one in wanted if one in issue.properties}
    if "changelog" in expand:
        shape["changelog"] = changelog(shapes, issue)
    if "names" in expand:
        shape["names"] = {name: world.jira.fields[name].name for name in chosen}
    if "schema" in expand:
        shape["schema"] = {name: schema(shapes, name) for name in chosen}
    if expand & {"transitions", "transitions.fields"}:
        with_fields = "transitions.fields" in expand
        shape["transitions"] = [
            move_shape(world, shapes, one, with_fields=with_fields) for one in possible_moves(world, issue)
        ]
    if "renderedFields" in expand:
        texts = [name for name in chosen if world.jira.fields[name].kind == "text"]
        shape["renderedFields"] = {name: html_of(issue.fields.get(name)) for name in texts}
    return shape


def changelog(shapes: Shapes, issue: IssueRow) -> Shape:
    """The history, newest first, as `expand=changelog` shows it (Cloud: the newest 100)."""
    newest = list(reversed(issue.histories)) if shapes.world.is_cloud else list(issue.histories)
    shown = newest[:100] if shapes.world.is_cloud else newest
    return {
        "startAt": 0,
        "maxResults": len(shown),
        "total": len(newest),
        "histories": [shapes.history(one) for one in shown],
    }
