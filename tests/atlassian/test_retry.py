from datetime import UTC, datetime

import pytest

from connector.atlassian.retry import asked_s, wait_s

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempt", "expected"), [(1, 2.0), (2, 4.0), (3, 8.0), (4, 16.0), (5, 30.0), (60, 30.0)])
def test_waits_double_from_two_seconds_to_thirty(attempt: int, expected: float) -> None:
    found = wait_s(attempt, None, NOON)

    assert found == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("1847", 1847.0, id="site-asks-for-longer"),
        pytest.param("1", 4.0, id="site-asks-for-shorter"),
        pytest.param("Mon, 04 May 2026 12:01:30 GMT", 90.0, id="a-date"),
        pytest.param("Mon, 04 May 2026 11:00:00 GMT", 4.0, id="a-date-gone-by"),
        pytest.param("soon", 4.0, id="no-sense"),
        pytest.param(55.5, 55.5, id="seconds-already-read"),
    ],
)
def test_retry_after_counts_when_it_is_longer_than_our_own_wait(header: str | float, expected: float) -> None:
    found = wait_s(2, header, NOON)

    assert found == expected


@pytest.mark.parametrize(("jitter", "expected"), [(0.7, 1.4), (1.3, 2.6)])
def test_jitter_stretches_our_own_wait(jitter: float, expected: float) -> None:
    found = wait_s(1, None, NOON, jitter)

    assert found == pytest.approx(expected)


def test_jitter_never_shortens_what_the_site_asked_for() -> None:
    found = wait_s(1, "10", NOON, 0.7)

    assert found == 10.0


@pytest.mark.parametrize("header", [None, "", "  ", "-5", "1e3", "²"])
def test_a_header_without_sense_asks_for_nothing(header: str | None) -> None:
    found = asked_s(header, NOON)

    assert found is None
