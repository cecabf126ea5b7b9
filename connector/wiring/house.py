"""One connector's objects, made from its settings when they are first asked for."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from connector.clock import Clock, FileClock, SystemClock
from connector.core.rulebook import ProjectRules
from connector.dispatch.bells import Bells
from connector.dispatch.windows import Windows
from connector.outbox.jira_writes import JiraDesk
from connector.outbox.page_writes import PageDesk
from connector.outbox.worker import Outbox, page_finder, remote_finder
from connector.pipeline.batch import Pipeline
from connector.rollup import Rollup
from connector.rulefiles.files import rules_directory, templates_directory
from connector.rulefiles.projects import Defaults
from connector.settings import Settings
from connector.store import inbox, outbox
from connector.store.engine import make_engine, reading, schema_problem
from connector.wiring.catching_up import CatchingUp
from connector.wiring.clients import Clients
from connector.wiring.reader import SiteReader
from connector.wiring.rules import RulesKeeper

BELLS_DIR = "LIFECYCLE_CONNECTOR_BELLS"
"""Named by `serve` to its own processes; no setting of people's."""


@dataclass(frozen=True)
class House:
    """Everything that one process of the connector needs, made once."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return make_engine(self.settings.database_url)

    @cached_property
    def clock(self) -> Clock:
        """The moment now: the machine's, or one that somebody else leads."""
        return FileClock(self.settings.clock_file) if self.settings.clock_file else SystemClock()

    @cached_property
    def rules(self) -> RulesKeeper:
        """The rules in force."""
        return RulesKeeper(
            engine=self.engine,
            rules_dir=rules_directory(self.settings.rules_dir),
            templates_dir=templates_directory(self.settings.templates_dir),
            defaults=Defaults(locale=self.settings.locale, timezone=self.settings.timezone.key),
            jira_urls={site.name: site.jira.url for site in self.settings.sites},
        )

    @cached_property
    def clients(self) -> Clients:
        """The clients of every site."""
        return Clients({site.name: site for site in self.settings.sites})

    @cached_property
    def pipeline(self) -> Pipeline:
        """The event path."""
        # One try more at most: letters wait behind a read. The sweep reads later what could not be read now.
        reader = SiteReader(Clients(self.clients.sites, read_attempts=2), self.clock)
        return Pipeline(engine=self.engine, clock=self.clock, rules_of=self.rules.rules_of, reader=reader)

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
        return Outbox(engine=self.engine, desks=self._desks, owner=f"{socket.gethostname()}:{self.settings.port}")

    @cached_property
    def windows(self) -> Windows:
        """When rollups are due."""
        return Windows(self.settings.window_s)

    @cached_property
    def bells(self) -> Bells:
        """The bells between the processes of this `serve`; silent when there is none."""
        place = os.environ.get(BELLS_DIR)
        return Bells(Path(place or "."), has_wake_ups=self.settings.has_wake_ups and place is not None)

    def counts(self) -> Mapping[str, int]:
        """What waits, by metric name."""
        with reading(self.engine) as conn:
            by_state = outbox.counts_by_state(conn)
            return {
                "connector_inbox_waiting": inbox.waiting(conn),
                "connector_inbox_aside": inbox.count_aside(conn),
                "connector_outbox_waiting": outbox.waiting(conn),
                "connector_dead_letters": by_state.get("refused", 0),
            }

    def problems(self) -> list[str]:
        """Why no delivery can be stored now; empty when all is well."""
        try:
            problem = schema_problem(self.engine)
        except SQLAlchemyError as error:
            return [f"the database does not answer ({type(error).__name__})"]
        return [problem] if problem else []

    def ticking_rules(self, site: str, project: str) -> ProjectRules | None:
        """The project's rules where anything in them depends on time."""
        ground = self.rules.rules_of(site)
        if ground is None or not ground.rulebook.reads_time():
            return None
        return ground.rulebook.project_for(project)

    def close(self) -> None:
        """Let go of the database's connections."""
        self.engine.dispose()

    def _desks(self, site: str) -> tuple[JiraDesk, PageDesk]:
        jira = JiraDesk(
            jira=self.clients.jira(site), remote=remote_finder(self.engine, site), index_lag_s=self.settings.index_lag_s
        )
        pages = PageDesk(confluence=self.clients.confluence(site), known=page_finder(self.engine, site))
        return jira, pages


@contextmanager
def open_house(settings: Settings) -> Iterator[House]:
    """A house for as long as the block lasts."""
    house = House(settings)
    try:
        yield house
    finally:
        house.close()
