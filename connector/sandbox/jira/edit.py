"""Changing one issue: what changes is collected, written as one history entry, and told as one webhook."""

from datetime import timedelta

from connector.core.fields import instant_of
from connector.sandbox.jira.changes import changes_of
from connector.sandbox.jira.events import tell_issue
from connector.sandbox.jira.rows import Change, Comment, History, IssueRow
from connector.sandbox.jira.search_index import note_change
from connector.sandbox.jira.template_fields import SPRINT
from connector.sandbox.users import Person
from connector.sandbox.world import World, jira_time

_TICK = timedelta(milliseconds=1)


class Draft:
    """An edit of one issue in the making. Nothing is told before `commit`."""

    def __init__(self, world: World, issue: IssueRow, actor: Person) -> None:
        self.world = world
        self.issue = issue
        self.actor = actor
        self.changes: list[Change] = []
        note_change(world, issue)

    def set(self, field_id: str, value: object) -> None:
        """Give a field a stored value."""
        row = self.world.jira.fields[field_id]
        if row.kind in ("parent", "epic"):
            self._set_parent(value)
            return
        before = self.issue.fields.get(field_id)
        self.changes += changes_of(self.world, row, before, value)
        self.issue.fields[field_id] = value

    def set_sprint(self, sprint_id: int | None) -> None:
        """Move the issue into a sprint, or to the backlog; sprints that it was in before they closed stay."""
        known = self.world.jira.sprints
        now_in = self.issue.fields.get(SPRINT)
        kept = (
            [one for one in now_in if one in known and known[one].state == "closed"] if isinstance(now_in, list) else []
        )
        self.set(SPRINT, [*kept, *([sprint_id] if sprint_id is not None else [])])

    def set_status(self, status_id: str) -> None:
        """Take another status, and note when its category changed."""
        statuses = self.world.jira.statuses
        before = statuses[str(self.issue.fields["status"])].category
        self.set("status", status_id)
        if statuses[status_id].category != before:
            self.issue.fields["statuscategorychangedate"] = self.world.now_text()

    def set_resolution(self, resolution_id: str | None) -> None:
        """Resolve, or take the resolution away."""
        if resolution_id != self.issue.fields.get("resolution"):
            self.issue.fields["resolutiondate"] = self.world.now_text() if resolution_id else None
        self.set("resolution", resolution_id)

    def set_times(self, times: dict[str, int | None]) -> None:
        """Original and remaining estimate; the first estimate is also what remains."""
        is_first = self.issue.fields.get("timeestimate") is None and "timeestimate" not in times
        if times.get("timeoriginalestimate") is not None and is_first:
            times = {**times, "timeestimate": times["timeoriginalestimate"]}
        for name, seconds in times.items():
            self.set(name, seconds)

    def note(self, change: Change) -> None:
        """Add a change that is no field's, such as a link."""
        self.changes.append(change)

    def commit(
        self, kind: str = "issue_updated", *, tell: bool = True, comment: Comment | None = None
    ) -> History | None:
        """Write the history and send the webhook. None, and nothing told, when nothing changed."""
        if not self.changes:
            return None
        history = History(
            id=str(self.world.next_id("history")),
            author=self.actor.id,
            created=touch(self.world, self.issue),
            changes=self.changes,
        )
        self.issue.histories.append(history)
        if tell:
            tell_issue(self.world, "issue_updated", self.issue, self.actor, kind=self._kind(kind), history=history)
        return history

    def _kind(self, kind: str) -> str:
        """An edit of the assignee alone is told as issue_assigned."""
        is_assignment = kind == "issue_updated" and [one.field_id for one in self.changes] == ["assignee"]
        return "issue_assigned" if is_assignment else kind

    def _set_parent(self, value: object) -> None:
        jira, before = self.world.jira, self.issue.text("parent")
        row = jira.fields["parent"]
        found = changes_of(self.world, row, before, value)
        if not found:
            return
        jira.forget_shape(self.issue.id)
        self.changes += found
        self.issue.fields["parent"] = value
        if before in jira.issues and self.issue.id in jira.issues[before].children:
            jira.issues[before].children.remove(self.issue.id)
        if isinstance(value, str) and value in jira.issues:
            jira.issues[value].children.append(self.issue.id)


def touch(world: World, issue: IssueRow) -> str:
    """Note that the issue changed now; the moment as text. Each `updated` is later than the one before."""
    note_change(world, issue)
    before = instant_of(issue.fields.get("updated"))
    moment = world.clock.now()
    if before is not None and moment - before < _TICK:
        moment = before + _TICK
    issue.fields["updated"] = jira_time(moment.astimezone(world.timezone))
    world.jira.forget_shape(issue.id)
    return str(issue.fields["updated"])
