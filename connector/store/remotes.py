"""What a natural key is called in Jira or Confluence, once it is known."""

from sqlalchemy import Connection, delete, select

from connector.store.statements import upsert
from connector.store.tables import remotes


def remember(conn: Connection, site: str, natural_key: str, remote_id: str) -> None:
    """The natural key names this remote id from now on."""
    upsert(conn, remotes, [{"site": site, "natural_key": natural_key, "remote_id": remote_id}])


def forget(conn: Connection, site: str, natural_key: str) -> None:
    """What the natural key named is gone."""
    conn.execute(delete(remotes).where(remotes.c.site == site, remotes.c.natural_key == natural_key))


def find(conn: Connection, site: str, natural_key: str) -> str | None:
    """The remote id, None where nothing was made yet."""
    found = select(remotes.c.remote_id).where(remotes.c.site == site, remotes.c.natural_key == natural_key)
    return conn.execute(found).scalar_one_or_none()


def by_remote(conn: Connection, site: str, remote_id: str) -> list[str]:
    """The natural keys with this remote id. An issue and a comment may share a number, so there can be several."""
    found = select(remotes.c.natural_key).where(remotes.c.site == site, remotes.c.remote_id == remote_id)
    return list(conn.execute(found.order_by(remotes.c.natural_key)).scalars())
