from decimal import Decimal

import pytest

from connector.core.figures.risk_response import (
    STRATEGY_NAMES,
    Assessed,
    Response,
    levels,
    response_effect,
    strategy_faults,
)

# MBS Academy, "What is the difference between inherent and residual risk": a flood wall.
BEFORE = Assessed(probability=Decimal("0.1"), impact=Decimal(2_000_000))
AFTER = Assessed(probability=Decimal("0.05"), impact=Decimal(2_000_000))
NOTHING = Assessed()


def test_the_flood_wall_is_reproduced_with_both_readings_of_residual_risk() -> None:
    found = response_effect(BEFORE, AFTER, Decimal(20_000))

    assert (BEFORE.product.value, AFTER.product.value) == (200_000, 100_000)
    assert found.residual_and_cost.value == 120_000
    assert (found.reduction.value, found.net_benefit.value, found.leverage.value) == (100_000, 80_000, 5)
    assert found.is_worthwhile is True


def test_a_wall_that_costs_more_than_it_saves_is_not_worthwhile() -> None:
    found = response_effect(BEFORE, AFTER, Decimal(120_000))

    assert (found.residual_and_cost.value, found.net_benefit.value) == (220_000, -20_000)
    assert found.is_worthwhile is False


def test_a_response_of_cost_0_has_no_leverage() -> None:
    found = response_effect(BEFORE, AFTER, Decimal(0))

    assert (found.net_benefit.value, found.leverage.reason) == (100_000, "div_zero")


def test_without_a_cost_only_the_reduction_is_known() -> None:
    found = response_effect(BEFORE, AFTER, None)

    assert (found.reduction.value, found.net_benefit.reason, found.is_worthwhile) == (100_000, "no_estimate", None)
    assert response_effect(BEFORE, NOTHING, Decimal(1)).reduction.reason == "no_estimate"


def test_the_residual_counts_only_when_the_response_is_done() -> None:
    planned = levels(BEFORE, AFTER, NOTHING, Response(strategy="mitigate"))
    done = levels(BEFORE, AFTER, NOTHING, Response(strategy="mitigate", is_done=True))

    assert (planned.residual.value, planned.planned_residual.value) == (200_000, 100_000)
    assert (done.residual.value, done.inherent.value, done.target.reason) == (100_000, 200_000, "no_estimate")


GONE = Assessed(probability=Decimal(0), impact=Decimal(5))


@pytest.mark.parametrize(
    ("response", "after", "level", "faults"),
    [
        pytest.param(Response(), AFTER, "low", ("no_strategy",), id="none"),
        pytest.param(Response(strategy="avoid"), AFTER, "low", ("avoided_yet_residual",), id="avoid-leaves-something"),
        pytest.param(Response(strategy="avoid"), GONE, "low", (), id="avoid"),
        pytest.param(Response(strategy="transfer"), AFTER, "low", ("no_counterparty",), id="transfer-to-nobody"),
        pytest.param(Response(strategy="transfer", counterparty="Insurer"), AFTER, "high", (), id="transfer"),
        pytest.param(
            Response(strategy="accept", is_active_acceptance=True),
            AFTER,
            "low",
            ("no_contingency_plan",),
            id="active-acceptance-without-a-plan",
        ),
        pytest.param(
            Response(strategy="accept"), AFTER, "high", ("accepted_high_without_sponsor",), id="high-accepted-quietly"
        ),
        pytest.param(Response(strategy="accept", has_sponsor_approval=True), AFTER, "high", (), id="high-approved"),
        pytest.param(Response(strategy="accept"), AFTER, "medium", (), id="passive-acceptance"),
        pytest.param(Response(strategy="exploit"), AFTER, "low", ("strategy_of_other_kind",), id="for-opportunities"),
        pytest.param(Response(strategy="mitigate"), AFTER, "high", (), id="mitigate"),
    ],
)
def test_a_strategy_must_fit_what_was_planned(
    response: Response, after: Assessed, level: str, faults: tuple[str, ...]
) -> None:
    assert strategy_faults(response, after, level, is_threat=True) == faults  # type: ignore[arg-type]


def test_opportunities_have_strategies_of_their_own() -> None:
    assert strategy_faults(Response(strategy="enhance"), NOTHING, None, is_threat=False) == ()
    assert strategy_faults(Response(strategy="mitigate"), NOTHING, None, is_threat=False) == ("strategy_of_other_kind",)


def test_strategies_are_known_by_their_chinese_names() -> None:
    assert [STRATEGY_NAMES[one] for one in ("规避", "转移", "减轻", "缓解", "接受", "上报")] == [
        "avoid",
        "transfer",
        "mitigate",
        "mitigate",
        "accept",
        "escalate",
    ]
