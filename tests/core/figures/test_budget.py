from datetime import date
from decimal import Decimal

import pytest

from connector.core.figures.budget import (
    BudgetRates,
    PeriodValues,
    PurchaseOrder,
    Spending,
    UnknownCurrency,
    at_budget_rate,
    available,
    burn_rate,
    commitments,
    contingency_pace,
    contingency_used,
    cpi_trend,
    exchange_variance,
    recent_cpi,
    runway,
)
from connector.core.figures.quantity import MixedUnits, hours, money
from connector.core.figures.reading import measured, null

WEDNESDAY = date(2026, 3, 18)
EARLY = date(2026, 1, 5)
RATES = BudgetRates(currency="CNY", rates={"USD": Decimal("7.2"), "EUR": Decimal("7.8")})


def spent(**amounts: int) -> list[Spending]:
    return [Spending(day=date(2026, int(day[1:3]), int(day[3:])), amount=Decimal(one)) for day, one in amounts.items()]


def test_the_burn_rate_is_the_mean_of_the_last_four_whole_weeks() -> None:
    found = burn_rate(spent(d0215=99, d0216=10, d0301=20, d0315=50, d0316=99), WEDNESDAY, since=EARLY)

    assert found.value == 20


def test_a_young_project_burns_over_the_whole_weeks_it_has_had() -> None:
    assert burn_rate(spent(d0304=10, d0311=30), WEDNESDAY, since=date(2026, 3, 2)).value == 20
    assert burn_rate(spent(d0304=10, d0311=30), WEDNESDAY, since=date(2026, 3, 4)).value == 30
    assert burn_rate(spent(d0317=10), WEDNESDAY, since=date(2026, 3, 10)) == null("not_started")


def test_runway_is_what_is_left_with_contingency_by_the_burn_rate() -> None:
    assert runway(Decimal(100), Decimal(20), Decimal(70), measured(10)).value == 5
    assert runway(Decimal(100), Decimal(0), Decimal(120), measured(10)).value == -2


def test_without_burn_there_is_no_runway() -> None:
    assert runway(Decimal(100), Decimal(0), Decimal(70), measured(0)) == null("div_zero")
    assert runway(Decimal(100), Decimal(0), Decimal(70), null("not_started")) == null("not_started")


def test_commitments_are_what_open_orders_have_yet_to_invoice() -> None:
    orders = [
        PurchaseOrder(key="OPS-1", amount=money(100, "CNY"), invoiced=money(30, "CNY")),
        PurchaseOrder(key="OPS-2", amount=money(50, "CNY")),
        PurchaseOrder(key="OPS-3", amount=money(10, "CNY"), invoiced=money(12, "CNY")),
        PurchaseOrder(key="OPS-4", amount=money(99, "CNY"), is_open=False),
    ]

    assert commitments(orders) == money(120, "CNY")
    assert commitments([]) is None


def test_orders_in_different_currencies_refuse_to_add() -> None:
    with pytest.raises(MixedUnits):
        commitments([PurchaseOrder(key=one, amount=money(1, one)) for one in ("CNY", "USD")])


def test_available_is_the_approved_budget_less_what_is_spent_and_promised() -> None:
    assert available(money(100, "CNY"), money(70, "CNY"), money(20, "CNY")) == money(10, "CNY")
    assert available(money(100, "CNY"), money(70, "CNY"), None) == money(30, "CNY")


def test_contingency_used_is_compared_with_what_is_complete() -> None:
    used = contingency_used(Decimal(6), Decimal(10))

    assert (used.value, contingency_pace(used, measured(Decimal("0.4"))).value) == (Decimal("0.6"), Decimal("0.2"))
    assert contingency_used(Decimal(6), Decimal(0)) == null("div_zero")
    assert contingency_pace(null("div_zero"), measured(1)) == null("div_zero")
    assert contingency_pace(used, null("no_estimate")) == null("no_estimate")


def test_the_cpi_trend_is_cumulative_and_for_the_last_three_periods() -> None:
    periods = [
        PeriodValues(ev=Decimal(ev), ac=Decimal(ac)) for ev, ac in ((0, 0), (5, 0), (10, 20), (20, 30), (40, 40))
    ]

    assert [(one.value, one.reason) for one in cpi_trend(periods)] == [
        (None, "not_started"),
        (None, "no_actuals"),
        (Decimal("0.5"), None),
        (Decimal(2) / 3, None),
        (1, None),
    ]
    assert recent_cpi(periods).value == Decimal("0.875")
    assert recent_cpi(periods[2:]).value == 1
    assert recent_cpi(periods[:2]) == null("no_data")
    assert recent_cpi([periods[-1]] * 4) == null("not_started")


def test_rates_in_several_currencies_are_converted_at_the_budget_rate() -> None:
    found = [at_budget_rate(one, RATES) for one in (money(10, "USD"), money(10, "CNY"), hours(3))]

    assert found == [money(72, "CNY"), money(10, "CNY"), hours(3)]


def test_the_exchange_variance_is_shown_apart() -> None:
    found = exchange_variance([(money(10, "USD"), Decimal("7.5")), (money(10, "EUR"), Decimal("7.7"))], RATES)

    assert found == money(-2, "CNY")


def test_a_currency_without_a_budget_rate_is_refused() -> None:
    with pytest.raises(UnknownCurrency, match="JPY"):
        at_budget_rate(money(1, "JPY"), RATES)
