"""Cloud's /wiki/api/v2: spaces and pages."""

from collections.abc import Iterable
from typing import cast

from flask import Blueprint, Response, request

from connector.sandbox.confluence import v2_shapes as shapes
from connector.sandbox.confluence.answers import refused_v2
from connector.sandbox.confluence.model import Page, Status
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.confluence.request import (
    body_object,
    by_cursor,
    chosen,
    is_yes,
    number_in,
    part,
    several,
    text,
    the_state,
    whole,
)
from connector.sandbox.front import acting_user, answer, no_content

pages_v2 = Blueprint("confluence_v2_pages", __name__, url_prefix="/wiki/api/v2")
pages_v2.register_error_handler(ConfluenceProblem, refused_v2)

_PAGE_SORTS = {
    "id": lambda one: int(one.id),
    "created-date": lambda one: (one.created, int(one.id)),
    "modified-date": lambda one: (one.latest.at, int(one.id)),
    "title": lambda one: one.title.casefold(),
}
_SPACE_SORTS = {"id": lambda one: one.id, "key": lambda one: one.key, "name": lambda one: one.name.casefold()}
_CHILD_SORTS = {**_PAGE_SORTS, "child-position": lambda one: (one.position, int(one.id))}


@pages_v2.get("/spaces")
def list_spaces() -> Response:
    """Spaces, by key, id or all."""
    keys, ids = several("keys"), [shapes.number_of(one, "ids") for one in several("ids")]
    found = [
        one
        for one in the_state().held.spaces.values()
        if (not keys or one.key in keys) and (not ids or str(one.id) in ids)
    ]
    if request.args.get("type", "global") != "global" or request.args.get("status", "current") != "current":
        found = []
    key, is_down = sorting(_SPACE_SORTS, "id")
    found.sort(key=_SPACE_SORTS[key], reverse=is_down)
    some = by_cursor(found, 25, 250)
    return shapes.listing(shapes.shaped(some, shapes.space))


@pages_v2.get("/spaces/<space_id>")
def read_space(space_id: str) -> Response:
    """One space."""
    return answer(shapes.with_base(shapes.space(the_state().space_of_id(shapes.number_of(space_id)))))


@pages_v2.get("/spaces/<space_id>/pages")
def list_space_pages(space_id: str) -> Response:
    """The pages of a space; `depth=root` only those at its top."""
    space = the_state().space_of_id(shapes.number_of(space_id))
    is_root = chosen("depth", ("all", "root"), "all") == "root"
    found = [one for one in _asked_for() if one.space == space.key and not (is_root and one.parent)]
    return _page_list(found)


@pages_v2.get("/pages")
def list_pages() -> Response:
    """Pages by id, space, title and status."""
    ids = [shapes.number_of(one) for one in several("id")]
    spaces = {shapes.number_of(one, "space-id") for one in several("space-id")}
    keys = {one.key for one in the_state().held.spaces.values() if str(one.id) in spaces}
    return _page_list([one for one in _asked_for() if (not ids or one.id in ids) and (not spaces or one.space in keys)])


@pages_v2.post("/pages")
def create_page() -> Response:
    """Make a page; without a parent it goes below the space's home page."""
    body, state = body_object(), the_state()
    if not body.get("spaceId"):
        raise ConfluenceProblem(400, "'spaceId' is required.")
    space = state.space_of_id(shapes.number_of(text(body, "spaceId"), "spaceId"))
    _check_status(body)
    parent = text(body, "parentId") or None
    if is_yes("root-level") and parent:
        raise ConfluenceProblem(400, "A page at root level has no 'parentId'.")
    if parent is None and not is_yes("root-level"):
        parent = space.home
    made = state.create_page(
        space=space.key,
        title=text(body, "title"),
        body=storage_in(body) or "",
        parent=parent,
        actor=acting_user(),
    )
    return _single(made, "storage")


