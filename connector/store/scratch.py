"""A database that is thrown away: for rehearsals, whose rows nobody needs once they are told."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import LRUCache

from connector.store.engine import make_engine
from connector.store.tables import metadata

_STATEMENTS: LRUCache[object, object] = LRUCache(500)
"""Compiled once for all scratch databases: each is too short-lived to earn statements of its own."""


@contextmanager
def scratch_engine() -> Iterator[Engine]:
    """An empty database with its tables, in a file of its own that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="connector-rehearsal-") as place:
        file = Path(place) / "scratch.db"
        file.write_bytes(_empty())
        engine = _engine(file)
        try:
            yield engine.execution_options(compiled_cache=_STATEMENTS)
        finally:
            engine.dispose()


@cache
def _empty() -> bytes:
    """A file with the tables and nothing in them."""
    with tempfile.TemporaryDirectory(prefix="connector-rehearsal-") as place:
        file = Path(place) / "empty.db"
        engine = _engine(file)
        metadata.create_all(engine)
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        return file.read_bytes()


def _engine(file: Path) -> Engine:
    engine = make_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", _be_quick)
    return engine


def _be_quick(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # What a crash would lose is lost anyway.
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
