"""The doors in a process of their own, as `connector serve` opens them, without the worker rooms.

`python -m tests.intake.process` opens them with the environment's settings.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import requests

from connector.settings import read_settings
from connector.wiring.doors import open_doors
from tests.intake.doorway import NEW

OPENS_WITHIN_S = 90


@contextmanager
def doors_process(database_url: str, *, under: Sequence[str] = ()) -> Iterator[str]:
    """The address of doors over this database, until the block ends; `under` is a command to run them with."""
    port = free_port()
    given = {
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "JIRA_URL": "https://jira.example.com",
        "CONFLUENCE_URL": "https://wiki.example.com",
        "JIRA_WEBHOOK_SECRET": NEW,
        "CONFLUENCE_WEBHOOK_SECRET": NEW,
    }
    environment = {**os.environ, **{f"CONNECTOR_{name}": value for name, value in given.items()}}
    process = subprocess.Popen([*under, sys.executable, "-m", "tests.intake.process"], env=environment)
    try:
        wait_until_open(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        ended(process)


def ended(process: "subprocess.Popen[bytes]", within_s: float = 60) -> int:
    """Ask the process to finish, and give its status; it is killed when it does not."""
    process.terminate()
    try:
        return process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def wait_until_open(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the doors answer."""
    deadline = time.monotonic() + OPENS_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the doors ended with status {process.returncode}"
        with suppress(requests.ConnectionError):
            if requests.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"the doors did not open within {OPENS_WITHIN_S} s")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    open_doors(read_settings())
