"""Cloud's /wiki/api/v2: what hangs on a page: labels (read), properties, comments, files (read, delete)."""

from flask import Blueprint, Response, request

from connector.sandbox.confluence import v2_shapes as shapes
from connector.sandbox.confluence.answers import refused_v2
from connector.sandbox.confluence.comments import (
    answers_to,
    change_comment,
    comment_of,
    comment_on,
    comment_on_text,
    comments_on,
    remove_comment,
    resolution_of,
)
from connector.sandbox.confluence.files import file_of, files_on, purge_file, trash_file
from connector.sandbox.confluence.labels import add_property, change_property, property_of_id, remove_property
from connector.sandbox.confluence.model import Comment, CommentKind
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
from connector.sandbox.confluence.v2 import current_page, find_page, sorting, storage_in
from connector.sandbox.front import acting_user, answer, no_content

parts_v2 = Blueprint("confluence_v2_parts", __name__, url_prefix="/wiki/api/v2")
parts_v2.register_error_handler(ConfluenceProblem, refused_v2)

_DATES = ("created-date", "-created-date", "modified-date", "-modified-date")


@parts_v2.get("/pages/<page_id>/labels")
def list_labels(page_id: str) -> Response:
    """A page's labels."""
    prefix = chosen("prefix", ("my", "team", "global", "system"), "")
    found = [one for one in find_page(page_id).labels if prefix in ("", one.prefix)]
    key, is_down = sorting(("created-date", "id", "name"), "created-date")
    if key == "name":
        found.sort(key=lambda one: one.name)
    elif key == "id":
        found.sort(key=lambda one: one.id)
    some = by_cursor(found[::-1] if is_down else found, 25, 250)
    return shapes.listing(shapes.shaped(some, shapes.label))


@parts_v2.get("/pages/<page_id>/properties")
def list_properties(page_id: str) -> Response:
    """A page's content properties, all or one by its key."""
    key = request.args.get("key")
    found = [one for one in find_page(page_id).properties.values() if key in (None, one.key)]
    _, is_down = sorting(("key",), "key")
    some = by_cursor(sorted(found, key=lambda one: one.key, reverse=is_down), 25, 250)
    return shapes.listing(shapes.shaped(some, shapes.content_property))


@parts_v2.post("/pages/<page_id>/properties")
def create_property(page_id: str) -> Response:
    """Make a content property."""
    body = body_object()
    made = add_property(the_state(), current_page(page_id), body.get("key"), body.get("value"), acting_user())
    return answer(shapes.content_property(made))


@parts_v2.get("/pages/<page_id>/properties/<property_id>")
def read_property(page_id: str, property_id: str) -> Response:
    """One content property by its id."""
    found = property_of_id(find_page(page_id), shapes.number_of(property_id, "property-id"))
    return answer(shapes.content_property(found))


@parts_v2.put("/pages/<page_id>/properties/<property_id>")
def update_property(page_id: str, property_id: str) -> Response:
    """Write the next version of a content property."""
    body = body_object()
    found = property_of_id(current_page(page_id), shapes.number_of(property_id, "property-id"))
    if text(body, "key") != found.key:
        raise ConfluenceProblem(400, f"The key of the property is '{found.key}' and cannot be changed.")
    version = part(body, "version")
    number = number_in(version, "number")
    if number is None:
        raise ConfluenceProblem(400, "'version.number' is required.")
    message = text(version, "message")
    change_property(the_state(), found, body.get("value"), number, message, acting_user())
    return answer(shapes.content_property(found))


@parts_v2.delete("/pages/<page_id>/properties/<property_id>")
def delete_property(page_id: str, property_id: str) -> Response:
    """Delete a content property."""
    page = current_page(page_id)
    remove_property(the_state(), page, property_of_id(page, shapes.number_of(property_id, "property-id")).key)
    return no_content()


@parts_v2.get("/pages/<page_id>/footer-comments")
def list_footer_comments(page_id: str) -> Response:
    """The comments at the foot of a page, without the answers to them."""
    return _comment_list(comments_on(the_state(), current_page(page_id), "footer"))


@parts_v2.get("/pages/<page_id>/inline-comments")
def list_inline_comments(page_id: str) -> Response:
    """The comments on a page's text, without the answers to them."""
    wanted = several("resolution-status")
    found = comments_on(the_state(), current_page(page_id), "inline")
    return _comment_list([one for one in found if not wanted or resolution_of(the_state(), one) in wanted])


@parts_v2.post("/footer-comments")
def create_footer_comment() -> Response:
    """Write at the foot of a page, or answer a comment there."""
    body, state = body_object(), the_state()
    parent = _parent(body, "footer")
    page = current_page(parent.page if parent else _page_id(body))
    made = comment_on(state, page, _required_storage(body), acting_user(), parent=parent)
    return answer(shapes.with_base(shapes.comment(made, "storage")), 201)


