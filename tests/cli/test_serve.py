"""`connector serve` as people start it: real processes, from the first delivery to the last."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine

from connector.store import inbox
from connector.store.engine import reading
from tests.intake.doorway import NEW, issue_updated, signed
from tests.intake.process import ended, free_port, wait_until_open

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Served:
    """A `connector serve` whose site cannot be reached: what comes in is kept."""

    def __init__(self, engine: Engine, log: Path) -> None:
        self.port, self.log = free_port(), log
        given = {
            "DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "PORT": str(self.port),
            "JIRA_URL": "http://127.0.0.1:9",
            "CONFLUENCE_URL": "http://127.0.0.1:9/wiki",
            "JIRA_WEBHOOK_SECRET": NEW,
            "SWEEP_S": "1",
        }
        self.environment = {**os.environ, **{f"CONNECTOR_{name}": value for name, value in given.items()}}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "connector.cli", "serve"]
        with self.log.open("ab") as out:
            return subprocess.Popen(command, env=self.environment, stdout=out, stderr=out)

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        process = self.start()
        try:
            wait_until_open(self.url, process)
            yield process
        finally:
            if process.poll() is None:
                ended(process, 60)

    def events(self) -> list[dict[str, object]]:
        lines = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture
def served(engine: Engine, tmp_path: Path) -> Served:
    return Served(engine, tmp_path / "serve.log")


def until(holds: Callable[[], bool], within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def is_open(url: str) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"{url}/healthz", timeout=5).status_code == 200
    return False


def test_serve_takes_events_in_and_ends_when_asked(served: Served, engine: Engine) -> None:
    body = issue_updated()
    with served.running() as process:
        answer = requests.post(f"{served.url}/hooks/jira", data=body, headers=signed(body), timeout=20)
        metrics = requests.get(f"{served.url}/metrics", timeout=20).text
        status = ended(process, 60)

    assert (answer.status_code, status) == (202, 0)
    assert 'connector_events_accepted_total{site="main",source="jira"} 1.0' in metrics
    assert served.events()[-1]["event"] == "closed"
    with reading(engine) as conn:
        assert inbox.waiting(conn) == 1
    assert not is_open(served.url)


@pytest.mark.story
@ON_SQLITE
def test_nothing_secret_and_no_body_stands_in_the_log(served: Served) -> None:
    body = issue_updated(summary="The board's secret plan")
    with served.running():
        requests.post(f"{served.url}/hooks/jira", data=body, headers=signed(body), timeout=20)
        requests.post(f"{served.url}/hooks/jira", data=body, headers={"X-Hub-Signature": "sha256=odd"}, timeout=20)

    told = served.log.read_text("utf-8")
    assert [word for word in (NEW, "secret plan", "sha256=odd", signed(body)["X-Hub-Signature"]) if word in told] == []


@pytest.mark.story
@ON_SQLITE
def test_when_serve_is_killed_its_processes_end_and_the_next_one_takes_over(served: Served) -> None:
    with served.running() as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        until(lambda: not is_open(served.url))

    with served.running() as second:
        assert is_open(served.url)
        assert ended(second, 60) == 0


@pytest.mark.story
@ON_SQLITE
def test_a_port_that_is_taken_is_told_in_one_line(served: Served) -> None:
    with served.running():
        told = subprocess.run(
            [sys.executable, "-m", "connector.cli", "serve"],
            env={**served.environment, "CONNECTOR_DATABASE_URL": f"sqlite:///{served.log.parent / 'other.db'}"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert told.returncode == 2
    assert f"127.0.0.1:{served.port}, where the doors cannot listen" in told.stderr.splitlines()[-1]
    assert "Traceback" not in told.stderr
