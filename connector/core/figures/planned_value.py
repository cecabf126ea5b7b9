"""Section 2, PV: what should have been done by a day, and the whole planned curve from the baseline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.core.figures.baseline import Baseline, BaselineItem
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.quantity import Denomination, add_up

ZERO, ONE = Decimal(0), Decimal(1)
LONGEST = 5_000
"""Working days, about twenty years, beyond which a plan is believed to hold a mistyped date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedValue:
    """PV as of a day. `effort_level` is the part of it that is level of effort.

    `denomination` is None where nothing was estimated. `left_out` has by key why an item is not in it: no_date (no
    planned finish) or no_estimate.
    """

    amount: Decimal
    denomination: Denomination | None
    effort_level: Decimal
    used: tuple[str, ...]
    left_out: dict[str, str]


def planned_fraction(item: BaselineItem, day: date, calendar: WorkingCalendar) -> Decimal | None:
    """The share of an item that should be done at the end of `day`, from 0 to 1; None without a planned finish.

    0 before its start, 1 from its finish, between them linear in working days. A milestone, an item without a start and
    one whose start lies after its finish are done all at once. Source: PMI, The Standard for Earned Value Management.
    """
    if item.finish is None:
        return None
    if day >= item.finish:
        return ONE
    if item.is_milestone or item.start is None or day < item.start:
        return ZERO
    length = calendar.networkdays(item.start, item.finish)
    return Decimal(calendar.networkdays(item.start, day)) / length if length else ZERO


def planned_value(baseline: Baseline, day: date, calendar: WorkingCalendar) -> PlannedValue:
    """PV = Σ budget × planned fraction at the end of `day`, with what could not be counted.

    Costs of control accounts that belong to no issue are planned evenly from the baseline's start to its finish, and
    are level of effort: nobody's progress could be measured by them. Raises MixedUnits.
    """
    amount = effort = ZERO
    used: list[str] = []
    for one in (*_countable(baseline), *_other_costs(baseline)):
        fraction = planned_fraction(one, day, calendar)
        if one.budget is None or fraction is None:
            continue
        amount += one.budget.amount * fraction
        if one.technique == "loe":
            effort += one.budget.amount * fraction
        if one.issue:
            used.append(one.key)
    total = add_up(one.budget for one in _all(baseline) if one.budget is not None)
    return PlannedValue(
        amount=amount,
        denomination=None if total is None else total.denomination,
        effort_level=effort,
        used=tuple(used),
        left_out=unplanned(baseline),
    )


def unplanned(baseline: Baseline) -> dict[str, str]:
    """Which items are in no planned value, by key, and why."""
    missing = {one.key: "no_estimate" for one in baseline.items if one.budget is None}
    return missing | {one.key: "no_date" for one in baseline.items if one.finish is None}


def planned_curve(baseline: Baseline, calendar: WorkingCalendar) -> tuple[Decimal, ...]:
    """Cumulative PV at the end of each working day of the baseline, PV₀ = 0 first: what earned schedule is read from.

    Its last value is the planned items' whole budget. Empty without a dated and estimated item, and for a plan that is
    longer than anybody plans. Raises MixedUnits.
    """
    start, finish = baseline.start, baseline.finish
    if start is None or finish is None or calendar.networkdays(start, finish) > LONGEST:
        return ()
    items = [*_countable(baseline), *_other_costs(baseline)]
    add_up(one.budget for one in items if one.budget is not None)
    periods = calendar.steps(start, calendar.next_working(finish)) + int(calendar.is_working(start))
    return _summed(items, start, periods, calendar) if items and periods > 0 else ()


def weekly(curve: tuple[Decimal, ...], days_a_week: int = 5) -> tuple[Decimal, ...]:
    """The curve at the end of each so many working days; the last, shorter week included."""
    if not curve:
        return ()
    whole = curve[::days_a_week]
    return whole if (len(curve) - 1) % days_a_week == 0 else (*whole, curve[-1])


def _summed(items: Iterable[BaselineItem], start: date, periods: int, calendar: WorkingCalendar) -> tuple[Decimal, ...]:
    """Items of one length are added up before they are divided by it, so that whole amounts stay exact."""
    by_length: dict[int, list[Decimal]] = {}
    for one in items:
        first, length = _span(one, start, calendar)
        if one.budget is not None and length:
            rates = by_length.setdefault(length, [ZERO] * (periods + 1))
            rates[first] += one.budget.amount
            if first + length <= periods:
                rates[first + length] -= one.budget.amount
    curve = [ZERO] * (periods + 1)
    for length, rates in by_length.items():
        rate = total = ZERO
        for k in range(1, periods + 1):
            rate += rates[k]
            total += rate
            curve[k] += total / length
    return tuple(curve)


def _span(item: BaselineItem, start: date, calendar: WorkingCalendar) -> tuple[int, int]:
    """The period in which an item begins (the first is 1), and over how many it spreads."""
    if item.finish is None:
        return 0, 0
    last = calendar.networkdays(start, calendar.next_working(item.finish))
    if item.is_milestone or item.start is None or item.start > item.finish:
        return last, 1
    length = calendar.networkdays(item.start, item.finish)
    return (calendar.networkdays(start, calendar.next_working(item.start)), length) if length else (last, 1)


def _countable(baseline: Baseline) -> list[BaselineItem]:
    return [one for one in baseline.items if one.budget is not None and one.finish is not None]


def _other_costs(baseline: Baseline) -> list[BaselineItem]:
    start, finish = baseline.start, baseline.finish
    return [
        BaselineItem(issue="", key="", start=start, finish=finish, budget=one, technique="loe")
        for one in baseline.other_costs
    ]


def _all(baseline: Baseline) -> list[BaselineItem]:
    return [*baseline.items, *_other_costs(baseline)]
