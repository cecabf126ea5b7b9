"""The two statements that both databases have and SQLAlchemy spells for each: insert, and insert or update."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Insert = postgresql.Insert | sqlite.Insert


def insert(conn: Connection, table: Table) -> Insert:
    """An INSERT in the connection's own dialect, which alone knows ON CONFLICT."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def add_missing(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose key is not there yet."""
    if rows:
        conn.execute(insert(conn, table).on_conflict_do_nothing(), rows)


def upsert(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows, or overwrite those with the same primary key, in one round of executemany."""
    if not rows:
        return
    statement = insert(conn, table)
    key = [column.name for column in table.primary_key]
    values = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=values), rows)


def chunks(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """The values in lists of at most `size`, for IN lists of bounded length."""
    rest = iter(values)
    while found := list(islice(rest, size)):
        yield found


def numeric(identity: str) -> int:
    """An id as a number to sort by; 0 where it is none or too large for a column."""
    return int(identity) if identity.isascii() and identity.isdigit() and len(identity) <= 18 else 0
