"""Writing pages: their source as it is stored, a paragraph below a heading, new ones, and the trash."""

from flask import Blueprint, Response, abort, request

from connector.sandbox.confluence.model import Page
from connector.sandbox.confluence.problem import ConfluenceProblem, StaleVersion
from connector.sandbox.front import acting_user, the_world
from connector.sandbox.web.below_heading import add_below, headings_in
from connector.sandbox.web.door import addresses, done, page, refusal_of
from connector.sandbox.web.refusals import Said
from connector.sandbox.web.wiki import around_space, page_of, page_view

wiki_edit = Blueprint("wiki_edit", __name__)


@wiki_edit.get("/spaces/<key>/pages/edit-v2/<number>")
def edit_form(key: str, number: str) -> Response:
    """The form over a page, at Cloud's address."""
    return _edit_page(page_of(number), Said())


@wiki_edit.get("/pages/editpage.action")
def edit_form_by_id() -> Response:
    """The form over a page, at Data Center's address."""
    return _edit_page(page_of(request.args.get("pageId", "")), Said())


def _edit_page(found: Page, said: Said, status: int = 200) -> Response:
    state = the_world().confluence
    below = {one.id for _, one in state.below(found.id)} | {found.id}
    sent = request.form if request.method == "POST" and "body" in request.form else None
    return page(
        "wiki/edit.html",
        status,
        **around_space(state.space(found.space)),
        page=found,
        title=sent.get("title", "") if sent else found.title,
        body=_lines(sent["body"]) if sent else found.latest.body,
        number=found.latest.number,
        headings=headings_in(found.latest.body),
        parents=[one for one in state.pages(found.space) if one.id not in below],
        said=said,
    )


@wiki_edit.post("/pages/<number>/edit")
def edit(number: str) -> Response:
    """Write the next version. When somebody was faster the form comes back with what was typed."""
    found, form = page_of(number), request.form
    title, body = form.get("title", "").strip(), _lines(form.get("body", ""))
    parent = form.get("parent") or None
    if body == found.latest.body.replace("\r\n", "\n"):
        body = found.latest.body
    if (title, body) == (found.title, found.latest.body) and parent in (None, found.parent):
        return done(addresses().page(found))
    try:
        _update(found, title=title, body=body, parent=parent)
    except ConfluenceProblem as problem:
        return _edit_page(found, refusal_of(problem), problem.status)
    return done(addresses().page(found))


@wiki_edit.post("/pages/<number>/below-heading")
def edit_below(number: str) -> Response:
    """Put a paragraph below a heading and leave every other byte as it is."""
    found = page_of(number)
    heading, text = request.form.get("heading", ""), request.form.get("text", "").strip()
    if not heading.isdigit() or int(heading) >= len(headings_in(found.latest.body)):
        abort(400)
    if not text:
        return done(addresses().page(found))
    try:
        _update(found, title=found.title, body=add_below(found.latest.body, int(heading), text), parent=None)
    except ConfluenceProblem as problem:
        return _edit_page(found, refusal_of(problem), problem.status)
    return done(addresses().page(found))


def _update(found: Page, *, title: str, body: str, parent: str | None) -> None:
    base = request.form.get("number", "")
    if not base.isdigit() or int(base) != found.latest.number:
        raise StaleVersion(found.latest.number, int(base) if base.isdigit() else 0)
    the_world().confluence.update_page(
        found,
        number=found.latest.number + 1,
        title=title,
        body=body,
        actor=acting_user(),
        message=request.form.get("message", "").strip(),
        is_minor=request.form.get("minor") == "yes",
        parent=parent,
    )


@wiki_edit.get("/spaces/<key>/pages/create")
def create_form(key: str) -> Response:
    """The form for a new page, at Cloud's address."""
    return _create_page(key, request.args.get("parentPageId", ""), Said())


@wiki_edit.get("/pages/createpage.action")
def create_form_by_key() -> Response:
    """The form for a new page, at Data Center's address."""
    return _create_page(request.args.get("spaceKey", ""), request.args.get("fromPageId", ""), Said())


def _create_page(key: str, parent: str, said: Said, status: int = 200) -> Response:
    state = the_world().confluence
    space = state.space(key)
    return page(
        "wiki/create.html",
        status,
        **around_space(space),
        parents=state.pages(space.key),
        parent=parent or space.home,
        title=request.form.get("title", ""),
        body=_lines(request.form.get("body", "")),
        said=said,
    )


@wiki_edit.post("/spaces/<key>/pages/create")
def create(key: str) -> Response:
    """Make the page."""
    form, parent = request.form, request.form.get("parent") or None
    try:
        made = the_world().confluence.create_page(
            space=key,
            title=form.get("title", ""),
            body=_lines(form.get("body", "")),
            parent=parent,
            actor=acting_user(),
        )
    except ConfluenceProblem as problem:
        return _create_page(key, parent or "", refusal_of(problem), problem.status)
    return done(addresses().page(made))


@wiki_edit.post("/pages/<number>/trash")
def trash(number: str) -> Response:
    """Put the page in the trash. The home page of a space stays."""
    found, state = page_of(number), the_world().confluence
    if state.space(found.space).home == found.id:
        problem = ConfluenceProblem(400, "The home page of a space cannot be deleted.")
        return page_view(found, refusal_of(problem), problem.status)
    state.trash(found, acting_user())
    return done(addresses().space(found.space))


@wiki_edit.post("/pages/<number>/restore")
def restore(number: str) -> Response:
    """Take the page out of the trash."""
    state = the_world().confluence
    found = state.page(number, "trashed")
    state.restore(found, found.latest.number + 1, acting_user())
    return done(addresses().page(found))


def _lines(text: str) -> str:
    """What a browser sent, with the line ends that were there before."""
    return text.replace("\r\n", "\n")
