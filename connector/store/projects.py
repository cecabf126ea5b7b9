"""The projects that were seen, and which of them changed since their last rollup."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select, update

from connector.core.rulebook import Mode
from connector.store.statements import add_missing, insert
from connector.store.tables import project_marks, projects


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """A project. `mode` is set when a person overrides the rules' own; `started_at` is when it was first seen."""

    site: str
    key: str
    name: str
    mode: Mode | None
    is_caught_up: bool
    started_at: datetime | None
    rolled_n: int
    rolled_at: datetime | None
    pages_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueProject:
    """A project that changed. `dirty_n` goes back to `rolled_up`; `pages_at` is when its pages were last written.

    rolled_n: the mark that its last rollup saw, by which one looker sees that another has rolled it up meanwhile.
    """

    site: str
    key: str
    dirty_n: int
    urgent: bool
    pages_at: datetime | None
    rolled_n: int = 0


_PARTS = [projects.c[name] for name in ProjectRow.__dataclass_fields__]


def ensure(conn: Connection, site: str, key: str, name: str | None = None, at: datetime | None = None) -> None:
    """The project is known, by this name if one is given. `at` is kept from the first time only."""
    add_missing(conn, projects, [_new(site, key, name, at)])
    if name is not None:
        # Without this condition an unchanged name would wait for a rollup that holds the row.
        conn.execute(update(projects).where(*_is(site, key), projects.c.name != name).values(name=name))


def mark_dirty(conn: Connection, site: str, keys: Iterable[str], *, urgent: bool = False) -> None:
    """Note that projects changed. Never waits for a rollup, and no mark made during one is lost."""
    rows = [{"site": site, "key": key, "dirty_n": 1, "urgent_n": int(urgent)} for key in sorted(set(keys))]
    if not rows:
        return
    add_missing(conn, projects, [_new(site, str(row["key"]), None, None) for row in rows])
    again = project_marks.c.dirty_n + 1
    counted = {"dirty_n": again, "urgent_n": again} if urgent else {"dirty_n": again}
    marked = insert(conn, project_marks)
    conn.execute(marked.on_conflict_do_update(index_elements=["site", "key"], set_=counted), rows)


def due(conn: Connection, site: str | None = None) -> list[DueProject]:
    """The projects marked since their last rollup, urgent ones first. One that is being backfilled is not due."""
    is_urgent = project_marks.c.urgent_n > projects.c.rolled_n
    joined = projects.join(
        project_marks, (project_marks.c.site == projects.c.site) & (project_marks.c.key == projects.c.key)
    )
    parts = (projects.c.site, projects.c.key, project_marks.c.dirty_n, projects.c.pages_at, projects.c.rolled_n)
    statement = select(*parts, is_urgent.label("urgent")).select_from(joined)
    statement = statement.where(project_marks.c.dirty_n > projects.c.rolled_n, projects.c.is_caught_up)
    if site is not None:
        statement = statement.where(projects.c.site == site)
    rows = conn.execute(statement.order_by(is_urgent.desc(), projects.c.site, projects.c.key))
    return [DueProject(**{**row._mapping, "urgent": bool(row.urgent)}) for row in rows]


def is_urgent(conn: Connection, site: str, key: str) -> bool:
    """Whether the project was marked urgent since its last rollup."""
    joined = projects.join(
        project_marks, (project_marks.c.site == projects.c.site) & (project_marks.c.key == projects.c.key)
    )
    found = select(project_marks.c.urgent_n > projects.c.rolled_n).select_from(joined).where(*_is(site, key))
    return bool(conn.execute(found).scalar())


def lock(conn: Connection, site: str, key: str) -> ProjectRow | None:
    """The project, this transaction's own until it ends; None while another one holds it or when it is unknown.

    On SQLite a writing transaction is alone anyway.
    """
    return _first(conn, select(*_PARTS).where(*_is(site, key)).with_for_update(skip_locked=True))


def rolled_up(conn: Connection, site: str, key: str, dirty_n: int, at: datetime) -> None:
    """A rollup saw everything up to mark `dirty_n`."""
    newest = case((projects.c.rolled_n > dirty_n, projects.c.rolled_n), else_=dirty_n)
    conn.execute(update(projects).where(*_is(site, key)).values(rolled_n=newest, rolled_at=at))


def pages_written(conn: Connection, site: str, key: str, at: datetime) -> None:
    """The project's pages were written at this moment, from which their window counts."""
    conn.execute(update(projects).where(*_is(site, key)).values(pages_at=at))


def set_mode(conn: Connection, site: str, key: str, mode: Mode | None) -> None:
    """Override the mode that the rules give the project, or with None leave it to them again."""
    conn.execute(update(projects).where(*_is(site, key)).values(mode=mode))


def set_caught_up(conn: Connection, site: str, key: str, *, is_caught_up: bool) -> None:
    """Say whether the project's mirror is whole. A backfill sets False before and True after."""
    conn.execute(update(projects).where(*_is(site, key)).values(is_caught_up=is_caught_up))


def get(conn: Connection, site: str, key: str) -> ProjectRow | None:
    """One project."""
    return _first(conn, select(*_PARTS).where(*_is(site, key)))


def all_of(conn: Connection, site: str) -> list[ProjectRow]:
    """Every project of a site, by key."""
    rows = conn.execute(select(*_PARTS).where(projects.c.site == site).order_by(projects.c.key))
    return [_project(row) for row in rows]


def dirty_n(conn: Connection, site: str, key: str) -> int:
    """How often the project was marked so far."""
    marks = select(func.max(project_marks.c.dirty_n)).where(project_marks.c.site == site, project_marks.c.key == key)
    return conn.execute(marks).scalar() or 0


def _is(site: str, key: str) -> tuple[Any, Any]:
    return projects.c.site == site, projects.c.key == key


def _first(conn: Connection, statement: Select[Any]) -> ProjectRow | None:
    row = conn.execute(statement).first()
    return None if row is None else _project(row)


def _project(row: Row[Any]) -> ProjectRow:
    return ProjectRow(**row._mapping)


def _new(site: str, key: str, name: str | None, at: datetime | None) -> dict[str, object]:
    return {
        "site": site,
        "key": key,
        "name": key if name is None else name,
        "is_caught_up": True,
        "started_at": at,
        "rolled_n": 0,
    }
