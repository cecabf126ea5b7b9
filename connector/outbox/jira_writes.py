"""Carrying out writes to Jira. Each is looked up first when it may have been done already."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.atlassian.failures import Refused
from connector.atlassian.jira import Jira, Transition
from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SetIssueFields,
    SetIssueProperty,
    WriteComment,
)
from connector.core.fields import name_of, number_of
from connector.outbox.outcome import Done, Impossible, Outcome, Unsure
from connector.store.outbox import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraDesk:
    """What writing to one site's Jira needs. `remote` finds the product's id of a natural key.

    `index_lag_s` is how long the search index may take to show what was made.
    """

    jira: Jira
    remote: Callable[[str], str | None]
    index_lag_s: float = 30.0


def set_fields(desk: JiraDesk, row: OutboxRow, write: SetIssueFields) -> Outcome:
    """Give the issue's fields their values."""
    if row.needs_look_up:
        held = desk.jira.fields_of(write.issue, tuple(write.values))
        if all(_same(held.get(field), value) for field, value in write.values.items()):
            return Done()
    desk.jira.set_fields(write.issue, write.values)
    return Done()


def ensure_label(desk: JiraDesk, row: OutboxRow, write: EnsureLabel) -> Outcome:
    """Add the label. Adding one that is there changes nothing, but need not be asked for."""
    if row.needs_look_up:
        labels = desk.jira.fields_of(write.issue, ("labels",)).get("labels")
        if isinstance(labels, list) and write.label in labels:
            return Done()
    desk.jira.set_label(write.issue, write.label)
    return Done()


def write_comment(desk: JiraDesk, row: OutboxRow, write: WriteComment) -> Outcome:
    """Write the comment, or edit the one that stands under the same natural key."""
    known = desk.remote(write.natural_key)
    if known is None and row.needs_look_up:
        known = desk.jira.find_comment(write.issue, write.natural_key)
    if known is not None:
        desk.jira.edit_comment(write.issue, known, write.lines, write.natural_key)
        return Done(remote_id=known)
    return Done(remote_id=desk.jira.add_comment(write.issue, write.lines, write.natural_key))


def move_issue(desk: JiraDesk, row: OutboxRow, write: MoveIssue) -> Outcome:
    """Move the issue, unless somebody has moved it meanwhile."""
    status = desk.jira.fields_of(write.issue, ("status",)).get("status")
    present = str(status.get("id")) if isinstance(status, Mapping) else ""
    if present != write.from_status:
        return Done()
    wanted = [name.casefold() for name in write.to_status]
    offered = desk.jira.transitions(write.issue)
    found = next((one for name in wanted for one in offered if one.to_status_name.casefold() == name), None)
    if found is None:
        return Impossible(reason=_no_transition(write, offered))
    if found.required:
        return Impossible(
            reason=f"{write.key}: transition {found.name!r} asks for fields {', '.join(found.required)}, "
            "which the connector does not fill; take them off the transition's screen or give them defaults"
        )
    desk.jira.transition(write.issue, found.id, {})
    return Done()


def make_issue(desk: JiraDesk, row: OutboxRow, write: MakeIssue) -> Outcome:
    """Make the issue, once. It carries a label of its own by which it is found when the reply was lost."""
    known = desk.remote(write.natural_key)
    if known is not None:
        return Done(remote_id=known)
    label = made_label(write.natural_key)
    if row.needs_look_up:
        found = desk.jira.find_issue(write.project, label, write.natural_key)
        if found is not None:
            return Done(remote_id=found[0])
        if not _is_index_fresh(desk, row):
            return Unsure(reason="not found yet, and the search index may lag behind", wait_s=desk.index_lag_s)
    offered = desk.jira.issue_types(write.project)
    wanted = [name.casefold() for name in write.type]
    chosen = next((one for name in wanted for one in offered if one.name.casefold() == name), None)
    if chosen is None:
        return Impossible(
            reason=f"project {write.project} has no issue type {' or '.join(write.type)}; it has "
            f"{', '.join(one.name for one in offered)}: add the type to the project, or name another in the rule"
        )
    made, _ = desk.jira.create_issue(
        write.project, chosen.id, write.summary, write.values, write.lines, label, write.natural_key
    )
    return Done(remote_id=made)


def link_issues(desk: JiraDesk, row: OutboxRow, write: LinkIssues) -> Outcome:
    """Link the issues, unless they are linked that way already, in either direction."""
    source, target = (_issue_id(desk, end) for end in (write.source, write.target))
    if source is None or target is None:
        return Impossible(reason=f"an end of the link is not known: {write.source} → {write.target}")
    names = write.names or (write.type,)
    kinds = {name.casefold() for name in names}
    if any(one.type.casefold() in kinds and target in {one.source, one.target} for one in desk.jira.links_of(source)):
        return Done()
    return _linked(desk.jira, source, target, names)


def _linked(jira: Jira, source: str, target: str, names: tuple[str, ...]) -> Outcome:
    """Link under the first name that the site knows."""
    refusals = []
    for name in names:
        try:
            jira.link(source, target, name)
        except Refused as refusal:
            refusals.append(f"{name}: {refusal}")
        else:
            return Done()
    return Impossible(reason="no link type could be used: " + "; ".join(refusals))


def set_property(desk: JiraDesk, row: OutboxRow, write: SetIssueProperty) -> Outcome:
    """Give the issue's entity property its value."""
    if row.needs_look_up and desk.jira.property(write.issue, write.name) == write.value:
        return Done()
    desk.jira.set_property(write.issue, write.name, write.value)
    return Done()


def _is_index_fresh(desk: JiraDesk, row: OutboxRow) -> bool:
    """Whether enough time has passed since the write was last sent for the search index to show it."""
    if row.tried_at is None or row.sent_at is None:
        return False
    return (row.sent_at - row.tried_at).total_seconds() >= desk.index_lag_s


def made_label(natural_key: str) -> str:
    """The label by which an issue that we made is found again."""
    return f"lifecycle-{hashlib.sha256(natural_key.encode()).hexdigest()[:12]}"


def _issue_id(desk: JiraDesk, end: str) -> str | None:
    """An issue id as it is; a natural key by what it was made as."""
    return end if end.isdigit() else desk.remote(end)


def _no_transition(write: MoveIssue, offered: tuple[Transition, ...]) -> str:
    there = ", ".join(f"{one.name} → {one.to_status_name}" for one in offered) or "none"
    return (
        f"{write.key}: no transition leads to {' or '.join(write.to_status)}; those offered to the connector: {there}. "
        "Add one to the workflow, or name another status in the rule's return_to"
    )


def _same(held: object, written: object) -> bool:
    if held == written:
        return True
    number = number_of(held)
    return (number is not None and number == number_of(written)) or (
        name_of(held) is not None and name_of(held) == name_of(written)
    )
