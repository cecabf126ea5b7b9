"""Confluence Data Center: REST v1."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from atlassian import ConfluenceServer

from connector.atlassian.confluence import PageCommentRead, PageCommentSaid, PageRead, Space
from connector.atlassian.confluence_versions import body_of
from connector.atlassian.failures import Refused
from connector.atlassian.jira import MARKER, Account
from connector.atlassian.shapes import Raw, as_map, as_maps, as_number, as_text, within
from connector.atlassian.wire import part
from connector.core.fields import instant_of

_WHOLE = "body.storage,version,space,ancestors,metadata.labels"
_PAGE = 100

_SPACES = 200


class ConfluenceDataCenter:
    """A Confluence Data Center site. See the Protocol `confluence.Confluence`."""

    def __init__(self, library: ConfluenceServer, browse_url: str) -> None:
        self._library = library
        self._browse_url = browse_url.rstrip("/")

    def account(self) -> Account:
        """Who we are signed in as. Webhooks name people by user key, pages by both."""
        said = as_map(self._library.get_current_user())
        ids = [one for key in ("userKey", "username") if (one := as_text(said.get(key)))]
        return Account(id=ids[0] if ids else "", name=as_text(said.get("displayName")), others=tuple(ids[1:]))

    def spaces(self) -> tuple[str, ...]:
        """The keys of the spaces."""
        found: list[str] = []
        while True:
            answer = self._library.get("rest/api/space", params={"start": len(found), "limit": _SPACES})
            page = [as_text(one.get("key")) for one in as_maps(within(answer, "results"))]
            found += page
            if not page or not within(answer, "_links", "next"):
                return tuple(found)

    def space(self, key: str) -> Space:
        """The space with this key."""
        raw = as_map(self._library.get_space(part(key), expand="homepage"))
        return Space(
            id=as_text(raw.get("id")),
            key=as_text(raw.get("key")),
            name=as_text(raw.get("name")),
            homepage=as_text(within(raw, "homepage", "id")) or None,
        )

    def page(self, page: str) -> PageRead:
        """The page with this id."""
        return self._read(self._library.get_page_by_id(part(page), expand=_WHOLE))

    def body_at(self, page: str, version: int) -> str | None:
        """The page's body as it was in that version."""
        asked: Raw = {"status": "historical", "version": version, "expand": "body.storage"}
        return body_of(lambda: cast("object", self._library.get(f"rest/api/content/{part(page)}", params=asked)))

    def page_by_title(self, space: str, title: str) -> PageRead | None:
        """The current page with this title."""
        found = as_maps(within(self._library.get_page_by_title(space, title, expand=_WHOLE), "results"))
        exact = next((one for one in found if one.get("title") == title), None)
        return None if exact is None else self._read(exact)

    def pages_of(self, space: str, since: datetime | None = None) -> Iterator[PageRead]:
        """The current pages of a space."""
        for one in self._listed(space):
            written = instant_of(within(one, "version", "when"))
            if since is None or written is None or written > since:
                yield self.page(as_text(one.get("id")))

    def create_page(
        self, space: str, title: str, parent: str | None, body: str, labels: Sequence[str], marker: str
    ) -> PageRead:
        """Make a page, then mark and label it."""
        made = self._library.create_page(space, title, body, parent_id=parent, full_width=True)
        page = as_text(within(made, "id"))
        self.set_property(page, MARKER, marker)
        self.add_labels(page, labels)
        return self.page(page)

    def update_page(
        self,
        page: str,
        *,
        title: str,
        status: str,
        body: str,
        version: int,
        message: str,
        is_quiet: bool,
        parent: str | None = None,
    ) -> int:
        """Write a new version."""
        data: Raw = {
            "type": "page",
            "title": title,
            "status": status,
            "body": {"storage": {"value": body, "representation": "storage"}},
            "version": {"number": version, "minorEdit": is_quiet, "message": message},
        }
        if parent is not None:
            data["ancestors"] = [{"id": parent}]
        answer = self._library.put(f"rest/api/content/{part(page)}", data=data)
        return as_number(within(answer, "version", "number"), version)

    def labels(self, page: str) -> tuple[str, ...]:
        """The page's labels."""
        return _names(within(self._library.get_page_labels(part(page), limit=200), "results"))

    def add_labels(self, page: str, names: Sequence[str]) -> None:
        """The page carries these labels."""
        for name in names:
            self._library.set_page_label(part(page), name)

    def property(self, page: str, key: str) -> object:
        """The page's content property."""
        known = self._property(page, key)
        return None if known is None else _unpacked(known.get("value"))

    def set_property(self, page: str, key: str, value: object) -> None:
        """The page's content property holds the value."""
        known = self._property(page, key)
        data: Raw = {"key": key, "value": _packed(value)}
        if known is None:
            self._library.set_page_property(part(page), data)
            return
        number = as_number(within(known, "version", "number")) + 1
        data["version"] = {"number": number, "minorEdit": True}
        self._library.update_page_property(part(page), data)

    def page_comment(self, comment: str) -> PageCommentRead | None:
        """The comment at the foot of a page."""
        path = f"rest/api/content/{part(comment)}"
        body = body_of(lambda: cast("object", self._library.get(path, params={"expand": "body.storage"})))
        if body is None:
            return None
        answers = as_maps(within(self._library.get(f"{path}/child/comment", params={"limit": 1}), "results"))
        return PageCommentRead(id=comment, body=body, is_answered=bool(answers))

    def page_comments(self, page: str) -> Iterator[PageCommentSaid]:
        """The comments at the foot of a page, newest first."""
        found = list(self._pages_of(f"rest/api/content/{part(page)}/child/comment", {"expand": "body.storage,version"}))
        for one in sorted(found, key=lambda one: _number(one.get("id")), reverse=True):
            by = as_map(within(one, "version", "by"))
            editors = frozenset(as_text(by.get(key)) for key in ("userKey", "username")) - {""}
            body = as_text(within(one, "body", "storage", "value"))
            yield PageCommentSaid(id=as_text(one.get("id")), body=body, editors=editors)

    def add_page_comment(self, page: str, body: str) -> str:
        """Write at the foot of a page."""
        container = {"id": page, "type": "page"}
        data: Raw = {"type": "comment", "container": container, "body": _storage(body)}
        return as_text(within(self._library.post("rest/api/content", data=data), "id"))

    def edit_page_comment(self, comment: str, body: str) -> None:
        """The comment says this."""
        path = f"rest/api/content/{part(comment)}"
        known = cast("object", self._library.get(path, params={"expand": "version"}))
        number = as_number(within(known, "version", "number")) + 1
        data: Raw = {"type": "comment", "version": {"number": number}, "body": _storage(body)}
        self._library.put(path, data=data)

    def delete_page_comment(self, comment: str) -> None:
        """The comment is gone."""
        self._library.delete(f"rest/api/content/{part(comment)}")

    def _property(self, page: str, key: str) -> Mapping[str, object] | None:
        try:
            return as_map(self._library.get_page_property(part(page), key))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def _read(self, raw: object) -> PageRead:
        said = as_map(raw)
        page, ancestors = as_text(said.get("id")), as_maps(said.get("ancestors"))
        return PageRead(
            id=page,
            title=as_text(said.get("title")),
            version=as_number(within(said, "version", "number")),
            status=as_text(said.get("status")),
            space=as_text(within(said, "space", "key")),
            body=as_text(within(said, "body", "storage", "value")),
            parent=as_text(ancestors[-1].get("id")) if ancestors else None,
            url=f"{self._browse_url}/pages/viewpage.action?pageId={part(page)}",
            labels=_names(within(said, "metadata", "labels", "results")),
            raw=said,
        )

    def _listed(self, space: str) -> Iterator[Mapping[str, object]]:
        yield from self._pages_of("rest/api/content", {"spaceKey": space, "type": "page", "expand": "version"})

    def _pages_of(self, path: str, wanted: Raw) -> Iterator[Mapping[str, object]]:
        start = 0
        while True:
            asked: Raw = {**wanted, "start": start, "limit": _PAGE}
            answer = cast("object", self._library.get(path, params=asked))
            found = as_maps(within(answer, "results"))
            yield from found
            start += len(found)
            if not found or within(answer, "_links", "next") is None:
                return


def _storage(body: str) -> Raw:
    return {"storage": {"value": body, "representation": "storage"}}


def _number(value: object) -> int:
    text = as_text(value)
    return int(text) if text.isascii() and text.isdigit() else 0


def _packed(value: object) -> Raw:
    """The documented value of a property is an object with one text: everything else goes into it as JSON."""
    return {"value": json.dumps(value, ensure_ascii=False, sort_keys=True)}


def _unpacked(value: object) -> object:
    packed = as_map(value)
    if set(packed) != {"value"} or not isinstance(packed["value"], str):
        return value
    try:
        return cast("object", json.loads(packed["value"]))
    except ValueError:
        return value


def _names(labels: object) -> tuple[str, ...]:
    return tuple(as_text(one.get("name")) for one in as_maps(labels))
