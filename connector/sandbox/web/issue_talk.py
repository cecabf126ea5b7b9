"""What people say and hang on an issue: comments, time, links, files."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from connector.sandbox.front import acting_user, the_world
from connector.sandbox.jira.links import link_issues, unlink
from connector.sandbox.jira.routes.http import comment_or_404
from connector.sandbox.jira.rows import Comment, IssueRow
from connector.sandbox.jira.talk import add_comment, attach, delete_comment, edit_comment, log_work
from connector.sandbox.jira.text import wiki_of
from connector.sandbox.jira.values import BadValue, Values, seconds_of
from connector.sandbox.refusal import Refusal, field_refusal, jira_refusal, no_issue
from connector.sandbox.web.door import addresses, done, page, refusal_of
from connector.sandbox.web.issue import issue_of, issue_page
from connector.sandbox.web.project import around
from connector.sandbox.web.refusals import Said

issue_talk = Blueprint("issue_talk", __name__)


def _do(key: str, change: Callable[[IssueRow], object], tab: str = "") -> Response:
    """Change the issue and show it again, or say why not."""
    found = issue_of(key)
    try:
        change(found)
    except Refusal as refusal:
        return issue_page(found, refusal_of(refusal), refusal.status)
    return done(addresses().issue(found.key) + (f"?tab={tab}" if tab else ""))


def _text(found: IssueRow) -> dict[str, object]:
    world, words = the_world(), request.form.get("text", "").replace("\r\n", "\n").strip()
    if not words:
        raise jira_refusal(400, "The comment body must not be empty.")
    try:
        return Values(world, world.jira.projects[found.project], "2").read_text(words)
    except BadValue as problem:
        raise field_refusal({"comment": str(problem)}) from problem


@issue_talk.post("/browse/<key>/comments")
def say(key: str) -> Response:
    """A new comment."""
    return _do(key, lambda found: add_comment(the_world(), found, _text(found), acting_user()))


@issue_talk.get("/browse/<key>/comments/<number>")
def comment_form(key: str, number: str) -> Response:
    """The form over a comment of one's own."""
    found = issue_of(key)
    return _comment_page(found, _own(found, number), Said())


def _comment_page(found: IssueRow, row: Comment, said: Said, status: int = 200) -> Response:
    project = the_world().jira.projects[found.project]
    text = request.form.get("text") if request.method == "POST" else wiki_of(row.body)
    return page("jira/comment.html", status, **around(project), issue=found, comment=row, text=text, said=said)


@issue_talk.post("/browse/<key>/comments/<number>")
def say_again(key: str, number: str) -> Response:
    """Other words for a comment."""
    found = issue_of(key)
    row = _own(found, number)
    try:
        edit_comment(the_world(), found, row, _text(found), acting_user())
    except Refusal as refusal:
        return _comment_page(found, row, refusal_of(refusal), refusal.status)
    return done(addresses().issue(found.key))


@issue_talk.post("/browse/<key>/comments/<number>/delete")
def take_back(key: str, number: str) -> Response:
    """Delete a comment."""
    return _do(key, lambda found: delete_comment(the_world(), found, _own(found, number), acting_user()))


def _own(found: IssueRow, number: str) -> Comment:
    row, me = comment_or_404(found, number), acting_user()
    if row.author != me.id and not me.is_admin:
        raise jira_refusal(400, "You do not have the permission to edit this comment.")
    return row


@issue_talk.post("/browse/<key>/worklog")
def log(key: str) -> Response:
    """Book time."""
    return _do(key, _log, "worklog")


def _log(found: IssueRow) -> None:
    try:
        seconds = seconds_of(request.form.get("time", ""))
    except BadValue as problem:
        raise field_refusal({"timeLogged": "You must indicate the time spent working."}) from problem
    text = _text(found) if request.form.get("text", "").strip() else None
    log_work(the_world(), found, seconds, acting_user(), started=the_world().now_text(), text=text)


@issue_talk.post("/browse/<key>/links")
def link(key: str) -> Response:
    """Link this issue to another one, in the direction that was chosen."""
    return _do(key, _link)


def _link(found: IssueRow) -> None:
    world = the_world()
    number, _, direction = request.form.get("kind", "").partition(":")
    kind, other = world.jira.link_types.get(number), world.jira.issue(request.form.get("other", "").strip())
    if kind is None:
        abort(400)
    if other is None:
        raise no_issue()
    ends = (other, found) if direction == "in" else (found, other)
    link_issues(world, kind, *ends, acting_user())


@issue_talk.post("/browse/<key>/links/<number>/delete")
def take_link_away(key: str, number: str) -> Response:
    """Take a link away."""
    held = the_world().jira.links.get(number)
    if held is None or number not in issue_of(key).links:
        abort(404)
    return _do(key, lambda _found: unlink(the_world(), held, acting_user()))


@issue_talk.post("/browse/<key>/files")
def add_files(key: str) -> Response:
    """Put files on the issue."""
    return _do(key, _attach)


def _attach(found: IssueRow) -> None:
    for one in request.files.getlist("file"):
        if one.filename:
            mime = one.mimetype or "application/octet-stream"
            attach(the_world(), found, one.filename, mime, one.stream.read(), acting_user())
