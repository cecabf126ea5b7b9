import responses

from connector.store.surroundings import CATEGORIES, COMPONENT_LEADS, LEADS, MEMBERS, RANKS
from connector.wiring.telling import groups_named_in, groups_of_roles, told_by
from tests.atlassian.sites import CLOUD_API, cloud_jira, query

RULES = """
automations:
  - if: assignee in membersOf(crew) OR reporter in membersOf("site crew")
  - if: 'component in componentsLeadByUser() AND assignee not in membersof( managers )'
"""


def site() -> None:
    projects = {
        "values": [{"key": "OPS", "lead": {"accountId": "712:li"}, "projectCategory": {"name": "Yards"}}],
        "isLast": True,
    }
    responses.get(f"{CLOUD_API}/project/search", json=projects)
    responses.get(f"{CLOUD_API}/priority", json=[{"id": "7", "name": "Now"}])
    responses.get(f"{CLOUD_API}/resolution", json=[])


def test_groups_are_found_in_rules_however_they_are_written() -> None:
    escaped = r'if: "assignee in membersOf(\"night shift\")"'

    assert groups_named_in([RULES, escaped]) == ["crew", "managers", "night shift", "site crew"]


ROLES = """
roles:
  - {id: sponsor, groups: [board, "night shift"]}
  - {id: pm, groups: crew}
  - {id: owner, people: [li]}
"""


def test_groups_of_roles_count_where_gates_wait_for_approvals() -> None:
    gates = "gates: [{id: start, approvals: {roles: sponsor}}]"

    assert groups_of_roles([ROLES, gates]) == ["board", "crew", "night shift"]
    assert groups_of_roles([ROLES, "gates: [{id: start}]"]) == []
    assert groups_of_roles([gates, "roles: ["]) == []


@responses.activate
def test_the_members_of_an_approving_role_s_group_are_asked_for() -> None:
    site()
    asked = query({"startAt": "0", "maxResults": "50", "groupname": "board"})
    responses.get(
        f"{CLOUD_API}/group/member", json={"values": [{"accountId": "712:li"}], "isLast": True}, match=[asked]
    )

    told = told_by(cloud_jira(), ["roles: [{id: pm, groups: board}]", "gates: [{approvals: {roles: pm}}]"], ["OPS"])

    assert told[MEMBERS] == {"board": ("712:li",)}


@responses.activate
def test_groups_and_components_are_asked_for_where_a_rule_names_them() -> None:
    site()
    asked = query({"startAt": "0", "maxResults": "50", "groupname": "crew"})
    responses.get(
        f"{CLOUD_API}/group/member", json={"values": [{"accountId": "712:li"}], "isLast": True}, match=[asked]
    )
    responses.get(f"{CLOUD_API}/group/member", status=403, json={"errorMessages": ["Not for you"]})
    responses.get(f"{CLOUD_API}/project/OPS/components", json=[{"id": "20", "lead": {"accountId": "712:ana"}}])

    told = told_by(cloud_jira(), [RULES], ["OPS"])

    assert told == {
        RANKS: {"priority": (("Now", "7"),), "resolution": ()},
        LEADS: {"OPS": "712:li"},
        CATEGORIES: {"OPS": "Yards"},
        MEMBERS: {"crew": ("712:li",)},
        COMPONENT_LEADS: {"20": "712:ana"},
    }


@responses.activate
def test_no_group_and_no_component_is_asked_for_where_no_rule_names_one() -> None:
    site()

    told = told_by(cloud_jira(), ["if: project = OPS"], ["OPS"])

    assert told == {
        RANKS: {"priority": (("Now", "7"),), "resolution": ()},
        LEADS: {"OPS": "712:li"},
        CATEGORIES: {"OPS": "Yards"},
        MEMBERS: {},
    }
