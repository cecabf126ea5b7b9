"""The sweep: what was only half told, and could not be read when it was, is read later."""

from collections.abc import Callable

import structlog
from sqlalchemy import Engine

from connector.pipeline.absorb import absorb
from connector.pipeline.reader import Reader
from connector.pipeline.routing import routed
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
    mirrored = absorb(engine, site, events)
    rules = rules_of(site)
    if rules is not None:
        with writing(engine) as conn:
            projects.mark_dirty(conn, site, routed(conn, rules, [mirrored]))
    log.info("read up", site=site, issues=len(short), pages=len(pages))
    return len(short) + len(pages)
