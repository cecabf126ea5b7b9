"""Keeps the rules in force at each site: compiled against the site's fields, read again when a file changed."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog
from sqlalchemy import Engine

from connector.clock import Clock, SystemClock
from connector.core.errors import ConnectorError
from connector.core.fields import Field, FieldCatalog
from connector.core.rulebook import ProjectRules, Rulebook
from connector.pages.templates import Template, TemplateProblem, read_templates
from connector.rulefiles.files import RuleFile, hash_of, rule_files
from connector.rulefiles.problem import Problems
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_files, read_rules
from connector.siterules import NotReady, SiteRules
from connector.store import findings, in_force, rulebooks
from connector.store.coding import rebuild
from connector.store.engine import reading, writing
from connector.store.in_force import InForce
from connector.store.surroundings import CATEGORIES, SITE, reach

log = structlog.get_logger()

LOOK_EVERY_S = 2.0


class NotLearntYet(NotReady):
    """The site was never asked what its fields are called, so no rule can be judged there."""


class BadRules(ConnectorError):
    """The rule files cannot be used. Says every problem with its place."""


@dataclass(slots=True)
class RulesKeeper:
    """The rules of every site. A rule directory that is not valid leaves the last good rules in force.

    is_serving: what is in force is kept in the database, for people to see and for a room that starts while the
    directory is not valid.
    """

    engine: Engine
    rules_dir: Path
    templates_dir: Path
    defaults: Defaults
    jira_urls: Mapping[str, str]
    people_file: Path | None = None
    look_every_s: float = LOOK_EVERY_S
    is_serving: bool = False
    real: Clock = field(default_factory=SystemClock)
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
        mark = (
            *(_mark(self.rules_dir), _mark(self.templates_dir), _mark_of(self.people_file)),
            (catalog.fields, catalog.reach) if catalog else None,
            _categories(self.engine, site),
        )
        if site in self._kept and self._kept[site][0] == mark:
            return
        try:
            templates = read_templates(self.templates_dir)
        except TemplateProblem as problem:
            self._keep_last_good(site, mark, catalog, problem)
            return
        files, _ = rule_files(self.rules_dir)
        found = read_rules(
            self.rules_dir, catalog, self.defaults, templates=set(templates), people_file=self.people_file
        )
        if isinstance(found, Problems):
            self._keep_last_good(site, mark, catalog, found)
            return
        self._templates = templates
        self._kept[site] = (mark, self._bound(site, found, catalog))
        log.info("rules read", site=site, rules=found.hash[:12], warnings=list(found.warnings))
        self._tell(site, found)
        if self.is_serving and found.hash == hash_of(files):
            texts = {one.name: one.content.decode() for one in files}
            with writing(self.engine) as conn:
                rulebooks.save(conn, found.hash, texts, self.real.now())

    def _bound(self, site: str, rulebook: Rulebook, catalog: FieldCatalog | None) -> SiteRules:
        return SiteRules(
            site=site,
            rulebook=_in_categories(rulebook, _categories(self.engine, site)),
            catalog=catalog or FieldCatalog(),
            jira_url=self.jira_urls[site],
            is_cloud=_is_cloud(self.engine, site),
        )

    def _keep_last_good(
        self, site: str, mark: object, catalog: FieldCatalog | None, problems: Problems | TemplateProblem
    ) -> None:
        if site not in self._kept:
            stored = self._stored(site, catalog) if isinstance(problems, Problems) else None
            if stored is None:
                raise BadRules(f"the rules in {self.rules_dir} cannot be used:\n{problems}")
            self._kept[site] = (mark, self._bound(site, stored, catalog))
        log.error("rules cannot be used; the last good ones stay in force", site=site, problems=str(problems))
        rules = self._kept[site][1]
        self._kept[site] = (mark, rules)
        self._tell(site, rules.rulebook, tuple(str(problems).splitlines()))

    def _stored(self, site: str, catalog: FieldCatalog | None) -> Rulebook | None:
        """The rules that were in force when this process began, from the database."""
        if not self.is_serving:
            return None
        with reading(self.engine) as conn:
            last = in_force.told(conn, [site]).get(site)
            texts = rulebooks.get(conn, last.rules) if last is not None else None
        if texts is None:
            return None
        files = [RuleFile(name=name, content=text.encode()) for name, text in sorted(texts.items())]
        found = read_files(files, catalog, self.defaults, templates=set(self.templates()))
        return found if isinstance(found, Rulebook) else None

    def _tell(self, site: str, rulebook: Rulebook, problems: tuple[str, ...] = ()) -> None:
        """Let people know what is in force, and why it is not what lies in the directory."""
        if self.is_serving:
            now = InForce(
                rules=rulebook.hash, since=self.real.now(), problems=problems, warnings=tuple(rulebook.warnings)
            )
            with writing(self.engine) as conn:
                in_force.tell(conn, site, now)


def read_catalog(engine: Engine, site: str) -> FieldCatalog | None:
    """The site's fields as they were last learnt, None before that."""
    with reading(engine) as conn:
        told, known = findings.judgement(conn, site, "site", "fields"), reach(conn, site)
    return FieldCatalog((rebuild(Field, one) for one in told), reach=known) if isinstance(told, list) else None


def _categories(engine: Engine, site: str) -> dict[str, str]:
    """The category of each project, as it was last learnt."""
    with reading(engine) as conn:
        told = findings.judgement(conn, site, SITE, CATEGORIES)
    return {str(key): str(name) for key, name in told.items()} if isinstance(told, Mapping) else {}


def _in_categories(rulebook: Rulebook, categories: Mapping[str, str]) -> Rulebook:
    """The rules with every project in the category that the site has it in."""
    find = rulebook.project_for

    def project_for(key: str, category: str | None = None, /) -> ProjectRules | None:
        return find(key, category or categories.get(key))

    return replace(rulebook, project_for=project_for)


def _is_cloud(engine: Engine, site: str) -> bool:
    """Whether the site is a Cloud one, as it was last learnt."""
    with reading(engine) as conn:
        return findings.judgement(conn, site, "site", "is_cloud") is not False


def _mark(directory: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a rule file does: names, sizes and times."""
    return tuple(mark for path in sorted(directory.rglob("*")) for mark in _mark_of(path))


def _mark_of(path: Path | None) -> tuple[tuple[str, int, int], ...]:
    """The same of one file; nothing where there is none."""
    try:
        seen = path.stat() if path is not None else None
    except OSError:
        # Gone since the directory was listed, or a link that leads nowhere.
        return ()
    return ((str(path), seen.st_size, seen.st_mtime_ns),) if seen is not None else ()
