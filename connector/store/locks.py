"""Who may work: one `serve` on a SQLite file, and one holder of a named lock on PostgreSQL."""

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, func, select

from connector.core.errors import ConnectorError
from connector.store.engine import BadDatabase, unusable

LOOK_AGAIN_S = 0.2


class AlreadyServing(ConnectorError):
    """Another process serves on the same SQLite file."""


@contextmanager
def serve_lock(engine: Engine) -> Iterator[None]:
    """Be the only `serve` on this SQLite file; the operating system lets go when the process ends, however it ends.

    Raises AlreadyServing, and BadDatabase where no file can be made beside the database. On PostgreSQL any number may
    serve, and a database in memory is nobody else's.
    """
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        yield
        return
    path = Path(f"{Path(database).resolve()}.serving")
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyServing(_refusal(path, database)) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _opened(path: Path) -> TextIO:
    try:
        return path.open("a+", encoding="ascii")
    except OSError as error:
        raise BadDatabase(unusable(f"{path}: {error.strerror}")) from error


def wait_for_lock(conn: Connection, name: str) -> None:
    """Make the named lock this transaction's own until it ends, when whoever holds it now has ended.

    On SQLite a writing transaction is alone anyway.
    """
    if conn.dialect.name != "sqlite":
        conn.execute(select(func.pg_advisory_xact_lock(_number(name))))


def held_lock(conn: Connection, name: str) -> bool:
    """Whether the named lock is this transaction's own until it ends. Never waits.

    On SQLite a writing transaction is alone anyway. On PostgreSQL an advisory lock: it needs no row, so that nobody
    waits for another's insert of one.
    """
    if conn.dialect.name == "sqlite":
        return True
    return bool(conn.execute(select(func.pg_try_advisory_xact_lock(_number(name)))).scalar_one())


@contextmanager
def exclusive(engine: Engine, name: str) -> Iterator[bool]:
    """Whether the named lock is ours for as long as the block lasts, whatever transactions that opens. Never waits.

    On SQLite it always is: the only `serve` on the file gives each piece of work out once, and a transaction held here
    would keep the block's own from writing.
    """
    if engine.dialect.name == "sqlite":
        yield True
        return
    with engine.begin() as conn:
        yield held_lock(conn, name)


@contextmanager
def sole_worker(engine: Engine, name: str, stop: threading.Event) -> Iterator[bool]:
    """Wait until no process that is about to end works under this name any more; False when `stop` came first.

    The operating system (SQLite) or the server (PostgreSQL) lets go when the process ends, however it ends.
    """
    with _held_alone(engine, name) as is_ours:
        while not (ours := is_ours()) and not stop.wait(LOOK_AGAIN_S):
            pass
        yield ours


@contextmanager
def _held_alone(engine: Engine, name: str) -> Iterator[Callable[[], bool]]:
    """A question that is answered with yes from the moment on at which the name is ours."""
    database = engine.url.database
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            lock = select(func.pg_try_advisory_lock(_number(name)))
            yield lambda: bool(conn.execute(lock).scalar_one())
            conn.execute(select(func.pg_advisory_unlock(_number(name))))
    elif not database or database == ":memory:":
        yield lambda: True
    else:
        with Path(f"{Path(database).resolve()}.{name.split()[0]}").open("a", encoding="ascii") as file:
            yield lambda: _try_flock(file.fileno())


def _try_flock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _number(name: str) -> int:
    """The number of a named lock on PostgreSQL."""
    return int.from_bytes(hashlib.sha256(f"lifecycle-connector {name}".encode()).digest()[:8], signed=True)


def _refusal(path: Path, database: str) -> str:
    holder = path.read_text("ascii").strip() or "unknown"
    return (
        f"process {holder} already serves on {database}; stop it first, name another database in "
        "CONNECTOR_DATABASE_URL, or use PostgreSQL to serve from several processes or machines"
    )
