"""Spaces and pages, as people read them."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from connector.sandbox.confluence.comments import Resolution, answers_to, comments_on, resolution_of
from connector.sandbox.confluence.files import files_on
from connector.sandbox.confluence.model import Comment, Page, Space
from connector.sandbox.front import the_world
from connector.sandbox.web.door import addresses, back_to, page
from connector.sandbox.web.refusals import Said
from connector.sandbox.web.storage import draw

wiki = Blueprint("wiki", __name__)
_NEWEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A page in the tree of its space, with what is below it."""

    page: Page
    below: "list[Branch]"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """A comment with the answers to it; `body` is HTML."""

    row: Comment
    body: str
    resolution: Resolution
    answers: "list[CommentView]"


def page_of(number: str) -> Page:
    """The current page of an address."""
    found = the_world().confluence.held.pages.get(number)
    if found is None or found.status != "current":
        abort(404)
    return found


def around_space(space: Space) -> dict[str, object]:
    """What the tree beside a space's pages needs."""
    state = the_world().confluence
    tops = sorted((one for one in state.pages(space.key) if one.parent is None), key=lambda one: one.position)
    project = the_world().jira.project(space.key)
    return {"space": space, "tree": [_branch(one) for one in tops], "project": project}


def _branch(row: Page) -> Branch:
    return Branch(page=row, below=[_branch(one) for one in the_world().confluence.children(row.id)])


@wiki.get("/spaces/<key>")
@wiki.get("/spaces/<key>/overview")
@wiki.get("/spaces/<key>/pages")
@wiki.get("/display/<key>")
def show_space(key: str) -> Response:
    """The space: its pages, what changed last, and what is in the trash."""
    state = the_world().confluence
    space = state.space(key)
    newest = sorted(state.pages(key), key=lambda one: one.latest.at, reverse=True)[:_NEWEST]
    return page("wiki/space.html", 200, **around_space(space), newest=newest, trash=state.pages(key, "trashed"))


@wiki.get("/spaces/<key>/pages/<int:number>")
@wiki.get("/spaces/<key>/pages/<int:number>/<slug>")
def show(key: str, number: int, slug: str = "") -> Response:
    """A page at Cloud's address. The words at its end are for people."""
    return page_view(page_of(str(number)))


@wiki.get("/pages/viewpage.action")
def show_by_id() -> Response:
    """A page at Data Center's address: by its id, or by space and title."""
    if "pageId" in request.args:
        return page_view(page_of(request.args["pageId"]))
    return show_titled(request.args.get("spaceKey", ""), request.args.get("title", ""))


@wiki.get("/display/<key>/<title>")
def show_titled(key: str, title: str) -> Response:
    """A page by its title."""
    found = the_world().confluence.page_titled(key, title.replace("+", " "))
    if found is None:
        abort(404)
    return back_to(addresses().page(found))


@wiki.get("/x/<number>")
def show_short(number: str) -> Response:
    """A page at its short address."""
    return back_to(addresses().page(page_of(number)))


def page_view(found: Page, said: Said | None = None, status: int = 200) -> Response:
    """The page with everything on it, and what was said about the last attempt to change it."""
    state = the_world().confluence
    inline = [comment_view(one) for one in comments_on(state, found, "inline")]
    return page(
        "wiki/page.html",
        status,
        **around_space(state.space(found.space)),
        page=found,
        body=draw(found.latest.body, found),
        above=state.ancestors(found),
        files=files_on(state, found),
        comments=[comment_view(one) for one in comments_on(state, found, "footer")],
        inline=[one for one in inline if one.resolution not in ("resolved", "dangling")],
        settled=[one for one in inline if one.resolution in ("resolved", "dangling")],
        said=said or Said(),
    )


def comment_view(row: Comment) -> CommentView:
    """A comment as the page shows it."""
    state = the_world().confluence
    return CommentView(
        row=row,
        body=draw(row.latest.body, None),
        resolution=resolution_of(state, row),
        answers=[comment_view(one) for one in answers_to(state, row)],
    )
