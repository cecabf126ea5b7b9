"""What Jira's routes share: which API version is asked, finding what an address names, paging."""

from collections.abc import Iterable, Sequence

from flask import request

from connector.sandbox.front import acting_user, integer, the_world
from connector.sandbox.jira.rows import Comment, IssueRow, Project, Version
from connector.sandbox.jira.shapes import Api, Shape, Shapes
from connector.sandbox.refusal import jira_refusal, no_issue


def api() -> Api:
    """The version of the API that the address names: 3, or 2 (`latest` is 2)."""
    return "3" if "/rest/api/3/" in request.path else "2"


def shapes() -> Shapes:
    """The shapes for this request."""
    return Shapes(the_world(), api())


def issue_or_404(id_or_key: object) -> IssueRow:
    """The issue that an address or body names."""
    issue = the_world().jira.issue(str(id_or_key))
    if issue is None:
        raise no_issue()
    return issue


def issue_to_write(id_or_key: object) -> IssueRow:
    """The issue to be written; counts against Cloud's limit on writes to one issue."""
    issue = issue_or_404(id_or_key)
    if the_world().is_cloud:
        the_world().faults.count_issue_write(issue.id)
    return issue


def project_or_404(id_or_key: object) -> Project:
    """The project that an address or body names."""
    project = the_world().jira.project(str(id_or_key))
    if project is None:
        raise jira_refusal(404, f"No project could be found with key '{id_or_key}'.")
    return project


def version_or_404(version_id: object) -> Version:
    """The version that an address names."""
    version = the_world().jira.versions.get(str(version_id))
    if version is None:
        raise jira_refusal(404, f"Could not find version for id '{version_id}'")
    return version


def comment_or_404(issue: IssueRow, comment_id: str) -> Comment:
    """The comment of this issue."""
    for one in issue.comments:
        if one.id == comment_id:
            return one
    raise jira_refusal(404, f"Can not find a comment for the id: {comment_id}.")


def need_admin(project: Project | None = None) -> None:
    """403 unless the person administers projects or leads this one."""
    person = acting_user()
    if not person.is_admin and (project is None or project.lead != person.id):
        raise jira_refusal(403, "You do not have permission to administer this project.")


def paged(rows: Sequence[object], address: str, *, default: int = 50, most: int = 1000) -> Shape:
    """A page as `PageBean`s are: self, maxResults, startAt, total, isLast, values and the next page's address."""
    start, size = max(0, integer("startAt", 0)), integer("maxResults", default, most=most)
    shown = list(rows[start : start + size])
    is_last = start + len(shown) >= len(rows)
    shape: Shape = {"self": f"{address}?maxResults={size}&startAt={start}"}
    if not is_last:
        shape["nextPage"] = f"{address}?maxResults={size}&startAt={start + len(shown)}"
    return {
        **shape,
        "maxResults": size,
        "startAt": start,
        "total": len(rows),
        "isLast": is_last,
        "values": shown,
    }


def words_of(value: object, name: str) -> list[str]:
    """A list of texts out of a body. 400 when it is none."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise jira_refusal(400, f"'{name}' must be a list of texts.")
    return list(value)


def expanded(texts: Iterable[str]) -> frozenset[str]:
    """What is to be expanded, out of lists with commas."""
    return frozenset(part.strip() for text in texts for part in text.split(",") if part.strip())
