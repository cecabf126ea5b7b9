"""Versions of a project: making, changing, releasing, moving, merging, deleting."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, answer, json_body, no_content, the_world
from connector.sandbox.jira.events import tell_version
from connector.sandbox.jira.projects import check_version_name, create_version, delete_version, forget_version, release
from connector.sandbox.jira.routes.http import need_admin, project_or_404, shapes, version_or_404
from connector.sandbox.jira.rows import Version
from connector.sandbox.refusal import field_refusal, jira_refusal

versions = Blueprint("jira_versions", __name__)


@versions.post("/version")
def make() -> Response:
    """A new version of the project that `projectId` (or `project`) names."""
    body, world = json_body(), the_world()
    project = project_or_404(body.get("projectId", body.get("project")))
    need_admin(project)
    row = Version(
        id=str(world.next_id("version")),
        project=project.id,
        name=str(body.get("name") or ""),
        description=str(body.get("description") or ""),
        archived=body.get("archived") is True,
        released=body.get("released") is True,
        start_date=_date(body, "startDate"),
        release_date=_date(body, "releaseDate"),
    )
    create_version(world, project, row)
    return answer(shapes().version(row), 201)


@versions.get("/version/<number>")
def read(number: str) -> Response:
    """One version."""
    return answer(shapes().version(version_or_404(number)))


@versions.put("/version/<number>")
def change(number: str) -> Response:
    """Change a version; a new `released` is told as released or unreleased."""
    row, body, world = version_or_404(number), json_body(), the_world()
    project = world.jira.projects[row.project]
    need_admin(project)
    if "name" in body:
        check_version_name(world, project, str(body["name"] or ""), but=row.id)
        row.name = str(body["name"])
    if "description" in body:
        row.description = str(body["description"] or "")
    if "startDate" in body:
        row.start_date = _date(body, "startDate")
    if "releaseDate" in body:
        row.release_date = _date(body, "releaseDate")
    row.archived = body["archived"] is True if "archived" in body else row.archived
    forget_version(world, row)
    if "released" in body and (body["released"] is True) != row.released:
        release(world, row, body["released"] is True)
    else:
        tell_version(world, "version_updated", row)
    return answer(shapes().version(row))


def _date(body: Mapping[str, object], name: str) -> str | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise field_refusal({name: f"Please enter the date in the following format: yyyy-MM-dd ({value!r})"})
    return value


@versions.delete("/version/<number>")
def delete(number: str) -> Response:
    """Delete a version; issues get the versions that the address names, or none."""
    return _delete(number, request.args.get("moveFixIssuesTo"), request.args.get("moveAffectedIssuesTo"))


@versions.post("/version/<number>/removeAndSwap")
def remove_and_swap(number: str) -> Response:
    """The same, with the other versions in the body."""
    body = json_body()
    return _delete(number, body.get("moveFixIssuesTo"), body.get("moveAffectedIssuesTo"))


def _delete(number: str, fix_to: object, affects_to: object) -> Response:
    row, world = version_or_404(number), the_world()
    need_admin(world.jira.projects[row.project])
    others = [None if one is None else version_or_404(one) for one in (fix_to, affects_to)]
    if any(one is not None and (one.id == row.id or one.project != row.project) for one in others):
        raise jira_refusal(400, "The version to move issues to must be another version of the same project.")
    delete_version(world, row, acting_user(), fix_to=others[0], affects_to=others[1])
    return no_content()


@versions.put("/version/<number>/mergeto/<other>")
def merge(number: str, other: str) -> Response:
    """Merge a version into another one: its issues move there and it is deleted."""
    return _delete(number, other, other)


@versions.post("/version/<number>/move")
def move(number: str) -> Response:
    """Put a version elsewhere in the project's order: `after` another's address, or `position`."""
    row, body, world = version_or_404(number), json_body(), the_world()
    project = world.jira.projects[row.project]
    need_admin(project)
    order = [one for one in project.versions if one != row.id]
    project.versions = _placed(order, row.id, project.versions.index(row.id), body)
    tell_version(world, "version_moved", row)
    return answer(shapes().version(row))


def _placed(order: list[str], mine: str, was: int, body: Mapping[str, object]) -> list[str]:
    position = body.get("position")
    if isinstance(body.get("after"), str):
        number = str(body["after"]).rstrip("/").rpartition("/")[2]
        if number not in order:
            raise jira_refusal(404, f"Could not find version for id '{number}'")
        at = order.index(number) + 1
    elif position in ("Earlier", "Later", "First", "Last"):
        at = {"Earlier": was - 1, "Later": was + 1, "First": 0, "Last": len(order)}[str(position)]
    else:
        raise jira_refusal(400, "Either 'after' or a position of Earlier, Later, First, Last must be given.")
    at = max(0, min(at, len(order)))
    return [*order[:at], mine, *order[at:]]


@versions.get("/version/<number>/relatedIssueCounts")
def related(number: str) -> Response:
    """How many issues name the version."""
    row, jira = version_or_404(number), the_world().jira
    return answer(
        {
            "self": f"{shapes().root}/version/{row.id}",
            "issuesFixedCount": sum(row.id in one.many("fixVersions") for one in jira.issues.values()),
            "issuesAffectedCount": sum(row.id in one.many("versions") for one in jira.issues.values()),
            "issueCountWithCustomFieldsShowingVersion": 0,
            **({"customFieldUsage": []} if the_world().is_cloud else {"customFieldNames": []}),
        }
    )


@versions.get("/version/<number>/unresolvedIssueCount")
def unresolved(number: str) -> Response:
    """How many issues of the version are not resolved."""
    row, jira = version_or_404(number), the_world().jira
    rows = [one for one in jira.issues.values() if row.id in one.many("fixVersions")]
    open_ones = sum(one.fields.get("resolution") is None for one in rows)
    shape = {"self": f"{shapes().root}/version/{row.id}", "issuesUnresolvedCount": open_ones}
    return answer({**shape, "issuesCount": len(rows)} if the_world().is_cloud else shape)
