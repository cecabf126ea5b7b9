"""Opening databases and transactions, and bringing the tables up to date."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from connector.core.errors import ConnectorError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_S = 30
_MIGRATION_LOCK = 0x6C63_6D69_6772
_REHEARSAL = "connector_rehearsal"
_READS: dict[str, dict[str, Any]] = {
    "sqlite": {"connector_reads": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


class BadDatabase(ConnectorError):
    """The database URL names no database that we can use, or one whose tables this version does not know."""


def make_engine(url: str) -> Engine:
    """An engine for sqlite:///file or postgresql://…. Connects only when used. Raises BadDatabase.

    Its errors do not quote the values of a statement: these hold bodies, and errors are logged.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": _BUSY_S}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    connect_args = {"connect_timeout": 10, "application_name": "lifecycle-connector"}
    return create_engine(parsed, connect_args=connect_args, pool_pre_ping=True, hide_parameters=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back by an error. SQLite has one of them at a time."""
    rehearsal = _rehearsal_of(engine)
    if rehearsal is not None:
        with rehearsal.begin_nested():
            yield rehearsal
        return
    with engine.begin() as conn:
        yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent snapshot, from the first read on, that nobody waits for. Writing in it fails."""
    rehearsal = _rehearsal_of(engine)
    if rehearsal is not None:
        yield rehearsal
        return
    with engine.connect() as conn:
        conn.execution_options(**_READS[engine.dialect.name])
        with conn.begin():
            yield conn


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Engine]:
    """An engine on which all can be written and nothing stays: its transactions are parts of one that is rolled back.

    Others wait for it as they would for any transaction that writes what it writes, on SQLite all who write.
    """
    with engine.connect() as conn:
        conn.begin()
        try:
            yield engine.execution_options(**{_REHEARSAL: conn})
        finally:
            conn.rollback()


def _rehearsal_of(engine: Engine) -> Connection | None:
    held = engine.get_execution_options().get(_REHEARSAL)
    return held if isinstance(held, Connection) else None


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, all or nothing. Several processes may do so at once. Raises BadDatabase."""
    try:
        _upgrade(engine)
    except DatabaseError as error:
        raise BadDatabase(unusable(str(error.orig))) from error


def unusable(why: str) -> str:
    """What to tell a person whose database cannot be opened or written, and why not in the first line of `why`."""
    return (
        f"the database cannot be used ({why.strip().partition(chr(10))[0]}); see that what CONNECTOR_DATABASE_URL "
        "names is there and running, and that this account may read and write it (of SQLite, its folder too)"
    )


def _upgrade(engine: Engine) -> None:
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        config = Config(attributes={"connection": conn})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise BadDatabase(_unknown_revision(conn)) from error


def schema_problem(engine: Engine) -> str | None:
    """Why this version cannot work with the database's tables, or None when it can."""
    with reading(engine) as conn:
        found = MigrationContext.configure(conn).get_current_revision()
        if found is None:
            return "the database has no tables yet; `connector serve` makes them when it starts"
        known = ScriptDirectory(str(_MIGRATIONS))
        if found == known.get_current_head():
            return None
        if found in {one.revision for one in known.walk_revisions()}:
            return f"the database's tables are of the older revision {found}; `connector serve` updates them"
        return _unknown_revision(conn)


def _unknown_revision(conn: Connection) -> str:
    found = MigrationContext.configure(conn).get_current_revision()
    return (
        f"the database's tables are of revision {found}, which this version does not know; a newer version has used "
        "this database: install that one again, or restore the backup made before it"
    )


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        # The URL may hold a password, so it is not repeated here.
        raise BadDatabase(
            "the database URL cannot be read; it looks like sqlite:///connector.db or "
            "postgresql://user:password@host/database"
        ) from error
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed.set(drivername="sqlite")
    raise BadDatabase(f"the database URL is for {backend!r}; use sqlite:///… or postgresql://…")


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    # Transactions are begun by _begin_sqlite; the driver's own way would begin none for reads and DDL.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_S * 1000}")
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL. SQLite does not wait for the lock that this needs, so we do."""
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(conn: Connection) -> None:
    """Writers take the lock at once: one that began by reading could not wait for it and would fail."""
    is_reading = conn.get_execution_options().get("connector_reads", False)
    conn.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
