from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from connector.core.figures.figure import Figure
from connector.core.figures.quantity import MixedUnits, money
from connector.core.figures.reading import Reading, covered, figure, mean, measured, null, quotient, ratio_of, share

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def test_a_reading_has_a_value_or_a_reason_and_never_both() -> None:
    with pytest.raises(ValueError, match="a value or a reason"):
        Reading(value=Decimal(1), reason="no_data")
    with pytest.raises(ValueError, match="a value or a reason"):
        Reading(value=None)


@pytest.mark.parametrize(
    ("used", "reason", "is_low"),
    [
        pytest.param(10, None, False, id="all"),
        pytest.param(8, None, False, id="80-percent"),
        pytest.param(7, None, True, id="under-80-percent-is-low-confidence"),
        pytest.param(5, None, True, id="50-percent"),
        pytest.param(4, "low_coverage", True, id="under-50-percent-is-null"),
    ],
)
def test_coverage_under_80_percent_is_low_confidence_and_under_50_null(used: int, reason: str, is_low: bool) -> None:
    found = covered(measured(1, used=used, total=10))

    assert (found.reason, found.is_low_confidence) == (reason, is_low)


def test_a_share_carries_its_numerator_and_what_was_left_out() -> None:
    found = share(["a"], ["a", "b"], left_out=["c"])

    assert found == measured(Decimal("0.5"), used=2, behind=["a"], left_out=["c"])
    assert found.total == 3


def test_a_share_of_nothing_is_null_and_not_zero() -> None:
    assert share([], []) == null("no_data")


def test_a_division_by_zero_is_null() -> None:
    assert (quotient(1, 0).reason, quotient(1, 0, empty="not_started").reason) == ("div_zero", "not_started")
    assert mean([]).reason == "no_data"


def test_numbers_keep_their_full_precision() -> None:
    assert (quotient(1, 3).value, mean([1, Fraction(1, 3)]).value) == (Decimal(1) / 3, Decimal(2) / 3)


def test_amounts_of_several_currencies_are_not_divided() -> None:
    assert ratio_of(money(3, "CNY"), money(4, "CNY")).value == Decimal("0.75")
    with pytest.raises(MixedUnits):
        ratio_of(money(3, "CNY"), money(4, "USD"))


def test_a_reading_becomes_a_figure_with_name_unit_moment_and_query() -> None:
    reading = share(["a"], ["a", "b"], left_out=["c"], notes=["young_cohort"])

    found = figure(reading, name="x", unit="ratio", as_of=NOW, query="project = OPS")

    assert found == Figure(
        name="x",
        unit="ratio",
        as_of=NOW,
        value=Decimal("0.5"),
        used=2,
        total=3,
        query="project = OPS",
        issues=("a",),
        left_out=("c",),
        notes=("young_cohort",),
    )
