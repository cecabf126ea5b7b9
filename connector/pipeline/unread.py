"""What a letter told only in part, and could not be read because its site did not answer: the sweep reads it later.

A mirror that already holds a whole, older copy keeps it until then; without a note nobody would know that it is old.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.store import findings

SUBJECT = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Ids of a site's issues and pages that are to be read."""

    issues: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


def note_unread(conn: Connection, site: str, unread: Unread) -> None:
    """Remember to read these."""
    for name in _names(unread):
        findings.set_judgement(conn, site, SUBJECT, name, True)


def read_unread(conn: Connection, site: str, limit: int) -> Unread:
    """Some of what is to be read, at most `limit` of each kind."""
    names = [name.partition(" ") for name in findings.topics_of(conn, site, SUBJECT)]
    return Unread(
        issues=tuple(one for kind, _, one in names if kind == "issue")[:limit],
        pages=tuple(one for kind, _, one in names if kind == "page")[:limit],
    )


def forget_unread(conn: Connection, site: str, unread: Unread) -> None:
    """These have been read."""
    findings.forget(conn, site, SUBJECT, _names(unread))


def _names(unread: Unread) -> Iterable[str]:
    return [*(f"issue {one}" for one in unread.issues), *(f"page {one}" for one in unread.pages)]
