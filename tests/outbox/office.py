"""The way out on a real database, with a Cloud site whose answers the test writes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import Engine

from connector.core.actions import Line, MakeIssue, Planned, SetIssueFields, Write, WriteComment, WritePage
from connector.outbox.jira_writes import JiraDesk
from connector.outbox.page_writes import PageDesk
from connector.outbox.worker import Outbox, message_desk, page_finder, remote_finder
from connector.pages.regions import wrap
from connector.store import outbox, planning
from connector.store.engine import reading, writing
from connector.store.outbox import OutboxRow
from tests.atlassian.sites import cloud_jira, cloud_wiki, terms

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
MAKE = MakeIssue(project="OPS", name="slip-OPS-9", type=("Risk",), summary="OPS-9 is late")


@dataclass
class Hands:
    """A clock whose hands the test moves."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Office:
    """One process that sends. Sites but `main` are not in its settings."""

    engine: Engine
    owner: str = "me"
    clock: Hands = field(default_factory=Hands)
    index_lag_s: float = 60.0
    channels: Path | None = None

    def desks(self, site: str) -> tuple[JiraDesk, PageDesk]:
        known = {"main": terms(read_attempts=1)}[site]
        jira = JiraDesk(jira=cloud_jira(known), remote=remote_finder(self.engine, site), index_lag_s=self.index_lag_s)
        finder = remote_finder(self.engine, site)
        return jira, PageDesk(confluence=cloud_wiki(known), known=page_finder(self.engine, site), remote=finder)

    def worker(self) -> Outbox:
        return Outbox(
            engine=self.engine,
            desks=self.desks,
            messages=message_desk(self.engine, self.channels),
            owner=self.owner,
            real=self.clock,
            jitter=lambda: 1.0,
        )

    def plan(self, *writes: Write, project: str = "OPS", site: str = "main", at: datetime = NOW) -> list[int]:
        with writing(self.engine) as conn:
            ids = [
                planning.plan(
                    conn,
                    site,
                    project,
                    Planned(write=write, rule="r", place="rules.yaml:1:1"),
                    now=at,
                    run="r",
                    rules="h",
                    is_observed=False,
                )
                for write in writes
            ]
        return [one for one in ids if one is not None]

    def send(self) -> int:
        return self.worker().send_due()

    def row(self, row_id: int) -> OutboxRow:
        with reading(self.engine) as conn:
            found = outbox.get(conn, row_id)
        assert found is not None
        return found

    def states(self) -> list[str]:
        with reading(self.engine) as conn:
            return [row.state for row in outbox.listed(conn)[::-1]]


def score(issue: str = "1001", value: int = 12) -> SetIssueFields:
    return SetIssueFields(issue=issue, key=f"OPS-{issue}", values={"priority": {"id": str(value)}})


def comment(issue: str = "1001", text: str = "Hello") -> WriteComment:
    return WriteComment(issue=issue, key=f"OPS-{issue}", purpose="p", edition="1", lines=(Line(text=text),))


def page(text: str = "new", **more: object) -> WritePage:
    regions = {"kpis": f"<p>{text}</p>"}
    held = {"parent": None, "body": wrap("kpis", regions["kpis"]), "regions": regions, "compare": regions}
    return WritePage(project="OPS", page="status", space="OPS", title="Status", **{**held, **more})  # type: ignore[arg-type]


def lost(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
    """The site did what it was asked for, and its answer was lost."""
    raise requests.exceptions.ConnectionError("connection reset")
