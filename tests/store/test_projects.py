from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from connector.store import projects
from connector.store.engine import reading, writing
from connector.store.projects import DueProject, ProjectRow
from tests.conftest import POSTGRES, opened

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def row(key: str = "OPS", name: str = "运营") -> ProjectRow:
    return ProjectRow(
        site="main",
        key=key,
        name=name,
        mode=None,
        is_caught_up=True,
        started_at=NOW,
        rolled_n=0,
        rolled_at=None,
        pages_at=None,
    )


def due(engine: Engine, site: str | None = None) -> list[tuple[str, int, bool]]:
    with reading(engine) as conn:
        return [(one.key, one.dirty_n, one.urgent) for one in projects.due(conn, site)]


def marked(engine: Engine, *keys: str, urgent: bool = False) -> None:
    with writing(engine) as conn:
        projects.mark_dirty(conn, "main", keys, urgent=urgent)


def rolled(engine: Engine, key: str, dirty_n: int) -> None:
    with writing(engine) as conn:
        projects.rolled_up(conn, "main", key, dirty_n, NOW)


def test_a_project_is_renamed_and_keeps_the_moment_it_was_first_seen(engine: Engine) -> None:
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS", "Operations", NOW)
        projects.ensure(conn, "main", "OPS", "运营", NOW + timedelta(days=1))
        projects.ensure(conn, "main", "OPS")

        assert projects.get(conn, "main", "OPS") == row()
        assert projects.all_of(conn, "main") == [row()]
        assert projects.get(conn, "other", "OPS") is None


def test_a_project_is_due_from_its_first_mark_until_its_rollup(engine: Engine) -> None:
    assert due(engine) == []

    marked(engine, "OPS", "MKT", "OPS")
    marked(engine, "OPS")

    assert due(engine) == [("MKT", 1, False), ("OPS", 2, False)]
    assert due(engine, "other") == []

    rolled(engine, "OPS", 2)

    assert due(engine) == [("MKT", 1, False)]


def test_a_mark_made_during_a_rollup_is_not_lost(engine: Engine) -> None:
    marked(engine, "OPS")
    ((_, seen, _),) = due(engine)
    marked(engine, "OPS")

    rolled(engine, "OPS", seen)

    assert due(engine) == [("OPS", 2, False)]


def test_an_older_rollup_that_ends_late_takes_nothing_back(engine: Engine) -> None:
    for _ in range(3):
        marked(engine, "OPS")
    rolled(engine, "OPS", 3)

    rolled(engine, "OPS", 2)

    assert due(engine) == []


def test_urgent_projects_come_first_until_their_rollup(engine: Engine) -> None:
    marked(engine, "AAA", "OPS")
    marked(engine, "OPS", urgent=True)
    marked(engine, "OPS")

    assert due(engine) == [("OPS", 3, True), ("AAA", 1, False)]

    rolled(engine, "OPS", 3)
    marked(engine, "OPS")

    assert due(engine) == [("AAA", 1, False), ("OPS", 4, False)]


def test_a_project_in_backfill_is_not_due_before_it_is_caught_up(engine: Engine) -> None:
    marked(engine, "OPS")
    with writing(engine) as conn:
        projects.set_caught_up(conn, "main", "OPS", is_caught_up=False)

    assert due(engine) == []

    with writing(engine) as conn:
        projects.set_caught_up(conn, "main", "OPS", is_caught_up=True)

    assert due(engine) == [("OPS", 1, False)]


def test_a_person_overrides_the_mode_and_gives_it_back(engine: Engine) -> None:
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS")
        projects.set_mode(conn, "main", "OPS", "write")
        overridden = projects.get(conn, "main", "OPS")
        projects.set_mode(conn, "main", "OPS", None)
        left = projects.get(conn, "main", "OPS")

    assert overridden is not None
    assert left is not None
    assert (overridden.mode, left.mode) == ("write", None)


def test_the_moment_of_the_last_pages_comes_with_what_is_due(engine: Engine) -> None:
    marked(engine, "OPS")
    with writing(engine) as conn:
        projects.pages_written(conn, "main", "OPS", NOW)

        assert projects.due(conn) == [DueProject(site="main", key="OPS", dirty_n=1, urgent=False, pages_at=NOW)]


def test_a_locked_project_is_given_back_as_it_stands(engine: Engine) -> None:
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS", "运营", NOW)

        assert projects.lock(conn, "main", "OPS") == row()
        assert projects.lock(conn, "main", "NONE") is None


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_one_rollup_at_a_time_holds_a_project_and_marks_never_wait_for_it(engine: Engine, database_url: str) -> None:
    with writing(engine) as conn:
        projects.ensure(conn, "main", "OPS", "运营", NOW)

    with opened(database_url) as other, writing(engine) as holder:
        assert projects.lock(holder, "main", "OPS") == row()
        with writing(other) as conn:
            conn.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            assert projects.lock(conn, "main", "OPS") is None
            projects.ensure(conn, "main", "OPS", "运营", NOW)
            projects.mark_dirty(conn, "main", ["OPS"], urgent=True)

    assert due(engine) == [("OPS", 1, True)]
