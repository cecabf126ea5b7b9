"""One roof for the doors: the hooks, /healthz, /readyz and /metrics."""

import hmac
from collections.abc import Callable, Mapping

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from connector import metrics
from connector.intake.doors import LARGEST_BODY, refusal

_PATHS = "POST to /hooks/jira or /hooks/confluence, GET of /healthz, /readyz or /metrics"


def create_app(
    *parts: Blueprint,
    counts: Callable[[], Mapping[str, int]],
    problems: Callable[[], list[str]],
    rules: Callable[[], Mapping[str, metrics.RulesState]] = dict,
    admin_token: str = "",
) -> Flask:
    """The Flask app. counts: what waits, by metric name; problems: why it cannot take in events now, if so.

    rules: what rules are in force, by site; admin_token: where given, /metrics is for who bears it.
    """
    app = Flask("connector", static_folder=None)
    # One more than is taken: a body without a length is cut off here in silence, and is told by that byte.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY + 1
    for part in parts:
        app.register_blueprint(part)
    app.add_url_rule("/healthz", view_func=_healthz)
    app.add_url_rule("/readyz", endpoint="readyz", view_func=lambda: _readyz(problems()))
    app.add_url_rule("/metrics", endpoint="metrics", view_func=lambda: _metrics(counts, rules, admin_token))
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _healthz() -> Response:
    """The process answers."""
    return jsonify({"status": "alive"})


def _readyz(problems: list[str]) -> tuple[Response, int]:
    """Deliveries can be stored."""
    if problems:
        return jsonify({"status": "not ready", "problems": problems}), 503
    return jsonify({"status": "ready"}), 200


def _metrics(
    counts: Callable[[], Mapping[str, int]], rules: Callable[[], Mapping[str, metrics.RulesState]], admin_token: str
) -> Response | tuple[Response, int]:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if admin_token and not hmac.compare_digest(given.encode(), admin_token.encode()):
        return refusal(
            401, "not proven", "no admin token, or a wrong one", "Authorization: Bearer <CONNECTOR_ADMIN_TOKEN>"
        )
    return Response(metrics.exposition(counts(), rules()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _too_large(_: Exception) -> tuple[Response, int]:
    metrics.EVENTS_REFUSED.labels("any", "413").inc()
    return refusal(413, "too large", f"the body is over {LARGEST_BODY:,} bytes", "a body of at most 10 MiB")


def _http_error(error: Exception) -> tuple[Response, int]:
    """Whatever else goes wrong at the doors, in the same shape."""
    if not isinstance(error, HTTPException):
        raise error
    status, name = error.code or 500, str(error.name).lower()
    match status:
        case 404:
            return refusal(status, name, f"there is nothing at {request.path}", _PATHS)
        case 405:
            return refusal(status, name, f"{request.method} {request.path}", f"another method; {_PATHS}")
        case _:
            return refusal(status, name, str(error.name), _PATHS)
