from datetime import date

import pytest

from connector.core.figures.calendar import WorkingCalendar
from connector.core.reports import Period, due_reports, period_of
from connector.core.rulebook import PageRule, ReportRule
from tests.core.build import PLACE

WEEKLY = ReportRule(id="weekly", template="status", title={"en": "{name} in {period}"}, every="week", place=PLACE)
MONTHLY = ReportRule(
    id="monthly", template="status", title={"en": "{period}"}, every="month", on="first", labels=("m",), place=PLACE
)
USUAL = WorkingCalendar()


def page(id: str, title: str, labels: tuple[str, ...] = ()) -> PageRule:
    return PageRule(id=id, template="status", title={"en": title}, behaviour="report", labels=labels, place=PLACE)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        pytest.param(date(2026, 3, 19), [], id="thursday"),
        pytest.param(date(2026, 3, 20), ["weekly 2026-W12"], id="friday"),
        pytest.param(date(2026, 3, 21), ["weekly 2026-W12"], id="saturday"),
        pytest.param(date(2026, 3, 23), ["weekly 2026-W12"], id="monday-after"),
        pytest.param(date(2026, 3, 24), [], id="too-late"),
    ],
)
def test_a_weekly_report_is_due_on_the_last_working_day_and_a_little_later(today: date, due: list[str]) -> None:
    found = due_reports([WEEKLY], today, USUAL)

    assert [one.id for one in found] == due


def test_a_holiday_moves_the_day_of_a_report() -> None:
    calendar = WorkingCalendar(holidays=frozenset({date(2026, 3, 20)}), make_up_days=frozenset({date(2026, 3, 14)}))

    thursday = due_reports([WEEKLY], date(2026, 3, 19), calendar)
    worked_saturday = due_reports([WEEKLY], date(2026, 3, 13), calendar)

    assert thursday == (page("weekly 2026-W12", "{name} in 2026-W12"),)
    assert worked_saturday == ()


def test_a_monthly_report_may_be_due_on_the_first_working_day() -> None:
    found = [due_reports([MONTHLY], date(2026, 2, day), USUAL) for day in (1, 2, 6)]

    assert found == [(), (page("monthly 2026-02", "2026-02", ("m",)),), ()]


def test_a_week_without_work_has_its_report_on_its_last_day() -> None:
    idle = WorkingCalendar(week=frozenset())

    found = [one.id for day in (21, 22) for one in due_reports([WEEKLY], date(2026, 3, day), idle)]

    assert found == ["weekly 2026-W12"]


def test_periods_are_named_as_people_name_them() -> None:
    new_year = period_of("week", date(2027, 1, 1))
    february = period_of("month", date(2028, 2, 29))

    assert new_year == Period(name="2026-W53", first=date(2026, 12, 28), last=date(2027, 1, 3))
    assert february == Period(name="2028-02", first=date(2028, 2, 1), last=date(2028, 2, 29))
