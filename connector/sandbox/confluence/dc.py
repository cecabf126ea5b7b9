"""Data Center's /confluence/rest/api: content, spaces, search and people."""

from typing import cast

from flask import Blueprint, Response, request

from connector.sandbox.confluence import content as shapes
from connector.sandbox.confluence.answers import refused_dc
from connector.sandbox.confluence.comments import (
    change_comment,
    comment_of,
    comment_on,
    comment_on_text,
    remove_comment,
)
from connector.sandbox.confluence.files import file_of, purge_file, trash_file
from connector.sandbox.confluence.model import Attachment, Comment, Page, Status
from connector.sandbox.confluence.problem import ConfluenceProblem, absent
from connector.sandbox.confluence.request import (
    body_object,
    by_start,
    chosen,
    new_space,
    number_in,
    part,
    several,
    text,
    the_state,
    whole,
)
from connector.sandbox.confluence.search import found_by, result
from connector.sandbox.front import acting_user, answer, no_content, the_world

content_dc = Blueprint("confluence_dc", __name__, url_prefix="/confluence/rest/api")
content_dc.register_error_handler(ConfluenceProblem, refused_dc)

_AS_WRITTEN = "body.storage,history,space,container,version,ancestors"
_EXCERPTS = ("highlight", "indexed", "none", "highlight_unescaped", "indexed_unescaped")


def tree_of(default: str = "") -> shapes.Tree:
    """What the request wants expanded."""
    return shapes.expansions(request.args.getlist("expand") or [default])


def statuses_asked() -> tuple[Status, ...]:
    """The statuses that the request wants; current when it does not say."""
    given = several("status") or ["current"]
    if "any" in given:
        return ("current", "trashed")
    if unknown := set(given) - {"current", "trashed", "historical", "draft"}:
        raise ConfluenceProblem(400, f"Invalid status: {unknown.pop()}")
    return tuple(cast("Status", one) for one in given if one in ("current", "trashed"))


@content_dc.get("/content")
def list_content() -> Response:
    """Pages by space, title, id and status."""
    space, title, ids = request.args.get("spaceKey"), request.args.get("title"), several("ids")
    if request.args.get("type", "page") != "page":
        return _content_list([])
    statuses = statuses_asked()
    found = [
        one
        for one in (the_state().pages(space, *statuses) if statuses else [])
        if title in (None, one.title) and (not ids or one.id in ids)
    ]
    return _content_list(found)


@content_dc.post("/content")
def create_content() -> Response:
    """Make a page, or a comment on one."""
    body, actor = body_object(), acting_user()
    kind = text(body, "type")
    if text(body, "status", "current") != "current":
        raise ConfluenceProblem(400, "This Confluence keeps no drafts, only 'current' content.")
    if kind == "comment":
        return answer(shapes.content(_new_comment(body), tree_of(_AS_WRITTEN)))
    if kind != "page":
        raise ConfluenceProblem(400, f"Could not create content with type {kind}")
    space = text(part(body, "space"), "key")
    if not space:
        raise ConfluenceProblem(400, "Must supply a space when creating content.")
    made = the_state().create_page(
        space=space,
        title=text(body, "title"),
        body=_storage(body) or "",
        parent=_parent(body),
        actor=actor,
        message=text(part(body, "version"), "message"),
    )
    return answer(shapes.content(made, tree_of(_AS_WRITTEN)))


@content_dc.get("/content/<content_id>")
def read_content(content_id: str) -> Response:
    """One piece of content, as it is or as it was in a version."""
    tree = tree_of("history,space,version")
    one = content_of(content_id, *statuses_asked())
    number = whole("version", 0)
    if number and isinstance(one, Page):
        return answer(shapes.content(one, tree, the_state().edition(one, number)))
    return answer(shapes.content(one, tree))


