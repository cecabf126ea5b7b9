"""Where a project stands against its baseline: the PV, EV, AC and times that all its plan figures are read from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from connector.core.fields import number_of, status_category
from connector.core.figures.actual_cost import SECONDS_AN_HOUR, actual_cost
from connector.core.figures.baseline import Baseline, BaselineItem, budget_at_completion
from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.earned_schedule import actual_time, earned_schedule, planned_duration
from connector.core.figures.earned_value import Earned
from connector.core.figures.once import once
from connector.core.figures.planned_value import planned_curve, planned_value
from connector.core.figures.population import Population
from connector.core.figures.progress import Progress, earned_value
from connector.core.figures.quantity import HOURS, Denomination, MixedUnits, Quantity
from connector.core.figures.reading import Reading, covered, measured, null
from connector.core.issue import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A project against its baseline as of one instant.

    `bac`, `pv`, `ev` and `ac` are in `denomination` (None: nothing is known); `earned` has the four together where the
    first three are known, with an AC of 0 where that is not. `pd`, `es` and `at` are in working days.
    `why_left_out` says by key why an item is not in PV or EV: no_estimate, no_date, no_data (its issue is gone).
    """

    denomination: Denomination | None
    bac: Reading
    pv: Reading
    ev: Reading
    ac: Reading
    pd: Reading
    es: Reading
    at: Reading
    earned: Earned | None = None
    why_left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> Reading:
        """The first of the four that is null, if any is: why no earned value can be told."""
        parts = (self.bac, self.pv, self.ev, self.ac)
        return next((one for one in parts if one.value is None), self.bac)


def baseline_of(population: Population) -> Baseline | None:
    """The plan fixed at the gate; where only the due dates were kept, a baseline of these without estimates."""
    if population.baseline is not None or not population.baseline_due:
        return population.baseline
    keys = {one.id: one.key for one in (*population.work, *population.descoped)}
    items = tuple(
        BaselineItem(issue=one, key=keys.get(one, one), finish=due) for one, due in population.baseline_due.items()
    )
    return Baseline(version=1, at=population.as_of, items=items)


@once
def standing_of(population: Population) -> Standing:
    """The project's standing, which all figures of its plan are read from."""
    baseline = baseline_of(population)
    if baseline is None:
        none = null("no_baseline")
        return Standing(denomination=None, bac=none, pv=none, ev=none, ac=_hours(population), pd=none, es=none, at=none)
    try:
        return _against(baseline, population, population.today, population.calendar)
    except MixedUnits:
        mixed = null("not_applicable", notes=("mixed_units",))
        return Standing(denomination=None, bac=mixed, pv=mixed, ev=mixed, ac=mixed, pd=mixed, es=mixed, at=mixed)


def progress_of(population: Population) -> dict[str, Progress]:
    """How far each issue has come, by id, as far as its status and its hours tell."""
    called_off = {one.id for one in population.descoped}
    return {one.id: _progress(one, one.id in called_off) for one in (*population.work, *population.descoped)}


def _against(baseline: Baseline, population: Population, today: date, calendar: WorkingCalendar) -> Standing:
    bac = budget_at_completion(baseline)
    plan = planned_value(baseline, today, calendar)
    done = earned_value(baseline, progress_of(population), today, calendar)
    pv = _part(bac, measured(plan.amount, used=len(plan.used), behind=plan.used, left_out=tuple(plan.left_out)))
    ev = _part(bac, measured(done.amount, used=done.used, behind=done.behind, left_out=tuple(done.left_out)))
    ac = _cost(population, plan.denomination) if plan.denomination else _hours(population)
    curve = planned_curve(baseline, calendar)
    es = ev if ev.value is None else earned_schedule(curve, ev.value)
    earned = None
    if bac.value is not None and pv.value is not None and ev.value is not None:
        earned = Earned(
            bac=bac.value,
            pv=pv.value,
            ev=ev.value,
            ac=Decimal(0) if ac.value is None else ac.value,
            pv_effort_level=plan.effort_level,
            ev_effort_level=done.effort_level,
        )
    return Standing(
        denomination=plan.denomination,
        bac=bac,
        pv=pv,
        ev=ev,
        ac=ac,
        pd=bac if bac.value is None else planned_duration(curve),
        es=es,
        at=null("no_baseline") if baseline.start is None else actual_time(baseline.start, today, calendar),
        earned=earned,
        why_left_out={**done.left_out, **plan.left_out},
    )


def _part(bac: Reading, part: Reading) -> Reading:
    """PV or EV, null where BAC is or where it rests on too few items, with what a reader must know of the baseline."""
    if bac.value is None:
        return bac
    found = covered(part)
    return found if found.value is None else _noted(found, bac.notes)


def _noted(reading: Reading, notes: Iterable[str]) -> Reading:
    value = reading.value
    if value is None:
        return reading
    return measured(
        value, used=reading.used, behind=reading.behind, left_out=reading.left_out, notes=(*reading.notes, *notes)
    )


def _cost(population: Population, denomination: Denomination) -> Reading:
    """AC in the baseline's denomination. Null `not_applicable` where hours cannot be made into it."""
    if population.worklogs is None:
        found = _hours(population)
        return found if denomination == HOURS or found.value is None else _priceless()
    spent = actual_cost(
        population.worklogs,
        population.as_of,
        rates=population.rates,
        bookings=population.bookings,
        timezone=population.timezone,
    )
    cost: Quantity | None = spent.cost
    if cost is None:
        return null("no_data", notes=spent.notes)
    if cost.amount == 0 and not spent.hours:
        return null("no_actuals", notes=spent.notes)
    return measured(cost.amount, notes=spent.notes) if cost.denomination == denomination else _priceless()


def _priceless() -> Reading:
    return null("not_applicable", notes=("mixed_units",))


def _hours(population: Population) -> Reading:
    """AC in hours, from worklogs or else from what each issue says was spent on it. Null `no_actuals` of none."""
    if population.worklogs is not None:
        spent = actual_cost(population.worklogs, population.as_of, timezone=population.timezone)
        return measured(spent.hours, notes=spent.notes) if spent.by_issue else null("no_actuals")
    hours = {one.key: found for one in (*population.work, *population.descoped) if (found := _spent_h(one))}
    if not hours:
        return null("no_actuals")
    return measured(sum(hours.values(), Decimal(0)), used=len(hours), behind=tuple(hours), notes=("spent_as_booked",))


def _progress(issue: Issue, is_called_off: bool) -> Progress:
    category = status_category(issue)
    remaining = number_of(issue.fields.get("timeestimate"))
    return Progress(
        is_started=issue.facts.started_at is not None or category in {"indeterminate", "done"},
        is_done=category == "done" and not is_called_off,
        is_called_off=is_called_off,
        spent_h=_spent_h(issue) or Decimal(0),
        remaining_h=None if remaining is None else remaining / SECONDS_AN_HOUR,
    )


def _spent_h(issue: Issue) -> Decimal | None:
    seconds = number_of(issue.fields.get("timespent"))
    return None if seconds is None else seconds / SECONDS_AN_HOUR
