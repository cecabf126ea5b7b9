"""Procrastinate's own tables: in a schema of their own beside ours, made by whoever starts first.

The schema's name tells which description of the tables it was made by, so that machines with different versions of the
library, as there are while all are being updated, do not meet in one. Jobs are hints: nothing is moved from an old
schema to a new one, and an old one that nobody has worked with for a while is dropped.
"""

import hashlib

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from connector.core.errors import ConnectorError
from connector.store.engine import writing
from connector.store.locks import wait_for_lock

PREFIX = "connector_jobs_"
SCHEMA = PREFIX + hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()[:8]
_LEFT_ALONE_FOR = "1 hour"


class NoJobTables(ConnectorError):
    """The tables for jobs are missing and cannot be made."""


def make_job_tables(engine: Engine) -> None:
    """Make the tables for jobs where they are missing, all or nothing. Several machines may do so at once.

    Raises NoJobTables where this account may not.
    """
    try:
        with writing(engine) as conn:
            wait_for_lock(conn, "job tables")
            if not _is_there(conn, SCHEMA):
                _make(conn)
            for schema in _left_alone(conn):
                conn.exec_driver_sql(f'DROP SCHEMA "{schema}" CASCADE')
    except ProgrammingError as error:
        told = str(error.orig).strip().partition("\n")[0]
        raise NoJobTables(
            f"the tables for jobs cannot be made in the schema {SCHEMA} ({told}); let this account make schemas "
            "(GRANT CREATE ON DATABASE … TO …), or set CONNECTOR_DISPATCH to local"
        ) from error


def use_job_tables(conn: Connection) -> None:
    """Let Procrastinate's statements find its tables until the transaction ends."""
    conn.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")


def _make(conn: Connection) -> None:
    conn.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    use_job_tables(conn)
    conn.execution_options(no_parameters=True).exec_driver_sql(SchemaManager.get_schema())


def _is_there(conn: Connection, schema: str) -> bool:
    named = text("SELECT to_regnamespace(:name) IS NOT NULL")
    return bool(conn.execute(named, {"name": schema}).scalar_one())


def _left_alone(conn: Connection) -> list[str]:
    """The schemas of other versions in which no worker has given a sign of life for a while."""
    named = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix) AND nspname <> :ours")
    found = conn.execute(named, {"prefix": PREFIX, "ours": SCHEMA}).scalars()
    return [str(schema) for schema in found if not _is_in_use(conn, str(schema))]


def _is_in_use(conn: Connection, schema: str) -> bool:
    alive = f"last_heartbeat > now() - interval '{_LEFT_ALONE_FOR}'"
    found = conn.exec_driver_sql(f'SELECT EXISTS (SELECT 1 FROM "{schema}".procrastinate_workers WHERE {alive})')  # noqa: S608
    return bool(found.scalar_one())
