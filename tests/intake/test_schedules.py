from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connector.core.cron import read_cron
from connector.intake.schedules import last_time

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        pytest.param("0 9 * * MON-FRI", datetime(2026, 3, 17, 1, 0, tzinfo=UTC), id="tuesday-nine-in-shanghai"),
        pytest.param("0 9 * * 0", datetime(2026, 3, 22, 1, 0, tzinfo=UTC), id="nought-is-sunday"),
        pytest.param("0 9 1 * 5", datetime(2026, 3, 20, 1, 0, tzinfo=UTC), id="friday-or-the-first"),
        pytest.param("0 0 29 2 *", datetime(2028, 2, 28, 16, 0, tzinfo=UTC), id="leap-day"),
    ],
)
def test_the_next_time_is_the_projects_own(cron: str, expected: datetime) -> None:
    schedule = read_cron(cron)

    assert last_time(schedule, SHANGHAI, after=MONDAY, until=expected) == expected
    assert last_time(schedule, SHANGHAI, after=MONDAY, until=expected - timedelta(seconds=1)) is None


def test_of_the_times_that_passed_the_last_one_is_found() -> None:
    cron = read_cron("0 9 * * MON-FRI")

    found = last_time(cron, SHANGHAI, after=datetime(2026, 3, 2, tzinfo=UTC), until=MONDAY)

    assert found == datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
    assert last_time(cron, SHANGHAI, after=found, until=MONDAY) is None


def test_a_time_is_passed_over_once_it_was_found_to_the_second() -> None:
    cron = read_cron("* * * * *")

    assert last_time(cron, SHANGHAI, after=MONDAY, until=MONDAY) is None


def test_the_hour_that_summer_time_takes_away_is_not_waited_for_in_vain() -> None:
    night = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)

    found = last_time(read_cron("30 2 * * *"), BERLIN, after=night, until=night + timedelta(hours=24))

    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
