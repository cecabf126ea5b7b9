"""Data Center's /confluence/rest/api: what hangs on a page: labels, properties, children, files."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from connector.sandbox.confluence import content as shapes
from connector.sandbox.confluence.answers import refused_dc
from connector.sandbox.confluence.comments import answers_to, comments_on
from connector.sandbox.confluence.dc import content_of, tree_of
from connector.sandbox.confluence.files import attach, file_of, files_on, replace_file, trash_file
from connector.sandbox.confluence.labels import (
    add_labels,
    add_property,
    change_property,
    property_of,
    remove_label,
    remove_property,
)
from connector.sandbox.confluence.model import Attachment, Comment
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.confluence.request import (
    body_object,
    by_start,
    number_in,
    part,
    several,
    text,
    the_state,
    wanted_labels,
)
from connector.sandbox.confluence.upload import is_minor, media_type, uploaded
from connector.sandbox.front import acting_user, answer, no_content

parts_dc = Blueprint("confluence_dc_parts", __name__, url_prefix="/confluence/rest/api")
parts_dc.register_error_handler(ConfluenceProblem, refused_dc)


@parts_dc.get("/content/<page_id>/label")
def list_labels(page_id: str) -> Response:
    """A page's labels."""
    prefixes = several("prefix")
    found = [one for one in the_state().page(page_id).labels if not prefixes or one.prefix in prefixes]
    some = by_start(found, 200, 200)
    return answer(shapes.listed([shapes.label(one) for one in some.items], some.start, some.limit, some.next))


@parts_dc.post("/content/<page_id>/label")
def post_labels(page_id: str) -> Response:
    """Put labels on a page."""
    page = the_state().page(page_id)
    add_labels(the_state(), page, wanted_labels(), acting_user())
    return answer(shapes.listed([shapes.label(one) for one in page.labels], 0, 200, None))


@parts_dc.delete("/content/<page_id>/label")
@parts_dc.delete("/content/<page_id>/label/<name>")
def delete_label(page_id: str, name: str | None = None) -> Response:
    """Take a label from a page."""
    wanted = name or request.args.get("name", "")
    if not wanted:
        raise ConfluenceProblem(400, "The query parameter 'name' is required.")
    remove_label(the_state(), the_state().page(page_id), wanted, acting_user())
    return no_content()


@parts_dc.get("/content/<page_id>/property")
def list_properties(page_id: str) -> Response:
    """A page's content properties."""
    page = the_state().page(page_id)
    some = by_start(list(page.properties.values()), 10, 200)
    results = [shapes.content_property(page, one, tree_of()) for one in some.items]
    return answer(shapes.listed(results, some.start, some.limit, some.next))


@parts_dc.post("/content/<page_id>/property")
@parts_dc.post("/content/<page_id>/property/<key>")
def create_property(page_id: str, key: str | None = None) -> Response:
    """Make a content property."""
    body, page = body_object(), the_state().page(page_id)
    if key is not None and body.get("key", key) != key:
        raise ConfluenceProblem(400, "The key of the body is not that of the path.")
    made = add_property(the_state(), page, key or body.get("key"), body.get("value"), acting_user())
    return answer(shapes.content_property(page, made, {}))


@parts_dc.get("/content/<page_id>/property/<key>")
def read_property(page_id: str, key: str) -> Response:
    """One content property."""
    page = the_state().page(page_id)
    return answer(shapes.content_property(page, property_of(page, key), tree_of("version")))


@parts_dc.put("/content/<page_id>/property/<key>")
def update_property(page_id: str, key: str) -> Response:
    """Write the next version of a content property; version 1 makes it."""
    body, page, state = body_object(), the_state().page(page_id), the_state()
    if body.get("key", key) != key:
        raise ConfluenceProblem(400, "The key of the body is not that of the path.")
    version = part(body, "version")
    number = number_in(version, "number")
    if number is None:
        raise ConfluenceProblem(400, "A version number is required to update a content property.")
    if number == 1 and key not in page.properties:
        made = add_property(state, page, key, body.get("value"), acting_user())
    else:
        found, message = property_of(page, key), text(version, "message")
        made = change_property(state, found, body.get("value"), number, message, acting_user())
    return answer(shapes.content_property(page, made, {}))


@parts_dc.delete("/content/<page_id>/property/<key>")
def delete_property(page_id: str, key: str) -> Response:
    """Delete a content property."""
    page = the_state().page(page_id)
    remove_property(the_state(), page, property_of(page, key).key)
    return no_content()


