"""Projects: looking, making, their statuses, versions, components and properties."""

from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, answer, json_body, listed, no_content, the_world
from connector.sandbox.jira.create import delete_issue
from connector.sandbox.jira.events import tell_project
from connector.sandbox.jira.projects import create_component, create_project
from connector.sandbox.jira.routes.http import need_admin, paged, project_or_404, shapes
from connector.sandbox.jira.rows import Project
from connector.sandbox.jira.shapes import Shape
from connector.sandbox.refusal import jira_refusal

projects = Blueprint("jira_projects", __name__)


@projects.get("/project")
def all_projects() -> Response:
    """Every project."""
    return answer([_brief(one) for one in the_world().jira.projects.values()])


@projects.get("/project/search")
def project_search() -> Response:
    """Projects by page, chosen by key, id or a word of the name."""
    keys, ids = request.args.getlist("keys"), request.args.getlist("id")
    text = request.args.get("query", "").casefold()
    rows = [
        _brief(one)
        for one in sorted(the_world().jira.projects.values(), key=lambda one: one.key)
        if (not keys or one.key in keys)
        and (not ids or one.id in ids)
        and (text in one.name.casefold() or text in one.key.casefold())
    ]
    return answer(paged(rows, f"{shapes().root}/project/search"))


@projects.post("/project")
def make_project() -> Response:
    """A project from the template. `key` and `name` are needed, and on Data Center `lead`."""
    need_admin()
    body, world = json_body(), the_world()
    lead = body.get("leadAccountId") or body.get("lead")
    person = world.users.find(lead) if lead else acting_user()
    if person is None:
        raise jira_refusal(400, projectLead="The user does not exist.")
    key, name = str(body.get("key", "")), str(body.get("name", ""))
    project = create_project(world, key=key, name=name, lead=person, actor=acting_user())
    project.description = str(body.get("description") or "")
    shape = {"self": f"{shapes().root}/project/{project.id}", "id": int(project.id), "key": project.key}
    return answer(shape, 201)


@projects.get("/project/<id_or_key>")
def project(id_or_key: str) -> Response:
    """One project whole."""
    return answer(_whole(project_or_404(id_or_key)))


@projects.put("/project/<id_or_key>")
def change_project(id_or_key: str) -> Response:
    """Another name, description or lead."""
    row, body, world = project_or_404(id_or_key), json_body(), the_world()
    need_admin(row)
    row.name = str(body.get("name", row.name))
    row.description = str(body.get("description", row.description))
    lead = world.users.find(body.get("leadAccountId") or body.get("lead"))
    row.lead = lead.id if lead else row.lead
    world.jira.forget_shapes()
    tell_project(world, "project_updated", row)
    return answer(_whole(row))


@projects.delete("/project/<id_or_key>")
def delete_project(id_or_key: str) -> Response:
    """Delete a project with its issues; its issues are not told one by one."""
    row, world = project_or_404(id_or_key), the_world()
    need_admin()
    for issue in list(world.jira.in_project(row)):
        if issue.id in world.jira.issues:
            delete_issue(world, issue, acting_user(), tell=False)
    for version in row.versions:
        world.jira.versions.pop(version, None)
    for component in row.components:
        world.jira.components.pop(component, None)
    for board in [one for one in world.jira.boards.values() if one.project == row.id]:
        del world.jira.boards[board.id]
    del world.jira.projects[row.id]
    tell_project(world, "project_deleted", row)
    return no_content()


@projects.get("/project/<id_or_key>/statuses")
def project_statuses(id_or_key: str) -> Response:
    """For each issue type the statuses of its workflow."""
    row, jira = project_or_404(id_or_key), the_world().jira
    found = []
    for type_id, workflow in row.workflows.items():
        kind = jira.types[type_id]
        found.append(
            {
                "self": f"{shapes().root}/issuetype/{type_id}",
                "id": type_id,
                "name": kind.name,
                "subtask": kind.level < 0,
                "statuses": [shapes().status(one) for one in jira.workflows[workflow].statuses],
            }
        )
    return answer(found)


@projects.get("/project/<id_or_key>/versions")
def project_versions(id_or_key: str) -> Response:
    """Every version of the project, in its own order."""
    row, jira = project_or_404(id_or_key), the_world().jira
    return answer([shapes().version(jira.versions[one]) for one in row.versions])


@projects.get("/project/<id_or_key>/version")
def project_versions_paged(id_or_key: str) -> Response:
    """The versions by page."""
    row, jira = project_or_404(id_or_key), the_world().jira
    wanted = listed("status")
    rows = [shapes().version(jira.versions[one]) for one in row.versions]
    chosen = [one for one in rows if not wanted or _version_state(one) in wanted]
    return answer(paged(chosen, f"{shapes().root}/project/{row.id}/version"))


def _version_state(shape: Shape) -> str:
    if shape["archived"]:
        return "archived"
    return "released" if shape["released"] else "unreleased"


@projects.get("/project/<id_or_key>/components")
def project_components(id_or_key: str) -> Response:
    """Every component of the project."""
    row, jira = project_or_404(id_or_key), the_world().jira
    return answer([_component(jira.components[one].id) for one in row.components])


@projects.post("/component")
def make_component() -> Response:
    """A component of a project."""
    body, world = json_body(), the_world()
    row = project_or_404(body.get("project"))
    need_admin(row)
    lead = world.users.find(body.get("leadAccountId") or body.get("leadUserName"))
    component = create_component(
        world,
        row,
        str(body.get("name", "")),
        description=str(body.get("description") or ""),
        lead=lead.id if lead else None,
    )
    return answer(_component(component.id), 201)


def _component(component_id: str) -> Shape:
    shape = shapes().component(the_world().jira.components[component_id])
    if the_world().is_cloud:
        return shape
    return {name: value for name, value in shape.items() if name not in ("projectId", "realAssigneeType")}


def _brief(row: Project) -> Shape:
    shape: Shape = {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        "self": f"{shapes().root}/project/{row.id}",
        "id": row.id,
        "key": row.key,
        "name": row.name,
        "avatarUrls": shapes().project_icons(row),
        "projectTypeKey": "software",
    }
    if the_world().is_cloud:
        shape |= {"simplified": False, "style": "classic", "isPrivate": False, "properties": {}}
    if "lead" in request.args.get("expand", ""):
        shape["lead"] = shapes().person(row.lead)
    if row.category:
        category = {"self": f"{shapes().root}/projectCategory/{row.category['id']}", **row.category}
        shape["projectCategory"] = category
    return shape


def _whole(row: Project) -> Shape:
    jira = the_world().jira
    return {
        **_brief(row),
        "description": row.description,
        "lead": shapes().person(row.lead),
        "assigneeType": "UNASSIGNED",
        "components": [_component(one) for one in row.components],
        "issueTypes": [shapes().type(one) for one in row.workflows],
        "versions": [shapes().version(jira.versions[one]) for one in row.versions],
        "roles": {},
    }
