"""Carrying out writes to Confluence: our regions are renewed, everything else stays byte for byte."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from connector.atlassian.confluence import Confluence, PageRead
from connector.atlassian.failures import Conflict, Refused
from connector.atlassian.jira import MARKER
from connector.core.actions import WritePage
from connector.outbox.outcome import Done, Impossible, NotYet, Outcome, PageLeft
from connector.pages.regions import find, splice
from connector.pages.sameness import is_same
from connector.store.outbox import OutboxRow
from connector.store.pages import WrittenPage

log = structlog.get_logger()

MOST_TRIES = 5
"""How often a page that somebody else keeps saving is read again and merged in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDesk:
    """What writing to one site's Confluence needs. `known` is the state in which we last left a page.

    `remote` finds the product's id of a natural key.
    """

    confluence: Confluence
    known: Callable[[str], WrittenPage | None]
    message: str = "lifecycle-connector"
    remote: Callable[[str], str | None] = lambda _: None


def write_page(desk: PageDesk, row: OutboxRow, write: WritePage) -> Outcome:
    """Make the page, or renew our regions on it. Nothing is written when nothing on the page would change."""
    known = desk.known(write.natural_key)
    renewed = _renew_known(desk, write, known.page_id) if known is not None else None
    if renewed is not None:
        return renewed
    standing = desk.confluence.page_by_title(write.space, write.title)
    if standing is None:
        return _make(desk, write)
    marker = desk.confluence.property(standing.id, MARKER)
    if not _is_ours(standing, write, marker):
        return Impossible(
            reason=f"space {write.space} already has a page titled {write.title!r} (id {standing.id}) that the "
            "connector did not make; rename that page, or give this one another title in the rules"
        )
    if marker is None:
        # The reply was lost before the page was marked and labelled.
        desk.confluence.set_property(standing.id, MARKER, write.natural_key)
        desk.confluence.add_labels(standing.id, write.labels)
    return _renew(desk, write, standing.id)


def _renew_known(desk: PageDesk, write: WritePage, page_id: str) -> Outcome | None:
    """Renew the page that was written last time. None when it was deleted for good: it is to be made again."""
    try:
        return _renew(desk, write, page_id)
    except Refused as refusal:
        if refusal.status != 404 or write.is_report:
            raise
        return None


def _make(desk: PageDesk, write: WritePage) -> Outcome:
    above = desk.confluence.page_by_title(write.space, write.parent) if write.parent is not None else None
    if write.parent is not None and above is None:
        return Impossible(
            reason=f"space {write.space} has no page titled {write.parent!r} to put {write.title!r} under; make it, or "
            "name another in the rules"
        )
    page = desk.confluence.create_page(
        space=write.space,
        title=write.title,
        parent=above.id if above is not None else None,
        body=write.body,
        labels=write.labels,
        marker=write.natural_key,
    )
    return _left(page.id, page.version, write, was_written=True)


def _renew(desk: PageDesk, write: WritePage, page_id: str) -> Outcome:
    """Read right before writing, splice, write; when somebody saved in between, all of it again."""
    for _ in range(MOST_TRIES):
        page = desk.confluence.page(page_id)
        if page.status != "current":
            return Impossible(
                reason=f"page {page_id} ({write.title}) is {page.status}; restore it, or delete it for good"
            )
        if write.is_report:
            return _left(page.id, page.version, write, was_written=False)
        spliced = splice(page.body, write.regions)
        if spliced.missing or spliced.problems:
            log.warning("regions left out", page=page.id, missing=spliced.missing, problems=spliced.problems)
        if not spliced.changed:
            return _left(page.id, page.version, write, was_written=False)
        try:
            version = desk.confluence.update_page(
                page.id,
                title=page.title,
                status="current",
                body=spliced.body,
                version=page.version + 1,
                message=desk.message,
                is_quiet=True,
            )
        except Conflict:
            continue
        return _left(page.id, version, write, was_written=True)
    return NotYet(reason=f"page {page_id} was saved by others {MOST_TRIES} times while we tried to write it")


def _is_ours(page: PageRead, write: WritePage, marker: object) -> bool:
    """A page of ours carries our property; where the reply was lost before we set it, all our regions and no edit."""
    if marker is not None:
        return marker == write.natural_key
    if not write.regions:
        return page.version == 1 and is_same(page.body, write.body)
    return page.version == 1 and set(write.regions) <= set(find(page.body))


def _left(page_id: str, version: int, write: WritePage, *, was_written: bool) -> Done:
    return Done(
        remote_id=page_id,
        page=PageLeft(page_id=page_id, version=version, fingerprints=write.fingerprints(), was_written=was_written),
    )
