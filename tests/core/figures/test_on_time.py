from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.on_time import (
    DueItem,
    Trend,
    mean_delay,
    milestone_trend,
    on_time,
    on_time_rate,
    overdue,
    slip,
)

TODAY = date(2026, 3, 16)  # a Monday


def networkdays(first: date, last: date) -> int:
    """Monday to Friday, both ends counted."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def item(key: str, due: date | None, finished: date | None = None, **more: object) -> DueItem:
    return DueItem(key=key, baseline=due, current=due, finished=finished, is_done=finished is not None, **more)  # type: ignore[arg-type]


def day(n: int) -> date:
    return date(2026, 3, n)


def test_unfinished_late_items_count_in_the_denominator() -> None:
    found = on_time_rate([item("a", day(6), day(5)), item("b", day(6), day(9)), item("c", day(6))], TODAY)

    assert (found.value, found.behind, found.used) == (Decimal(1) / 3, ("a",), 3)


def test_a_due_date_that_is_not_over_counts_only_for_what_is_finished() -> None:
    found = on_time_rate([item("today", TODAY), item("early", day(30), day(5)), item("later", day(30))], TODAY)

    assert (found.value, found.used) == (1, 1)


def test_only_due_dates_within_the_window_count() -> None:
    items = [item("before", day(1), day(1)), item("in", day(6), day(9)), item("after", day(12), day(12))]

    assert on_time_rate(items, TODAY, since=day(2), until=day(10)).value == 0


def test_an_item_without_a_due_date_is_out_and_the_coverage_shows_it() -> None:
    found = on_time_rate([item("a", day(6), day(5)), item("b", None, day(5))], TODAY)

    assert (found.value, found.used, found.total, found.left_out) == (1, 1, 2, ("b",))
    assert found.is_low_confidence


def test_the_rate_is_shown_against_the_baseline_and_against_the_current_due_date_with_the_slips() -> None:
    moved = DueItem(key="a", baseline=day(6), current=day(20), finished=day(10), is_done=True, slips=2)
    found = on_time([moved], TODAY)

    assert (found.against_baseline.value, found.against_current.value, found.slips) == (0, 1, 2)


def test_without_a_baseline_the_rate_against_it_is_null() -> None:
    found = on_time([DueItem(key="a", current=day(6), finished=day(5), is_done=True)], TODAY)

    assert (found.against_baseline.reason, found.against_current.value) == ("no_baseline", 1)


def test_mean_delay_is_in_working_days_of_late_items_and_open_ones_use_today() -> None:
    items = [item("weekend", day(6), day(9)), item("open", day(10)), item("in time", day(6), day(6))]
    found = mean_delay(items, TODAY, networkdays)

    assert (found.value, found.behind) == (Decimal("2.5"), ("weekend", "open"))  # Fri→Mon is 1, Tue→Mon is 4


def test_nothing_late_has_no_mean_delay() -> None:
    assert mean_delay([item("a", day(6), day(6))], TODAY, networkdays).reason == "no_data"


def test_an_item_done_on_an_unknown_day_is_not_late_until_today() -> None:
    undated = DueItem(key="a", baseline=day(6), is_done=True)

    assert mean_delay([undated], TODAY, networkdays).reason == "no_data"


def test_a_milestones_slip_is_forecast_less_baseline_in_working_days() -> None:
    assert (
        slip(day(6), day(9), networkdays),
        slip(day(9), day(6), networkdays),
        slip(day(6), day(6), networkdays),
    ) == (
        1,
        -1,
        0,
    )
    assert slip(day(7), day(8), networkdays) == 0  # from Saturday to Sunday no working day is lost


def test_the_milestone_trend_tells_each_reports_forecast_in_order() -> None:
    found = milestone_trend(day(6), [(day(3), day(10)), (day(2), day(6))], networkdays)

    assert found == [
        Trend(reported=day(2), forecast=day(6), slip=0),
        Trend(reported=day(3), forecast=day(10), slip=2),
    ]


def test_overdue_is_not_done_and_due_before_today() -> None:
    found = overdue([item("late", day(15)), item("today", TODAY), item("done", day(1), day(9)), item("?", None)], TODAY)

    assert (found.value, found.behind, found.used, found.left_out) == (1, ("late",), 2, ("?",))
    assert overdue([item("?", None)], TODAY).reason == "no_data"
    assert overdue([], TODAY).value == 0


DAYS = st.integers(1, 31).map(day)
ITEMS = st.lists(
    st.tuples(st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS)).map(lambda pair: item("x", *pair)), max_size=20
)


@given(ITEMS, st.integers(1, 15).map(day))
def test_adding_an_unfinished_late_item_never_raises_the_on_time_rate(items: list[DueItem], due: date) -> None:
    named = [item(str(n), one.baseline, one.finished) for n, one in enumerate(items)]
    before, after = on_time_rate(named, TODAY), on_time_rate([*named, item("late", due)], TODAY)

    assert before.value is None or (after.value is not None and after.value <= before.value)


@given(ITEMS)
def test_the_order_of_items_never_matters(items: list[DueItem]) -> None:
    named = [item(str(n), one.baseline, one.finished) for n, one in enumerate(items)]

    assert on_time_rate(named, TODAY).value == on_time_rate(named[::-1], TODAY).value
    assert mean_delay(named, TODAY, networkdays).value == mean_delay(named[::-1], TODAY, networkdays).value
