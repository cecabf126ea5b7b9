"""What people do in the sandbox's Confluence: make, find and edit pages, and comment on their text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.sandbox.acting.place import Caller, Json, as_map, maps, text_within

_WHOLE = "body.storage,version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page as a person finds it; `body` is in storage format."""

    id: str
    title: str
    version: int
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class InConfluence:
    """Somebody at work in Confluence."""

    caller: Caller

    def make_page(self, space: str, title: str, body: str, labels: Sequence[str] = ()) -> Sheet:
        """Make a page below the space's home page, with labels."""
        storage = {"representation": "storage", "value": body}
        if self._is_cloud:
            number = str(maps(self._ask("GET", "/api/v2/spaces", query={"keys": space}), "results")[0]["id"])
            made = self._ask(
                "POST", "/api/v2/pages", {"spaceId": number, "status": "current", "title": title, "body": storage}
            )
        else:
            sent: Json = {"type": "page", "title": title, "space": {"key": space}, "body": {"storage": storage}}
            made = self._ask("POST", "/rest/api/content", sent)
        page = str(as_map(made)["id"])
        names = [{"prefix": "global", "name": one} for one in labels]
        if names:
            self._ask("POST", f"/rest/api/content/{page}/label", names)
        return self.page(page)

    def page(self, page: str) -> Sheet:
        """The page with this id."""
        if self._is_cloud:
            return self._sheet(self._ask("GET", f"/api/v2/pages/{page}", query={"body-format": "storage"}))
        return self._sheet(self._ask("GET", f"/rest/api/content/{page}", query={"expand": _WHOLE}))

    def labelled(self, space: str, label: str) -> Sheet | None:
        """The first page of the space that carries the label; None when none does."""
        query = {"cql": f'type = page AND space = "{space}" AND label = "{label}"'}
        found = maps(self._ask("GET", "/rest/api/content/search", query=query), "results")
        return self.page(str(found[0]["id"])) if found else None

    def write(self, sheet: Sheet, body: str) -> Sheet:
        """Save the page's next version with this body. Raises Overtaken when the sheet is no longer the newest."""
        storage = {"representation": "storage", "value": body}
        sent: Json = {"title": sheet.title, "status": "current", "version": {"number": sheet.version + 1}}
        if self._is_cloud:
            self._ask("PUT", f"/api/v2/pages/{sheet.id}", {**sent, "id": sheet.id, "body": storage})
        else:
            self._ask("PUT", f"/rest/api/content/{sheet.id}", {**sent, "type": "page", "body": {"storage": storage}})
        return self.page(sheet.id)

    def comment_on_text(self, sheet: Sheet, selection: str, words: str) -> str:
        """Comment on a place in the page's text, which stands there once; the comment's id."""
        storage = {"representation": "storage", "value": f"<p>{words}</p>"}
        if self._is_cloud:
            mark = {"textSelection": selection, "textSelectionMatchCount": 1, "textSelectionMatchIndex": 0}
            sent: Json = {"pageId": sheet.id, "body": storage, "inlineCommentProperties": mark}
            return str(as_map(self._ask("POST", "/api/v2/inline-comments", sent))["id"])
        inline = {"location": "inline", "inlineProperties": {"originalSelection": selection}}
        sent = {
            "type": "comment",
            "container": {"id": sheet.id, "type": "page"},
            "body": {"storage": storage},
            "extensions": inline,
        }
        return str(as_map(self._ask("POST", "/rest/api/content", sent))["id"])

    @property
    def _is_cloud(self) -> bool:
        return self.caller.place.is_cloud

    def _ask(self, method: str, path: str, body: object = None, query: Mapping[str, object] | None = None) -> object:
        return self.caller.ask(method, f"{self.caller.place.confluence}{path}", body, query)

    def _sheet(self, told: object) -> Sheet:
        said = as_map(told)
        return Sheet(
            id=str(said["id"]),
            title=str(said["title"]),
            version=int(str(as_map(said["version"])["number"])),
            body=text_within(said, "body", "storage", "value"),
            url=self.caller.place.confluence + text_within(said, "_links", "webui"),
        )
