import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, make_url, text

from connector.dispatch.jobtables import PREFIX, SCHEMA, NoJobTables, make_job_tables
from connector.store.engine import migrate, reading, schema_problem, writing
from tests.conftest import POSTGRES, opened

pytestmark = pytest.mark.parametrize("empty_url", [POSTGRES], indirect=True)


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    with opened(empty_url) as engine:
        yield engine


def schemas(engine: Engine) -> set[str]:
    with reading(engine) as conn:
        named = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix)")
        return set(conn.execute(named, {"prefix": PREFIX}).scalars())


def run(engine: Engine, *statements: str) -> None:
    with writing(engine) as conn:
        for statement in statements:
            conn.execute(text(statement))


def test_several_machines_may_make_the_tables_at_once_and_again(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: make_job_tables(empty), range(8)))

    assert schemas(empty) == {SCHEMA}
    with reading(empty) as conn:
        assert conn.execute(text(f"SELECT count(*) FROM {SCHEMA}.procrastinate_jobs")).scalar_one() == 0


def test_our_own_tables_are_left_alone(empty: Engine) -> None:
    migrate(empty)
    make_job_tables(empty)
    migrate(empty)

    assert schema_problem(empty) is None


@pytest.mark.parametrize(
    ("seen", "left"), [("2 hours", {SCHEMA}), ("10 minutes", {SCHEMA, f"{PREFIX}old"})], ids=["gone", "still-at-work"]
)
def test_the_tables_of_another_version_are_dropped_when_nobody_works_with_them(
    empty: Engine, seen: str, left: set[str]
) -> None:
    old = f"{PREFIX}old"
    workers = f"CREATE TABLE {old}.procrastinate_workers (last_heartbeat timestamptz)"
    run(empty, f"CREATE SCHEMA {old}", workers)
    run(empty, f"INSERT INTO {old}.procrastinate_workers VALUES (now() - interval '{seen}')")

    make_job_tables(empty)

    assert schemas(empty) == left


def test_an_account_that_may_not_make_schemas_is_told_what_would_do(empty: Engine) -> None:
    with role(empty) as humble:
        with pytest.raises(NoJobTables, match="GRANT CREATE ON DATABASE"):
            make_job_tables(humble)
        make_job_tables(empty)

        make_job_tables(humble)

    assert schemas(empty) == {SCHEMA}


@contextmanager
def role(engine: Engine) -> Iterator[Engine]:
    name = f"humble_{uuid.uuid4().hex[:8]}"
    run(engine, f"CREATE ROLE {name} LOGIN")
    try:
        url = make_url(engine.url).set(username=name).render_as_string(hide_password=False)
        with opened(url) as humble:
            yield humble
    finally:
        run(engine, f"DROP ROLE {name}")
