from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.core.figures.closeout import (
    Baselined,
    Benefits,
    final_cost,
    final_schedule_variance,
    missing_lessons,
    open_by_severity,
    scope_delivered,
    signed,
)
from connector.core.figures.quantity import MixedUnits, hours, money, points


def networkdays(first: date, last: date) -> int:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def test_the_final_cost_variance_is_against_the_original_and_the_current_budget() -> None:
    found = final_cost(money(100, "CNY"), money(130, "CNY"), money(120, "CNY"))

    assert (found.against_original, found.against_current) == (money(-20, "CNY"), money(10, "CNY"))
    assert final_cost(None, money(130, "CNY"), money(120, "CNY")).against_original is None


def test_a_budget_in_hours_is_not_compared_with_money() -> None:
    with pytest.raises(MixedUnits):
        final_cost(hours(100), None, money(120, "CNY"))


def test_the_final_schedule_variance_is_in_working_days() -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)

    assert final_schedule_variance(friday, monday, networkdays).value == 1
    assert final_schedule_variance(monday, friday, networkdays).value == -1
    assert final_schedule_variance(None, friday, networkdays).reason == "no_baseline"
    assert final_schedule_variance(friday, None, networkdays).reason == "no_actuals"


def test_delivered_scope_is_by_items_and_by_points_with_what_was_descoped_beside_it() -> None:
    found = scope_delivered(
        [
            Baselined(key="a", is_delivered=True, size=points(1)),
            Baselined(key="b", is_delivered=True, size=points(2)),
            Baselined(key="c", is_descoped=True, size=points(5)),
            Baselined(key="d"),
        ]
    )

    assert (found.items.value, found.descoped) == (Decimal("0.5"), ("c",))
    assert (found.size.value, found.size.left_out) == (Decimal("0.375"), ("d",))


def test_scope_without_a_baseline_or_sizes_is_null() -> None:
    assert (scope_delivered([]).items.reason, scope_delivered([]).size.reason) == ("no_baseline", "no_baseline")
    assert scope_delivered([Baselined(key="a", is_delivered=True)]).size.reason == "no_estimate"
    assert scope_delivered([Baselined(key="a", size=points(0))]).size.reason == "div_zero"
    assert scope_delivered([Baselined(key="a", size=points(1)), *(Baselined(key=k) for k in "bc")]).size.reason == (
        "low_coverage"
    )


def test_nothing_delivered_is_0_and_not_null() -> None:
    found = scope_delivered([Baselined(key="a", size=points(3))])

    assert (found.items.value, found.size.value) == (0, 0)


def test_signatures_handover_and_archive_are_n_of_m() -> None:
    assert signed({"report", "extra"}, ["report", "code"]).value == Decimal("0.5")
    assert signed({"extra"}, []).reason == "not_applicable"


def test_open_defects_are_counted_by_severity() -> None:
    assert open_by_severity([("a", "minor"), ("b", "major"), ("c", "minor")]) == {"minor": 2, "major": 1}


def test_every_stage_and_every_red_kpi_needs_a_lesson() -> None:
    assert missing_lessons(["planning", "executing"], ["cpi"], ["planning", "coffee"]) == ("executing", "cpi")


def test_benefits_need_an_owner_and_review_dates() -> None:
    assert Benefits(owner="li", reviews=(date(2026, 9, 1),)).is_set
    assert not Benefits(owner="li").is_set
    assert not Benefits(owner=" ", reviews=(date(2026, 9, 1),)).is_set
