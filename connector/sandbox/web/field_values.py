"""The values of an issue's fields as people see them."""

from dataclasses import dataclass

from markupsafe import Markup

from connector.sandbox.jira.rows import FieldRow, IssueRow
from connector.sandbox.jira.shapes import duration
from connector.sandbox.jira.template_fields import EPIC_LINK
from connector.sandbox.web.shown import Looks
from connector.sandbox.world import World

_SECONDS = frozenset({"timeoriginalestimate", "timeestimate", "timespent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a value: its text, and what it is (text, person, label, issue, lozenge); `about` is its key or id."""

    text: str
    kind: str = "text"
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field of an issue as the page shows it."""

    id: str
    name: str
    pieces: tuple[Piece, ...] = ()
    html: Markup | None = None


def field_view(world: World, looks: Looks, row: FieldRow, issue: IssueRow) -> FieldView:
    """The field with its value."""
    if row.kind == "text":
        return FieldView(id=row.id, name=row.name, html=looks.text(issue.fields.get(row.id)))
    return FieldView(id=row.id, name=row.name, pieces=tuple(pieces_of(world, looks, row, issue)))


def plain_value(world: World, looks: Looks, row: FieldRow, issue: IssueRow) -> str:
    """The value in one line."""
    if row.kind == "text":
        return " ".join(looks.text(issue.fields.get(row.id)).striptags().split())
    return ", ".join(one.text for one in pieces_of(world, looks, row, issue))


def pieces_of(world: World, looks: Looks, row: FieldRow, issue: IssueRow) -> list[Piece]:
    """The pieces of a value; none when the field is empty."""
    if row.kind == "timetracking":
        return _times(issue)
    if row.kind in ("parent", "epic"):
        return _parent(world, issue) if (row.kind == "epic") == _has_epic(world, issue) else []
    value = issue.fields.get(row.id)
    if value is None or value == [] or value == "":
        return []
    values = value if isinstance(value, list) else [value]
    return [_piece(world, looks, row, one) for one in values]


def _piece(world: World, looks: Looks, row: FieldRow, value: object) -> Piece:
    text, jira = str(value), world.jira
    if row.kind in ("user", "users"):
        person = looks.person(value)
        return Piece(text=person.display_name if person else text, kind="person", about=text)
    if row.kind in ("option", "options"):
        return Piece(text=row.options.get(text, text))
    if row.kind == "date":
        return Piece(text=looks.day(value))
    if row.kind == "datetime":
        return Piece(text=looks.moment(value))
    if row.kind == "labels":
        return Piece(text=text, kind="label", about=text)
    if row.kind == "number":
        return Piece(text=duration(value) if row.id in _SECONDS and isinstance(value, int) else _number(value))
    if row.kind == "status":
        return Piece(text=jira.statuses[text].name, kind="lozenge", about=jira.statuses[text].category)
    if row.kind == "sprint":
        sprint = jira.sprints.get(int(text)) if text.isdigit() else None
        return Piece(text=sprint.name if sprint else text)
    return Piece(text=_name(world, row, text))


def _name(world: World, row: FieldRow, text: str) -> str:
    jira = world.jira
    if row.kind == "versions" and text in jira.versions:
        return jira.versions[text].name
    if row.kind == "components" and text in jira.components:
        return jira.components[text].name
    if row.kind == "issuetype" and text in jira.types:
        return jira.types[text].name
    if row.kind == "project" and text in jira.projects:
        return jira.projects[text].name
    named = {"priority": jira.priorities, "resolution": jira.resolutions}.get(row.kind, {})
    return named[text].name if text in named else text


def _number(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _times(issue: IssueRow) -> list[Piece]:
    names = ("timespent", "timeestimate", "timeoriginalestimate")
    spent, left, planned = (issue.fields.get(one) for one in names)
    shown = [duration(one) if isinstance(one, int) else "–" for one in (planned, spent, left)]
    return [Piece(text=" / ".join(shown))] if any(one != "–" for one in shown) else []


def _has_epic(world: World, issue: IssueRow) -> bool:
    """Data Center shows the epic of what is no sub-task in a field of its own."""
    is_sub = world.jira.types[str(issue.fields["issuetype"])].level < 0
    return not world.is_cloud and not is_sub and EPIC_LINK in world.jira.fields


def _parent(world: World, issue: IssueRow) -> list[Piece]:
    parent = issue.text("parent")
    row = world.jira.issues.get(parent or "")
    if row is not None:
        return [Piece(text=f"{row.key} {row.fields['summary']}", kind="issue", about=row.key)]
    ghost = world.jira.ghosts.get(parent or "")
    return [Piece(text=str(ghost.get("key", parent)))] if ghost else []
