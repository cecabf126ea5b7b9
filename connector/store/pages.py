"""What we last wrote on each page, to tell a no-op and to know our own version again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from connector.store.statements import upsert
from connector.store.tables import pages


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPage:
    """A page as we left it. `compare` holds the hash of each region without its stamps, by region id."""

    site: str
    natural_key: str
    page_id: str
    version: int
    compare: Mapping[str, str]
    written_at: datetime


_PARTS = [pages.c[name] for name in WrittenPage.__dataclass_fields__]


def save(
    conn: Connection,
    site: str,
    natural_key: str,
    page_id: str,
    version: int,
    compare: Mapping[str, str],
    written_at: datetime,
) -> None:
    """Remember what was written."""
    row = {
        "site": site,
        "natural_key": natural_key,
        "page_id": page_id,
        "version": version,
        "compare": compare,
        "written_at": written_at,
    }
    upsert(conn, pages, [row])


def get(conn: Connection, site: str, natural_key: str) -> WrittenPage | None:
    """What was last written under this natural key."""
    return _first(conn, site, pages.c.natural_key == natural_key)


def by_page(conn: Connection, site: str, page_id: str) -> WrittenPage | None:
    """What was last written on the page with this id."""
    return _first(conn, site, pages.c.page_id == page_id)


def own_ids(conn: Connection, site: str) -> frozenset[str]:
    """The ids of all pages that we have written."""
    return frozenset(conn.execute(select(pages.c.page_id).where(pages.c.site == site)).scalars())


def _first(conn: Connection, site: str, which: ColumnElement[bool]) -> WrittenPage | None:
    statement = select(*_PARTS).where(pages.c.site == site, which).order_by(pages.c.written_at.desc()).limit(1)
    row: Any = conn.execute(statement).first()
    return None if row is None else WrittenPage(**row._mapping)
