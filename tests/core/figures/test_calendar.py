from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.calendar import NoWorkingDay, WorkingCalendar, calendar_of

# The State Council's notices for 2024, 2025 and 2026, as encoded in LKI/chinese-calendar 1.11.0: rest days worked,
# and working days off.
MADE_UP = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
OFF = {
    2024: "01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 "
    "10-01 10-02 10-03 10-04 10-07",
    2025: "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 "
    "10-01 10-02 10-05 10-06 10-07",
}
WORKDAYS = {2024: 251, 2025: 248, 2026: 248}


def days(by_year: dict[int, str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(f"{year}-{one}") for year, text in by_year.items() for one in text.split())


CHINA = WorkingCalendar(holidays=days(OFF), make_up_days=days(MADE_UP))
PLAIN = WorkingCalendar()
WITHOUT_REST = WorkingCalendar(week=frozenset(range(7)))
ODD = WorkingCalendar(week=frozenset({0, 2, 6}), holidays=days(OFF), make_up_days=days(MADE_UP))
CALENDARS = st.sampled_from([PLAIN, CHINA, WITHOUT_REST, ODD])
DAYS = st.dates(date(2023, 6, 1), date(2027, 6, 1))


def test_both_ends_are_counted() -> None:
    """Excel 2013 tutorial, NETWORKDAYS of 15 January to 30 June 2014."""
    assert PLAIN.networkdays(date(2014, 1, 15), date(2014, 6, 30)) == 119


def test_holidays_that_fall_on_a_weekend_are_not_counted_twice() -> None:
    """Excel formulas book, chapter 7, NETWORKDAYS with six holidays of which two fall on a weekend."""
    off = ["2010-12-25", "2011-01-01", "2011-01-17", "2011-02-21", "2011-05-30", "2011-07-04"]
    calendar = WorkingCalendar(holidays=frozenset(map(date.fromisoformat, off)))

    assert calendar.networkdays(date(2010, 12, 12), date(2011, 6, 2)) == 121


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_chinese_year_has_the_working_days_of_the_state_councils_notice(year: int) -> None:
    assert CHINA.networkdays(date(year, 1, 1), date(year, 12, 31)) == WORKDAYS[year]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_chinas_holidays_and_make_up_days_are_those_that_the_holidays_package_knows(year: int) -> None:
    known = holidays.country_holidays("CN", years=year)
    every = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]

    assert [day for day in every if CHINA.is_working(day) != known.is_working_day(day)] == []


def test_a_make_up_day_is_worked_though_it_is_a_rest_day_or_a_holiday() -> None:
    sunday = date(2026, 1, 4)

    both = WorkingCalendar(holidays=frozenset({sunday}), make_up_days=frozenset({sunday}))

    assert (CHINA.is_working(sunday), both.is_working(sunday), both.networkdays(sunday, sunday)) == (True, True, 1)


def test_a_stretch_backwards_counts_negative() -> None:
    assert PLAIN.networkdays(date(2026, 3, 6), date(2026, 3, 2)) == -5


@pytest.mark.parametrize(
    ("promised", "actual", "slip"),
    [
        pytest.param("2026-03-06", "2026-03-06", 0, id="kept"),
        pytest.param("2026-03-06", "2026-03-09", 1, id="over-the-weekend"),
        pytest.param("2026-03-07", "2026-03-08", 0, id="within-a-weekend"),
        pytest.param("2026-03-09", "2026-03-06", -1, id="early"),
        pytest.param("2026-02-13", "2026-02-24", 2, id="spring-festival-with-a-make-up-day"),
    ],
)
def test_a_slip_is_the_networkdays_less_one(promised: str, actual: str, slip: int) -> None:
    assert CHINA.slip(date.fromisoformat(promised), date.fromisoformat(actual)) == slip


def test_years_without_a_published_notice_are_provisional() -> None:
    calendar = WorkingCalendar(provisional_years=frozenset({2027}))

    assert (calendar.is_provisional(date(2027, 1, 4)), calendar.is_provisional(date(2026, 12, 31))) == (True, False)


def test_a_persons_leave_goes_before_make_up_days() -> None:
    away = CHINA.without([date(2026, 1, 4), date(2026, 1, 5)])

    assert away.working_days(date(2026, 1, 3), date(2026, 1, 6)) == (date(2026, 1, 6),)


def test_a_calendar_may_be_made_from_a_question_for_each_day() -> None:
    made = calendar_of(CHINA.is_working, date(2024, 1, 1), date(2026, 12, 31))

    assert made == CHINA


def test_the_days_of_an_interval_begin_with_the_first_worked_day() -> None:
    saturday = date(2026, 3, 7)

    assert (PLAIN.day(saturday, 0), PLAIN.day(saturday, 5)) == (date(2026, 3, 9), date(2026, 3, 16))
    assert (PLAIN.next_working(saturday), PLAIN.last_working(saturday)) == (date(2026, 3, 9), date(2026, 3, 6))


def test_a_calendar_without_any_working_day_says_so() -> None:
    with pytest.raises(NoWorkingDay, match="no working day"):
        WorkingCalendar(week=frozenset()).add(date(2026, 3, 2), 1)


def test_a_calendar_of_make_up_days_alone_finds_them() -> None:
    only = WorkingCalendar(week=frozenset(), make_up_days=frozenset({date(2026, 3, 7)}))

    assert only.add(date(2026, 1, 1), 1) == date(2026, 3, 7)


@given(CALENDARS, DAYS, st.integers(-400, 400))
def test_adding_and_counting_agree(calendar: WorkingCalendar, day: date, count: int) -> None:
    start = calendar.next_working(day)

    reached = calendar.add(start, count)

    assert calendar.steps(start, reached) == count
    assert calendar.networkdays(start, reached) == count + (1 if count >= 0 else -1)
    assert calendar.is_working(reached)


@given(CALENDARS, DAYS, st.integers(0, 400))
def test_adding_and_taking_away_agree(calendar: WorkingCalendar, day: date, count: int) -> None:
    start = calendar.next_working(day)

    assert calendar.add(calendar.add(start, count), -count) == start


@given(CALENDARS, DAYS, DAYS)
def test_counting_is_asking_day_by_day(calendar: WorkingCalendar, one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)

    assert calendar.networkdays(first, last) == len(calendar.working_days(first, last))


@given(CALENDARS, DAYS, DAYS)
def test_an_offset_leads_back_to_its_day(calendar: WorkingCalendar, one: date, other: date) -> None:
    start, day = min(one, other), calendar.next_working(max(one, other))

    assert calendar.day(start, calendar.offset(start, day)) == day


@given(CALENDARS, DAYS, DAYS, DAYS)
def test_steps_add_up(calendar: WorkingCalendar, a: date, b: date, c: date) -> None:
    assert calendar.steps(a, b) + calendar.steps(b, c) == calendar.steps(a, c)
