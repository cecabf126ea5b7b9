from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.flow import (
    Closure,
    FlowItem,
    Period,
    age_days,
    ages,
    bulk_closures,
    cycle_days,
    cycle_percentile,
    days_both_ends,
    lead_days,
    lead_percentile,
    littles_law,
    mean_throughput,
    service_level,
    straight_to_done,
    swapped,
    throughput,
    whole_weeks,
    wip_series,
    work_in_progress,
)
from connector.core.figures.percentile import nearest_rank

NEW_YEARS_EVE = date(2014, 12, 31)
MONDAY = date(2026, 3, 16)
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)

# Start and end of ten items as days of 2015, the last one open; worked out by hand with both ends counted.
SPANS = "14-20 21-22 22-22 20-23 26-26 23-26 28-39 29-33 33-35 35-"
CYCLE_TIMES = [7, 2, 1, 4, 1, 4, 12, 5, 3]
BY_WEEK = [4, 2, 2, 1]


def of_year(day: str) -> date | None:
    return NEW_YEARS_EVE + timedelta(days=int(day)) if day else None


def spans() -> list[FlowItem]:
    ends = [one.split("-") for one in SPANS.split()]
    return [
        FlowItem(key=f"{n}", started=of_year(start), finished=of_year(end)) for n, (start, end) in enumerate(ends, 1)
    ]


def weeks_of_2015() -> list[Period]:
    """Four weeks from 18 January, as a spreadsheet counts them: from Sunday to Saturday."""
    first = date(2015, 1, 18)
    return [
        Period(first=first + timedelta(weeks=n), last=first + timedelta(weeks=n, days=6)) for n in range(len(BY_WEEK))
    ]


def took(key: str, days: int, *, finished: date = MONDAY) -> FlowItem:
    return FlowItem(key=key, started=finished - timedelta(days=days - 1), finished=finished)


def test_a_cycle_time_counts_both_ends() -> None:
    found = [days_both_ends(one.started, one.finished) for one in spans() if one.started and one.finished]

    assert found == CYCLE_TIMES


def test_throughput_by_week_counts_finished_items_only() -> None:
    assert throughput(spans(), weeks_of_2015()) == BY_WEEK


@pytest.mark.parametrize(("percent", "days"), [(50, 4), (70, 5), (85, 7), (95, 12)])
def test_percentiles_are_of_the_nearest_rank(percent: int, days: int) -> None:
    found = cycle_percentile(spans(), percent)

    assert (found.value, found.used) == (days, 9)
    assert nearest_rank(CYCLE_TIMES, percent) == days


def test_an_item_finished_before_its_start_is_a_finding_and_has_no_cycle_time() -> None:
    turned = FlowItem(key="1", started=MONDAY, finished=MONDAY - timedelta(days=1))

    assert swapped([turned, *spans()]) == ("1",)
    assert cycle_days(turned) is None


def test_work_that_starts_and_ends_on_one_day_takes_one_day() -> None:
    assert cycle_days(took("1", 1)) == 1


def test_lead_time_runs_from_creation_and_cycle_time_from_the_start() -> None:
    item = FlowItem(key="1", created=date(2026, 3, 1), started=date(2026, 3, 10), finished=date(2026, 3, 12))

    assert (lead_days(item), cycle_days(item)) == (12, 3)


def test_lead_time_of_an_import_that_was_finished_before_it_was_made_is_unknown() -> None:
    assert lead_days(FlowItem(key="1", created=MONDAY, finished=date(2026, 3, 1))) is None


def test_age_counts_both_ends_and_only_for_unfinished_items() -> None:
    items = [
        FlowItem(key="new"),
        FlowItem(key="young", started=MONDAY),
        FlowItem(key="old", started=date(2026, 3, 1)),
        took("done", 3),
        FlowItem(key="future", started=date(2026, 3, 17)),
    ]

    assert ages(items, MONDAY) == {"old": 16, "young": 1}
    assert age_days(items[3], MONDAY) is None


def test_unfinished_items_never_enter_throughput() -> None:
    week = Period(first=date(2026, 3, 9), last=date(2026, 3, 15))

    assert throughput([FlowItem(key="1", started=date(2026, 3, 9))], [week]) == [0]


