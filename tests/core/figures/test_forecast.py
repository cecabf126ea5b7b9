import itertools
import time
from datetime import date
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.figures.forecast import (
    HORIZON,
    at_least,
    finish_date,
    forecast,
    merged,
    most_with,
    sums,
)
from connector.core.figures.reading import measured, null

WEEKS = [4, 0, 2, 7, 3, 3, 1, 5]
BACKLOGS = st.integers(1, 30)
SAMPLES = st.lists(st.integers(0, 6), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("total", "ways"), [pytest.param(6, 438), pytest.param(10, 243), pytest.param(15, 44), pytest.param(21, 1)]
)
def test_a_chance_is_the_share_of_all_ways_in_which_three_weeks_may_go(total: int, ways: int) -> None:
    assert sum(sum(three) >= total for three in itertools.product(WEEKS, repeat=3)) == ways
    assert at_least(WEEKS, 3, total) == Fraction(ways, 8**3)


def test_what_is_reached_with_a_chance_falls_as_the_chance_rises() -> None:
    found = [most_with(WEEKS, 6, percent) for percent in (50, 70, 85, 95)]

    assert found == sorted(found, reverse=True)
    assert [
        at_least(WEEKS, 6, total) * 100 >= percent for total, percent in zip(found, (50, 70, 85, 95), strict=True)
    ] == [True] * 4
    assert [
        at_least(WEEKS, 6, total + 1) * 100 >= percent for total, percent in zip(found, (50, 70, 85, 95), strict=True)
    ] == [False] * 4


def test_the_chance_of_a_total_is_that_of_a_backlog_of_as_many() -> None:
    found = forecast(16, WEEKS).probability(6).value

    assert found is not None
    assert abs(Fraction(found) - at_least(WEEKS, 6, 16)) < Fraction(1, 10**26)


def test_convolution_agrees_with_numpy() -> None:
    one = np.bincount(WEEKS) / len(WEEKS)
    all_six = np.array([1.0])
    for _ in range(6):
        all_six = np.convolve(all_six, one)

    assert np.allclose([float(p) for p in sums(WEEKS, 6)], all_six, rtol=0, atol=1e-12)


def numpy_done_by(backlog: int, samples: list[int], periods: int) -> list[float]:
    one, held, done = np.bincount(samples) / len(samples), np.array([1.0]), []
    for _ in range(periods):
        held = np.convolve(held, one)[:backlog]
        done.append(1 - held.sum())
    return done


@pytest.mark.parametrize(
    ("backlog", "samples"),
    [
        pytest.param(200, WEEKS, id="weeks"),
        pytest.param(120, [0, 0, 1, 1, 2, 3, 0, 5, 1, 0, 2, 1, 4] * 4, id="days-with-long-denominators"),
        pytest.param(7, [0, 0, 0, 0, 0, 1], id="mostly-zero"),
    ],
)
def test_the_forecast_agrees_with_numpy_even_after_many_periods(backlog: int, samples: list[int]) -> None:
    found = [float(one) for one in forecast(backlog, samples).done_by]

    assert np.allclose(found, numpy_done_by(backlog, samples, len(found)), rtol=0, atol=1e-11)


@given(BACKLOGS, SAMPLES)
@settings(max_examples=50)
def test_the_forecast_is_exact(backlog: int, samples: list[int]) -> None:
    found = forecast(backlog, samples).done_by[:3]

    for periods, chance in enumerate(found, 1):
        ways = [sum(one) >= backlog for one in product(samples, repeat=periods)]
        assert chance == Fraction(sum(ways), len(ways))


@given(BACKLOGS, SAMPLES)
@settings(max_examples=50)
def test_chances_and_percentiles_never_fall(backlog: int, samples: list[int]) -> None:
    found = forecast(backlog, samples)
    percentiles = [one for percent in range(5, 100, 5) if (one := found.periods(percent).value) is not None]

    assert found.done_by == sorted(found.done_by)
    assert percentiles == sorted(percentiles)


@given(BACKLOGS, SAMPLES, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_samples_never_matters(backlog: int, samples: list[int], chance) -> None:
    assert forecast(backlog, samples).done_by == forecast(backlog, chance.sample(samples, len(samples))).done_by


def test_a_percentile_that_is_reached_exactly_is_reached() -> None:
    assert forecast(2, [1, 3]).periods(50).value == 1  # one of two ways; no rounding may lose it


def test_always_the_same_throughput_needs_backlog_by_throughput_periods() -> None:
    found = forecast(10, [3, 3, 3, 3, 3, 3])

    assert [found.periods(percent).value for percent in (1, 50, 85, 99)] == [4, 4, 4, 4]
    assert (found.probability(3).value, found.probability(4).value, found.probability(0).value) == (0, 1, 0)


def test_periods_without_a_finish_count_as_samples() -> None:
    assert forecast(4, [2]).periods(50).value == 2
    assert (forecast(4, [2, 0]).periods(50).value or 0) > 2


def test_all_samples_0_or_none_at_all_give_no_forecast() -> None:
    for samples in ([0, 0, 0, 0, 0, 0], []):
        found = forecast(5, samples)

        assert (found.periods(85).reason, found.probability(3).reason) == ("no_data", "no_data")


def test_a_backlog_of_0_is_finished() -> None:
    found = forecast(0, WEEKS)

    assert (found.periods(85).reason, found.probability(3).reason) == ("finished", "finished")


@pytest.mark.parametrize(("samples", "is_low"), [(5, True), (6, False)])
def test_fewer_than_6_samples_are_of_low_confidence(samples: int, is_low: bool) -> None:
    assert forecast(5, [2] * samples).periods(85).is_low_confidence is is_low


def test_a_backlog_beyond_the_horizon_has_no_date() -> None:
    found = forecast(500, [0] * 59 + [1])

    assert (len(found.done_by), found.periods(50).reason, found.periods(50).notes) == (
        HORIZON,
        "no_data",
        ("beyond_horizon",),
    )


def test_numbers_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        forecast(-1, WEEKS)
    with pytest.raises(ValueError, match="below zero"):
        forecast(5, [3, -1])
    with pytest.raises(ValueError, match="at least one sample"):
        sums([], 3)


def test_a_forecast_falls_on_the_last_working_day_of_its_period() -> None:
    ends = [date(2026, 3, 20), date(2026, 3, 27), date(2026, 4, 3)]

    assert finish_date(ends, measured(2)) == date(2026, 3, 27)
    assert finish_date(ends, measured(4)) is None
    assert finish_date(ends, null("finished")) is None


def test_independent_paths_are_all_done_with_the_product_of_their_chances() -> None:
    assert merged([Fraction(1, 2), Fraction(4, 5)]) == Fraction(2, 5)


def test_an_exact_forecast_of_200_items_takes_5_ms_at_most() -> None:
    def taken_s() -> float:
        began = time.process_time()
        forecast(200, WEEKS)
        return time.process_time() - began

    assert min(taken_s() for _ in range(5)) <= 0.005
