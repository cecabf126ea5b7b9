"""Sprints, under /rest/agile/1.0."""

from flask import Blueprint, Response

from connector.core.fields import instant_of
from connector.sandbox.front import acting_user, answer, json_body, no_content, the_world
from connector.sandbox.jira.edit import Draft
from connector.sandbox.jira.events import sprint_shape
from connector.sandbox.jira.routes.agile import NO_BOARD, issues_page, sprint_or_404
from connector.sandbox.jira.routes.http import issue_to_write, words_of
from connector.sandbox.jira.rows import Sprint
from connector.sandbox.jira.shapes import Shape
from connector.sandbox.jira.sprints import change_sprint, create_sprint, delete_sprint, issues_in
from connector.sandbox.jira.template_fields import RANK
from connector.sandbox.refusal import jira_refusal

sprints = Blueprint("jira_sprints", __name__)


def _sprint(row: Sprint) -> Shape:
    return sprint_shape(the_world(), row)


@sprints.post("/sprint")
def make_sprint() -> Response:
    """A future sprint of the board that `originBoardId` names."""
    body, world = json_body(), the_world()
    row = world.jira.boards.get(_whole(body.get("originBoardId")))
    name = body.get("name")
    if row is None:
        raise jira_refusal(404, NO_BOARD)
    if not isinstance(name, str) or not name.strip() or len(name) > 30:
        raise jira_refusal(400, name="The sprint name must have between 1 and 30 characters.")
    sprint = create_sprint(
        world,
        row,
        name,
        goal=str(body.get("goal") or ""),
        start=_moment(body.get("startDate")),
        end=_moment(body.get("endDate")),
    )
    return answer(_sprint(sprint), 201)


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _moment(value: object) -> str | None:
    if value is None or value == "":
        return None
    found = instant_of(value) if isinstance(value, str) else None
    if found is None:
        raise jira_refusal(400, f"The date {value!r} cannot be read; write it as 2026-01-05T09:00:00.000Z.")
    return found.strftime("%Y-%m-%dT%H:%M:%S.") + f"{found.microsecond // 1000:03d}Z"


@sprints.get("/sprint/<number>")
def sprint(number: str) -> Response:
    """One sprint."""
    return answer(_sprint(sprint_or_404(number)))


@sprints.post("/sprint/<number>")
def change_some(number: str) -> Response:
    """Change what the body names. future → active needs dates; active → closed; no other way."""
    row = sprint_or_404(number)
    return _change(row, json_body())


@sprints.put("/sprint/<number>")
def change_whole(number: str) -> Response:
    """Change everything: name and state must be given, what is left out is emptied."""
    row, body = sprint_or_404(number), json_body()
    if not body.get("name") or not body.get("state"):
        raise jira_refusal(400, "The sprint's name and state must be given.")
    return _change(row, {"goal": "", "startDate": None, "endDate": None, **body})


def _change(row: Sprint, body: dict[str, object]) -> Response:
    state = str(body.get("state", row.state)).lower()
    values: dict[str, str | None] = {"state": state}
    if "name" in body:
        values["name"] = str(body["name"])
    if "goal" in body:
        values["goal"] = str(body["goal"] or "")
    for name, target in (("startDate", "start"), ("endDate", "end")):
        if name in body:
            values[target] = _moment(body[name])
    _check_state(row, state, values)
    change_sprint(the_world(), row, values)
    return answer(_sprint(row))


def _check_state(row: Sprint, state: str, values: dict[str, str | None]) -> None:
    if state == row.state:
        return
    if (row.state, state) == ("future", "active"):
        if not values.get("start", row.start) or not values.get("end", row.end):
            raise jira_refusal(400, "A sprint can only be started if it has a start date and an end date.")
        return
    if (row.state, state) != ("active", "closed"):
        raise jira_refusal(400, f"The sprint cannot go from {row.state} to {state}.")


@sprints.delete("/sprint/<number>")
def drop_sprint(number: str) -> Response:
    """Delete a sprint; open issues go to the backlog."""
    delete_sprint(the_world(), sprint_or_404(number), acting_user())
    return no_content()


@sprints.get("/sprint/<number>/issue")
def sprint_issues(number: str) -> Response:
    """The issues of a sprint by page."""
    return issues_page(issues_in(the_world(), sprint_or_404(number)))


@sprints.post("/sprint/<number>/issue")
def into_sprint(number: str) -> Response:
    """Move up to 50 issues into an open sprint."""
    row = sprint_or_404(number)
    if row.state == "closed":
        raise jira_refusal(400, "Issues can only be moved to active or future sprints.")
    _move(row.id)
    return no_content()


@sprints.post("/backlog/issue")
def into_backlog() -> Response:
    """Move up to 50 issues out of every open sprint."""
    _move(None)
    return no_content()


def _move(sprint_id: int | None) -> None:
    named = words_of(json_body().get("issues"), "issues")
    if not named or len(named) > 50:
        raise jira_refusal(400, "Give between 1 and 50 issues.")
    for issue in [issue_to_write(one) for one in named]:
        draft = Draft(the_world(), issue, acting_user())
        draft.set_sprint(sprint_id)
        draft.commit()


@sprints.put("/issue/rank")
def rank() -> Response:
    """Put issues before or after another one."""
    body, jira = json_body(), the_world().jira
    moved = [issue_to_write(one) for one in words_of(body.get("issues"), "issues")]
    before, after = body.get("rankBeforeIssue"), body.get("rankAfterIssue")
    other = jira.issue(str(before or after))
    if not moved or other is None:
        raise jira_refusal(400, "Give issues, and one of rankBeforeIssue and rankAfterIssue.")
    start = str(other.fields.get(RANK) or "0|i00000:")
    for number, issue in enumerate(moved):
        mark = f"{start}{number:03d}" if after else f"{start[:-1]}!{number:03d}:"
        issue.fields[RANK] = mark
        jira.forget_shape(issue.id)
    return no_content()
