from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pages.languages import translate
from connector.pages.numbers import Numbers


@pytest.mark.parametrize(
    ("value", "unit", "name", "shown"),
    [
        pytest.param("0.87654", "ratio", "on_time_rate", "88%", id="a-share-in-whole-percent"),
        pytest.param("0.87654", "ratio", "cpi", "0.88", id="an-index-as-it-is"),
        pytest.param("1234", "count", "overdue", "1,234", id="a-count"),
        pytest.param("2.25", "days", "cycle_time", "2.3", id="days-to-a-tenth"),
        pytest.param("3", "per week", "throughput", "3", id="no-empty-decimals"),
    ],
)
def test_a_quantity_has_the_precision_of_its_unit(value: str, unit: str, name: str, shown: str) -> None:
    assert Numbers("en").quantity(Decimal(value), unit, name) == shown


@pytest.mark.parametrize(
    ("value", "bound", "shown"),
    [
        pytest.param("0.8999", "0.9", "89.99%", id="just-below"),
        pytest.param("0.9001", "0.9", "90.01%", id="just-above"),
        pytest.param("0.9012345", "0.9", "90.1%", id="no-more-digits-than-it-takes"),
        pytest.param("0.9", "0.9", "90%", id="on-it"),
        pytest.param("0.8949", "0.9", "89%", id="far-enough"),
    ],
)
def test_rounding_never_carries_a_value_over_a_bound(value: str, bound: str, shown: str) -> None:
    assert Numbers("en").quantity(Decimal(value), "ratio", bounds=(Decimal(bound),)) == shown


@pytest.mark.parametrize(
    ("bound", "unit", "shown"),
    [
        (">= 0.975", "ratio", "≥ 97.5%"),
        ("<= 0", "count", "≤ 0"),
        ("< 2.5", "days", "< 2.5 days"),
        ("about 3", "count", "about 3"),
    ],
)
def test_a_bound_is_shown_with_all_its_digits(bound: str, unit: str, shown: str) -> None:
    assert translate("en").threshold(bound, unit) == shown


@given(st.decimals(0, 1, places=4))
def test_a_bar_is_full_only_when_all_is_done_and_empty_only_when_nothing_is(share: Decimal) -> None:
    bar = Numbers("zh_CN").bar(share)

    assert len(bar) == 10
    assert (bar == "█" * 10, bar == "░" * 10) == (share == 1, share == 0)
