"""Section 8: money over time: burn rate, runway, commitments, what is available, contingency and trends.

Amounts are in one denomination unless a function takes quantities; these refuse to add different currencies.
Sources: PMI, PMBOK Guide, cost management; PMI, The Standard for Earned Value Management (2019), cumulative CPI.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connector.core.errors import ConnectorError
from connector.core.figures.quantity import Denomination, Quantity, add_up
from connector.core.figures.reading import Reading, measured, null

ZERO = Decimal(0)
BURN_WEEKS = 4
TREND_PERIODS = 3


class UnknownCurrency(ConnectorError):
    """An amount in a currency for which the baseline fixed no budget rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What was spent on one day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """An order: what it comes to, and how much of that has been invoiced. A closed one commits to nothing."""

    key: str
    amount: Quantity
    invoiced: Quantity | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodValues:
    """Cumulative EV and AC at the end of a period."""

    ev: Decimal
    ac: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRates:
    """What one unit of a currency is worth in the project's own, fixed at the baseline."""

    currency: str
    rates: Mapping[str, Decimal] = field(default_factory=dict)

    def rate(self, currency: str) -> Decimal:
        """The budget rate. Raises UnknownCurrency."""
        if currency == self.currency:
            return Decimal(1)
        if currency not in self.rates:
            known = ", ".join(sorted({self.currency, *self.rates}))
            raise UnknownCurrency(
                f"there is no budget rate for {currency!r}; known are {known}: add it to the baseline"
            )
        return self.rates[currency]


def burn_rate(spent: Iterable[Spending], today: date, *, since: date, weeks: int = BURN_WEEKS) -> Reading:
    """AC of the last whole weeks / their number (4, or as many as there have been since `since`). Amount per week.

    Weeks are Monday to Sunday; the one under way is left out, weeks without spending count. Null `not_started` before
    the first whole week is over.
    """
    monday = today - timedelta(days=today.weekday())
    first_monday = since + timedelta(days=-since.weekday() % 7)
    whole = min(weeks, (monday - first_monday).days // 7)
    if whole < 1:
        return null("not_started")
    begin = monday - timedelta(weeks=whole)
    return measured(sum((one.amount for one in spent if begin <= one.day < monday), ZERO) / whole)


def runway(bac: Decimal, contingency: Decimal, ac: Decimal, burn: Reading) -> Reading:
    """(BAC + contingency - AC) / burn rate: how long the money lasts. Weeks; negative once it is used up.

    Null as the burn rate, and `div_zero` where nothing is spent.
    """
    if burn.value is None:
        return burn
    return measured((bac + contingency - ac) / burn.value) if burn.value else null("div_zero")


def commitments(orders: Iterable[PurchaseOrder]) -> Quantity | None:
    """Σ (amount - invoiced) of the open orders; what was invoiced beyond an order commits to nothing. None of none.

    Raises MixedUnits.
    """
    return add_up(_open_amount(one) for one in orders if one.is_open)


def available(approved: Quantity, spent: Quantity, committed: Quantity | None) -> Quantity:
    """Approved budget - AC - commitments; negative once more is promised than there is. Raises MixedUnits."""
    left = approved - spent
    return left if committed is None else left - committed


def contingency_used(drawn: Decimal, approved: Decimal) -> Reading:
    """Contingency drawn / approved. A ratio, above 1 once overdrawn; null `div_zero` where none was approved."""
    return measured(drawn / approved) if approved else null("div_zero")


def contingency_pace(used: Reading, percent_complete: Reading) -> Reading:
    """Share of the contingency used - share of the work done: above 0 it is used up faster than work gets done.

    A ratio; null as its parts.
    """
    if used.value is None:
        return used
    if percent_complete.value is None:
        return percent_complete
    return measured(used.value - percent_complete.value)


def cpi_trend(periods: Sequence[PeriodValues]) -> tuple[Reading, ...]:
    """Cumulative CPI at the end of each period. Ratios; null `no_actuals` where work was done and nothing was spent,
    `not_started` before either."""
    return tuple(_cpi(one.ev, one.ac) for one in periods)


def recent_cpi(periods: Sequence[PeriodValues], last: int = TREND_PERIODS) -> Reading:
    """ΔEV / ΔAC over the last three periods. A ratio; null `no_data` with fewer, else as the CPI of that time."""
    if len(periods) < last:
        return null("no_data")
    before = periods[-last - 1] if len(periods) > last else PeriodValues(ev=ZERO, ac=ZERO)
    return _cpi(periods[-1].ev - before.ev, periods[-1].ac - before.ac)


def at_budget_rate(amount: Quantity, rates: BudgetRates) -> Quantity:
    """The amount in the project's currency at the rate fixed at baseline. Raises UnknownCurrency.

    Hours and points have no rate of exchange and stay as they are.
    """
    currency = amount.denomination.currency
    if currency is None:
        return amount
    return Quantity(amount.amount * rates.rate(currency), Denomination("money", rates.currency))


def exchange_variance(spent: Iterable[tuple[Quantity, Decimal]], rates: BudgetRates) -> Quantity:
    """Σ amount × (budget rate - actual rate), in the project's currency: negative where exchange made it dearer.

    spent: amounts with the rate that was really paid. Shown apart from the cost variance. Raises UnknownCurrency.
    """
    variance = ZERO
    for amount, paid in spent:
        currency = amount.denomination.currency
        if currency is not None:
            variance += amount.amount * (rates.rate(currency) - paid)
    return Quantity(variance, Denomination("money", rates.currency))


def _open_amount(order: PurchaseOrder) -> Quantity:
    if order.invoiced is None:
        return order.amount
    left = order.amount - order.invoiced
    return left if left.amount > 0 else left * ZERO


def _cpi(ev: Decimal, ac: Decimal) -> Reading:
    if ac:
        return measured(ev / ac)
    return null("no_actuals") if ev > 0 else null("not_started")
