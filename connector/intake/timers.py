"""Ticks: a day began. Each is an inbox row with an id of its own, so that any number of replicas make one."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time

from sqlalchemy import Engine

from connector.core.rulebook import ProjectRules
from connector.store import inbox, projects
from connector.store.engine import reading, writing
from connector.store.inbox import NewLetter


def put_ticks(
    engine: Engine, sites: Iterable[str], rules_for: Callable[[str, str], ProjectRules | None], now: datetime
) -> int:
    """Put the ticks that are due for every project whose rules depend on time. Gives how many were new.

    rules_for: the rules of a site's project, None where nothing depends on time.
    """
    letters = []
    for site in sites:
        with reading(engine) as conn:
            known = projects.all_of(conn, site)
        for project in known:
            rules = rules_for(site, project.key)
            if rules is not None:
                letters.append(_day_began(site, project.key, rules, now))
    if not letters:
        return 0
    with writing(engine) as conn:
        return sum(row is not None for row in inbox.put(conn, letters))


def _day_began(site: str, project: str, rules: ProjectRules, now: datetime) -> NewLetter:
    """The letter of the present day in the project's time zone; the same one however often it is asked for."""
    today = now.astimezone(rules.timezone).date()
    began = datetime.combine(today, time(), rules.timezone).astimezone(UTC)
    body = json.dumps({"event": "day.began", "project": project, "at": began.isoformat()}).encode()
    return NewLetter(
        site=site,
        source="clock",
        delivery=f"day.began {project} {today.isoformat()}",
        body_hash=hashlib.sha256(body).hexdigest(),
        name="day.began",
        trace=None,
        received_at=now,
        body=body,
    )
