"""An issue: what it is, what it waits for, and everything that hangs on it."""

import base64
from dataclasses import dataclass
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, abort, request

from connector.sandbox.front import the_world
from connector.sandbox.jira.move import possible_moves
from connector.sandbox.jira.rows import IssueRow, Link, Project
from connector.sandbox.jira.template_fields import RANK
from connector.sandbox.web.clean import safe_address
from connector.sandbox.web.door import addresses, back_to, looks, page
from connector.sandbox.web.field_values import FieldView, field_view
from connector.sandbox.web.form import FieldForm
from connector.sandbox.web.issue_history import history_of
from connector.sandbox.web.project import around
from connector.sandbox.web.refusals import Said

issue = Blueprint("issue", __name__)
TABS = ("comments", "history", "worklog", "properties")
_PEOPLE = ("assignee", "reporter", "creator")
_DATES = ("duedate", "created", "updated", "resolutiondate")
_DETAILS = ("priority", "resolution", "labels", "components", "fixVersions", "versions", "parent", "timetracking")
_ELSEWHERE = frozenset({"summary", "description", "issuetype", "project", "status", RANK})
_SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link from the side of one issue: the words, and the issue at the other end, or only its key."""

    id: str
    words: str
    other: IssueRow | None
    key: str


def issue_of(key: str) -> IssueRow:
    """The issue of an address."""
    found = the_world().jira.issue(key)
    if found is None:
        abort(404)
    return found


@issue.get("/browse/<key>")
def show(key: str) -> Response:
    """The issue; a project's key leads to the project."""
    if the_world().jira.issue(key) is None and (project := the_world().jira.project(key)):
        return back_to(addresses().project(project.key))
    found = issue_of(key)
    if found.key != key:
        return back_to(addresses().issue(found.key))
    return issue_page(found)


def issue_page(found: IssueRow, said: Said | None = None, status: int = 200) -> Response:
    """The issue's page, with what was said about the last attempt to change it."""
    world = the_world()
    project = world.jira.projects[found.project]
    tab = request.args.get("tab", "")
    assignee = FieldForm(world, project, str(found.fields["issuetype"]), found).fields(["assignee"])[0]
    return page(
        "jira/issue.html",
        status,
        **around(project),
        issue=found,
        said=said or Said(),
        moves=possible_moves(world, found),
        description=looks().text(found.fields.get("description")),
        sides=_sides(found),
        custom=_custom(project, found),
        children=[world.jira.issues[one] for one in found.children if one in world.jira.issues],
        links=links_of(found),
        remote=_remote(found),
        histories=history_of(found),
        tab=tab if tab in TABS else TABS[0],
        tabs=TABS,
        properties={key: orjson.dumps(one, option=orjson.OPT_INDENT_2).decode() for key, one in _properties(found)},
        link_types=list(world.jira.link_types.values()),
        assignee=assignee,
    )


def _sides(found: IssueRow) -> list[tuple[str, list[FieldView]]]:
    fields, jira = looks(), the_world().jira
    screen = jira.projects[found.project].screens[str(found.fields["issuetype"])]
    groups = []
    for title, names in (("Details", _DETAILS), ("People", _PEOPLE), ("Dates", _DATES)):
        views = [field_view(the_world(), fields, jira.fields[one], found) for one in names if one in jira.fields]
        kept = [
            one for one in views if one.pieces or (one.id in screen and one.id in ("priority", "labels", "duedate"))
        ]
        groups.append((title, [one for one in kept if one.id != "assignee"]))
    return groups


def _custom(project: Project, found: IssueRow) -> list[FieldView]:
    """The fields of the screen that have a value and stand nowhere else on the page."""
    jira = the_world().jira
    others = {*_ELSEWHERE, *_PEOPLE, *_DATES, *_DETAILS}
    names = dict.fromkeys([*project.screens[str(found.fields["issuetype"])], *found.fields])
    rows = [jira.fields[one] for one in names if one in jira.fields and one not in others]
    shown = [one for one in rows if one.is_custom or one.kind in ("text", "sprint")]
    views = [field_view(the_world(), looks(), one, found) for one in shown]
    return [one for one in views if one.pieces or one.html]


def links_of(found: IssueRow) -> dict[str, list[LinkView]]:
    """The links by their words."""
    jira = the_world().jira
    groups: dict[str, list[LinkView]] = {}
    for link in (jira.links[one] for one in found.links if one in jira.links):
        view = _link(found, link)
        groups.setdefault(view.words, []).append(view)
    return groups


def _link(found: IssueRow, link: Link) -> LinkView:
    jira = the_world().jira
    kind = jira.link_types[link.type]
    is_source = link.source == found.id
    other_id = link.target if is_source else link.source
    other = jira.issues.get(other_id)
    key = other.key if other else str(jira.ghosts.get(other_id, {}).get("key", other_id))
    return LinkView(id=link.id, words=kind.outward if is_source else kind.inward, other=other, key=key)


def _remote(found: IssueRow) -> list[tuple[str, str]]:
    """Title and address of each link to somewhere else; no address when it is none to follow."""
    shown = []
    for one in found.remote_links:
        data = one.data.get("object")
        told = data if isinstance(data, dict) else {}
        address = str(told.get("url", ""))
        shown.append((str(told.get("title") or address), safe_address(address) or ""))
    return shown


def _properties(found: IssueRow) -> list[tuple[str, object]]:
    return sorted(found.properties.items())


@issue.get("/secure/attachment/<number>/<name>")
def file(number: str, name: str) -> Response:
    """A file of an issue. Nothing in it can run as if it were Jira."""
    files = (held for one in the_world().jira.issues.values() for held in one.attachments)
    found = next((one for one in files if (one.id, one.name) == (number, name)), None)
    if found is None:
        abort(404)
    how = "inline" if found.mime in _SHOWN_INLINE else "attachment"
    made = Response(base64.b64decode(found.content), mimetype=found.mime)
    made.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(found.name)}"
    made.headers["Content-Security-Policy"] = "sandbox"
    return made
