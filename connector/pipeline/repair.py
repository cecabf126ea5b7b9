"""The sweep: what was only half told, and could not be read when it was, is read later."""

from collections.abc import Callable

import structlog
from sqlalchemy import Engine

from connector.pipeline.absorb import absorb
from connector.pipeline.reader import Reader
from connector.pipeline.routing import routed
from connector.pipeline.unread import Unread, forget_unread, read_unread
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
        noted = read_unread(conn, site, AT_ONCE)
        short = dict.fromkeys([*noted.issues, *issues.trimmed(conn, site, AT_ONCE)])
        pages = dict.fromkeys([*noted.pages, *entities.trimmed(conn, site, "page", AT_ONCE)])
    issues_read = reader.issues(site, short)
    pages_read = {page: reader.page(site, page) for page in pages}
    read = Unread(
        issues=noted.issues if issues_read is not None else (),
        pages=tuple(page for page in noted.pages if pages_read[page] is not None),
    )
    events = [*(issues_read or ()), *(event for some in pages_read.values() for event in some or ())]
    if not events:
        _forget(engine, site, read)
        return 0
    mirrored = absorb(engine, site, events)
    rules = rules_of(site)
    if rules is not None:
        with writing(engine) as conn:
            projects.mark_dirty(conn, site, routed(conn, rules, [mirrored]))
    _forget(engine, site, read)
    log.info("read up", site=site, issues=len(short), pages=len(pages))
    return len(short) + len(pages)


def _forget(engine: Engine, site: str, read: Unread) -> None:
    """After the mirror has it: whoever is killed before reads it once more."""
    if read != Unread():
        with writing(engine) as conn:
            forget_unread(conn, site, read)
