"""The mirror's issues."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVarTuple, cast

from sqlalchemy import Connection, Row, Select, func, select

from connector.core.issue import Change, Facts, Issue
from connector.store.changes import changes_in, changes_of_project, issues_through
from connector.store.coding import rebuild
from connector.store.statements import chunks, numeric, upsert
from connector.store.tables import issues, statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An issue and the stamp of its state (see core.mirror.stamp)."""

    issue: Issue
    stamp: str


Parts = TypeVarTuple("Parts")

_PARTS = [
    issues.c.site,
    issues.c.id,
    issues.c.key,
    issues.c.fields,
    issues.c.properties,
    issues.c.facts,
    issues.c.updated,
    issues.c.is_trimmed,
    issues.c.is_gone,
    issues.c.stamp,
]


def load(conn: Connection, site: str, ids: Iterable[str], *, with_changes: bool = False) -> dict[str, Stored]:
    """The issues with these ids that are known, deleted ones too, in two statements at most."""
    wanted = sorted(set(ids))
    histories = changes_in(conn, site, wanted) if with_changes else {}
    return {row.id: _stored(row, histories) for row in _rows(conn, site, "id", wanted)}


def save(conn: Connection, rows: Sequence[tuple[Issue, str]]) -> None:
    """Store issues with their stamps; what stood there is overwritten. Histories go through `changes.add`."""
    # In the order of their keys, so that two processes that save the same issues wait for, and never block, each other.
    ordered = sorted(rows, key=lambda row: (row[0].site, row[0].id))
    upsert(conn, issues, [_values(issue, stamp) for issue, stamp in ordered])


def by_key(conn: Connection, site: str, keys: Iterable[str]) -> dict[str, Issue]:
    """The issues with these keys. Where a deleted issue has the same key, the living one."""
    rows = sorted(_rows(conn, site, "key", sorted(set(keys))), key=lambda row: (not row.is_gone, numeric(row.id)))
    return {row.key: _stored(row, {}).issue for row in rows}


def of_project(conn: Connection, site: str, project: str, *, with_changes: bool = False) -> list[Issue]:
    """The project's issues that were not deleted, in the order of their numeric ids."""
    histories = changes_of_project(conn, site, project) if with_changes else {}
    statement = _of_project(select(*_PARTS), site, project).order_by(issues.c.number, issues.c.id)
    # Read in pieces, so that the JSON texts of a large project are never all in memory beside the issues.
    rows = conn.execute(statement, execution_options={"yield_per": 500})
    return [_stored(row, histories).issue for row in rows]


def issues_with_status(conn: Connection, site: str, status_ids: Iterable[str]) -> set[str]:
    """The ids of issues that are in one of these statuses, or were once."""
    found = issues_through(conn, site, status_ids)
    for some in chunks(sorted(set(status_ids))):
        now = select(issues.c.id).where(issues.c.site == site, issues.c.status_id.in_(some))
        found.update(conn.execute(now).scalars())
    return found


def trimmed(conn: Connection, site: str, limit: int) -> list[str]:
    """Ids of some living issues of which only a trimmed copy is held: by lot, for some can never be read."""
    c = issues.c
    statement = select(c.id).where(c.site == site, c.is_trimmed.is_(True), c.is_gone.is_(False))
    return list(conn.execute(statement.order_by(func.random()).limit(limit)).scalars())


def counts(conn: Connection, site: str, project: str) -> dict[str, int]:
    """How many of the project's issues are in each status category; "undefined" where the category is not known."""
    category = func.coalesce(statuses.c.category, "undefined")
    joined = issues.outerjoin(statuses, (statuses.c.site == issues.c.site) & (statuses.c.id == issues.c.status_id))
    statement = _of_project(select(category.label("category"), func.count().label("n")), site, project)
    return {row.category: row.n for row in conn.execute(statement.select_from(joined).group_by(category))}


def _of_project(statement: Select[*Parts], site: str, project: str) -> Select[*Parts]:
    return statement.where(issues.c.site == site, issues.c.project == project, issues.c.is_gone.is_(False))


def _rows(conn: Connection, site: str, column: str, wanted: Sequence[str]) -> Iterator[Row[Any]]:
    for some in chunks(wanted):
        yield from conn.execute(select(*_PARTS).where(issues.c.site == site, issues.c[column].in_(some)))


def _stored(row: Row[Any], histories: Mapping[str, tuple[Change, ...]]) -> Stored:
    issue = Issue(
        site=row.site,
        id=row.id,
        key=row.key,
        fields=cast("Mapping[str, object]", row.fields),
        updated=row.updated,
        changes=histories.get(row.id, ()),
        properties=cast("Mapping[str, object]", row.properties),
        facts=rebuild(Facts, row.facts),
        is_trimmed=row.is_trimmed,
        is_gone=row.is_gone,
    )
    return Stored(issue=issue, stamp=row.stamp)


def _values(issue: Issue, stamp: str) -> dict[str, object]:
    return {
        "site": issue.site,
        "id": issue.id,
        "number": numeric(issue.id),
        "key": issue.key,
        "project": issue.project_key,
        "status_id": _status_id(issue),
        "updated": issue.updated,
        "fields": issue.fields,
        "properties": issue.properties,
        "facts": issue.facts,
        "is_trimmed": issue.is_trimmed,
        "is_gone": issue.is_gone,
        "stamp": stamp,
    }


def _status_id(issue: Issue) -> str | None:
    status = issue.fields.get("status")
    found = status.get("id") if isinstance(status, Mapping) else None
    return found if isinstance(found, str) else None
