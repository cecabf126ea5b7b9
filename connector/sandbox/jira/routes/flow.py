"""Transitions and the changelog."""

import base64
from collections.abc import Mapping

from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, answer, json_body, no_content, the_world
from connector.sandbox.jira.move import move, move_shape, possible_moves
from connector.sandbox.jira.request import RequestReader
from connector.sandbox.jira.routes.http import api, expanded, issue_or_404, issue_to_write, paged, shapes, words_of
from connector.sandbox.jira.routes.issues import add_what_came_along
from connector.sandbox.jira.rows import History, IssueRow
from connector.sandbox.refusal import jira_refusal

flow = Blueprint("jira_flow", __name__)
cloud_flow = Blueprint("jira_cloud_flow", __name__)


@flow.get("/issue/<id_or_key>/transitions")
def transitions(id_or_key: str) -> Response:
    """The moves that are possible now; `expand=transitions.fields` shows what each asks for."""
    issue, world = issue_or_404(id_or_key), the_world()
    with_fields = "transitions.fields" in expanded(request.args.getlist("expand"))
    wanted = request.args.get("transitionId")
    moves = [
        move_shape(world, shapes(), one, with_fields=with_fields)
        for one in possible_moves(world, issue)
        if wanted in (None, one.id)
    ]
    return answer({"expand": "transitions", "transitions": moves})


@flow.post("/issue/<id_or_key>/transitions")
def transit(id_or_key: str) -> Response:
    """Move the issue; `fields` and `update` may hold what the transition's screen shows, and a comment."""
    do_transition(issue_to_write(id_or_key), json_body())
    return no_content()


def do_transition(issue: IssueRow, body: Mapping[str, object]) -> None:
    """The move that a body asks for. Raises Jira's 400 when it is not possible or something is missing."""
    world = the_world()
    number = _number(body.get("transition"))
    known = next((one for one in possible_moves(world, issue) if one.id == number), None)
    allowed = [*(known.screen if known else []), "comment"]
    project = world.jira.projects[issue.project]
    reader = RequestReader(world, project, api(), allowed=allowed, issue=issue)
    wanted = reader.read(body)
    if known is not None:
        reader.refuse()
    move(world, issue, number, wanted.values, acting_user())
    add_what_came_along(issue, wanted)


def _number(value: object) -> str:
    if not isinstance(value, Mapping) or "id" not in value:
        raise jira_refusal(400, "Missing 'transition' identifier")
    if not isinstance(value["id"], str):
        raise jira_refusal(400, "'transition' identifier must be an integer in a string, such as \"31\"")
    if not value["id"].isdigit():
        raise jira_refusal(400, "'transition' identifier must be an integer")
    return value["id"]


@cloud_flow.get("/issue/<id_or_key>/changelog")
def changelog(id_or_key: str) -> Response:
    """The history by page, oldest first."""
    issue = issue_or_404(id_or_key)
    rows = [shapes().history(one) for one in issue.histories]
    return answer(paged(rows, f"{shapes().root}/issue/{issue.id}/changelog", default=100, most=100))


@cloud_flow.post("/changelog/bulkfetch")
def changelogs() -> Response:
    """The histories of up to 1,000 issues, of all fields or of up to 10, by page over all of them."""
    body, world = json_body(), the_world()
    named = words_of(body.get("issueIdsOrKeys"), "issueIdsOrKeys")
    fields = words_of(body.get("fieldIds"), "fieldIds")
    if not named or len(named) > 1000:
        raise jira_refusal(400, "Give between 1 and 1000 issue ids or keys.")
    if len(fields) > 10:
        raise jira_refusal(400, "At most 10 field ids can be requested.")
    size = body.get("maxResults", 1000)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= 10000:
        raise jira_refusal(400, "maxResults must be between 1 and 10000.")
    found = {one.id: one for one in map(world.jira.issue, named) if one is not None}
    entries = [
        (issue, entry)
        for issue in sorted(found.values(), key=lambda one: int(one.id))
        for entry in issue.histories
        if not fields or any(one.field_id in fields for one in entry.changes)
    ]
    start = _offset(body.get("nextPageToken"))
    shape: dict[str, object] = {"issueChangeLogs": _grouped(entries[start : start + size], fields)}
    if start + size < len(entries):
        shape["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return answer(shape)


def _grouped(entries: list[tuple[IssueRow, History]], fields: list[str]) -> list[dict[str, object]]:
    groups: dict[str, list[object]] = {}
    for issue, entry in entries:
        shape = shapes().history(entry)
        if fields:
            items = shape["items"]
            assert isinstance(items, list)
            shape["items"] = [one for one in items if one.get("fieldId") in fields]
        groups.setdefault(issue.id, []).append(shape)
    return [{"issueId": issue_id, "changeHistories": shown} for issue_id, shown in groups.items()]


def _offset(token: object) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(str(token)).decode())
    except ValueError:
        raise jira_refusal(400, "The nextPageToken is not valid.") from None
