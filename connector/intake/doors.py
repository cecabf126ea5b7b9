"""The doors: POST /hooks/jira and POST /hooks/confluence."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import structlog
from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from connector import metrics
from connector.clock import Clock
from connector.intake.committer import Committer, Overloaded
from connector.intake.proof import is_proven
from connector.normalise.read import classify
from connector.normalise.verdict import Known, LeftAlone, NotAnEvent
from connector.settings import Door, Site
from connector.store.inbox import NewLetter

log = structlog.get_logger()

LARGEST_BODY = 10 * 1024 * 1024
Source = Literal["jira", "confluence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A delivery at the door: which site and product, and what its path said (an event's name, a secret)."""

    site: Site
    source: Source
    door: Door
    path_secret: str | None
    path_name: str | None


def doors(sites: tuple[Site, ...], committer: Committer, clock: Clock) -> Blueprint:
    """The blueprint with the doors of every site.

    `/hooks/<product>` is the first site's, `/sites/<site>/hooks/<product>` any site's. What follows is the secret
    where the door's method is `path`, then the event's name for products that do not say it in the body.
    """
    blueprint = Blueprint("doors", __name__)

    def answer(product: str, rest: str = "", site: str | None = None) -> tuple[Response, int]:
        called = _called(sites, product, rest, site)
        if called is None:
            return refusal(404, "no such door", "no site has a door here", "POST to /hooks/jira or /hooks/confluence")
        return _take_in(called, committer, clock)

    for prefix in ("/hooks/<product>", "/sites/<site>/hooks/<product>"):
        for path in (prefix, f"{prefix}/<path:rest>"):
            blueprint.add_url_rule(path, endpoint=f"door {path}".replace(".", ""), view_func=answer, methods=["POST"])
    return blueprint


def refusal(status: int, code: str, found: str, expected: str) -> tuple[Response, int]:
    """An error in the one shape that all errors have."""
    return jsonify({"error": {"code": code, "found": found, "expected": expected}}), status


def _called(sites: tuple[Site, ...], product: str, rest: str, name: str | None) -> Called | None:
    site = next((one for one in sites if name is None or one.name == name), None)
    if site is None:
        return None
    source: Source
    if product == "jira":
        source, door = "jira", site.jira_door
    elif product == "confluence":
        source, door = "confluence", site.confluence_door
    else:
        return None
    parts = [part for part in rest.split("/") if part]
    secret = parts.pop(0) if door.method == "path" and parts else None
    return Called(site=site, source=source, door=door, path_secret=secret, path_name=parts[0] if parts else None)


def _take_in(called: Called, committer: Committer, clock: Clock) -> tuple[Response, int]:
    body = request.get_data(cache=False)
    if len(body) > LARGEST_BODY:
        raise RequestEntityTooLarge
    if not is_proven(called.door, request.headers, body, called.path_secret):
        metrics.EVENTS_REFUSED.labels(called.source, "401").inc()
        return refusal(401, "not proven", "the delivery is not signed with a secret of this door", _how(called.door))
    verdict = classify(called.source, body, request.headers.get("X-Event-Key") or called.path_name)
    match verdict:
        case NotAnEvent():
            metrics.EVENTS_REFUSED.labels(called.source, "400").inc()
            return refusal(400, "not an event", verdict.found, verdict.expected)
        case LeftAlone():
            metrics.EVENTS_LEFT_ALONE.labels(called.site.name, called.source).inc()
            return jsonify({"status": "left alone", "reason": verdict.reason}), 200
        case Known():
            return _store(called, verdict, body, committer, clock)


def _store(called: Called, known: Known, body: bytes, committer: Committer, clock: Clock) -> tuple[Response, int]:
    digest = hashlib.sha256(body).hexdigest()
    letter = NewLetter(
        site=called.site.name,
        source=called.source,
        delivery=request.headers.get("X-Atlassian-Webhook-Identifier", "")[:200] or f"sha256:{digest}",
        body_hash=digest,
        name=known.name,
        trace=request.headers.get("X-Atlassian-Webhook-Trace", "")[:200] or None,
        received_at=clock.now(),
        body=body,
        is_live=True,
    )
    try:
        is_new = committer.store(letter)
    except (Overloaded, SQLAlchemyError):
        metrics.EVENTS_REFUSED.labels(called.source, "503").inc()
        response, status = refusal(503, "overloaded", "the delivery could not be stored now", "send it again later")
        response.headers["Retry-After"] = "10"
        return response, status
    if not is_new:
        metrics.EVENTS_REPEATED.labels(called.site.name, called.source).inc()
        return jsonify({"status": "seen before"}), 200
    metrics.EVENTS_ACCEPTED.labels(called.site.name, called.source).inc()
    return jsonify({"status": "accepted", "event": known.name}), 202


def _how(door: Door) -> str:
    return {
        "hmac": "X-Hub-Signature: sha256=<HMAC of the raw body with the webhook's secret>",
        "header": "X-Webhook-Token: <the webhook's secret>, or Authorization: Bearer <it>",
        "basic": "Authorization: Basic with the webhook's secret as password",
        "path": "the webhook's secret as the last part of the path: /hooks/<product>/<secret>",
    }[door.method]
