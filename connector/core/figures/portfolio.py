"""Portfolio rollup: ratios from sums, percentiles from pooled items, lights from the worst.

Indices and percentiles are never averaged: a small project would weigh as much as a large one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from connector.core.figures.percentile import percentile
from connector.core.figures.quantity import Denomination, Quantity, add_up
from connector.core.figures.reading import Reading, measured, null, quotient, ratio_of

Light = Literal["green", "amber", "red", "grey"]
_WORST: tuple[Light, ...] = ("red", "amber", "green")
_Item = TypeVar("_Item")

WORST_N = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One project's share in a ratio: EV and PV of an SPI, EV and AC of a CPI. None where it has none."""

    project: str
    numerator: Quantity | None
    denominator: Quantity | None

    @property
    def ratio(self) -> Decimal | None:
        """The project's own ratio; None where it has none. Raises MixedUnits where its two sides differ in unit."""
        if self.numerator is None or self.denominator is None:
            return None
        return ratio_of(self.numerator, self.denominator).value


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One project's share in a ratio of counts, such as on-time items of due items."""

    project: str
    numerator: int
    denominator: int


def rolled_up(parts: Sequence[Part]) -> dict[Denomination, Reading]:
    """Σ numerators ÷ Σ denominators, apart for each unit and currency: SPI = ΣEV/ΣPV, CPI = ΣEV/ΣAC.

    Plain ratios whose coverage is in projects. Projects without the figure are left out of every group and named; a
    group is null `div_zero` where its denominators add up to 0.
    """
    known = [one for one in parts if one.numerator is not None and one.denominator is not None]
    left_out = [one.project for one in parts if one not in known]
    groups: dict[Denomination, list[Part]] = {}
    for one in known:
        if one.denominator is not None:
            groups.setdefault(one.denominator.denomination, []).append(one)
    return {kind: _ratio(group, left_out) for kind, group in groups.items()}


def rolled_up_counts(parts: Sequence[Counted]) -> Reading:
    """Σ numerators ÷ Σ denominators of counts: the on-time rate of a portfolio. Null `no_data` where nothing counts."""
    whole = sum(one.denominator for one in parts)
    found = quotient(sum(one.numerator for one in parts), whole, empty="no_data")
    if found.value is None:
        return null("no_data", total=len(parts))
    used = [one.project for one in parts if one.denominator]
    return measured(found.value, used=len(used), total=len(parts), behind=used)


def added_up(values: Mapping[str, Quantity]) -> dict[Denomination, Quantity]:
    """Sums of amounts by project (EMV, budget), apart for each unit and currency."""
    totals: dict[Denomination, Quantity] = {}
    for value in values.values():
        held = totals.get(value.denomination)
        totals[value.denomination] = value if held is None else held + value
    return totals


def pooled_percentile(samples: Mapping[str, Mapping[str, int]], percent: int) -> Reading:
    """A percentile over all projects' items: {project: {issue id: days}}. An issue in two projects counts once."""
    pooled = {identity: days for items in samples.values() for identity, days in items.items()}
    return percentile(pooled, percent)


def distinct(items: Iterable[_Item], identity: Callable[[_Item], str]) -> list[_Item]:
    """The items without repetitions of the same issue id, in their order."""
    first: dict[str, _Item] = {}
    for one in items:
        first.setdefault(identity(one), one)
    return list(first.values())


def summed_curve(curves: Iterable[Mapping[date, Decimal]]) -> dict[date, Decimal]:
    """Cumulative curves (PV or EV by date) added on one calendar axis; each keeps its last value between its dates.

    Earned schedule of a portfolio is computed from the sums.
    """
    known = [dict(sorted(curve.items())) for curve in curves]
    days = sorted({day for curve in known for day in curve})
    return {day: sum((_at(curve, day) for curve in known), Decimal(0)) for day in days}


def coverage(baselined: Sequence[str], projects: Sequence[str]) -> Reading:
    """Projects with a baseline, of all. Ratio of counts; null `no_data` without a project."""
    kept = [one for one in projects if one in set(baselined)]
    found = quotient(len(kept), len(projects), empty="no_data")
    return found if found.value is None else measured(found.value, used=len(projects), behind=kept)


def worst(values: Mapping[str, Decimal | None], *, higher_is_better: bool = True, n: int = WORST_N) -> list[str]:
    """The projects with the worst values, worst first; those without a value are not among them."""
    known = [(value, project) for project, value in values.items() if value is not None]
    ordered = sorted(known, key=lambda pair: (pair[0] if higher_is_better else -pair[0], pair[1]))
    return [project for _, project in ordered[:n]]


def worst_light(lights: Iterable[Light]) -> Light:
    """The worst of the must-KPIs' lights, never their mean. Grey ones say nothing; grey where all are.

    This project's rule.
    """
    shown = set(lights)
    return next((light for light in _WORST if light in shown), "grey")


def by_department(leads: Mapping[str, str], departments: Mapping[str, str]) -> dict[str, list[str]]:
    """Projects by the department of their lead. Those of a lead without one stand under the empty name."""
    groups: dict[str, list[str]] = {}
    for project, lead in leads.items():
        groups.setdefault(departments.get(lead, ""), []).append(project)
    return groups


def shared_by_load(load: Mapping[str, Decimal], amount: Decimal) -> dict[str, Decimal]:
    """A person's amount (cost, capacity) divided among projects by their share of the person's load.

    Empty where there is no load to divide by.
    """
    whole = sum(load.values(), Decimal(0))
    return {project: amount * part / whole for project, part in load.items()} if whole else {}


def _ratio(group: Sequence[Part], left_out: Sequence[str]) -> Reading:
    numerator = add_up(one.numerator for one in group if one.numerator is not None)
    denominator = add_up(one.denominator for one in group if one.denominator is not None)
    total = len(group) + len(left_out)
    if numerator is None or denominator is None:
        return null("no_data", total=total, left_out=left_out)
    found = ratio_of(numerator, denominator)
    if found.value is None:
        return null("div_zero", used=len(group), total=total, left_out=left_out)
    return measured(found.value, used=len(group), behind=[one.project for one in group], left_out=left_out)


def _at(curve: Mapping[date, Decimal], day: date) -> Decimal:
    """The curve's last value up to a day, 0 before its first. `curve` is in order of time."""
    found = Decimal(0)
    for at, value in curve.items():
        if at > day:
            break
        found = value
    return found
