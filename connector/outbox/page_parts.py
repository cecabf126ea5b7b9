"""Carrying out writes to a part of a page that rules name: one region, one comment at its foot."""

from connector.atlassian.confluence import PageRead
from connector.atlassian.failures import Conflict, Refused
from connector.core.actions import WritePageComment, WriteRegion
from connector.outbox.outcome import Done, Impossible, NotYet, Outcome
from connector.outbox.page_writes import MOST_TRIES, PageDesk
from connector.pages.reading import NotStorage
from connector.pages.regions import look, splice, wrap
from connector.pages.sameness import is_same
from connector.store.outbox import OutboxRow


def write_region(desk: PageDesk, row: OutboxRow, write: WriteRegion) -> Outcome:
    """Renew the region, or put it at the page's end the first time. One that a person deleted stays deleted."""
    was_written = desk.remote(write.natural_key) is not None
    for _ in range(MOST_TRIES):
        page = _page(desk, write.page)
        if not isinstance(page, PageRead):
            return page
        try:
            body = _with_region(page, write, was_written=was_written)
        except NotStorage as problem:
            return Impossible(reason=f"page {page.id} ({page.title}) cannot be read: {problem}")
        if isinstance(body, Impossible):
            return body
        if body is None:
            return Done(remote_id=page.id)
        try:
            desk.confluence.update_page(
                page.id,
                title=page.title,
                status="current",
                body=body,
                version=page.version + 1,
                message=desk.message,
                is_quiet=True,
            )
        except Conflict:
            continue
        return Done(remote_id=page.id)
    return NotYet(reason=f"{write.page} was saved by others {MOST_TRIES} times while we tried to write it")


def _with_region(page: PageRead, write: WriteRegion, *, was_written: bool) -> str | Impossible | None:
    """The page's body with the region as it shall be; None when nothing is to be written."""
    if page.status != "current":
        return Impossible(reason=f"page {page.id} ({page.title}) is {page.status}; restore it first")
    found = look(page.body)
    if write.region in found.problems:
        return Impossible(reason=f"page {page.id} ({page.title}): {found.problems[write.region]}")
    if write.region not in found.regions:
        return None if was_written else page.body + wrap(write.region, write.body)
    spliced = splice(page.body, {write.region: write.body})
    return spliced.body if spliced.changed else None


def write_page_comment(desk: PageDesk, row: OutboxRow, write: WritePageComment) -> Outcome:
    """Write the comment, or edit the one that stands under the same natural key."""
    page = _page(desk, write.page)
    if not isinstance(page, PageRead):
        return page
    known = desk.remote(write.natural_key)
    if known is None and row.needs_look_up:
        known = _said_already(desk, page.id, write.body)
        if known is not None:
            return Done(remote_id=known)
    if known is not None:
        standing = desk.confluence.page_comment(known)
        if standing is not None:
            if not is_same(standing.body, write.body):
                desk.confluence.edit_page_comment(known, write.body)
            return Done(remote_id=known)
    return Done(remote_id=desk.confluence.add_page_comment(page.id, write.body))


def _said_already(desk: PageDesk, page: str, body: str) -> str | None:
    """Our comment with these very words, for a reply that was lost: comments bear no mark of ours."""
    account = desk.confluence.account()
    own = {account.id, *account.others} - {""}
    said = (one for one in desk.confluence.page_comments(page) if one.editors & own and is_same(one.body, body))
    return next((one.id for one in said), None)


def _page(desk: PageDesk, named: str) -> PageRead | Outcome:
    """The page that a write names; what is to be done where there is none."""
    kind, _, rest = named.partition(" ")
    if kind == "space":
        space, _, title = rest.partition(" titled ")
        found = desk.confluence.page_by_title(space, title)
        return found or Impossible(reason=f"space {space} has no page titled {title!r}; make it, or name another")
    if kind == "page":
        return _by_id(desk, rest)
    known = desk.known(named)
    if known is None:
        # It is made by a rollup or another write that is still on its way.
        return NotYet(reason=f"{named} is not written yet")
    return _by_id(desk, known.page_id)


def _by_id(desk: PageDesk, page: str) -> PageRead | Outcome:
    try:
        return desk.confluence.page(page)
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return Impossible(reason=f"page {page} is not there any more")