def test_weeks_without_a_finish_are_data() -> None:
    weeks = whole_weeks(date(2026, 2, 2), MONDAY, at_most=4)
    found = mean_throughput([took("1", 1, finished=date(2026, 3, 10))], weeks)

    assert throughput([took("1", 1, finished=date(2026, 3, 10))], weeks) == [0, 0, 0, 1]
    assert found.value == Decimal("0.25")


def test_the_current_partial_period_is_left_out_of_throughput_samples() -> None:
    weeks = whole_weeks(date(2026, 1, 1), date(2026, 3, 18), at_most=2)

    assert weeks == [
        Period(first=date(2026, 3, 2), last=date(2026, 3, 8)),
        Period(first=date(2026, 3, 9), last=date(2026, 3, 15)),
    ]


@pytest.mark.parametrize(
    ("since", "weeks"),
    [
        pytest.param(date(2026, 3, 9), 1, id="made-on-the-first-day-of-the-week"),
        pytest.param(date(2026, 3, 10), 0, id="made-after-it-began"),
        pytest.param(MONDAY, 0, id="made-today"),
    ],
)
def test_a_week_that_began_before_the_project_is_no_sample(since: date, weeks: int) -> None:
    assert len(whole_weeks(since, MONDAY)) == weeks


def test_no_whole_week_means_no_throughput_yet() -> None:
    assert mean_throughput([took("1", 1)], []).reason == "not_started"


def test_wip_is_what_was_started_and_not_finished_at_the_end_of_the_day() -> None:
    items = [took("1", 3), FlowItem(key="2", started=date(2026, 3, 15)), FlowItem(key="3")]
    found = work_in_progress(items, date(2026, 3, 15))

    assert (found.value, found.behind) == (2, ("1", "2"))
    assert wip_series(items, Period(first=date(2026, 3, 13), last=MONDAY)) == {
        date(2026, 3, 13): 0,
        date(2026, 3, 14): 1,
        date(2026, 3, 15): 2,
        date(2026, 3, 16): 1,
    }


def test_fewer_than_8_finished_items_make_percentiles_null() -> None:
    found = cycle_percentile([took(str(n), n) for n in range(1, 8)], 85)

    assert (found.value, found.reason, found.used) == (None, "no_data", 7)


@pytest.mark.parametrize(("items", "is_low"), [(8, True), (19, True), (20, False)])
def test_fewer_than_20_finished_items_are_of_low_confidence(items: int, is_low: bool) -> None:
    assert cycle_percentile([took(str(n), n) for n in range(1, items + 1)], 85).is_low_confidence is is_low


def test_percentiles_are_null_where_the_start_of_most_items_is_unknown() -> None:
    unknown = [FlowItem(key=f"u{n}", finished=MONDAY) for n in range(9)]
    found = cycle_percentile([*(took(str(n), n) for n in range(1, 9)), *unknown], 85)

    assert (found.reason, found.used, found.total) == ("low_coverage", 8, 17)


def test_lead_percentile_counts_from_creation() -> None:
    items = [FlowItem(key=str(n), created=MONDAY - timedelta(days=n), finished=MONDAY) for n in range(10)]

    assert lead_percentile(items, 50).value == 5


def test_sle_is_the_past_percentile_and_the_share_of_recent_items_within_it() -> None:
    level = service_level([took(str(n), n) for n in range(1, 21)], [took("a", 17), took("b", 18), took("c", 1)])

    assert (level.days.value, level.attainment.value, level.attainment.behind) == (17, Decimal(2) / 3, ("a", "c"))


def test_without_a_past_there_is_no_sle_to_attain() -> None:
    level = service_level([took("1", 1)], [took("2", 1)])

    assert (level.days.reason, level.attainment.reason) == ("no_data", "no_data")


def test_an_sle_without_recent_items_has_no_attainment() -> None:
    assert service_level([took(str(n), n) for n in range(1, 21)], []).attainment.reason == "no_data"


def test_littles_law_holds_exactly_where_all_work_lies_inside_the_window() -> None:
    items = [took(str(n), 3, finished=date(2026, 3, 5 + n)) for n in range(5)]
    law = littles_law(items, Period(first=date(2026, 3, 1), last=date(2026, 3, 15)))

    assert (law.work_in_progress.value, law.throughput.value, law.cycle_time.value) == (1, Decimal(5) / 15, 3)
    assert (law.ratio.value, law.is_stable) == (1, True)


