from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from connector.core.figures.calendar import WorkingCalendar
from connector.core.figures.flow import Period
from connector.core.figures.samples import are_alike, by_working_day, weeks_from

MONDAY = date(2026, 4, 27)
LABOUR_DAY = WorkingCalendar(
    holidays=frozenset({date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)}),
    make_up_days=frozenset({date(2026, 5, 9)}),
)
FORTNIGHT = Period(first=MONDAY, last=date(2026, 5, 10))


def test_weeks_with_holidays_and_make_up_days_are_not_alike() -> None:
    weeks = weeks_from(MONDAY, 3)

    assert weeks[1] == Period(first=date(2026, 5, 4), last=date(2026, 5, 10))
    assert are_alike(weeks, WorkingCalendar())
    assert not are_alike(weeks, LABOUR_DAY)
    assert are_alike(weeks[:2], LABOUR_DAY)  # four days each: one is lost, two are lost and one is made up


def test_every_working_day_is_a_sample_and_rest_days_count_for_the_working_day_before() -> None:
    finishes = [date(2026, 4, 27), date(2026, 5, 3), date(2026, 5, 9), date(2026, 5, 10), date(2026, 5, 12)]

    assert by_working_day(finishes, FORTNIGHT, LABOUR_DAY) == [1, 0, 0, 1, 0, 0, 0, 2]


def test_what_was_finished_before_the_first_working_day_counts_for_it() -> None:
    period = Period(first=date(2026, 5, 2), last=date(2026, 5, 7))

    assert by_working_day([date(2026, 5, 3)], period, LABOUR_DAY) == [1, 0]


def test_a_stretch_without_working_days_has_no_samples() -> None:
    period = Period(first=date(2026, 5, 2), last=date(2026, 5, 3))

    assert by_working_day([date(2026, 5, 2)], period, WorkingCalendar()) == []


@given(st.lists(st.integers(-5, 20).map(lambda n: date.fromordinal(MONDAY.toordinal() + n)), max_size=30))
def test_no_finish_of_the_period_is_lost(finishes: list[date]) -> None:
    within = sum(FORTNIGHT.holds(day) for day in finishes)

    assert sum(by_working_day(finishes, FORTNIGHT, LABOUR_DAY)) == within
