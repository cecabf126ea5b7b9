"""Confluence Cloud: REST v2, and what is left of v1 for labels and the account."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast
from urllib.parse import parse_qs, urlsplit

from atlassian import ConfluenceV2

from connector.atlassian.confluence import PageCommentRead, PageCommentSaid, PageRead, Space
from connector.atlassian.confluence_versions import body_of
from connector.atlassian.failures import Refused
from connector.atlassian.jira import MARKER, Account
from connector.atlassian.shapes import Raw, as_map, as_maps, as_number, as_text, within
from connector.atlassian.wire import part
from connector.core.fields import instant_of

_PAGE = 250


class ConfluenceCloud:
    """A Confluence Cloud site. See the Protocol `confluence.Confluence`."""

    def __init__(self, library: ConfluenceV2, browse_url: str) -> None:
        self._library = library
        self._browse_url = browse_url.rstrip("/")
        self._spaces: dict[str, Space] = {}

    def account(self) -> Account:
        """Who we are signed in as."""
        said = self._get("rest/api/user/current")
        return Account(
            id=as_text(within(said, "accountId")),
            name=as_text(within(said, "displayName") or within(said, "publicName")),
        )

    def spaces(self) -> tuple[str, ...]:
        """The keys of the spaces."""
        return tuple(as_text(one.get("key")) for one in self._listed("api/v2/spaces", {"limit": _PAGE}))

    def space(self, key: str) -> Space:
        """The space with this key."""
        found = as_maps(within(self._get("api/v2/spaces", {"keys": key, "limit": 1}), "results"))
        if not found:
            raise Refused("GET /wiki/api/v2/spaces", 404, (f"there is no space {key}",))
        return self._remembered(found[0])

    def page(self, page: str) -> PageRead:
        """The page with this id."""
        asked: Raw = {"body-format": "storage", "include-labels": "true"}
        return self._read(self._get(f"api/v2/pages/{part(page)}", asked))

    def body_at(self, page: str, version: int) -> str | None:
        """The page's body as it was in that version."""
        asked: Raw = {"body-format": "storage", "version": version}
        return body_of(lambda: self._get(f"api/v2/pages/{part(page)}", asked))

    def page_by_title(self, space: str, title: str) -> PageRead | None:
        """The current page with this title."""
        asked: Raw = {
            "space-id": self._known_space(space).id,
            "title": title,
            "status": "current",
            "body-format": "storage",
        }
        found = as_maps(within(self._get("api/v2/pages", asked), "results"))
        exact = next((one for one in found if one.get("title") == title), None)
        return None if exact is None else self.page(as_text(exact.get("id")))

    def pages_of(self, space: str, since: datetime | None = None) -> Iterator[PageRead]:
        """The current pages of a space, the one written last first."""
        asked: Raw = {"status": "current", "sort": "-modified-date", "limit": _PAGE}
        for one in self._listed(f"api/v2/spaces/{part(self._known_space(space).id)}/pages", asked):
            written = instant_of(within(one, "version", "createdAt"))
            if since is not None and written is not None and written <= since:
                return
            yield self.page(as_text(one.get("id")))

    def create_page(
        self, space: str, title: str, parent: str | None, body: str, labels: Sequence[str], marker: str
    ) -> PageRead:
        """Make a page, then mark and label it."""
        made = self._library.create_page(
            space_id=self._known_space(space).id,
            title=title,
            body=body,
            parent_id=parent,
            representation="storage",
            status="current",
        )
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
        """Write a new version. v2 cannot be quiet: watchers are mailed."""
        data: Raw = {
            "id": page,
            "status": status,
            "title": title,
            "body": {"representation": "storage", "value": body},
            "version": {"number": version, "message": message},
        }
        if parent is not None:
            data["parentId"] = parent
        answer = self._library.put(f"api/v2/pages/{part(page)}", data=data)
        return as_number(within(answer, "version", "number"), version)

    def labels(self, page: str) -> tuple[str, ...]:
        """The page's labels."""
        return _names(self._library.get_page_labels(part(page), limit=_PAGE))

    def add_labels(self, page: str, names: Sequence[str]) -> None:
        """The page carries these labels."""
        if names:
            data = [{"prefix": "global", "name": name} for name in names]
            self._library.post(f"rest/api/content/{part(page)}/label", data=data)

    def property(self, page: str, key: str) -> object:
        """The page's content property."""
        return within(self._property(page, key), "value")

    def set_property(self, page: str, key: str, value: object) -> None:
        """The page's content property holds the value."""
        known = self._property(page, key)
        data: Raw = {"key": key, "value": value}
        if known is None:
            self._library.create_v2_content_property("page", part(page), data)
            return
        data["version"] = {"number": as_number(within(known, "version", "number")) + 1}
        known_id = part(as_text(known.get("id")))
        self._library.update_v2_content_property("page", part(page), known_id, data)

    def page_comment(self, comment: str) -> PageCommentRead | None:
        """The comment at the foot of a page."""
        path = f"api/v2/footer-comments/{part(comment)}"
        body = body_of(lambda: self._get(path, {"body-format": "storage"}))
        if body is None:
            return None
        answers = as_maps(within(self._get(f"{path}/children", {"limit": 1}), "results"))
        return PageCommentRead(id=comment, body=body, is_answered=bool(answers))

    def page_comments(self, page: str) -> Iterator[PageCommentSaid]:
        """The comments at the foot of a page, newest first."""
        asked: Raw = {"body-format": "storage", "sort": "-created-date", "limit": _PAGE}
        for one in self._listed(f"api/v2/pages/{part(page)}/footer-comments", asked):
            author = as_text(within(one, "version", "authorId"))
            body = as_text(within(one, "body", "storage", "value"))
            yield PageCommentSaid(id=as_text(one.get("id")), body=body, editors=frozenset({author} - {""}))

    def add_page_comment(self, page: str, body: str) -> str:
        """Write at the foot of a page."""
        data: Raw = {"pageId": page, "body": {"representation": "storage", "value": body}}
        return as_text(within(self._library.post("api/v2/footer-comments", data=data), "id"))

    def edit_page_comment(self, comment: str, body: str) -> None:
        """The comment says this."""
        path = f"api/v2/footer-comments/{part(comment)}"
        number = as_number(within(self._get(path), "version", "number")) + 1
        data: Raw = {"version": {"number": number}, "body": {"representation": "storage", "value": body}}
        self._library.put(path, data=data)

    def delete_page_comment(self, comment: str) -> None:
        """The comment is gone."""
        self._library.delete(f"api/v2/footer-comments/{part(comment)}")

    def _property(self, page: str, key: str) -> Mapping[str, object] | None:
        found = as_maps(within(self._get(f"api/v2/pages/{part(page)}/properties", {"key": key}), "results"))
        return next((one for one in found if one.get("key") == key), None)

    def _read(self, raw: object) -> PageRead:
        said = as_map(raw)
        page, space = as_text(said.get("id")), self._space_key(as_text(said.get("spaceId")))
        is_child = said.get("parentType") in (None, "page")
        return PageRead(
            id=page,
            title=as_text(said.get("title")),
            version=as_number(within(said, "version", "number")),
            status=as_text(said.get("status")),
            space=space,
            body=as_text(within(said, "body", "storage", "value")),
            parent=(as_text(said.get("parentId")) or None) if is_child else None,
            url=f"{self._browse_url}/spaces/{part(space)}/pages/{part(page)}",
            labels=self._labels_in(said, page),
            raw=said,
        )

    def _labels_in(self, said: Mapping[str, object], page: str) -> tuple[str, ...]:
        told = as_map(said.get("labels"))
        if within(told, "meta", "hasMore") is True:
            return self.labels(page)
        return _names(told.get("results"))

    def _known_space(self, key: str) -> Space:
        return next((one for one in self._spaces.values() if one.key == key), None) or self.space(key)

    def _space_key(self, space_id: str) -> str:
        known = self._spaces.get(space_id)
        return (known or self._remembered(as_map(self._get(f"api/v2/spaces/{part(space_id)}")))).key

    def _remembered(self, raw: Mapping[str, object]) -> Space:
        space = Space(
            id=as_text(raw.get("id")),
            key=as_text(raw.get("key")),
            name=as_text(raw.get("name")),
            homepage=as_text(raw.get("homepageId")) or None,
        )
        self._spaces[space.id] = space
        return space

    def _listed(self, path: str, asked: Raw) -> Iterator[Mapping[str, object]]:
        """The results of all pages. Of the link to the next one only its cursor is taken."""
        while True:
            answer = self._get(path, asked)
            yield from as_maps(within(answer, "results"))
            query = parse_qs(urlsplit(as_text(within(answer, "_links", "next"))).query)
            cursor = query.get("cursor", [""])[0]
            if not cursor or cursor == asked.get("cursor"):
                return
            asked = {**asked, "cursor": cursor}

    def _get(self, path: str, params: Raw | None = None) -> object:
        return cast("object", self._library.get(path, params=params))


def _names(labels: object) -> tuple[str, ...]:
    return tuple(as_text(one.get("name")) for one in as_maps(labels))
