"""The clients of each site, one pair a thread, and what is learnt from them at the start."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Engine

from connector import metrics
from connector.atlassian.confluence import Confluence
from connector.atlassian.connect import SiteAccess, open_confluence, open_jira
from connector.atlassian.failures import AtlassianFailure
from connector.atlassian.jira import Jira
from connector.atlassian.jira_cloud import JiraCloud
from connector.atlassian.transport import Terms
from connector.pipeline.absorb import learn_statuses
from connector.settings import Access, Site
from connector.store import accounts, findings, projects
from connector.store.accounts import OwnAccount
from connector.store.engine import reading, writing
from connector.store.surroundings import SITE
from connector.wiring.telling import told_by

log = structlog.get_logger()

TRACE = "lifecycle-connector"


@dataclass(slots=True)
class Clients:
    """Clients by site. The libraries' sessions are not made for several threads, so each thread has its own.

    rule_texts: gives the texts of the rule files, so that only what they ask for is learnt of groups and components.
    """

    sites: Mapping[str, Site]
    read_attempts: int = 5
    rule_texts: Callable[[], Iterable[str]] = tuple
    _local: threading.local = field(default_factory=threading.local)

    def jira(self, site: str) -> Jira:
        """This thread's Jira client of the site."""
        held: dict[str, Jira] = self._local.__dict__.setdefault("jira", {})
        if site not in held:
            held[site] = open_jira(_access(site, self.sites[site].jira), self._terms())
        return held[site]

    def confluence(self, site: str) -> Confluence:
        """This thread's Confluence client of the site."""
        held: dict[str, Confluence] = self._local.__dict__.setdefault("confluence", {})
        if site not in held:
            held[site] = open_confluence(_access(site, self.sites[site].confluence), self._terms())
        return held[site]

    def _terms(self) -> Terms:
        return Terms(trace=TRACE, on_request=_count, read_attempts=self.read_attempts)

    def learn(self, engine: Engine, site: str) -> bool:
        """Ask the site who we are, what its fields are called, what its statuses mean and what ranks first; store it.

        False when it could not be asked now; what was learnt before stays in force.
        """
        try:
            jira = self.jira(site)
            own, catalog, categories = jira.account(), jira.fields(), jira.statuses()
            told = told_by(jira, self.rule_texts(), _known_projects(engine, site))
            author = self.confluence(site).account()
        except AtlassianFailure as failure:
            log.warning("site cannot be asked", site=site, problem=str(failure))
            return False
        with writing(engine) as conn:
            for product, account in (("jira", own), ("confluence", author)):
                accounts.remember(
                    conn, OwnAccount(site=site, product=product, account_id=account.id, name=account.name)
                )
            findings.set_judgement(conn, site, "site", "fields", list(catalog.fields))
            findings.set_judgement(conn, site, "site", "is_cloud", isinstance(jira, JiraCloud))
            for topic, answer in told.items():
                findings.set_judgement(conn, site, SITE, topic, answer)
        learn_statuses(engine, site, categories)
        log.info("site learnt", site=site, account=own.name, fields=len(catalog.fields))
        return True


def _known_projects(engine: Engine, site: str) -> list[str]:
    with reading(engine) as conn:
        return [row.key for row in projects.all_of(conn, site)]


def _access(site: str, access: Access) -> SiteAccess:
    return SiteAccess(site=site, url=access.url, user=access.user or None, token=access.token)


def _count(product: str, method: str, status: str, _: float) -> None:
    metrics.REQUESTS.labels(product, method, status).inc()
