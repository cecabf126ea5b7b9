"""WAS and CHANGED over OPS-7: To Do until 5 February, In Progress until 10, Done until 20, In Progress since."""

import pytest

from connector.core.issue import Change
from tests.jql.world import ANA, LI, change, issue, selects


def status(day: int, before: str, after: str, by: str = "ana") -> Change:
    return change(day, "status", before, after, by=by, before_id=before[:1], after_id=after[:1])


HISTORY = (
    status(5, "To Do", "In Progress", by="712:li"),
    change(6, "summary", "Crane", "Crane move"),
    status(10, "In Progress", "Done"),
    status(20, "Done", "In Progress", by="712:li"),
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status was Done", True),
        ("status was 'to do'", True),
        ("status was 待办", True),
        ("status was 'In Progress'", True),
        ("status was Blocked", False),
        ("status was not Done", False),
        ("status was not Blocked", True),
        ("NOT status was Done", False),
        ("status was in (Blocked, Done)", True),
        ("status was not in (Blocked, Done)", False),
        ("status was empty", False),
        # at a time: the state overlaps it
        ("status was Done before 2026-02-10", False),
        ("status was Done before 2026-02-11", True),
        ("status was 'To Do' after 2026-02-05", True),
        ("status was 'To Do' after 2026-02-06", False),
        ("status was Done on 2026-02-15", True),
        ("status was Done on 2026-02-10", True),
        ("status was Done on 2026-02-09", False),
        ("status was Done on 2026-02-21", False),
        ("status was 'To Do' on 2026-01-02", True),
        ("status was 'To Do' on 2025-12-31", False),
        ("status was 'In Progress' on now()", True),
        ("status was Done on -2w", True),
        ("status was Done during (2026-02-01, 2026-02-09)", False),
        ("status was Done during (2026-02-01, 2026-02-12)", True),
        ("status was Done during (2026-02-19, 2026-03-01)", True),
        ("status was 'In Progress' during (2026-02-12, 2026-02-14)", False),
        ("status was not Done before 2026-02-10", True),
        # by whom it was put there
        ("status was Done by ana", True),
        ("status was Done by currentUser()", False),
        ("status was 'To Do' by ana", True),
        ("status was 'In Progress' by (bo, '712:li')", True),
        ("status was 'In Progress' by '712:li' before 2026-02-05", False),
        # changes
        ("status changed", True),
        ("priority changed", False),
        ("NOT status changed", False),
        ("NOT priority changed", True),
        ("status changed to Done", True),
        ("status changed from Done", True),
        ("status changed from 'In Progress' to Done", True),
        ("status changed from 'To Do' to Done", False),
        ("status changed from ('To Do', Done) to 'In Progress'", True),
        ("status changed from empty", False),
        ("status changed to Done by ana", True),
        ("status changed to Done by '712:li'", False),
        ("status changed to Done by (bo, ana)", True),
        ("status changed by currentUser() after 2026-02-19", True),
        ("status changed by ana after 2026-02-19", False),
        ("status changed before 2026-02-05", False),
        ("status changed to Done before 2026-02-11 after 2026-02-09", True),
        ("status changed on 2026-02-10", True),
        ("status changed on 2026-02-11", False),
        ("status changed during (2026-02-06, 2026-02-09)", False),
        ("status changed during (2026-02-06, 2026-02-11)", True),
        ("status changed after startOfMonth(-1)", True),
        ("status changed after -10d", False),
    ],
)
def test_history_is_asked_by_intervals_and_by_changes(query: str, expected: bool) -> None:
    asked = issue(changes=HISTORY, status={"id": "I", "name": "In Progress"})

    assert selects(query, asked) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status was 'To Do'", True),
        ("status was 'To Do' on 2026-02-01", True),
        ("status was 1", True),
        ("status was Done", False),
        ("status was 'To Do' by ana", True),
        ("status changed", False),
        ("assignee was empty", True),
        ("assignee was not empty", False),
    ],
)
def test_a_field_that_never_changed_was_what_it_is(query: str, expected: bool) -> None:
    assert selects(query, status={"id": "1", "name": "To Do"}) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("assignee was empty", True),
        ("assignee was '712:li'", True),
        ("assignee was 'li wen'", True),
        ("assignee was currentUser()", True),
        ("assignee was currentUser() on 2026-02-09", False),
        ("assignee changed from empty to '712:li'", True),
        ("assignee changed to empty", False),
        ("assignee was in (currentUser(), bo) before 2026-02-08", True),
    ],
)
def test_people_are_found_in_the_past_by_id_and_name(query: str, expected: bool) -> None:
    handed = (
        change(2, "assignee", None, "Li Wen", after_id="712:li"),
        change(8, "assignee", "Li Wen", "Ana Ruiz", before_id="712:li", after_id="ana"),
    )

    assert selects(query, issue(changes=handed, assignee=ANA)) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fixVersion was Pilot", True),
        ("fixVersion was Launch", True),
        ("fixVersion was Close", True),
        ("fixVersion was Pilot on 2026-02-06", False),
        ("fixVersion was Close on 2026-01-05", True),
        ("fixVersion was empty", False),
        ("fixVersion changed from Pilot", True),
        ("fixVersion changed to Launch after 2026-02-04", True),
        ("fixVersion was 31 before 2026-02-05", True),
    ],
)
def test_a_field_with_several_values_held_each_for_its_own_time(query: str, expected: bool) -> None:
    moved = (
        change(5, "Fix Version", "Pilot", None, before_id="31"),
        change(5, "Fix Version", None, "Launch", after_id="32"),
    )
    versions = [{"id": "32", "name": "Launch"}, {"id": "33", "name": "Close"}]

    assert selects(query, issue(changes=moved, fixVersions=versions)) is expected


def test_a_version_taken_away_leaves_a_time_with_none() -> None:
    emptied = issue(changes=(change(5, "Fix Version", "Pilot", None, before_id="31"),), fixVersions=[])

    assert selects("fixVersion was empty AND fixVersion was Pilot", emptied)
    assert not selects("fixVersion was empty before 2026-02-05", emptied)


def test_the_creator_never_changes() -> None:
    assert selects("creator was ana AND creator was not '712:li'", creator=ANA, reporter=LI)
