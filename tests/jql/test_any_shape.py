"""Whatever Jira puts into a field, a query answers yes or no."""

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.issue import Issue
from connector.jql.compile import compile_jql
from tests.jql.world import CATALOG, NAMES, change, scope

QUERIES = """
project = OPS
project != 5
category = x
issuetype in (Risk, 9)
issuetype in subtaskIssueTypes()
hierarchyLevel > 0
status != "To Do"
status = 3
status was "To Do"
status was in (1, x) by ana on 2026-02-01
status changed from a to b
statusCategory != Done
statusCategory in (Done)
priority > Medium
priority <= 3
resolution is empty
resolution > Fixed
assignee = ana
assignee in (currentUser(), empty)
assignee was not empty
creator was ana
fixVersion > 1.2
fixVersion ~ "1*"
fixVersion in releasedVersions(OPS)
fixVersion = latestReleasedVersion(OPS)
fixVersion was x
component != x
labels in (a, b)
summary ~ "crane 塔吊"
description !~ x
text ~ x
comment ~ x
created > -1w
created = 2026-03-01
due < now()
due != 2026-03-01
votes > 3
watchers = 3
originalEstimate >= 1h
workRatio < 5
attachments is not empty
key > OPS-1
parent = OPS-1
subtasks is empty
issueLinkType = x
issue in linkedIssues(OPS-1)
issue in linkedIssues(OPS-1, blocks)
key in updatedBy(ana)
worklogAuthor = ana
worklogDate > -1d
sprint in openSprints()
sprint = x
severity = High
region in cascadeOption(a, none)
cf[10016] >= 3
cf[10030] < now()
cf[10033] in membersOf(crew)
rank > 5
rank < x
rank = 5
rank > -1d
issue.property[a].b.c = 5
issue.property[a] > 5
""".strip().splitlines()
FIELDS_IN_ORDER = """
project status statusCategory priority assignee fixVersion labels summary created due votes timespent key parent sprint
severity rank cf[10016] cf[10030] category resolution
"""
ORDERS = FIELDS_IN_ORDER.split()

words = st.sampled_from(
    ["", "5", "a", "OPS-1", "2026-03-01", "2026-03-01T10:00:00.000+0800", "0001-01-01", "x[id=1,a]", "塔"]
)
leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), words, st.just(10**30))
NAMES_OF_VALUES = """
id key name value state released subtask statusCategory displayName accountId child comments worklogs body author
created type inward inwardIssue outwardIssue votes b
"""
names = st.sampled_from(NAMES_OF_VALUES.split())
shapes = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)),
    max_leaves=8,
)
FIELDS = sorted({one for query in QUERIES for one in compile_jql(query, CATALOG).fields})
changes = st.builds(
    change,
    st.integers(1, 28),
    st.sampled_from(["status", "assignee", "Fix Version", "creator"]),
    st.one_of(st.none(), words),
    st.one_of(st.none(), words),
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), shapes), st.lists(changes, max_size=3), shapes)
def test_a_field_of_any_shape_gets_an_answer(fields: dict[str, object], history: list[object], held: object) -> None:
    asked = Issue(site="main", id="1", key="OPS-7", fields=fields, changes=tuple(history), properties={"a": held})  # type: ignore[arg-type]
    within = scope(issue=lambda _: asked, versions={"OPS": [{"id": "5", "name": "a", "released": True}]})

    answers = [compile_jql(query, CATALOG, NAMES).matches(asked, within) for query in QUERIES]

    assert {type(one) for one in answers} == {bool}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), shapes), max_size=4))
def test_fields_of_any_shape_can_be_put_in_order(several: list[dict[str, object]]) -> None:
    issues = [Issue(site="main", id=str(place), key=f"OPS-{place}", fields=one) for place, one in enumerate(several)]

    for order in ORDERS:
        found = compile_jql(f"ORDER BY {order} DESC", CATALOG, NAMES).select(issues, scope())
        assert sorted(one.key for one in found) == [one.key for one in issues]
