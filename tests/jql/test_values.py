"""What the operators mean, field by field."""

import pytest

from connector.core.fields import FieldCatalog, Reach
from connector.core.issue import Issue
from connector.jql.compile import compile_jql
from connector.jql.errors import JqlError
from tests.jql.world import ANA, CATALOG, LI, issue, scope, selects

CASES = [
    # project: key, name or id, in any case
    ("project = ops", {}, True),
    ('project = "operations"', {}, True),
    ("project = 10000", {}, True),
    ("project = MKT", {}, False),
    ("project != OPS", {}, False),
    ("project in (MKT, OPS)", {}, True),
    ("project not in (MKT)", {}, True),
    ("project is not empty", {}, True),
    ("category = internal", {}, True),
    # types, statuses and their names on a Chinese site
    ("issuetype = risk", {"issuetype": {"id": "9", "name": "Risk"}}, True),
    ("issuetype = Risk", {"issuetype": {"id": "9", "name": "风险"}}, True),
    ("issuetype = 风险", {"issuetype": {"id": "9", "name": "Risk"}}, True),
    ("issuetype = 9", {"issuetype": {"id": "9", "name": "Risk"}}, True),
    ("type != Risk", {"issuetype": {"id": "9", "name": "风险"}}, False),
    ('status = "TO DO"', {"status": {"id": "1", "name": "待办"}}, True),
    ('status in (Done, "To Do")', {"status": {"id": "1", "name": "待办"}}, True),
    ("status not in (Done)", {"status": {"id": "1", "name": "待办"}}, True),
    # status categories go by key, whatever the site calls them
    ("statusCategory = Done", {"status": {"statusCategory": {"key": "done", "name": "完成"}}}, True),
    ('statusCategory = "to do"', {"status": {"statusCategory": {"key": "new", "name": "待办"}}}, True),
    ("statusCategory = 进行中", {"status": {"statusCategory": {"key": "indeterminate"}}}, True),
    ("statusCategory = indeterminate", {"status": {"statusCategory": {"key": "indeterminate"}}}, True),
    ("statusCategory = 3", {"status": {"statusCategory": {"key": "done"}}}, True),
    ("statusCategory != Done", {"status": {"statusCategory": {"key": "done"}}}, False),
    ('statusCategory in ("To Do", Done)', {"status": {"statusCategory": {"key": "done"}}}, True),
    ('statusCategory not in ("To Do")', {"status": {"statusCategory": {"key": "done"}}}, True),
    # != and NOT IN never match an empty field, and NOT is the same as them
    ("assignee != li", {"assignee": None}, False),
    ("assignee not in (li, ana)", {"assignee": None}, False),
    ("NOT assignee = li", {"assignee": None}, False),
    ("NOT assignee in (li)", {}, False),
    ("NOT (assignee = li OR labels = x)", {"labels": []}, False),
    ("NOT assignee is empty", {"assignee": None}, False),
    ("NOT NOT assignee = ana", {"assignee": ANA}, True),
    ("NOT due < 2026-03-01", {}, False),
    ("NOT due < 2026-03-01", {"duedate": "2026-03-01"}, True),
    ("assignee != li OR assignee is empty", {"assignee": None}, True),
    ("component != Crane", {"components": []}, False),
    ("component != Crane", {"components": [{"id": "1", "name": "Gate"}]}, True),
    ("component != Crane", {"components": [{"id": "1", "name": "Gate"}, {"id": "2", "name": "Crane"}]}, False),
    ("labels not in (a, b)", {"labels": ["c", "d"]}, True),
    ("labels not in (a, b)", {"labels": ["c", "B"]}, False),
    ("severity != High", {"customfield_10010": None}, False),
    # EMPTY and NULL
    ("assignee is empty", {"assignee": None}, True),
    ("assignee = empty", {}, True),
    ("assignee != null", {"assignee": ANA}, True),
    ("assignee in (empty, ana)", {}, True),
    ("assignee not in (empty, li)", {"assignee": ANA}, True),
    ("assignee not in (empty, li)", {}, False),
    ("labels is empty", {"labels": []}, True),
    ("description is empty", {"description": ""}, True),
    ("attachments is not empty", {"attachment": [{"id": "1"}]}, True),
    ("due is null", {"duedate": None}, True),
    # people: by account, name, key, shown name or mail
    ("assignee = 712:li", {"assignee": LI}, True),
    ('assignee = "li wen"', {"assignee": LI}, True),
    ('assignee = "LI.WEN@example.com"', {"assignee": LI}, True),
    ("assignee = ana", {"assignee": ANA}, True),
    ("assignee = jirauser10100", {"assignee": ANA}, True),
    ('"Risk owner" = ana', {"customfield_10033": ANA}, True),
    ("worklogAuthor = ana", {"worklog": {"worklogs": [{"author": LI}, {"author": ANA}]}}, True),
    # numbers and options
    ('"Story Points" = 5', {"customfield_10016": 5.0}, True),
    ("cf[10016] > 4.5", {"customfield_10016": 5}, True),
    ("cf[10016] <= 4.5", {"customfield_10016": 5}, False),
    ("cf[10016] in (3, 5)", {"customfield_10016": 5.0}, True),
    ("cf[10016] != 5", {}, False),
    ("votes >= 4", {"votes": {"votes": 4}}, True),
    ("watchers = 2", {"watches": {"watchCount": 2}}, True),
    ("severity = high", {"customfield_10010": {"id": "7", "value": "High"}}, True),
    ('"Severity[Dropdown]" = high', {"customfield_10010": {"id": "7", "value": "High"}}, True),
    ("severity in (7)", {"customfield_10010": {"id": "7", "value": "High"}}, True),
    ("概率 = 4", {"customfield_10035": {"id": "70", "value": "4"}}, True),
    ("probability = 4", {"customfield_10035": {"id": "70", "value": "4"}}, True),
    ("tags = fragile", {"customfield_10034": ["Fragile", "new"]}, True),
    # durations: a day has 8 hours, a week 5 days, a bare number is minutes
    ("originalEstimate = 1d", {"timeoriginalestimate": 28800}, True),
    ("originalEstimate < 1w", {"timeoriginalestimate": 28800 * 4}, True),
    ('timespent >= "1d 4h"', {"timespent": 43200}, True),
    ("remainingEstimate > 90", {"timetracking": {"remainingEstimateSeconds": 5460}}, True),
    # keys and parents
    ("key = ops-7", {}, True),
    ("id = 10007", {}, True),
    ("key in (OPS-1, OPS-7)", {}, True),
    ("key > OPS-6", {}, True),
    ("key > OPS-10", {}, False),
    ("key > MKT-1", {}, False),
    ("parent = OPS-1", {"parent": {"id": "10001", "key": "OPS-1"}}, True),
    ("parent in (10001)", {"parent": {"id": "10001", "key": "OPS-1"}}, True),
    ("issueLinkType = blocks", {"issuelinks": [{"type": {"name": "Blocks", "inward": "is blocked by"}}]}, True),
    ('issueLinkType = "is blocked by"', {"issuelinks": [{"type": {"inward": "is blocked by"}}]}, True),
    # priorities by rank, by name or id
    ("priority > Medium", {"priority": {"id": "2", "name": "High"}}, True),
    ("priority >= High", {"priority": {"id": "2", "name": "High"}}, True),
    ("priority < High", {"priority": {"id": "1", "name": "最高"}}, False),
    ("priority > 3", {"priority": {"id": "1", "name": "Blocker"}}, True),
    ("priority = Highest", {"priority": {"id": "1", "name": "最高"}}, True),
    ("priority > Medium", {"priority": None}, False),
    # AND, OR and brackets
    ("project = OPS AND labels = x OR labels = y", {"labels": ["y"]}, True),
    ("project = MKT AND (labels = x OR labels = y)", {"labels": ["y"]}, False),
    ("labels = a AND labels = b AND labels = c AND labels = d", {"labels": ["a", "b", "c", "d"]}, True),
    ("labels = a OR labels = b OR labels = c", {"labels": ["c"]}, True),
    # sprints as objects and as Data Center writes them
    ('sprint = "week 9"', {"customfield_10020": [{"id": 12, "name": "Week 9", "state": "active"}]}, True),
    ("sprint = 12", {"customfield_10020": ["x.Sprint@1[id=12,state=CLOSED,name=Week 9, late,goal=]"]}, True),
    (
        'sprint = "Week 9, late"',
        {"customfield_10020": ["x.Sprint@1[id=12,state=CLOSED,name=Week 9, late,goal=]"]},
        True,
    ),
    ("sprint is empty", {"customfield_10020": []}, True),
]


