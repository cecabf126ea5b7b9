"""`connector post` posts every payload of a folder to the doors and prints the table of answers."""

import hashlib
import hmac
import json
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from werkzeug.test import Client

from connector.settings import Settings, read_settings
from connector.store.engine import migrate
from connector.wiring.doors import app_of
from connector.wiring.house import House


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--event-header", metavar="NAME", help="Send this X-Event-Key with bodies that do not name their event.")
def post(folder: Path, event_header: str | None) -> None:
    """Post every .json file under FOLDER to the doors of a connector in memory, signed as the product would.

    A file goes to the Confluence door when a folder above it is called confluence, else to Jira's. Nothing of a
    running connector is touched. Ends with status 1 when an answer is 5xx, or 4xx without a reason.
    """
    house = House(_in_memory())
    migrate(house.engine)
    client = Client(app_of(house))
    table, counted = Table("file", "status", "answer"), Counter[int]()
    is_bad = False
    for path in sorted(folder.rglob("*.json")):
        product = "confluence" if "confluence" in {part.lower() for part in path.parts} else "jira"
        body = path.read_bytes()
        headers = {"X-Hub-Signature": "sha256=" + hmac.new(b"posted", body, hashlib.sha256).hexdigest()}
        if event_header:
            headers["X-Event-Key"] = event_header
        answer = client.post(f"/hooks/{product}", data=body, headers=headers)
        said = answer.get_json() or {}
        reason = _reason(said)
        counted[answer.status_code] += 1
        is_bad |= answer.status_code >= 500 or (answer.status_code >= 400 and not reason)
        table.add_row(str(path.relative_to(folder)), str(answer.status_code), reason)
    Console().print(table)
    click.echo(", ".join(f"{count} × {status}" for status, count in sorted(counted.items())))
    if is_bad:
        raise click.exceptions.Exit(1)


def _in_memory() -> Settings:
    """Settings of a connector that serves nobody and keeps nothing."""
    given = {
        "DATABASE_URL": "sqlite:///file:posted?mode=memory&cache=shared&uri=true",
        "JIRA_URL": "https://jira.example.com",
        "JIRA_WEBHOOK_SECRET": "posted",
        "CONFLUENCE_URL": "https://confluence.example.com/wiki",
        "CONFLUENCE_WEBHOOK_SECRET": "posted",
    }
    return read_settings({f"CONNECTOR_{name}": value for name, value in given.items()})


def _reason(said: object) -> str:
    if not isinstance(said, dict):
        return ""
    error = said.get("error")
    if isinstance(error, dict):
        return f"{error.get('code')}: {error.get('found')}; expected {error.get('expected')}"
    return ": ".join(str(said[key]) for key in ("status", "event", "reason") if key in said) or json.dumps(said)
