from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from connector.store import projects
from connector.store.engine import reading, rehearsing, writing

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)


def keys(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return [row.key for row in projects.all_of(conn, "main")]


def add(engine: Engine, key: str) -> None:
    with writing(engine) as conn:
        projects.ensure(conn, "main", key, at=NOW)


def fail(engine: Engine, key: str) -> None:
    with writing(engine) as conn:
        projects.ensure(conn, "main", key, at=NOW)
        raise KeyError(key)


def test_what_is_written_in_a_rehearsal_is_seen_there_and_never_stays(engine: Engine) -> None:
    add(engine, "OPS")

    with rehearsing(engine) as stage:
        add(stage, "SHOP")
        during = keys(stage)

    assert (during, keys(engine)) == (["OPS", "SHOP"], ["OPS"])


def test_a_part_of_a_rehearsal_that_fails_is_undone_alone(engine: Engine) -> None:
    with rehearsing(engine) as stage:
        add(stage, "OPS")
        with pytest.raises(KeyError):
            fail(stage, "SHOP")
        during = keys(stage)

    assert (during, keys(engine)) == (["OPS"], [])


def test_a_rehearsal_that_breaks_off_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(KeyError), rehearsing(engine) as stage:
        fail(stage, "OPS")

    assert keys(engine) == []
    add(engine, "SHOP")
    assert keys(engine) == ["SHOP"]
