"""What people say and hang on a page: comments at its foot and on its text, labels, files."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from connector.sandbox.confluence.comments import change_comment, comment_of, comment_on, comment_on_text
from connector.sandbox.confluence.files import attach
from connector.sandbox.confluence.labels import add_labels, remove_label
from connector.sandbox.confluence.model import Comment, Page
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.front import acting_user, the_world
from connector.sandbox.web.below_heading import paragraphs
from connector.sandbox.web.door import addresses, done, refusal_of
from connector.sandbox.web.wiki import page_of, page_view

wiki_talk = Blueprint("wiki_talk", __name__)


def _do(number: str, change: Callable[[Page], object]) -> Response:
    """Change the page and show it again, or say why not."""
    found = page_of(number)
    try:
        change(found)
    except ConfluenceProblem as problem:
        return page_view(found, refusal_of(problem), problem.status)
    return done(addresses().page(found))


def _words() -> str:
    text = request.form.get("text", "").strip()
    if not text:
        raise ConfluenceProblem(400, "The comment body must not be empty.")
    return paragraphs(text)


def _comment(found: Page, comment_id: str) -> Comment:
    row = comment_of(the_world().confluence, comment_id)
    if row.page != found.id:
        raise ConfluenceProblem(404, f"No comment found with id: {comment_id}")
    return row


@wiki_talk.post("/pages/<number>/comments")
def say(number: str) -> Response:
    """A comment at the foot of the page."""
    return _do(number, lambda found: comment_on(the_world().confluence, found, _words(), acting_user()))


@wiki_talk.post("/pages/<number>/comments/<comment_id>/answers")
def reply(number: str, comment_id: str) -> Response:
    """An answer to a comment."""

    def change(found: Page) -> object:
        row = _comment(found, comment_id)
        return comment_on(the_world().confluence, found, _words(), acting_user(), parent=row)

    return _do(number, change)


@wiki_talk.post("/pages/<number>/inline-comments")
def say_on_text(number: str) -> Response:
    """A comment on a place in the page's text: the first place where the text stands."""

    def change(found: Page) -> object:
        selection = request.form.get("selection", "").strip()
        return comment_on_text(the_world().confluence, found, _words(), acting_user(), selection=selection)

    return _do(number, change)


@wiki_talk.post("/pages/<number>/comments/<comment_id>/resolve")
def resolve(number: str, comment_id: str) -> Response:
    """Resolve an inline comment, or open it again."""

    def change(found: Page) -> object:
        row = _comment(found, comment_id)
        is_open = row.resolution != "resolved"
        state = the_world().confluence
        return change_comment(state, row, acting_user(), body=None, number=row.latest.number + 1, resolved=is_open)

    return _do(number, change)


@wiki_talk.post("/pages/<number>/labels")
def label(number: str) -> Response:
    """Put labels on the page."""
    names = request.form.get("labels", "").split()
    me = acting_user()
    return _do(number, lambda found: add_labels(the_world().confluence, found, [("global", one) for one in names], me))


@wiki_talk.post("/pages/<number>/labels/<name>/delete")
def unlabel(number: str, name: str) -> Response:
    """Take a label from the page."""
    return _do(number, lambda found: remove_label(the_world().confluence, found, name, acting_user()))


@wiki_talk.post("/pages/<number>/files")
def add_files(number: str) -> Response:
    """Put files on the page; one of a name that is there becomes its next version."""

    def change(found: Page) -> None:
        for one in request.files.getlist("file"):
            if one.filename:
                kind = one.mimetype or "application/octet-stream"
                state, data = the_world().confluence, one.stream.read()
                attach(state, found, one.filename, data, kind, acting_user(), may_replace=True)

    return _do(number, change)
