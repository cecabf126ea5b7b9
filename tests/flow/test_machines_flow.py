"""Two `connector serve` on one PostgreSQL, as two machines are: real processes, and a sandbox for both."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine

from connector.dispatch.bells import ROOMS
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from connector.settings import read_settings
from connector.store import inbox, outbox, projects
from connector.store.engine import reading
from connector.wiring.house import House
from tests.chaos.house import family, kill
from tests.conftest import POSTGRES
from tests.flow.town import RULES, SECRET, TEMPLATES, Town
from tests.intake.process import ended, free_port, wait_until_open

pytestmark = [pytest.mark.parametrize("database_url", [POSTGRES], indirect=True), pytest.mark.story]
HIDDEN = SECRET.replace(" ", "-")


class Machine:
    """One `connector serve` with a port of its own."""

    def __init__(self, port: int, settings: dict[str, str], log: Path) -> None:
        self.url, self.log = f"http://127.0.0.1:{port}", log
        environment = {**os.environ, **settings, "CONNECTOR_PORT": str(port)}
        with log.open("ab") as out:
            command = [sys.executable, "-m", "connector.cli", "serve"]
            self.process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)

    def events(self, event: str) -> list[dict[str, object]]:
        """What it logged under this message."""
        told = [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]
        return [one for one in told if one["event"] == event]

    def lose_workers(self) -> None:
        """Kill every worker room; the doors stay open, and nobody starts the rooms again."""
        self.process.send_signal(signal.SIGSTOP)
        rooms = [pid for pid in family(self.process.pid) if _room(pid) in ROOMS]
        assert len(rooms) == len(ROOMS)
        kill(*rooms)

    def end(self) -> None:
        """Kill what is left of it."""
        kill(*family(self.process.pid))
        self.process.wait(20)


def _room(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[-2].decode()


@contextmanager
def machines(place: Path, engine: Engine, *, wake_ups: str, sweep_s: str) -> Iterator[tuple[Town, Machine, Machine]]:
    """A town whose webhooks go to the first of two machines."""
    ports = free_port(), free_port()
    box = Sandbox(
        SandboxOptions(
            port=0,
            jira_webhook=f"http://127.0.0.1:{ports[0]}/hooks/jira",
            confluence_webhook=f"http://127.0.0.1:{ports[0]}/hooks/confluence",
            webhook_secret=HIDDEN,
            data=place / "sandbox",
            record=place / "record.jsonl",
        )
    )
    given = {
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "DISPATCH": "distributed",
        "WAKE_UPS": wake_ups,
        "SWEEP_S": sweep_s,
        "WINDOW_S": "1",
        "PAGE_WINDOW_S": "0",
        "INDEX_LAG_S": "0",
        "JIRA_URL": box.world.jira_url,
        "CONFLUENCE_URL": box.world.confluence_url,
        "RULES_DIR": str(RULES),
        "TEMPLATES_DIR": str(TEMPLATES),
        "CLOCK_FILE": str(place / "sandbox" / "clock.json"),
    }
    for product in ("JIRA", "CONFLUENCE"):
        given |= {f"{product}_USER": "connector@example.com", f"{product}_TOKEN": "token-connector"}
        given[f"{product}_WEBHOOK_SECRET"] = HIDDEN
    settings = {f"CONNECTOR_{name}": value for name, value in given.items()}
    with ExitStack() as at_the_end, box:
        both = [Machine(port, settings, place / f"{number}.log") for number, port in enumerate(ports)]
        for machine in both:
            at_the_end.callback(machine.end)
        for machine in both:
            wait_until_open(machine.url, machine.process)
        house = House(read_settings(settings))
        at_the_end.callback(house.close)
        project = {"key": "OPS", "name": "Operations"}
        requests.post(f"{box.url}/sandbox/projects", json=project, timeout=20).raise_for_status()
        yield Town(box, house), both[0], both[1]


def until(place: Town, holds: Callable[[], bool], within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"it did not come about in time; {waiting(place)} wait"
        time.sleep(0.1)


def waiting(place: Town) -> tuple[int, int, int, int]:
    with reading(place.engine()) as conn:
        counts = inbox.waiting(conn), outbox.waiting(conn), len(projects.due(conn))
    return (*counts, place.box.world.webhooks.waiting())


def come_to_rest(place: Town, for_s: float = 2.0) -> None:
    """Wait until nothing has waited anywhere for longer than a window."""
    busy_at = time.monotonic()

    def is_quiet() -> bool:
        nonlocal busy_at
        if any(waiting(place)):
            busy_at = time.monotonic()
        return time.monotonic() - busy_at > for_s

    until(place, is_quiet)


def assess(place: Town, summary: str) -> str:
    return place.make("Risk", summary, probability=4, impact=5)


def is_told(place: Town, key: str) -> bool:
    """Whether all of a risk of twenty came to be: score, label, one comment."""
    told = place.issue(key)
    return (told[place.field("score")], told["labels"], len(place.comments(key))) == (20, ["escalated"], 1)


def written(record: Path) -> Counter[str]:
    """How often the connector made something at each address that stands for one thing."""
    told = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    made = [one for one in told if one["method"] == "POST" and one["path"].endswith(("/comment", "/wiki/api/v2/pages"))]
    return Counter(one["path"] for one in made if one["status"] < 300)


@pytest.mark.parametrize(
    ("wake_ups", "sweep_s"),
    [
        pytest.param("on", "600", id="by-jobs-alone"),
        pytest.param("off", "0.5", id="by-the-sweep-alone"),
    ],
)
def test_what_one_machine_took_in_another_carries_through_when_the_first_ones_workers_are_dead(
    tmp_path: Path, engine: Engine, wake_ups: str, sweep_s: str
) -> None:
    with machines(tmp_path, engine, wake_ups=wake_ups, sweep_s=sweep_s) as (place, first, second):
        together = [assess(place, f"Taken in by two {number}") for number in range(3)]
        until(place, lambda: all(is_told(place, key) for key in together))
        come_to_rest(place)
        first.lose_workers()
        alone = [assess(place, f"Taken in by one {number}") for number in range(3)]
        until(place, lambda: all(is_told(place, key) for key in alone))
        come_to_rest(place)

        assert set(written(tmp_path / "record.jsonl").values()) == {1}
        with reading(engine) as conn:
            rows = outbox.listed(conn, limit=1000)
        assert {row.state for row in rows} <= {"confirmed", "replaced"}
        assert {row.attempt for row in rows if row.state == "confirmed"} == {1}
        assert second.events("delivered")
        assert first.events("step failed") + second.events("step failed") == []
        assert ended(second.process) == 0
        assert second.events("worker did not end in time") == []
