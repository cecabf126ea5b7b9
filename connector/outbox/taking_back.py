"""Carrying out writes that take others back: each looks first whether the product still holds what we wrote."""

from collections.abc import Callable, Sequence

from connector.atlassian.confluence import PageCommentRead
from connector.atlassian.failures import Conflict, Refused
from connector.atlassian.jira import CommentRead, Jira
from connector.core.comparing import is_same_value
from connector.core.taking_back import (
    DeleteComment,
    DeletePageComment,
    PutBackFields,
    PutBackProperty,
    PutBackRegions,
    TakeOffLabel,
    Unlink,
)
from connector.outbox.jira_writes import JiraDesk
from connector.outbox.outcome import Done, Impossible, NotYet, Outcome, PageLeft
from connector.outbox.page_writes import MOST_TRIES, PageDesk
from connector.pages.regions import look, splice
from connector.pages.sameness import is_same
from connector.store.outbox import OutboxRow


def put_back_fields(desk: JiraDesk, write: PutBackFields) -> Outcome:
    """Put those fields back that still hold ours; what a person has changed meanwhile stays."""
    held = desk.jira.values_of(write.issue, tuple(write.ours))
    still = {name: write.values.get(name) for name, ours in write.ours.items() if is_same_value(held.get(name), ours)}
    if still:
        desk.jira.put_back(write.issue, still)
    return Done()


def take_off_label(desk: JiraDesk, write: TakeOffLabel) -> Outcome:
    """Take the label off. Taking off one that is not there changes nothing."""
    desk.jira.take_off_label(write.issue, write.label)
    return Done()


def delete_comment(desk: JiraDesk, write: DeleteComment) -> Outcome:
    """Delete our comment, unless people have come to need it meanwhile."""
    comments = desk.jira.comments(write.issue)
    if all(one.id != write.comment for one in comments):
        return Done(is_gone=True)
    problem = why_not_deleted(comments, write.comment, write.says, own_ids(desk.jira))
    if problem is not None:
        return Impossible(reason=f"{write.key}: {problem}")
    _unless_gone(lambda: desk.jira.delete_comment(write.issue, write.comment))
    return Done(is_gone=True)


def put_back_property(desk: JiraDesk, write: PutBackProperty) -> Outcome:
    """Give the property its value back, or take it off, if it still holds ours."""
    if desk.jira.property(write.issue, write.name) != write.ours:
        return Done()
    if write.value is None:
        _unless_gone(lambda: desk.jira.delete_property(write.issue, write.name))
    else:
        desk.jira.set_property(write.issue, write.name, write.value)
    return Done()


def unlink(desk: JiraDesk, write: Unlink) -> Outcome:
    """Remove the link."""
    found = linked_by(desk.jira, write.source, write.target, write.names)
    if found is not None:
        _unless_gone(lambda: desk.jira.unlink(found))
    return Done()


def put_back_regions(desk: PageDesk, row: OutboxRow, write: PutBackRegions) -> Outcome:
    """Put the regions back that still hold ours, by the same splicing as ever."""
    known = desk.known(row.natural_key)
    fingerprints = known.compare if known is not None else {}
    for _ in range(MOST_TRIES):
        page = desk.confluence.page(write.page)
        if page.status != "current":
            return Impossible(reason=f"page {write.page} is {page.status}; restore it first")
        regions = look(page.body).regions
        still = {
            name: body
            for name, body in write.regions.items()
            if name in regions and is_same(regions[name].inner, write.ours[name])
        }
        spliced = splice(page.body, still)
        left = PageLeft(page_id=page.id, version=page.version, fingerprints=fingerprints, was_written=False)
        if not spliced.changed:
            return Done(remote_id=page.id, page=left if known is not None else None)
        try:
            version = desk.confluence.update_page(
                page.id,
                title=page.title,
                status="current",
                body=spliced.body,
                version=page.version + 1,
                message=f"{desk.message}: {row.run}",
                is_quiet=True,
            )
        except Conflict:
            continue
        # What rules want of the page is as it was: they write again once they want something else.
        done = PageLeft(page_id=page.id, version=version, fingerprints=fingerprints, was_written=True)
        return Done(remote_id=page.id, page=done if known is not None else None)
    return NotYet(reason=f"page {write.page} was saved by others {MOST_TRIES} times while we tried to write it")


def delete_page_comment(desk: PageDesk, write: DeletePageComment) -> Outcome:
    """Delete our comment on a page, unless somebody has edited or answered it meanwhile."""
    found = desk.confluence.page_comment(write.comment)
    if found is None:
        return Done(is_gone=True)
    problem = why_page_comment_stays(found, write.ours)
    if problem is not None:
        return Impossible(reason=problem)
    _unless_gone(lambda: desk.confluence.delete_page_comment(write.comment))
    return Done(is_gone=True)


def why_page_comment_stays(found: PageCommentRead, ours: str) -> str | None:
    """Why our comment on a page stays. None when nobody has edited or answered it."""
    if found.is_answered:
        return "somebody has answered the comment"
    return None if is_same(found.body, ours) else "the comment was edited"


def own_ids(jira: Jira) -> frozenset[str]:
    """The ids that our account bears in Jira."""
    own = jira.account()
    return frozenset({own.id, *own.others}) - {""}


def why_not_deleted(comments: Sequence[CommentRead], comment: str, says: str, own: frozenset[str]) -> str | None:
    """Why our comment stays: somebody has edited it, or written after it. None when nobody has."""
    at = next(number for number, one in enumerate(comments) if one.id == comment)
    mine = comments[at]
    if not mine.editors & own or _bare(says) not in _bare(mine.text):
        return f"the comment was edited by {mine.editor or 'somebody'}"
    answer = next((one for one in comments[at + 1 :] if not one.authors & own), None)
    return None if answer is None else "somebody has written after the comment"


def linked_by(jira: Jira, source: str, target: str, names: Sequence[str]) -> str | None:
    """The id of the link between two issues by one of these type names, in either direction."""
    wanted = {name.casefold() for name in names}
    links = jira.links_of(source)
    return next((one.id for one in links if one.type.casefold() in wanted and target in {one.source, one.target}), None)


def _unless_gone(delete: Callable[[], None]) -> None:
    """Delete; what is gone already is as well."""
    try:
        delete()
    except Refused as refusal:
        if refusal.status != 404:
            raise


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
