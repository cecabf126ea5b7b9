from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from connector.store import remotes, rulebooks
from connector.store.engine import reading, writing
from connector.store.tables import rulebooks as table


def test_a_moment_is_kept_in_utc_to_the_microsecond(engine: Engine) -> None:
    shanghai = datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with writing(engine) as conn:
        rulebooks.save(conn, "h", {}, shanghai)

    with reading(engine) as conn:
        found = conn.execute(table.select()).one().saved_at

    assert found == datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="has no time zone"), writing(engine) as conn:
        rulebooks.save(conn, "h", {}, datetime(2026, 3, 1))  # noqa: DTZ001


def test_moments_sort_in_the_order_of_time(engine: Engine) -> None:
    moments = [datetime(2026, 3, 1, 12, 0, 0, n, tzinfo=UTC) for n in (0, 5, 500_000)]
    with writing(engine) as conn:
        for at in reversed(moments):
            rulebooks.save(conn, at.isoformat(), {}, at)

    with reading(engine) as conn:
        found = conn.execute(table.select().order_by(table.c.saved_at)).fetchall()

    assert [row.saved_at for row in found] == moments


@pytest.mark.parametrize(
    ("stranger", "kept"),
    [
        pytest.param("a\0b", "a\ufffdb", id="nul"),
        pytest.param("half \ud83d", "half \ufffd", id="half-a-surrogate-pair"),
        pytest.param("客户满意度 😀", "客户满意度 😀", id="chinese-and-emoji"),
    ],
)
def test_no_text_of_a_stranger_stops_a_write(engine: Engine, stranger: str, kept: str) -> None:
    with writing(engine) as conn:
        remotes.remember(conn, "main", "key", stranger)
        rulebooks.save(conn, "h", {"file": stranger}, datetime(2026, 3, 1, tzinfo=UTC))

    with reading(engine) as conn:
        assert remotes.find(conn, "main", "key") == kept
        assert rulebooks.get(conn, "h") == {"file": stranger}


def test_text_sorts_by_code_point_on_both_databases(engine: Engine) -> None:
    names = ["Z", "_", "a", "b", "é", "任务"]
    with writing(engine) as conn:
        for name in reversed(names):
            remotes.remember(conn, "main", name, "1")

    with reading(engine) as conn:
        assert remotes.by_remote(conn, "main", "1") == names
