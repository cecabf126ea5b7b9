"""The sweep: what was only half told, and could not be read when it was, is read later."""

from collections.abc import Callable

import structlog
from sqlalchemy import Engine

from connector.core.events import EntityGone, EntitySeen, Event, IssueSeen
from connector.pipeline.absorb import absorb
from connector.pipeline.reader import Reader
from connector.siterules import SiteRules
from connector.store import entities, issues, projects
from connector.store.engine import reading, writing

log = structlog.get_logger()

AT_ONCE = 50


def repair(engine: Engine, reader: Reader, rules_of: Callable[[str], SiteRules | None], site: str) -> int:
    """Read up some of the issues and pages that the mirror holds only in part. Fires no rule. Gives how many.

    A project whose mirror became whole that way is rolled up.
    """
    with reading(engine) as conn:
        short = issues.trimmed(conn, site, AT_ONCE)
        pages = entities.trimmed(conn, site, "page", AT_ONCE)
    events = [*reader.issues(site, short), *(event for page in pages for event in reader.page(site, page))]
    if not events:
        return 0
    absorb(engine, site, events)
    rules = rules_of(site)
    with writing(engine) as conn:
        projects.mark_dirty(conn, site, _touched(rules, events) if rules else ())
    log.info("read up", site=site, issues=len(short), pages=len(pages))
    return len(short) + len(pages)


def _touched(rules: SiteRules, events: list[Event]) -> set[str]:
    keys = {event.key.rpartition("-")[0] for event in events if isinstance(event, IssueSeen)}
    spaces = {event.project for event in events if isinstance(event, EntitySeen | EntityGone) and event.kind == "page"}
    named = keys | {space for space in spaces if space is not None}
    return {key for key in named if rules.rulebook.project_for(key) is not None}
