"""The way in: both products, who acts, and the clock."""

from datetime import timedelta

from flask import Blueprint, Response, abort, request

from connector.sandbox.front import acting_user, the_world
from connector.sandbox.jira.projects import create_project
from connector.sandbox.refusal import Refusal
from connector.sandbox.web.door import MOST_PEOPLE, PERSON_COOKIE, addresses, back_to, done, page, refusal_of
from connector.sandbox.web.refusals import Said

home = Blueprint("home", __name__)
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


@home.get("/")
def index() -> Response:
    """Projects, spaces, people and the clock."""
    return _home(Said())


def _home(said: Said, status: int = 200) -> Response:
    world = the_world()
    counts: dict[str, int] = {}
    for issue in world.jira.issues.values():
        counts[issue.project] = counts.get(issue.project, 0) + 1
    pages: dict[str, int] = {}
    for one in world.confluence.pages():
        pages[one.space] = pages.get(one.space, 0) + 1
    return page(
        "home.html",
        status,
        said=said,
        projects=list(world.jira.projects.values()),
        counts=counts,
        spaces=list(world.confluence.held.spaces.values()),
        pages=pages,
        more_people=sum(one.is_active for one in world.users.all()) - MOST_PEOPLE,
        waiting=world.webhooks.told(),
    )


@home.post("/people/act")
def act() -> Response:
    """Act as somebody else from now on."""
    person = the_world().users.find(request.form.get("person"))
    if person is None or not person.is_active:
        abort(404)
    answer = back_to(request.form.get("next", "/"))
    answer.set_cookie(PERSON_COOKIE, person.name, httponly=True, samesite="Strict")
    return answer


@home.post("/clock/move")
def move_clock() -> Response:
    """Let the sandbox's clock go on by an hour, a day or a week, or follow real time again."""
    step = request.form.get("step", "")
    if step == "real":
        the_world().clock.follow_real_time()
    elif step in _STEPS:
        the_world().clock.advance(_STEPS[step])
    else:
        abort(400)
    return done("/")


@home.post("/projects/new")
def make_project() -> Response:
    """A project from the template, with its space."""
    me, world = acting_user(), the_world()
    try:
        project = create_project(
            world, key=request.form.get("key", "").strip(), name=request.form.get("name", "").strip(), lead=me, actor=me
        )
    except Refusal as refusal:
        return _home(refusal_of(refusal), refusal.status)
    return done(addresses().project(project.key))
