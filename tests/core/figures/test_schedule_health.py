from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.core.figures.network import Link
from connector.core.figures.schedule_health import CheckResult, HealthPlan, PlanItem, Policy, plan_health

TODAY = date(2026, 3, 16)
GOOD = PlanItem(
    key="OPS-1",
    has_parent=True,
    has_active_owner=True,
    has_resource=True,
    has_criteria=True,
    is_hard_constrained=False,
    is_deliverable=True,
    start=date(2026, 3, 2),
    due=date(2026, 3, 20),
    estimate=Decimal(8),
    duration=15,
    total_float=3,
    baseline_duration=10,
    baseline_finish=date(2026, 3, 20),
    actual_start=date(2026, 3, 2),
    forecast_finish=date(2026, 3, 20),
)


def health(*items: PlanItem, **more: object) -> dict[str, CheckResult]:
    plan = HealthPlan(items=items, today=TODAY, **more)  # type: ignore[arg-type]
    return {one.id: one for one in plan_health(plan).checks}


def good(number: int = 1, **changed: object) -> PlanItem:
    return replace(GOOD, key=f"OPS-{number}", **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        pytest.param("P1", {"has_parent": False}, id="P1-no-parent-chain-to-a-deliverable"),
        pytest.param("P2", {"has_active_owner": False}, id="P2-no-active-owner"),
        pytest.param("P3", {"start": None}, id="P3-no-start"),
        pytest.param("P3", {"due": None}, id="P3-no-due-date"),
        pytest.param("P3", {"due": date(2026, 3, 1)}, id="P3-due-before-start"),
        pytest.param("P3", {"start": date(2026, 2, 1)}, id="P3-before-the-project"),
        pytest.param("P3", {"due": date(2026, 7, 1)}, id="P3-after-the-project"),
        pytest.param("P4", {"estimate": None}, id="P4-no-estimate"),
        pytest.param("P4", {"estimate": Decimal(0)}, id="P4-an-estimate-of-0"),
        pytest.param("P5", {"has_criteria": False}, id="P5-no-acceptance-criteria"),
        pytest.param("P11", {"is_hard_constrained": True}, id="P11-hard-constraint"),
        pytest.param("P12", {"total_float": Decimal("44.5")}, id="P12-high-float"),
        pytest.param("P13", {"total_float": -1}, id="P13-negative-float"),
        pytest.param("P14", {"baseline_duration": 45}, id="P14-long-duration"),
        pytest.param("P15", {"actual_start": date(2026, 3, 17)}, id="P15-begun-in-the-future"),
        pytest.param("P15", {"forecast_finish": date(2026, 3, 15)}, id="P15-forecast-in-the-past"),
        pytest.param("P16", {"has_resource": False, "estimate": None}, id="P16-no-resource"),
        pytest.param("P17", {"baseline_finish": date(2026, 3, 13)}, id="P17-not-finished-at-all"),
        pytest.param(
            "P17",
            {"baseline_finish": date(2026, 3, 12), "is_done": True, "actual_finish": date(2026, 3, 13)},
            id="P17-finished-late",
        ),
    ],
)
def test_a_check_names_the_items_that_fail_it(check: str, wrong: dict[str, object]) -> None:
    kept = good(2, baseline_finish=date(2026, 3, 13), actual_finish=date(2026, 3, 13)) if check == "P17" else good(2)

    found = health(good(1, **wrong), kept, start=date(2026, 3, 1), finish=date(2026, 6, 30))[check]

    assert (found.ratio.value, found.failing, found.holds) == (Decimal("0.5"), ("OPS-1",), False)


@pytest.mark.parametrize("check", ["P2", "P7", "P11", "P12", "P13", "P14"])
def test_done_work_is_outside_the_checks_of_what_is_incomplete(check: str) -> None:
    found = health(good(1, is_done=True, actual_finish=TODAY))[check]

    assert (found.ratio.reason, found.holds, found.failing) == ("not_applicable", None, ())


def test_where_nothing_is_known_of_constraints_none_are_claimed_to_be_absent() -> None:
    assert health(good(1, is_hard_constrained=None))["P11"].ratio.reason == "not_applicable"


