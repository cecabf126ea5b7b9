from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.baseline import Baseline, BaselineItem, budget_at_completion
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.planned_value import planned_curve, planned_fraction, planned_value, weekly
from connector.core.figures.quantity import MixedUnits, hours, money

GATE = datetime(2026, 1, 5, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
PLAIN = WorkingCalendar()


def item(
    number: int, budget: int | None, start: date | None = MONDAY, finish: date | None = FRIDAY, **more: object
) -> BaselineItem:
    held = None if budget is None else hours(budget)
    return BaselineItem(issue=str(number), key=f"OPS-{number}", budget=held, start=start, finish=finish, **more)  # type: ignore[arg-type]


def baseline(*items: BaselineItem, **more: object) -> Baseline:
    return Baseline(version=1, at=GATE, items=items, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "fraction"),
    [
        pytest.param(MONDAY - timedelta(days=1), "0", id="before-its-start"),
        pytest.param(MONDAY, "0.2", id="the-first-day-is-worked"),
        pytest.param(date(2026, 3, 4), "0.6", id="linear-in-working-days"),
        pytest.param(FRIDAY, "1", id="from-its-finish"),
        pytest.param(date(2026, 4, 1), "1", id="ever-after"),
    ],
)
def test_planned_value_grows_linearly_in_working_days_from_start_to_finish(day: date, fraction: str) -> None:
    assert planned_fraction(item(1, 10), day, PLAIN) == Decimal(fraction)


def test_holidays_plan_nothing() -> None:
    calendar = WorkingCalendar(holidays=frozenset({date(2026, 3, 3), date(2026, 3, 4)}))

    found = [planned_fraction(item(1, 9), MONDAY + timedelta(days=n), calendar) for n in range(3)]

    assert found == [Decimal(1) / 3] * 3


@pytest.mark.parametrize(
    "at_once",
    [item(1, 10, is_milestone=True), item(1, 10, start=None), item(1, 10, start=date(2026, 3, 9))],
    ids=["milestone", "without-a-start", "start-after-finish"],
)
def test_a_milestone_or_an_item_without_a_start_is_planned_all_at_once(at_once: BaselineItem) -> None:
    assert [planned_fraction(at_once, day, PLAIN) for day in (date(2026, 3, 5), FRIDAY)] == [0, 1]


def test_an_item_without_a_planned_finish_is_out_of_pv_and_listed() -> None:
    found = planned_value(baseline(item(1, 10), item(2, 5, finish=None), item(3, None)), FRIDAY, PLAIN)

    assert (found.amount, found.used) == (10, ("OPS-1",))
    assert found.left_out == {"OPS-2": "no_date", "OPS-3": "no_estimate"}


def test_level_of_effort_is_told_apart() -> None:
    found = planned_value(baseline(item(1, 10), item(2, 5, technique="loe")), date(2026, 3, 4), PLAIN)

    assert (found.amount, found.effort_level) == (9, 3)


def test_costs_of_control_accounts_are_planned_evenly_over_the_baseline() -> None:
    found = planned_value(baseline(item(1, 10), other_costs=(hours(5),)), MONDAY, PLAIN)

    assert (found.amount, found.effort_level, found.used) == (3, 1, ("OPS-1",))


def test_different_currencies_refuse_to_be_one_planned_value() -> None:
    with pytest.raises(MixedUnits):
        planned_value(baseline(item(1, 10), other_costs=(money(5, "CNY"),)), MONDAY, PLAIN)


def test_the_planned_curve_has_a_value_for_the_end_of_each_working_day() -> None:
    after = item(2, 8, start=date(2026, 3, 5), finish=date(2026, 3, 10))

    assert planned_curve(baseline(item(1, 10), after), PLAIN) == (0, 2, 4, 6, 10, 14, 16, 18)


def test_a_baseline_without_dates_or_estimates_has_no_curve() -> None:
    assert planned_curve(baseline(item(1, 10, finish=None, start=None)), PLAIN) == ()
    assert planned_curve(baseline(item(1, None)), PLAIN) == ()
    assert planned_curve(baseline(), PLAIN) == ()


def test_a_plan_with_a_mistyped_year_has_no_curve() -> None:
    assert planned_curve(baseline(item(1, 10), item(2, 10, finish=date(9999, 12, 31))), PLAIN) == ()


def test_what_is_due_on_a_rest_day_is_planned_by_the_next_working_day() -> None:
    saturday = item(2, 4, start=None, finish=date(2026, 3, 7))

    assert planned_curve(baseline(item(1, 10), saturday), PLAIN) == (0, 2, 4, 6, 8, 10, 14)


def test_a_curve_may_be_read_by_the_week() -> None:
    days = tuple(Decimal(n) for n in range(13))

    assert weekly(days) == (0, 5, 10, 12)
    assert weekly(days[:11]) == (0, 5, 10)
    assert weekly(()) == ()


DAYS = st.dates(date(2026, 2, 1), date(2026, 4, 30))
ITEMS = st.builds(
    lambda number, budget, one, other, milestone, bare: item(
        number, budget, None if bare else min(one, other), max(one, other), is_milestone=milestone
    ),
    st.integers(1, 10**6),
    st.integers(0, 1000),
    DAYS,
    DAYS,
    st.booleans(),
    st.booleans(),
)
CALENDARS = st.sampled_from(
    [
        PLAIN,
        WorkingCalendar(holidays=frozenset({MONDAY, date(2026, 2, 16)}), make_up_days=frozenset({date(2026, 3, 7)})),
    ]
)


@given(st.lists(ITEMS, min_size=1, max_size=8), CALENDARS)
def test_the_curve_never_falls_and_ends_at_bac(items: list[BaselineItem], calendar: WorkingCalendar) -> None:
    plan = baseline(*items)

    curve = planned_curve(plan, calendar)

    assert list(curve) == sorted(curve)
    assert curve[-1] == budget_at_completion(plan).value


@given(st.lists(ITEMS, min_size=1, max_size=8), CALENDARS, DAYS)
def test_the_curve_and_pv_of_a_working_day_agree(
    items: list[BaselineItem], calendar: WorkingCalendar, day: date
) -> None:
    plan = baseline(*items)
    assert plan.start is not None
    worked = calendar.next_working(max(day, plan.start))
    curve = planned_curve(plan, calendar)
    period = min(calendar.networkdays(plan.start, worked), len(curve) - 1)

    assert abs(curve[period] - planned_value(plan, worked, calendar).amount) < Decimal("1e-20")
