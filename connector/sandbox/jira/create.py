"""Making and deleting issues."""

from connector.sandbox.jira.changes import changes_of
from connector.sandbox.jira.events import tell_issue
from connector.sandbox.jira.rows import Change, History, IssueRow, Project
from connector.sandbox.jira.search_index import note_change
from connector.sandbox.jira.template import MEDIUM
from connector.sandbox.jira.template_fields import EPIC_LINK, RANK, SPRINT
from connector.sandbox.users import Person
from connector.sandbox.world import World

_TOLD_AT_CREATION = ("assignee", "description", "priority", "reporter", "status", "summary", "fixVersions")
_EMPTY_LISTS = ("labels", "components", "fixVersions", "versions")


def create_issue(
    world: World,
    project: Project,
    values: dict[str, object],
    actor: Person,
    *,
    properties: dict[str, object] | None = None,
) -> IssueRow:
    """A new issue from stored values; `issuetype` and `summary` must be among them."""
    jira = world.jira
    project.counter += 1
    number = world.next_id("issue")
    now = world.now_text()
    issue = IssueRow(
        id=str(number),
        key=f"{project.key}-{project.counter}",
        project=project.id,
        fields=_first_fields(world, project, values, actor, now, number),
        properties=dict(properties or {}),
        watchers=[actor.id],
    )
    note_change(world, issue, is_new=True)
    jira.put(issue)
    parent = issue.text("parent")
    if parent in jira.issues:
        jira.issues[parent].children.append(issue.id)
        jira.forget_shape(parent)
    world.changed()
    tell_issue(world, "issue_created", issue, actor, kind="issue_created", history=_first_history(world, issue, actor))
    return issue


def _first_fields(
    world: World, project: Project, values: dict[str, object], actor: Person, now: str, number: int
) -> dict[str, object]:
    jira = world.jira
    fields: dict[str, object] = {name: [] for name in _EMPTY_LISTS}
    fields |= {
        "project": project.id,
        "status": jira.workflow_of(project, str(values["issuetype"])).start,
        "priority": jira.own("priorities", MEDIUM),
        "reporter": actor.id,
        "creator": actor.id,
        "created": now,
        "updated": now,
        "statuscategorychangedate": now,
        RANK: f"0|i{number:05x}:",
    }
    given = {name: value for name, value in values.items() if name not in ("timetracking", SPRINT, EPIC_LINK)}
    fields |= given
    fields |= _times(values.get("timetracking"))
    if values.get(EPIC_LINK):
        fields["parent"] = values[EPIC_LINK]
    if values.get(SPRINT) is not None:
        fields[SPRINT] = [values[SPRINT]]
    return fields


def _times(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        return {}
    times = dict(value)
    if times.get("timeoriginalestimate") is not None:
        times.setdefault("timeestimate", times["timeoriginalestimate"])
    return times


def _first_history(world: World, issue: IssueRow, actor: Person) -> History | None:
    """What Cloud's issue_created webhook carries as changelog. It is never part of the issue's own changelog."""
    if not world.is_cloud or not world.webhooks.wants("jira"):
        return None
    changes: list[Change] = []
    for name in _TOLD_AT_CREATION:
        found = changes_of(world, world.jira.fields[name], None, issue.fields.get(name))
        changes += found
    for change in changes:
        change.field = "Status" if change.field == "status" else change.field
    id_ = str(world.next_id("history"))
    return History(id=id_, author=actor.id, created=str(issue.fields["created"]), changes=changes)


def delete_issue(world: World, issue: IssueRow, actor: Person, *, tell: bool = True) -> None:
    """Delete an issue with its sub-tasks and links. The webhook still shows it whole."""
    jira = world.jira
    for child in [jira.issues[one] for one in issue.children if one in jira.issues]:
        if jira.types[str(child.fields["issuetype"])].level < 0:
            delete_issue(world, child, actor, tell=tell)
        else:
            child.fields["parent"] = None
            jira.forget_shape(child.id)
    note_change(world, issue)
    if tell:
        tell_issue(world, "issue_deleted", issue, actor)
    for link in [jira.links.pop(one) for one in issue.links if one in jira.links]:
        for end in (link.source, link.target):
            if end in jira.issues and end != issue.id:
                jira.issues[end].links.remove(link.id)
                jira.forget_shape(end)
    parent = issue.text("parent")
    if parent in jira.issues and issue.id in jira.issues[parent].children:
        jira.issues[parent].children.remove(issue.id)
    jira.drop(issue)
    world.changed()
