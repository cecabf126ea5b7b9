"""What Cloud's v1 API and Data Center's say about content, spaces, people and labels, expanded as asked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from connector.sandbox.confluence.comments import comments_on, resolution_of
from connector.sandbox.confluence.files import files_on
from connector.sandbox.confluence.model import Attachment, Comment, Edition, FileEdition, Label, Page, Property, Space
from connector.sandbox.confluence.places import file_path, iso, page_path, space_path
from connector.sandbox.confluence.request import the_state
from connector.sandbox.front import the_world
from connector.sandbox.users import Person

Shape = dict[str, object]
Tree = Mapping[str, "Tree"]
Content = Page | Comment | Attachment


def expansions(given: Sequence[str]) -> Tree:
    """`body.storage,version` as a tree of what is to be expanded."""
    return _grown([one.strip().split(".") for text in given for one in text.split(",") if one.strip()])


def moment(at: datetime) -> str:
    """A moment as this deployment writes it: UTC on Cloud, the server's own zone on Data Center."""
    world = the_world()
    return iso(at, None if world.is_cloud else world.timezone.key)


def person(one: Person) -> Shape:
    """Somebody."""
    world = the_world()
    picture = {"path": "/images/icons/profilepics/default.svg", "width": 48, "height": 48, "isDefault": True}
    common: Shape = {
        "type": "known",
        "profilePicture": picture,
        "displayName": one.display_name,
        "_expandable": {"operations": "", "personalSpace": ""} if world.is_cloud else {"status": ""},
    }
    base = f"{world.confluence_url}/rest/api/user"
    if world.is_cloud:
        return {
            **common,
            "accountId": one.id,
            "accountType": "atlassian",
            "email": one.email or "",
            "publicName": one.display_name,
            "timeZone": one.time_zone,
            "isExternalCollaborator": False,
            "_links": {"self": f"{base}?accountId={one.id}"},
        }
    return {
        **common,
        "username": one.name,
        "userKey": one.key,
        "_links": {"self": f"{base}?key={one.key}"},
    }


def space(one: Space, tree: Tree) -> Shape:
    """A space."""
    world = the_world()
    shape: Shape = {
        "id": one.id,
        "key": one.key,
        "name": one.name,
        "status": "current",
        "type": "global",
        "_links": {
            "webui": space_path(one.key),
            "self": f"{world.confluence_url}/rest/api/space/{one.key}",
        },
    }
    parts: dict[str, Callable[[Tree], object]] = {
        "homepage": lambda inner: content(the_state().held.pages[one.home], inner),
        "description": lambda _inner: {"plain": {"value": "", "representation": "plain", "embeddedContent": []}},
        "metadata": lambda _inner: {"labels": _list([], 0, 200)},
        "icon": lambda _inner: {
            "path": "/images/logo/default-space-logo.svg",
            "width": 48,
            "height": 48,
            "isDefault": True,
        },
    }
    places = {"homepage": f"/rest/api/content/{one.home}"}
    return _expanded(shape, parts, tree, places)


def content(one: Content, tree: Tree, edition: Edition | None = None) -> Shape:
    """A page, comment or file; a page also as it was in an older version."""
    if isinstance(one, Attachment):
        return _file(one, tree)
    shown = edition or one.latest
    is_old = shown is not one.latest
    status = "historical" if is_old else one.status if isinstance(one, Page) else "current"
    shape: Shape = {
        "id": one.id,
        "type": "page" if isinstance(one, Page) else "comment",
        "status": status,
        "title": shown.title,
    }
    parts: dict[str, Callable[[Tree], object]] = {
        "version": lambda inner: version(one, shown, inner),
        "body": lambda inner: _body(shown, inner),
        "history": lambda inner: history(one, inner),
        "space": lambda inner: space(the_state().space(_page_of(one).space), inner),
        "ancestors": lambda inner: [content(above, inner) for above in _above(one)],
        "container": lambda inner: _container(one, inner),
        "metadata": lambda inner: _metadata(one, inner),
        "children": lambda inner: _children(one, inner),
        "extensions": lambda inner: _extensions(one, inner),
        "operations": lambda _inner: [{"operation": "read", "targetType": str(shape["type"])}],
    }
    page = _page_of(one)
    if isinstance(one, Page):
        shape["extensions"] = {"position": one.position}
        del parts["extensions"]
    places = {
        "history": f"/rest/api/content/{one.id}/history",
        "children": f"/rest/api/content/{one.id}/child",
        "space": f"/rest/api/space/{page.space}",
        "container": f"/rest/api/space/{page.space}" if one is page else f"/rest/api/content/{page.id}",
    }
    webui = page_path(page) + ("" if one is page else f"?focusedCommentId={one.id}")
    return {**_expanded(shape, parts, tree, places), "_links": _links(one.id, webui)}


