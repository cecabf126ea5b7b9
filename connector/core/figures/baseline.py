"""Section 1: the performance measurement baseline (PMB), what it adds up to, and how its scope has changed since."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from connector.core.errors import ConnectorError
from connector.core.figures.quantity import HOURS, POINTS, Denomination, Quantity, add_up
from connector.core.figures.reading import Reading, measured, null

Technique = Literal["0/100", "50/50", "20/80", "milestones", "percent", "effort", "loe", "apportioned"]
"""How the work done on an item is measured. `loe` is level of effort: it earns what was planned as time goes by."""

ENOUGH_TO_IMPUTE = 5


class UnapprovedBaseline(ConnectorError):
    """A baseline was to be replaced without an approved change request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineItem:
    """One leaf work item as planned. `budget` None: it was not estimated. `is_imputed`: the budget is a guess."""

    issue: str
    key: str
    start: date | None = None
    finish: date | None = None
    budget: Quantity | None = None
    owner: str | None = None
    parent: str | None = None
    type: str = ""
    is_milestone: bool = False
    technique: Technique = "0/100"
    is_imputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The plan that work is measured against, fixed at the planning gate.

    `other_costs` belong to control accounts and to no issue. `contingency` is inside the cost baseline, `reserve` (the
    management reserve) outside of it. `change` is the approved change request behind a later version. A provisional
    baseline was rebuilt from the history as of the gate and must be labelled so.
    """

    version: int
    at: datetime
    items: tuple[BaselineItem, ...]
    approver: str | None = None
    change: str | None = None
    other_costs: tuple[Quantity, ...] = ()
    contingency: Quantity | None = None
    reserve: Quantity | None = None
    is_provisional: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of any figure from this baseline must know."""
        imputed = any(one.is_imputed for one in self.items)
        return (*(("provisional_baseline",) if self.is_provisional else ()), *(("imputed",) if imputed else ()))

    @property
    def start(self) -> date | None:
        """The first planned day."""
        return min((day for one in self.items if (day := one.start or one.finish) is not None), default=None)

    @property
    def finish(self) -> date | None:
        """The last planned day."""
        return max((one.finish for one in self.items if one.finish is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What work is worth where no cost was set: an hour's and a point's price. None: hours and points stay as such."""

    hour: Quantity | None = None
    point: Quantity | None = None


def budget_of(
    *,
    cost: Quantity | None = None,
    hours: Decimal | None = None,
    points: Decimal | None = None,
    prices: Prices | None = None,
    is_milestone: bool = False,
) -> Quantity | None:
    """An item's budget: its fixed cost, else estimated hours × planned rate, else points × cost per point.

    Money, or hours or points where no price is known. None: unestimated. An estimate of 0 says nothing, except of a
    milestone, which is worth nothing. Source: PMI, The Standard for Earned Value Management (2019).
    """
    prices = prices or Prices()
    if cost is not None:
        return cost
    for amount, price, plain in ((hours, prices.hour, HOURS), (points, prices.point, POINTS)):
        if amount is not None and (amount > 0 or is_milestone):
            return Quantity(amount, plain) if price is None else price * amount
    return None


def denomination_of(baseline: Baseline) -> Denomination | None:
    """What the baseline is counted in; None of nothing estimated. Raises MixedUnits."""
    total = _bac(baseline)
    return None if total is None else total.denomination


def budget_at_completion(baseline: Baseline | None) -> Reading:
    """BAC = Σ budget of the items + costs of control accounts; without the contingency and management reserves.

    Money, hours or points. Null `no_baseline`; `no_estimate` where nothing was estimated, `low_coverage` where less
    than half of the items were. Unestimated items are left out and named. Raises MixedUnits.
    Source: PMI, The Standard for Earned Value Management (2019).
    """
    if baseline is None:
        return null("no_baseline")
    estimated, left_out = _split(baseline)
    total = _bac(baseline)
    count = len(baseline.items)
    if total is None or (count and not estimated):
        return null("no_estimate", total=count, left_out=left_out, notes=baseline.notes)
    if len(estimated) * 2 < count:
        return null("low_coverage", used=len(estimated), total=count, left_out=left_out, notes=baseline.notes)
    return measured(total.amount, used=len(estimated), behind=estimated, left_out=left_out, notes=baseline.notes)


def cost_baseline(baseline: Baseline | None) -> Reading:
    """BAC + contingency reserve: what may be spent without asking. Nulls are BAC's. Source: PMI, PMBOK Guide."""
    return _with(baseline, () if baseline is None else (baseline.contingency,))


def project_budget(baseline: Baseline | None) -> Reading:
    """BAC + contingency reserve + management reserve. Nulls are BAC's. Source: PMI, PMBOK Guide."""
    return _with(baseline, () if baseline is None else (baseline.contingency, baseline.reserve))


def scope_change_index(original: Baseline | None, approved: Iterable[Quantity]) -> Reading:
    """Σ approved change of the budget / BAC of the original baseline. A ratio: 0 while nothing was changed.

    Nulls are BAC's; `div_zero` where BAC is 0. Raises MixedUnits.
    Source: this project's definition; the standards ask for the comparison and name no index.
    """
    bac = budget_at_completion(original)
    if original is None or bac.value is None:
        return bac
    if bac.value == 0:
        return null("div_zero")
    total = _bac(original)
    changes = add_up(approved)
    if total is None or changes is None:
        return measured(0, used=bac.used, left_out=bac.left_out, notes=bac.notes)
    change = total + changes - total
    return measured(change.amount / total.amount, used=bac.used, left_out=bac.left_out, notes=bac.notes)


def imputed(baseline: Baseline) -> Baseline:
    """The baseline with the median of its type for each item without a budget, marked as imputed.

    Types with fewer than five estimated items, or estimated in several denominations, give nothing. Never to be used
    for the decision of a gate. The median of an even number is the mean of the middle two.
    """
    known: dict[str, list[Quantity]] = {}
    for one in baseline.items:
        if one.budget is not None and not one.is_milestone and not one.is_imputed:
            known.setdefault(one.type, []).append(one.budget)
    medians = {kind: found for kind, budgets in known.items() if (found := _median(budgets)) is not None}
    return replace(baseline, items=tuple(_filled(one, medians) for one in baseline.items))


def rebaselined(
    versions: Sequence[Baseline], items: tuple[BaselineItem, ...], *, at: datetime, approver: str, change: str | None
) -> tuple[Baseline, ...]:
    """All versions with a new one at the end; old ones are kept. Raises UnapprovedBaseline.

    change: the approved change request; only the first version does without one.
    """
    if versions and change is None:
        raise UnapprovedBaseline(
            f"baseline {versions[-1].version} stands; name the approved change request that replaces it"
        )
    if not versions:
        return (Baseline(version=1, at=at, items=items, approver=approver, change=change),)
    last = versions[-1]
    new = replace(
        last,
        version=last.version + 1,
        at=at,
        items=items,
        approver=approver,
        change=change,
        is_provisional=False,
    )
    return (*versions, new)


def baseline_as_of(versions: Iterable[Baseline], moment: datetime) -> Baseline | None:
    """The version in force at a moment: reports of the past keep theirs."""
    made = [one for one in versions if one.at <= moment]
    return max(made, key=lambda one: (one.at, one.version), default=None)


def unbaselined(baseline: Baseline, issues: Iterable[str]) -> tuple[str, ...]:
    """Of these issue ids, those that the baseline does not know: in no PV or BAC until a change request adds them."""
    known = {one.issue for one in baseline.items}
    return tuple(dict.fromkeys(one for one in issues if one not in known))


def narrowed_baseline(baseline: Baseline, issues: Container[str]) -> Baseline:
    """What the baseline says of these issues, without costs and reserves that belong to no issue."""
    items = tuple(one for one in baseline.items if one.issue in issues)
    return replace(baseline, items=items, other_costs=(), contingency=None, reserve=None)


def _bac(baseline: Baseline) -> Quantity | None:
    return add_up((*(one.budget for one in baseline.items if one.budget is not None), *baseline.other_costs))


def _split(baseline: Baseline) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def keys(holds: Callable[[BaselineItem], bool]) -> tuple[str, ...]:
        return tuple(one.key for one in baseline.items if holds(one))

    return keys(lambda one: one.budget is not None), keys(lambda one: one.budget is None)


def _with(baseline: Baseline | None, reserves: Sequence[Quantity | None]) -> Reading:
    bac = budget_at_completion(baseline)
    if baseline is None or bac.value is None:
        return bac
    total = add_up((*(one for one in (_bac(baseline), *reserves) if one is not None),))
    return bac if total is None else replace(bac, value=total.amount)


def _median(budgets: list[Quantity]) -> Quantity | None:
    if len(budgets) < ENOUGH_TO_IMPUTE or len({one.denomination for one in budgets}) > 1:
        return None
    amounts = sorted(one.amount for one in budgets)
    low, high = amounts[(len(amounts) - 1) // 2], amounts[len(amounts) // 2]
    return Quantity((low + high) / 2, budgets[0].denomination)


def _filled(item: BaselineItem, medians: dict[str, Quantity]) -> BaselineItem:
    if item.budget is not None or item.is_milestone or item.type not in medians:
        return item
    return replace(item, budget=medians[item.type], is_imputed=True)
