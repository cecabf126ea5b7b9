"""Draws the rows of Jira in the shapes of its REST API. Shapes are shared between answers: never change one."""

from collections.abc import Iterable
from typing import Literal

from connector.sandbox.jira.rows import (
    Attachment,
    Comment,
    Component,
    History,
    IssueRow,
    Link,
    Project,
    Version,
    Worklog,
)
from connector.sandbox.jira.text import adf_of, wiki_of
from connector.sandbox.users import Person
from connector.sandbox.world import World

Api = Literal["2", "3"]
Shape = dict[str, object]
CATEGORIES = {
    "undefined": (1, "medium-gray"),
    "new": (2, "blue-gray"),
    "indeterminate": (4, "yellow"),
    "done": (3, "green"),
}
_SIZES = ("16x16", "24x24", "32x32", "48x48")


class Shapes:
    """The shapes of one world for one version of the API (`2` shows texts as wiki, `3` as documents)."""

    def __init__(self, world: World, api: Api) -> None:
        self.world = world
        self.jira = world.jira
        self.api = api
        self.root = f"{world.jira_url}/rest/api/{api}"

    # ---- people

    def person(self, account_id: object) -> Shape | None:
        """A user, as inside issues; None for nobody."""
        found = self.world.users.find(account_id)
        return self.user(found) if found else None

    def user(self, one: Person) -> Shape:
        """A user: accountId on Cloud, name and key on Data Center."""
        icon = f"{self.world.jira_url}/secure/useravatar?avatarId=10338"
        common: Shape = {
            "emailAddress": one.email,
            "avatarUrls": {size: f"{icon}&size={size}" for size in _SIZES},
            "displayName": one.display_name,
            "active": one.is_active,
            "timeZone": one.time_zone,
        }
        if self.world.is_cloud:
            own = {"self": f"{self.root}/user?accountId={one.id}", "accountId": one.id}
            return {**own, **common, "accountType": "atlassian"}
        return {"self": f"{self.root}/user?username={one.name}", "name": one.name, "key": one.key, **common}

    # ---- what a site has

    def category(self, key: str) -> Shape:
        """A status category."""
        number, colour = CATEGORIES[key]
        return {
            "self": f"{self.root}/statuscategory/{number}",
            "id": number,
            "key": key,
            "colorName": colour,
            "name": self.world.words(f"category_{key}"),
        }

    def status(self, status_id: object) -> Shape:
        """A status with its category."""
        row = self.jira.statuses[str(status_id)]
        return {
            "self": f"{self.root}/status/{row.id}",
            "description": row.description,
            "iconUrl": f"{self.world.jira_url}/images/icons/statuses/generic.png",
            "name": row.name,
            "id": row.id,
            "statusCategory": self.category(row.category),
        }

    def type(self, type_id: object) -> Shape:
        """An issue type."""
        row = self.jira.types[str(type_id)]
        shape: Shape = {
            "self": f"{self.root}/issuetype/{row.id}",
            "id": row.id,
            "description": row.description,
            "iconUrl": f"{self.world.jira_url}/secure/viewavatar?avatarId=10318&avatarType=issuetype",
            "name": row.name,
            "subtask": row.level < 0,
            "avatarId": 10318,
        }
        return {**shape, "hierarchyLevel": row.level} if self.world.is_cloud else shape

    def priority(self, priority_id: object) -> Shape | None:
        """A priority."""
        row = self.jira.priorities.get(str(priority_id))
        if row is None:
            return None
        icon = f"{self.world.jira_url}/images/icons/priorities/{row.id}.svg"
        return {"self": f"{self.root}/priority/{row.id}", "iconUrl": icon, "name": row.name, "id": row.id}

    def resolution(self, resolution_id: object) -> Shape | None:
        """A resolution."""
        row = self.jira.resolutions.get(str(resolution_id))
        if row is None:
            return None
        return {
            "self": f"{self.root}/resolution/{row.id}",
            "id": row.id,
            "description": row.description,
            "name": row.name,
        }

    def link_type(self, type_id: str) -> Shape:
        """A kind of link."""
        row = self.jira.link_types[type_id]
        return {
            "id": row.id,
            "name": row.name,
            "inward": row.inward,
            "outward": row.outward,
            "self": f"{self.root}/issueLinkType/{row.id}",
        }

    # ---- what a project has

    def project_in_issue(self, project: Project) -> Shape:
        """A project, as inside an issue."""
        shape: Shape = {
            "self": f"{self.root}/project/{project.id}",
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "avatarUrls": self.project_icons(project),
        }
        if self.world.is_cloud:
            shape["simplified"] = False
        if project.category:
            shape["projectCategory"] = {
                "self": f"{self.root}/projectCategory/{project.category['id']}",
                **project.category,
            }
        return shape

    def project_icons(self, project: Project) -> Shape:
        """The addresses of a project's picture."""
        icon = f"{self.world.jira_url}/secure/projectavatar?pid={project.id}"
        return {size: f"{icon}&size={size}" for size in _SIZES}

    def version(self, row: Version) -> Shape:
        """A version."""
        shape: Shape = {
            "self": f"{self.root}/version/{row.id}",
            "id": row.id,
            "description": row.description,
            "name": row.name,
            "archived": row.archived,
            "released": row.released,
        }
        if row.start_date:
            shape |= {"startDate": row.start_date, "userStartDate": row.start_date}
        if row.release_date:
            today = self.world.clock.now().astimezone(self.world.timezone).date().isoformat()
            is_late = not row.released and row.release_date < today
            shape |= {"releaseDate": row.release_date, "overdue": is_late, "userReleaseDate": row.release_date}
        return {**shape, "projectId": int(row.project)}

    def version_in_issue(self, version_id: str) -> Shape:
        """A version, as inside an issue."""
        shape = self.version(self.jira.versions[version_id])
        kept = ("self", "id", "description", "name", "archived", "released", "releaseDate")
        return {name: shape[name] for name in kept if name in shape}

    def component(self, row: Component) -> Shape:
        """A component."""
        shape: Shape = {
            "self": f"{self.root}/component/{row.id}",
            "id": row.id,
            "name": row.name,
            "description": row.description,
        }
        project = self.jira.projects[row.project]
        lead = self.person(row.lead)
        return {
            **shape,
            **({"lead": lead} if lead else {}),
            "assigneeType": "PROJECT_DEFAULT",
            "realAssigneeType": "PROJECT_DEFAULT",
            "isAssigneeTypeValid": False,
            "project": project.key,
            "projectId": int(project.id),
        }

    def component_in_issue(self, component_id: str) -> Shape:
        """A component, as inside an issue."""
        shape = self.component(self.jira.components[component_id])
        return {name: shape[name] for name in ("self", "id", "name", "description")}

    # ---- what hangs on an issue

    def text(self, value: object) -> object:
        """A text as this version of the API shows it: a wiki string or a document."""
        return wiki_of(value) if self.api == "2" else adf_of(value)

    def brief(self, issue_id: str) -> Shape | None:
        """An issue as its neighbours show it: key, summary, status, priority, type."""
        issue = self.jira.issues.get(issue_id)
        if issue is None:
            ghost = self.jira.ghosts.get(issue_id)
            return {**ghost, "self": f"{self.root}/issue/{issue_id}"} if ghost else None
        fields = {
            "summary": issue.fields["summary"],
            "status": self.status(issue.fields["status"]),
            "priority": self.priority(issue.fields.get("priority")),
            "issuetype": self.type(issue.fields["issuetype"]),
        }
        if fields["priority"] is None:
            del fields["priority"]
        return {"id": issue.id, "key": issue.key, "self": f"{self.root}/issue/{issue.id}", "fields": fields}

    def link(self, link: Link, seen_from: str) -> Shape | None:
        """A link, as the issue at one of its ends shows it."""
        outward = link.source == seen_from
        other = self.brief(link.target if outward else link.source)
        if other is None:
            return None
        return {
            "id": link.id,
            "self": f"{self.root}/issueLink/{link.id}",
            "type": self.link_type(link.type),
            "outwardIssue" if outward else "inwardIssue": other,
        }

    def comment(self, issue: IssueRow, row: Comment, *, with_properties: bool = False) -> Shape:
        """A comment."""
        shape: Shape = {
            "self": f"{self.root}/issue/{issue.id}/comment/{row.id}",
            "id": row.id,
            "author": self.person(row.author),
            "body": self.text(row.body),
            "updateAuthor": self.person(row.updater),
            "created": row.created,
            "updated": row.updated,
        }
        if self.world.is_cloud:
            shape["jsdPublic"] = True
        if row.visibility:
            shape["visibility"] = row.visibility
        if with_properties:
            shape["properties"] = entries(row.properties)
        return shape

    def worklog(self, issue: IssueRow, row: Worklog, *, with_properties: bool = False) -> Shape:
        """Time spent."""
        shape: Shape = {
            "self": f"{self.root}/issue/{issue.id}/worklog/{row.id}",
            "author": self.person(row.author),
            "updateAuthor": self.person(row.updater),
            "created": row.created,
            "updated": row.updated,
            "started": row.started,
            "timeSpent": duration(row.seconds),
            "timeSpentSeconds": row.seconds,
            "id": row.id,
            "issueId": issue.id,
        }
        if row.comment is not None:
            shape["comment"] = self.text(row.comment)
        if with_properties:
            shape["properties"] = entries(row.properties)
        return shape

    def attachment(self, row: Attachment) -> Shape:
        """A file."""
        return {
            "self": f"{self.root}/attachment/{row.id}",
            "id": row.id,
            "filename": row.name,
            "author": self.person(row.author),
            "created": row.created,
            "size": row.size,
            "mimeType": row.mime,
            "content": f"{self.root}/attachment/content/{row.id}"
            if self.world.is_cloud
            else f"{self.world.jira_url}/secure/attachment/{row.id}/{row.name}",
        }

    def history(self, row: History) -> Shape:
        """One entry of the changelog. What has no value is left out, as Jira's description wants it."""
        author = self.person(row.author)
        shape: Shape = {"id": row.id, **({"author": author} if author else {}), "created": row.created}
        return {**shape, "items": [without_none(one) for one in self.items(row)]}

    def items(self, row: History) -> list[Shape]:
        """The changes of one entry, with nulls, as webhooks carry them. Data Center knows no fieldId."""
        return [
            {
                "field": one.field,
                "fieldtype": one.fieldtype,
                **({"fieldId": one.field_id} if one.field_id and self.world.is_cloud else {}),
                "from": one.before,
                "fromString": one.before_text,
                "to": one.after,
                "toString": one.after_text,
            }
            for one in row.changes
        ]


def entries(properties: dict[str, object]) -> list[Shape]:
    """Entity properties as a list of key and value."""
    return [{"key": key, "value": value} for key, value in properties.items()]


def without_none(shape: Shape) -> Shape:
    """The shape without what is null."""
    return {name: value for name, value in shape.items() if value is not None}


def page(rows: Iterable[object], start: int, most: int) -> tuple[list[object], int]:
    """A stretch of the rows, and how many there are in all."""
    everything = list(rows)
    return everything[start : start + most], len(everything)


def duration(seconds: int) -> str:
    """Seconds as Jira writes them, in weeks of 5 days of 8 hours: `1d 2h 30m`."""
    parts, left = [], seconds // 60
    for unit, minutes in (("w", 2400), ("d", 480), ("h", 60), ("m", 1)):
        number, left = divmod(left, minutes)
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts) or "0m"
