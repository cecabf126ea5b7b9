"""Rule files by the hash of their content: findings and writes name the hash they were made by."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, select

from connector.store.statements import add_missing
from connector.store.tables import rulebooks


def save(conn: Connection, rules: str, files: Mapping[str, str], at: datetime) -> None:
    """Keep the files (text by relative path) under their hash; `at` stays that of the first time."""
    add_missing(conn, rulebooks, [{"hash": rules, "files": files, "saved_at": at}])


def get(conn: Connection, rules: str) -> dict[str, str] | None:
    """The files with this hash."""
    found = conn.execute(select(rulebooks.c.files).where(rulebooks.c.hash == rules)).scalar_one_or_none()
    return None if found is None else cast("dict[str, str]", found)
