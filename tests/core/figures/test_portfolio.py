from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.portfolio import (
    Counted,
    Part,
    added_up,
    by_department,
    coverage,
    distinct,
    pooled_percentile,
    rolled_up,
    rolled_up_counts,
    shared_by_load,
    summed_curve,
    worst,
    worst_light,
)
from connector.core.figures.quantity import MixedUnits, hours, money, points
from connector.core.figures.reading import Reading


def part(project: str, ev: int | None, pv: int | None, currency: str = "CNY") -> Part:
    ends = [None if one is None else money(one, currency) for one in (ev, pv)]
    return Part(project=project, numerator=ends[0], denominator=ends[1])


def only(parts: list[Part]) -> Reading:
    (found,) = rolled_up(parts).values()
    return found


def test_indices_roll_up_from_sums_and_are_never_averaged() -> None:
    small, large = part("small", 20, 10), part("large", 500, 1000)

    found = only([small, large])

    assert (small.ratio, large.ratio) == (2, Decimal("0.5"))
    assert (found.value, found.behind) == (Decimal(520) / 1010, ("small", "large"))


def test_different_units_and_currencies_are_separate_groups() -> None:
    in_points = Part(project="c", numerator=points(3), denominator=points(4))
    found = rolled_up([part("a", 1, 2), part("b", 3, 4, "USD"), in_points])

    assert {str(kind): one.value for kind, one in found.items()} == {
        "CNY": Decimal("0.5"),
        "USD": Decimal("0.75"),
        "points": Decimal("0.75"),
    }


def test_a_ratio_of_hours_and_money_is_refused() -> None:
    mixed = Part(project="a", numerator=hours(3), denominator=money(4, "CNY"))

    with pytest.raises(MixedUnits):
        rolled_up([mixed])
    with pytest.raises(MixedUnits):
        print(mixed.ratio)


def test_projects_without_the_figure_are_left_out_and_named() -> None:
    found = only([part("a", 1, 2), part("b", None, 2), part("c", 1, None)])

    assert (found.value, found.used, found.total, found.left_out) == (Decimal("0.5"), 1, 3, ("b", "c"))
    assert part("b", None, 2).ratio is None
    assert rolled_up([part("b", None, 2)]) == {}


def test_denominators_that_add_up_to_0_give_no_ratio() -> None:
    assert only([part("a", 1, 0)]).reason == "div_zero"
    assert part("a", 1, 0).ratio is None


def test_the_on_time_rate_of_a_portfolio_is_all_kept_of_all_due() -> None:
    found = rolled_up_counts(
        [
            Counted(project="a", numerator=1, denominator=1),
            Counted(project="b", numerator=0, denominator=9),
            Counted(project="c", numerator=0, denominator=0),
        ]
    )

    assert (found.value, found.behind, found.total) == (Decimal("0.1"), ("a", "b"), 3)
    assert rolled_up_counts([]).reason == "no_data"


def test_emv_adds_apart_for_each_currency() -> None:
    found = added_up({"a": money(5, "CNY"), "b": money(7, "USD"), "c": money(2, "CNY")})

    assert {str(kind): total.amount for kind, total in found.items()} == {"CNY": 7, "USD": 7}


def test_percentiles_are_of_the_pooled_items_and_an_issue_in_two_projects_counts_once() -> None:
    quick = {str(n): 1 for n in range(9)}
    slow = {"0": 1, "100": 50}

    found = pooled_percentile({"a": quick, "b": slow}, 85)

    assert (found.value, found.used) == (1, 10)


def test_issues_in_two_projects_are_counted_once_in_their_order() -> None:
    assert distinct(["a1", "b2", "c1", "d3"], identity=lambda one: one[1:]) == ["a1", "b2", "d3"]


def test_curves_are_added_on_one_calendar_axis_and_keep_their_last_value() -> None:
    first = {date(2026, 3, 2): Decimal(10), date(2026, 3, 16): Decimal(30)}
    second = {date(2026, 3, 9): Decimal(5)}

    assert summed_curve([first, second]) == {
        date(2026, 3, 2): 10,
        date(2026, 3, 9): 15,
        date(2026, 3, 16): 35,
    }
    assert summed_curve([]) == {}


def test_coverage_is_projects_with_a_baseline_of_all() -> None:
    assert coverage(["a", "elsewhere"], ["a", "b", "c", "d"]).value == Decimal("0.25")
    assert coverage([], []).reason == "no_data"


def test_the_worst_five_are_named_worst_first() -> None:
    values = {key: None if key == "x" else Decimal(n) for n, key in enumerate("abcdefx")}

    assert worst(values) == ["a", "b", "c", "d", "e"]
    assert worst(values, higher_is_better=False, n=2) == ["f", "e"]


def test_a_portfolios_light_is_the_worst_and_not_the_mean() -> None:
    assert worst_light(["green", "green", "red", "grey"]) == "red"
    assert worst_light(["green", "amber"]) == "amber"
    assert (worst_light(["green", "grey"]), worst_light(["grey"]), worst_light([])) == ("green", "grey", "grey")


def test_projects_belong_to_the_department_of_their_lead() -> None:
    found = by_department({"a": "li", "b": "wang", "c": "li", "d": "zhou"}, {"li": "Sales", "wang": "IT"})

    assert found == {"Sales": ["a", "c"], "IT": ["b"], "": ["d"]}


def test_shared_people_count_by_their_share_of_load() -> None:
    assert shared_by_load({"a": Decimal(30), "b": Decimal(10)}, Decimal(8)) == {"a": 6, "b": 2}
    assert shared_by_load({"a": Decimal(0)}, Decimal(8)) == {}


PARTS = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), min_size=1, max_size=10)


@given(PARTS)
def test_the_portfolios_ratio_lies_between_those_of_its_parts(sums: list[tuple[int, int]]) -> None:
    parts = [part(str(n), *one) for n, one in enumerate(sums)]
    ratios = [one.ratio for one in parts if one.ratio is not None]
    found = only(parts).value

    assert found is not None
    assert min(ratios) <= found <= max(ratios)


@given(PARTS, st.randoms(use_true_random=False))
def test_the_order_of_projects_never_matters(sums: list[tuple[int, int]], chance) -> None:
    parts = [part(str(n), *one) for n, one in enumerate(sums)]
    mixed = chance.sample(parts, len(parts))

    assert [one.value for one in rolled_up(parts).values()] == [one.value for one in rolled_up(mixed).values()]
