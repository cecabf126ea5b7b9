from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.figure import round_half_up
from connector.core.figures.network import Activity, Link, schedule
from connector.core.figures.pert import (
    BadEstimate,
    PathEstimate,
    ThreePoint,
    expected,
    path,
    probability_by,
    triangular_mean,
    triangular_variance,
    variance,
)
from connector.core.figures.reading import decimal_of

# Wikipedia, "Program evaluation and review technique": seven tasks (optimistic, most likely, pessimistic) and who they
# follow.
SEVEN = {
    "A": (2, 4, 6),
    "B": (3, 5, 9),
    "C": (4, 5, 7),
    "D": (4, 6, 10),
    "E": (4, 5, 7),
    "F": (3, 4, 8),
    "G": (3, 5, 8),
}
FOLLOWS = [("A", "C"), ("A", "D"), ("B", "E"), ("C", "E"), ("D", "F"), ("E", "G")]


def three(optimistic: object, likely: object, pessimistic: object) -> ThreePoint:
    return ThreePoint(
        optimistic=Decimal(str(optimistic)), likely=Decimal(str(likely)), pessimistic=Decimal(str(pessimistic))
    )


def test_the_seven_tasks_have_the_printed_expected_times() -> None:
    found = {name: str(round_half_up(decimal_of(expected(three(*points))), 2)) for name, points in SEVEN.items()}

    assert found == {"A": "4.00", "B": "5.33", "C": "5.17", "D": "6.33", "E": "5.17", "F": "4.50", "G": "5.17"}


def test_the_seven_tasks_critical_path_is_aceg_and_unrounded_times_are_added() -> None:
    """The article prints 19.51, the sum of rounded times; the sum is 19.50."""
    times = {name: decimal_of(expected(three(*points))) for name, points in SEVEN.items()}
    links = [Link(before=one, after=other) for one, other in FOLLOWS]

    found = schedule([Activity(id=name, duration=days) for name, days in times.items()], links)

    assert found.path == ("A", "C", "E", "G")
    assert path(three(*SEVEN[name]) for name in found.path).mean == Fraction(39, 2)


def test_a_paths_variance_is_the_sum_of_its_activities() -> None:
    assert path([three(2, 4, 6), three(4, 5, 7)]).variance == Fraction(4, 9) + Fraction(1, 4)
    assert variance(three(3, 5, 9)) == 1


def test_the_triangular_distribution_has_a_mean_and_variance_of_its_own() -> None:
    assert (triangular_mean(three(3, 5, 10)), triangular_variance(three(3, 5, 10))) == (6, Fraction(13, 6))


@pytest.mark.parametrize(("deadline", "share"), [("10", "0.5000"), ("12", "0.8413"), ("8", "0.1587")])
def test_the_probability_of_a_date_comes_from_the_normal_distribution(deadline: str, share: str) -> None:
    found = probability_by(PathEstimate(mean=Fraction(10), variance=Fraction(4)), Decimal(deadline)).value

    assert found is not None
    assert str(round_half_up(found, 4)) == share


def test_where_nothing_is_uncertain_a_date_is_kept_or_not() -> None:
    sure = path([three(5, 5, 5)])

    assert [probability_by(sure, Decimal(day)).value for day in (4, 5)] == [0, 1]


def test_three_points_out_of_order_are_refused() -> None:
    with pytest.raises(BadEstimate, match="in this order"):
        three(5, 4, 6)


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=3).map(sorted))
def test_an_expected_time_lies_between_its_ends(points: list[int]) -> None:
    estimate = three(*points)

    assert points[0] <= expected(estimate) <= points[2]
    assert points[0] <= triangular_mean(estimate) <= points[2]
    assert triangular_variance(estimate) >= 0
