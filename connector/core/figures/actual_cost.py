"""Section 2, AC: what the work done has cost, from worklogs at their authors' rates and from booked costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from connector.core.figures.quantity import HOURS, Quantity, add_up

SECONDS_AN_HOUR = Decimal(3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklog:
    """Time somebody has booked on an issue. `started` is when the work was done, `created` when it was booked."""

    issue: str
    author: str | None
    started: datetime
    seconds: int
    id: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What an hour of a person costs from a day on."""

    person: str
    cost: Quantity
    since: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A cost that is no work: material, travel, an invoice."""

    at: date
    cost: Quantity
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualCost:
    """AC as of one instant.

    `cost` is None where nothing could be priced and nothing was booked; without any rate it is in hours. `hours` counts
    all work. `unpriced` are the people without a rate: AC is then partial. `by_issue` has the hours by issue id.
    `ignored` has by worklog id why it was not counted: negative or future_dated.
    """

    cost: Quantity | None
    hours: Decimal
    by_issue: dict[str, Decimal]
    unpriced: tuple[str, ...]
    ignored: dict[str, str]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of AC must know."""
        partial, odd = bool(self.unpriced), bool(self.ignored)
        return (*(("partial_cost",) if partial else ()), *(("worklogs_ignored",) if odd else ()))


def actual_cost(
    worklogs: Iterable[Worklog],
    until: datetime,
    *,
    rates: Sequence[Rate] = (),
    bookings: Iterable[Booking] = (),
    timezone: tzinfo,
) -> ActualCost:
    """AC = Σ hours × the author's rate on the day + booked costs, of what was worked until `until`.

    Worklogs count by when the work was done, not by when it was booked. Without any rate and booking hours are the
    currency. Work by people without a rate is counted in hours and has no cost. Negative worklogs, and those that were
    booked for a time still ahead, are ignored and named. Raises MixedUnits.
    Source: PMI, The Standard for Earned Value Management (2019).
    """
    logs = list(worklogs)
    ignored = {one.id: why for one in logs if (why := _odd(one, until)) is not None}
    counted = [one for one in logs if one.started <= until and one.seconds > 0]
    booked = [one.cost for one in bookings if one.at <= until.astimezone(timezone).date()]
    by_issue: dict[str, Decimal] = {}
    for one in counted:
        by_issue[one.issue] = by_issue.get(one.issue, Decimal(0)) + _hours(one)
    worked = sum(by_issue.values(), Decimal(0))
    if not rates and not booked:
        return ActualCost(cost=Quantity(worked, HOURS), hours=worked, by_issue=by_issue, unpriced=(), ignored=ignored)
    priced = [(one, rate_on(rates, one.author, one.started.astimezone(timezone).date())) for one in counted]
    costs = [rate * _hours(one) for one, rate in priced if rate is not None]
    unpriced = dict.fromkeys(one.author or "?" for one, rate in priced if rate is None)
    return ActualCost(
        cost=add_up([*costs, *booked]) or _nothing(rates, worked),
        hours=worked,
        by_issue=by_issue,
        unpriced=tuple(unpriced),
        ignored=ignored,
    )


def rate_on(rates: Iterable[Rate], person: str | None, day: date) -> Quantity | None:
    """What an hour of this person cost on that day: the newest rate that had begun."""
    begun = [one for one in rates if one.person == person and one.since <= day]
    return max(begun, key=lambda one: one.since).cost if begun else None


def _odd(log: Worklog, until: datetime) -> str | None:
    if log.seconds < 0:
        return "negative"
    # Booked later than `until`, it is not wrong: it did not exist yet.
    is_known = log.created is None or log.created <= until
    return "future_dated" if log.started > until and is_known else None


def _hours(log: Worklog) -> Decimal:
    return Decimal(log.seconds) / SECONDS_AN_HOUR


def _nothing(rates: Sequence[Rate], worked: Decimal) -> Quantity | None:
    """Nothing spent, where nothing was worked; where work was done that nobody could price, nothing is known."""
    if worked or not rates:
        return None
    return rates[0].cost * Decimal(0)
