"""The processes of one run: a sandbox, `connector serve`, and between them somebody who notes every delivery."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from connector.settings import read_settings
from connector.wiring.house import House
from tests.intake.process import free_port

ROOT = Path(__file__).parents[2]
INSIDE = Path(__file__).parent / "inside"
SECRET = "between-friends"
PROJECTS = ("AIR", "SEA", "ROAD")
# Together shorter than the 20 s for which the sandbox waits.
HOLDS_S, ANSWERS_S = 8.0, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where everybody listens; the same in the quiet run, because addresses stand on the pages."""

    sandbox: int = field(default_factory=free_port)
    between: int = field(default_factory=free_port)
    doors: int = field(default_factory=free_port)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as the sandbox sent it, and the answer it got; None when the connection broke."""

    path: str
    identifier: str
    body_hash: str
    status: int | None


@dataclass(slots=True)
class Between:
    """Passes deliveries on and notes the answers, as a proxy before the doors does."""

    ports: Ports
    seen: list[Delivery] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Pass on until the block ends."""
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                identifier = self.headers.get("X-Atlassian-Webhook-Identifier", "")
                answer = between.pass_on(self.path, dict(self.headers.items()), body)
                status = answer[0] if answer else None
                between.seen.append(Delivery(self.path, identifier, sha256(body).hexdigest(), status))
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(answer[1])))
                self.end_headers()
                self.wfile.write(answer[1])

            def log_message(self, *_args: object) -> None:
                """What was delivered is in `seen`."""

        server = ThreadingHTTPServer(("127.0.0.1", self.ports.between), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def pass_on(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes] | None:
        """The doors' answer, None when they gave none. While nobody listens, the delivery is held for a while."""
        deadline = time.monotonic() + HOLDS_S
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.ports.doors, timeout=ANSWERS_S)
            try:
                connection.request("POST", path, body, {**headers, "Connection": "close"})
                answer = connection.getresponse()
                return answer.status, answer.read()
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    return None
            except (OSError, http.client.HTTPException):
                return None
            finally:
                connection.close()
            time.sleep(0.1)


@dataclass(slots=True)
class Serve:
    """`connector serve`, killed and started again as often as it takes."""

    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it; what it says is appended to the log."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "connector.cli", "serve"], env=dict(self.environment), stdout=out, stderr=out
            )

    @property
    def pid(self) -> int:
        """The process id of `serve` itself."""
        assert self.process is not None
        return self.process.pid

    def is_dead(self) -> bool:
        """Whether it ended, however."""
        return self.process is None or self.process.poll() is not None

    def stop(self) -> int:
        """Ask it to finish, and give its status."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            kill(*family(self.pid))
            raise

    def wait_until_open(self, port: int, within_s: float = 90) -> None:
        """Wait until the doors answer, starting it again when it ended: its predecessor may still hold the port."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.is_dead():
                self.start()
            with suppress(requests.RequestException):
                if requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the doors did not open again within {within_s} s; see {self.log}")


@dataclass(slots=True, kw_only=True)
class Run:
    """Everything of one run, for those who act in it and those who judge it."""

    place: Path
    ports: Ports
    house: House
    between: Between
    serve: Serve
    armed: Path

    @property
    def sandbox_url(self) -> str:
        """Where the sandbox is."""
        return f"http://127.0.0.1:{self.ports.sandbox}"

    def switch(self, **wanted: object) -> None:
        """Turn the sandbox's switches."""
        requests.post(f"{self.sandbox_url}/sandbox/faults", json=wanted, timeout=20).raise_for_status()


@contextmanager
def running(place: Path, ports: Ports, database_url: str, *, has_wake_ups: bool, loses_replies: float) -> Iterator[Run]:
    """A sandbox with three projects and a connector that serves them."""
    armed = place / "armed"
    armed.mkdir(parents=True)
    between = Between(ports)
    settings = _settings(place, ports, database_url, has_wake_ups)
    house = House(read_settings(settings))
    chaos = {"PYTHONPATH": str(INSIDE), "CHAOS_ARMED": str(armed), "CHAOS_LOSES": str(loses_replies)}
    environment = {**os.environ, **settings, **chaos}
    with _sandbox(place, ports), between.listening():
        serve = Serve(environment, place / "serve.log")
        serve.start()
        try:
            serve.wait_until_open(ports.doors)
            for key in PROJECTS:
                requests.post(
                    f"http://127.0.0.1:{ports.sandbox}/sandbox/projects",
                    json={"key": key, "name": key.title()},
                    timeout=20,
                ).raise_for_status()
            yield Run(place=place, ports=ports, house=house, between=between, serve=serve, armed=armed)
            status = serve.stop()
            assert status == 0, f"serve ended with status {status}; see {serve.log}"
        finally:
            if not serve.is_dead():
                kill(*family(serve.pid))
            house.engine.dispose()


@contextmanager
def _sandbox(place: Path, ports: Ports) -> Iterator[None]:
    between = f"http://127.0.0.1:{ports.between}/hooks"
    options = {
        "port": str(ports.sandbox),
        "jira-webhook": f"{between}/jira",
        "confluence-webhook": f"{between}/confluence",
        "webhook-secret": SECRET,
        "data": str(place / "sandbox"),
        "record": str(place / "record.jsonl"),
    }
    command = [sys.executable, "-m", "connector.cli", "sandbox"]
    command += [part for name, value in options.items() for part in (f"--{name}", value)]
    with (place / "sandbox.log").open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _wait_for(f"http://127.0.0.1:{ports.sandbox}/sandbox/state", process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the sandbox ended at once"
        with suppress(requests.ConnectionError):
            requests.get(url, timeout=5).raise_for_status()
            return
        time.sleep(0.05)
    raise AssertionError("the sandbox did not answer within 30 s")


def _settings(place: Path, ports: Ports, database_url: str, has_wake_ups: bool) -> dict[str, str]:
    url = f"http://127.0.0.1:{ports.sandbox}"
    given = {
        "DATABASE_URL": database_url,
        "PORT": str(ports.doors),
        "JIRA_URL": url,
        "CONFLUENCE_URL": f"{url}/wiki",
        "RULES_DIR": str(_rules(place)),
        "TEMPLATES_DIR": str(ROOT / "templates"),
        "CLOCK_FILE": str(place / "sandbox" / "clock.json"),
        "TIMEZONE": "Asia/Shanghai",
        "WINDOW_S": "0.4",
        "PAGE_WINDOW_S": "0",
        "SWEEP_S": "0.5",
        "INDEX_LAG_S": "2",
        "WAKE_UPS": "on" if has_wake_ups else "off",
    }
    for product in ("JIRA", "CONFLUENCE"):
        given |= {f"{product}_USER": "connector@example.com", f"{product}_TOKEN": "token-connector"}
        given[f"{product}_WEBHOOK_SECRET"] = SECRET
    return {f"CONNECTOR_{name}": value for name, value in given.items()}


def _rules(place: Path) -> Path:
    """The shipped rules, for the projects of the run."""
    rules = place / "rules"
    rules.mkdir()
    entries = "".join(f"  - {{jira: {key}, mode: write, space: {key}}}\n" for key in PROJECTS)
    for file in sorted((ROOT / "rules").glob("*.yaml")):
        text = file.read_text("utf-8")
        (rules / file.name).write_text(text.replace('  - jira: "*"\n', f'{entries}  - jira: "*"\n'), "utf-8")
    return rules


def family(pid: int) -> list[int]:
    """A process and everybody below it, from the top."""
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [pid, *(below for child in told.split() for below in family(int(child)))]


def kill(*pids: int) -> None:
    """SIGKILL each that is still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