def version(one: Content, shown: Edition | FileEdition, tree: Tree) -> Shape:
    """One version, without what it holds."""
    by = the_world().users.find(shown.by)
    return _expanded(
        {
            **({"by": person(by)} if by else {}),
            "when": moment(shown.at),
            "message": shown.message if isinstance(shown, Edition) else shown.comment,
            "number": shown.number,
            "minorEdit": shown.is_minor,
            **({} if the_world().is_cloud else {"hidden": False}),
        },
        {"content": lambda inner: content(one, inner)},
        tree,
        {"content": f"/rest/api/content/{one.id}"},
    )


def history(one: Content, tree: Tree) -> Shape:
    """Who made it and when, and what came last."""
    by = the_world().users.find(one.author)
    shape: Shape = {
        "latest": True,
        **({"createdBy": person(by)} if by else {}),
        "createdDate": moment(one.created),
        "_links": {"self": f"{the_world().confluence_url}/rest/api/content/{one.id}/history"},
    }
    parts: dict[str, Callable[[Tree], object]] = {
        "lastUpdated": lambda inner: version(one, one.latest, inner),
        "contributors": lambda _inner: {"publishers": _publishers(one)},
    }
    if len(one.editions) > 1:
        parts["previousVersion"] = lambda inner: version(one, one.editions[-2], inner)
    return _expanded(shape, parts, tree, {})


def label(one: Label) -> Shape:
    """A label."""
    return {"prefix": one.prefix, "name": one.name, "id": str(one.id), "label": one.name}


def content_property(page: Page, one: Property, tree: Tree) -> Shape:
    """A content property."""
    by = the_world().users.find(one.by)
    made: Shape = {"when": moment(one.at), "message": one.message, "number": one.number, "minorEdit": False}
    shape: Shape = {"id": str(one.id), "key": one.key, "value": one.value}
    parts: dict[str, Callable[[Tree], object]] = {
        "version": lambda _inner: {**({"by": person(by)} if by else {}), **made},
        "content": lambda inner: content(page, inner),
    }
    base = f"{the_world().confluence_url}/rest/api/content/{page.id}/property/{one.key}"
    # The version is there whether or not it is asked for, as an update needs its number.
    return {**_expanded(shape, parts, {"version": {}, **tree}, {}), "_links": {"self": base}}


def listed(shapes: Sequence[Shape], start: int, limit: int, following: str | None) -> Shape:
    """A page of results with the link to the next one, relative to the product's own address."""
    world = the_world()
    context = "/wiki" if world.is_cloud else "/confluence"
    links: Shape = {"base": world.confluence_url, "context": context}
    if following:
        links["next"] = following.removeprefix(context)
    return {**_list(shapes, start, limit), "_links": links}


def _grown(paths: Sequence[Sequence[str]]) -> Tree:
    names = dict.fromkeys(path[0] for path in paths if path)
    return {name: _grown([path[1:] for path in paths if path and path[0] == name]) for name in names}


def _list(shapes: Sequence[Shape], start: int, limit: int) -> Shape:
    return {"results": list(shapes), "start": start, "limit": limit, "size": len(shapes), "_links": {}}


def _expanded(
    shape: Shape, parts: Mapping[str, Callable[[Tree], object]], tree: Tree, places: Mapping[str, str]
) -> Shape:
    made = {name: part(tree[name]) for name, part in parts.items() if name in tree}
    left = {name: places.get(name, "") for name in parts if name not in tree}
    return {**shape, **made, "_expandable": left}


