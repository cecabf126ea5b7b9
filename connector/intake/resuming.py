"""The letter that says that a project goes on after a pause: what was silent meanwhile catches up."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from connector.store import inbox
from connector.store.inbox import NewLetter

NAME = "project.resumed"


def put_resumed(conn: Connection, site: str, projects: Iterable[str], now: datetime) -> None:
    """Tell the event path that these projects go on."""
    inbox.put(conn, [_letter(site, project, now) for project in projects])


def _letter(site: str, project: str, now: datetime) -> NewLetter:
    body = json.dumps({"event": NAME, "project": project, "at": now.isoformat()}).encode()
    return NewLetter(
        site=site,
        source="clock",
        delivery=f"{NAME} {project} {now.isoformat()}",
        body_hash=hashlib.sha256(body).hexdigest(),
        name=NAME,
        trace=None,
        received_at=now,
        body=body,
    )
