"""Entity properties of issues, projects and comments."""

from flask import Blueprint, Response

from connector.sandbox.front import acting_user, answer, any_json_body, no_content, the_world
from connector.sandbox.jira.events import tell_property
from connector.sandbox.jira.request import check_property
from connector.sandbox.jira.routes.http import issue_or_404, issue_to_write, need_admin, project_or_404, shapes
from connector.sandbox.jira.rows import Comment
from connector.sandbox.refusal import jira_refusal

properties = Blueprint("jira_properties", __name__)


def _keys(held: dict[str, object], address: str) -> Response:
    return answer({"keys": [{"self": f"{address}/{key}", "key": key} for key in sorted(held)]})


def _one(held: dict[str, object], key: str) -> Response:
    if key not in held:
        raise jira_refusal(404, "The property with the key does not exist.")
    return answer({"key": key, "value": held[key]})


def _put(held: dict[str, object], key: str) -> tuple[object, Response]:
    value = any_json_body()
    check_property(key, value)
    is_new = key not in held
    held[key] = value
    made = answer({} if the_world().is_cloud else None, 201 if is_new else 200)
    return value, made


def _drop(held: dict[str, object], key: str) -> Response:
    if key not in held:
        raise jira_refusal(404, "The property with the key does not exist.")
    del held[key]
    return no_content()


@properties.get("/issue/<id_or_key>/properties")
def issue_keys(id_or_key: str) -> Response:
    """The keys of an issue's properties."""
    issue = issue_or_404(id_or_key)
    return _keys(issue.properties, f"{shapes().root}/issue/{issue.id}/properties")


@properties.get("/issue/<id_or_key>/properties/<path:key>")
def issue_property(id_or_key: str, key: str) -> Response:
    """One property of an issue."""
    return _one(issue_or_404(id_or_key).properties, key)


@properties.put("/issue/<id_or_key>/properties/<path:key>")
def set_issue_property(id_or_key: str, key: str) -> Response:
    """Set a property: 201 when it is new, 200 when it was there."""
    issue = issue_to_write(id_or_key)
    value, made = _put(issue.properties, key)
    the_world().jira.forget_shape(issue.id)
    tell_property(the_world(), "issue_property_set", issue, key, value, acting_user())
    return made


@properties.delete("/issue/<id_or_key>/properties/<path:key>")
def drop_issue_property(id_or_key: str, key: str) -> Response:
    """Delete a property."""
    issue = issue_to_write(id_or_key)
    made = _drop(issue.properties, key)
    the_world().jira.forget_shape(issue.id)
    tell_property(the_world(), "issue_property_deleted", issue, key, None, acting_user())
    return made


@properties.get("/project/<id_or_key>/properties")
def project_keys(id_or_key: str) -> Response:
    """The keys of a project's properties."""
    project = project_or_404(id_or_key)
    return _keys(project.properties, f"{shapes().root}/project/{project.id}/properties")


@properties.get("/project/<id_or_key>/properties/<path:key>")
def project_property(id_or_key: str, key: str) -> Response:
    """One property of a project."""
    return _one(project_or_404(id_or_key).properties, key)


@properties.put("/project/<id_or_key>/properties/<path:key>")
def set_project_property(id_or_key: str, key: str) -> Response:
    """Set a property of a project; needs Administer Projects."""
    project = project_or_404(id_or_key)
    need_admin(project)
    return _put(project.properties, key)[1]


@properties.delete("/project/<id_or_key>/properties/<path:key>")
def drop_project_property(id_or_key: str, key: str) -> Response:
    """Delete a property of a project."""
    project = project_or_404(id_or_key)
    need_admin(project)
    return _drop(project.properties, key)


@properties.get("/comment/<number>/properties")
def comment_keys(number: str) -> Response:
    """The keys of a comment's properties."""
    return _keys(_comment(number).properties, f"{shapes().root}/comment/{number}/properties")


@properties.get("/comment/<number>/properties/<path:key>")
def comment_property(number: str, key: str) -> Response:
    """One property of a comment."""
    return _one(_comment(number).properties, key)


@properties.put("/comment/<number>/properties/<path:key>")
def set_comment_property(number: str, key: str) -> Response:
    """Set a property of a comment."""
    return _put(_comment(number).properties, key)[1]


@properties.delete("/comment/<number>/properties/<path:key>")
def drop_comment_property(number: str, key: str) -> Response:
    """Delete a property of a comment."""
    return _drop(_comment(number).properties, key)


def _comment(number: str) -> Comment:
    for issue in the_world().jira.issues.values():
        for one in issue.comments:
            if one.id == number:
                return one
    raise jira_refusal(404, f"Can not find a comment for the id: {number}.")
