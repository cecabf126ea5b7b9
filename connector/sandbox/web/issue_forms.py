"""Making, editing and moving an issue by forms; each ends in what REST would do with the same values."""

from flask import Blueprint, Response, abort, request

from connector.sandbox.front import acting_user, the_world
from connector.sandbox.jira.create import delete_issue
from connector.sandbox.jira.move import possible_moves
from connector.sandbox.jira.routes.flow import do_transition
from connector.sandbox.jira.routes.issues import apply_edit, make_issue, read_edit
from connector.sandbox.jira.rows import IssueRow, Project, Transition
from connector.sandbox.refusal import Refusal
from connector.sandbox.web.door import addresses, done, page, refusal_of
from connector.sandbox.web.form import FieldForm
from connector.sandbox.web.issue import issue_of, issue_page
from connector.sandbox.web.project import around, project_or_404
from connector.sandbox.web.refusals import Said

issue_forms = Blueprint("issue_forms", __name__)


def _screen(project: Project, type_id: str) -> list[str]:
    return [one for one in project.screens[type_id] if one in the_world().jira.fields]


@issue_forms.get("/projects/<key>/create")
def create_form(key: str) -> Response:
    """The form for a new issue of one type."""
    return _create_page(project_or_404(key), Said())


def _create_page(project: Project, said: Said, status: int = 200) -> Response:
    jira = the_world().jira
    types = [jira.types[one] for one in project.workflows]
    chosen = request.values.get("type", "")
    usual = next((one.id for one in types if one.level == 0), types[0].id)
    type_id = chosen if chosen in project.workflows else usual
    form = FieldForm(the_world(), project, type_id)
    sent = request.form if request.method == "POST" else None
    fields = form.fields(_screen(project, type_id), sent)
    return page("jira/create.html", status, **around(project), types=types, type_id=type_id, fields=fields, said=said)


@issue_forms.post("/projects/<key>/create")
def create(key: str) -> Response:
    """Make the issue."""
    project = project_or_404(key)
    type_id = request.form.get("type", "")
    if type_id not in project.workflows:
        abort(400)
    form = FieldForm(the_world(), project, type_id)
    wanted = form.changed(_screen(project, type_id), request.form)
    body = {"fields": {**wanted, "project": {"key": project.key}, "issuetype": {"id": type_id}}}
    try:
        made = make_issue(body)
    except Refusal as refusal:
        return _create_page(project, refusal_of(refusal), refusal.status)
    return done(addresses().issue(made.key))


@issue_forms.get("/browse/<key>/edit")
def edit_form(key: str) -> Response:
    """The form over everything that the issue's screen lets people set."""
    return _edit_page(issue_of(key), Said())


def _edit_page(found: IssueRow, said: Said, status: int = 200) -> Response:
    project = the_world().jira.projects[found.project]
    type_id = str(found.fields["issuetype"])
    sent = request.form if request.method == "POST" else None
    fields = FieldForm(the_world(), project, type_id, found).fields(_screen(project, type_id), sent)
    return page("jira/edit.html", status, **around(project), issue=found, fields=fields, said=said)


@issue_forms.post("/browse/<key>/edit")
def edit(key: str) -> Response:
    """Write what was changed as one edit."""
    found = issue_of(key)
    project, type_id = the_world().jira.projects[found.project], str(found.fields["issuetype"])
    form = FieldForm(the_world(), project, type_id, found)
    wanted = form.changed(_screen(project, type_id), request.form)
    try:
        if wanted:
            apply_edit(found, read_edit(found, {"fields": wanted}))
    except Refusal as refusal:
        return _edit_page(found, refusal_of(refusal), refusal.status)
    return done(addresses().issue(found.key))


@issue_forms.get("/browse/<key>/move/<transition>")
def move_form(key: str, transition: str) -> Response:
    """The screen of a transition."""
    found = issue_of(key)
    return _move_page(found, _possible(found, transition), Said())


def _possible(found: IssueRow, transition: str) -> Transition:
    row = next((one for one in possible_moves(the_world(), found) if one.id == transition), None)
    if row is None:
        abort(404)
    return row


def _move_page(found: IssueRow, row: Transition, said: Said, status: int = 200) -> Response:
    project = the_world().jira.projects[found.project]
    sent = request.form if request.method == "POST" else None
    form = FieldForm(the_world(), project, str(found.fields["issuetype"]), found)
    fields = form.fields(row.screen, sent, row.required)
    return page("jira/move.html", status, **around(project), issue=found, move=row, fields=fields, said=said)


@issue_forms.post("/browse/<key>/move/<transition>")
def move(key: str, transition: str) -> Response:
    """Do the transition with what its screen was filled with, and a comment."""
    found = issue_of(key)
    row = next((one for one in possible_moves(the_world(), found) if one.id == transition), None)
    project = the_world().jira.projects[found.project]
    form = FieldForm(the_world(), project, str(found.fields["issuetype"]), found)
    body: dict[str, object] = {"transition": {"id": transition}}
    if row is not None:
        body["fields"] = form.changed(row.screen, request.form)
    words = request.form.get("comment", "").strip()
    if words:
        body["update"] = {"comment": [{"add": {"body": words}}]}
    try:
        do_transition(found, body)
    except Refusal as refusal:
        said = refusal_of(refusal)
        if row is not None and row.screen:
            return _move_page(found, row, said, refusal.status)
        return issue_page(found, said, refusal.status)
    return done(addresses().issue(found.key))


@issue_forms.post("/browse/<key>/delete")
def delete(key: str) -> Response:
    """Delete the issue with its sub-tasks."""
    found = issue_of(key)
    project = the_world().jira.projects[found.project]
    delete_issue(the_world(), found, acting_user())
    return done(addresses().project(project.key))