@pages_v2.get("/pages/<page_id>")
def read_page(page_id: str) -> Response:
    """One page, as it is or as it was in a version. A page in the trash is shown with that status."""
    page, state = find_page(page_id), the_state()
    statuses = several("status")
    number = whole("version", page.latest.number, least=1)
    edition = state.edition(page, number)
    shape = shapes.page(page, edition, shapes.body_format())
    if statuses and shape["status"] not in statuses:
        raise ConfluenceProblem(404, "Not Found")
    extra: dict[str, list[shapes.Shape]] = {}
    if is_yes("include-labels"):
        extra["labels"] = [shapes.label(one) for one in page.labels]
    if is_yes("include-properties"):
        extra["properties"] = [shapes.content_property(one) for one in page.properties.values()]
    if is_yes("include-versions"):
        extra["versions"] = [shapes.version(one) for one in reversed(page.editions)]
    for name, results in extra.items():
        links = {"self": f"/wiki/api/v2/pages/{page.id}/{name}"}
        shape[name] = {"results": results, "meta": {"hasMore": False}, "_links": links}
    return answer(shapes.with_base(shape))


@pages_v2.put("/pages/<page_id>")
def update_page(page_id: str) -> Response:
    """Write the next version of a page, move it below another parent, or take it out of the trash."""
    body, state, page = body_object(), the_state(), find_page(page_id)
    missing = [name for name in ("id", "status", "title", "body", "version") if body.get(name) is None]
    if missing:
        raise ConfluenceProblem(400, f"'{missing[0]}' is required.")
    if text(body, "id") != page.id:
        raise ConfluenceProblem(400, "The 'id' of the body is not that of the path.")
    _check_status(body)
    given = part(body, "version")
    number = number_in(given, "number")
    if number is None:
        raise ConfluenceProblem(400, "'version.number' is required.")
    if body.get("spaceId") not in (None, str(state.space(page.space).id)):
        raise ConfluenceProblem(400, "Moving a page to a different space is not supported.")
    value = storage_in(body)
    if page.status == "trashed":
        state.restore(page, number, acting_user())
        return _single(page, "storage")
    parent = body.get("parentId")
    state.update_page(
        page,
        number=number,
        title=text(body, "title"),
        body=value,
        actor=acting_user(),
        message=text(given, "message"),
        parent=str(parent) if parent else None,
    )
    return _single(page, "storage")


@pages_v2.put("/pages/<page_id>/title")
def rename_page(page_id: str) -> Response:
    """Give a page another title, as its next version."""
    body, page = body_object(), current_page(page_id)
    _check_status(body)
    the_state().update_page(
        page, number=page.latest.number + 1, title=text(body, "title"), body=None, actor=acting_user()
    )
    return _single(page, "storage")


@pages_v2.delete("/pages/<page_id>")
def delete_page(page_id: str) -> Response:
    """Put a page in the trash; with `purge` delete one that is there."""
    page, state = find_page(page_id), the_state()
    if is_yes("purge"):
        if page.status != "trashed":
            raise ConfluenceProblem(400, "Only a page in the trash can be purged.")
        state.purge(page, acting_user())
        return no_content()
    if page.status != "current" or is_yes("draft"):
        raise ConfluenceProblem(404, "Not Found")
    state.trash(page, acting_user())
    return no_content()


@pages_v2.get("/pages/<page_id>/versions")
def list_versions(page_id: str) -> Response:
    """A page's history, newest first unless asked otherwise."""
    page, form = find_page(page_id), shapes.body_format()
    order = chosen("sort", ("modified-date", "-modified-date"), "-modified-date")
    found = list(page.editions) if order == "modified-date" else list(reversed(page.editions))
    some = by_cursor(found, 25, 250)
    return shapes.listing(shapes.shaped(some, lambda one: shapes.page_version(page, one, form)))


@pages_v2.get("/pages/<page_id>/versions/<number>")
def read_version(page_id: str, number: str) -> Response:
    """One version's details."""
    page = find_page(page_id)
    edition = the_state().edition(page, int(shapes.number_of(number, "version-number")))
    return answer(shapes.detailed_version(page, edition))


