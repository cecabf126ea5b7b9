"""Search: Cloud's token-paged one, its count, and Data Center's with totals. The old one is gone on Cloud."""

import base64
import hashlib

import orjson
from flask import Blueprint, Response, request

from connector.sandbox.front import acting_user, answer, integer, json_body, listed, the_world, yes
from connector.sandbox.jira.move import schema
from connector.sandbox.jira.routes.http import api, expanded, shapes, words_of
from connector.sandbox.jira.rows import IssueRow
from connector.sandbox.jira.search import REMOVED, find_issues, warnings_of
from connector.sandbox.jira.shapes import Shape
from connector.sandbox.jira.view import issue_view
from connector.sandbox.refusal import jira_refusal

cloud_search = Blueprint("jira_cloud_search", __name__)
server_search = Blueprint("jira_server_search", __name__)


@cloud_search.route("/search", methods=["GET", "POST"])
def removed() -> Response:
    """410: this API was removed."""
    raise jira_refusal(410, REMOVED)


@cloud_search.get("/search/jql")
def by_query() -> Response:
    """Search, with everything in the address."""
    return _search(
        jql=request.args.get("jql", ""),
        token=request.args.get("nextPageToken"),
        size=integer("maxResults", 50),
        fields=listed("fields"),
        expand=expanded(request.args.getlist("expand")),
        properties=listed("properties"),
        reconciled=listed("reconcileIssues"),
    )


@cloud_search.post("/search/jql")
def by_body() -> Response:
    """Search, with everything in the body."""
    body = json_body()
    size, expand, numbers = body.get("maxResults", 50), body.get("expand"), body.get("reconcileIssues") or []
    if isinstance(size, bool) or not isinstance(size, int):
        raise jira_refusal(400, "maxResults must be a whole number.")
    if not isinstance(numbers, list) or not all(isinstance(one, int) for one in numbers):
        raise jira_refusal(400, "reconcileIssues must be a list of issue ids as numbers.")
    if expand is not None and not isinstance(expand, str):
        raise jira_refusal(400, "expand must be a text with commas.")
    token = body.get("nextPageToken")
    return _search(
        jql=str(body.get("jql") or ""),
        token=str(token) if token is not None else None,
        size=size,
        fields=words_of(body.get("fields"), "fields"),
        expand=expanded([expand or ""]),
        properties=words_of(body.get("properties"), "properties"),
        reconciled=[str(one) for one in numbers],
    )


def _search(
    *,
    jql: str,
    token: str | None,
    size: int,
    fields: list[str],
    expand: frozenset[str],
    properties: list[str],
    reconciled: list[str],
) -> Response:
    world = the_world()
    if size < 0 or size > 5000:
        raise jira_refusal(400, "maxResults must be between 1 and 5000.")
    if len(properties) > 5:
        raise jira_refusal(400, "At most 5 properties can be requested.")
    if len(reconciled) > 50:
        raise jira_refusal(400, "At most 50 issues can be reconciled.")
    found = find_issues(world, jql, acting_user(), must_be_bounded=True, reconciled=frozenset(reconciled))
    start = _start(token, jql)
    shown = found[start : start + (size or 50)]
    shape: Shape = {
        "issues": [
            _hit(one, fields or ["id"], expand - {"names", "schema"}, properties, bare=not fields) for one in shown
        ],
        "isLast": start + len(shown) >= len(found),
    }
    if not shape["isLast"]:
        shape["nextPageToken"] = _token(start + len(shown), jql)
    return answer({**shape, **_legend(shown, fields, expand)})


def _hit(issue: IssueRow, fields: list[str], expand: frozenset[str], properties: list[str], *, bare: bool) -> Shape:
    """An issue among the results: its id alone when no fields were asked for."""
    if bare and not expand and not properties:
        return {"id": issue.id}
    chosen = [one for one in fields if one not in ("id", "key")] or ["-*"]
    view = issue_view(the_world(), issue, api(), fields=chosen, expand=expand, properties=properties)
    if bare:
        view.pop("fields", None)
    return view


def _legend(shown: list[IssueRow], fields: list[str], expand: frozenset[str]) -> Shape:
    jira = the_world().jira
    named = list(jira.fields) if not fields or "*all" in fields or "*navigable" in fields else fields
    known = [one for one in named if one in jira.fields]
    legend: Shape = {}
    if "names" in expand and shown:
        legend["names"] = {one: jira.fields[one].name for one in known}
    if "schema" in expand and shown:
        legend["schema"] = {one: schema(shapes(), one) for one in known}
    return legend


def _token(start: int, jql: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([start, _mark(jql)])).decode()


def _mark(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]


def _start(token: str | None, jql: str) -> int:
    """Where a page begins. A token belongs to the query that it came with."""
    if token is None:
        return 0
    try:
        start, mark = orjson.loads(base64.urlsafe_b64decode(token))
    except (ValueError, TypeError):
        start, mark = None, None
    if not isinstance(start, int) or mark != _mark(jql):
        raise jira_refusal(400, "The provided next page token is invalid or expired.")
    return start


@cloud_search.post("/search/approximate-count")
def count() -> Response:
    """How many issues match."""
    found = find_issues(the_world(), str(json_body().get("jql") or ""), acting_user(), must_be_bounded=True)
    return answer({"count": len(found)})


@server_search.get("/search")
def server_by_query() -> Response:
    """Data Center's search, from the address."""
    return _server(
        request.args.get("jql", ""),
        integer("startAt", 0),
        integer("maxResults", 50),
        listed("fields"),
        expanded(request.args.getlist("expand")),
        is_validated=yes("validateQuery", True),
    )


@server_search.post("/search")
def server_by_body() -> Response:
    """Data Center's search, from the body."""
    body = json_body()
    start, size = body.get("startAt", 0), body.get("maxResults", 50)
    if not isinstance(start, int) or not isinstance(size, int):
        raise jira_refusal(400, "startAt and maxResults must be whole numbers.")
    expand = expanded(words_of(body.get("expand"), "expand"))
    return _server(
        str(body.get("jql") or ""),
        start,
        size,
        words_of(body.get("fields"), "fields"),
        expand,
        is_validated=body.get("validateQuery") is not False,
    )


def _server(
    jql: str, start: int, size: int, fields: list[str], expand: frozenset[str], *, is_validated: bool
) -> Response:
    size = max(0, min(size if size >= 0 else 1000, 1000))
    found = find_issues(the_world(), jql, acting_user(), is_validated=is_validated)
    warnings = warnings_of(the_world(), jql) if is_validated else []
    shown = found[start : start + size]
    return answer(
        {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": size,
            "total": len(found),
            "issues": [
                issue_view(the_world(), one, "2", fields=fields or ["*navigable"], expand=expand - {"names", "schema"})
                for one in shown
            ],
            **({"warningMessages": warnings} if warnings else {}),
            **_legend(shown, fields, expand),
        }
    )
