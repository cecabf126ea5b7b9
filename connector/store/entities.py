"""Everything mirrored but issues: as it is now, and every state it was seen in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, or_, select, tuple_

from connector.core.project import Entity
from connector.store.statements import chunks, insert, numeric, upsert
from connector.store.tables import entities, entity_versions, issues

_FIELDS = tuple(Entity.__dataclass_fields__)
_OF_ISSUES = ("comment", "worklog", "link", "attachment", "property")
_PARTS = [entities.c[name] for name in _FIELDS]


def load(conn: Connection, site: str, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Entity]:
    """The entities with these (kind, id) that are known, removed ones too."""
    found: dict[tuple[str, str], Entity] = {}
    for some in chunks(sorted(set(names))):
        named = tuple_(entities.c.kind, entities.c.id).in_(some)
        for row in conn.execute(select(*_PARTS).where(entities.c.site == site, named)):
            found[row.kind, row.id] = _entity(row)
    return found


def save(conn: Connection, saved: Sequence[Entity]) -> None:
    """Store entities as they are now, and the states they are in to their versions."""
    # In the order of their keys, so that two processes that save the same ones wait for, and never block, each other.
    rows = [_values(one) for one in sorted(saved, key=lambda one: (one.site, one.kind, one.id, one.stamp))]
    upsert(conn, entities, rows)
    _upsert_versions(conn, rows)


def add_versions(conn: Connection, seen: Sequence[Entity]) -> None:
    """Remember past states that arrived late, without touching what stands now."""
    _upsert_versions(conn, [_values(one) for one in seen])


def of_project(conn: Connection, site: str, project: str, kinds: Iterable[str]) -> list[Entity]:
    """What the project has of these kinds and was not removed, in the order of numeric ids.

    What belongs to an issue is where that issue is now, whatever project its own payload named.
    """
    its_issues = select(issues.c.id).where(issues.c.site == site, issues.c.project == project)
    is_issues = entities.c.kind.in_(_OF_ISSUES)
    by_parent = and_(is_issues, entities.c.parent.in_(its_issues))
    its_issue = exists().where(issues.c.site == entities.c.site, issues.c.id == entities.c.parent)
    by_itself = and_(entities.c.project == project, ~and_(is_issues, its_issue))
    return _living(conn, site, kinds, or_(by_parent, by_itself))


def of_parent(conn: Connection, site: str, parent: str, kinds: Iterable[str]) -> list[Entity]:
    """What an issue or page has of these kinds and was not removed, in the order of numeric ids."""
    return _living(conn, site, kinds, entities.c.parent == parent)


def of_parents(conn: Connection, site: str, parents: Iterable[str], kinds: Iterable[str]) -> list[Entity]:
    """What these issues or pages have of these kinds and was not removed, in the order of parents and ids."""
    wanted = list(kinds)
    found = [_living(conn, site, wanted, entities.c.parent.in_(some)) for some in chunks(sorted(set(parents)))]
    living = [one for some in found for one in some]
    return sorted(living, key=lambda one: (one.parent or "", numeric(one.id), one.id))


def trimmed(conn: Connection, site: str, kind: str, limit: int) -> list[str]:
    """Ids of some living entities of a kind of which only a trimmed copy is held: by lot, for some stay so."""
    c = entities.c
    mine = (c.site == site, c.kind == kind, c.is_trimmed.is_(True), c.is_gone.is_(False))
    return list(conn.execute(select(c.id).where(*mine).order_by(func.random()).limit(limit)).scalars())


def as_of(conn: Connection, site: str, kind: str, entity_id: str, t: datetime) -> Entity | None:
    """The entity as it was at `t`; None while it had not been seen. A removed one says so itself."""
    version = entity_versions.c
    statement = select(*(version[name] for name in _FIELDS)).where(
        version.site == site, version.kind == kind, version.id == entity_id, version.at <= t
    )
    row = conn.execute(statement.order_by(version.at.desc(), version.stamp.desc()).limit(1)).first()
    return None if row is None else _entity(row)


def _upsert_versions(conn: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """A state seen again keeps the moment from which it was true, and takes what the fuller sight of it shows."""
    if not rows:
        return
    statement = insert(conn, entity_versions)
    told, known = statement.excluded, entity_versions.c
    key = [column.name for column in entity_versions.primary_key]
    values: dict[str, object] = {column.name: told[column.name] for column in known if column.name not in key}
    values["at"] = case((told["at"] < known.at, told["at"]), else_=known.at)
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=values), rows)


def _living(conn: Connection, site: str, kinds: Iterable[str], which: ColumnElement[bool]) -> list[Entity]:
    statement: Select[Any] = select(*_PARTS).where(
        entities.c.site == site, entities.c.kind.in_(sorted(set(kinds))), entities.c.is_gone.is_(False), which
    )
    statement = statement.order_by(entities.c.kind, entities.c.number, entities.c.id)
    return [_entity(row) for row in conn.execute(statement, execution_options={"yield_per": 500})]


def _entity(row: Row[Any]) -> Entity:
    return Entity(**row._mapping)


def _values(one: Entity) -> Mapping[str, object]:
    return {"number": numeric(one.id), **{name: getattr(one, name) for name in _FIELDS}}
