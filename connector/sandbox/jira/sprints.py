"""Boards and sprints: making and changing them."""

from datetime import UTC

from connector.sandbox.jira.edit import Draft
from connector.sandbox.jira.events import sprint_shape, tell_sprint
from connector.sandbox.jira.rows import Board, IssueRow, Project, Sprint
from connector.sandbox.jira.template_fields import SPRINT
from connector.sandbox.users import Person
from connector.sandbox.world import World


def create_board(world: World, project: Project, name: str, kind: str = "scrum") -> Board:
    """A board over a project, with a column for each status category."""
    used = {one for workflow in project.workflows.values() for one in world.jira.workflows[workflow].statuses}
    columns: list[dict[str, object]] = []
    for word, category in (("column_to_do", "new"), ("column_in_progress", "indeterminate"), ("column_done", "done")):
        rows = [one for one in world.jira.statuses.values() if one.id in used and one.category == category]
        columns.append({"name": world.words(word), "statuses": [one.id for one in rows]})
    board = Board(id=_small_id(world, "board"), name=name, type=kind, project=project.id, columns=columns)
    world.jira.boards[board.id] = board
    return board


def _small_id(world: World, kind: str) -> int:
    """Boards and sprints count from 1."""
    return world.next_id(kind) - 10000


def agile_time(world: World) -> str:
    """The moment now as the agile API writes it: 2026-01-05T09:00:00.000Z."""
    now = world.clock.now().astimezone(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"


def create_sprint(world: World, board: Board, name: str, *, goal: str, start: str | None, end: str | None) -> Sprint:
    """A future sprint of a board."""
    sprint = Sprint(
        id=_small_id(world, "sprint"),
        board=board.id,
        name=name,
        goal=goal,
        start=start,
        end=end,
        created=agile_time(world),
    )
    world.jira.sprints[sprint.id] = sprint
    tell_sprint(world, "sprint_created", sprint)
    return sprint


def change_sprint(world: World, sprint: Sprint, values: dict[str, str | None]) -> None:
    """Change a sprint; a new state is told as started or closed.

    Open issues of a closed sprint are in the backlog again.
    """
    before = sprint_shape(world, sprint)
    old_state = sprint.state
    for name, value in values.items():
        setattr(sprint, name, value)
    if sprint.state == "closed" and old_state != "closed":
        sprint.complete = sprint.complete or agile_time(world)
    for issue in issues_in(world, sprint):
        world.jira.forget_shape(issue.id)
    event = {"active": "sprint_started", "closed": "sprint_closed"}.get(sprint.state, "sprint_updated")
    tell_sprint(world, event if sprint.state != old_state else "sprint_updated", sprint, before=before)


def delete_sprint(world: World, sprint: Sprint, actor: Person) -> None:
    """Delete a sprint; its issues go to the backlog."""
    for issue in list(issues_in(world, sprint)):
        draft = Draft(world, issue, actor)
        held = issue.fields.get(SPRINT)
        draft.set(SPRINT, [one for one in held if one != sprint.id] if isinstance(held, list) else [])
        draft.commit()
    tell_sprint(world, "sprint_deleted", sprint)
    del world.jira.sprints[sprint.id]


def issues_in(world: World, sprint: Sprint) -> list[IssueRow]:
    """The issues of a sprint."""
    found = []
    for issue in world.jira.issues.values():
        held = issue.fields.get(SPRINT)
        if isinstance(held, list) and sprint.id in held:
            found.append(issue)
    return found
