"""What a Jira site says of itself: server, people, fields, types, statuses, priorities, resolutions, link types."""

from collections.abc import Iterable

from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, answer, integer, json_body, the_world
from connector.sandbox.jira.move import schema
from connector.sandbox.jira.routes.http import need_admin, paged, shapes
from connector.sandbox.jira.rows import FieldRow
from connector.sandbox.jira.shapes import CATEGORIES, Shape
from connector.sandbox.jira.template_fields import field_row
from connector.sandbox.refusal import jira_refusal
from connector.sandbox.users import Person

site = Blueprint("jira_site", __name__)
CLOUD_ID = "5f1c2f3e-6a0d-4d0c-9b5e-2f7a3c9d1e40"
_KINDS = {
    "float": "number",
    "datepicker": "date",
    "textfield": "string",
    "textarea": "text",
    "userpicker": "user",
    "multiuserpicker": "users",
    "select": "option",
    "multicheckboxes": "options",
}


@site.get("/serverInfo")
def server_info() -> Response:
    """Version and kind of deployment; needs no credentials."""
    world = the_world()
    is_cloud = world.is_cloud
    shape: Shape = {
        "baseUrl": world.jira_url,
        "version": "1001.0.0-SNAPSHOT" if is_cloud else "10.3.24",
        "versionNumbers": [1001, 0, 0] if is_cloud else [10, 3, 24],
        "deploymentType": "Cloud" if is_cloud else "Server",
        "buildNumber": 100300 if is_cloud else 10030024,
        "buildDate": "2026-10-01T00:00:00.000+0000",
        "serverTime": world.now_text(),
        "scmInfo": "4d8f1c2b",
        "serverTitle": "Sandbox",
    }
    if is_cloud:
        shape |= {"displayUrl": world.jira_url, "displayUrlConfluence": world.confluence_url}
    return answer(shape)


@site.get("/myself")
def myself() -> Response:
    """Whose credentials these are."""
    return answer(_whole(acting_user()))


@site.get("/user")
def user() -> Response:
    """Somebody by accountId (Cloud), or by name or key (Data Center)."""
    names = ("accountId",) if the_world().is_cloud else ("username", "key")
    asked = next((request.args[one] for one in names if one in request.args), None)
    person = the_world().users.find(asked)
    if person is None:
        raise jira_refusal(404, "Specified user does not exist or you do not have required permissions")
    return answer(_whole(person))


@site.get("/user/search")
def user_search() -> Response:
    """People whose name begins so: `query` or `accountId` on Cloud, `username` on Data Center."""
    name = "query" if the_world().is_cloud else "username"
    if name not in request.args and "accountId" not in request.args:
        raise jira_refusal(400, f"The {name} query parameter was not provided")
    return _people(request.args.get(name, ""), request.args.get("accountId"))


@site.get("/user/assignable/search")
def assignable() -> Response:
    """People who may be assigned; everybody but viewers."""
    text = request.args.get("query", request.args.get("username", ""))
    return _people(text, request.args.get("accountId"))


@site.get("/users/search")
def all_users() -> Response:
    """Everybody."""
    return _people("", None)


def _people(text: str, account_id: str | None) -> Response:
    users = the_world().users
    named = users.find(account_id) if account_id else None
    found = ([named] if named else []) if account_id else users.matching(text) if text else users.all()
    start, size = integer("startAt", 0), integer("maxResults", 50, most=1000)
    return answer([shapes().user(one) for one in found[start : start + size]])


def _whole(person: Person) -> Shape:
    groups = {"size": 1, "items": []}
    return {
        **shapes().user(person),
        "locale": the_world().locale,
        "groups": groups,
        "applicationRoles": {"size": 1, "items": []},
        "expand": "groups,applicationRoles",
    }


@site.get("/field")
def fields() -> Response:
    """Every field of the site."""
    return answer([_field(one) for one in the_world().jira.fields.values()])