@parts_dc.get("/content/<content_id>/child")
def list_all_children(content_id: str) -> Response:
    """What is right below, by kind, as far as it is expanded."""
    one = content_of(content_id)
    kinds = ["page", "comment", "attachment"]
    tree = tree_of()
    found: shapes.Shape = {
        kind: shapes.listed([shapes.content(each, tree[kind]) for each in _below(one, kind)], 0, 25, None)
        for kind in kinds
        if kind in tree
    }
    left = {kind: f"/rest/api/content/{content_id}/child/{kind}" for kind in kinds if kind not in tree}
    return answer({**found, "_expandable": left})


@parts_dc.get("/content/<content_id>/child/<kind>")
def list_children(content_id: str, kind: str) -> Response:
    """The pages, comments or files right below; comments with all answers when `depth` is all."""
    return _list(_below(content_of(content_id), kind))


@parts_dc.get("/content/<content_id>/descendant/<kind>")
def list_descendants(content_id: str, kind: str) -> Response:
    """All pages below, or all comments or files of a page."""
    one = content_of(content_id)
    if kind == "page":
        return _list([page for _, page in the_state().below(one.id)])
    return _list(_with_answers(_below(one, kind)))


@parts_dc.post("/content/<page_id>/child/attachment")
def upload(page_id: str) -> Response:
    """Put files on a page. 400 when a file of that name is there."""
    page, files = the_state().page(page_id), uploaded()
    comments = request.form.getlist("comment")
    if comments and len(comments) != len(files):
        raise ConfluenceProblem(400, "There must be as many comments as files.")
    made = [
        attach(
            the_state(),
            page,
            file.filename or "",
            file.read(),
            media_type(file),
            acting_user(),
            comment=comments[place] if comments else "",
            is_minor=is_minor(),
            may_replace=request.args.get("allowDuplicated") == "true",
        )
        for place, file in enumerate(files)
    ]
    tree = tree_of("version,container")
    return answer(shapes.listed([shapes.content(one, tree) for one in made], 0, len(made), None))


@parts_dc.post("/content/<page_id>/child/attachment/<attachment_id>/data")
def upload_again(page_id: str, attachment_id: str) -> Response:
    """Write a file's next version."""
    found, files = _file_on(page_id, attachment_id), uploaded()
    comment = request.form.get("comment", "")
    kind, data = media_type(files[0]), files[0].read()
    replace_file(the_state(), found, data, kind, acting_user(), comment=comment, is_minor=is_minor())
    return answer(shapes.content(found, tree_of("version,container")))


@parts_dc.delete("/content/<page_id>/child/attachment/<attachment_id>")
def delete_attachment(page_id: str, attachment_id: str) -> Response:
    """Put a file in the trash."""
    trash_file(the_state(), _file_on(page_id, attachment_id), acting_user())
    return no_content()


def _file_on(page_id: str, attachment_id: str) -> Attachment:
    found = file_of(the_state(), attachment_id)
    if found.page != the_state().page(page_id).id:
        raise ConfluenceProblem(404, f"No attachment {attachment_id} on content {page_id}")
    return found


def _below(one: shapes.Content, kind: str) -> Sequence[shapes.Content]:
    state = the_state()
    if isinstance(one, Attachment) or kind not in ("page", "comment", "attachment"):
        raise ConfluenceProblem(404, f"Content {one.id} has no children of the type {kind}")
    if isinstance(one, Comment):
        return answers_to(state, one) if kind == "comment" else []
    if kind == "page":
        return state.children(one.id)
    if kind == "attachment":
        return _chosen_files(files_on(state, one))
    places = several("location")
    found = [each for each in comments_on(state, one) if not places or each.kind in places]
    return _with_answers(found) if request.args.get("depth") == "all" else found


def _chosen_files(found: list[Attachment]) -> list[Attachment]:
    name, media = request.args.get("filename"), request.args.get("mediaType")
    return [each for each in found if name in (None, each.name) and media in (None, each.latest.media_type)]


def _with_answers(found: Sequence[shapes.Content]) -> list[shapes.Content]:
    everything: list[shapes.Content] = []
    for one in found:
        everything.append(one)
        if isinstance(one, Comment):
            everything += _with_answers(answers_to(the_state(), one))
    return everything


def _list(found: Sequence[shapes.Content]) -> Response:
    some = by_start(found, 25, 50 if "body" in tree_of() else 200)
    results = [shapes.content(one, tree_of()) for one in some.items]
    return answer(shapes.listed(results, some.start, some.limit, some.next))
