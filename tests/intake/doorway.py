"""The doors of one site over a real database, and deliveries as the products send them."""

import base64
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine
from werkzeug.test import Client

from connector.clock import FixedClock
from connector.intake.committer import Committer
from connector.intake.doors import doors
from connector.settings import Access, Door, DoorMethod, Site
from connector.web import create_app

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OLD, NEW = "the-old-secret", "the-new-secret"


@contextmanager
def doorway(
    engine: Engine, *, method: DoorMethod = "hmac", secrets: tuple[str, ...] = (NEW,), most_waiting: int = 2_000
) -> Iterator[Client]:
    """A client in front of the doors of site `main`."""
    committer = Committer(engine, lambda: None, most_waiting)
    door = Door(method=method, secrets=secrets)
    try:
        yield client_of(committer, door)
    finally:
        committer.close()


def client_of(committer: Committer, door: Door) -> Client:
    """A client in front of a site whose two doors are this one."""
    jira, confluence = Access(url="https://jira.example.com"), Access(url="https://wiki.example.com")
    site = Site(name="main", jira=jira, confluence=confluence, jira_door=door, confluence_door=door)
    blueprint = doors((site,), committer, FixedClock(NOW))
    return Client(create_app(blueprint, counts=dict, problems=list))


def issue_updated(number: int = 1, *, summary: str = "Answer within a day", padding: int = 0) -> bytes:
    """Jira's event of a changed issue; `padding` adds bytes of description."""
    fields = {"summary": summary, "project": {"id": "10000", "key": "OPS"}, "description": "x" * padding}
    body = {
        "timestamp": 1767603600000,
        "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_generic",
        "user": {"accountId": "5b10a2844c20165700ede21g", "displayName": "Ada Example"},
        "issue": {"id": str(10000 + number), "key": f"OPS-{number}", "fields": fields},
        "changelog": {"id": str(number), "items": []},
    }
    return json.dumps(body).encode()


def signed(body: bytes, secret: str = NEW, algorithm: str = "sha256", **more: str) -> dict[str, str]:
    """The headers of a delivery signed with this secret."""
    signature = f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"
    return {"X-Hub-Signature": signature, "Content-Type": "application/json", **more}


def basic(user: str, password: str) -> dict[str, str]:
    """The header of basic authentication."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def delivery(identifier: str) -> dict[str, str]:
    """The header that names a delivery."""
    return {"X-Atlassian-Webhook-Identifier": identifier}
