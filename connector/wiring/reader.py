"""Reads from the products what a trimmed payload left out."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from connector.atlassian.failures import AtlassianFailure, Refused
from connector.clock import Clock
from connector.core.events import EntityGone, Event, Origin
from connector.normalise.rest import rest_issue, rest_page
from connector.normalise.verdict import Unreadable
from connector.wiring.clients import Clients

log = structlog.get_logger()


REST_S = 30.0


@dataclass(slots=True)
class SiteReader:
    """Reads through the sites' clients. What cannot be read now is read later, by the sweep.

    A site that did not answer is left in peace for a while: the letters behind must not wait for it.
    """

    clients: Clients
    clock: Clock
    rest_s: float = REST_S
    _rests_until: dict[str, float] = field(default_factory=dict)

    def issues(self, site: str, ids: Iterable[str]) -> list[Event] | None:
        """The issues' whole state and history, as events; None when the site could not be asked now."""
        wanted = list(ids)
        if not wanted:
            return []
        if self._rests(site):
            return None
        try:
            found = self.clients.jira(site).issues(wanted)
        except AtlassianFailure as failure:
            log.warning("issues not read", site=site, count=len(wanted), problem=str(failure))
            self._let_rest(site)
            return None
        now = self.clock.now()
        return [event for raw in found for event in _read_issue(site, raw, now)]

    def page(self, site: str, page_id: str) -> list[Event] | None:
        """The page's whole state, as events; None when the site could not be asked now."""
        if self._rests(site):
            return None
        try:
            page = self.clients.confluence(site).page(page_id)
            return list(rest_page(site, page.raw, self.clock.now(), space=page.space, labels=page.labels, is_live=True))
        except Refused as failure:
            log.info("page not to be read", site=site, page=page_id, problem=str(failure))
            if failure.status == 404:
                # Gone again since the event, or no longer ours to see.
                origin = Origin(site=site, name="page.removed", at=self.clock.now(), is_live=False)
                return [EntityGone(origin=origin, kind="page", id=page_id, is_final=False)]
        except AtlassianFailure as failure:
            log.warning("page not read", site=site, page=page_id, problem=str(failure))
            self._let_rest(site)
            return None
        except Unreadable as problem:
            log.warning("page not understood", site=site, page=page_id, problem=str(problem))
        return []

    def _rests(self, site: str) -> bool:
        return time.monotonic() < self._rests_until.get(site, 0.0)

    def _let_rest(self, site: str) -> None:
        self._rests_until[site] = time.monotonic() + self.rest_s


def _read_issue(site: str, raw: Mapping[str, object], now: datetime) -> tuple[Event, ...]:
    """One issue's events; none for one that cannot be understood, so that the others are read all the same."""
    try:
        return rest_issue(site, raw, now, is_live=True)
    except Unreadable as problem:
        log.warning("issue not understood", site=site, problem=str(problem))
        return ()