@pytest.mark.parametrize(("query", "fields", "expected"), CASES)
def test_an_operator_means_what_it_means_in_jira(query: str, fields: dict[str, object], expected: bool) -> None:
    assert selects(query, **fields) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("issue.property[review].state = OPEN", True),
        ("issue.property[review].round >= 2", True),
        ("issue.property[review].round > 2", False),
        ("issue.property[review].passed = 'false'", True),
        ("issue.property[review].by.name = ana", True),
        ("issue.property[review].notes ~ crane", True),
        ("issue.property[review].due < 2026-03-01", True),
        ("issue.property[review].gone is empty", True),
        ("issue.property[other] is not empty", False),
        ("issue.property[review].state != open", False),
    ],
)
def test_a_property_is_compared_by_what_it_holds(query: str, expected: bool) -> None:
    held = {
        "state": "open",
        "round": 2,
        "passed": False,
        "by": {"name": "ana"},
        "notes": "the crane",
        "due": "2026-02-01",
    }

    assert selects(query, issue(properties={"review": held})) is expected


def test_an_issue_without_its_project_is_asked_by_its_key() -> None:
    bare = Issue(site="main", id="1", key="OPS-1")

    assert selects("project = ops AND project != MKT", bare)


def test_a_priority_that_the_site_does_not_have_is_refused_with_those_it_has() -> None:
    site = FieldCatalog(CATALOG.fields, reach=Reach(ranks={"priority": (("Now", "1"), ("Soon", "2"))}))

    with pytest.raises(JqlError) as caught:
        compile_jql("priority >= Son", site)

    assert str(caught.value) == ("JQL 1:13: the site has no priority 'Son'; it has Now or Soon; did you mean Soon?")
    assert compile_jql("priority >= 2", site).matches(issue(priority={"name": "Now"}), scope(ranks=site.reach.ranks))


