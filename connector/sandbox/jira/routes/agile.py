"""What the agile routes share: their address, paging, boards and sprints by number, pages of issues."""

from collections.abc import Sequence

from flask import Response, request

from connector.sandbox.front import acting_user, answer, integer, listed, the_world
from connector.sandbox.jira.routes.http import expanded
from connector.sandbox.jira.rows import Board, IssueRow, Sprint
from connector.sandbox.jira.search import find_issues
from connector.sandbox.jira.shapes import Shape
from connector.sandbox.jira.view import issue_view
from connector.sandbox.refusal import jira_refusal

NO_BOARD = (
    "The requested board cannot be viewed because it either does not exist or you do not have permission to view it."
)


def agile_root() -> str:
    """Where the agile API begins."""
    return f"{the_world().jira_url}/rest/agile/1.0"


def agile_page(rows: Sequence[object]) -> Response:
    """A page of rows as the agile API wraps them."""
    start, size = max(0, integer("startAt", 0)), integer("maxResults", 50, most=1000)
    shown = list(rows[start : start + size])
    shape: Shape = {"maxResults": size, "startAt": start, "total": len(rows)}
    return answer({**shape, "isLast": start + len(shown) >= len(rows), "values": shown})


def board_or_404(number: str) -> Board:
    """The board that an address names."""
    board = the_world().jira.boards.get(int(number)) if number.isdigit() else None
    if board is None:
        raise jira_refusal(404, NO_BOARD)
    return board


def sprint_or_404(number: str) -> Sprint:
    """The sprint that an address names."""
    sprint = the_world().jira.sprints.get(int(number)) if number.isdigit() else None
    if sprint is None:
        raise jira_refusal(404, "Sprint does not exist.")
    return sprint


def issues_page(rows: list[IssueRow]) -> Response:
    """A page of issues; `jql` chooses among them."""
    jql = request.args.get("jql")
    if jql:
        wanted = {one.id for one in find_issues(the_world(), jql, acting_user())}
        rows = [one for one in rows if one.id in wanted]
    start, size = max(0, integer("startAt", 0)), integer("maxResults", 50, most=1000)
    fields, expand = listed("fields") or ["*navigable"], expanded(request.args.getlist("expand"))
    views = [issue_view(the_world(), one, "2", fields=fields, expand=expand) for one in rows[start : start + size]]
    shape = {"expand": "schema,names", "startAt": start, "maxResults": size, "total": len(rows), "issues": views}
    return answer(shape)
