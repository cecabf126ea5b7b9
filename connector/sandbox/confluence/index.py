"""The search index of Confluence. It may lag behind: then a search sees what was there some seconds ago."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Literal

from connector.sandbox.confluence.model import Attachment, Comment, Holdings, Page
from connector.sandbox.confluence.problem import BadStorage
from connector.sandbox.confluence.storage import read
from connector.sandbox.faults import Faults

_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the index knows of one piece of content."""

    id: str
    type: Literal["page", "comment", "attachment"]
    space: str
    title: str
    body: str
    labels: frozenset[str]
    parent: str | None
    ancestors: frozenset[str]
    creator: str
    contributors: frozenset[str]
    created: datetime
    modified: datetime

    @property
    def text(self) -> str:
        """The title and the words of the body."""
        try:
            return f"{self.title} {read(self.body).text}"
        except BadStorage:
            return self.title


class SearchIndex:
    """What every piece of content looked like, with the moment (monotonic) when it came to look so."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._looks: dict[str, list[tuple[float, Document | None]]] = {}

    def rebuild(self, held: Holdings) -> None:
        """Read everything anew, without lag."""
        self._looks = {}
        for page in held.pages.values():
            if page.status == "current":
                self.note_all(page, held, since=-inf)

    def note_all(self, page: Page, held: Holdings, since: float | None = None) -> None:
        """Take note of a page with its comments and files."""
        self._note(page.id, _of_page(page, held), since)
        for comment in held.comments.values():
            if comment.page == page.id:
                self._note(comment.id, _of_comment(comment, page, held), since)
        for attachment in held.attachments.values():
            if attachment.page == page.id and attachment.status == "current":
                self._note(attachment.id, _of_attachment(attachment, page, held), since)

    def note_page(self, page: Page, held: Holdings) -> None:
        """Take note of a page."""
        self._note(page.id, _of_page(page, held))

    def note_comment(self, comment: Comment, page: Page, held: Holdings) -> None:
        """Take note of a comment."""
        self._note(comment.id, _of_comment(comment, page, held))

    def note_attachment(self, attachment: Attachment, page: Page, held: Holdings) -> None:
        """Take note of a file."""
        self._note(attachment.id, _of_attachment(attachment, page, held))

    def forget(self, content_id: str) -> None:
        """Note that something is no longer there."""
        self._note(content_id, None)

    def forget_page(self, page: Page, held: Holdings) -> None:
        """Note that a page is gone with its comments and files."""
        self.forget(page.id)
        hanging: list[Comment | Attachment] = [*held.comments.values(), *held.attachments.values()]
        for one in hanging:
            if one.page == page.id:
                self.forget(one.id)

    def documents(self) -> Iterator[Document]:
        """Everything as the index sees it now."""
        until = time.monotonic() - self._faults.switches.search_lag_s
        for looks in self._looks.values():
            seen = next((one for at, one in reversed(looks) if at <= until), None)
            if seen is not None:
                yield seen

    def _note(self, content_id: str, document: Document | None, since: float | None = None) -> None:
        looks = self._looks.setdefault(content_id, [])
        looks.append((time.monotonic() if since is None else since, document))
        del looks[:-_KEPT]


def _of_page(page: Page, held: Holdings) -> Document:
    latest = page.latest
    return Document(
        id=page.id,
        type="page",
        space=page.space,
        title=latest.title,
        body=latest.body,
        labels=frozenset(one.name for one in page.labels),
        parent=page.parent,
        ancestors=_above(page, held),
        creator=page.author,
        contributors=frozenset(one.by for one in page.editions),
        created=page.created,
        modified=latest.at,
    )


def _of_comment(comment: Comment, page: Page, held: Holdings) -> Document:
    latest = comment.latest
    return Document(
        id=comment.id,
        type="comment",
        space=page.space,
        title=latest.title,
        body=latest.body,
        labels=frozenset(),
        parent=page.id,
        ancestors=_above(page, held) | {page.id},
        creator=comment.author,
        contributors=frozenset(one.by for one in comment.editions),
        created=comment.created,
        modified=latest.at,
    )


def _of_attachment(attachment: Attachment, page: Page, held: Holdings) -> Document:
    return Document(
        id=attachment.id,
        type="attachment",
        space=page.space,
        title=attachment.name,
        body="",
        labels=frozenset(),
        parent=page.id,
        ancestors=_above(page, held) | {page.id},
        creator=attachment.author,
        contributors=frozenset(one.by for one in attachment.editions),
        created=attachment.created,
        modified=attachment.latest.at,
    )


def _above(page: Page, held: Holdings) -> frozenset[str]:
    above: set[str] = set()
    while page.parent is not None and page.parent not in above and page.parent in held.pages:
        above.add(page.parent)
        page = held.pages[page.parent]
    return frozenset(above)
