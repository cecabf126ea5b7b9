"""The `approvals` of a gate: the roles whose people approve it, and how many of them are needed."""

from collections.abc import Mapping

from connector.core.rulebook import Approvals, Role
from connector.rulefiles.desk import Desk
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_gates import ApprovalsShape, GateShape

RESERVED = "approvals"
"""What the criterion is called that approvals make, so that no other may be."""


def compile_approvals(gate: Part, shape: GateShape, roles: Mapping[str, Role], desk: Desk) -> Approvals | None:
    """What the gate at this part says of approvals, complained about where nobody could ever give them."""
    if shape.approvals is None:
        return None
    _check_criteria(gate, shape, desk)
    part, asked = gate.at("approvals"), shape.approvals
    for index, name in enumerate(asked.roles):
        _check_role(part.at("roles", index) if _is_listed(part) else part.at("roles"), name, roles, desk)
    named = tuple(roles[name] for name in dict.fromkeys(asked.roles) if name in roles)
    if len(named) == len(set(asked.roles)):
        _check_quorum(part, asked, named, desk)
    return Approvals(roles=named, quorum=asked.quorum, place=part.place)


def _is_listed(part: Part) -> bool:
    return isinstance(part.at("roles").data, list)


def _check_criteria(gate: Part, shape: GateShape, desk: Desk) -> None:
    for kind, criteria in (("must", shape.must), ("should", shape.should)):
        for index, one in enumerate(criteria):
            if one.id == RESERVED:
                what = f"the gate's approvals are a criterion {RESERVED!r} already"
                desk.complaints.add(gate.at(kind, index, "id"), what, "give it another id")


def _check_role(part: Part, name: str, roles: Mapping[str, Role], desk: Desk) -> None:
    role = roles.get(name)
    if role is None:
        if name not in desk.complaints.lost_ids:
            mend = suggest(name, roles, "declare it under roles:")
            desk.complaints.add(part, f"there is no role {shown(name)}", mend)
    elif not (role.people or role.groups or role.jira_role):
        what = f"nobody plays the role {shown(name)}, so that nobody can approve for it"
        desk.complaints.add(part, what, "name its people or groups under roles:")


def _check_quorum(part: Part, asked: ApprovalsShape, named: tuple[Role, ...], desk: Desk) -> None:
    """How many a group or a Jira role has is not known here; people can be counted."""
    people = {person.casefold() for role in named for person in role.people}
    is_counted = people and not any(role.groups or role.jira_role for role in named)
    if asked.quorum is not None and is_counted and asked.quorum > len(people):
        can = "one person" if len(people) == 1 else f"{len(people)} people"
        what = f"{asked.quorum} are to approve, but these roles have {can}"
        desk.complaints.add(part.at("quorum"), what, "lower it, or name more people under roles:")
