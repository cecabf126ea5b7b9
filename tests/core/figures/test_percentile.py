from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.percentile import nearest_rank, percentile


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=200), st.integers(1, 100))
def test_nearest_rank_is_numpys_inverted_cdf(values: list[int], percent: int) -> None:
    # numpy multiplies by percent / 100 in binary, so that exact ranks are compared by counting instead.
    found = nearest_rank(values, percent)

    assert sum(one <= found for one in values) * 100 >= percent * len(values)
    assert sum(one < found for one in values) * 100 < percent * len(values)
    if percent * len(values) % 100:
        assert found == np.percentile(values, percent, method="inverted_cdf")


def test_nearest_rank_differs_from_a_spreadsheets_interpolation() -> None:
    values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

    assert (nearest_rank(values, 85), float(np.percentile(values, 85))) == (9, pytest.approx(8.65))


def test_a_percentile_of_nothing_is_an_error_and_not_a_number() -> None:
    with pytest.raises(ValueError, match="at least one"):
        nearest_rank([], 50)


@given(st.lists(st.integers(0, 400), min_size=8, max_size=40), st.integers(1, 99))
def test_percentiles_never_fall_as_the_rank_grows(values: list[int], percent: int) -> None:
    samples = {str(n): Decimal(one) for n, one in enumerate(values)}
    low, high = percentile(samples, percent).value, percentile(samples, percent + 1).value

    assert low is not None
    assert high is not None
    assert low <= high