@parts_v2.post("/inline-comments")
def create_inline_comment() -> Response:
    """Comment on a place in a page's text, or answer a comment there."""
    body, state = body_object(), the_state()
    parent = _parent(body, "inline")
    value = _required_storage(body)
    if parent is not None:
        made = comment_on(state, current_page(parent.page), value, acting_user(), parent=parent)
        return answer(shapes.with_base(shapes.comment(made, "storage")), 201)
    place = part(body, "inlineCommentProperties")
    selection, count = text(place, "textSelection"), number_in(place, "textSelectionMatchCount")
    if not selection or count is None:
        raise ConfluenceProblem(400, "'inlineCommentProperties' with 'textSelection' and its counts are required.")
    index = number_in(place, "textSelectionMatchIndex") or 0
    page = current_page(_page_id(body))
    made = comment_on_text(state, page, value, acting_user(), selection=selection, index=index, count=count)
    return answer(shapes.with_base(shapes.comment(made, "storage")), 201)


@parts_v2.get("/footer-comments/<comment_id>")
@parts_v2.get("/inline-comments/<comment_id>")
def read_comment(comment_id: str) -> Response:
    """One comment."""
    return answer(shapes.with_base(shapes.comment(_comment(comment_id), shapes.body_format())))


@parts_v2.put("/footer-comments/<comment_id>")
@parts_v2.put("/inline-comments/<comment_id>")
def update_comment(comment_id: str) -> Response:
    """Write the next version of a comment; one on the text can also be resolved or opened again."""
    body, comment = body_object(), _comment(comment_id)
    version = part(body, "version")
    number = number_in(version, "number")
    if number is None:
        raise ConfluenceProblem(400, "'version.number' is required.")
    resolved = body.get("resolved")
    if resolved is not None and (not isinstance(resolved, bool) or comment.kind != "inline" or comment.parent):
        raise ConfluenceProblem(400, "'resolved' is true or false, for a comment on the text only.")
    change_comment(
        the_state(),
        comment,
        acting_user(),
        body=storage_in(body),
        number=number,
        message=text(version, "message"),
        resolved=resolved,
    )
    return answer(shapes.with_base(shapes.comment(comment, "storage")))


@parts_v2.delete("/footer-comments/<comment_id>")
@parts_v2.delete("/inline-comments/<comment_id>")
def delete_comment(comment_id: str) -> Response:
    """Delete a comment for good."""
    remove_comment(the_state(), _comment(comment_id), acting_user())
    return no_content()


@parts_v2.get("/footer-comments/<comment_id>/children")
@parts_v2.get("/inline-comments/<comment_id>/children")
def list_answers(comment_id: str) -> Response:
    """The answers to a comment."""
    return _comment_list(answers_to(the_state(), _comment(comment_id)))


@parts_v2.get("/pages/<page_id>/attachments")
def list_attachments(page_id: str) -> Response:
    """The files on a page."""
    name, media = request.args.get("filename"), request.args.get("mediaType")
    status = chosen("status", ("current", "archived", "trashed"), "current")
    found = [
        one
        for one in files_on(the_state(), current_page(page_id), status)
        if name in (None, one.name) and media in (None, one.latest.media_type)
    ]
    order = chosen("sort", _DATES, "created-date")
    if order.endswith("modified-date"):
        found.sort(key=lambda one: one.latest.at)
    some = by_cursor(found[::-1] if order.startswith("-") else found, 50, 250)
    return shapes.listing(shapes.shaped(some, lambda one: shapes.attachment(one, one.latest)))


@parts_v2.get("/attachments/<attachment_id>")
def read_attachment(attachment_id: str) -> Response:
    """One file, without its bytes, as it is or as it was in a version."""
    found = file_of(the_state(), attachment_id)
    number = whole("version", found.latest.number, least=1)
    edition = next((one for one in found.editions if one.number == number), None)
    if edition is None:
        raise ConfluenceProblem(404, "Not Found")
    return answer(shapes.with_base(shapes.attachment(found, edition)))


@parts_v2.delete("/attachments/<attachment_id>")
def delete_attachment(attachment_id: str) -> Response:
    """Put a file in the trash; with `purge` delete one that is there."""
    number, state = shapes.number_of(attachment_id), the_state()
    if is_yes("purge"):
        purge_file(state, file_of(state, number, "trashed"), acting_user())
    else:
        trash_file(state, file_of(state, number), acting_user())
    return no_content()


def _kind() -> CommentKind:
    return "inline" if "/inline-comments" in request.path else "footer"


def _comment(comment_id: str) -> Comment:
    return comment_of(the_state(), shapes.number_of(comment_id, "comment-id"), _kind())


def _comment_list(found: list[Comment]) -> Response:
    form, order = shapes.body_format(), chosen("sort", _DATES, "created-date")
    if order.endswith("modified-date"):
        found.sort(key=lambda one: one.latest.at)
    some = by_cursor(found[::-1] if order.startswith("-") else found, 25, 250)
    return shapes.listing(shapes.shaped(some, lambda one: shapes.comment(one, form)))


def _parent(body: dict[str, object], kind: CommentKind) -> Comment | None:
    given = text(body, "parentCommentId")
    return comment_of(the_state(), shapes.number_of(given, "parentCommentId"), kind) if given else None


def _page_id(body: dict[str, object]) -> str:
    page_id = text(body, "pageId")
    if not page_id:
        raise ConfluenceProblem(400, "'pageId' or 'parentCommentId' is required.")
    return page_id


def _required_storage(body: dict[str, object]) -> str:
    value = storage_in(body)
    if not value:
        raise ConfluenceProblem(400, "'body' is required.")
    return value
