"""`connector post` posts every payload of a folder to the doors and prints the table of answers."""

import hashlib
import hmac
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from werkzeug.test import Client, TestResponse

from connector.clock import SystemClock
from connector.normalise.letter import Letter, Source
from connector.normalise.read import normalise
from connector.normalise.verdict import Unreadable
from connector.settings import Settings, read_settings
from connector.store.engine import migrate
from connector.wiring.app import app_of
from connector.wiring.house import House

SECRET = "posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of one file: the answer, the reason it gave, and what the pipeline would read from the letter."""

    file: str
    status: int
    answer: str
    told: str
    is_bad: bool


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--event-header",
    metavar="EVENT",
    help="The X-Event-Key to send with Confluence bodies that do not name their event, such as page_updated.",
)
def post(folder: Path, event_header: str | None) -> None:
    """Post every .json file under FOLDER to the doors of a connector of its own, signed as the product would.

    A file goes to the Confluence door when its path says confluence, else to Jira's. Nothing of a running connector
    is touched. Ends with status 1 when an answer is 5xx, or 4xx without a reason, or an accepted event tells nothing.
    """
    table, counted, is_bad = Table("file", "status", "answer", "read as"), Counter[int](), False
    with _house() as house:
        client = Client(app_of(house))
        for path in sorted(folder.rglob("*.json")):
            done = _post(client, path, path.relative_to(folder), event_header)
            counted[done.status] += 1
            is_bad |= done.is_bad
            table.add_row(done.file, str(done.status), done.answer, done.told)
    _console().print(table)
    click.echo(", ".join(f"{count} × {status}" for status, count in sorted(counted.items())) or "no .json file here")
    if is_bad or not counted:
        raise click.exceptions.Exit(1)


def _console() -> Console:
    """As wide as the terminal; wide enough for a file's name where there is none."""
    console = Console()
    return console if console.is_terminal else Console(width=200)


def _post(client: Client, path: Path, name: Path, event: str | None) -> Posted:
    product: Source = "confluence" if "confluence" in str(path.absolute()).lower() else "jira"
    body = path.read_bytes()
    headers = {"X-Hub-Signature": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}
    if event and product == "confluence" and not _names_its_event(body):
        headers["X-Event-Key"] = event
    answer = client.post(f"/hooks/{product}", data=body, headers=headers)
    told, reason = _told(product, body, answer), _reason(answer)
    is_refused = answer.status_code >= 500 or (answer.status_code >= 400 and not reason)
    return Posted(
        file=str(name),
        status=answer.status_code,
        answer=reason,
        told=told,
        is_bad=is_refused or told.startswith("unreadable"),
    )


def _told(product: Source, body: bytes, answer: TestResponse) -> str:
    """What the pipeline reads from a body that was accepted."""
    if answer.status_code != 202 or answer.json is None:
        return ""
    name, now = str(answer.json["event"]), SystemClock().now()
    try:
        events = normalise(Letter(site="main", source=product, name=name, body=body, received_at=now))
    except Unreadable as problem:
        return f"unreadable: {problem}"
    kinds = Counter(type(event).__name__ for event in events)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "unreadable: it tells nothing"


def _names_its_event(body: bytes) -> bool:
    try:
        parsed = json.loads(body)
    except ValueError:
        return False
    return isinstance(parsed, Mapping) and "event" in parsed


@contextmanager
def _house() -> Iterator[House]:
    """A connector that serves nobody, over a database that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="connector-post-") as place:
        house = House(_settings(Path(place)))
        migrate(house.engine)
        try:
            yield house
        finally:
            house.engine.dispose()


def _settings(place: Path) -> Settings:
    given = {
        "DATABASE_URL": f"sqlite:///{place / 'posted.db'}",
        "JIRA_URL": "https://jira.example.com",
        "JIRA_WEBHOOK_SECRET": SECRET,
        "CONFLUENCE_URL": "https://confluence.example.com/wiki",
        "CONFLUENCE_WEBHOOK_SECRET": SECRET,
    }
    return read_settings({f"CONNECTOR_{name}": value for name, value in given.items()})


def _reason(answer: TestResponse) -> str:
    """What the answer says, in one line."""
    said = answer.get_json(silent=True)
    if not isinstance(said, Mapping):
        return ""
    error = said.get("error")
    if isinstance(error, Mapping):
        return f"{error.get('code')}: {error.get('found')}; expected {error.get('expected')}"
    return ": ".join(str(said[key]) for key in ("status", "event", "reason") if key in said)
