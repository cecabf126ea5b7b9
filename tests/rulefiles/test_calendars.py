from datetime import date

import pytest

from connector.core.figures.calendar import WorkingCalendar
from tests.rulefiles.reading import problems, rulebook


def days_of(calendar: str | None, own: str = "") -> WorkingCalendar:
    named = f", calendar: {calendar}" if calendar else ""
    rules = rulebook(f"language: 1\nprojects: [{{jira: OPS{named}}}]\n{own}").project_for("OPS")
    assert rules is not None
    return rules.days


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        pytest.param(date(2025, 10, 1), False, id="national-day"),
        pytest.param(date(2025, 10, 11), True, id="make-up-saturday"),
        pytest.param(date(2025, 10, 18), False, id="saturday"),
        pytest.param(date(2025, 10, 20), True, id="monday"),
    ],
)
def test_a_country_brings_its_holidays_and_make_up_days(day: date, is_worked: bool) -> None:
    assert days_of("CN").is_working(day) is is_worked


def test_a_region_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)

    assert [days_of(name).is_working(epiphany) for name in ("DE", "DE-BY")] == [True, False]


def test_without_a_calendar_monday_to_friday_are_worked() -> None:
    assert days_of(None) == WorkingCalendar()


def test_days_of_one_s_own_go_before_the_country_s() -> None:
    own = (
        "calendars: [{id: plant, country: CN, holidays: [2025-10-11, 2025-10-20..2025-10-22], workdays: 2025-10-01}]\n"
    )

    found = days_of("plant", own)

    assert [found.is_working(date(2025, 10, day)) for day in (1, 2, 11, 20, 22, 23)] == [
        *(True, False),
        *(False, False, False, True),
    ]


def test_a_week_of_one_s_own_goes_before_the_country_s() -> None:
    own = "calendars: [{id: gulf, country: SA, week: [sun, mon, tue, wed, thu, sat]}]\n"

    of_country, of_own = days_of("SA"), days_of("gulf", own)

    assert of_country.week == frozenset({6, 0, 1, 2, 3})
    assert of_own.week == frozenset({5, 6, 0, 1, 2, 3})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "projects: [{jira: OPS, calendar: plnt}]\ncalendars: [{id: plant}]",
            "1.yaml:2:34: projects: there is no calendar 'plnt'; did you mean 'plant'?",
            id="unknown",
        ),
        pytest.param(
            "calendars: [{id: a, country: XX}]",
            "1.yaml:2:30: a: there is no calendar 'XX'; write a country such as CN or DE-BY",
            id="country",
        ),
        pytest.param(
            "calendars: [{id: a, holidays: 2026-02-30}]",
            "1.yaml:2:31: a: '2026-02-30' is not a day; write 2026-12-31, or 2026-02-16..2026-02-22",
            id="day",
        ),
        pytest.param(
            "calendars: [{id: a, holidays: [2026-02-03..2026-02-01]}]",
            "1.yaml:2:31: a: '2026-02-03..2026-02-01' ends before it begins, or is too long; at most 400 days",
            id="backwards",
        ),
        pytest.param(
            "calendars: [{id: a, holidays: [2000-01-01..9999-12-31]}]",
            "1.yaml:2:31: a: '2000-01-01..9999-12-31' ends before it begins, or is too long; at most 400 days",
            id="for-ever",
        ),
        pytest.param(
            "calendars: [{id: a, week: [mon, tues]}]",
            "1.yaml:2:27: a: ['mon', 'tues'] are no days of the week; write some of mon, tue, wed, thu, fri, sat, sun",
            id="week",
        ),
        pytest.param(
            "calendars: [{id: a, holidays: 2026-02-03, workdays: [2026-02-03]}]",
            "1.yaml:2:53: a: 2026-02-03 is worked and rests; keep it in one of the two",
            id="both",
        ),
        pytest.param(
            "calendars: [{id: a}, {id: a}]",
            "1.yaml:2:27: a: the id 'a' stands at 1.yaml:2:18 already; give it another",
            id="twice",
        ),
    ],
)
def test_what_is_wrong_with_a_calendar_is_told(text: str, told: str) -> None:
    assert problems(f"language: 1\n{text}\n") == [told]
