from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.earned_value import (
    Earned,
    agile,
    cost_performance_index,
    cost_variance,
    cost_variance_share,
    critical_ratio,
    estimate_at_completion_atypical,
    estimate_at_completion_bottom_up,
    estimate_at_completion_combined,
    estimate_at_completion_typical,
    estimate_to_complete,
    index_light,
    percent_complete,
    percent_spent,
    schedule_light,
    schedule_performance_index,
    schedule_variance,
    schedule_variance_share,
    to_complete_performance_index,
    to_complete_performance_index_for,
    variance_at_completion,
)
from connector.core.figures.figure import round_half_up
from connector.core.figures.reading import Reading, measured, null


def earned(bac: object = 100, pv: object = 50, ev: object = 40, ac: object = 50, **more: Decimal) -> Earned:
    return Earned(bac=Decimal(str(bac)), pv=Decimal(str(pv)), ev=Decimal(str(ev)), ac=Decimal(str(ac)), **more)


def shown(reading: Reading, places: int) -> str:
    assert reading.value is not None
    return str(round_half_up(reading.value, places))


# Larson and Gray, Project Management, chapter 13: the status report at the end of period 12 (hundreds of dollars), as
# (budget, share done, AC, PV) by task.
LARSON_GRAY = {
    1: (8, "1", 10, 8),
    2: (40, "1", 50, 40),
    3: (30, "1", 40, 30),
    4: (20, "1", 40, 20),
    5: (40, "0.5", 30, 20),
    6: (60, "0.5", 40, 40),
    7: (20, "0", 0, 0),
    8: (30, "0", 0, 0),
}
TASKS = {n: earned(bac, pv, Decimal(done) * bac, ac) for n, (bac, done, ac, pv) in LARSON_GRAY.items()}


def test_larson_and_grays_tasks_have_the_printed_variances() -> None:
    begun = [TASKS[n] for n in range(1, 7)]

    assert [cost_variance(one).value for one in begun] == [-2, -10, -10, -20, -10, -10]
    assert [schedule_variance(one).value for one in begun] == [0, 0, 0, 0, 0, -10]


def test_larson_and_grays_project_has_the_printed_indices_and_forecast() -> None:
    whole = earned(
        sum(one.bac for one in TASKS.values()),
        sum(one.pv for one in TASKS.values()),
        sum(one.ev for one in TASKS.values()),
        sum(one.ac for one in TASKS.values()),
    )
    eac = estimate_at_completion_typical(whole)

    assert whole == earned(248, 158, 148, 210)
    assert (cost_variance(whole).value, schedule_variance(whole).value) == (-62, -10)
    assert (shown(schedule_performance_index(whole), 2), shown(percent_complete(whole), 2)) == ("0.94", "0.60")
    # The solution prints 0.71 for 0.704762, which is 0.70; its EAC is computed from 0.7047.
    assert shown(cost_performance_index(whole), 2) == "0.70"
    assert (shown(eac, 0), shown(variance_at_completion(whole, eac), 0)) == ("352", "-104")


def test_a_rounded_index_is_never_fed_into_another_formula() -> None:
    """thepmstudent, EVM: Forecasting (2007): the source divides by CPI 1.06 and prints ETC 103.8, EAC 188.8."""
    now = earned(200, 100, 90, 85)
    typical = estimate_at_completion_typical(now)
    atypical = estimate_at_completion_atypical(now)

    assert (shown(cost_performance_index(now), 2), shown(schedule_performance_index(now), 2)) == ("1.06", "0.90")
    assert (atypical.value, estimate_to_complete(now, atypical).value) == (195, 110)
    assert (shown(typical, 4), shown(estimate_to_complete(now, typical), 4)) == ("188.8889", "103.8889")


def test_agile_earned_value_takes_the_shares_from_sprints_and_points() -> None:
    """PM Services Inc., Measuring Agile project performance part 2; Sulaiman, Barton and Blackburn (2006)."""
    now = agile(
        bac=Decimal(100000),
        ac=Decimal(25000),
        points_done=Decimal(30),
        points_planned=Decimal(100),
        sprints_done=2,
        sprints_planned=5,
    )

    assert now == earned(100000, 40000, 30000, 25000)
    assert (schedule_variance(now).value, cost_variance(now).value) == (-10000, 5000)
    assert (schedule_performance_index(now).value, cost_performance_index(now).value) == (
        Decimal("0.75"),
        Decimal("1.2"),
    )
    assert shown(estimate_at_completion_typical(now), 2) == "83333.33"
    assert shown(estimate_at_completion_combined(now), 2) == "102777.78"


def test_a_release_without_planned_points_or_sprints_earns_nothing_that_could_be_told() -> None:
    def of(points: int, sprints: int) -> Earned | None:
        return agile(
            bac=Decimal(10),
            ac=Decimal(0),
            points_done=Decimal(3),
            points_planned=Decimal(points),
            sprints_done=1,
            sprints_planned=sprints,
        )

    assert (of(0, 5), of(10, 0)) == (None, None)


def test_before_the_first_planned_work_spi_is_null_and_sv_is_ev() -> None:
    now = earned(pv=0, ev=5)

    assert schedule_performance_index(now) == null("not_started")
    assert schedule_variance_share(now) == null("not_started")
    assert schedule_variance(now).value == 5


def test_with_nothing_earned_or_spent_cpi_is_null_not_started() -> None:
    now = earned(ev=0, ac=0)

    assert [one(now).reason for one in (cost_performance_index, cost_variance, cost_variance_share)] == [
        "not_started"
    ] * 3
    assert estimate_at_completion_typical(now).reason == "not_started"


