"""The event path on a real database: letters in, mirror and planned writes out."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Engine

from connector.clock import FixedClock
from connector.core.actions import Planned, Write
from connector.core.automation_rules import RuleAction
from connector.core.events import Event
from connector.core.issue import Issue
from connector.core.rulebook import Automation, Rulebook
from connector.normalise.rest import rest_issue, rest_page
from connector.pipeline.batch import Pipeline, Taken
from connector.siterules import SiteRules
from connector.store import accounts, inbox, issues, outbox, planning
from connector.store.accounts import OwnAccount
from connector.store.engine import reading, writing
from connector.store.inbox import NewLetter
from connector.store.outbox import OutboxRow
from tests.core.build import CATALOG, PLACE, STATUS_ID, jql, project_rules, rulebook, status

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
US, ADA = "5f0bot", "5f0ada"
WORDS = {
    "probability": ("Risk probability",),
    "impact": ("Risk impact",),
    "score": ("Risk score",),
}


@dataclass
class Shelf:
    """What the products would answer, and how often they were asked."""

    issues_by_id: dict[str, Mapping[str, object]] = field(default_factory=dict)
    pages_by_id: dict[str, Mapping[str, object]] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def issues(self, site: str, ids: Iterable[str]) -> list[Event]:
        wanted = sorted(ids)
        if wanted:
            self.asked.append(wanted)
        held = [self.issues_by_id[one] for one in wanted if one in self.issues_by_id]
        return [event for raw in held for event in rest_issue(site, raw, NOW, is_live=True)]

    def page(self, site: str, page_id: str) -> list[Event]:
        self.asked.append([f"page {page_id}"])
        return list(rest_page(site, self.pages_by_id[page_id], NOW, is_live=True))


class Desk:
    """A pipeline over one database, with rules whose project is OPS unless said otherwise."""

    def __init__(
        self, engine: Engine, *automations: Automation, rules: Rulebook | None = None, mode: str = "write"
    ) -> None:
        own = project_rules(mode=mode, fields=WORDS)
        self.engine = engine
        self.shelf = Shelf()
        under_rules = {key: replace(own, jira=key) for key in ("OPS", "MKT")}
        self.rules = rules or rulebook(automations=automations, project_for=lambda key, *_: under_rules.get(key))
        self.pipeline = Pipeline(
            engine=engine, clock=FixedClock(NOW), rules_of=self._rules_of, reader=self.shelf, real=FixedClock(NOW)
        )
        with writing(engine) as conn:
            for product in ("jira", "confluence"):
                accounts.remember(conn, OwnAccount(site="main", product=product, account_id=US, name="Connector"))

    def _rules_of(self, site: str) -> SiteRules | None:
        return SiteRules(site="main", rulebook=self.rules, catalog=CATALOG) if site == "main" else None

    def put(self, *bodies: Mapping[str, object] | bytes, source: str = "jira", site: str = "main", **more: Any) -> None:
        """Letters in the inbox, each with an id of its own."""
        with writing(self.engine) as conn:
            for body in bodies:
                raw = body if isinstance(body, bytes) else orjson.dumps(body)
                letter = NewLetter(
                    site=site,
                    source=source,
                    delivery=None,
                    body_hash=hashlib.sha256(raw).hexdigest(),
                    name=None,
                    trace=None,
                    received_at=NOW,
                    body=raw,
                    **more,
                )
                inbox.put(conn, [letter])

    def tell(self, *bodies: Mapping[str, object] | bytes, source: str = "jira", **more: Any) -> Taken:
        """Put letters into the inbox and carry everything through."""
        self.put(*bodies, source=source, **more)
        return self.run()

    def run(self) -> Taken:
        total = Taken()
        while (taken := self.pipeline.take_batch()).letters:
            total += taken
        return total

    def rows(self, state: str | None = None) -> list[OutboxRow]:
        with reading(self.engine) as conn:
            return outbox.listed(conn, state=state, limit=500)[::-1]  # type: ignore[arg-type]

    def writes(self, state: str | None = None) -> list[Write]:
        return [row.write for row in self.rows(state)]

    def issue(self, issue_id: str) -> Issue:
        with reading(self.engine) as conn:
            return issues.load(conn, "main", [issue_id], with_changes=True)[issue_id].issue

    def left(self, state: str) -> list[str | None]:
        """The reasons of the letters in this state (aside), or as many Nones as wait."""
        with reading(self.engine) as conn:
            found = inbox.aside(conn) if state == "aside" else inbox.peek(conn, limit=500)
            return [row.reason for row in found]

    def has_sent(self, write: Write, remote_id: str | None = None, at: datetime = NOW) -> int:
        """Plan, claim and confirm a write; its row's id."""
        planned = Planned(write=write, rule="r", place="p")
        with writing(self.engine) as conn:
            row_id = planning.plan(
                conn, "main", "OPS", planned, now=at, run="r", rules="h", is_observed=False, not_before=None
            )
            assert row_id is not None
            outbox.claim(conn, at, 50)
            outbox.confirm(conn, row_id, remote_id, at)
        return row_id

    def is_echoed(self, row_id: int) -> bool:
        with reading(self.engine) as conn:
            row = outbox.get(conn, row_id)
        assert row is not None
        return row.echoed_at is not None


def shown(number: int, *, type: str = "Task", is_at: str = "To Do", key: str | None = None, **fields: Any) -> Any:
    """An issue as Jira shows it in full."""
    key = key or f"OPS-{number}"
    return {
        "id": str(1000 + number),
        "key": key,
        "fields": {
            "summary": f"Work {number}",
            "issuetype": {"name": type},
            "status": status(is_at),
            "project": {"key": key.partition("-")[0], "name": "Operations"},
            "created": "2026-03-02T09:00:00.000+0000",
            "updated": stamp(NOW),
            "resolution": None,
            "labels": [],
            "priority": {"name": "Medium"},
            "assignee": None,
            "duedate": None,
            "customfield_1": None,
            "customfield_2": None,
            "customfield_3": None,
            **fields,
        },
    }


def about(
    event: str, issue: Any, *items: Mapping[str, object], by: str = ADA, at: datetime = NOW, n: int = 1, **more: object
) -> dict[str, object]:
    """A webhook about an issue."""
    log = {"changelog": {"id": str(n), "items": list(items)}} if items else {}
    user = {"accountId": by, "displayName": by}
    return {"webhookEvent": event, "timestamp": int(at.timestamp() * 1000), "user": user, "issue": issue, **log, **more}


def created(number: int, **fields: Any) -> dict[str, object]:
    return about("jira:issue_created", shown(number, **fields))


def updated(issue: Any, *items: Mapping[str, object], **more: Any) -> dict[str, object]:
    return about("jira:issue_updated", issue, *items, **more)


def item(name: str, before: object, after: object) -> dict[str, object]:
    texts = [None if one is None else str(one) for one in (before, after)]
    return {"field": name, "fieldId": name, "from": texts[0], "fromString": texts[0], "to": texts[1]} | {
        "toString": texts[1]
    }


def moved(before: str, after: str) -> dict[str, object]:
    ends = {"from": STATUS_ID[before], "fromString": before, "to": STATUS_ID[after], "toString": after}
    return {"field": "status", "fieldId": "status", **ends}


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def rule(
    id: str, *then: RuleAction, when: str = "issue.updated", if_: str = "issuetype = Task", at_most: int = 20
) -> Automation:
    return Automation(id=id, when=(when,), if_=jql(if_), then=then, at_most=at_most, place=PLACE)