def test_a_project_may_ask_for_shorter_durations() -> None:
    assert health(good(1, baseline_duration=11), longest=10)["P14"].failing == ("OPS-1",)
    assert health(good(1, baseline_duration=10), longest=10)["P14"].failing == ()


def test_budgets_must_be_set_and_keep_to_what_was_approved() -> None:
    accounts = [
        PlanItem(key=f"OPS-{n}", is_leaf=False, holds_budget=True, budget=amount)
        for n, amount in enumerate((Decimal(60), Decimal(0), Decimal(50)), 1)
    ]

    assert health(*accounts, budget=Decimal(110))["P6"].failing == ("OPS-2",)
    assert health(*accounts, budget=Decimal(109))["P6"].failing == ("OPS-1", "OPS-2", "OPS-3")


def test_work_without_predecessor_or_successor_fails_but_for_one_start_and_one_finish_milestone() -> None:
    begin, end = good(1, is_milestone=True), good(4, is_milestone=True)
    links = (Link(before="OPS-1", after="OPS-2"), Link(before="OPS-2", after="OPS-4"))

    found = health(begin, good(2), good(3), end, links=links)["P7"]

    assert (found.ratio.value, found.failing) == (Decimal("0.75"), ("OPS-3",))


def test_a_second_dangling_milestone_is_a_finding() -> None:
    links = (Link(before="OPS-1", after="OPS-3"), Link(before="OPS-2", after="OPS-3"))

    found = health(*(good(n, is_milestone=True) for n in (1, 2, 3)), links=links)["P7"]

    assert found.failing == ("OPS-2",)


def test_leads_lags_and_other_relations_are_shares_of_the_links() -> None:
    links = (
        Link(before="a", after="b", lag=-1),
        Link(before="b", after="c", lag=2),
        Link(before="c", after="d", type="SS"),
        Link(before="d", after="e"),
    )

    found = health(links=links)

    assert [(found[name].ratio.value, found[name].failing, found[name].holds) for name in ("P8", "P9", "P10")] == [
        (Decimal("0.75"), ("a→b",), False),
        (Decimal("0.75"), ("b→c",), False),
        (Decimal("0.75"), ("c→d",), False),
    ]


@pytest.mark.parametrize(("sound", "holds"), [(True, True), (False, False), (None, None)])
def test_the_critical_path_test_is_a_check_of_its_own(sound: bool | None, holds: bool | None) -> None:
    assert health(critical_path=sound)["P18"].holds is holds


def test_the_thresholds_are_those_of_the_table() -> None:
    found = health(good())

    assert {name: one.threshold for name, one in found.items()} == {
        **dict.fromkeys(("P1", "P2", "P3", "P6", "P8", "P13", "P15", "P16", "P18"), Decimal(1)),
        **dict.fromkeys(("P4", "P7", "P9", "P11", "P12", "P14", "P17"), Decimal("0.95")),
        **dict.fromkeys(("P5", "P10"), Decimal("0.90")),
    }


def test_a_ratio_on_its_threshold_holds() -> None:
    items = [good(n) for n in range(1, 20)]

    assert health(*items, good(20, estimate=None))["P4"].holds is True
    assert health(*items, good(20, estimate=None), good(21, estimate=None))["P4"].holds is False


def test_the_score_is_the_weighted_mean_of_the_ratios() -> None:
    policy = Policy(weights={f"P{n}": Decimal(0) for n in range(1, 19)} | {"P1": Decimal(3), "P2": Decimal(1)})
    plan = HealthPlan(items=(good(1, has_parent=False), good(2)), today=TODAY)

    assert plan_health(plan, policy).score.value == Decimal("0.625")


def test_a_must_check_below_its_threshold_fails_the_plan_whatever_the_score() -> None:
    account = PlanItem(key="OPS-9", is_leaf=False, holds_budget=True)
    plan = HealthPlan(items=(*(good(n) for n in range(1, 9)), account), today=TODAY)

    found = plan_health(plan)

    assert found.is_failed is True
    assert found.score.value is not None
    assert found.score.value > Decimal("0.8")
    assert plan_health(plan, Policy(musts=frozenset())).is_failed is False


def test_a_plan_without_anything_has_no_score() -> None:
    found = plan_health(HealthPlan(items=(), today=TODAY))

    assert (found.score.reason, found.is_failed) == ("no_data", False)
