"""What Cloud's v2 API says about spaces, pages, comments and files."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Response, request

from connector.sandbox.confluence.comments import resolution_of
from connector.sandbox.confluence.model import Attachment, Comment, Edition, FileEdition, Label, Page, Property, Space
from connector.sandbox.confluence.places import file_path, iso, page_path, space_path
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.confluence.request import Slice, the_state
from connector.sandbox.front import answer, the_world

Shape = dict[str, object]
Thing = TypeVar("Thing")
_REPRESENTATIONS = (
    "storage",
    "atlas_doc_format",
    "view",
    "export_view",
    "anonymous_export_view",
    "styled_view",
    "editor",
)


def number_of(given: str, name: str = "id") -> str:
    """An id of the path or query; 400 when it is no number."""
    if not re.fullmatch(r"[0-9]{1,19}", given):
        raise ConfluenceProblem(
            400, f"Provided value {{{given}}} for '{name}' is not the correct type. Expected type is long"
        )
    return given


def body_format() -> str | None:
    """The body format that is asked for. 400 for one that is none, or that the sandbox does not hold."""
    given = request.args.get("body-format")
    if given is None:
        return None
    if given not in _REPRESENTATIONS:
        raise ConfluenceProblem(
            400,
            f"Provided value {{{given}}} for 'body-format' is not the correct type. "
            f"Expected type is one of {list(_REPRESENTATIONS)}",
        )
    if given != "storage":
        raise ConfluenceProblem(400, f"This Confluence keeps bodies as storage only, not as {given}.")
    return given


def listing(found: Slice[Shape]) -> Response:
    """A page of results with the link to the next one, in the body and in the header."""
    links: Shape = {"base": the_world().confluence_url}
    headers = {}
    if found.next:
        links["next"] = found.next
        headers["Link"] = f'<{found.next}>; rel="next"'
    return answer({"results": found.items, "_links": links}, headers=headers)


def shaped(found: Slice[Thing], shape: Callable[[Thing], Shape]) -> Slice[Shape]:
    """The same slice, with its items as the API shows them."""
    return Slice(items=[shape(one) for one in found.items], start=found.start, limit=found.limit, next=found.next)


def with_base(shape: Shape) -> Shape:
    """A single answer also tells the address that its links are relative to."""
    links = shape.get("_links")
    return {**shape, "_links": {**(links if isinstance(links, dict) else {}), "base": the_world().confluence_url}}


def space(one: Space) -> Shape:
    """A space."""
    return {
        "id": str(one.id),
        "key": one.key,
        "name": one.name,
        "type": "global",
        "status": "current",
        "authorId": one.author,
        "createdAt": iso(one.created),
        "homepageId": one.home,
        "currentActiveAlias": one.key,
        "_links": {"webui": space_path(one.key)},
    }


def page(one: Page, edition: Edition, form: str | None) -> Shape:
    """A page as it was in one version; with its body when a format was asked for."""
    parent: Shape = {"parentId": one.parent, "parentType": "page"} if one.parent else {}
    return {
        "id": one.id,
        "status": one.status if edition is one.latest else "historical",
        "title": edition.title,
        "spaceId": str(the_state().space(one.space).id),
        **parent,
        "position": one.position,
        "authorId": one.author,
        "ownerId": one.author,
        "lastOwnerId": None,
        "createdAt": iso(one.created),
        "version": version(edition),
        "body": _body(edition, form),
        "_links": {
            "webui": page_path(one),
            "editui": f"/pages/resumedraft.action?draftId={one.id}",
            "tinyui": f"/x/{one.id}",
        },
    }


def version(one: Edition | Property) -> Shape:
    """A version of a page, a comment or a property."""
    return {
        "number": one.number,
        "message": one.message,
        "minorEdit": one.is_minor if isinstance(one, Edition) else False,
        "authorId": one.by,
        "createdAt": iso(one.at),
    }


def page_version(one: Page, edition: Edition, form: str | None) -> Shape:
    """One line of a page's history."""
    inside: Shape = {"id": one.id, "title": edition.title}
    if form:
        inside["body"] = _body(edition, form)
    return {**version(edition), "page": inside}


def detailed_version(one: Page, edition: Edition) -> Shape:
    """One version of a page by itself."""
    numbers = [each.number for each in one.editions]
    place = numbers.index(edition.number)
    around: Shape = {}
    if place:
        around["prevVersion"] = numbers[place - 1]
    if place + 1 < len(numbers):
        around["nextVersion"] = numbers[place + 1]
    return {**version(edition), "contentTypeModified": False, "collaborators": [edition.by], **around}


def child(one: Page) -> Shape:
    """A page below another."""
    return {
        "id": one.id,
        "status": "current",
        "title": one.title,
        "spaceId": str(the_state().space(one.space).id),
        "childPosition": one.position,
    }


def label(one: Label) -> Shape:
    """A label."""
    return {"id": str(one.id), "name": one.name, "prefix": one.prefix}


def content_property(one: Property) -> Shape:
    """A content property."""
    return {"id": str(one.id), "key": one.key, "value": one.value, "version": version(one)}


def comment(one: Comment, form: str | None) -> Shape:
    """A comment of either kind; an answer names the comment it answers."""
    on = the_state().held.pages[one.page]
    shape: Shape = {
        "id": one.id,
        "status": "current",
        "title": one.latest.title,
        "pageId": one.page,
        "version": version(one.latest),
        "body": _body(one.latest, form),
        "_links": {"webui": f"{page_path(on)}?focusedCommentId={one.id}"},
    }
    if one.parent:
        shape["parentCommentId"] = one.parent
    if one.kind == "inline":
        shape["resolutionStatus"] = resolution_of(the_state(), one)
        shape["properties"] = _inline_properties(one)
    if one.resolved_by and one.resolved_at:
        shape["resolutionLastModifierId"] = one.resolved_by
        shape["resolutionLastModifiedAt"] = iso(one.resolved_at)
    return shape


def attachment(one: Attachment, edition: FileEdition) -> Shape:
    """A file in one version, without its bytes."""
    on, path = the_state().held.pages[one.page], file_path(one)
    return {
        "id": one.id,
        "status": one.status,
        "title": one.name,
        "createdAt": iso(one.created),
        "pageId": one.page,
        "mediaType": edition.media_type,
        "mediaTypeDescription": edition.media_type.partition("/")[0].title(),
        "comment": edition.comment,
        "fileId": one.id,
        "fileSize": len(edition.data),
        "webuiLink": page_path(on),
        "downloadLink": path,
        "version": {
            "number": edition.number,
            "message": edition.comment,
            "minorEdit": edition.is_minor,
            "authorId": edition.by,
            "createdAt": iso(edition.at),
        },
        "_links": {"webui": page_path(on), "download": path},
    }


def _inline_properties(one: Comment) -> Shape:
    if one.marker is None:
        return {}
    return {"inlineMarkerRef": one.marker, "inlineOriginalSelection": one.selection or ""}


def _body(edition: Edition, form: str | None) -> Shape:
    return {form: {"representation": form, "value": edition.body}} if form else {}
