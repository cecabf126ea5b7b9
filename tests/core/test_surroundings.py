from connector.core.issue import Issue
from connector.core.surroundings import people_in, ranks_in, versions_in
from tests.core.build import issue, jql, project

KNOWN = (("highest", "最高"), ("high",), ("low",))


def named(number: int, **fields: object) -> Issue:
    return issue(number, **fields)


def test_versions_are_listed_in_the_order_they_were_made_in_under_every_name_of_their_project() -> None:
    base, roof = {"id": "9", "name": "Base"}, {"id": "12", "name": "Roof"}

    found = versions_in([named(1, fixVersions=[roof]), named(2, versions=[base], fixVersions=[roof]), named(3)])

    assert found == {"OPS": [base, roof], "Operations": [base, roof]}


def test_a_person_is_found_by_every_id_wherever_they_were_seen() -> None:
    li, ana = {"accountId": "712:li", "displayName": "Li"}, {"name": "ana", "key": "JIRAUSER1"}
    find = people_in([named(1, assignee=li), named(2, comment={"comments": [{"author": ana}]})])

    assert [find(one) for one in ("712:li", "ana", "JIRAUSER1", "bo")] == [li, ana, ana, None]


def test_known_names_decide_the_order_and_ids_where_one_name_is_new() -> None:
    low, high, top = {"id": "1", "name": "Low"}, {"id": "2", "name": "High"}, {"id": "3", "name": "最高"}
    site = {"id": "0", "name": "On site"}
    issues = [named(n, priority=one) for n, one in enumerate((low, high, top))]

    assert ranks_in(issues, "priority", KNOWN) == [("最高", "3"), ("High", "2"), ("Low", "1")]
    assert ranks_in([*issues, named(9, priority=site)], "priority", KNOWN)[0] == ("On site", "0")


def test_a_projects_scope_knows_its_people_and_its_issues() -> None:
    li = {"accountId": "712:li", "displayName": "Li"}
    scope = project(named(1, assignee=li)).scope()

    assert (scope.people("712:li"), scope.issue("OPS-1")) == (li, scope.issue("1001"))
    assert jql("assignee = Li").matches(scope.issue("OPS-1"), scope)  # type: ignore[arg-type]
