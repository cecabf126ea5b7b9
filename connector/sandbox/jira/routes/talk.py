"""Comments, worklogs and files."""

import base64
import re
from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from connector.core.fields import instant_of
from connector.sandbox.front import acting_user, answer, integer, json_body, no_content, the_world
from connector.sandbox.jira.request import check_property
from connector.sandbox.jira.routes.http import api, comment_or_404, expanded, issue_or_404, issue_to_write, shapes
from connector.sandbox.jira.rows import Attachment, IssueRow, Worklog
from connector.sandbox.jira.talk import (
    add_comment,
    attach,
    change_worklog,
    delete_comment,
    delete_worklog,
    detach,
    edit_comment,
    log_work,
)
from connector.sandbox.jira.text import html_of
from connector.sandbox.jira.values import BadValue, Values, seconds_of
from connector.sandbox.refusal import field_refusal, jira_refusal
from connector.sandbox.world import jira_time

talk = Blueprint("jira_talk", __name__)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,3}(Z|[+-]\d{4})")


def _text(issue: IssueRow, value: object) -> dict[str, object]:
    world = the_world()
    try:
        return Values(world, world.jira.projects[issue.project], api()).read_text(value)
    except BadValue as problem:
        raise field_refusal({"comment": "Comment body is not valid!"}) from problem


@talk.get("/issue/<id_or_key>/comment")
def comments(id_or_key: str) -> Response:
    """The comments by page; `expand=properties` and `expand=renderedBody`."""
    issue = issue_or_404(id_or_key)
    expand = expanded(request.args.getlist("expand"))
    start, size = integer("startAt", 0), integer("maxResults", 100, most=5000)
    rows = list(issue.comments)
    if request.args.get("orderBy", "").startswith("-"):
        rows.reverse()
    shown = []
    for one in rows[start : start + size]:
        shape = shapes().comment(issue, one, with_properties="properties" in expand)
        if "renderedBody" in expand:
            shape["renderedBody"] = html_of(one.body)
        shown.append(shape)
    return answer({"startAt": start, "maxResults": size, "total": len(rows), "comments": shown})


@talk.post("/issue/<id_or_key>/comment")
def say(id_or_key: str) -> Response:
    """A new comment; entity properties may come with it."""
    issue, body = issue_to_write(id_or_key), json_body()
    comment = add_comment(
        the_world(),
        issue,
        _text(issue, body.get("body")),
        acting_user(),
        visibility=_visibility(body.get("visibility")),
        properties=_properties(body.get("properties")),
    )
    return answer(_comment(issue, comment.id), 201)


@talk.get("/issue/<id_or_key>/comment/<comment_id>")
def comment(id_or_key: str, comment_id: str) -> Response:
    """One comment."""
    return answer(_comment(issue_or_404(id_or_key), comment_id))


@talk.put("/issue/<id_or_key>/comment/<comment_id>")
def say_again(id_or_key: str, comment_id: str) -> Response:
    """Other words for a comment. Only its author and administrators may."""
    issue, body = issue_to_write(id_or_key), json_body()
    row = comment_or_404(issue, comment_id)
    _need_author(row.author)
    row.properties.update(_properties(body.get("properties")))
    edit_comment(the_world(), issue, row, _text(issue, body.get("body")), acting_user())
    return answer(_comment(issue, comment_id))


@talk.delete("/issue/<id_or_key>/comment/<comment_id>")
def take_back(id_or_key: str, comment_id: str) -> Response:
    """Delete a comment."""
    issue = issue_to_write(id_or_key)
    row = comment_or_404(issue, comment_id)
    _need_author(row.author)
    delete_comment(the_world(), issue, row, acting_user())
    return no_content()


def _comment(issue: IssueRow, comment_id: str) -> object:
    expand = expanded(request.args.getlist("expand"))
    row = comment_or_404(issue, comment_id)
    shape = shapes().comment(issue, row, with_properties="properties" in expand)
    return {**shape, "renderedBody": html_of(row.body)} if "renderedBody" in expand else shape


def _need_author(author: str) -> None:
    person = acting_user()
    if person.id != author and not person.is_admin:
        raise jira_refusal(400, "You do not have the permission to edit this comment.")


def _visibility(value: object) -> dict[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    return {str(name): str(text) for name, text in value.items() if text is not None}


def _properties(value: object) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, list):
        raise jira_refusal(400, "The properties are not a list of key and value.")
    found: dict[str, object] = {}
    for one in value:
        if not isinstance(one, Mapping) or not isinstance(one.get("key"), str) or "value" not in one:
            raise jira_refusal(400, "The properties are not a list of key and value.")
        check_property(one["key"], one["value"])
        found[one["key"]] = one["value"]
    return found


@talk.get("/issue/<id_or_key>/worklog")
def worklogs(id_or_key: str) -> Response:
    """The worklogs by page."""
    issue = issue_or_404(id_or_key)
    start, size = integer("startAt", 0), integer("maxResults", 5000, most=5000)
    shown = [shapes().worklog(issue, one) for one in issue.worklogs[start : start + size]]
    return answer({"startAt": start, "maxResults": size, "total": len(issue.worklogs), "worklogs": shown})


