from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector.core.figures.actual_cost import ActualCost, Booking, Rate, Worklog, actual_cost, rate_on
from connector.core.figures.quantity import MixedUnits, Quantity, hours, money

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LI = Rate(person="li", cost=money(200, "CNY"))


def log(number: int, spent_h: int, started: str = "2026-03-02T01:00", *, author: str = "li", **more: object) -> Worklog:
    when = datetime.fromisoformat(started).replace(tzinfo=UTC)
    return Worklog(id=str(number), issue="1", author=author, started=when, seconds=spent_h * 3600, **more)  # type: ignore[arg-type]


def cost(*logs: Worklog, rates: tuple[Rate, ...] = (), bookings: tuple[Booking, ...] = ()) -> ActualCost:
    return actual_cost(logs, NOW, rates=rates, bookings=bookings, timezone=SHANGHAI)


def test_actual_cost_is_hours_at_the_authors_rate_and_booked_costs() -> None:
    found = cost(log(1, 3), log(2, 2), rates=(LI,), bookings=(Booking(at=date(2026, 3, 1), cost=money(50, "CNY")),))

    assert found == ActualCost(
        cost=money(1050, "CNY"), hours=Decimal(5), by_issue={"1": Decimal(5)}, unpriced=(), ignored={}
    )


def test_without_any_rate_hours_are_the_currency() -> None:
    assert cost(log(1, 3), log(2, 2)).cost == hours(5)


def test_a_worklog_counts_by_when_the_work_was_done_and_not_by_when_it_was_booked() -> None:
    late = log(1, 3, "2026-03-02T01:00", created=datetime(2026, 4, 1, tzinfo=UTC))
    not_yet = log(2, 4, "2026-03-20T01:00", created=datetime(2026, 3, 20, tzinfo=UTC))

    found = cost(late, not_yet)

    assert (found.cost, found.ignored) == (hours(3), {})


def test_a_worklog_by_a_person_without_rate_is_counted_in_hours_and_ac_flagged_partial() -> None:
    found = cost(log(1, 3), log(2, 2, author="wang"), rates=(LI,))

    assert (found.cost, found.hours, found.unpriced, found.notes) == (
        money(600, "CNY"),
        5,
        ("wang",),
        ("partial_cost",),
    )


def test_where_nobody_could_be_priced_no_cost_is_known() -> None:
    assert cost(log(1, 3, author="wang"), rates=(LI,)).cost is None


def test_where_nothing_was_worked_nothing_was_spent() -> None:
    assert cost(rates=(LI,)).cost == money(0, "CNY")


def test_negative_and_future_dated_worklogs_are_ignored_and_named() -> None:
    found = cost(log(1, 3), log(2, -2), log(3, 4, "2026-03-20T01:00"))

    assert (found.cost, found.ignored, found.notes) == (
        hours(3),
        {"2": "negative", "3": "future_dated"},
        ("worklogs_ignored",),
    )


def test_a_cost_booked_for_a_later_day_is_not_spent_yet() -> None:
    today, tomorrow = (Booking(at=date(2026, 3, day), cost=money(50, "CNY")) for day in (16, 17))

    assert cost(bookings=(today, tomorrow)).cost == money(50, "CNY")


def test_costs_in_different_currencies_refuse_to_add() -> None:
    with pytest.raises(MixedUnits):
        cost(log(1, 3), rates=(LI,), bookings=(Booking(at=date(2026, 3, 1), cost=money(50, "USD")),))


@pytest.mark.parametrize(
    ("day", "rate"), [("2025-12-31", None), ("2026-01-01", money(200, "CNY")), ("2026-03-01", money(220, "CNY"))]
)
def test_a_rate_holds_from_its_day_until_the_next(day: str, rate: Quantity | None) -> None:
    rates = (
        Rate(person="li", cost=money(220, "CNY"), since=date(2026, 3, 1)),
        Rate(person="li", cost=money(200, "CNY"), since=date(2026, 1, 1)),
    )

    assert rate_on(rates, "li", date.fromisoformat(day)) == rate


def test_the_rate_is_that_of_the_day_in_the_projects_time_zone() -> None:
    rates = (LI, Rate(person="li", cost=money(220, "CNY"), since=date(2026, 3, 2)))

    assert cost(log(1, 1, "2026-03-01T16:30"), rates=rates).cost == money(220, "CNY")
