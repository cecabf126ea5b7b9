"""Reading again what changed lately in a project, before something is decided that would be hard to take back."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Engine

from connector.atlassian.failures import AtlassianFailure, Refused
from connector.clock import Clock
from connector.normalise.rest import rest_issue, rest_page
from connector.pipeline.absorb import absorb
from connector.siterules import NotReady
from connector.wiring.clients import Clients

log = structlog.get_logger()

LATELY = timedelta(days=1)
"""Webhooks that are later than this are taken for lost; the sweep is for those."""


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Brings into the mirror what the products hold and no webhook has told yet. Fires no rule."""

    clients: Clients
    engine: Engine
    clock: Clock

    def __call__(self, site: str, project: str, space: str) -> None:
        """Read the project's issues and pages that changed within the last day.

        Raises NotReady when a product did not answer; what it refuses to show is left as it is known.
        """
        minutes = int(LATELY.total_seconds() // 60)
        try:
            jira, confluence = self.clients.jira(site), self.clients.confluence(site)
            query = f'project = "{project}" AND updated >= "-{minutes}m" ORDER BY updated DESC'
            ids = [str(raw["id"]) for page in jira.search(query, fields=["updated"]) for raw in page]
            now = self.clock.now()
            events = [event for raw in (jira.issues(ids) if ids else []) for event in rest_issue(site, raw, now)]
            for page in confluence.pages_of(space, since=now - LATELY):
                events += rest_page(site, page.raw, now, space=page.space, labels=page.labels)
        except Refused as failure:
            # Asking again would bring the same answer: better an old look than a decision that never falls.
            log.warning("not caught up", site=site, project=project, problem=str(failure))
            return
        except AtlassianFailure as failure:
            raise NotReady(f"a gate of {project} waits until {site} can be read again: {failure}") from failure
        absorb(self.engine, site, events)
        log.info("caught up", site=site, project=project, issues=len(ids))
