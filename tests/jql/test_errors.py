import pytest

from connector.core.errors import ConnectorError
from connector.jql.errors import JqlError, shown
from tests.jql.world import selects


@pytest.mark.parametrize(
    ("query", "message", "position", "suggestion"),
    [
        ("asignee = li", "JQL 1:1: there is no field 'asignee'; did you mean 'assignee'?", 0, "'assignee'"),
        (
            "due < now()\n  and sverity = High",
            "JQL 2:7: there is no field 'sverity'; did you mean 'Severity'?",
            18,
            "'Severity'",
        ),
        ("cf[99] = 1", "JQL 1:1: there is no field 'cf[99]'", 0, None),
        (
            "watcher = li",
            "JQL 1:1: the field 'watcher' is Jira's, but what it holds is not mirrored; select in another way",
            0,
            None,
        ),
        (
            "labels > a",
            "JQL 1:8: the field 'labels' does not take >; it takes =, !=, IN, NOT IN, IS or IS NOT",
            7,
            None,
        ),
        ("summary = x", "JQL 1:9: the field 'summary' does not take =; it takes ~, !~, IS or IS NOT", 8, None),
        (
            "severity was High",
            "JQL 1:10: the field 'severity' does not take WAS; it takes =, !=, IN, NOT IN, IS or IS NOT",
            9,
            None,
        ),
        (
            "labels = x and statusCategory = Doen",
            "JQL 1:33: 'Doen' is no status category; there are To Do, In Progress or Done; did you mean Done?",
            32,
            "Done",
        ),
        (
            "fixVersion in relesedVersions()",
            "JQL 1:15: there is no function relesedVersions(); did you mean releasedVersions()?",
            14,
            "releasedVersions()",
        ),
        (
            "sprint = openSprints()",
            "JQL 1:10: openSprints() gives a list; compare with IN or NOT IN; did you mean IN?",
            9,
            "IN",
        ),
        ("assignee = now()", "JQL 1:12: now() does not give user values", 11, None),
        ("due < currentUser()", "JQL 1:7: currentUser() does not give a date or time", 6, None),
        (
            "status in openSprints()",
            "JQL 1:11: openSprints() gives sprints, and this field does not hold them",
            10,
            None,
        ),
        (
            "status in standardIssueTypes()",
            "JQL 1:11: standardIssueTypes() gives issue types, and this field does not hold them",
            10,
            None,
        ),
        ("assignee in membersOf()", "JQL 1:13: membersOf() takes 1 argument and is given 0", 12, None),
        ("key in linkedIssues(a, b, c)", "JQL 1:8: linkedIssues() takes 1 to 2 arguments and is given 3", 7, None),
        (
            "key in votedIssues()",
            "JQL 1:8: votedIssues() asks for what is not mirrored; select in another way",
            7,
            None,
        ),
        ("key in updatedBy(li, soon)", "JQL 1:8: updatedBy() cannot read its arguments ('li', 'soon')", 7, None),
        (
            "due = soon",
            "JQL 1:7: 'soon' is no date or time; write one like 2026-03-01, \"2026-03-01 14:00\", -4w, startOfDay(-1d)",
            6,
            None,
        ),
        (
            "timespent > long",
            "JQL 1:13: 'long' is a reserved word; write \"long\" with quotes if you mean a name or value",
            12,
            None,
        ),
        ("timespent > 4x", "JQL 1:13: '4x' is not a time such as 4h 30m", 12, None),
        ("key > OPS", "JQL 1:7: 'OPS' is no issue key", 6, None),
        ("priority > f()", "JQL 1:12: > cannot compare this field with a function", 11, None),
        ("summary ~ f()", "JQL 1:11: ~ takes a text", 10, None),
        ("status changed during 2026-01-01", "JQL 1:16: DURING takes two moments between brackets", 15, None),
        ("status was Done on (now(), now())", "JQL 1:17: ON takes one moment", 16, None),
        (
            "status = Done anf due < now()",
            "JQL 1:15: found 'anf', expected the end, AND, (, OR or ORDER; did you mean AND?",
            14,
            "AND",
        ),
        (
            "status = Done ordr by due",
            "JQL 1:15: found 'ordr', expected the end, AND, (, OR or ORDER; did you mean ORDER?",
            14,
            "ORDER",
        ),
        ("assignee in (li", "JQL 1:16: found the end, expected , or )", 15, None),
        (
            "project = order",
            "JQL 1:11: 'order' is a reserved word; write \"order\" with quotes if you mean a name or value",
            10,
            None,
        ),
        (
            'summary ~ "crane',
            'JQL 1:11: the quote " is never closed, or holds a tab or a backslash that stands for nothing',
            10,
            None,
        ),
        (
            "assignee = li@example.com",
            "JQL 1:14: '@' means nothing here; put the text that holds it between quotes",
            13,
            None,
        ),
        ("parent is empty", "JQL 1:8: the field 'parent' does not take IS; it takes =, !=, IN or NOT IN", 7, None),
        ("text !~ crane", "JQL 1:6: the field 'text' does not take !~; it takes ~", 5, None),
        ("parent = crane", "JQL 1:10: 'crane' is no issue key", 9, None),
        ("key in (OPS-1, crane)", "JQL 1:16: 'crane' is no issue key", 15, None),
        (
            "created > '2026-03-01 10:00:00'",
            "JQL 1:11: '2026-03-01 10:00:00' is no date or time; write one like 2026-03-01, "
            '"2026-03-01 14:00", -4w, startOfDay(-1d)',
            10,
            None,
        ),
        (
            "due >= created",
            "JQL 1:8: 'created' is no date or time; write one like 2026-03-01, "
            '"2026-03-01 14:00", -4w, startOfDay(-1d)',
            7,
            None,
        ),
        (
            "fixVersion < releasedVersions()",
            "JQL 1:14: releasedVersions() gives a list, and a list is neither before nor after a version",
            13,
            None,
        ),
        (
            "assignee in membersOf(crw)",
            "JQL 1:13: membersOf() cannot be answered: the members of 'crw' are not known, "
            "known are Site Crew or crew; write 'crew'",
            12,
            None,
        ),
        ("created > currentLogin(1)", "JQL 1:11: currentLogin() takes 0 arguments and is given 1", 10, None),
        ("due < now() ORDER BY rnk", "JQL 1:22: there is no field 'rnk'; did you mean 'Rank'?", 21, "'Rank'"),
    ],
)
def test_an_error_says_what_was_found_where_and_what_to_write(
    query: str, message: str, position: int, suggestion: str | None
) -> None:
    with pytest.raises(JqlError) as caught:
        selects(query)

    assert (str(caught.value), caught.value.position, caught.value.suggestion) == (message, position, suggestion)


def test_an_error_can_be_mended_by_people() -> None:
    with pytest.raises(ConnectorError) as caught:
        selects("a = b\nand\n  c >> d")

    assert isinstance(caught.value, JqlError)
    assert (caught.value.line, caught.value.column, caught.value.found) == (3, 6, ">")


@pytest.mark.parametrize(
    ("words", "expected"), [((), ""), (("a",), "a"), (("a", "b"), "a or b"), (("a", "b", "c"), "a, b or c")]
)
def test_words_are_listed_for_people(words: tuple[str, ...], expected: str) -> None:
    assert shown(words) == expected
