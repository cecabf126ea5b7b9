"""Issues: making, reading, editing, assigning, deleting, one at a time or many."""

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, answer, json_body, listed, no_content, the_world, yes
from connector.sandbox.jira.create import create_issue, delete_issue
from connector.sandbox.jira.edit import Draft
from connector.sandbox.jira.links import find_link_type, link_issues
from connector.sandbox.jira.move import field_meta
from connector.sandbox.jira.request import RequestReader, Wanted, parent_problem
from connector.sandbox.jira.routes.http import api, expanded, issue_or_404, issue_to_write, shapes, words_of
from connector.sandbox.jira.rows import IssueRow, Project
from connector.sandbox.jira.shapes import Shape
from connector.sandbox.jira.talk import add_comment
from connector.sandbox.jira.template_fields import EPIC_LINK, SPRINT
from connector.sandbox.jira.values import BadValue, Values
from connector.sandbox.jira.view import issue_view
from connector.sandbox.refusal import Refusal, field_refusal, jira_refusal

issues = Blueprint("jira_issues", __name__)
MOST_AT_ONCE = 50


@issues.post("/issue")
def make() -> Response:
    """A new issue."""
    return answer(_created(make_issue(json_body())), 201)


@issues.post("/issue/bulk")
def make_many() -> Response:
    """Up to 50 new issues. What is wrong with some does not stop the others; 400 only when none was made."""
    updates = json_body().get("issueUpdates")
    if not isinstance(updates, list) or not updates or len(updates) > MOST_AT_ONCE:
        raise jira_refusal(400, f"Give between 1 and {MOST_AT_ONCE} issues in issueUpdates.")
    made: list[Shape] = []
    errors: list[Shape] = []
    for number, update in enumerate(updates):
        try:
            made.append(_created(make_issue(update if isinstance(update, dict) else {})))
        except Refusal as refusal:
            errors.append({"status": 400, "elementErrors": refusal.body, "failedElementNumber": number})
    return answer({"issues": made, "errors": errors}, 201 if made else 400)


def _created(issue: IssueRow) -> Shape:
    return {"id": issue.id, "key": issue.key, "self": f"{shapes().root}/issue/{issue.id}"}


def make_issue(body: Mapping[str, object]) -> IssueRow:
    """The new issue that a body describes. Raises Jira's 400 with everything that is wrong with it."""
    world, fields = the_world(), body.get("fields")
    if not isinstance(fields, dict):
        raise jira_refusal(400, "Field 'fields' is required.")
    project = _project(fields.get("project"))
    type_id = _type(project, fields.get("issuetype"))
    allowed = [*project.screens[type_id], "comment"]
    rest = {name: value for name, value in fields.items() if name not in ("project", "issuetype")}
    reader = RequestReader(world, project, api(), allowed=allowed)
    wanted = reader.read({**body, "fields": rest})
    if "summary" not in wanted.values:
        reader.errors.setdefault("summary", "You must specify a summary of the issue.")
    reader.errors.update(parent_problem(world, type_id, wanted.values))
    reader.refuse()
    person = acting_user()
    values = {**wanted.values, "issuetype": type_id}
    issue = create_issue(world, project, values, person, properties=wanted.properties)
    add_what_came_along(issue, wanted)
    return issue


def _project(value: object) -> Project:
    named = value.get("id", value.get("key")) if isinstance(value, Mapping) else None
    project = the_world().jira.project(str(named)) if named is not None else None
    if project is None:
        raise field_refusal({"project": "Specify a valid project ID or key"})
    return project


def _type(project: Project, value: object) -> str:
    try:
        row = the_world().jira.fields["issuetype"]
        if value is None:
            raise BadValue("Specify an issue type")
        return str(Values(the_world(), project, api()).read(row, value))
    except BadValue as problem:
        raise field_refusal({"issuetype": str(problem)}) from problem


@issues.get("/issue/<id_or_key>")
def read(id_or_key: str) -> Response:
    """One issue, with `fields`, `expand` and `properties`."""
    issue = issue_or_404(id_or_key)
    view = issue_view(
        the_world(),
        issue,
        api(),
        fields=listed("fields") or ["*all"],
        expand=expanded(request.args.getlist("expand")),
        properties=listed("properties"),
    )
    return answer(view)


@issues.put("/issue/<id_or_key>")
def edit(id_or_key: str) -> Response:
    """Change fields; 204. A transition cannot be done here."""
    issue, body = issue_to_write(id_or_key), json_body()
    if "transition" in body:
        raise jira_refusal(400, "Transitions cannot be done by editing an issue.")
    if not any(body.get(one) for one in ("fields", "update", "properties")):
        raise jira_refusal(400, "one of 'fields' or 'update' required")
    wanted = read_edit(issue, body)
    apply_edit(issue, wanted)
    if yes("returnIssue"):
        return answer(issue_view(the_world(), issue, api(), fields=["*all"]))
    return no_content()


