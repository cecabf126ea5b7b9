"""One connector's objects, made from its settings when they are first asked for."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from connector.core.rulebook import Automation, ProjectRules
from connector.dispatch.windows import Windows
from connector.outbox.jira_writes import JiraDesk
from connector.outbox.page_writes import PageDesk
from connector.outbox.worker import Outbox, message_desk, page_finder, remote_finder
from connector.pipeline.batch import Pipeline
from connector.rollup import Rollup
from connector.rulefiles.files import rule_files, rules_directory, templates_directory
from connector.rulefiles.projects import Defaults
from connector.settings import Settings
from connector.wiring.catching_up import CatchingUp
from connector.wiring.clients import Clients
from connector.wiring.ground import Ground
from connector.wiring.reader import SiteReader
from connector.wiring.rules import RulesKeeper


@dataclass(frozen=True)
class House(Ground):
    """Everything that one process of the connector needs, made once."""

    @cached_property
    def rules(self) -> RulesKeeper:
        """The rules in force."""
        return RulesKeeper(
            engine=self.engine,
            rules_dir=rules_directory(self.settings.rules_dir),
            templates_dir=templates_directory(self.settings.templates_dir),
            defaults=Defaults(locale=self.settings.locale, timezone=self.settings.timezone.key),
            jira_urls={site.name: site.jira.url for site in self.settings.sites},
            people_file=self.settings.people_file,
        )

    @cached_property
    def clients(self) -> Clients:
        """The clients of every site."""
        return Clients({site.name: site for site in self.settings.sites}, rule_texts=self._rule_texts)

    def _rule_texts(self) -> list[str]:
        """The rule files as they stand, valid or not: what they ask of the site is learnt all the same."""
        files, _ = rule_files(rules_directory(self.settings.rules_dir))
        return [one.content.decode(errors="replace") for one in files]

    @cached_property
    def pipeline(self) -> Pipeline:
        """The event path."""
        # One try more at most: letters wait behind a read. The sweep reads later what could not be read now.
        reader = SiteReader(Clients(self.clients.sites, read_attempts=2), self.clock)
        return Pipeline(
            engine=self.engine,
            clock=self.clock,
            rules_of=self.rules.rules_of,
            reader=reader,
            templates=self.rules.templates,
        )

    @cached_property
    def rollup(self) -> Rollup:
        """The rollup path."""
        return Rollup(
            engine=self.engine,
            clock=self.clock,
            rules_of=self.rules.rules_of,
            templates=self.rules.templates,
            page_window_s=self.settings.page_window_s,
            catch_up=CatchingUp(self.clients, self.engine, self.clock),
        )

    @cached_property
    def outbox(self) -> Outbox:
        """The way out."""
        return Outbox(
            engine=self.engine,
            desks=self.desks,
            messages=message_desk(self.engine, self.settings.channels_file),
            owner=f"{socket.gethostname()}:{self.settings.port}",
        )

    @cached_property
    def windows(self) -> Windows:
        """When rollups are due."""
        return Windows(self.settings.window_s)

    def ticking_rules(self, site: str, project: str) -> ProjectRules | None:
        """The project's rules where anything in them depends on time."""
        ground = self.rules.rules_of(site)
        if ground is None or not ground.rulebook.for_project(project).reads_time():
            return None
        return ground.rulebook.project_for(project)

    def automations_of(self, site: str, project: str) -> tuple[Automation, ...]:
        """The project's automations, for those that wait for the clock."""
        ground = self.rules.rules_of(site)
        return ground.rulebook.for_project(project).automations if ground is not None else ()

    def desks(self, site: str) -> tuple[JiraDesk, PageDesk]:
        """What writing to a site needs, for this thread."""
        remote = remote_finder(self.engine, site)
        jira = JiraDesk(jira=self.clients.jira(site), remote=remote, index_lag_s=self.settings.index_lag_s)
        pages = PageDesk(confluence=self.clients.confluence(site), known=page_finder(self.engine, site), remote=remote)
        return jira, pages


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """A house for as long as the block lasts."""
    house = House(settings)
    try:
        yield house
    finally:
        house.close()
