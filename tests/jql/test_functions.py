from datetime import UTC, datetime

import pytest

from connector.core.issue import Issue
from tests.jql.world import ANA, LI, change, issue, scope, selects

STORY = {"id": "1", "name": "Story", "subtask": False}
STEP = {"id": "2", "name": "Step", "subtask": True}


@pytest.mark.parametrize(
    ("query", "fields", "expected"),
    [
        ("assignee = currentUser()", {"assignee": LI}, True),
        ("assignee != currentUser()", {"assignee": ANA}, True),
        ("assignee != currentUser()", {"assignee": None}, False),
        ("assignee in (currentUser(), ana)", {"assignee": ANA}, True),
        ("issuetype in standardIssueTypes()", {"issuetype": STORY}, True),
        ("issuetype in STANDARDISSUETYPES()", {"issuetype": STEP}, False),
        ("issuetype not in subTaskIssueTypes()", {"issuetype": STEP}, False),
        ("issuetype in subtaskIssueTypes()", {"issuetype": {"name": "Step", "hierarchyLevel": -1}}, True),
        (
            "sprint in openSprints()",
            {"customfield_10020": [{"id": 1, "state": "closed"}, {"id": 2, "state": "active"}]},
            True,
        ),
        ("sprint in futureSprints()", {"customfield_10020": [{"id": 1, "state": "closed"}]}, False),
        ("sprint not in openSprints()", {"customfield_10020": [{"id": 1, "state": "closed"}]}, True),
        ("sprint not in openSprints()", {"customfield_10020": []}, False),
        ("sprint in closedSprints()", {"customfield_10020": ["x.Sprint@1[id=12,state=CLOSED,name=W]"]}, True),
        ("fixVersion in releasedVersions()", {"fixVersions": [{"id": "1", "released": True}]}, True),
        ("fixVersion in unreleasedVersions(OPS)", {"fixVersions": [{"id": "1", "released": False}]}, True),
        ("fixVersion in unreleasedVersions(operations)", {"fixVersions": [{"id": "1", "released": False}]}, True),
        ("fixVersion in unreleasedVersions(MKT)", {"fixVersions": [{"id": "1", "released": False}]}, False),
        ("region in cascadeOption(Asia)", {"customfield_10011": {"value": "Asia", "child": {"value": "Xi'an"}}}, True),
        (
            'region in cascadeOption(Asia, "Xi\'an")',
            {"customfield_10011": {"value": "Asia", "child": {"value": "Xi'an"}}},
            True,
        ),
        ("region in cascadeOption(Asia, none)", {"customfield_10011": {"value": "Asia"}}, True),
        (
            "region in cascadeOption(Asia, none)",
            {"customfield_10011": {"value": "Asia", "child": {"value": "A"}}},
            False,
        ),
    ],
)
def test_a_function_stands_for_its_values(query: str, fields: dict[str, object], expected: bool) -> None:
    assert selects(query, **fields) is expected


def test_the_session_began_when_the_scope_says() -> None:
    login = datetime(2026, 3, 3, 8, tzinfo=UTC)

    assert selects("created > currentLogin()", within=scope(login=login), created="2026-03-03T09:00:00.000+0000")
    assert not selects("created > currentLogin()", created="2026-03-03T09:00:00.000+0000")


def test_children_are_found_at_every_level_and_a_circle_ends() -> None:
    ends = {"OPS-2": "OPS-1", "OPS-3": "OPS-2", "OPS-4": "OPS-5", "OPS-5": "OPS-4"}
    issues = {key: issue(key, parent={"key": above}) for key, above in ends.items()} | {"OPS-1": issue("OPS-1")}
    found = [
        key
        for key, one in sorted(issues.items())
        if selects("issue in childIssuesOf(ops-1)", one, within=scope(issue=issues.get))
    ]

    assert found == ["OPS-2", "OPS-3"]


def test_nobody_is_the_current_user_of_a_scope_without_one() -> None:
    assert not selects("assignee = currentUser()", within=scope(user=None), assignee=LI)


def test_members_come_from_the_scope() -> None:
    crew = scope(members={"Site Crew": frozenset({"ana", "712:li"})})

    assert selects('assignee in membersOf("site crew")', within=crew, assignee=LI)
    assert not selects("assignee in membersOf(crew)", within=crew, assignee=LI)


def test_the_scopes_sprints_and_versions_are_newer_than_the_issues() -> None:
    now = scope(
        sprints={"2": {"id": 2, "state": "closed"}}, versions={"OPS": [{"id": "1", "name": "Pilot", "released": True}]}
    )
    fields = {"customfield_10020": [{"id": 2, "state": "active"}], "fixVersions": [{"id": "1", "released": False}]}

    assert selects("sprint in closedSprints() AND fixVersion in releasedVersions()", within=now, **fields)


VERSIONS = [
    {"id": "1", "name": "One", "released": True},
    {"id": "2", "name": "Two", "released": True},
    {"id": "3", "name": "Old", "released": True, "archived": True},
    {"id": "4", "name": "Four", "released": False},
    {"id": "5", "name": "Five", "released": False},
]


@pytest.mark.parametrize(
    ("query", "version", "expected"),
    [
        ("fixVersion = latestReleasedVersion(ops)", "2", True),
        ("fixVersion = latestReleasedVersion(OPS)", "3", False),
        ("fixVersion != latestReleasedVersion(OPS)", "1", True),
        ("fixVersion = earliestUnreleasedVersion(OPS)", "4", True),
        ("fixVersion = earliestUnreleasedVersion(OPS)", "5", False),
        ("fixVersion = earliestUnreleasedVersion(MKT)", "4", False),
    ],
)
def test_one_version_is_chosen_by_the_projects_order(query: str, version: str, expected: bool) -> None:
    assert selects(query, within=scope(versions={"OPS": VERSIONS}), fixVersions=[{"id": version}]) is expected


BLOCKS = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("issue in linkedIssues(OPS-1)", True),
        ("issue in linkedIssues(ops-1)", True),
        ("issue in linkedIssues(OPS-1, 'is blocked by')", True),
        ("issue in linkedIssues(OPS-1, blocks)", False),
        ("issue not in linkedIssues(OPS-2)", True),
    ],
)
def test_linked_issues_are_seen_from_either_end(query: str, expected: bool) -> None:
    blocker = issue("OPS-7", issuelinks=[{"type": BLOCKS, "outwardIssue": {"id": "10001", "key": "OPS-1"}}])
    root = issue("OPS-1", issuelinks=[{"type": BLOCKS, "inwardIssue": {"id": "10007", "key": "OPS-7"}}])
    plain = issue("OPS-7")

    def found(key: str) -> Issue | None:
        return root if key == "OPS-1" else None

    assert selects(query, blocker) is expected
    assert selects(query, plain, within=scope(issue=found)) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("key in updatedBy(li)", True),
        ("key in updatedBy(LI, 2026-02-10)", True),
        ("key in updatedBy(li, 2026-02-11)", False),
        ("key in updatedBy(li, 2026-02-01, 2026-02-09)", False),
        ("key in updatedBy(ana)", True),
        ("key in updatedBy(ana, -4w)", False),
        ("key in updatedBy(bo, -4w)", True),
        ("key not in updatedBy(nobody)", True),
    ],
)
def test_updated_by_counts_making_changing_and_commenting(query: str, expected: bool) -> None:
    said = {"comments": [{"author": {"name": "bo"}, "created": "2026-02-20T08:00:00.000+0800"}]}
    touched = issue(changes=(change(10, "summary", "a", "b", by="li"),), comment=said)

    assert selects(query, touched) is expected
