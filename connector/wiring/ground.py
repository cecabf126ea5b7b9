"""What every process of one connector stands on: settings, database, clock. Doors need no more than this."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from connector.clock import Clock, FileClock, SystemClock
from connector.metrics import RulesState
from connector.settings import Settings
from connector.store import in_force, inbox, outbox
from connector.store.engine import make_engine, reading, schema_problem


@dataclass(frozen=True)
class Ground:
    """The objects that all processes share, each made when it is first asked for."""

    settings: Settings

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return make_engine(self.settings.database_url)

    @cached_property
    def clock(self) -> Clock:
        """The moment now: the machine's, or one that somebody else leads."""
        return FileClock(self.settings.clock_file) if self.settings.clock_file else SystemClock()

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

    def rules_in_force(self) -> Mapping[str, RulesState]:
        """Which rules are in force, by site, and whether the rule directory still holds them."""
        with reading(self.engine) as conn:
            told = in_force.told(conn, [site.name for site in self.settings.sites])
        return {site: RulesState(hash=one.rules, is_valid=not one.problems) for site, one in told.items()}

    def problems(self) -> list[str]:
        """Why no delivery can be stored now; empty when all is well."""
        try:
            problem = schema_problem(self.engine)
        except SQLAlchemyError as error:
            return [f"the database does not answer ({type(error).__name__})"]
        return [problem] if problem else []

    def close(self) -> None:
        """Let go of the database's connections."""
        self.engine.dispose()