@site.post("/field")
def make_field() -> Response:
    """A new custom field, shown everywhere."""
    need_admin()
    body, world = json_body(), the_world()
    name, custom = body.get("name"), str(body.get("type", "")).rpartition(":")[2]
    if not isinstance(name, str) or not name.strip():
        raise jira_refusal(400, "The name of the custom field is missing.")
    if custom not in _KINDS:
        raise jira_refusal(400, f"The custom field type '{body.get('type')}' does not exist.")
    number = max(int(one.id.removeprefix("customfield_")) for one in world.jira.fields.values() if one.is_custom)
    row = field_row(number=f"customfield_{max(number, 10100) + 1}", name=name, kind=_KINDS[custom])
    world.jira.fields[row.id] = row
    for project in world.jira.projects.values():
        for screen in project.screens.values():
            screen.append(row.id)
    world.jira.forget_shapes()
    return answer(_field(row), 201)


def _field(row: FieldRow) -> Shape:
    clauses = [f"cf[{row.id.removeprefix('customfield_')}]", row.name] if row.is_custom else [row.id]
    shape: Shape = {"id": row.id}
    if the_world().is_cloud:
        shape["key"] = row.id
    return {
        **shape,
        "name": row.name,
        "custom": row.is_custom,
        "orderable": row.settable,
        "navigable": row.id not in ("comment", "worklog"),
        "searchable": True,
        "clauseNames": clauses,
        "schema": schema(shapes(), row.id),
    }


@site.get("/issuetype")
def issue_types() -> Response:
    """Every issue type."""
    return answer([shapes().type(one) for one in the_world().jira.types])


@site.get("/issuetype/<number>")
def issue_type(number: str) -> Response:
    """One issue type."""
    _known(number, the_world().jira.types, "issue type")
    return answer(shapes().type(number))


@site.get("/status")
def statuses() -> Response:
    """Every status with its category."""
    return answer([shapes().status(one) for one in the_world().jira.statuses])


@site.get("/status/<id_or_name>")
def status(id_or_name: str) -> Response:
    """One status, by id or name."""
    for row in the_world().jira.statuses.values():
        if id_or_name in (row.id, row.name):
            return answer(shapes().status(row.id))
    raise jira_refusal(404, "The status with the specified name or id was not found.")


@site.get("/statuscategory")
def categories() -> Response:
    """The status categories."""
    return answer([shapes().category(one) for one in CATEGORIES])


@site.get("/priority")
def priorities() -> Response:
    """Every priority, highest first."""
    return answer([shapes().priority(one) for one in the_world().jira.priorities])


@site.get("/priority/<number>")
def priority(number: str) -> Response:
    """One priority."""
    _known(number, the_world().jira.priorities, "priority")
    return answer(shapes().priority(number))


@site.get("/resolution")
def resolutions() -> Response:
    """Every resolution."""
    return answer([shapes().resolution(one) for one in the_world().jira.resolutions])


@site.get("/issueLinkType")
def link_types() -> Response:
    """Every kind of link."""
    return answer({"issueLinkTypes": [shapes().link_type(one) for one in the_world().jira.link_types]})


def _known(number: str, table: Iterable[str], what: str) -> None:
    if number not in table:
        raise jira_refusal(404, f"The {what} with id '{number}' does not exist")


@site.get("/field/search")
def field_search() -> Response:
    """Fields by page, chosen by id, kind or a word of the name."""
    wanted, text = request.args.getlist("id"), request.args.get("query", "").casefold()
    kinds = request.args.getlist("type")
    rows = [
        {name: value for name, value in _field(one).items() if name in ("id", "key", "name", "schema")}
        for one in the_world().jira.fields.values()
        if (not wanted or one.id in wanted)
        and text in one.name.casefold()
        and (not kinds or ("custom" if one.is_custom else "system") in kinds)
    ]
    return answer(paged(rows, f"{shapes().root}/field/search"))


@site.get("/priority/search")
def priority_search() -> Response:
    """Priorities by page."""
    rows = [shapes().priority(one) for one in the_world().jira.priorities]
    return answer(paged(rows, f"{shapes().root}/priority/search"))
