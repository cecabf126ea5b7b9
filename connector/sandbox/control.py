"""The sandbox's own switches under /sandbox: clock, faults, webhooks, people, projects. No Atlassian site has these."""

from datetime import datetime, timedelta

from flask import Blueprint, Response

from connector.core.errors import ConnectorError
from connector.sandbox.faults import BadSwitch
from connector.sandbox.front import answer, json_body, the_world
from connector.sandbox.jira.projects import create_project
from connector.sandbox.refusal import Refusal
from connector.sandbox.users import Person

control = Blueprint("control", __name__, url_prefix="/sandbox")


@control.errorhandler(ConnectorError)
def _mendable(error: ConnectorError) -> Response:
    return answer({"error": str(error)}, 400)


@control.get("/state")
def state() -> Response:
    """What kind of sandbox this is, where its products are and who lives in it."""
    world = the_world()
    return answer(
        {
            "deployment": world.options.deployment,
            "locale": world.locale,
            "jira": world.jira_url,
            "confluence": world.confluence_url,
            "projects": [one.key for one in world.jira.projects.values()],
            "issues": len(world.jira.issues),
            "fields": {one.word: one.id for one in world.jira.fields.values() if one.is_custom},
            "people": [_shown(one) for one in world.users.all()],
        }
    )


@control.get("/clock")
def tell_clock() -> Response:
    """The moment now."""
    return answer({**the_world().clock.told(), "now": the_world().clock.now().isoformat()})


@control.post("/clock")
def move_clock() -> Response:
    """`{"now": ISO}` jumps and stands still, `{"advance_s": n}` goes on, `{"real": true}` runs again."""
    body, clock = json_body(), the_world().clock
    if body.get("real") is True:
        clock.follow_real_time()
    elif isinstance(body.get("advance_s"), int | float):
        clock.advance(timedelta(seconds=float(str(body["advance_s"]))))
    else:
        clock.set(_moment(body.get("now")), rate=1 if body.get("rate") == 1 else 0)
    the_world().changed()
    return tell_clock()


@control.get("/faults")
def tell_faults() -> Response:
    """Every switch as it stands."""
    return answer(the_world().faults.told())


@control.post("/faults")
def turn_faults() -> Response:
    """Turn the named switches; the others stay."""
    return answer(the_world().faults.set(json_body()))


@control.get("/webhooks")
def tell_webhooks() -> Response:
    """How many webhooks wait and what became of the others."""
    return answer(the_world().webhooks.told())


@control.post("/webhooks")
def point_webhooks() -> Response:
    """`{"jira": URL or null, "confluence": URL or null, "secret": text}`, each only when it is to change."""
    body, sender = json_body(), the_world().webhooks
    if "jira" in body:
        sender.point_at("jira", _address(body["jira"]))
    if "confluence" in body:
        sender.point_at("confluence", _address(body["confluence"]))
    if "secret" in body:
        sender.sign_with(None if body["secret"] is None else str(body["secret"]))
    return answer(sender.told())


@control.get("/users")
def tell_users() -> Response:
    """Everybody, with the token each acts with."""
    return answer([_shown(one) for one in the_world().users.all()])


@control.post("/users")
def add_user() -> Response:
    """`{"name", "display_name", "email"?, "admin"?, "viewer"?}` makes an account."""
    body, world = json_body(), the_world()
    name = str(body.get("name", "")).strip()
    if not name or world.users.find(name) is not None:
        raise BadSwitch(f"the name {name!r} is empty or taken; give another")
    email = body.get("email")
    person = world.users.add(
        name=name,
        display_name=str(body.get("display_name") or name),
        email=str(email) if email else None,
        is_admin=body.get("admin") is True,
        is_viewer=body.get("viewer") is True,
    )
    world.changed()
    return answer(_shown(person), 201)


@control.post("/projects")
def add_project() -> Response:
    """`{"key", "name", "lead"?}` makes a Jira project from the template, and a Confluence space of the same key."""
    body, world = json_body(), the_world()
    lead = world.users.find(body.get("lead")) or _first_admin()
    project = create_project(world, key=str(body.get("key", "")), name=str(body.get("name", "")), lead=lead, actor=lead)
    world.changed()
    return answer({"id": project.id, "key": project.key, "name": project.name}, 201)


def _first_admin() -> Person:
    return next(one for one in the_world().users.all() if one.is_admin and not one.is_app)


def _address(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.startswith(("http://", "https://"))):
        return value
    raise BadSwitch(f"the webhook address is {value!r}; give one that begins with http:// or https://, or null")


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refusal(400, {"error": f"now is {value!r}; write it as 2026-01-05T09:00:00+00:00"})
    return moment


def _shown(person: Person) -> dict[str, object]:
    return {
        "account_id": person.id,
        "name": person.name,
        "key": person.key,
        "display_name": person.display_name,
        "email": person.email,
        "token": person.token,
        "app": person.is_app,
        "admin": person.is_admin,
        "viewer": person.is_viewer,
    }