@talk.post("/issue/<id_or_key>/worklog")
def log(id_or_key: str) -> Response:
    """Book time: `timeSpentSeconds` or `timeSpent`, `started`, a comment; `adjustEstimate=new&newEstimate=2d`."""
    issue, body, world = issue_to_write(id_or_key), json_body(), the_world()
    adjust = request.args.get("adjustEstimate", "auto")
    row = log_work(
        world,
        issue,
        _seconds(body),
        acting_user(),
        started=_started(body.get("started")),
        text=_text(issue, body["comment"]) if body.get("comment") is not None else None,
        remaining_s=_remaining(issue, adjust),
    )
    row.properties.update(_properties(body.get("properties")))
    return answer(shapes().worklog(issue, row), 201)


@talk.get("/issue/<id_or_key>/worklog/<worklog_id>")
def worklog(id_or_key: str, worklog_id: str) -> Response:
    """One worklog."""
    issue = issue_or_404(id_or_key)
    return answer(shapes().worklog(issue, _worklog(issue, worklog_id)))


@talk.put("/issue/<id_or_key>/worklog/<worklog_id>")
def log_again(id_or_key: str, worklog_id: str) -> Response:
    """Another amount of time, start or comment."""
    issue, body = issue_to_write(id_or_key), json_body()
    row = _worklog(issue, worklog_id)
    if body.get("comment") is not None:
        row.comment = _text(issue, body["comment"])
    if body.get("started") is not None:
        row.started = _started(body["started"])
    named = "timeSpent" in body or "timeSpentSeconds" in body
    change_worklog(the_world(), issue, row, _seconds(body) if named else row.seconds, acting_user())
    return answer(shapes().worklog(issue, row))


@talk.delete("/issue/<id_or_key>/worklog/<worklog_id>")
def unlog(id_or_key: str, worklog_id: str) -> Response:
    """Take a booking back."""
    issue = issue_to_write(id_or_key)
    delete_worklog(the_world(), issue, _worklog(issue, worklog_id), acting_user())
    return no_content()


def _worklog(issue: IssueRow, worklog_id: str) -> Worklog:
    for one in issue.worklogs:
        if one.id == worklog_id:
            return one
    raise jira_refusal(404, f"Cannot find worklog with id: '{worklog_id}'.")


def _seconds(body: Mapping[str, object]) -> int:
    seconds = body.get("timeSpentSeconds")
    if isinstance(seconds, int) and not isinstance(seconds, bool) and seconds >= 60:
        return seconds
    try:
        return seconds_of(body.get("timeSpent"))
    except BadValue as problem:
        raise jira_refusal(400, timeLogged="You must indicate the time spent working.") from problem


def _started(value: object) -> str:
    if value is None:
        return the_world().now_text()
    found = instant_of(value) if isinstance(value, str) and _TIME.fullmatch(value) else None
    if found is None:
        raise jira_refusal(400, f'Unexpected value of "started": {value!r}; write it as 2026-01-05T09:00:00.000+0000')
    return jira_time(found.astimezone(the_world().timezone))


def _remaining(issue: IssueRow, adjust: str) -> int | None:
    if adjust == "auto":
        return None
    left = issue.fields.get("timeestimate")
    now = left if isinstance(left, int) else 0
    try:
        if adjust == "new":
            return seconds_of(request.args.get("newEstimate"))
        if adjust == "manual":
            return max(0, now - seconds_of(request.args.get("reduceBy")))
    except BadValue as problem:
        raise jira_refusal(400, adjustEstimate=str(problem)) from problem
    return now


@talk.post("/issue/<id_or_key>/attachments")
def add_files(id_or_key: str) -> Response:
    """Put files on an issue; needs X-Atlassian-Token: no-check."""
    if request.headers.get("X-Atlassian-Token", "").lower() not in ("no-check", "nocheck"):
        raise jira_refusal(403, "XSRF check failed")
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    issue = issue_to_write(id_or_key)
    files = request.files.getlist("file")
    if not files:
        raise jira_refusal(400, "No file was sent in the part named 'file'.")
    made = [
        attach(
            the_world(),
            issue,
            one.filename or "file",
            one.mimetype or "application/octet-stream",
            one.stream.read(),
            acting_user(),
        )
        for one in files
    ]
    return answer([shapes().attachment(one) for one in made])


@talk.get("/attachment/<number>")
def attachment(number: str) -> Response:
    """What is known of a file."""
    shape = shapes().attachment(_file(number)[1])
    return answer({**shape, "id": int(number)} if the_world().is_cloud else shape)


@talk.get("/attachment/content/<number>")
def content(number: str) -> Response:
    """The file itself."""
    row = _file(number)[1]
    return Response(base64.b64decode(row.content), mimetype=row.mime)


@talk.delete("/attachment/<number>")
def remove_file(number: str) -> Response:
    """Take a file off its issue."""
    issue, row = _file(number)
    detach(the_world(), issue, row, acting_user())
    return no_content()


def _file(number: str) -> tuple[IssueRow, Attachment]:
    for issue in the_world().jira.issues.values():
        for one in issue.attachments:
            if one.id == number:
                return issue, one
    raise jira_refusal(404, f"The attachment with id '{number}' does not exist")
