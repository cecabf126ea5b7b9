"""The list of issues that a JQL query finds."""

from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, the_world
from connector.sandbox.jira.rows import IssueRow
from connector.sandbox.jira.search import find_issues
from connector.sandbox.refusal import Refusal
from connector.sandbox.web.door import page, refusal_of
from connector.sandbox.web.refusals import Said

issue_list = Blueprint("issue_list", __name__)
PAGE_SIZE = 50


@issue_list.get("/issues/")
def show() -> Response:
    """What the query finds, a page at a time; what is wrong with it, if it cannot be read."""
    world = the_world()
    jql = request.args.get("jql", "").strip() or "ORDER BY updated DESC"
    found: list[IssueRow] = []
    said, status = Said(), 200
    try:
        found = find_issues(world, jql, acting_user())
    except Refusal as refusal:
        said, status = refusal_of(refusal), refusal.status
    start = request.args.get("start", "0")
    first = min(int(start), len(found)) if start.isdigit() and len(start) < 9 else 0
    return page(
        "jira/issues.html",
        status,
        jql=jql,
        issues=found[first : first + PAGE_SIZE],
        first=first,
        total=len(found),
        size=PAGE_SIZE,
        said=said,
    )
