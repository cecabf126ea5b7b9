"""Moving an issue along its workflow."""

from connector.sandbox.jira.edit import Draft
from connector.sandbox.jira.rows import IssueRow, Transition
from connector.sandbox.jira.shapes import Shape, Shapes
from connector.sandbox.jira.template import RESOLUTION_DONE
from connector.sandbox.refusal import field_refusal, jira_refusal
from connector.sandbox.users import Person
from connector.sandbox.world import World

NOT_POSSIBLE = (
    "It seems that you have tried to perform a workflow operation ({0}) that is not valid for the current state of "
    "this issue ({1}). The likely cause is that somebody has changed the issue recently, please look at the issue "
    "history for details."
)


def possible_moves(world: World, issue: IssueRow) -> list[Transition]:
    """The transitions that lead away from the issue's present status."""
    here = issue.fields["status"]
    return [
        one
        for one in world.jira.workflow(issue).transitions
        if here in one.sources or (not one.sources and one.to != here)
    ]


def move(world: World, issue: IssueRow, number: str, values: dict[str, object], actor: Person) -> None:
    """Do the transition with this id. Raises Jira's 400 when it is not possible now or a field is missing."""
    found = next((one for one in possible_moves(world, issue) if one.id == number), None)
    if found is None:
        known = {one.id: one.name for one in world.jira.workflow(issue).transitions}
        if number not in known:
            raise jira_refusal(400, f"Transition id '{number}' is not valid for this issue.")
        raise jira_refusal(400, NOT_POSSIBLE.format(known[number], issue.key))
    _check_required(world, found, issue, values)
    draft = Draft(world, issue, actor)
    draft.set_status(found.to)
    for name, value in values.items():
        if name == "resolution":
            draft.set_resolution(str(value) if value else None)
        else:
            draft.set(name, value)
    _settle_resolution(draft, found, values)
    draft.commit(_kind(world, found))


def _check_required(world: World, found: Transition, issue: IssueRow, values: dict[str, object]) -> None:
    missing = {
        name: f"{world.jira.fields[name].name} is required."
        for name in found.required
        if not (values.get(name) if name in values else issue.fields.get(name))
    }
    if missing:
        raise field_refusal(missing)


def _settle_resolution(draft: Draft, found: Transition, values: dict[str, object]) -> None:
    """A done status resolves the issue unless the request named a resolution; any other takes it away."""
    is_done = draft.world.jira.statuses[found.to].category == "done"
    if is_done and not draft.issue.fields.get("resolution") and not values.get("resolution"):
        draft.set_resolution(draft.world.jira.own("resolutions", RESOLUTION_DONE))
    if not is_done and draft.issue.fields.get("resolution"):
        draft.set_resolution(None)


def _kind(world: World, found: Transition) -> str:
    """Cloud tells every move as issue_generic; Data Center has words for the usual ones."""
    if world.is_cloud:
        return "issue_generic"
    category = world.jira.statuses[found.to].category
    return {"done": "issue_resolved", "indeterminate": "issue_work_started"}.get(category, "issue_reopened")


def move_shape(world: World, shapes: Shapes, found: Transition, *, with_fields: bool) -> Shape:
    """A transition as REST lists it."""
    shape: Shape = {"id": found.id, "name": found.name, "to": shapes.status(found.to)}
    if world.is_cloud:
        shape |= {
            "hasScreen": bool(found.screen),
            "isGlobal": not found.sources,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
            "looped": False,
        }
    if with_fields:
        shape["fields"] = {name: field_meta(shapes, name, name in found.required) for name in found.screen}
    return shape


def field_meta(shapes: Shapes, name: str, required: bool) -> Shape:
    """What a screen says of one of its fields."""
    row = shapes.jira.fields[name]
    shape: Shape = {
        "required": required,
        "schema": schema(shapes, name),
        "name": row.name,
        "operations": ["set"],
        "hasDefaultValue": False,
    }
    if shapes.world.is_cloud:
        shape["key"] = name
    else:
        shape["fieldId"] = name
    if name == "resolution":
        shape["allowedValues"] = [shapes.resolution(one) for one in shapes.jira.resolutions]
    if row.options:
        root = f"{shapes.root}/customFieldOption"
        shape["allowedValues"] = [
            {"self": f"{root}/{one}", "value": text, "id": one} for one, text in row.options.items()
        ]
    if name == "priority":
        shape["allowedValues"] = [shapes.priority(one) for one in shapes.jira.priorities]
    return shape


def schema(shapes: Shapes, name: str) -> Shape:
    """The type of a field's values."""
    row = shapes.jira.fields[name]
    shape: Shape = {"type": row.type}
    if row.items:
        shape["items"] = row.items
    if row.is_custom:
        return {**shape, "custom": row.custom, "customId": int(row.id.removeprefix("customfield_"))}
    return {**shape, "system": row.id}
