"""Links between issues, and from issues to elsewhere."""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, answer, json_body, no_content, the_world
from connector.sandbox.jira.links import find_link_type, link_issues, put_remote_link, unlink
from connector.sandbox.jira.routes.http import api, issue_or_404, issue_to_write, shapes
from connector.sandbox.jira.rows import IssueRow, Link, RemoteLink
from connector.sandbox.jira.shapes import Shape, without_none
from connector.sandbox.jira.talk import add_comment
from connector.sandbox.jira.values import BadValue, Values
from connector.sandbox.refusal import field_refusal, jira_refusal

links = Blueprint("jira_links", __name__)


@links.post("/issueLink")
def link() -> Response:
    """`inwardIssue` is the one the outward words are said of: OPS-1 (inward) blocks OPS-2 (outward)."""
    body, world = json_body(), the_world()
    kind = find_link_type(world, body.get("type"))
    source, target = _end(body.get("inwardIssue")), _end(body.get("outwardIssue"))
    if "comment" in body:
        comment = body["comment"]
        if not isinstance(comment, Mapping):
            raise jira_refusal(400, "The comment is not an object; leave it out where there is none.")
        _comment(source, comment)
    link_issues(world, kind, source, target, acting_user())
    return answer(None, 201)


def _end(value: object) -> IssueRow:
    if not isinstance(value, Mapping):
        raise jira_refusal(400, "Both inwardIssue and outwardIssue must be given.")
    return issue_to_write(value.get("key", value.get("id")))


def _comment(issue: IssueRow, comment: Mapping[str, object]) -> None:
    world = the_world()
    try:
        text = Values(world, world.jira.projects[issue.project], api()).read_text(comment.get("body"))
    except BadValue as problem:
        raise field_refusal({"comment": "Comment body is not valid!"}) from problem
    add_comment(world, issue, text, acting_user())


@links.get("/issueLink/<number>")
def one_link(number: str) -> Response:
    """One link with both ends."""
    row = _link(number)
    shape: Shape = {
        "id": row.id,
        "self": f"{shapes().root}/issueLink/{row.id}",
        "type": shapes().link_type(row.type),
        "inwardIssue": shapes().brief(row.source),
        "outwardIssue": shapes().brief(row.target),
    }
    return answer(shape)


@links.delete("/issueLink/<number>")
def delete_link(number: str) -> Response:
    """Take a link away."""
    unlink(the_world(), _link(number), acting_user())
    return no_content()


def _link(number: str) -> Link:
    row = the_world().jira.links.get(number)
    if row is None:
        raise jira_refusal(404, f"No issue link with id '{number}' exists.")
    return row


@links.get("/issue/<id_or_key>/remotelink")
def remote_links(id_or_key: str) -> Response:
    """The remote links of an issue, or the one with this globalId."""
    issue = issue_or_404(id_or_key)
    wanted = request.args.get("globalId")
    shown = [_remote(issue, one) for one in issue.remote_links if wanted in (None, one.global_id)]
    if wanted is None:
        return answer(shown)
    if not shown:
        raise jira_refusal(404, "A remote issue link with the given global id does not exist.")
    return answer(shown[0])


@links.post("/issue/<id_or_key>/remotelink")
def put_remote(id_or_key: str) -> Response:
    """Make or, by globalId, replace a remote link: what is left out becomes null."""
    issue, body = issue_to_write(id_or_key), json_body()
    shown = body.get("object")
    if not isinstance(shown, Mapping) or not shown.get("url") or not shown.get("title"):
        raise field_refusal({"title": "'title' is required.", "url": "'url' is required."})
    global_id = body.get("globalId")
    if global_id is not None and (not isinstance(global_id, str) or len(global_id) > 255):
        raise field_refusal({"globalId": "'globalId' must be a text of at most 255 characters."})
    row, is_new = put_remote_link(the_world(), issue, body, acting_user())
    own = f"{shapes().root}/issue/{issue.id}/remotelink/{row.id}"
    return answer({"id": row.id, "self": own}, 201 if is_new else 200)


@links.delete("/issue/<id_or_key>/remotelink")
def delete_remote(id_or_key: str) -> Response:
    """Delete the remote link with this globalId."""
    issue, wanted = issue_to_write(id_or_key), request.args.get("globalId")
    found = [one for one in issue.remote_links if one.global_id == wanted]
    if not found:
        raise jira_refusal(404, "A remote issue link with the given global id does not exist.")
    issue.remote_links.remove(found[0])
    return no_content()


def _remote(issue: IssueRow, row: RemoteLink) -> Shape:
    given = {name: row.data.get(name) for name in ("globalId", "application", "relationship", "object")}
    own = f"{shapes().root}/issue/{issue.id}/remotelink/{row.id}"
    return {"id": row.id, "self": own, **without_none(given)}