@content_dc.put("/content/<content_id>")
def update_content(content_id: str) -> Response:
    """Write the next version of a page or comment, move a page, or take one out of the trash."""
    body, actor = body_object(), acting_user()
    one = content_of(content_id, "current", "trashed")
    version = part(body, "version")
    number = number_in(version, "number")
    if number is None:
        raise ConfluenceProblem(400, "Must supply an incremented version when updating Content. No version supplied.")
    if isinstance(one, Page):
        _write_page(one, body, number)
    elif isinstance(one, Comment):
        message = text(version, "message")
        change_comment(the_state(), one, actor, body=_storage(body), number=number, message=message)
    else:
        raise ConfluenceProblem(400, "A file is changed below its page: child/attachment.")
    return answer(shapes.content(one, tree_of(_AS_WRITTEN)))


@content_dc.delete("/content/<content_id>")
def delete_content(content_id: str) -> Response:
    """Put a page or file in the trash, or with `status=trashed` delete it for good; a comment goes at once."""
    state, actor = the_state(), acting_user()
    is_purge = chosen("status", ("current", "trashed", "draft"), "current") == "trashed"
    one = content_of(content_id, "trashed" if is_purge else "current")
    if isinstance(one, Comment):
        remove_comment(state, one, actor)
    elif isinstance(one, Attachment):
        (purge_file if is_purge else trash_file)(state, one, actor)
    elif is_purge:
        state.purge(one, actor)
    else:
        state.trash(one, actor)
    return no_content()


@content_dc.get("/content/<content_id>/history")
def read_history(content_id: str) -> Response:
    """Who made a piece of content, and its last versions."""
    tree = tree_of("previousVersion,nextVersion,lastUpdated")
    return answer(shapes.history(content_of(content_id), tree))


@content_dc.get("/content/search")
def search_content() -> Response:
    """The content that a CQL query finds."""
    return _content_list(found_by(request.args.get("cql", "")))


@content_dc.get("/search")
def search() -> Response:
    """What a CQL query finds, with an excerpt of each."""
    found = found_by(request.args.get("cql", ""))
    some, excerpt = by_start(found, 25, 200), chosen("excerpt", _EXCERPTS, "highlight")
    inner = tree_of().get("content", {})
    results = [result(one, inner, excerpt) for one in some.items]
    totals = {"totalSize": len(found), "cqlQuery": request.args["cql"], "searchDuration": 1}
    return answer({**shapes.listed(results, some.start, some.limit, some.next), **totals})


@content_dc.get("/space")
def list_spaces() -> Response:
    """Spaces, by key or all."""
    keys = several("spaceKey")
    found = [one for one in the_state().held.spaces.values() if not keys or one.key in keys]
    if request.args.get("type", "global") != "global" or request.args.get("status", "current") != "current":
        found = []
    some = by_start(found, 25, 200)
    return answer(
        shapes.listed([shapes.space(one, tree_of()) for one in some.items], some.start, some.limit, some.next)
    )


@content_dc.post("/space")
def create_space() -> Response:
    """Make a space with its home page."""
    return answer(shapes.space(new_space(), {}))


@content_dc.get("/space/<key>")
def read_space(key: str) -> Response:
    """One space."""
    return answer(shapes.space(the_state().space(key), tree_of()))


@content_dc.get("/space/<key>/content")
def list_space_content(key: str) -> Response:
    """The pages of a space, under the name of their kind."""
    found = _in_space(key)
    some = by_start(found, 25, _most())
    pages = shapes.listed([shapes.content(one, tree_of()) for one in some.items], some.start, some.limit, some.next)
    return answer({"page": pages, "blogpost": shapes.listed([], some.start, some.limit, None)})


@content_dc.get("/space/<key>/content/<kind>")
def list_space_kind(key: str, kind: str) -> Response:
    """The pages of a space; it has no blog posts."""
    if kind not in ("page", "blogpost"):
        raise ConfluenceProblem(404, f"Invalid content type: {kind}")
    found = _in_space(key)
    return _content_list(found if kind == "page" else [])


