"""Moments: the scope says 10:30 on Wednesday 4 March 2026 in Shanghai (02:30 UTC)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from connector.jql.errors import JqlError
from connector.jql.moments import moment, period
from tests.jql.world import SHANGHAI, scope, selects


@pytest.mark.parametrize(
    ("query", "due", "expected"),
    [
        ("due < now()", "2026-03-03", True),
        ("due < now()", "2026-03-04", False),
        ("due <= now()", "2026-03-04", True),
        ("due = now()", "2026-03-04", True),
        ("due = 2026-03-04", "2026-03-04", True),
        ("due != 2026-03-04", "2026-03-05", True),
        ("due in (2026-03-04, 2026-03-05)", "2026-03-05", True),
        ("due not in (2026-03-04)", None, False),
        ("due in (empty, 2026-03-04)", None, True),
        ('due <= "2026/3/4"', "2026-03-04", True),
        ('due < "2026-03-05 14:00"', "2026-03-05", False),
        ("due <= -1d", "2026-03-03", True),
        ("due <= 1d", "2026-03-05", True),
        ('due < "1w 1d"', "2026-03-11", True),
        ("due <= endOfWeek()", "2026-03-07", True),
        ("due <= endOfWeek()", "2026-03-08", False),
        ("due >= startOfMonth(1)", "2026-04-01", True),
        ("到期日 < now()", "2026-03-03", True),
        ("'Start date' >= startOfDay()", None, False),
    ],
)
def test_a_date_is_compared_as_a_day_of_the_projects_zone(query: str, due: str | None, expected: bool) -> None:
    assert selects(query, duedate=due) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("created > 2026-03-01", True, id="after-midnight"),
        pytest.param("created <= 2026-03-01", False, id="a-day-is-its-midnight"),
        pytest.param("created < 2026-03-02", True, id="before-the-next"),
        pytest.param("created = 2026-03-01", False, id="equal-is-midnight-too"),
        pytest.param("created != 2026-03-01", True, id="unequal-is-midnight-too"),
        pytest.param('created = "2026-03-01 08:15"', True, id="equal-is-the-second"),
        pytest.param('created = "2026-03-01 08:16"', False, id="another-minute"),
        pytest.param('created >= "2026-03-01 08:16"', False, id="minute"),
        pytest.param("created >= -4d", True, id="relative"),
        pytest.param("created >= -3d", False, id="relative-later"),
        pytest.param("created > '-3d 2h 20m'", True, id="several-steps-keep-the-sign"),
        pytest.param("created > '-3d 2h 5m'", False, id="several-steps-add-up"),
        pytest.param("created < now()", True, id="now"),
        pytest.param("created > 1772323000000", True, id="milliseconds"),
        pytest.param("created < -30", True, id="minutes"),
        pytest.param("cf[10030] is empty", True, id="custom"),
    ],
)
def test_a_time_is_compared_as_an_instant(query: str, expected: bool) -> None:
    assert selects(query, created="2026-03-01T08:15:00.250+0800") is expected


def test_midnight_is_that_of_the_scopes_zone() -> None:
    at = {"created": "2026-02-28T20:00:00.000+0000"}

    assert selects("created > 2026-03-01", **at)
    assert not selects("created > 2026-03-01", within=scope(timezone=ZoneInfo("America/New_York")), **at)


@pytest.mark.parametrize(
    ("name", "is_end", "offset", "expected"),
    [
        ("day", False, None, "2026-03-04T00:00"),
        ("day", True, None, "2026-03-04T23:59:59.999"),
        ("day", False, "-1", "2026-03-03T00:00"),
        ("day", False, "+1d", "2026-03-05T00:00"),
        ("day", False, "6h", "2026-03-04T06:00"),
        ("day", True, "-30m", "2026-03-04T23:29:59.999"),
        ("week", False, None, "2026-03-01T00:00"),
        ("week", True, None, "2026-03-07T23:59:59.999"),
        ("week", False, "-1w", "2026-02-22T00:00"),
        ("month", False, None, "2026-03-01T00:00"),
        ("month", True, None, "2026-03-31T23:59:59.999"),
        ("month", True, "-1", "2026-02-28T23:59:59.999"),
        ("month", False, "-1M", "2026-02-01T00:00"),
        ("month", True, "+15d", "2026-04-15T23:59:59.999"),
        ("year", False, None, "2026-01-01T00:00"),
        ("year", True, "1y", "2027-12-31T23:59:59.999"),
        ("year", False, "-3M", "2025-10-01T00:00"),
    ],
)
def test_a_period_begins_and_ends_where_people_say(name: str, is_end: bool, offset: str | None, expected: str) -> None:
    found = period(name, is_end, offset)

    assert found is not None
    assert found(scope()).start == datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)


def test_the_week_begins_where_the_scope_says() -> None:
    found = period("week", False, None)

    assert found is not None
    assert found(scope(week_starts=0)).start == datetime(2026, 3, 2, tzinfo=SHANGHAI)


def test_a_day_of_23_hours_ends_at_its_own_midnight() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    morning = scope(now=datetime(2026, 3, 29, 9, tzinfo=berlin), timezone=berlin)
    start, end = period("day", False, None), period("day", True, None)

    assert start is not None
    assert end is not None
    assert (end(morning).start - start(morning).start).total_seconds() == 23 * 3600 - 0.001


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-02-30", "2026-3", "1y", "-4", "12:00", "9" * 30 + "w"]
)
def test_a_text_that_is_no_moment_is_none_or_minutes(text: str) -> None:
    found = moment(text)

    assert (found is not None) is (text == "-4")


@pytest.mark.parametrize("offset", ["-999999y", "999999M", "999999w"])
def test_an_offset_beyond_the_calendar_ends_at_its_edge(offset: str) -> None:
    assert selects(f"created {'>' if offset.startswith('-') else '<'} startOfDay({offset})")


@pytest.mark.parametrize(
    "query", ["due = soon", "created > 2026-02-30", "due < endOfDay(x)", "created in (1y)", "due < f()"]
)
def test_a_query_with_a_moment_that_is_none_is_refused(query: str) -> None:
    with pytest.raises(JqlError):
        selects(query)
