"""Files on pages."""

from connector.sandbox.confluence.model import Attachment, FileEdition, Page
from connector.sandbox.confluence.problem import ConfluenceProblem, absent
from connector.sandbox.confluence.state import ConfluenceState
from connector.sandbox.users import Person

MOST_BYTES = 100 * 1024 * 1024


def attach(
    state: ConfluenceState,
    page: Page,
    name: str,
    data: bytes,
    media_type: str,
    actor: Person,
    *,
    comment: str = "",
    is_minor: bool = False,
    may_replace: bool = False,
) -> Attachment:
    """Put a file on a page. 400 when one of that name is there, unless it may be replaced by its next version."""
    _check(name, data)
    found = file_named(state, page, name)
    if found is not None and not may_replace:
        raise ConfluenceProblem(
            400, f"Cannot add a new attachment with same file name as an existing attachment: {name}"
        )
    if found is not None:
        return replace_file(state, found, data, media_type, actor, comment=comment, is_minor=is_minor)
    now = state.host.clock.now()
    first = FileEdition(
        number=1, data=data, media_type=media_type, at=now, by=actor.id, comment=comment, is_minor=is_minor
    )
    made = Attachment(
        id=f"att{state.host.next_id('content')}",
        page=page.id,
        name=name,
        status="current",
        created=now,
        author=actor.id,
        editions=[first],
    )
    state.held.attachments[made.id] = made
    return _told(state, made, "attachment_created", actor)


def replace_file(
    state: ConfluenceState,
    found: Attachment,
    data: bytes,
    media_type: str,
    actor: Person,
    *,
    comment: str = "",
    is_minor: bool = False,
) -> Attachment:
    """Write the next version of a file."""
    _check(found.name, data)
    found.editions.append(
        FileEdition(
            number=found.latest.number + 1,
            data=data,
            media_type=media_type,
            at=state.host.clock.now(),
            by=actor.id,
            comment=comment,
            is_minor=is_minor,
        )
    )
    return _told(state, found, "attachment_updated", actor)


def trash_file(state: ConfluenceState, found: Attachment, actor: Person) -> None:
    """Put a file in the trash."""
    found.status = "trashed"
    state.index.forget(found.id)
    state.tell.attachment("attachment_trashed", found, state.held.pages[found.page], actor)
    state.host.changed()


def purge_file(state: ConfluenceState, found: Attachment, actor: Person) -> None:
    """Delete a file for good."""
    state.index.forget(found.id)
    state.tell.attachment("attachment_removed", found, state.held.pages[found.page], actor)
    del state.held.attachments[found.id]
    state.host.changed()


def file_of(state: ConfluenceState, attachment_id: str, status: str = "current") -> Attachment:
    """The file of this id, with or without `att`; 404 when there is none."""
    found = state.held.attachments.get(f"att{attachment_id.removeprefix('att')}")
    if found is None or found.status != status or state.held.pages[found.page].status != "current":
        raise absent("attachment", attachment_id)
    return found


def file_named(state: ConfluenceState, page: Page, name: str) -> Attachment | None:
    """The file of this name on a page."""
    return next((one for one in files_on(state, page) if one.name == name), None)


def files_on(state: ConfluenceState, page: Page, status: str = "current") -> list[Attachment]:
    """The files on a page, oldest first."""
    return [one for one in state.held.attachments.values() if one.page == page.id and one.status == status]


def _check(name: str, data: bytes) -> None:
    if not name or "/" in name or "\\" in name:
        raise ConfluenceProblem(400, f"'{name}' is no file name.")
    if len(data) > MOST_BYTES:
        raise ConfluenceProblem(413, f"The file is larger than {MOST_BYTES} bytes.")


def _told(state: ConfluenceState, found: Attachment, event: str, actor: Person) -> Attachment:
    page = state.held.pages[found.page]
    state.index.note_attachment(found, page, state.held)
    state.tell.attachment(event, found, page, actor)
    state.host.changed()
    return found
