"""Which category each status of a site belongs to, learned from what was seen."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from connector.store.statements import upsert
from connector.store.tables import statuses


def categories(conn: Connection, site: str) -> dict[str, str]:
    """The category (new, indeterminate, done) by status id."""
    rows = conn.execute(select(statuses.c.id, statuses.c.category).where(statuses.c.site == site))
    return {row.id: row.category for row in rows}


def learn(conn: Connection, site: str, mapping: Mapping[str, str]) -> set[str]:
    """Remember categories by status id. Gives the ids that are new or went to another category."""
    known = categories(conn, site) if mapping else {}
    changed = {status for status, category in mapping.items() if known.get(status) != category}
    upsert(conn, statuses, [{"site": site, "id": one, "category": mapping[one]} for one in sorted(changed)])
    return changed
