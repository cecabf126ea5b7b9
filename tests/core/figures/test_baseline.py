from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.core.figures.baseline import (
    Baseline,
    BaselineItem,
    Prices,
    UnapprovedBaseline,
    baseline_as_of,
    budget_at_completion,
    budget_of,
    cost_baseline,
    imputed,
    project_budget,
    rebaselined,
    scope_change_index,
    unbaselined,
)
from connector.core.figures.quantity import MixedUnits, Quantity, add_up, hours, money, points

GATE = datetime(2026, 1, 5, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)


def item(number: int, budget: Quantity | None, **more: object) -> BaselineItem:
    return BaselineItem(issue=str(number), key=f"OPS-{number}", budget=budget, **more)  # type: ignore[arg-type]


def baseline(*budgets: Quantity | None, **more: object) -> Baseline:
    items = tuple(item(number, one) for number, one in enumerate(budgets, 1))
    return Baseline(version=1, at=GATE, items=items, **more)  # type: ignore[arg-type]


def test_bac_adds_up_the_budgets_and_the_costs_of_control_accounts() -> None:
    found = budget_at_completion(baseline(money(100, "CNY"), money(50, "CNY"), other_costs=(money(25, "CNY"),)))

    assert (found.value, found.behind) == (175, ("OPS-1", "OPS-2"))


def test_the_management_reserve_is_outside_the_cost_baseline_and_the_contingency_reserve_inside() -> None:
    plan = baseline(money(100, "CNY"), contingency=money(10, "CNY"), reserve=money(5, "CNY"))

    found = [one(plan).value for one in (budget_at_completion, cost_baseline, project_budget)]

    assert found == [100, 110, 115]


def test_without_a_baseline_nothing_is_known_of_the_budget() -> None:
    found = [budget_at_completion(None), cost_baseline(None), scope_change_index(None, [])]

    assert [(one.value, one.reason) for one in found] == [(None, "no_baseline")] * 3


def test_unestimated_issues_are_excluded_and_listed() -> None:
    found = budget_at_completion(baseline(hours(8), None))

    assert (found.value, found.used, found.total, found.left_out) == (8, 1, 2, ("OPS-2",))


def test_a_baseline_without_any_estimate_has_no_bac() -> None:
    assert budget_at_completion(baseline(None, None)).reason == "no_estimate"


def test_too_few_estimates_make_bac_null() -> None:
    assert budget_at_completion(baseline(hours(8), None, None)).reason == "low_coverage"


@pytest.mark.parametrize("other", [money(1, "USD"), hours(1), points(1)])
def test_different_units_and_currencies_are_never_mixed(other: Quantity) -> None:
    with pytest.raises(MixedUnits, match="cannot be added"):
        budget_at_completion(baseline(money(1, "CNY"), other))


def test_a_budget_is_the_fixed_cost_else_hours_at_the_rate_else_points_at_their_price() -> None:
    prices = Prices(hour=money(200, "CNY"), point=money(1500, "CNY"))

    found = [
        budget_of(cost=money(9, "CNY"), hours=Decimal(2), prices=prices),
        budget_of(hours=Decimal(2), points=Decimal(3), prices=prices),
        budget_of(points=Decimal(3), prices=prices),
        budget_of(hours=Decimal(2)),
        budget_of(points=Decimal(3)),
    ]

    assert found == [money(9, "CNY"), money(400, "CNY"), money(4500, "CNY"), hours(2), points(3)]


def test_an_original_estimate_of_0_counts_as_estimated_as_zero_only_for_milestones() -> None:
    assert budget_of(hours=Decimal(0)) is None
    assert budget_of(hours=Decimal(0), is_milestone=True) == hours(0)


def test_the_scope_change_index_is_the_approved_change_of_the_original_bac() -> None:
    plan = baseline(money(100, "CNY"), money(100, "CNY"))

    found = scope_change_index(plan, [money(30, "CNY"), money(-10, "CNY")])

    assert found.value == Decimal("0.1")
    assert scope_change_index(plan, []).value == 0


def test_an_unestimated_issue_may_get_the_median_of_its_type_and_is_flagged() -> None:
    known = tuple(item(n, hours(amount), type="Task") for n, amount in enumerate((2, 4, 6, 8, 40), 1))
    plan = Baseline(version=1, at=GATE, items=(*known, item(6, None, type="Task"), item(7, None, type="Bug")))

    found = imputed(plan)

    assert found.items[5] == item(6, hours(6), type="Task", is_imputed=True)
    assert found.items[6] == item(7, None, type="Bug")
    assert budget_at_completion(found).notes == ("imputed",)


def test_four_samples_are_too_few_to_impute() -> None:
    known = tuple(item(n, hours(2), type="Task") for n in range(1, 5))

    found = imputed(Baseline(version=1, at=GATE, items=(*known, item(5, None, type="Task"))))

    assert found.items[4].budget is None


def test_a_provisional_baseline_is_labelled_so() -> None:
    assert budget_at_completion(baseline(hours(1), is_provisional=True)).notes == ("provisional_baseline",)


def test_rebaselining_needs_an_approved_change_request() -> None:
    first = rebaselined((), (item(1, hours(8)),), at=GATE, approver="li", change=None)

    with pytest.raises(UnapprovedBaseline, match="change request"):
        rebaselined(first, (item(1, hours(9)),), at=LATER, approver="li", change=None)


def test_old_versions_are_kept_and_reports_of_the_past_use_them() -> None:
    first = rebaselined((), (item(1, hours(8)),), at=GATE, approver="li", change=None)
    both = rebaselined(first, (item(1, hours(9)),), at=LATER, approver="wang", change="OPS-70")

    assert [(one.version, one.approver, one.change) for one in both] == [(1, "li", None), (2, "wang", "OPS-70")]
    assert baseline_as_of(both, datetime(2026, 2, 1, tzinfo=UTC)) == both[0]
    assert baseline_as_of(both, LATER) == both[1]
    assert baseline_as_of(both, datetime(2025, 2, 1, tzinfo=UTC)) is None


def test_an_item_added_after_the_baseline_is_listed_as_unbaselined() -> None:
    assert unbaselined(baseline(hours(1)), ["1", "2", "2"]) == ("2",)


def test_a_baseline_runs_from_its_first_planned_day_to_its_last() -> None:
    begun = item(1, hours(1), start=date(2026, 1, 5), finish=date(2026, 1, 9))
    milestone = item(2, hours(0), finish=date(2026, 1, 12), is_milestone=True)
    plan = replace(baseline(), items=(begun, milestone))

    assert (plan.start, plan.finish) == (date(2026, 1, 5), date(2026, 1, 12))


def test_amounts_of_one_kind_add_up() -> None:
    assert add_up([hours(1), hours("2.5")]) == hours("3.5")
    assert add_up([]) is None