def test_a_growing_pile_of_started_work_breaks_littles_law() -> None:
    pile = [FlowItem(key=f"p{n}", started=date(2026, 3, 1)) for n in range(5)]
    law = littles_law([*pile, took("1", 3)], Period(first=date(2026, 3, 1), last=MONDAY))

    assert (law.ratio.value, law.is_stable) == (Decimal(3) / 83, False)


def test_a_window_in_which_nothing_was_finished_has_no_littles_law() -> None:
    law = littles_law([FlowItem(key="1", started=MONDAY)], Period(first=MONDAY, last=MONDAY))

    assert (law.ratio.reason, law.cycle_time.reason, law.is_stable) == ("no_data", "no_data", None)


def straight(count: int, of: int) -> list[FlowItem]:
    return [FlowItem(key=str(n), started=MONDAY, finished=MONDAY, was_never_started=n < count) for n in range(of)]


def test_an_item_that_went_straight_to_done_has_a_cycle_time_of_one_day() -> None:
    assert cycle_days(straight(1, 1)[0]) == 1


@pytest.mark.parametrize(("count", "notes"), [(2, ()), (3, ("board_not_used",))])
def test_more_than_20_percent_straight_to_done_means_the_board_is_not_used(count: int, notes: tuple[str, ...]) -> None:
    found = straight_to_done(straight(count, 10))

    assert (found.value, found.notes) == (Decimal(count) / 10, notes)


def closed(n: int, seconds: int, by: str = "li") -> Closure:
    return Closure(key=f"OPS-{n}", at=NOON + timedelta(seconds=seconds), by=by)


def test_ten_items_closed_by_one_person_within_five_minutes_are_a_bulk_closure() -> None:
    burst = [closed(n, n * 33) for n in range(10)]
    others = [closed(20 + n, n, by=f"person {n}") for n in range(12)]

    assert bulk_closures([closed(99, 4000), *reversed(burst), *others]) == [tuple(f"OPS-{n}" for n in range(10))]


def test_ten_items_in_more_than_five_minutes_or_nine_in_less_are_no_bulk_closure() -> None:
    assert bulk_closures([closed(n, n * 34) for n in range(10)]) == []
    assert bulk_closures([closed(n, n) for n in range(9)]) == []


def test_a_long_bulk_closure_is_told_once_and_whole() -> None:
    assert bulk_closures([closed(n, n) for n in range(25)]) == [tuple(f"OPS-{n}" for n in range(25))]


ITEMS = st.lists(
    st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 30))).map(
        lambda pair: FlowItem(
            key="x",
            started=MONDAY - timedelta(days=pair[0]),
            finished=None if pair[1] is None else MONDAY - timedelta(days=pair[0]) + timedelta(days=pair[1]),
        )
    ),
    max_size=25,
)


@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_items_never_matters(items: list[FlowItem], chance) -> None:
    named = [FlowItem(key=str(n), started=one.started, finished=one.finished) for n, one in enumerate(items)]
    shuffled = chance.sample(named, len(named))
    window = Period(first=MONDAY - timedelta(days=40), last=MONDAY)

    assert throughput(named, [window]) == throughput(shuffled, [window])
    assert cycle_percentile(named, 85).value == cycle_percentile(shuffled, 85).value
    assert littles_law(named, window).ratio.value == littles_law(shuffled, window).ratio.value


@given(ITEMS, st.integers(1, 99))
def test_percentiles_of_cycle_time_grow_with_their_rank(items: list[FlowItem], percent: int) -> None:
    named = [FlowItem(key=str(n), started=one.started, finished=one.finished) for n, one in enumerate(items)]
    low, high = cycle_percentile(named, percent).value, cycle_percentile(named, percent + 1).value

    assert low is None or high is None or low <= high


@given(ITEMS)
def test_wip_over_all_days_is_the_sum_of_all_cycle_times(items: list[FlowItem]) -> None:
    finished = [one for one in items if one.finished is not None]
    named = [FlowItem(key=str(n), started=one.started, finished=one.finished) for n, one in enumerate(finished)]
    window = Period(first=MONDAY - timedelta(days=100), last=MONDAY + timedelta(days=100))
    law = littles_law(named, window)

    assert law.ratio.value is None or abs(Fraction(law.ratio.value) - 1) < Fraction(1, 10**20)
