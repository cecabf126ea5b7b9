"""Every row of every table, to prove that nothing was written."""

from sqlalchemy import Engine, Text, cast, select

from connector.store.engine import reading
from connector.store.tables import metadata


def all_rows(engine: Engine) -> dict[str, list[str]]:
    """Every row as text, by table. Read without the columns' own types, so that bytes are compared and not meanings."""
    with reading(engine) as conn:
        return {
            table.name: sorted(
                repr(tuple(row)) for row in conn.execute(select(*(cast(column, Text) for column in table.columns)))
            )
            for table in metadata.sorted_tables
        }
