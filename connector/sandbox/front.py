"""What every request to either product passes first and last: who it is, the faults, the lock, the record."""

import contextlib
import re
import socket
from collections.abc import Mapping
from typing import cast

import orjson
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from connector.sandbox.recorder import without_secrets
from connector.sandbox.refusal import Refusal, jira_refusal
from connector.sandbox.users import Person
from connector.sandbox.world import World

_REST = re.compile(r"^(/jira|/confluence|/wiki)?/(rest|api/v2)/")
_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 415: "UNSUPPORTED_MEDIA_TYPE"}
_OPEN = re.compile(r"/serverInfo$")
_SWITCH = "/sandbox/"
# Files come as multipart, with the header against forgery that their routes ask for.
_UPLOAD = re.compile(r"/(issue/[^/]+/attachments|child/attachment(/[^/]+/data)?)$")
WRITES = frozenset({"POST", "PUT", "DELETE", "PATCH"})
# POST operations that only read; a lost reply or a viewer's account does not concern them.
_READING_POST = re.compile(
    r"/(search|search/jql|search/approximate-count|issue/bulkfetch|changelog/bulkfetch|jql/parse|jql/match)$"
)


def the_world() -> World:
    """The world of the app that answers this request."""
    return cast("World", current_app.extensions["sandbox_world"])


def acting_user() -> Person:
    """Whose credentials this request carries."""
    return cast("Person", g.person)


def json_body() -> dict[str, object]:
    """The request's body as a JSON object, else 400 as Jira words it."""
    body = any_json_body()
    if not isinstance(body, dict):
        raise jira_refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return body


def any_json_body() -> object:
    """The request's body as JSON of any kind, else 400."""
    try:
        return cast("object", orjson.loads(request.get_data()))
    except orjson.JSONDecodeError:
        raise jira_refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.") from None


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; a None body is an answer without one."""
    raw = b"" if body is None else orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    made = Response(raw, status=status, mimetype="application/json", headers=dict(headers or {}))
    if body is None:
        made.headers.pop("Content-Type", None)
    return made


def no_content() -> Response:
    """204."""
    return answer(None, 204)


def integer(name: str, default: int, *, most: int | None = None) -> int:
    """A whole number of the query string; 400 when it is none."""
    text = request.args.get(name)
    if text is None or text == "":
        return default
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise jira_refusal(400, f"The value '{text}' of the parameter '{name}' is not a number.")
    return min(int(text), most) if most is not None else int(text)


def listed(name: str) -> list[str]:
    """The values of a query parameter, repeated or with commas."""
    return [part.strip() for text in request.args.getlist(name) for part in text.split(",") if part.strip()]


def yes(name: str, default: bool = False) -> bool:
    """A true/false parameter of the query string."""
    text = request.args.get(name)
    return default if text is None else text.lower() == "true"


def install(app: Flask, world: World) -> None:
    """Put the hooks on the app."""
    app.extensions["sandbox_world"] = world
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_let_go)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)


def is_rest() -> bool:
    """Whether the request is for a product's REST API rather than a page or a switch."""
    return _REST.match(request.path) is not None


def product() -> str:
    """Which product the request is for."""
    return "confluence" if request.path.startswith(("/wiki", "/confluence")) else "jira"


def _begin() -> None:
    world = the_world()
    world.lock.acquire()
    g.holds_lock = True
    world.webhooks.trace = None
    if request.path.startswith(_SWITCH) and not _is_json_where_needed():
        raise _foreign_switch()
    if not is_rest():
        return
    world.webhooks.trace = request.headers.get("X-Atlassian-Webhook-Trace")
    if not _OPEN.search(request.path):
        g.person = _who()
    world.faults.refuse_request()
    if is_write() and acting_user().is_viewer:
        raise jira_refusal(403, "You do not have permission to perform this operation.")
    if not _UPLOAD.search(request.path) and not _is_json_where_needed():
        raise UnsupportedMediaType


