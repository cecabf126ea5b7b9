"""What is left of Cloud's v1: /wiki/rest/api: labels, uploads, search, moving, restoring a version, people."""

from flask import Blueprint, Response, request

from connector.sandbox.confluence import content as shapes
from connector.sandbox.confluence.answers import refused_v1
from connector.sandbox.confluence.files import attach, file_of, replace_file
from connector.sandbox.confluence.labels import add_labels, remove_label
from connector.sandbox.confluence.model import Attachment, Page
from connector.sandbox.confluence.places import file_path
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.confluence.request import (
    body_object,
    by_cursor,
    by_start,
    chosen,
    new_space,
    number_in,
    part,
    text,
    the_state,
    wanted_labels,
)
from connector.sandbox.confluence.search import found_by, result
from connector.sandbox.confluence.upload import is_minor, media_type, uploaded
from connector.sandbox.front import acting_user, answer, no_content, the_world

cloud_v1 = Blueprint("confluence_v1", __name__, url_prefix="/wiki/rest/api")
cloud_v1.register_error_handler(ConfluenceProblem, refused_v1)

_EXCERPTS = ("highlight", "indexed", "none", "highlight_unescaped", "indexed_unescaped")


@cloud_v1.get("/user/current")
def current_user() -> Response:
    """Whose credentials these are."""
    return answer(shapes.person(acting_user()))


@cloud_v1.get("/user")
def read_user() -> Response:
    """Somebody by account id."""
    found = the_world().users.find(request.args.get("accountId"))
    if found is None:
        raise ConfluenceProblem(404, "No user found with the given account id.")
    return answer(shapes.person(found))


@cloud_v1.get("/search")
def search() -> Response:
    """What a CQL query finds, with an excerpt of each."""
    found = found_by(request.args.get("cql", ""))
    has_start = "start" in request.args and "cursor" not in request.args
    some = by_start(found, 25, 250) if has_start else by_cursor(found, 25, 250)
    tree = shapes.expansions(request.args.getlist("expand"))
    excerpt = chosen("excerpt", _EXCERPTS, "highlight")
    inner = tree.get("content", {})
    results = [result(one, inner, excerpt) for one in some.items]
    totals = {"totalSize": len(found), "cqlQuery": request.args["cql"], "searchDuration": 1}
    return answer({**shapes.listed(results, some.start, some.limit, some.next), **totals})


@cloud_v1.get("/content/search")
def search_content() -> Response:
    """The content that a CQL query finds."""
    tree = shapes.expansions(request.args.getlist("expand"))
    some = by_cursor(found_by(request.args.get("cql", "")), 25, 50 if "body" in tree else 250)
    results = [shapes.content(one, tree) for one in some.items]
    return answer(shapes.listed(results, some.start, some.limit, some.next))


@cloud_v1.post("/content/<page_id>/label")
def post_labels(page_id: str) -> Response:
    """Put labels on a page."""
    page = the_state().page(page_id)
    add_labels(the_state(), page, wanted_labels(), acting_user())
    return answer(shapes.listed([shapes.label(one) for one in page.labels], 0, 200, None))


@cloud_v1.delete("/content/<page_id>/label")
@cloud_v1.delete("/content/<page_id>/label/<name>")
def delete_label(page_id: str, name: str | None = None) -> Response:
    """Take a label from a page."""
    wanted = name or request.args.get("name", "")
    if not wanted:
        raise ConfluenceProblem(400, "The query parameter 'name' is required.")
    remove_label(the_state(), the_state().page(page_id), wanted, acting_user())
    return no_content()


@cloud_v1.put("/content/<page_id>/child/attachment")
@cloud_v1.post("/content/<page_id>/child/attachment")
def upload(page_id: str) -> Response:
    """Put files on a page; PUT writes the next version where a file of that name is there."""
    page, files = the_state().page(page_id), uploaded()
    if "minorEdit" not in request.form:
        raise ConfluenceProblem(400, "The part 'minorEdit' is required.")
    made = [
        attach(
            the_state(),
            page,
            file.filename or "",
            file.read(),
            media_type(file),
            acting_user(),
            comment=request.form.get("comment", ""),
            is_minor=is_minor(),
            may_replace=request.method == "PUT",
        )
        for file in files
    ]
    return answer(shapes.listed([_attached(one) for one in made], 0, len(made), None))


@cloud_v1.post("/content/<page_id>/child/attachment/<attachment_id>/data")
def upload_again(page_id: str, attachment_id: str) -> Response:
    """Write a file's next version."""
    found, files = _file_on(page_id, attachment_id), uploaded()
    if "minorEdit" not in request.form:
        raise ConfluenceProblem(400, "The part 'minorEdit' is required.")
    replace_file(
        the_state(),
        found,
        files[0].read(),
        media_type(files[0]),
        acting_user(),
        comment=request.form.get("comment", ""),
        is_minor=is_minor(),
    )
    return answer(_attached(found))


@cloud_v1.get("/content/<page_id>/child/attachment/<attachment_id>/download")
def download(page_id: str, attachment_id: str) -> Response:
    """Where a file's bytes are."""
    found = _file_on(page_id, attachment_id)
    return Response(status=302, headers={"Location": the_world().confluence_url + file_path(found)})


@cloud_v1.put("/content/<page_id>/move/<position>/<target_id>")
def move(page_id: str, position: str, target_id: str) -> Response:
    """Move a page before, after or below another one."""
    if position not in ("before", "after", "append"):
        raise ConfluenceProblem(400, f"'{position}' is none of before, after, append.")
    state = the_state()
    state.move(state.page(page_id), position, state.page(target_id), acting_user())
    return answer({"pageId": page_id})


@cloud_v1.post("/content/<page_id>/version")
def restore_version(page_id: str) -> Response:
    """Write an old version of a page again as its next one."""
    body, page = body_object(), the_state().page(page_id)
    given = part(body, "params")
    number = number_in(given, "versionNumber")
    if text(body, "operationKey") != "restore" or number is None or "message" not in given:
        raise ConfluenceProblem(400, "'operationKey' restore with 'versionNumber' and 'message' is required.")
    with_title = given.get("restoreTitle") is True
    edition = the_state().revert(page, number, acting_user(), text(given, "message"), with_title)
    return answer(shapes.version(page, edition, shapes.expansions(request.args.getlist("expand"))))


@cloud_v1.post("/space")
def create_space() -> Response:
    """Make a space with its home page."""
    return answer(shapes.space(new_space(), {}))


def _attached(one: Attachment) -> shapes.Shape:
    return shapes.content(one, {"version": {}, "container": {}})


def _file_on(page_id: str, attachment_id: str) -> Attachment:
    page: Page = the_state().page(page_id)
    found = file_of(the_state(), attachment_id)
    if found.page != page.id:
        raise ConfluenceProblem(404, f"No attachment {attachment_id} on content {page_id}")
    return found
