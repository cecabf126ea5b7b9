"""Comments, worklogs and files of an issue."""

import base64

from connector.sandbox.jira.edit import Draft, touch
from connector.sandbox.jira.events import tell_attachment, tell_comment, tell_worklog
from connector.sandbox.jira.rows import Attachment, Change, Comment, IssueRow, Worklog
from connector.sandbox.users import Person
from connector.sandbox.world import World


def add_comment(
    world: World,
    issue: IssueRow,
    text: dict[str, object],
    actor: Person,
    *,
    visibility: dict[str, str] | None = None,
    properties: dict[str, object] | None = None,
) -> Comment:
    """Say something on an issue."""
    now = touch(world, issue)
    comment = Comment(
        id=str(world.next_id("comment")),
        author=actor.id,
        updater=actor.id,
        body=text,
        created=now,
        updated=now,
        visibility=visibility,
        properties=dict(properties or {}),
    )
    issue.comments.append(comment)
    tell_comment(world, "comment_created", issue, comment, actor)
    return comment


def edit_comment(world: World, issue: IssueRow, comment: Comment, text: dict[str, object], actor: Person) -> None:
    """Say it in other words."""
    comment.body, comment.updater, comment.updated = text, actor.id, touch(world, issue)
    tell_comment(world, "comment_updated", issue, comment, actor)


def delete_comment(world: World, issue: IssueRow, comment: Comment, actor: Person) -> None:
    """Take a comment back."""
    issue.comments.remove(comment)
    touch(world, issue)
    tell_comment(world, "comment_deleted", issue, comment, actor)


def log_work(
    world: World,
    issue: IssueRow,
    seconds: int,
    actor: Person,
    *,
    started: str,
    text: dict[str, object] | None = None,
    remaining_s: int | None = None,
) -> Worklog:
    """Book time. What remains goes down by it, unless `remaining_s` says what remains."""
    now = world.now_text()
    worklog = Worklog(
        id=str(world.next_id("worklog")),
        author=actor.id,
        updater=actor.id,
        comment=text,
        created=now,
        updated=now,
        started=started,
        seconds=seconds,
    )
    draft = Draft(world, issue, actor)
    issue.worklogs.append(worklog)
    draft.note(_worklog_id(worklog))
    _book(draft, seconds, remaining_s)
    draft.commit("issue_work_logged")
    tell_worklog(world, "worklog_created", issue, worklog)
    return worklog


def change_worklog(world: World, issue: IssueRow, worklog: Worklog, seconds: int, actor: Person) -> None:
    """Book another amount of time than before."""
    draft = Draft(world, issue, actor)
    draft.note(_worklog_id(worklog))
    _book(draft, seconds - worklog.seconds, None)
    worklog.seconds, worklog.updater, worklog.updated = seconds, actor.id, world.now_text()
    draft.commit("issue_worklog_updated")
    tell_worklog(world, "worklog_updated", issue, worklog)


def delete_worklog(world: World, issue: IssueRow, worklog: Worklog, actor: Person) -> None:
    """Take a booking back; what remains goes up again."""
    draft = Draft(world, issue, actor)
    issue.worklogs.remove(worklog)
    draft.note(_worklog_id(worklog))
    _book(draft, -worklog.seconds, None)
    draft.commit("issue_worklog_deleted")
    tell_worklog(world, "worklog_deleted", issue, worklog)


def attach(world: World, issue: IssueRow, name: str, mime: str, content: bytes, actor: Person) -> Attachment:
    """Put a file on an issue."""
    file = Attachment(
        id=str(world.next_id("attachment")),
        author=actor.id,
        name=name,
        mime=mime,
        size=len(content),
        created=world.now_text(),
        content=base64.b64encode(content).decode("ascii"),
    )
    draft = Draft(world, issue, actor)
    issue.attachments.append(file)
    draft.note(Change(field="Attachment", field_id="attachment", fieldtype="jira", after=file.id, after_text=name))
    draft.commit()
    tell_attachment(world, "attachment_created", file)
    return file


def detach(world: World, issue: IssueRow, file: Attachment, actor: Person) -> None:
    """Take a file off an issue."""
    draft = Draft(world, issue, actor)
    issue.attachments.remove(file)
    draft.note(
        Change(field="Attachment", field_id="attachment", fieldtype="jira", before=file.id, before_text=file.name)
    )
    draft.commit()
    tell_attachment(world, "attachment_deleted", file)


def _worklog_id(worklog: Worklog) -> Change:
    return Change(field="WorklogId", field_id=None, fieldtype="jira", before=worklog.id, before_text=worklog.id)


def _book(draft: Draft, seconds: int, remaining_s: int | None) -> None:
    spent, left = draft.issue.fields.get("timespent"), draft.issue.fields.get("timeestimate")
    total = (spent if isinstance(spent, int) else 0) + seconds
    draft.set("timespent", max(0, total))
    if remaining_s is not None:
        draft.set("timeestimate", remaining_s)
    elif isinstance(left, int):
        draft.set("timeestimate", max(0, left - seconds))
    else:
        draft.set("timeestimate", 0)
