"""Comments at the foot of a page and on its text."""

import uuid
from typing import Literal

from connector.sandbox.confluence.model import Comment, CommentKind, Edition, Page
from connector.sandbox.confluence.problem import ConfluenceProblem, StaleVersion, absent
from connector.sandbox.confluence.state import ConfluenceState
from connector.sandbox.confluence.storage import count_places, marked, read, saved, unmarked
from connector.sandbox.users import Person

Resolution = Literal["open", "reopened", "resolved", "dangling"]


def comment_on(
    state: ConfluenceState, page: Page, body: str, actor: Person, *, parent: Comment | None = None
) -> Comment:
    """Write at the foot of a page, or answer a comment of either kind."""
    if parent is not None and parent.page != page.id:
        raise ConfluenceProblem(400, "The parent comment is on another page.")
    kind: CommentKind = parent.kind if parent is not None else "footer"
    return _keep(state, page, _made(state, page, kind, body, actor, parent))


def comment_on_text(
    state: ConfluenceState,
    page: Page,
    body: str,
    actor: Person,
    *,
    selection: str,
    index: int = 0,
    count: int | None = None,
) -> Comment:
    """Comment on a place in the page's text: a marker is put into the body, the version number stays.

    count: how often the writer believes the text stands on the page; 400 when that is wrong.
    """
    latest = page.latest
    found = count_places(latest.body, selection)
    if count is not None and count != found:
        raise ConfluenceProblem(400, f"textSelectionMatchCount is {count}; the text was found {found} times.")
    comment = _made(state, page, "inline", body, actor, None)
    comment.marker, comment.selection = str(uuid.uuid4()), selection
    latest.body = marked(latest.body, selection, index, comment.marker)
    state.index.note_page(page, state.held)
    return _keep(state, page, comment)


def change_comment(
    state: ConfluenceState,
    comment: Comment,
    actor: Person,
    *,
    body: str | None,
    number: int,
    message: str = "",
    resolved: bool | None = None,
) -> Comment:
    """Write the next version of a comment, and resolve or open it again. 409 unless `number` is the next."""
    if number != comment.latest.number + 1:
        raise StaleVersion(comment.latest.number, number)
    now, latest = state.host.clock.now(), comment.latest
    kept = latest.body if body is None else saved(body)
    comment.editions.append(Edition(number=number, title=latest.title, body=kept, at=now, by=actor.id, message=message))
    if resolved is not None and resolved is not (comment.resolution == "resolved"):
        comment.resolution = "resolved" if resolved else "reopened"
        comment.resolved_by, comment.resolved_at = actor.id, now
    page = state.held.pages[comment.page]
    state.index.note_comment(comment, page, state.held)
    state.tell.comment("comment_updated", comment, page, actor)
    state.host.changed()
    return comment


def remove_comment(state: ConfluenceState, comment: Comment, actor: Person) -> None:
    """Delete a comment with the answers to it, and its marker from the page."""
    page = state.held.pages[comment.page]
    for answer in answers_to(state, comment):
        remove_comment(state, answer, actor)
    if comment.marker:
        page.latest.body = unmarked(page.latest.body, comment.marker)
        state.index.note_page(page, state.held)
    del state.held.comments[comment.id]
    state.index.forget(comment.id)
    state.tell.comment("comment_removed", comment, page, actor)
    state.host.changed()


def comment_of(state: ConfluenceState, comment_id: str, kind: CommentKind | None = None) -> Comment:
    """The comment of this id on a page that is not in the trash; 404 when there is none."""
    found = state.held.comments.get(comment_id)
    if found is None or (kind and found.kind != kind) or state.held.pages[found.page].status != "current":
        raise absent("comment", comment_id)
    return found


def comments_on(state: ConfluenceState, page: Page, kind: CommentKind | None = None) -> list[Comment]:
    """The comments on a page that answer no other one, oldest first."""
    return [
        one
        for one in state.held.comments.values()
        if one.page == page.id and one.parent is None and kind in (None, one.kind)
    ]


def answers_to(state: ConfluenceState, comment: Comment) -> list[Comment]:
    """The answers to a comment, oldest first."""
    return [one for one in state.held.comments.values() if one.parent == comment.id]


def resolution_of(state: ConfluenceState, comment: Comment) -> Resolution:
    """Where an inline comment stands; dangling when its text is no longer on the page."""
    if comment.marker and comment.marker not in read(state.held.pages[comment.page].latest.body).markers:
        return "dangling"
    return comment.resolution


def _made(
    state: ConfluenceState, page: Page, kind: CommentKind, body: str, actor: Person, parent: Comment | None
) -> Comment:
    now = state.host.clock.now()
    return Comment(
        id=str(state.host.next_id("content")),
        page=page.id,
        parent=parent.id if parent else None,
        kind=kind,
        created=now,
        author=actor.id,
        editions=[Edition(number=1, title=f"Re: {page.title}", body=saved(body), at=now, by=actor.id)],
    )


def _keep(state: ConfluenceState, page: Page, comment: Comment) -> Comment:
    author = state.host.users.find(comment.author)
    assert author is not None
    state.held.comments[comment.id] = comment
    state.index.note_comment(comment, page, state.held)
    state.tell.comment("comment_created", comment, page, author)
    state.host.changed()
    return comment
