"""Confluence's webhooks as events.

No webhook holds a page's text or labels, so every sighting of a page is trimmed: whoever wants more reads the page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from connector.core.events import EntityGone, EntityKind, EntitySeen, Event, Origin
from connector.core.mirror import FINAL_KINDS
from connector.normalise.reading import Part, without_empty
from connector.normalise.verdict import Unreadable

_LABEL_PAGES = ("labeled", "labelled", "page", "content")
_COMMENT_PAGES = ("page", "parent", "container")
_ATTACHMENT_PAGES = ("attachedTo", "page", "container")
_GONE = frozenset({"removed", "trashed"})


def page_in(body: Part) -> Part:
    """The page of a page event: below `page`, or the body itself where it is a bare content object."""
    if body.at("page", "id").maybe_id() is None and body.at("type").text() == "page":
        return Part(body.value)
    return body.at("page")


def missing_in(name: str, body: Part) -> str | None:
    """The place of something that an event of this name must hold and this body does not."""
    thing = name.partition(".")[2]
    if thing.startswith("comment"):
        return None if body.at("comment", "id").maybe_id() else "comment.id"
    if thing.startswith("attachment"):
        return None if _attachments(body) else "attachment.id"
    if thing in ("labelled", "unlabelled"):
        return None if _first(body, _LABEL_PAGES).at("id").maybe_id() else "page.id"
    return None if page_in(body).at("id").maybe_id() else "page.id"


def is_about_blog(body: Part) -> bool:
    """Whether a comment, label or file belongs to a blog post."""
    comment = body.at("comment")
    places = [body.at(name) for name in (*_LABEL_PAGES, *_ATTACHMENT_PAGES)]
    places += [comment.at(name) for name in _COMMENT_PAGES]
    return any(one.at("contentType").text() == "blogpost" or one.at("type").text() == "blogpost" for one in places)


def actor_of(body: Part) -> str | None:
    """Who did it: an account id on Cloud, a user key on Data Center."""
    page = body.at("page")
    told = (body.at("userAccountId"), body.at("userKey"), page.at("lastModifierAccountId"), page.at("lastModifierKey"))
    return next((found for one in told if (found := one.maybe_id())), None)


def confluence_events(name: str, body: Part, origin: Origin) -> tuple[Event, ...]:
    """Everything that a Confluence webhook tells, its own event first."""
    thing = name.partition(".")[2]
    reader = next((found for start, found in _READERS.items() if thing.startswith(start)), _page)
    return tuple(reader(thing, body, origin))


def _page(verb: str, body: Part, origin: Origin) -> Iterable[Event]:
    page = page_in(body)
    if verb in _GONE:
        yield EntityGone(
            origin=origin,
            kind="page",
            id=page.at("id").id(),
            project=_space(page),
            revision=_revision(page),
            is_final=False,
        )
    else:
        yield _page_seen(page, origin, body.at("newParent", "id").maybe_id())


def _page_seen(page: Part, origin: Origin, parent: str | None = None) -> EntitySeen:
    data = {
        "title": page.at("title").text(),
        "space": _space(page),
        "version": _revision(page) or None,
        "parent": parent,
    }
    return EntitySeen(
        origin=origin,
        kind="page",
        id=page.at("id").id(),
        data=without_empty(data),
        project=_space(page),
        revision=_revision(page),
        is_trimmed=True,
    )


def _label(verb: str, body: Part, origin: Origin) -> Iterable[Event]:
    page = _first(body, _LABEL_PAGES)
    page_id, name = page.at("id").id(), _label_name(body)
    if name is not None:
        yield _child("page_label", f"{page_id}:{name}", {"name": name}, origin, page, is_gone=verb == "unlabelled")
    yield _page_seen(page, origin if name is None else replace(origin, name="page.seen"))


def _comment(verb: str, body: Part, origin: Origin) -> Iterable[Event]:
    comment = body.at("comment")
    page = _first(body, ("page",)) if body.at("page", "id").maybe_id() else _first(comment, _COMMENT_PAGES)
    data = {
        "author": comment.at("creatorAccountId").maybe_id() or comment.at("creatorKey").maybe_id(),
        "created": comment.at("creationDate").value,
        "version": _revision(comment) or None,
    }
    is_gone = verb == "comment_removed"
    seen = _child("page_comment", comment.at("id").id(), without_empty(data), origin, page, is_gone=is_gone)
    yield replace(seen, revision=_revision(comment))


def _attachment(verb: str, body: Part, origin: Origin) -> Iterable[Event]:
    is_gone = verb.removeprefix("attachment_") in _GONE
    for one in _attachments(body):
        page = _first(body, _ATTACHMENT_PAGES)
        page = page if page.value is not None else _first(one, _ATTACHMENT_PAGES)
        data = {
            "filename": one.at("fileName").text() or one.at("title").text(),
            "size": one.at("fileSize").number() or None,
            "version": _revision(one) or None,
        }
        seen = _child("page_attachment", one.at("id").id(), without_empty(data), origin, page, is_gone=is_gone)
        yield replace(seen, revision=_revision(one))


def _child(
    kind: EntityKind, id_: str, data: Mapping[str, object], origin: Origin, page: Part, *, is_gone: bool
) -> EntitySeen | EntityGone:
    parent, project = page.at("id").maybe_id(), _space(page)
    if is_gone:
        return EntityGone(
            origin=origin, kind=kind, id=id_, project=project, parent=parent, is_final=kind in FINAL_KINDS
        )
    return EntitySeen(origin=origin, kind=kind, id=id_, data=data, project=project, parent=parent, is_trimmed=not data)


def _attachments(body: Part) -> list[Part]:
    single = body.at("attachment")
    found = [single] if single.at("id").maybe_id() else body.at("attachments").items
    return [one for one in found if one.at("id").maybe_id()]


def _first(part: Part, names: Iterable[str]) -> Part:
    return next((part.at(one) for one in names if part.at(one, "id").maybe_id()), Part(None, f"{part.place}.page"))


def _label_name(body: Part) -> str | None:
    label = body.at("label")
    found = label.maybe_id() or label.at("name").maybe_id() or label.at("label", "name").maybe_id()
    return found.lower() if found else None


def _space(page: Part) -> str | None:
    return page.at("spaceKey").maybe_id() or page.at("space", "key").maybe_id()


def _revision(page: Part) -> int:
    found = page.at("version").number() or page.at("version", "number").number()
    if found < 0 or found > 9_999_999_999:
        raise Unreadable(f"{page.place}.version is {found}; expected a version number")
    return found


_READERS: Mapping[str, Callable[[str, Part, Origin], Iterable[Event]]] = {
    "labelled": _label,
    "unlabelled": _label,
    "comment": _comment,
    "attachment": _attachment,
}
