"""What a person has paused, and since when. Everybody who judges or sends reads it right before."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from connector.core.steering import WHOLE_SITE, Pause, Paused, PauseKind
from connector.store.statements import add_missing
from connector.store.tables import pauses

_PARTS = [pauses.c[name] for name in Pause.__dataclass_fields__]


def pause(conn: Connection, one: Pause) -> bool:
    """Pause it from now on. False when it was paused already: then its moment and reason stay."""
    if _found(conn, one.site, one.kind, one.name):
        return False
    add_missing(conn, pauses, [{name: getattr(one, name) for name in Pause.__dataclass_fields__}])
    return True


def resume(conn: Connection, site: str, kind: PauseKind, name: str = WHOLE_SITE) -> bool:
    """Let it go on. False when it was not paused."""
    return conn.execute(delete(pauses).where(*_is(site, kind, name))).rowcount == 1


def of_site(conn: Connection, site: str) -> list[Pause]:
    """Everything that is paused in a site, in the order in which it was paused."""
    rows = conn.execute(select(*_PARTS).where(pauses.c.site == site).order_by(pauses.c.at, pauses.c.name))
    return [_pause(row) for row in rows]


def paused(conn: Connection, site: str) -> Paused:
    """The same, to be asked by name."""
    found = of_site(conn, site)
    return Paused(
        site=next((one for one in found if one.kind == "site"), None),
        projects={one.name: one for one in found if one.kind == "project"},
        rules={one.name: one for one in found if one.kind == "rule"},
    )


def _found(conn: Connection, site: str, kind: PauseKind, name: str) -> bool:
    return conn.execute(select(pauses.c.at).where(*_is(site, kind, name))).first() is not None


def _is(site: str, kind: PauseKind, name: str) -> tuple[Any, Any, Any]:
    return pauses.c.site == site, pauses.c.kind == kind, pauses.c.name == name


def _pause(row: Row[Any]) -> Pause:
    return Pause(**row._mapping)
