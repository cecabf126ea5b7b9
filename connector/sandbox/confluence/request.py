"""Reading requests to Confluence: bodies, numbers and pages of results."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast
from urllib.parse import urlencode

import orjson
from flask import request

from connector.sandbox.confluence.model import Space
from connector.sandbox.confluence.problem import ConfluenceProblem
from connector.sandbox.confluence.state import ConfluenceState
from connector.sandbox.front import acting_user, the_world

Thing = TypeVar("Thing")


def the_state() -> ConfluenceState:
    """Confluence, as the app that answers this request holds it."""
    return the_world().confluence


def any_body() -> object:
    """The request's body as JSON, else 400."""
    try:
        return cast("object", orjson.loads(request.get_data()))
    except orjson.JSONDecodeError:
        raise ConfluenceProblem(400, "The request body is not valid JSON.") from None


def body_object() -> dict[str, object]:
    """The request's body as a JSON object, else 400."""
    body = any_body()
    if not isinstance(body, dict):
        raise ConfluenceProblem(400, "The request body must be a JSON object.")
    return body


def part(body: Mapping[str, object], name: str) -> dict[str, object]:
    """An object inside a body, or an empty one when it is left out. 400 for anything else."""
    found = body.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ConfluenceProblem(400, f"'{name}' must be an object.")
    return found


def text(body: Mapping[str, object], name: str, default: str = "") -> str:
    """A string inside a body. 400 for anything else."""
    found = body.get(name)
    if found is None:
        return default
    if not isinstance(found, str):
        raise ConfluenceProblem(400, f"'{name}' must be a string.")
    return found


def number_in(body: Mapping[str, object], name: str) -> int | None:
    """A whole number inside a body, None when it is left out. 400 for anything else."""
    found = body.get(name)
    if found is not None and (not isinstance(found, int) or isinstance(found, bool)):
        raise ConfluenceProblem(400, f"'{name}' must be a whole number.")
    return found


def whole(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number of the query string, at least `least`; 400 when it is none or too large."""
    given = request.args.get(name, "")
    if not given:
        return default
    if not re.fullmatch(r"\d{1,9}", given) or int(given) < least or (most is not None and int(given) > most):
        raise ConfluenceProblem(400, f"Provided value {{{given}}} for '{name}' is not allowed.")
    return int(given)


def chosen(name: str, allowed: Sequence[str], default: str) -> str:
    """One of the allowed values of a query parameter; 400 for another."""
    given = request.args.get(name, "")
    if given and given not in allowed:
        raise ConfluenceProblem(
            400,
            f"Provided value {{{given}}} for '{name}' is not the correct type. Expected type is one of {list(allowed)}",
        )
    return given or default


def several(name: str) -> list[str]:
    """The values of a query parameter, repeated or with commas."""
    return [one.strip() for given in request.args.getlist(name) for one in given.split(",") if one.strip()]


def is_yes(name: str) -> bool:
    """Whether a query parameter is true."""
    return request.args.get(name, "").lower() == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[Thing]):
    """Some of the results, and where the rest is asked for (without the product's own address)."""

    items: list[Thing]
    start: int
    limit: int
    next: str | None


def by_cursor(items: Sequence[Thing], default: int, most: int) -> Slice[Thing]:
    """The results that `limit` and `cursor` ask for; a limit above `most` is refused."""
    limit = whole("limit", default, least=1, most=most)
    start = _position(request.args.get("cursor", ""))
    following = start + limit
    more = None
    if following < len(items):
        cursor = base64.urlsafe_b64encode(orjson.dumps({"at": following})).decode()
        more = f"{request.path}?{_query(limit=str(limit), cursor=cursor)}"
    return Slice(items=list(items[start:following]), start=start, limit=limit, next=more)


def by_start(items: Sequence[Thing], default: int, most: int) -> Slice[Thing]:
    """The results that `start` and `limit` ask for; never more than `most` at once."""
    limit, start = min(whole("limit", default), most), whole("start", 0)
    more = None
    if limit and start + limit < len(items):
        more = f"{request.path}?{_query(limit=str(limit), start=str(start + limit))}"
    return Slice(items=list(items[start : start + limit]), start=start, limit=limit, next=more)


def _query(**replaced: str) -> str:
    kept = [(name, one) for name, one in request.args.items(multi=True) if name not in replaced]
    return urlencode([*kept, *replaced.items()])


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(orjson.loads(base64.urlsafe_b64decode(cursor))["at"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise ConfluenceProblem(400, "The cursor is not valid.") from None


def wanted_labels() -> list[tuple[str, str]]:
    """The labels that the request's body gives: one or a list of `{"prefix", "name"}`."""
    body = any_body()
    labels = []
    for one in body if isinstance(body, list) else [body]:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise ConfluenceProblem(400, "A label is an object with 'prefix' and 'name'.")
        labels.append((text(one, "prefix", "global"), str(one["name"])))
    if not labels:
        raise ConfluenceProblem(400, "No label was given.")
    return labels


def new_space() -> Space:
    """The space that the request's body describes, just made."""
    body = body_object()
    key, name = text(body, "key"), text(body, "name")
    if not name or not key.isascii() or not key.isalnum():
        raise ConfluenceProblem(400, "A space needs a name, and a key of letters and digits.")
    return the_state().create_space(key, name, acting_user())
