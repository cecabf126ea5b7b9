"""What every test may ask for: a fresh database, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine, text

from connector.store.engine import make_engine, migrate
from connector.store.tables import inbox, metadata, outbox
from tests import postgres

_HOME = "CONNECTOR_TEST_SERVER_HOME"
POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)
_DATABASES = ["sqlite", POSTGRES]
_AT_THE_END = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # Workers of pytest-xdist inherit the environment, and so share one server.
        os.environ[_HOME] = str(_AT_THE_END.enter_context(postgres.server_home()))


def pytest_unconfigure() -> None:
    _AT_THE_END.close()


def pytest_report_header() -> str:
    return f"PostgreSQL: {postgres.describe()}"


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """A command that is run in this process sets up its own logs: the next test begins without them."""
    yield
    structlog.reset_defaults()


@pytest.fixture(params=_DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with its tables."""
    if request.param == "postgresql":
        yield emptied(request.getfixturevalue("postgres_database"))
        return
    shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "connector.db")
    yield f"sqlite:///{tmp_path / 'connector.db'}"


@pytest.fixture(params=_DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database without tables."""
    if request.param == "postgresql":
        with postgres.database(_server()) as url:
            yield url
        return
    yield f"sqlite:///{tmp_path / 'connector.db'}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database with its tables."""
    with opened(database_url) as engine:
        yield engine


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "connector.db"
    with opened(f"sqlite:///{path}") as engine:
        migrate(engine)
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """One database for all tests of a process, emptied before each: making one takes many times as long."""
    with postgres.database(_server()) as url, opened(url) as engine:
        migrate(engine)
        engine.dispose()
        yield url


def emptied(url: str) -> str:
    """The database at this URL, without rows, connections and counted numbers of the test before."""
    with opened(url) as engine, engine.begin() as conn:
        others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
        conn.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
        for table in (inbox, outbox):
            conn.execute(text(f"ALTER TABLE {table.name} ALTER COLUMN id RESTART"))
    return url


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine whose connections are closed at the end."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _server() -> str:
    return postgres.shared_server(Path(os.environ[_HOME])) or pytest.skip(postgres.NONE_FOUND)