def test_a_list_of_ranks_from_the_site_comes_before_jiras_own() -> None:
    site = scope(ranks={"priority": (("Now",), ("Soon",), ("Someday",))})

    assert selects("priority > Someday", within=site, priority={"id": "3", "name": "Soon"})
    assert not selects("priority > Medium", within=site, priority={"id": "2", "name": "High"})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fixVersion > Pilot", True),
        ("fixVersion >= Launch", True),
        ("fixVersion > Launch", False),
        ("fixVersion < 33", True),
        ("fixVersion < Unknown", False),
    ],
)
def test_versions_have_the_order_of_the_project(query: str, expected: bool) -> None:
    listed = [{"id": "31", "name": "Pilot"}, {"id": "32", "name": "Launch"}, {"id": "33", "name": "Close"}]

    assert selects(query, within=scope(versions={"OPS": listed}), fixVersions=[listed[1]]) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fixVersion > 1.9", True),
        ("fixVersion < 1.9", False),
        ("fixVersion ~ '1.*'", True),
        ("fixVersion !~ 1.10", False),
    ],
)
def test_versions_without_a_known_order_go_by_their_numbers(query: str, expected: bool) -> None:
    assert selects(query, fixVersions=[{"id": "1", "name": "1.10"}]) is expected


@pytest.mark.parametrize("value", ["eight", "8x", "4h"])
def test_a_number_field_wants_a_number(value: str) -> None:
    with pytest.raises(JqlError, match="is not a number"):
        selects(f"cf[10016] = {value}")
