import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from connector.store import statuses
from connector.store.engine import BadDatabase, make_engine, migrate, reading, schema_problem, writing
from connector.store.tables import metadata
from tests.conftest import POSTGRES, opened


def described(engine: Engine) -> dict[str, object]:
    """All that tells two schemas apart, in the database's own words."""
    if engine.dialect.name == "sqlite":
        ask = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        with reading(engine) as conn:
            return {
                name: re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split())) for name, sql in conn.execute(text(ask))
            }
    columns = (
        "SELECT table_name, column_name, ordinal_position, data_type, is_nullable, collation_name, is_identity, "
        "identity_generation FROM information_schema.columns WHERE table_schema = 'public'"
    )
    indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    keys = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    found: dict[str, object] = {}
    with reading(engine) as conn:
        for ask in (columns, indexes, keys):
            rows = [tuple(row) for row in conn.execute(text(ask))]
            found[ask] = sorted(row for row in rows if "alembic_version" not in row[0])
    return found


def test_the_migrations_make_the_tables_that_the_code_knows(empty_url: str) -> None:
    with opened(empty_url) as engine:
        migrate(engine)
        migrated = described(engine)
        metadata.drop_all(engine)
        metadata.create_all(engine)

        assert migrated == described(engine)
        assert {*metadata.tables, "alembic_version"} == set(inspect(engine).get_table_names())


def test_a_new_database_says_that_it_has_no_tables_until_it_is_migrated(empty_url: str) -> None:
    with opened(empty_url) as engine:
        before = schema_problem(engine)
        migrate(engine)

        assert before == "the database has no tables yet; `connector serve` makes them when it starts"
        assert schema_problem(engine) is None


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    with writing(engine) as conn:
        statuses.learn(conn, "main", {"1": "new"})

    migrate(engine)

    with reading(engine) as conn:
        assert statuses.categories(conn, "main") == {"1": "new"}


def test_processes_that_start_together_may_all_migrate(empty_url: str) -> None:
    together = Barrier(4)

    def start(_: int) -> str | None:
        with opened(empty_url) as engine:
            together.wait(20)
            migrate(engine)
            return schema_problem(engine)

    with ThreadPoolExecutor(4) as pool:
        problems = list(pool.map(start, range(4)))

    assert problems == [None, None, None, None]


def test_a_database_of_a_newer_version_is_refused_by_name(empty_url: str) -> None:
    with opened(empty_url) as engine:
        migrate(engine)
        with writing(engine) as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        with pytest.raises(BadDatabase) as refused:
            migrate(engine)

        assert str(refused.value) == schema_problem(engine)
        assert "revision 9999, which this version does not know" in str(refused.value)


def test_an_error_takes_back_all_that_was_written(engine: Engine) -> None:
    def learn_and_fail() -> None:
        with writing(engine) as conn:
            statuses.learn(conn, "main", {"1": "new"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        learn_and_fail()

    with reading(engine) as conn:
        assert statuses.categories(conn, "main") == {}


def test_a_reader_sees_one_moment_while_others_write(engine: Engine) -> None:
    with reading(engine) as snapshot:
        before = statuses.categories(snapshot, "main")
        with writing(engine) as conn:
            statuses.learn(conn, "main", {"1": "new"})

        assert statuses.categories(snapshot, "main") == before == {}

    with reading(engine) as later:
        assert statuses.categories(later, "main") == {"1": "new"}


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_a_reader_cannot_write_on_postgresql(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="read-only"), reading(engine) as conn:
        statuses.learn(conn, "main", {"1": "new"})


def test_writers_and_readers_of_one_database_never_find_it_locked(database_url: str) -> None:
    together = Barrier(4)

    def count(writer: int) -> int:
        with opened(database_url) as engine:
            together.wait(20)
            for n in range(25):
                with writing(engine) as conn:
                    known = statuses.categories(conn, f"site-{writer % 2}")
                    statuses.learn(conn, f"site-{writer % 2}", {f"{writer}-{n}": "new"})
                with reading(engine) as conn:
                    assert len(statuses.categories(conn, f"site-{writer % 2}")) > len(known)
            return n + 1

    with ThreadPoolExecutor(4) as pool:
        written = sum(pool.map(count, range(4)))

    with opened(database_url) as engine, reading(engine) as conn:
        assert written == 100
        assert len(statuses.categories(conn, "site-0")) + len(statuses.categories(conn, "site-1")) == 100


def test_sqlite_waits_for_the_disk_at_every_commit(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'connector.db'}") as engine, reading(engine) as conn:
        asked = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        found = {name: conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked}

    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30000, "foreign_keys": 1}


@pytest.mark.parametrize("url", ["postgres://u@localhost/x", "postgresql://u@localhost/x"])
def test_postgresql_is_spoken_to_through_psycopg(url: str) -> None:
    with opened(url) as engine:
        assert engine.url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("mysql://root:hidden@db/x", "the database URL is for 'mysql'", id="another-product"),
        pytest.param("secret-without-a-scheme", "the database URL cannot be read", id="no-url"),
        pytest.param("postgresql://u:hidden@db:five/x", "the database URL cannot be read", id="no-port"),
    ],
)
def test_a_url_that_we_cannot_use_is_refused_without_repeating_its_password(url: str, told: str) -> None:
    with pytest.raises(BadDatabase, match=told) as refused:
        make_engine(url)

    assert "hidden" not in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("sqlite:////nowhere/at/all/connector.db", "unable to open database file", id="no-folder"),
        pytest.param("postgresql://ada:hunter2@127.0.0.1:1/x", "connection failed: ", id="nobody-listens"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_with_its_reason_and_what_to_look_at(url: str, why: str) -> None:
    with opened(url) as engine, pytest.raises(BadDatabase) as refused:
        migrate(engine)

    told = str(refused.value)
    assert told.startswith(f"the database cannot be used ({why}")
    assert told.endswith("this account may read and write it (of SQLite, its folder too)")
    assert "\n" not in told
    assert "hunter2" not in told


def test_a_file_that_holds_no_database_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "connector.db").write_text("Notes of a meeting, which are longer than the header of a database. " * 20)

    with opened(f"sqlite:///{tmp_path / 'connector.db'}") as engine, pytest.raises(BadDatabase) as refused:
        migrate(engine)

    assert str(refused.value).startswith("the database cannot be used (file is not a database); ")


def test_an_error_does_not_quote_the_values_that_were_to_be_stored(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as raised, writing(engine) as conn:
        conn.execute(text("INSERT INTO nowhere VALUES (:body)"), {"body": "a stranger's words"})

    assert "nowhere" in str(raised.value)
    assert "a stranger's words" not in str(raised.value)
