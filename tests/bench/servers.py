"""The servers that are measured: the doors, and a plain handler on the same web server."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SECRET = "bench-secret"
PLAIN = (
    "import sys; from granian import Granian; from granian.constants import Interfaces, Loops; "
    "from granian.log import LogLevels; "
    "Granian('tests.bench.plain:app', factory=True, address='127.0.0.1', port=int(sys.argv[1]), "
    "interface=Interfaces.WSGI, workers=1, blocking_threads=64, loop=Loops.asyncio, log_level=LogLevels.error).serve()"
)


@contextmanager
def doors(database_url: str) -> Iterator[tuple[int, int]]:
    """The doors' process over a database; its port and process id."""
    port = free_port()
    environment = {
        "CONNECTOR_DATABASE_URL": database_url,
        "CONNECTOR_PORT": str(port),
        "CONNECTOR_JIRA_URL": "https://jira.example.com",
        "CONNECTOR_CONFLUENCE_URL": "https://confluence.example.com/wiki",
        "CONNECTOR_JIRA_WEBHOOK_SECRET": SECRET,
    }
    with _running([sys.executable, "-m", "connector.cli.doors"], port, environment) as pid:
        yield port, pid


@contextmanager
def plain() -> Iterator[tuple[int, int]]:
    """A plain Flask handler on the same server; its port and process id."""
    port = free_port()
    with _running([sys.executable, "-c", PLAIN, str(port)], port, {}) as pid:
        yield port, pid


def cpu_s(pid: int) -> float:
    """CPU seconds that a process and its living children have used."""
    return sum(_own_cpu_s(one) for one in _family(pid))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        _await(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int, within_s: float = 40) -> None:
    deadline = time.monotonic() + within_s
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _own_cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
