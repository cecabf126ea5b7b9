from datetime import date

import numpy as np
import pytest

from connector.core.figures.draws import Draws, Spread, correlated, percentile_of, quantile, seed_of

TRIALS = 20_000


def test_the_seed_depends_on_project_data_date_and_method_and_on_nothing_else() -> None:
    seed = seed_of("10001", date(2026, 3, 16))

    assert seed == 13_728_706_880_268_288_659
    assert len({seed, seed_of("10002", date(2026, 3, 16)), seed_of("10001", date(2026, 3, 17))}) == 3
    assert seed_of("10001", date(2026, 3, 16), "2") != seed


def test_the_same_seed_gives_the_same_numbers_for_ever() -> None:
    draws = Draws(7)

    assert draws.uniform(3).tolist() == [0.625095466604667, 0.8972138009695755, 0.7756856902451935]
    assert draws.picks([1, 2, 3], 5).tolist() == [1, 1, 3, 1, 3]


def test_uniform_numbers_are_uniform() -> None:
    found = Draws(1).uniform(TRIALS)

    assert (found.min() >= 0, found.max() < 1) == (True, True)
    assert found.mean() == pytest.approx(0.5, abs=0.01)
    assert found.var() == pytest.approx(1 / 12, abs=0.005)


@pytest.mark.parametrize(
    ("spread", "variance"),
    [
        pytest.param(Spread(low=2, likely=4, high=12), (4 + 16 + 144 - 8 - 24 - 48) / 18, id="triangle"),
        pytest.param(Spread(low=5, likely=5, high=5), 0, id="certain"),
        pytest.param(Spread(low=0, likely=0, high=6), 2, id="likely-is-low"),
    ],
)
def test_a_triangle_has_its_mean_and_variance(spread: Spread, variance: float) -> None:
    found = Draws(3).spread(spread, TRIALS)

    assert found.mean() == pytest.approx(spread.mean, abs=0.06)
    assert found.var() == pytest.approx(variance, rel=0.04)
    assert spread.low <= found.min() <= found.max() <= spread.high


def test_a_pert_beta_has_the_mean_of_one_four_one_and_keeps_within_its_ends() -> None:
    spread = Spread(low=2, likely=4, high=12, is_beta=True)
    found = Draws(3).spread(spread, TRIALS)

    assert spread.mean == 5
    assert found.mean() == pytest.approx(5, abs=0.05)
    assert 2 <= found.min() <= found.max() <= 12


def test_quantiles_run_from_low_over_the_middle_to_high() -> None:
    middle = quantile(Spread(low=0, likely=5, high=10, is_beta=True), np.array([0.0, 0.5, 1.0]))

    assert middle.tolist() == pytest.approx([0, 5, 10], abs=1e-6)
    assert quantile(Spread(low=0, likely=5, high=10), np.array([0.0, 0.5, 1.0])).tolist() == [0, 5, 10]


def test_an_estimate_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="out of order; give low, likely, high"):
        Spread(low=3, likely=2, high=5)


def test_percentiles_of_trials_are_of_the_nearest_rank() -> None:
    assert [percentile_of(np.arange(1, 11), percent) for percent in (1, 50, 85, 100)] == [1, 5, 9, 10]


def test_correlation_keeps_every_columns_own_values_and_so_never_changes_the_mean() -> None:
    draws = Draws(5)
    columns = [draws.spread(Spread(low=1, likely=2, high=9), TRIALS) for _ in range(3)]
    wanted = [[1, 0.5, 0.3], [0.5, 1, 0.4], [0.3, 0.4, 1]]

    found = correlated(draws, columns, wanted)

    assert all(np.array_equal(np.sort(one), np.sort(two)) for one, two in zip(columns, found, strict=True))
    assert np.sum(found) == pytest.approx(np.sum(columns), rel=1e-12)
    assert np.allclose(np.corrcoef(found), wanted, atol=0.04)
