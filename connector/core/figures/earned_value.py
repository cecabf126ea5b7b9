"""Section 2: earned value management (EVM): variances, indices, estimates at completion and their lights.

All take PV, EV, AC and BAC in one denomination as of one instant. Names and formulas: ISO 21508:2018; PMI, The Standard
for Earned Value Management (2019).
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from connector.core.figures.reading import Reading, measured, null
from connector.core.findings import Light

GREEN_FROM = Decimal("0.95")
AMBER_FROM = Decimal("0.90")
TOO_GOOD_ABOVE = Decimal("1.10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What was planned (PV), done (EV) and spent (AC) until one instant, and the budget at completion (BAC).

    All in the same denomination. `pv_effort_level` and `ev_effort_level` are the parts of PV and EV that level of
    effort has by time going by: the SPI leaves them out.
    """

    bac: Decimal
    pv: Decimal
    ev: Decimal
    ac: Decimal
    pv_effort_level: Decimal = Decimal(0)
    ev_effort_level: Decimal = Decimal(0)


def schedule_variance(now: Earned) -> Reading:
    """SV = EV - PV. In BAC's denomination; negative is late. Never null: before the first planned work it is EV."""
    return measured(now.ev - now.pv)


def schedule_variance_share(now: Earned) -> Reading:
    """SV% = SV / PV. A ratio; null `not_started` while PV is 0."""
    return measured((now.ev - now.pv) / now.pv) if now.pv else null("not_started")


def cost_variance(now: Earned) -> Reading:
    """CV = EV - AC. In BAC's denomination; negative is over cost. Null as CPI is while there are no actuals."""
    missing = _no_actuals(now)
    return missing or measured(now.ev - now.ac)


def cost_variance_share(now: Earned) -> Reading:
    """CV% = CV / EV. A ratio; null `div_zero` while EV is 0 and money was spent, else as CV."""
    missing = _no_actuals(now)
    if missing:
        return missing
    return measured((now.ev - now.ac) / now.ev) if now.ev else null("div_zero")


def schedule_performance_index(now: Earned) -> Reading:
    """SPI = EV / PV, without level of effort. A ratio, above 1 is early; null `not_started` while PV is 0.

    After the planned finish it goes to 1 however late the work is: use SPI(t) then.
    """
    planned, earned = now.pv - now.pv_effort_level, now.ev - now.ev_effort_level
    return measured(earned / planned) if planned else null("not_started")


def cost_performance_index(now: Earned) -> Reading:
    """CPI = EV / AC. A ratio, above 1 is under cost.

    Null `not_started` while nothing is earned or spent; `no_actuals` with the note work_without_worklogs where work was
    done and nothing booked.
    """
    missing = _no_actuals(now)
    return missing or measured(now.ev / now.ac)


def critical_ratio(now: Earned) -> Reading:
    """CR (SCI) = SPI × CPI. A ratio; null as its parts are. Source: Anbari, Project Management Journal 34(4), 2003."""
    return _times(schedule_performance_index(now), cost_performance_index(now))


def estimate_at_completion_typical(now: Earned) -> Reading:
    """EAC₁ = BAC / CPI = AC + (BAC - EV) / CPI: the work to come costs what the work done did.

    In BAC's denomination. Null as CPI is, and `div_zero` while EV is 0. AC once all is earned.
    """
    return _estimate(now, cost_performance_index)


def estimate_at_completion_atypical(now: Earned) -> Reading:
    """EAC₂ = AC + (BAC - EV): the work to come costs what was planned. In BAC's denomination.

    Null `no_actuals` where work was done and nothing booked. AC once all is earned.
    """
    if now.ac == 0 and now.ev > 0:
        return _no_actuals(now) or null("no_actuals")
    return measured(now.ac + max(now.bac - now.ev, Decimal(0)))


def estimate_at_completion_combined(now: Earned) -> Reading:
    """EAC₃ = AC + (BAC - EV) / (CPI × SPI): lateness costs, too. In BAC's denomination; null as EAC₁ and SPI are."""
    return _estimate(now, critical_ratio)


def estimate_at_completion_bottom_up(now: Earned, remaining: Decimal | None, commitments: Decimal) -> Reading:
    """EAC₄ = AC + Σ remaining work at its rate + open commitments. In BAC's denomination.

    remaining: None while somebody has yet to say: null `no_estimate`. Null `no_actuals` as EAC₂.
    """
    if now.ac == 0 and now.ev > 0:
        return _no_actuals(now) or null("no_actuals")
    return null("no_estimate") if remaining is None else measured(now.ac + remaining + commitments)