def test_work_done_without_worklogs_is_null_no_actuals_and_never_infinite() -> None:
    now = earned(ev=40, ac=0)
    missing = null("no_actuals", notes=("work_without_worklogs",))

    assert [
        cost_performance_index(now),
        cost_variance(now),
        critical_ratio(now),
        estimate_at_completion_typical(now),
        estimate_at_completion_atypical(now),
        estimate_at_completion_combined(now),
        estimate_at_completion_bottom_up(now, Decimal(3), Decimal(0)),
    ] == [missing] * 7


def test_money_spent_and_nothing_earned_is_cpi_0_and_leaves_the_atypical_estimate_alone() -> None:
    now = earned(ev=0, ac=10)

    assert cost_performance_index(now).value == 0
    assert (estimate_at_completion_typical(now).reason, estimate_at_completion_combined(now).reason) == (
        "div_zero",
        "div_zero",
    )
    assert estimate_at_completion_atypical(now).value == 110
    assert (cost_variance_share(now).reason, cost_variance(now).value) == ("div_zero", -10)


@pytest.mark.parametrize("ac", [100, 130])
def test_an_exhausted_budget_has_no_tcpi_and_says_so(ac: int) -> None:
    assert to_complete_performance_index(earned(ac=ac)) == null("div_zero", notes=("budget_exhausted",))


def test_once_all_is_earned_etc_is_0_and_tcpi_null_finished() -> None:
    now = earned(ev=100, ac=80)
    eac = estimate_at_completion_typical(now)

    assert (eac.value, estimate_to_complete(now, eac).value) == (80, 0)
    assert to_complete_performance_index(now) == null("finished")
    assert to_complete_performance_index_for(now, eac) == null("finished")


def test_the_estimates_at_completion_are_those_of_the_formulas() -> None:
    now = earned(200, 100, 80, 100)

    found = [
        estimate_at_completion_typical(now).value,
        estimate_at_completion_atypical(now).value,
        estimate_at_completion_combined(now).value,
        estimate_at_completion_bottom_up(now, Decimal(130), Decimal(5)).value,
    ]

    assert found == [250, 220, Decimal("287.5"), 235]


def test_a_bottom_up_estimate_waits_until_the_remaining_work_is_known() -> None:
    assert estimate_at_completion_bottom_up(earned(), None, Decimal(0)).reason == "no_estimate"


def test_tcpi_asks_what_the_rest_needs() -> None:
    now = earned(200, 100, 80, 100)

    assert to_complete_performance_index(now).value == Decimal("1.2")
    assert to_complete_performance_index_for(now, estimate_at_completion_typical(now)).value == Decimal("0.8")
    assert to_complete_performance_index_for(now, null("no_estimate")).reason == "no_estimate"
    assert to_complete_performance_index_for(now, measured(100)).notes == ("budget_exhausted",)


def test_variances_may_be_told_as_shares() -> None:
    now = earned(200, 100, 80, 100)

    assert (schedule_variance_share(now).value, cost_variance_share(now).value) == (Decimal("-0.2"), Decimal("-0.25"))
    assert (percent_complete(now).value, percent_spent(now).value) == (Decimal("0.4"), Decimal("0.5"))


def test_a_budget_of_0_has_no_percentages() -> None:
    empty = earned(0, 0, 0, 0)

    assert (percent_complete(empty).reason, percent_spent(empty).reason) == ("no_estimate", "no_estimate")


def test_level_of_effort_is_left_out_of_the_spi_alone() -> None:
    now = earned(100, 60, 50, 50, pv_effort_level=Decimal(20), ev_effort_level=Decimal(20))

    assert schedule_performance_index(now).value == Decimal("0.75")
    assert cost_performance_index(now).value == 1


@pytest.mark.parametrize(
    ("index", "light"),
    [
        ("0.95", "green"),
        ("0.949999", "amber"),
        ("0.90", "amber"),
        ("0.8999", "red"),
        ("1.10", "green"),
        ("1.11", "amber"),
    ],
)
def test_an_indexs_light_compares_the_unrounded_value(index: str, light: str) -> None:
    assert index_light(measured(Decimal(index), used=1)) == light


def test_a_null_index_and_one_of_low_coverage_are_grey() -> None:
    assert index_light(null("no_baseline")) == "grey"
    assert index_light(measured(1, used=7, total=10)) == "grey"


def test_after_the_planned_finish_spi_lights_nothing() -> None:
    """Re-vamp check-in, month 13: SPI 1.00 and SPI(t) 0.69 four months late."""
    good, late = measured(1), measured(Decimal("0.692308"))

    assert schedule_light(good, late, is_past_finish=True) == "red"
    assert schedule_light(good, null("no_data"), is_past_finish=True) == "grey"
    assert schedule_light(good, null("no_data"), is_past_finish=False) == "green"


@given(
    st.decimals(1, 10**6, places=2),
    st.decimals("0.01", 1, places=2),
    st.decimals("0.01", 1, places=2),
    st.decimals(1, 10**6, places=2),
)
def test_both_forms_of_the_typical_estimate_agree(bac: Decimal, done: Decimal, due: Decimal, ac: Decimal) -> None:
    now = Earned(bac=bac, pv=bac * due, ev=bac * done, ac=ac)
    eac, cpi = estimate_at_completion_typical(now).value, cost_performance_index(now).value

    assert eac is not None
    assert cpi is not None
    assert abs(eac - bac / cpi) < Decimal("1e-12") * eac
