from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.network import Times
from connector.core.figures.reading import null
from connector.core.figures.resources import (
    Assignment,
    Bucket,
    Competitor,
    Load,
    Person,
    Workload,
    capacity,
    conflicts,
    over_allocated_periods,
    over_allocation,
    spread,
    utilisation,
    workload,
)

MONDAY, FRIDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 8)
PLAIN = WorkingCalendar()
LATER = date(2026, 12, 31)
LI = Person(id="li")


def work(number: int, hours: object, due: date | None = FRIDAY, **more: object) -> Assignment:
    left = None if hours is None else Decimal(str(hours))
    base = Assignment(key=f"OPS-{number}", project="OPS", person="li", remaining_h=left, due=due)
    return replace(base, **more)  # type: ignore[arg-type]


def of(*assignments: Assignment, until: date = SUNDAY, bucket: Bucket = "week", person: Person = LI) -> Workload:
    return workload([person], assignments, today=MONDAY, until=until, bucket=bucket)


def test_capacity_is_the_allocated_hours_of_a_working_day_less_leave() -> None:
    half = Person(id="li", allocation=Decimal("0.5"), leave_h={FRIDAY: Decimal(3), MONDAY: Decimal(9)})

    assert [capacity(half, day) for day in (date(2026, 3, 3), FRIDAY, MONDAY, SUNDAY)] == [4, 1, 0, 0]


def test_whole_days_of_leave_are_no_capacity() -> None:
    away = Person(id="li", calendar=PLAIN.without([MONDAY]))

    assert capacity(away, MONDAY) == 0


def test_what_remains_is_spread_evenly_over_the_working_days_until_it_is_due() -> None:
    found = spread(work(1, 12, date(2026, 3, 9), start=date(2026, 3, 5)), MONDAY, PLAIN, LATER)

    assert found == {date(2026, 3, 5): 4, FRIDAY: 4, date(2026, 3, 9): 4}


def test_work_that_began_earlier_is_spread_from_today() -> None:
    assert set(spread(work(1, 5, start=date(2026, 1, 5)), MONDAY, PLAIN, LATER).values()) == {1}


def test_a_mistyped_year_costs_no_time() -> None:
    found = spread(work(1, 100, date(9999, 12, 31)), MONDAY, PLAIN, FRIDAY)

    assert (len(found), min(found), max(found)) == (5, MONDAY, FRIDAY)


def test_overdue_work_falls_on_today() -> None:
    assert spread(work(1, 12, date(2026, 2, 27)), MONDAY, PLAIN, LATER) == {MONDAY: 12}


def test_work_due_within_days_off_asks_for_hours_that_nobody_has() -> None:
    weekend = work(1, 6, SUNDAY, start=date(2026, 3, 7))

    assert spread(weekend, MONDAY, PLAIN, LATER) == {SUNDAY: 6}


@pytest.mark.parametrize(
    ("lacking", "gap"), [(work(1, 5, None), "no_due"), (work(1, None), "no_estimate")], ids=["no-due", "no-estimate"]
)
def test_work_without_due_date_or_estimate_is_unscheduled_load_and_listed(lacking: Assignment, gap: str) -> None:
    found = of(lacking, work(2, 10))

    assert (found.unscheduled, found.loads[0].by_issue) == ({"OPS-1": gap}, {"OPS-2": 10})


def test_load_and_capacity_are_told_by_the_week() -> None:
    found = of(work(1, 30, date(2026, 3, 11)), until=date(2026, 3, 11))

    assert [(one.start, one.load_h, one.capacity_h) for one in found.loads] == [
        (MONDAY, Decimal("18.75"), 40),
        (date(2026, 3, 9), Decimal("11.25"), 24),
    ]


def test_or_by_the_day() -> None:
    found = of(work(1, 10), until=date(2026, 3, 3), bucket="day")

    assert [(one.start, one.load_h, one.capacity_h) for one in found.loads] == [
        (MONDAY, 2, 8),
        (date(2026, 3, 3), 2, 8),
    ]


def test_utilisation_is_all_load_of_all_capacity() -> None:
    assert utilisation(of(work(1, 30)).loads).value == Decimal("0.75")
    assert utilisation(of(work(1, 30)).loads).behind == ("OPS-1",)


def test_load_without_capacity_is_a_conflict_and_no_utilisation() -> None:
    nobody = Person(id="li", calendar=WorkingCalendar(week=frozenset()))

    assert utilisation(of(work(1, 30), person=nobody).loads) == null("div_zero", notes=("resource_conflict",))
    assert utilisation(of(person=nobody).loads) == null("div_zero")


def test_over_allocation_adds_up_the_hours_beyond_capacity() -> None:
    found = of(work(1, 50), work(2, 16, date(2026, 3, 13), start=date(2026, 3, 9)), until=date(2026, 3, 15))

    assert (over_allocation(found.loads).value, over_allocation(found.loads).behind) == (10, ("OPS-1",))
    assert over_allocation([]).reason == "no_data"


def test_a_conflict_shows_which_issues_compete_and_who_can_move() -> None:
    other = work(2, 20, project="MKT", total_float=7)

    found = conflicts(of(work(1, 30, total_float=0), other))

    assert [(one.load.start, one.projects, one.competitors) for one in found] == [
        (
            MONDAY,
            ("OPS", "MKT"),
            (
                Competitor(key="OPS-2", project="MKT", hours=Decimal(20), total_float=7, way="smoothing"),
                Competitor(key="OPS-1", project="OPS", hours=Decimal(30), total_float=0, way="levelling"),
            ),
        )
    ]


def test_one_issue_alone_is_over_allocation_and_no_conflict() -> None:
    assert conflicts(of(work(1, 60))) == ()


def test_no_more_than_is_possible_is_no_conflict() -> None:
    assert conflicts(of(work(1, 20), work(2, 20))) == ()


def test_an_early_start_schedule_shows_the_periods_in_which_a_resource_is_short() -> None:
    times = {"a": Times(0, 2, 0, 2, 0, 0), "b": Times(1, 4, 1, 4, 0, 0), "c": Times(3, 5, 3, 5, 0, 0)}

    assert over_allocated_periods(times, {"a": 3, "b": 2, "c": 3}, 4) == ((2, 5), (4, 5))


DAYS = st.dates(MONDAY - timedelta(days=20), MONDAY + timedelta(days=40))


@given(st.decimals(1, 100, places=1), st.none() | DAYS, DAYS)
def test_no_hour_is_lost_by_spreading(hours: Decimal, start: date | None, due: date) -> None:
    found = spread(work(1, hours, due, start=start), MONDAY, PLAIN, LATER)

    assert abs(sum(found.values()) - hours) < Decimal("1e-20")
    assert min(found) >= MONDAY


@given(st.lists(st.tuples(st.integers(1, 60), DAYS), max_size=6))
def test_over_allocation_by_the_day_is_never_less_than_by_the_week(work_of: list[tuple[int, date]]) -> None:
    assignments = [work(n, hours, due) for n, (hours, due) in enumerate(work_of)]

    by_day = over_allocation(of(*assignments, bucket="day").loads).value
    by_week = over_allocation(of(*assignments).loads).value

    assert by_day is not None
    assert by_week is not None
    assert by_day - by_week > -Decimal("1e-20")


def test_a_load_knows_what_is_too_much() -> None:
    load = Load(person="li", start=MONDAY, capacity_h=Decimal(8), by_issue={"OPS-1": Decimal(5), "OPS-2": Decimal(6)})

    assert (load.load_h, load.over_h) == (11, 3)
