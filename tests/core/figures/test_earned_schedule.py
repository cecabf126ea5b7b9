from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.earned_schedule import (
    Suspension,
    actual_time,
    earned_duration,
    earned_schedule,
    estimate_at_completion_time,
    estimate_by_earned_duration,
    estimate_by_planned_value,
    estimate_by_planned_value_at,
    estimated_completion_date,
    planned_duration,
    schedule_performance_index_time,
    schedule_variance_time,
    suspended,
    time_variance,
    to_complete_schedule_performance_index,
)
from connector.core.figures.earned_value import (
    Earned,
    cost_performance_index,
    critical_ratio,
    schedule_performance_index,
    schedule_variance,
)
from connector.core.figures.figure import round_half_up
from connector.core.figures.reading import Reading, measured, null

PLAIN = WorkingCalendar()
MONDAY = date(2026, 3, 2)

# Vandevoorde and Vanhoucke, IJPM 24(4) (2006), the project "Re-vamp check-in" (thousand EUR, months); the worked sheet
# is in github castor00/EVapp. It ends four months late.
PV = "28.975 81.681 91.681 138.586 218.141 302.478 323.632 345.876 360.738 360.738 360.738 360.738 360.738"
EV = "25.645 68.074 89.135 125.244 198.754 268.763 292.469 306.725 312.864 327.694 338.672 349.861 360.738"
AC = "25.567 66.293 78.293 124.073 191.367 259.845 285.612 290.843 303.489 316.431 320.69 336.756 349.379"
PRINTED = {
    "spi": "0.885073 0.833413 0.97223 0.903728 0.911126 0.888537 0.903709 0.886806 0.867289 0.908399 0.938831 "
    "0.969848 1",
    "cpi": "1.003051 1.026866 1.13848 1.009438 1.038601 1.03432 1.024008 1.054607 1.030891 1.035594 1.056073 1.038915 "
    "1.032512",
    "sci": "0.887774 0.855803 1.106864 0.912257 0.946297 0.919032 0.925405 0.935232 0.89408 0.940732 0.991474 1.00759 "
    "1.032512",
    "es": "0.885073 1.741832 2.7454 3.715553 4.756307 5.600235 5.881321 6.200766 6.490971 7.182611 7.676137 8.268133 9",
    "spi_t": "0.885073 0.870916 0.915133 0.928888 0.951261 0.933372 0.840189 0.775096 0.721219 0.718261 0.697831 "
    "0.689011 0.692308",
    "sci_t": "0.887774 0.894314 1.041861 0.937655 0.987981 0.965406 0.86036 0.817421 0.743498 0.743827 0.73696 "
    "0.715824 0.714816",
    "eac_es1": "9.114927 9.258168 9.2546 9.284447 9.243693 9.399765 10.118679 10.799234 11.509029 11.817389 12.323863 "
    "12.731867 13",
    "eac_es2": "10.168649 10.333947 9.834632 9.689003 9.461122 9.642453 10.711879 11.611469 12.478873 12.530262 "
    "12.897112 13.062198 13",
    "eac_es3": "10.140762 10.115908 9.003297 9.635812 9.295317 9.52159 10.624853 11.42447 12.374628 12.443296 "
    "12.796383 13.022411 13",
    "eac_pv2": "10.168649 10.798969 9.257071 9.958753 9.877884 10.129006 9.958963 10.148778 10.377167 9.907542 9.58639 "
    "9.279805 9",
    "eac_pv3": "10.137721 10.516439 8.13108 9.865641 9.510757 9.792909 9.725473 9.623282 10.066214 9.567015 9.077395 "
    "8.932205 8.716606",
    "ed": "0.885073 1.666826 2.916689 3.614911 4.555631 5.331224 6.32596 7.09445 7.805599 9.083989 10.32714 "
    "11.638175 13",
    # The sheet keeps PD = 9 after month 9 and so forecasts a finish before today; until then it is right.
    "eac_ed": "9.114927 9.333174 9.083311 9.385089 9.444369 9.668776 9.67404 9.90555 10.194401",
}
CURVE = (Decimal(0), *map(Decimal, PV.split()[:9]))
MONTHS = range(1, 14)


def revamp(month: int) -> dict[str, Reading]:
    pv, ev, ac = (Decimal(row.split()[month - 1]) for row in (PV, EV, AC))
    now = Earned(bac=Decimal("360.738"), pv=pv, ev=ev, ac=ac)
    pd, es, at = planned_duration(CURVE), earned_schedule(CURVE, ev), measured(month)
    spi, cpi, sci = schedule_performance_index(now), cost_performance_index(now), critical_ratio(now)
    spi_t = schedule_performance_index_time(es, at)
    assert spi_t.value is not None
    assert cpi.value is not None
    sci_t, ed = measured(spi_t.value * cpi.value), earned_duration(at, spi)
    sv = schedule_variance(now).value
    assert sv is not None
    return {
        "spi": spi,
        "cpi": cpi,
        "sci": sci,
        "es": es,
        "spi_t": spi_t,
        "sci_t": sci_t,
        "eac_es1": estimate_at_completion_time(pd, es, at),
        "eac_es2": estimate_at_completion_time(pd, es, at, spi_t),
        "eac_es3": estimate_at_completion_time(pd, es, at, sci_t),
        "tv": time_variance(now.bac, pd, sv),
        "eac_pv1": estimate_by_planned_value(pd, time_variance(now.bac, pd, sv)),
        "eac_pv2": estimate_by_planned_value_at(pd, spi),
        "eac_pv3": estimate_by_planned_value_at(pd, sci),
        "ed": ed,
        "eac_ed": estimate_by_earned_duration(pd, at, ed),
    }


