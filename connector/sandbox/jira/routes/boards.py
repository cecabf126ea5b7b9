"""Boards, under /rest/agile/1.0."""

from flask import Blueprint, Response, request

from connector.sandbox.front import answer, json_body, listed, the_world
from connector.sandbox.jira.events import sprint_shape
from connector.sandbox.jira.routes.agile import agile_page, agile_root, board_or_404, issues_page
from connector.sandbox.jira.routes.http import project_or_404
from connector.sandbox.jira.rows import Board, IssueRow
from connector.sandbox.jira.shapes import Shape
from connector.sandbox.jira.sprints import create_board
from connector.sandbox.jira.template_fields import RANK, SPRINT, STORY_POINTS
from connector.sandbox.refusal import jira_refusal

boards = Blueprint("jira_boards", __name__)


@boards.get("/board")
def all_boards() -> Response:
    """Boards by page, of a project, a kind or with a word in the name."""
    wanted, kind = request.args.get("projectKeyOrId"), request.args.get("type")
    project = project_or_404(wanted) if wanted else None
    text = request.args.get("name", "").casefold()
    rows = [
        _board(one)
        for one in the_world().jira.boards.values()
        if (project is None or one.project == project.id)
        and (not kind or one.type in kind.split(","))
        and text in one.name.casefold()
    ]
    return agile_page(rows)


@boards.post("/board")
def make_board() -> Response:
    """A board; its project comes from `location`."""
    body, world = json_body(), the_world()
    location = body.get("location")
    named = location.get("projectKeyOrId") if isinstance(location, dict) else None
    projects = list(world.jira.projects.values())
    if named is None and not projects:
        raise jira_refusal(400, "There is no project that the board could show.")
    project = project_or_404(named) if named is not None else projects[0]
    name, kind = body.get("name"), body.get("type")
    if not isinstance(name, str) or not name.strip() or kind not in ("scrum", "kanban", "agility"):
        raise jira_refusal(400, "A board needs a name and a type of scrum or kanban.")
    return answer(_board(create_board(world, project, name, str(kind))), 201)


@boards.get("/board/<number>")
def board(number: str) -> Response:
    """One board."""
    return answer(_board(board_or_404(number)))


def _board(row: Board) -> Shape:
    shape: Shape = {"id": row.id, "self": f"{agile_root()}/board/{row.id}", "name": row.name, "type": row.type}
    if not the_world().is_cloud:
        return shape
    project = the_world().jira.projects[row.project]
    location = {
        "projectId": int(project.id),
        "displayName": f"{project.name} ({project.key})",
        "projectName": project.name,
        "projectKey": project.key,
        "projectTypeKey": "software",
        "name": f"{project.name} ({project.key})",
    }
    return {**shape, "location": location, "isPrivate": False}


@boards.get("/board/<number>/configuration")
def configuration(number: str) -> Response:
    """Columns with their statuses, estimation and ranking."""
    row, world = board_or_404(number), the_world()
    columns = []
    for column in row.columns:
        named = column["statuses"]
        assert isinstance(named, list)
        statuses = [{"id": one, "self": f"{world.jira_url}/rest/api/2/status/{one}"} for one in named]
        columns.append({"name": column["name"], "statuses": statuses})
    shape: Shape = {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "self": f"{agile_root()}/board/{row.id}/configuration",
        "filter": {"id": str(row.id), "self": f"{world.jira_url}/rest/api/2/filter/{row.id}"},
        "columnConfig": {"columns": columns, "constraintType": "none"},
        "estimation": {
            "type": "field",
            "field": {"fieldId": STORY_POINTS, "displayName": world.jira.fields[STORY_POINTS].name},
        },
        "ranking": {"rankCustomFieldId": int(RANK.removeprefix("customfield_"))},
    }
    if world.is_cloud:
        shape["location"] = {"type": "project", "projectKeyOrId": world.jira.projects[row.project].key}
    return answer(shape)


@boards.get("/board/<number>/project")
def board_projects(number: str) -> Response:
    """The project that a board shows."""
    project = the_world().jira.projects[board_or_404(number).project]
    own = f"{the_world().jira_url}/rest/api/2/project/{project.id}"
    return agile_page([{"id": project.id, "key": project.key, "name": project.name, "self": own}])


@boards.get("/board/<number>/sprint")
def board_sprints(number: str) -> Response:
    """The sprints of a board, of some states or all."""
    row, states = board_or_404(number), listed("state")
    if row.type == "kanban":
        raise jira_refusal(400, "The board does not support sprints")
    rows = [one for one in the_world().jira.board_sprints(row.id) if not states or one.state in states]
    return agile_page([sprint_shape(the_world(), one) for one in rows])


@boards.get("/board/<number>/issue")
def board_issues(number: str) -> Response:
    """The issues of a board by page."""
    jira = the_world().jira
    return issues_page(list(jira.in_project(jira.projects[board_or_404(number).project])))


@boards.get("/board/<number>/backlog")
def backlog(number: str) -> Response:
    """The issues of a board that are in no open sprint and not done."""
    jira = the_world().jira
    rows = jira.in_project(jira.projects[board_or_404(number).project])
    return issues_page([one for one in rows if not _in_open_sprint(one) and not _is_done(one)])


def _in_open_sprint(issue: IssueRow) -> bool:
    held, known = issue.fields.get(SPRINT), the_world().jira.sprints
    return isinstance(held, list) and any(one in known and known[one].state != "closed" for one in held)


def _is_done(issue: IssueRow) -> bool:
    return the_world().jira.statuses[str(issue.fields["status"])].category == "done"