@content_dc.get("/user/current")
def current_user() -> Response:
    """Whose credentials these are."""
    return answer(shapes.person(acting_user()))


@content_dc.get("/user")
def read_user() -> Response:
    """Somebody by key or name."""
    users = the_world().users
    found = users.find(request.args.get("key")) or users.find(request.args.get("username"))
    if found is None:
        raise ConfluenceProblem(404, "No user found with the given key or username.")
    return answer(shapes.person(found))


@content_dc.get("/server-information")
def server_information() -> Response:
    """What this Confluence says it is."""
    return answer(
        {
            "baseUrl": the_world().confluence_url,
            "version": "10.0.3",
            "buildNumber": 10003,
            "marketplaceBuildNumber": 10003,
            "buildDate": "2025-09-01",
        }
    )


def content_of(content_id: str, *statuses: Status) -> shapes.Content:
    """The page, comment or file of this id in one of these statuses; 404 when there is none."""
    state = the_state()
    if content_id.startswith("att"):
        return file_of(state, content_id, (statuses or ("current",))[0])
    if content_id in state.held.comments:
        return comment_of(state, content_id)
    if not statuses and content_id not in state.held.pages:
        raise absent("content", content_id)
    return state.page(content_id, *statuses)


def _write_page(page: Page, body: dict[str, object], number: int) -> None:
    state, actor, version = the_state(), acting_user(), part(body, "version")
    if page.status == "trashed":
        if text(body, "status") != "current":
            raise absent("content", page.id)
        state.restore(page, number, actor)
        return
    if text(body, "type", "") != "page":
        raise ConfluenceProblem(400, "The content's type is 'page'; the request must say so.")
    state.update_page(
        page,
        number=number,
        title=text(body, "title", page.title),
        body=_storage(body),
        actor=actor,
        message=text(version, "message"),
        is_minor=version.get("minorEdit") is True,
        parent=_parent(body),
    )


def _new_comment(body: dict[str, object]) -> Comment:
    state, actor = the_state(), acting_user()
    page = state.page(str(part(body, "container").get("id", "")))
    value = _storage(body)
    if not value:
        raise ConfluenceProblem(400, "A comment needs a body.")
    parent = _parent(body)
    extensions = part(body, "extensions")
    if extensions.get("location") == "inline" and parent is None:
        selection = text(part(extensions, "inlineProperties"), "originalSelection")
        return comment_on_text(state, page, value, actor, selection=selection)
    return comment_on(state, page, value, actor, parent=comment_of(state, parent) if parent else None)


def _parent(body: dict[str, object]) -> str | None:
    given = body.get("ancestors")
    if given is None or given == []:
        return None
    last = given[-1] if isinstance(given, list) else None
    if not isinstance(last, dict) or not last.get("id"):
        raise ConfluenceProblem(400, "'ancestors' is a list of objects with an 'id'.")
    return str(last["id"])


def _storage(body: dict[str, object]) -> str | None:
    given = part(body, "body")
    if not given:
        return None
    if "storage" not in given:
        raise ConfluenceProblem(400, f"The body is given as {', '.join(given)}; this Confluence takes 'storage'.")
    inner = part(given, "storage")
    if inner.get("representation", "storage") != "storage":
        raise ConfluenceProblem(400, "The representation of 'storage' is 'storage'.")
    return text(inner, "value")


def _in_space(key: str) -> list[Page]:
    is_root = chosen("depth", ("all", "root"), "all") == "root"
    return [one for one in the_state().pages(the_state().space(key).key) if not (is_root and one.parent)]


def _most() -> int:
    return 50 if "body" in tree_of() else 200


def _content_list(found: list[Page] | list[shapes.Content]) -> Response:
    items: list[shapes.Content] = [*found]
    some = by_start(items, 25, _most())
    results = [shapes.content(one, tree_of()) for one in some.items]
    return answer(shapes.listed(results, some.start, some.limit, some.next))