@pytest.mark.parametrize("name", PRINTED)
def test_the_revamp_project_has_the_printed_figures(name: str) -> None:
    printed = [Decimal(one) for one in PRINTED[name].split()]

    found = [revamp(month)[name].value for month in MONTHS][: len(printed)]

    assert [
        one is not None and abs(one - want) < Decimal("1e-6") for one, want in zip(found, printed, strict=True)
    ] == [True] * len(printed)


def test_the_planned_value_method_uses_the_rate_bac_by_pd() -> None:
    """The published sheet divides by 1.0325 instead; BAC / PD is 40.082."""
    first = revamp(1)

    assert [round_half_up(one.value, 3) for one in (first["tv"], first["eac_pv1"]) if one.value is not None] == [
        Decimal("-0.083"),
        Decimal("9.083"),
    ]


def test_the_earned_duration_method_never_forecasts_a_finish_before_today() -> None:
    late = {month: revamp(month)["eac_ed"].value for month in range(10, 14)}

    assert [value is not None and value >= month for month, value in late.items()] == [True] * 4
    assert late[13] == 13


def test_the_revamp_project_is_told_late_by_spi_t_when_spi_says_1() -> None:
    last = revamp(13)

    assert last["spi"].value == 1
    assert round_half_up(last["spi_t"].value or Decimal(0), 2) == Decimal("0.69")


def test_earned_schedule_begins_at_0_and_ends_at_the_planned_duration() -> None:
    curve = (Decimal(0), Decimal(10), Decimal(30), Decimal(30))

    assert [earned_schedule(curve, Decimal(ev)).value for ev in (0, 5, 10, 20, 30, 99)] == [
        0,
        Decimal("0.5"),
        1,
        Decimal("1.5"),
        2,
        2,
    ]


def test_on_a_flat_stretch_earned_schedule_takes_the_end_of_the_plateau() -> None:
    curve = tuple(map(Decimal, (0, 10, 10, 10, 30)))

    assert [earned_schedule(curve, Decimal(ev)).value for ev in (10, 20)] == [3, Decimal("3.5")]


def test_a_plan_that_begins_flat_earns_nothing_for_nothing() -> None:
    assert earned_schedule(tuple(map(Decimal, (0, 0, 0, 10))), Decimal(0)).value == 0


@pytest.mark.parametrize("curve", [(), (Decimal(0), Decimal(0))])
def test_without_a_planned_curve_there_is_no_earned_schedule(curve: tuple[Decimal, ...]) -> None:
    assert earned_schedule(curve, Decimal(5)) == null("no_baseline")
    assert planned_duration(curve) == null("no_baseline")


def test_actual_time_runs_in_working_days_from_the_baselines_start() -> None:
    assert [actual_time(MONDAY, date(2026, 3, day), PLAIN).value for day in (2, 6, 8, 9)] == [1, 5, 5, 6]


@pytest.mark.parametrize("day", ["2026-03-01", "2026-02-20"])
def test_before_the_baselines_start_all_are_null(day: str) -> None:
    at, es, pd = actual_time(MONDAY, date.fromisoformat(day), PLAIN), measured(3), measured(9)

    found = [
        at,
        schedule_variance_time(es, at),
        schedule_performance_index_time(es, at),
        estimate_at_completion_time(pd, es, at),
        to_complete_schedule_performance_index(pd, es, at),
        earned_duration(at, measured(1)),
    ]

    assert found == [null("not_started")] * 6
    assert schedule_performance_index_time(es, measured(0)) == null("not_started")


def test_with_an_es_of_0_no_duration_can_be_forecast() -> None:
    pd, es, at = measured(9), measured(0), measured(3)

    assert estimate_at_completion_time(pd, es, at, schedule_performance_index_time(es, at)) == null("div_zero")
    assert estimate_at_completion_time(pd, es, at) == null("div_zero")


def test_iecd_is_the_end_of_the_forecast_on_the_working_calendar() -> None:
    found = [estimated_completion_date(MONDAY, measured(Decimal(n)), PLAIN) for n in ("1", "5", "5.01", "6", "0.2")]

    assert found == [date(2026, 3, day) for day in (2, 6, 9, 9, 2)]
    assert estimated_completion_date(MONDAY, null("div_zero"), PLAIN) is None


def test_tspi_asks_what_the_rest_needs_until_the_plan_date_has_passed() -> None:
    pd = measured(10)

    assert to_complete_schedule_performance_index(pd, measured(4), measured(5)).value == Decimal("1.2")
    assert to_complete_schedule_performance_index(pd, measured(4), measured(10)) == null(
        "not_applicable", notes=("plan_date_passed",)
    )
    assert to_complete_schedule_performance_index(pd, measured(10), measured(9)) == null("finished")


def test_only_approved_suspensions_stop_the_clock() -> None:
    stops = (
        Suspension(first=date(2026, 3, 4), last=date(2026, 3, 6), approved_by="sponsor"),
        Suspension(first=date(2026, 3, 9), last=date(2026, 3, 13)),
    )

    assert actual_time(MONDAY, date(2026, 3, 13), suspended(PLAIN, stops)).value == 7


@given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=12), st.decimals(0, 2000, places=2))
def test_es_is_never_more_than_pd_and_grows_with_ev(steps: list[Decimal], ev: Decimal) -> None:
    curve = [Decimal(0)]
    for one in steps:
        curve.append(curve[-1] + one)
    pd, es, more = planned_duration(curve), earned_schedule(curve, ev), earned_schedule(curve, ev + 1)

    if pd.value is None or es.value is None or more.value is None:
        assert curve[-1] == 0
    else:
        assert 0 <= es.value <= more.value <= pd.value
