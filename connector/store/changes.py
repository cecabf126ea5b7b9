"""The issues' histories, one row for each field that changed."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from connector.core.issue import Change
from connector.store.coding import encode
from connector.store.statements import chunks, insert
from connector.store.tables import issue_changes, issues

_FIELDS = tuple(Change.__dataclass_fields__)
_PARTS = [issue_changes.c.issue_id, *(issue_changes.c[name] for name in _FIELDS)]


def add(conn: Connection, site: str, changes: Mapping[str, Iterable[Change]]) -> None:
    """Add to the histories of several issues, by issue id, in one round.

    A change that is known already stays as it is, unless it is now told with an earlier moment or at the same one.
    """
    rows = [_values(site, issue_id, change) for issue_id in sorted(changes) for change in changes[issue_id]]
    if not rows:
        return
    statement = insert(conn, issue_changes)
    told = statement.excluded
    better = {name: told[name] for name in _FIELDS}
    key = list(issue_changes.primary_key.columns)
    conn.execute(
        statement.on_conflict_do_update(index_elements=key, set_=better, where=told["at"] <= issue_changes.c.at), rows
    )


def add_changes(conn: Connection, site: str, issue_id: str, changes: Iterable[Change]) -> None:
    """Add to the history of one issue. See `add`."""
    add(conn, site, {issue_id: changes})


def changes_of(conn: Connection, site: str, issue_id: str) -> tuple[Change, ...]:
    """The history of an issue, oldest first."""
    return changes_in(conn, site, [issue_id]).get(issue_id, ())


def changes_in(conn: Connection, site: str, issue_ids: Iterable[str]) -> dict[str, tuple[Change, ...]]:
    """The histories of these issues by issue id, oldest first."""
    found: dict[str, tuple[Change, ...]] = {}
    for some in chunks(issue_ids):
        of_some = select(*_PARTS).where(issue_changes.c.site == site, issue_changes.c.issue_id.in_(some))
        found |= _histories(conn, of_some)
    return found


def changes_of_project(conn: Connection, site: str, project: str) -> dict[str, tuple[Change, ...]]:
    """The histories of a project's issues by issue id, oldest first."""
    joined = issue_changes.join(
        issues, (issues.c.site == issue_changes.c.site) & (issues.c.id == issue_changes.c.issue_id)
    )
    statement = select(*_PARTS).select_from(joined)
    return _histories(conn, statement.where(issues.c.site == site, issues.c.project == project))


def issues_through(conn: Connection, site: str, status_ids: Iterable[str]) -> set[str]:
    """The ids of issues whose history shows a move into one of these statuses."""
    found: set[str] = set()
    for some in chunks(sorted(set(status_ids))):
        moved = select(issue_changes.c.issue_id).where(
            issue_changes.c.site == site, issue_changes.c.field_id == "status", issue_changes.c.after_id.in_(some)
        )
        found.update(conn.execute(moved).scalars())
    return found


def _histories(conn: Connection, statement: Select[Any]) -> dict[str, tuple[Change, ...]]:
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for row in conn.execute(statement, execution_options={"yield_per": 2000}):
        found[row.issue_id].append(_change(row))
    return {issue_id: tuple(sorted(some, key=_age)) for issue_id, some in found.items()}


def _age(change: Change) -> tuple[object, ...]:
    return (change.at, change.identity)


def _change(row: Row[Any]) -> Change:
    return Change(**{name: row._mapping[name] for name in _FIELDS})


def _values(site: str, issue_id: str, change: Change) -> dict[str, object]:
    return {
        "site": site,
        "issue_id": issue_id,
        "digest": hashlib.sha256(encode(change.identity).encode()).hexdigest()[:32],
        **{name: getattr(change, name) for name in _FIELDS},
    }