def read_edit(issue: IssueRow, body: Mapping[str, object]) -> Wanted:
    """What a body wants changed. Raises Jira's 400 with everything that is wrong with it."""
    world = the_world()
    project = world.jira.projects[issue.project]
    type_id = str(issue.fields["issuetype"])
    reader = RequestReader(world, project, api(), allowed=[*project.screens[type_id], "comment"], issue=issue)
    wanted = reader.read(body)
    wanted.values.pop("project", None)
    if wanted.values.keys() & {"parent", EPIC_LINK}:
        reader.errors.update(parent_problem(world, str(wanted.values.get("issuetype", type_id)), wanted.values))
    new_type = wanted.values.get("issuetype")
    if new_type and issue.fields["status"] not in world.jira.workflow_of(project, str(new_type)).statuses:
        reader.errors["issuetype"] = "The issue type selected is invalid."
    reader.refuse()
    return wanted


def apply_edit(issue: IssueRow, wanted: Wanted) -> None:
    """Write the wanted values as one history entry."""
    world, person = the_world(), acting_user()
    draft = Draft(world, issue, person)
    for name, value in wanted.values.items():
        if name == SPRINT:
            draft.set_sprint(cast("int | None", value))
        elif name == "timetracking":
            draft.set_times(cast("dict[str, int | None]", value or {}))
        else:
            draft.set(name, value)
    draft.commit()
    issue.properties.update(wanted.properties)
    add_what_came_along(issue, wanted)


def add_what_came_along(issue: IssueRow, wanted: Wanted) -> None:
    """The comments and links that came with the request."""
    world, person = the_world(), acting_user()
    for comment in wanted.comments:
        add_comment(world, issue, cast("dict[str, object]", comment["text"]), person)
    for link in wanted.links:
        kind = find_link_type(world, link.get("type"))
        for side in ("outwardIssue", "inwardIssue"):
            named = link.get(side)
            if isinstance(named, Mapping):
                other = issue_or_404(named.get("key", named.get("id")))
                ends = (issue, other) if side == "outwardIssue" else (other, issue)
                link_issues(world, kind, *ends, person)


@issues.delete("/issue/<id_or_key>")
def delete(id_or_key: str) -> Response:
    """Delete an issue; 400 when it has sub-tasks and they are not to go with it."""
    issue, jira = issue_to_write(id_or_key), the_world().jira
    below = [one for one in issue.children if jira.types[str(jira.issues[one].fields["issuetype"])].level < 0]
    if below and not yes("deleteSubtasks"):
        raise jira_refusal(
            400, f"The issue '{issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter."
        )
    delete_issue(the_world(), issue, acting_user())
    return no_content()


@issues.put("/issue/<id_or_key>/assignee")
def assign(id_or_key: str) -> Response:
    """Give the issue to somebody, or to nobody."""
    issue, body, world = issue_to_write(id_or_key), json_body(), the_world()
    values = Values(world, world.jira.projects[issue.project], api())
    try:
        person = values.user(body)
    except BadValue as problem:
        raise field_refusal({"assignee": str(problem)}) from problem
    draft = Draft(world, issue, acting_user())
    draft.set("assignee", person)
    draft.commit()
    return no_content()


@issues.get("/issue/<id_or_key>/editmeta")
def edit_meta(id_or_key: str) -> Response:
    """The fields that the issue lets people set."""
    issue = issue_or_404(id_or_key)
    project = the_world().jira.projects[issue.project]
    shown = project.screens[str(issue.fields["issuetype"])]
    return answer({"fields": {name: field_meta(shapes(), name, name == "summary") for name in shown}})


cloud_issues = Blueprint("jira_cloud_issues", __name__)


@cloud_issues.post("/issue/bulkfetch")
def fetch_many() -> Response:
    """Up to 100 issues by id or key; those that are not there are left out and named."""
    body, world = json_body(), the_world()
    named = words_of(body.get("issueIdsOrKeys"), "issueIdsOrKeys")
    properties = words_of(body.get("properties"), "properties")
    if not named or len(named) > 100:
        raise jira_refusal(400, "Give between 1 and 100 issue ids or keys.")
    if len(properties) > 5:
        raise jira_refusal(400, "At most 5 properties can be requested.")
    found = {one.id: one for one in map(world.jira.issue, named) if one is not None}
    fields = words_of(body.get("fields"), "fields") or ["*navigable"]
    expand = expanded(words_of(body.get("expand"), "expand"))
    views = [
        issue_view(world, one, api(), fields=fields, expand=expand, properties=properties)
        for one in sorted(found.values(), key=lambda one: int(one.id))
    ]
    missing = [one for one in named if world.jira.issue(one) is None]
    errors = [
        {"id": one, "errorMessage": "Issue does not exist or you do not have permission to see it."} for one in missing
    ]
    return answer({"issues": views, "issueErrors": errors})
