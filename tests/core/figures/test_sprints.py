from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.sprints import (
    Sprint,
    SprintItem,
    committed,
    mean_velocity,
    say_do,
    scope_churn,
    stays_in,
    velocity,
)
from connector.core.issue import Change

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLOSE = START + timedelta(days=14)


def day(n: float) -> datetime:
    return START + timedelta(days=n)


def item(
    key: str,
    *,
    came: float = -1,
    went: float | None = None,
    done: float | None = None,
    reopened: float | None = None,
    points: int | None = 1,
) -> SprintItem:
    ends = None if went is None else day(went)
    finished = () if done is None else ((day(done), None if reopened is None else day(reopened)),)
    size = None if points is None else Decimal(points)
    return SprintItem(key=key, inside=((day(came), ends),), done=finished, points=size)


def sprint(*items: SprintItem) -> Sprint:
    return Sprint(started=START, closed=CLOSE, items=items)


def test_velocity_is_the_points_of_what_stood_done_at_the_close() -> None:
    held = sprint(
        item("done", done=3, points=5),
        item("open", points=8),
        item("reopened", done=3, reopened=13, points=3),
        item("added", came=5, done=6, points=2),
        item("taken out", went=4, done=3, points=13),
        item("done before", done=-0.5, points=20),
        item("done after", done=15, points=20),
    )

    found = velocity(held)

    assert (found.value, found.behind) == (7, ("done", "added"))


def test_items_without_an_estimate_are_left_out_of_velocity() -> None:
    found = velocity(sprint(item("a", done=1, points=5), item("b", done=1, points=None)))

    assert (found.value, found.left_out) == (5, ("b",))
    assert velocity(sprint(item("b", done=1, points=None))).reason == "no_estimate"


def test_a_sprint_in_which_nothing_was_done_has_a_velocity_of_zero_and_an_empty_one_has_none() -> None:
    assert velocity(sprint(item("a"))).value == 0
    assert velocity(sprint()).reason == "no_data"


def test_mean_velocity_is_over_the_sprints_that_have_one() -> None:
    found = mean_velocity([sprint(item("a", done=1, points=5)), sprint(item("b", done=1, points=8)), sprint()])

    assert (found.value, found.used, found.total) == (Decimal("6.5"), 2, 3)
    assert mean_velocity([sprint()]).reason == "no_data"


def test_say_do_counts_what_was_committed_at_the_start_and_nothing_that_came_later() -> None:
    held = sprint(item("a", done=3), item("b"), item("added", came=5, done=6), item("dropped", went=4))

    assert [one.key for one in committed(held)] == ["a", "b", "dropped"]
    assert say_do(held).value == Decimal(1) / 3


def test_what_was_done_before_the_start_was_never_committed() -> None:
    held = sprint(item("a", done=3), item("old", done=-0.5))

    assert say_do(held).value == 1


def test_jira_takes_unfinished_work_out_while_it_closes_a_sprint_and_that_is_no_removal() -> None:
    moved_on = item("a", went=14 - 1 / 86400)

    assert scope_churn(sprint(moved_on)).value == 0


def test_scope_churn_is_what_came_and_went_after_the_start() -> None:
    held = sprint(item("a"), item("b", went=3), item("c", came=2), item("d", came=2, went=4))

    assert scope_churn(held).value == 2  # c came, d came and went, b went: four of two


def test_say_do_and_churn_of_an_empty_commitment_are_null() -> None:
    held = sprint(item("late", came=1, done=2))

    assert (say_do(held).reason, scope_churn(held).reason) == ("no_data", "no_data")


def change(n: int, at: datetime, before: str, after: str) -> Change:
    return Change(
        history_id=n, at=at, author=None, field="Sprint", field_id="customfield_1", before_id=before, after_id=after
    )


def test_sprint_values_are_comma_lists_of_ids() -> None:
    changes = [change(1, day(1), "", "7"), change(2, day(2), "7", "7, 8"), change(3, day(3), "7, 8", "8")]

    assert stays_in("7", changes, day(0), ["8"]) == ((day(1), day(3)),)
    assert stays_in("8", changes, day(0), ["8"]) == ((day(2), None),)
    assert stays_in("77", changes, day(0), ["8"]) == ()


def test_an_issue_made_in_a_sprint_has_been_there_from_the_start() -> None:
    assert stays_in("7", [], day(0), ["7"]) == ((day(0), None),)
    assert stays_in("7", [change(1, day(2), "7", "")], day(0), []) == ((day(0), day(2)),)


@given(st.lists(st.tuples(st.floats(-2, 16), st.one_of(st.none(), st.floats(0, 16))), max_size=12))
def test_say_do_is_a_share(spans: list[tuple[float, float | None]]) -> None:
    held = sprint(*(item(str(n), came=came, done=done) for n, (came, done) in enumerate(spans)))
    found = say_do(held).value

    assert found is None or 0 <= found <= 1
