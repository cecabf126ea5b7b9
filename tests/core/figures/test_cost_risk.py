import numpy as np
import pytest

from connector.core.figures.cost_risk import (
    CostRisk,
    Plan,
    emv_of,
    risk_adjusted_cost,
    second_moment,
    total_cost,
)
from connector.core.figures.draws import Spread

RISKS = [
    CostRisk(key="a", probability=0.3, cost=Spread(low=10, likely=20, high=60)),
    CostRisk(key="b", probability=0.5, cost=Spread(low=-20, likely=-10, high=0)),
]


def test_the_second_moment_of_three_correlated_tasks_is_reproduced() -> None:
    # P. Govan, PRA, "Second moment method": means 10, 15, 20 and variances 4, 9, 16.
    found = second_moment([10, 15, 20], [4, 9, 16], [[1, 0.5, 0.3], [0.5, 1, 0.4], [0.3, 0.4, 1]])

    assert (found.mean, round(found.variance, 2), round(found.deviation, 2)) == (45, 49.4, 7.03)


def test_correlation_changes_the_spread_and_never_the_mean() -> None:
    loose, tight = (second_moment([10, 15], [4, 9], [[1, r], [r, 1]]) for r in (0, 0.9))

    assert loose.mean == tight.mean == 25
    assert loose.variance < tight.variance


def test_the_mean_cost_is_the_base_and_the_expected_money_of_the_risks() -> None:
    found = risk_adjusted_cost(Plan(base=1000), RISKS, seed=5, trials=40_000)

    assert emv_of(RISKS) == pytest.approx({"a": 9, "b": -5})
    assert found.mean == pytest.approx(1004, abs=0.4)


def test_contingency_is_the_80th_percentile_less_the_base() -> None:
    found = risk_adjusted_cost(Plan(base=1000), RISKS[:1], seed=5, trials=40_000)

    assert found.contingency() == found.cost(80) - 1000
    assert found.contingency(50) == 0  # at 70 % nothing happens
    assert 0 < found.contingency() < found.contingency(95) < 60


def test_certain_costs_need_no_luck() -> None:
    sure = CostRisk(key="a", probability=1, cost=Spread(low=7, likely=7, high=7))

    assert risk_adjusted_cost(Plan(base=100), [sure], seed=1, trials=20).costs == (107.0,) * 20


def test_delay_costs_what_the_same_trial_is_late() -> None:
    plan = Plan(base=100, burn=10, delays=(0, 1, 2, 3))

    assert risk_adjusted_cost(plan, [], seed=1, trials=4).costs == (100, 110, 120, 130)
    with pytest.raises(ValueError, match="4 delays for 5 trials"):
        risk_adjusted_cost(plan, [], seed=1, trials=5)


def test_correlated_estimates_keep_the_mean_and_widen_the_spread() -> None:
    lines = (Spread(low=-10, likely=0, high=10),) * 3
    together = tuple(tuple(1.0 if i == j else 0.8 for j in range(3)) for i in range(3))

    loose = risk_adjusted_cost(Plan(base=100, uncertainty=lines), [], seed=6)
    tight = risk_adjusted_cost(Plan(base=100, uncertainty=lines, correlation=together), [], seed=6)

    assert tight.mean == pytest.approx(loose.mean, abs=1e-9)
    assert np.std(tight.costs) > 1.4 * np.std(loose.costs)


def test_the_same_seed_gives_the_same_costs_whatever_the_order_of_the_risks() -> None:
    first, back = (risk_adjusted_cost(Plan(base=1000), risks, seed=5, trials=300) for risks in (RISKS, RISKS[::-1]))

    assert first == back
    assert first != risk_adjusted_cost(Plan(base=1000), RISKS, seed=6, trials=300)


def test_a_programmes_cost_is_the_sum_trial_by_trial() -> None:
    assert total_cost([[1, 2], [10, 20]]) == [11, 22]
