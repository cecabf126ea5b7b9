"""Section 2, EV: how much of each item is done, by the technique fixed in the baseline, and what all have earned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.core.figures.baseline import Baseline, BaselineItem, denomination_of
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.planned_value import ONE, ZERO, planned_fraction
from connector.core.figures.quantity import Denomination

EFFORT_CAP = Decimal("0.9")
"""Effort spent is no proof: an item measured by it stays below this until it is done."""
TOO_MUCH_EFFORT_LEVEL = Decimal("0.20")
AT_START = {"50/50": Decimal("0.5"), "20/80": Decimal("0.2"), "0/100": ZERO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an item has come as of one instant.

    `is_called_off`: closed without being delivered. `percent` is a share from 0 to 1 that somebody has set. `steps` are
    its milestones or sub-tasks: (weight, done). `depends_on` is the id of the issue that an apportioned item follows.
    """

    is_started: bool = False
    is_done: bool = False
    is_called_off: bool = False
    percent: Decimal | None = None
    steps: tuple[tuple[Decimal, bool], ...] = ()
    spent_h: Decimal = ZERO
    remaining_h: Decimal | None = None
    depends_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnedValue:
    """EV as of a day. `effort_level` is the part of it that level of effort earned by time going by.

    `behind` are the keys of items that earned something, `left_out` has by key why an item could not be measured,
    `descoped` the called-off ones whose budget waits for a change request. `notes`: effort_based where an item is
    measured by hours, much_effort_level where level of effort is 20 % of the budget or more.
    """

    amount: Decimal
    denomination: Denomination | None
    effort_level: Decimal
    used: int
    behind: tuple[str, ...]
    left_out: dict[str, str]
    descoped: tuple[str, ...]
    notes: tuple[str, ...]


def measured_fraction(item: BaselineItem, progress: Progress, planned: Decimal | None) -> Decimal | None:
    """The share of an item that is done, from 0 to 1; None where its technique lacks what it needs.

    planned: its planned fraction, which level of effort earns. Work called off has earned nothing; work reopened falls
    back to what its technique gives work under way. Apportioned items are measured by `earned_value`, from another.
    Source: ISO 21508:2018; PMI, The Standard for Earned Value Management (2019).
    """
    if progress.is_called_off:
        return ZERO
    if item.technique == "loe":
        return planned
    if progress.is_done:
        return ONE
    match item.technique:
        case "milestones":
            return _weighted(progress)
        case "percent":
            return _set_by_somebody(progress)
        case "effort":
            return _by_effort(progress)
        case "apportioned":
            return None
    return AT_START[item.technique] if progress.is_started else ZERO


def earned_value(
    baseline: Baseline, progress: Mapping[str, Progress], day: date, calendar: WorkingCalendar
) -> EarnedValue:
    """EV = Σ budget × measured fraction over the items of the baseline. Never more than BAC. Raises MixedUnits.

    progress: by issue id, as of the end of `day`; an issue that it does not know is left out as no_data.
    """
    by_issue = {one.issue: one for one in baseline.items}
    amount, used = ZERO, 0
    behind: list[str] = []
    left_out: dict[str, str] = {}
    for one in baseline.items:
        if one.budget is None:
            left_out[one.key] = "no_estimate"
            continue
        fraction = _fraction(one, by_issue, progress, day, calendar)
        if fraction is None:
            left_out[one.key] = "no_data"
            continue
        used += 1
        amount += one.budget.amount * fraction
        if fraction > 0:
            behind.append(one.key)
    return EarnedValue(
        amount=amount + _costs_of_accounts(baseline, day, calendar),
        denomination=denomination_of(baseline),
        effort_level=_effort_level(baseline, by_issue, progress, day, calendar),
        used=used,
        behind=tuple(behind),
        left_out=left_out,
        descoped=tuple(one.key for one in baseline.items if progress.get(one.issue, Progress()).is_called_off),
        notes=_notes(baseline),
    )


def _fraction(
    item: BaselineItem,
    by_issue: Mapping[str, BaselineItem],
    progress: Mapping[str, Progress],
    day: date,
    calendar: WorkingCalendar,
) -> Decimal | None:
    state = progress.get(item.issue)
    if state is None:
        return None
    if item.technique == "apportioned" and not state.is_called_off:
        other = by_issue.get(state.depends_on or "")
        if other is None or other.technique == "apportioned" or other.issue not in progress:
            return None
        item, state = other, progress[other.issue]
    planned = planned_fraction(item, day, calendar) if item.technique == "loe" else None
    return measured_fraction(item, state, planned)


def _weighted(progress: Progress) -> Decimal | None:
    total = sum((weight for weight, _ in progress.steps), ZERO)
    if total <= 0:
        return ZERO if not progress.is_started else None
    return sum((weight for weight, is_done in progress.steps if is_done), ZERO) / total


def _set_by_somebody(progress: Progress) -> Decimal | None:
    if progress.percent is None:
        return ZERO if not progress.is_started else None
    return min(max(progress.percent, ZERO), ONE)


def _by_effort(progress: Progress) -> Decimal | None:
    if progress.remaining_h is None:
        return ZERO if not progress.is_started else None
    whole = progress.spent_h + progress.remaining_h
    return min(progress.spent_h / whole, EFFORT_CAP) if whole > 0 else ZERO


def _effort_level(
    baseline: Baseline,
    by_issue: Mapping[str, BaselineItem],
    progress: Mapping[str, Progress],
    day: date,
    calendar: WorkingCalendar,
) -> Decimal:
    earned = (
        one.budget.amount * fraction
        for one in baseline.items
        if one.technique == "loe"
        and one.budget is not None
        and (fraction := _fraction(one, by_issue, progress, day, calendar)) is not None
    )
    return sum(earned, _costs_of_accounts(baseline, day, calendar))


def _costs_of_accounts(baseline: Baseline, day: date, calendar: WorkingCalendar) -> Decimal:
    """What control accounts have earned: what was planned of them."""
    span = BaselineItem(issue="", key="", start=baseline.start, finish=baseline.finish)
    fraction = planned_fraction(span, day, calendar)
    return sum((one.amount for one in baseline.other_costs), ZERO) * (fraction or ZERO)


def _notes(baseline: Baseline) -> tuple[str, ...]:
    effort = any(one.technique == "effort" for one in baseline.items)
    loe = sum((one.budget.amount for one in baseline.items if one.technique == "loe" and one.budget), ZERO)
    loe += sum((one.amount for one in baseline.other_costs), ZERO)
    whole = sum((one.budget.amount for one in baseline.items if one.budget), ZERO)
    whole += sum((one.amount for one in baseline.other_costs), ZERO)
    much = whole > 0 and loe >= TOO_MUCH_EFFORT_LEVEL * whole
    return (*(("effort_based",) if effort else ()), *(("much_effort_level",) if much else ()))