@pages_v2.get("/pages/<page_id>/children")
@pages_v2.get("/pages/<page_id>/direct-children")
def list_children(page_id: str) -> Response:
    """The pages right below."""
    found = the_state().children(current_page(page_id).id)
    key, is_down = sorting(_CHILD_SORTS, "child-position")
    some = by_cursor(sorted(found, key=_CHILD_SORTS[key], reverse=is_down), 25, 250)
    extra = {"type": "page"} if request.path.endswith("direct-children") else {}
    return shapes.listing(shapes.shaped(some, lambda one: {**shapes.child(one), **extra}))


@pages_v2.get("/pages/<page_id>/ancestors")
def list_ancestors(page_id: str) -> Response:
    """The pages above, from the top of the space down."""
    found = the_state().ancestors(current_page(page_id))[-whole("limit", 25, least=1, most=250) :]
    some = by_cursor(found, 25, 250)
    return shapes.listing(shapes.shaped(some, lambda one: {"id": one.id, "type": "page"}))


@pages_v2.get("/pages/<page_id>/descendants")
def list_descendants(page_id: str) -> Response:
    """The pages below, down to a depth."""
    deepest = whole("depth", 2, least=1, most=10)
    found = [(depth, one) for depth, one in the_state().below(current_page(page_id).id) if depth <= deepest]
    some = by_cursor(found, 25, 250)
    return shapes.listing(shapes.shaped(some, lambda one: _descendant(*one)))


def find_page(page_id: str) -> Page:
    """The page of a path, in the trash or not; 400 for an id that is no number, 404 when there is none."""
    return the_state().page(shapes.number_of(page_id), "current", "trashed")


def current_page(page_id: str) -> Page:
    """The page of a path that is not in the trash."""
    return the_state().page(shapes.number_of(page_id))


def storage_in(body: dict[str, object]) -> str | None:
    """The storage body of a request, flat or nested. 400 for another representation."""
    given = part(body, "body")
    if not given:
        return None
    inner = part(given, "storage") if "storage" in given else given
    representation = inner.get("representation")
    if representation != "storage":
        raise ConfluenceProblem(
            400, f"The body's representation is {representation!r}; this Confluence takes 'storage'."
        )
    return text(inner, "value")


def sorting(allowed: Iterable[str], default: str) -> tuple[str, bool]:
    """The sort key that is asked for, and whether downwards."""
    names = [f"{sign}{name}" for name in allowed for sign in ("", "-")]
    given = chosen("sort", names, default)
    return given.removeprefix("-"), given.startswith("-")


def _asked_for() -> list[Page]:
    statuses = several("status") or ["current"]
    if unknown := set(statuses) - {"current", "archived", "deleted", "trashed"}:
        raise ConfluenceProblem(400, f"Provided value {{{unknown.pop()}}} for 'status' is not allowed.")
    title = request.args.get("title")
    found = the_state().pages(None, *cast("list[Status]", statuses))
    return [one for one in found if title is None or one.title == title]


def _page_list(found: list[Page]) -> Response:
    form = shapes.body_format()
    key, is_down = sorting(_PAGE_SORTS, "id")
    some = by_cursor(sorted(found, key=_PAGE_SORTS[key], reverse=is_down), 25, 250)
    return shapes.listing(shapes.shaped(some, lambda one: shapes.page(one, one.latest, form)))


def _single(page: Page, form: str | None) -> Response:
    return answer(shapes.with_base(shapes.page(page, page.latest, form)))


def _descendant(depth: int, one: Page) -> shapes.Shape:
    return {
        "id": one.id,
        "status": "current",
        "title": one.title,
        "type": "page",
        "parentId": one.parent,
        "depth": depth,
        "childPosition": one.position,
    }


def _check_status(body: dict[str, object]) -> None:
    status = text(body, "status", "current")
    if status != "current":
        raise ConfluenceProblem(
            400, f"The status is '{status}'; this Confluence keeps no drafts, only 'current' pages."
        )
