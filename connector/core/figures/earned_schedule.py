"""Section 3: earned schedule (ES) and the duration forecasts that compete with it.

Times are in periods of the planned curve (working days or weeks from the baseline's start), PV₀ = 0 first.
Sources: Lipke, Schedule is Different (2003); Vandevoorde and Vanhoucke, IJPM 24 (2006); Anbari, PMJ 34(4) (2003).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.reading import Reading, measured, null


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Days on which the project stood still, both ends counted. Without an approval it did not."""

    first: date
    last: date
    approved_by: str | None = None


def planned_duration(curve: Sequence[Decimal]) -> Reading:
    """PD: the first period at whose end PV is BAC. Periods; null `no_baseline` without a curve or a budget."""
    if not curve or curve[-1] <= 0:
        return null("no_baseline")
    return measured(bisect_left(curve, curve[-1]))


def earned_schedule(curve: Sequence[Decimal], ev: Decimal) -> Reading:
    """ES = C + (EV - PV_C) / (PV_{C+1} - PV_C), C the last period with PV_C ≤ EV: when this EV was planned for.

    Periods; null `no_baseline` without a curve or a budget. 0 while EV is 0, PD from EV ≥ BAC on. Where PV is flat, C
    is the end of the plateau.
    """
    duration = planned_duration(curve)
    if duration.value is None or ev >= curve[-1]:
        return duration
    if ev <= 0:
        return measured(0)
    before = bisect_right(curve, ev) - 1
    return measured(before + (ev - curve[before]) / (curve[before + 1] - curve[before]))


def actual_time(start: date, day: date, calendar: WorkingCalendar) -> Reading:
    """AT: working days from the baseline's start to the end of `day`, whenever work really began.

    Null `not_started` before the first of them.
    """
    elapsed = calendar.networkdays(start, day) if day >= start else 0
    return measured(elapsed) if elapsed > 0 else null("not_started")


def schedule_variance_time(es: Reading, at: Reading) -> Reading:
    """SV(t) = ES - AT. Periods, negative is late; null as AT and ES are, and `not_started` for AT ≤ 0."""
    if es.value is None or at.value is None or at.value <= 0:
        return _missing(es, at)
    return measured(es.value - at.value)


def schedule_performance_index_time(es: Reading, at: Reading) -> Reading:
    """SPI(t) = ES / AT. A ratio, above 1 is early; null as AT and ES are, and `not_started` for AT ≤ 0."""
    if es.value is None or at.value is None or at.value <= 0:
        return _missing(es, at)
    return measured(es.value / at.value)


def estimate_at_completion_time(pd: Reading, es: Reading, at: Reading, factor: Reading | None = None) -> Reading:
    """EAC(t) = AT + (PD - ES) / PF: the duration to expect. Periods; with PF = SPI(t) it is IEAC(t) = PD / SPI(t).

    factor (PF): 1 where none is given (the rest goes as planned), SPI(t) (the default forecast), or SPI(t) × CPI.
    Null as PD, ES, AT and PF are, `not_started` for AT ≤ 0, `div_zero` while ES or PF is 0.
    """
    if pd.value is None or es.value is None or at.value is None or at.value <= 0:
        return _missing(pd, es, at)
    pace = measured(1) if factor is None else factor
    if pace.value is None:
        return pace
    if es.value <= 0 or pace.value <= 0:
        return null("div_zero")
    return measured(at.value + (pd.value - es.value) / pace.value)


def estimated_completion_date(start: date, duration: Reading, calendar: WorkingCalendar) -> date | None:
    """IECD = baseline start + IEAC(t) on the working calendar; None where the duration is null. `duration` in days.

    A part of a day ends on that day.
    """
    if duration.value is None:
        return None
    whole = int(duration.value.to_integral_value(ROUND_CEILING))
    return calendar.day(start, max(whole - 1, 0))


def to_complete_schedule_performance_index(pd: Reading, es: Reading, at: Reading) -> Reading:
    """TSPI = (PD - ES) / (PD - AT): the SPI(t) that the rest needs to end on the planned day. A ratio.

    Null as its parts are; `finished` once ES = PD; `not_applicable` with the note plan_date_passed once AT ≥ PD.
    """
    if pd.value is None or es.value is None or at.value is None or at.value <= 0:
        return _missing(pd, es, at)
    if es.value >= pd.value:
        return null("finished")
    if at.value >= pd.value:
        return null("not_applicable", notes=("plan_date_passed",))
    return measured((pd.value - es.value) / (pd.value - at.value))


def time_variance(bac: Decimal, pd: Reading, sv: Decimal) -> Reading:
    """TV = SV / PV_rate, PV_rate = BAC / PD: the schedule variance in periods. Null as PD, `no_estimate` for BAC 0."""
    if pd.value is None:
        return pd
    return measured(sv * pd.value / bac) if bac else null("no_estimate")


def estimate_by_planned_value(pd: Reading, tv: Reading) -> Reading:
    """EAC(t)_PV1 = PD - TV: the rest goes as planned. Periods; useless after PD. Null as its parts."""
    if pd.value is None or tv.value is None:
        return _missing(pd, tv)
    return measured(pd.value - tv.value)


def estimate_by_planned_value_at(pd: Reading, pace: Reading) -> Reading:
    """EAC(t)_PV2 = PD / SPI, EAC(t)_PV3 = PD / SCI: the rest goes at this pace. Periods; useless after PD.

    Null as its parts, `div_zero` for a pace of 0.
    """
    if pd.value is None or pace.value is None:
        return _missing(pd, pace)
    return measured(pd.value / pace.value) if pace.value else null("div_zero")


def earned_duration(at: Reading, spi: Reading) -> Reading:
    """ED = AT × SPI. Periods; null as its parts, `not_started` for AT ≤ 0."""
    if at.value is None or spi.value is None or at.value <= 0:
        return _missing(at, spi)
    return measured(at.value * spi.value)


def estimate_by_earned_duration(pd: Reading, at: Reading, ed: Reading, factor: Reading | None = None) -> Reading:
    """EAC(t)_ED = AT + (max(PD, AT) - ED) / PF. Periods; PF 1 where none is given.

    Once AT > PD it takes the place of PD: without that the forecast lies before today. Null as its parts, `div_zero`
    for PF 0.
    """
    if pd.value is None or at.value is None or ed.value is None:
        return _missing(pd, at, ed)
    pace = measured(1) if factor is None else factor
    if pace.value is None:
        return pace
    if pace.value <= 0:
        return null("div_zero")
    return measured(at.value + (max(pd.value, at.value) - ed.value) / pace.value)


def suspended(calendar: WorkingCalendar, stops: Iterable[Suspension]) -> WorkingCalendar:
    """The calendar without the days of approved suspensions, for both the planned curve's axis and AT.

    Source: Lipke's extension of earned schedule for stop-work periods.
    """
    days = (
        stop.first + timedelta(days=n)
        for stop in stops
        if stop.approved_by is not None
        for n in range((stop.last - stop.first).days + 1)
    )
    return calendar.without(days)


def _missing(*parts: Reading) -> Reading:
    """The first part that has no value; else time has not begun to run."""
    return next((one for one in parts if one.value is None), null("not_started"))
