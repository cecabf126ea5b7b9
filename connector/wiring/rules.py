"""Keeps the rules in force at each site: compiled against the site's fields, read again when a file changed."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy import Engine

from connector.core.errors import ConnectorError
from connector.core.fields import Field, FieldCatalog
from connector.core.rulebook import Rulebook
from connector.pages.templates import Template, TemplateProblem, read_templates
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from connector.siterules import NotReady, SiteRules
from connector.store import findings
from connector.store.coding import rebuild
from connector.store.engine import reading

log = structlog.get_logger()

LOOK_EVERY_S = 2.0


class NotLearntYet(NotReady):
    """The site was never asked what its fields are called, so no rule can be judged there."""


class BadRules(ConnectorError):
    """The rule files cannot be used. Says every problem with its place."""


@dataclass(slots=True)
class RulesKeeper:
    """The rules of every site. A rule directory that is not valid leaves the last good rules in force."""

    engine: Engine
    rules_dir: Path
    templates_dir: Path
    defaults: Defaults
    jira_urls: Mapping[str, str]
    look_every_s: float = LOOK_EVERY_S
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[str, tuple[object, SiteRules]] = field(default_factory=dict)
    _looked_at: dict[str, float] = field(default_factory=dict)
    _templates: dict[str, Template] = field(default_factory=dict)

    def rules_of(self, site: str) -> SiteRules | None:
        """The rules in force at a site, None where it is not one of ours.

        Raises BadRules before any were good, NotLearntYet before the site has told its fields: judged without them, a
        risk would look unassessed and be left alone for good.
        """
        rules = self.check(site)
        if rules is not None and not rules.catalog.fields:
            raise NotLearntYet(f"site {site} has not been asked yet what its fields are called")
        return rules

    def check(self, site: str) -> SiteRules | None:
        """The same, with the declared fields taken on trust where the site has not told its own yet."""
        if site not in self.jira_urls:
            return None
        with self._lock:
            now = time.monotonic()
            if site not in self._kept or now - self._looked_at[site] >= self.look_every_s:
                self._looked_at[site] = now
                self._look(site)
            return self._kept[site][1]

    def templates(self) -> Mapping[str, Template]:
        """The page templates, read when the rules were."""
        if not self._templates:
            self._templates = read_templates(self.templates_dir)
        return self._templates

    def _look(self, site: str) -> None:
        catalog = read_catalog(self.engine, site)
        mark = (_mark(self.rules_dir), _mark(self.templates_dir), catalog.fields if catalog else None)
        if site in self._kept and self._kept[site][0] == mark:
            return
        try:
            templates = read_templates(self.templates_dir)
        except TemplateProblem as problem:
            self._keep_last_good(site, mark, problem)
            return
        found = read_rules(self.rules_dir, catalog, self.defaults, templates=set(templates))
        if isinstance(found, Rulebook):
            self._templates = templates
            rules = SiteRules(
                site=site,
                rulebook=found,
                catalog=catalog or FieldCatalog(),
                jira_url=self.jira_urls[site],
                is_cloud=_is_cloud(self.engine, site),
            )
            self._kept[site] = (mark, rules)
            log.info("rules read", site=site, rules=found.hash[:12], warnings=list(found.warnings))
            return
        self._keep_last_good(site, mark, found)

    def _keep_last_good(self, site: str, mark: object, problems: Problems | TemplateProblem) -> None:
        if site not in self._kept:
            raise BadRules(f"the rules in {self.rules_dir} cannot be used:\n{problems}")
        log.error("rules cannot be used; the last good ones stay in force", site=site, problems=str(problems))
        self._kept[site] = (mark, self._kept[site][1])


def read_catalog(engine: Engine, site: str) -> FieldCatalog | None:
    """The site's fields as they were last learnt, None before that."""
    with reading(engine) as conn:
        told = findings.judgement(conn, site, "site", "fields")
    return FieldCatalog(rebuild(Field, one) for one in told) if isinstance(told, list) else None


def _is_cloud(engine: Engine, site: str) -> bool:
    """Whether the site is a Cloud one, as it was last learnt."""
    with reading(engine) as conn:
        return findings.judgement(conn, site, "site", "is_cloud") is not False


def _mark(directory: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a rule file does: names, sizes and times."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
