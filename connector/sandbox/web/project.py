"""A project and its versions."""

import re
from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from connector.sandbox.front import the_world
from connector.sandbox.jira.projects import create_version, release
from connector.sandbox.jira.routes.http import need_admin, version_or_404
from connector.sandbox.jira.rows import IssueRow, Project, Version
from connector.sandbox.refusal import Refusal, field_refusal
from connector.sandbox.web.door import addresses, back_to, done, page, refusal_of
from connector.sandbox.web.refusals import Said

project = Blueprint("project", __name__)
CATEGORIES = ("new", "indeterminate", "done")
_NEWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A version with how far it is."""

    row: Version
    done: int
    total: int
    is_late: bool

    @property
    def percent(self) -> int:
        """How much of it is done, 0 to 100."""
        return 100 * self.done // self.total if self.total else 0


def project_or_404(key: str) -> Project:
    """The project of an address."""
    found = the_world().jira.project(key)
    if found is None:
        abort(404)
    return found


def category_of(issue: IssueRow) -> str:
    """The category of an issue's status."""
    return the_world().jira.statuses[str(issue.fields["status"])].category


def around(row: Project) -> dict[str, object]:
    """What the navigation beside a project's pages needs."""
    boards = [one for one in the_world().jira.boards.values() if one.project == row.id]
    return {"project": row, "boards": boards, "has_space": row.key in the_world().confluence.held.spaces}


@project.get("/projects/<key>")
def show(key: str) -> Response:
    """The project: how many issues stand where, what changed last, its sprints and people."""
    world, row = the_world(), project_or_404(key)
    issues = list(world.jira.in_project(row))
    by_category = Counter(category_of(one) for one in issues)
    by_type = Counter(str(one.fields["issuetype"]) for one in issues)
    boards = {one.id for one in world.jira.boards.values() if one.project == row.id}
    newest = sorted(issues, key=lambda one: str(one.fields.get("updated")), reverse=True)[:_NEWEST]
    return page(
        "jira/project.html",
        200,
        **around(row),
        total=len(issues),
        by_category=[(one, by_category.get(one, 0)) for one in CATEGORIES],
        by_type=[(world.jira.types[one], count) for one, count in by_type.most_common()],
        newest=newest,
        sprints=[one for one in world.jira.sprints.values() if one.board in boards],
    )


@project.get("/projects/<key>/versions")
def versions(key: str) -> Response:
    """The versions with their progress."""
    return _versions(project_or_404(key), Said())


def _versions(row: Project, said: Said, status: int = 200) -> Response:
    jira = the_world().jira
    views = [_view(jira.versions[one]) for one in reversed(row.versions)]
    return page("jira/versions.html", status, **around(row), views=views, said=said)


def _view(row: Version) -> VersionView:
    world = the_world()
    inside = [one for one in world.jira.issues.values() if row.id in one.many("fixVersions")]
    today = world.clock.now().astimezone(world.timezone).date().isoformat()
    return VersionView(
        row=row,
        done=sum(category_of(one) == "done" for one in inside),
        total=len(inside),
        is_late=bool(row.release_date and not row.released and row.release_date < today),
    )


@project.post("/projects/<key>/versions")
def make_version(key: str) -> Response:
    """A new version."""
    world, row = the_world(), project_or_404(key)
    try:
        need_admin(row)
        made = Version(
            id=str(world.next_id("version")),
            project=row.id,
            name=request.form.get("name", "").strip(),
            description=request.form.get("description", "").strip(),
            start_date=_day("start_date"),
            release_date=_day("release_date"),
        )
        create_version(world, row, made)
    except Refusal as refusal:
        return _versions(row, refusal_of(refusal), refusal.status)
    return done(addresses().project(row.key, "versions"))


def _day(name: str) -> str | None:
    text = request.form.get(name, "").strip()
    if text and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise field_refusal({name: f"Please enter the date in the following format: yyyy-MM-dd ({text!r})"})
    return text or None


@project.post("/projects/<key>/versions/<number>/release")
def release_version(key: str, number: str) -> Response:
    """Release a version, or take the release back."""
    row, version = project_or_404(key), version_or_404(number)
    if version.project != row.id:
        abort(404)
    need_admin(row)
    release(the_world(), version, not version.released)
    return done(addresses().project(row.key, "versions"))


@project.get("/secure/RapidBoard.jspa")
def rapid_board() -> Response:
    """Data Center's address of a board."""
    number = request.args.get("rapidView", "")
    found = the_world().jira.boards.get(int(number)) if number.isdigit() else None
    if found is None:
        abort(404)
    return back_to(addresses().board(the_world().jira.projects[found.project].key, found))
