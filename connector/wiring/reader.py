"""Reads from the products what a trimmed payload left out."""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from connector.atlassian.failures import AtlassianFailure, Refused
from connector.clock import Clock
from connector.core.events import EntityGone, Event, Origin
from connector.normalise.rest import rest_issue, rest_page
from connector.normalise.verdict import Unreadable
from connector.wiring.clients import Clients

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SiteReader:
    """Reads through the sites' clients. What cannot be read now is left out; the mirror keeps its trimmed copy."""

    clients: Clients
    clock: Clock

    def issues(self, site: str, ids: Iterable[str]) -> list[Event]:
        """The issues' whole state and history, as events."""
        wanted = list(ids)
        if not wanted:
            return []
        try:
            found = self.clients.jira(site).issues(wanted)
        except AtlassianFailure as failure:
            log.warning("issues not read", site=site, count=len(wanted), problem=str(failure))
            return []
        return [event for raw in found for event in rest_issue(site, raw, self.clock.now(), is_live=True)]

    def page(self, site: str, page_id: str) -> list[Event]:
        """The page's whole state, as events."""
        try:
            page = self.clients.confluence(site).page(page_id)
            return list(rest_page(site, page.raw, self.clock.now(), space=page.space, labels=page.labels, is_live=True))
        except Refused as failure:
            log.info("page not to be read", site=site, page=page_id, problem=str(failure))
            if failure.status == 404:
                # Gone again since the event, or no longer ours to see.
                origin = Origin(site=site, name="page.removed", at=self.clock.now(), is_live=False)
                return [EntityGone(origin=origin, kind="page", id=page_id, is_final=False)]
        except (AtlassianFailure, Unreadable) as failure:
            log.warning("page not read", site=site, page=page_id, problem=str(failure))
        return []