def _file(one: Attachment, tree: Tree) -> Shape:
    page, latest = _page_of(one), one.latest
    shape: Shape = {
        "id": one.id,
        "type": "attachment",
        "status": one.status,
        "title": one.name,
        "metadata": {"comment": latest.comment, "mediaType": latest.media_type, "labels": _list([], 0, 200)},
        "extensions": {
            "mediaType": latest.media_type,
            "fileSize": len(latest.data),
            "comment": latest.comment,
        },
    }
    parts: dict[str, Callable[[Tree], object]] = {
        "version": lambda inner: version(one, latest, inner),
        "history": lambda inner: history(one, inner),
        "space": lambda inner: space(the_state().space(page.space), inner),
        "container": lambda inner: content(page, inner),
    }
    places = {"container": f"/rest/api/content/{page.id}", "space": f"/rest/api/space/{page.space}"}
    links = {**_links(one.id, page_path(page)), "download": file_path(one)}
    return {**_expanded(shape, parts, tree, places), "_links": links}


def _links(content_id: str, webui: str) -> Shape:
    world = the_world()
    return {
        "webui": webui,
        "tinyui": f"/x/{content_id}",
        "self": f"{world.confluence_url}/rest/api/content/{content_id}",
        "base": world.confluence_url,
        "context": "/wiki" if world.is_cloud else "/confluence",
        "collection": "/rest/api/content",
    }


def _page_of(one: Content) -> Page:
    return one if isinstance(one, Page) else the_state().held.pages[one.page]


def _above(one: Page | Comment) -> list[Page | Comment]:
    state = the_state()
    if isinstance(one, Page):
        return list(state.ancestors(one))
    above: list[Page | Comment] = []
    while one.parent is not None:
        one = state.held.comments[one.parent]
        above.insert(0, one)
    return above


def _container(one: Page | Comment, tree: Tree) -> Shape:
    page = _page_of(one)
    return space(the_state().space(page.space), tree) if one is page else content(page, tree)


def _body(shown: Edition, tree: Tree) -> Shape:
    parts: dict[str, Callable[[Tree], object]] = {
        "storage": lambda _inner: {
            "value": shown.body,
            "representation": "storage",
            "_expandable": {"content": ""},
        }
    }
    return _expanded({}, parts, tree, {})


def _metadata(one: Page | Comment, tree: Tree) -> Shape:
    labels = one.labels if isinstance(one, Page) else []
    parts: dict[str, Callable[[Tree], object]] = {
        "labels": lambda _inner: _list([label(each) for each in labels], 0, 200)
    }
    if isinstance(one, Page):
        parts["properties"] = lambda inner: {
            key: content_property(one, each, {}) for key, each in one.properties.items() if not inner or key in inner
        }
    return _expanded({}, parts, tree, {})


def _children(one: Page | Comment, tree: Tree) -> Shape:
    state = the_state()
    if isinstance(one, Comment):
        answers = [each for each in state.held.comments.values() if each.parent == one.id]
        return _expanded({}, {"comment": lambda inner: _inside(answers, inner)}, tree, {})
    base = f"/rest/api/content/{one.id}/child"
    return _expanded(
        {},
        {
            "page": lambda inner: _inside(state.children(one.id), inner),
            "comment": lambda inner: _inside(comments_on(state, one), inner),
            "attachment": lambda inner: _inside(files_on(state, one), inner),
        },
        tree,
        {name: f"{base}/{name}" for name in ("page", "comment", "attachment")},
    )


def _inside(found: Sequence[Content], tree: Tree) -> Shape:
    return _list([content(each, tree) for each in found[:25]], 0, 25)


def _extensions(one: Page | Comment, tree: Tree) -> Shape:
    if isinstance(one, Page):
        return {"position": one.position}
    shape: Shape = {"location": one.kind}
    parts: dict[str, Callable[[Tree], object]] = {}
    if one.kind == "inline":
        parts["inlineProperties"] = lambda _inner: {
            "markerRef": one.marker or "",
            "originalSelection": one.selection or "",
        }
        parts["resolution"] = lambda _inner: {"status": resolution_of(the_state(), one)}
    return _expanded(shape, parts, tree, {})


def _publishers(one: Content) -> Shape:
    ids = list(dict.fromkeys(each.by for each in one.editions))
    known = [found for found in (the_world().users.find(each) for each in ids) if found]
    return {"users": [person(found) for found in known], "userKeys": [found.key for found in known]}