def estimate_to_complete(now: Earned, eac: Reading) -> Reading:
    """ETC = EAC - AC. In BAC's denomination; 0 once EV ≥ BAC; null as EAC is."""
    if now.ev >= now.bac > 0:
        return measured(0)
    return eac if eac.value is None else measured(eac.value - now.ac)


def variance_at_completion(now: Earned, eac: Reading) -> Reading:
    """VAC = BAC - EAC. In BAC's denomination, negative is over budget; null as EAC is."""
    return eac if eac.value is None else measured(now.bac - eac.value)


def to_complete_performance_index(now: Earned) -> Reading:
    """TCPI_BAC = (BAC - EV) / (BAC - AC): the CPI that the rest needs to end on budget. A ratio.

    Null `finished` once EV ≥ BAC; `div_zero` with the note budget_exhausted once AC ≥ BAC.
    """
    if now.ev >= now.bac:
        return null("finished")
    if now.ac >= now.bac:
        return null("div_zero", notes=("budget_exhausted",))
    return measured((now.bac - now.ev) / (now.bac - now.ac))


def to_complete_performance_index_for(now: Earned, eac: Reading) -> Reading:
    """TCPI_EAC = (BAC - EV) / (EAC - AC): the CPI that the rest needs to end at the estimate. A ratio.

    Null `finished` once EV ≥ BAC, `div_zero` with the note budget_exhausted where EAC ≤ AC, else as EAC is.
    """
    if now.ev >= now.bac:
        return null("finished")
    if eac.value is None:
        return eac
    if eac.value <= now.ac:
        return null("div_zero", notes=("budget_exhausted",))
    return measured((now.bac - now.ev) / (eac.value - now.ac))


def percent_complete(now: Earned) -> Reading:
    """Percent complete (PCIB) = EV / BAC. A ratio; null `no_estimate` while BAC is 0."""
    return measured(now.ev / now.bac) if now.bac else null("no_estimate")


def percent_spent(now: Earned) -> Reading:
    """Percent spent = AC / BAC. A ratio; null `no_estimate` while BAC is 0."""
    return measured(now.ac / now.bac) if now.bac else null("no_estimate")


def agile(
    *, bac: Decimal, ac: Decimal, points_done: Decimal, points_planned: Decimal, sprints_done: int, sprints_planned: int
) -> Earned | None:
    """AgileEVM of a release: PV = BAC × sprints done / planned, EV = BAC × points done / planned. None without a plan.

    After the last planned sprint PV stays at BAC; points beyond those planned earn nothing. Points and money are not
    mixed: the points only give the share. Source: Sulaiman, Barton and Blackburn, AgileEVM (Agile 2006).
    """
    if points_planned <= 0 or sprints_planned <= 0:
        return None
    planned = bac * min(sprints_done, sprints_planned) / sprints_planned
    earned = bac * min(points_done, points_planned) / points_planned
    return Earned(bac=bac, pv=planned, ev=earned, ac=ac)


def index_light(index: Reading) -> Light:
    """The light of an index: green from 0.95, amber from 0.90 and above 1.10 (are the records right?), else red.

    Grey for null and for low confidence. Compares the unrounded value. No standard fixes these bounds.
    """
    if index.value is None or index.is_low_confidence:
        return "grey"
    if index.value < AMBER_FROM:
        return "red"
    return "green" if GREEN_FROM <= index.value <= TOO_GOOD_ABOVE else "amber"


def schedule_light(spi: Reading, spi_t: Reading, *, is_past_finish: bool) -> Light:
    """The light of the schedule: SPI(t)'s, and SPI's only where there is no SPI(t) and the planned finish is ahead."""
    if spi_t.value is not None:
        return index_light(spi_t)
    return "grey" if is_past_finish else index_light(spi)


def _no_actuals(now: Earned) -> Reading | None:
    if now.ac != 0:
        return None
    return null("no_actuals", notes=("work_without_worklogs",)) if now.ev > 0 else null("not_started")


def _times(one: Reading, other: Reading) -> Reading:
    if one.value is None:
        return one
    return other if other.value is None else measured(one.value * other.value)


def _estimate(now: Earned, pace_of: Callable[[Earned], Reading]) -> Reading:
    """AC + (BAC - EV) / pace."""
    missing = _no_actuals(now)
    if missing:
        return missing
    if now.ev >= now.bac:
        return measured(now.ac)
    pace = pace_of(now)
    if pace.value is None:
        return pace
    return measured(now.ac + (now.bac - now.ev) / pace.value) if pace.value else null("div_zero")
