from dataclasses import replace
from decimal import Decimal

import pytest

from connector.core.figures.figure import Figure, round_half_up
from connector.store.coding import decode_tagged, encode, rebuild
from tests.core.build import NOW

FIGURE = Figure(
    name="ev",
    unit="money",
    as_of=NOW,
    value=Decimal("120.50"),
    used=3,
    total=4,
    query="project = OPS",
    issues=("OPS-1",),
    left_out=("OPS-2",),
    currency="CNY",
    value_share=Decimal("0.9"),
    why_left_out={"OPS-2": "no_estimate"},
    notes=("provisional_baseline",),
    rules="abc",
)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [("0.045", 2, "0.05"), ("-0.045", 2, "-0.05"), ("1.025", 2, "1.03"), ("0.9499", 2, "0.95"), ("2.5", 0, "3")],
)
def test_a_half_is_rounded_up_for_display(value: str, places: int, shown: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == shown


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_never_a_value(value: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        replace(FIGURE, value=Decimal(value))


@pytest.mark.parametrize(
    ("used", "total", "share", "is_low"),
    [
        pytest.param(4, 5, None, False, id="80-percent-of-the-issues"),
        pytest.param(3, 4, None, True, id="fewer"),
        pytest.param(4, 5, "0.79", True, id="too-little-of-the-value"),
        pytest.param(0, 0, None, False, id="of-nothing"),
    ],
)
def test_less_than_80_percent_covered_is_low_confidence(used: int, total: int, share: str | None, is_low: bool) -> None:
    covered = None if share is None else Decimal(share)

    assert replace(FIGURE, used=used, total=total, value_share=covered).is_low_confidence is is_low


def test_a_figure_is_kept_with_all_it_says() -> None:
    assert rebuild(Figure, decode_tagged(encode(FIGURE))) == FIGURE


def test_a_figure_kept_before_it_could_say_so_much_is_still_read() -> None:
    old = {"name": "ev", "unit": "hours", "as_of": NOW, "value": Decimal(1), "reason": None, "used": 1, "total": 1}

    assert rebuild(Figure, old) == Figure(name="ev", unit="hours", as_of=NOW, value=Decimal(1), used=1, total=1)
