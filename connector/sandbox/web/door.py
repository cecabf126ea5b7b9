"""The door of the web pages: who acts, proof that a form is ours, safe headers, and how a page is put together."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, g, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import Forbidden, HTTPException

from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.front import acting_user, answer, the_world
from connector.sandbox.jira.shapes import duration
from connector.sandbox.refusal import Refusal
from connector.sandbox.users import Person
from connector.sandbox.web.addresses import Addresses
from connector.sandbox.web.refusals import Said, said_by
from connector.sandbox.web.shown import Looks, initials, priority_look, size_text, tint, type_look
from connector.sandbox.web.words import Texts
from connector.sandbox.world import World

PERSON_COOKIE, VISITOR_COOKIE = "sandbox_person", "sandbox_visitor"
TOKEN_FIELD, TOKEN_HEADER = "token", "X-Sandbox-Token"
MOST_PEOPLE = 40
_KEY = "sandbox_web_key"
_VISITOR = re.compile(r"[0-9a-f]{32}")
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_MOST_FORM_BYTES = 12 * 1024 * 1024
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def guard(pages: Blueprint) -> None:
    """Put the door before every page of the blueprint and of those inside it."""
    pages.record_once(_make_key)
    pages.before_request(_enter)
    pages.after_request(_leave)
    pages.register_error_handler(Refusal, _refused)
    pages.register_error_handler(ConfluenceProblem, _refused)
    pages.register_error_handler(HTTPException, _http_error)


def texts() -> Texts:
    """The words of the pages in the world's language."""
    return Texts(the_world().locale)


def addresses() -> Addresses:
    """Where the pages of this deployment stand."""
    return Addresses(is_cloud=the_world().is_cloud)


def looks() -> Looks:
    """How things look to who acts."""
    world = the_world()
    return Looks(locale=world.locale, zone=ZoneInfo(acting_user().time_zone), people=world.users)


def page(template: str, status: int = 200, **values: object) -> Response:
    """A page out of its template; every value in it is escaped."""
    return Response(render_template(template, **_always(), **values), status=status, mimetype="text/html")


def back_to(address: str) -> Response:
    """After something was done: the page that shows it. Only addresses of this site."""
    target = address if _OWN_PATH.fullmatch(address) else "/"
    return cast("Response", redirect(target, code=303))


def done(address: str) -> Response:
    """Something was changed: note it, and go to the page that shows it."""
    the_world().changed()
    return back_to(address)


def form_token() -> str:
    """What proves that a form comes from a page that this visitor was given."""
    key = cast("bytes", current_app.extensions[_KEY])
    return hmac.new(key, str(g.visitor).encode(), hashlib.sha256).hexdigest()


def refusal_of(error: Refusal | ConfluenceProblem) -> Said:
    """What a product said no with, in the reader's language."""
    return said_by(error, texts())


def default_person(world: World) -> Person:
    """Who acts as long as nobody was chosen: the first administrator who is a person."""
    return next(one for one in world.users.all() if one.is_admin and not one.is_app)


def _make_key(state: BlueprintSetupState) -> None:
    state.app.extensions[_KEY] = secrets.token_bytes(32)


def _enter() -> None:
    world = the_world()
    visitor = request.cookies.get(VISITOR_COOKIE, "")
    g.visitor = visitor if _VISITOR.fullmatch(visitor) else secrets.token_hex(16)
    chosen = world.users.find(request.cookies.get(PERSON_COOKIE))
    g.person = chosen if chosen and chosen.is_active else default_person(world)
    request.max_form_memory_size = _MOST_FORM_BYTES
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        _check_write()


def _check_write() -> None:
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    if not hmac.compare_digest(given.encode(), form_token().encode()):
        raise Forbidden(texts()("This form is out of date. Load the page again and send it once more."))
    if acting_user().is_viewer and not request.path.startswith("/people/"):
        raise Forbidden(texts()("You do not have permission to perform this operation."))


def _leave(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.cookies.get(VISITOR_COOKIE) != g.visitor:
        response.set_cookie(VISITOR_COOKIE, g.visitor, httponly=True, samesite="Strict")
    return response


def _refused(error: Exception) -> Response:
    assert isinstance(error, Refusal | ConfluenceProblem)
    said = refusal_of(error)
    return _told([*said.messages, *said.fields.values()], error.status)


def _told(messages: list[str], status: int) -> Response:
    """Why not: as a page, or as JSON for our own script."""
    if TOKEN_HEADER in request.headers:
        return answer({"said": " ".join(messages), "screen": None}, status)
    return page("problem.html", status, messages=messages, code=status)


def _http_error(error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.code is None or error.code < 400:
        return cast("Response", error.get_response())
    own = error.description if isinstance(error, Forbidden) else None
    message = own or texts()("This page does not exist." if error.code == 404 else "That did not work.")
    return _told([message], error.code)


def known_people(world: World, me: Person) -> list[Person]:
    """The people to choose from at once: the first of them, and who acts."""
    active = [one for one in world.users.all() if one.is_active]
    return active[:MOST_PEOPLE] + ([] if me in active[:MOST_PEOPLE] else [me])


def _always() -> Mapping[str, object]:
    """What every template may use."""
    world = the_world()
    return {
        "t": texts(),
        "to": addresses(),
        "looks": looks(),
        "world": world,
        "me": acting_user(),
        "known_people": known_people(world, acting_user()),
        "token": form_token(),
        "here": quote(request.path) + (f"?{request.query_string.decode('ascii', 'ignore')}" if request.args else ""),
        "initials": initials,
        "tint": tint,
        "type_look": type_look,
        "priority_look": priority_look,
        "size_text": size_text,
        "duration": duration,
    }