def _is_json_where_needed() -> bool:
    """Whether a POST, and whatever else carries a body, says that it is JSON.

    A page of another site can have a browser post here, but not as application/json: that the browser asks us first.
    """
    if request.method not in ("POST", "PUT", "PATCH"):
        return True
    is_bare = request.method != "POST" and not request.get_data()
    return is_bare or request.mimetype == "application/json"


def _foreign_switch() -> Refusal:
    sent_as = request.mimetype or "nothing in particular"
    return Refusal(415, {"error": f"the body was sent as {sent_as}; send it with Content-Type: application/json"})


def is_write() -> bool:
    """Whether the request may change something."""
    return request.method in WRITES and not _READING_POST.search(request.path)


def _who() -> Person:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    users = the_world().users
    person = None
    if scheme.lower() == "basic":
        person = users.by_basic(rest.strip())
    elif scheme.lower() == "bearer" and not the_world().is_cloud:
        person = users.by_token(rest.strip())
    if person is None or not person.is_active:
        raise _unauthorized()
    return person


def _unauthorized() -> Refusal:
    if the_world().is_cloud:
        headers = {"WWW-Authenticate": 'OAuth realm=""'}
        if product() == "confluence":
            body: object = {
                "errors": [{"status": 401, "code": "UNAUTHORIZED", "title": "Unauthorized", "detail": None}]
            }
            return Refusal(401, body, headers)
        return Refusal(
            401,
            {"errorMessages": ["Client must be authenticated to access this resource."], "errors": {}},
            headers,
        )
    return Refusal(401, {"message": "Client must be authenticated to access this resource.", "status-code": 401})


def _refused(refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return answer(refusal.body, refusal.status, refusal.headers)


def _http_error(error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not is_rest():
        return cast("Response", error.get_response())
    status = error.code or 500
    if request.path.startswith("/wiki/api/v2/"):
        code = _CODES.get(status, "INVALID_REQUEST")
        return answer({"errors": [{"status": status, "code": code, "title": error.name, "detail": None}]}, status)
    if product() == "confluence":
        return answer({"statusCode": status, "message": f"HTTP {status} {error.name}"}, status)
    return answer({"errorMessages": [f"HTTP {status} {error.name}"], "errors": {}}, status)


def _finish(response: Response) -> Response:
    world = the_world()
    if not is_rest():
        return response
    response.headers["X-AREQUESTID"] = str(world.next_id("request"))
    if is_write() and response.status_code < 400:
        world.changed()
    lost = is_write() and response.status_code < 400 and world.faults.loses_reply()
    if world.recorder.is_on:
        world.recorder.write(_record(world, response, lost))
    return _cut_off(response) if lost else response


def _record(world: World, response: Response, lost: bool) -> dict[str, object]:
    query: dict[str, object] = {name: values if len(values) > 1 else values[0] for name, values in request.args.lists()}
    line: dict[str, object] = {
        "at": world.clock.now().isoformat(),
        "deployment": world.options.deployment,
        "product": product(),
        "method": request.method,
        "path": request.path,
        "query": query,
        "headers": without_secrets(dict(request.headers.items())),
        "body": _sent(),
        "status": response.status_code,
        "response": _json_or_none(response.get_data()) if response.mimetype == "application/json" else None,
    }
    if lost:
        line["reply_lost"] = True
    return line


def _sent() -> object:
    if request.mimetype == "multipart/form-data":
        names = [one.filename or "" for one in request.files.values()]
        return f"files: {', '.join(names)}"
    raw = request.get_data()
    if not raw:
        return None
    parsed = _json_or_none(raw)
    return raw.decode("utf-8", "replace") if parsed is None else parsed


def _json_or_none(raw: bytes) -> object:
    try:
        return cast("object", orjson.loads(raw)) if raw else None
    except orjson.JSONDecodeError:
        return None


def _cut_off(response: Response) -> Response:
    """Shut the connection, so that the answer to what was done never arrives."""
    connection = request.environ.get("werkzeug.socket")
    if connection is None:
        raise ConnectionResetError("the reply was lost after the write was done")
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    response.headers["Connection"] = "close"
    return response


def _let_go(_error: BaseException | None) -> None:
    if g.pop("holds_lock", False):
        the_world().lock.release()
